import type { losses as zh } from '../zh/losses.ts';

/** Words of the loss suspects: what was seen, and what to do next. Of goods, places and hours. */
export const losses: Record<keyof typeof zh, string> = {
  'lo.title': 'Loss suspects',
  'lo.tab': 'Losses',
  'lo.hint':
    'Goods, lanes and hours, never a person. Each row is a reason to go and look, not a verdict.',
  'lo.period': 'Period',
  'lo.days_1': 'Today',
  'lo.days_7': '7 days',
  'lo.days_30': '30 days',
  'lo.span': '{from} to {to}',
  'lo.none': 'No loss suspects in this period',
  'lo.none_hint':
    'No choice against the camera, no unusual removals, no open weights and no short counts on record',
  'lo.saw': 'What was seen',
  'lo.difference': 'Difference',
  'lo.difference_yuan': 'Difference (yuan)',
  'lo.next': 'What to do',
  'lo.kind': 'Kind',
  'lo.pair': 'Chosen and seen differ',
  'lo.removals': 'Many removals before payment',
  'lo.weights': 'Weights that differ, left unsettled',
  'lo.stock': 'Counted below the books',
  'lo.saw_pair':
    '“{name}” was chosen where the camera saw “{seen}”: asked {asked}×, left as it was {stood}×',
  'lo.saw_heavier': 'Labels of “{name}”: {grams} more on the plate than on the label, {n}×',
  'lo.saw_removals':
    '{lane}, {from}:00–{to}:00: {removed} of {added} lines removed, {rate}%; the store’s median is {usual}%',
  'lo.saw_said':
    '{place}: bagging differed and only the shopper explained it, {n}×, {grams} in all',
  'lo.saw_unsteady': '{place}: the weight changed after it was taken, {n}×, {grams} in all',
  'lo.saw_review': '{place}: {n} visits that nobody has decided on',
  'lo.saw_shelf': '{place}: a shelf lost weight behind a shut door, {n}×, {grams} in all',
  'lo.saw_stock': '“{name}”: {amount} below the books',
  'lo.places': 'at {places}',
  'lo.next_pair':
    'Under Recognition take more pictures of both; if they cannot be told apart, shelve them apart',
  'lo.next_heavier':
    'Check the scale: bag after the label is on; ask for the bag on the plate when it is scanned',
  'lo.next_removals':
    'Look at the orders of that hour; if it stays high, put somebody near the lane then',
  'lo.next_said':
    'See that the empty plate reads zero; check a few bags against the weights on file',
  'lo.next_unsteady': 'See that the scale stands firm and out of draughts; remind to let it rest',
  'lo.next_review': 'Under Cabinets look at the weights before and after, and decide each',
  'lo.next_shelf': 'Open the cabinet, check those shelves, count, then press Shelves are tidy',
  'lo.next_stock': 'Count once more; if still short, write it off and check the slot’s weighing',
  'lo.go': 'Go there',
};
