/**
 * How often recognition was right, counted from what shoppers chose and kept: durable events, so
 * the figures outlive a restart and can be counted again by anyone who has the ledger. Of goods
 * and days, never of a person.
 */
import type { Choice, RecordedEvent } from '../core/events.ts';

export interface HitFigures {
  /** Choices of goods that the camera had seen. */
  seen: number;
  /** The first candidate was chosen; one of the first four; one of those shown. */
  first: number;
  firstFour: number;
  shown: number;
  /** The camera took it for nothing it knows. */
  unknown: number;
  /** Found by list or number, not by a tile. */
  byHand: number;
}

export interface HitRates extends HitFigures {
  /** What was chosen instead of the first candidate, most often first. */
  pairs: { shown: string; taken: string; times: number }[];
  /** By the item chosen. */
  items: { sku: string; seen: number; first: number }[];
}

export interface HitDay extends HitFigures {
  /** Local, `2026-11-23`. */
  day: string;
  sales: number;
  /** Calls for help that a person answered. */
  helped: number;
}

/**
 * How often shoppers were asked to look once more, and how often the choice or label stood. Where
 * `seen` is what was chosen, more of it lay there than its label said.
 */
export interface DoubtedPair {
  chosen: string;
  seen: string;
  asked: number;
  kept: number;
}

export interface HitCounter {
  /** Events in order; those that say nothing of recognition are passed over. */
  add(event: RecordedEvent): void;
  /** Of everything since this day, or of all. */
  rates(sinceDay?: string): HitRates;
  /** One for each day with any event, oldest first. */
  days(): HitDay[];
  /** Most often asked first. */
  doubts(sinceDay?: string): DoubtedPair[];
  /** Lets go of what is older than this day. */
  forget(beforeDay: string): void;
}

interface Counted {
  day: string;
  sku: string;
  choice: Choice;
}

interface Doubted {
  day: string;
  chosen: string;
  seen: string;
  /** Of a choice: by which its line or label is found. */
  sightingId?: string;
  /** Of a label: its line, and whether the line was taken out again. */
  lineId?: string;
  takenBack?: true;
}

interface Kept {
  counted: Map<string, Counted>;
  doubted: Doubted[];
  sales: Map<string, number>;
  helped: Map<string, number>;
}

/** A line voided or a label voided was a mistake, and counts for nothing. */
export function createHitCounter(dayOf: (wallMs: number) => string = () => ''): HitCounter {
  const kept: Kept = { counted: new Map(), doubted: [], sales: new Map(), helped: new Map() };
  const since = (day: string) => [...kept.counted.values()].filter((each) => each.day >= day);
  return {
    add: (event) => add(kept, event, dayOf(event.wallMs)),
    rates: (day = '') => ratesOf(since(day)),
    days: () => daysOf(kept),
    doubts: (day = '') => doubtsOf(kept, day),
    forget(day) {
      for (const [key, each] of kept.counted) if (each.day < day) kept.counted.delete(key);
      kept.doubted = kept.doubted.filter((each) => each.day >= day);
      for (const days of [kept.sales, kept.helped])
        for (const each of days.keys()) if (each < day) days.delete(each);
    },
  };
}

function add({ counted, doubted, sales, helped }: Kept, event: RecordedEvent, day: string): void {
  switch (event.type) {
    case 'LineAdded': {
      const { lineId, sku, choice, how } = event.body.line;
      // A labelled line was chosen at the counter, when its label was made.
      if (how !== 'label' && wasSeen(choice)) counted.set(`line ${lineId}`, { day, sku, choice });
      return;
    }
    case 'LabelIssued': {
      const { labelNumber, sku, choice } = event.body.label;
      if (wasSeen(choice)) counted.set(`label ${labelNumber}`, { day, sku, choice });
      return;
    }
    case 'LineVoided':
      counted.delete(`line ${event.body.lineId}`);
      takeBack(doubted, event.body.lineId);
      return;
    case 'LabelVoided':
      counted.delete(`label ${event.body.labelNumber}`);
      return;
    case 'ChoiceDoubted': {
      const { chosenSku: chosen, seenSku: seen, sightingId = '' } = event.body;
      doubted.push({ day, chosen, seen, sightingId });
      return;
    }
    case 'LabelDoubted': {
      const { labelSku: chosen, seenSku: seen, lineId } = event.body;
      doubted.push({ day, chosen, seen, lineId });
      return;
    }
    case 'SaleCompleted':
      sales.set(day, (sales.get(day) ?? 0) + 1);
      return;
    case 'HelpAnswered':
      helped.set(day, (helped.get(day) ?? 0) + 1);
      return;
  }
}

function takeBack(doubted: Doubted[], lineId: string): void {
  const label = doubted.find((each) => each.lineId === lineId);
  if (label) label.takenBack = true;
}

/** Event types that `add` looks at; the others need not be parsed. */
export const HIT_EVENTS: readonly RecordedEvent['type'][] = [
  'LineAdded',
  'LabelIssued',
  'LineVoided',
  'LabelVoided',
  'ChoiceDoubted',
  'LabelDoubted',
  'SaleCompleted',
  'HelpAnswered',
];

const wasSeen = ({ rank, firstSku, by }: Choice): boolean =>
  by !== 'scan' && (rank !== undefined || firstSku !== undefined);

function figuresOf(counted: readonly Counted[]): HitFigures {
  const count = (fits: (choice: Choice) => boolean) =>
    counted.filter(({ choice }) => fits(choice)).length;
  const within = (most: number) => count(({ rank = Number.POSITIVE_INFINITY }) => rank <= most);
  return {
    ...{ seen: counted.length, first: within(1), firstFour: within(4) },
    shown: within(Number.MAX_SAFE_INTEGER),
    unknown: count(({ seenAs }) => seenAs === 'unknown'),
    byHand: count(({ by }) => by === 'list' || by === 'plu'),
  };
}

function ratesOf(counted: readonly Counted[]): HitRates {
  const items = new Map<string, { sku: string; seen: number; first: number }>();
  const pairs = new Map<string, { shown: string; taken: string; times: number }>();
  for (const { sku, choice } of counted) {
    const item = items.get(sku) ?? { sku, seen: 0, first: 0 };
    items.set(sku, item);
    item.seen += 1;
    if (choice.rank === 1) item.first += 1;
    else if (choice.firstSku) {
      const key = `${sku}\0${choice.firstSku}`;
      const pair = pairs.get(key) ?? { shown: sku, taken: choice.firstSku, times: 0 };
      pairs.set(key, { ...pair, times: pair.times + 1 });
    }
  }
  return {
    ...figuresOf(counted),
    pairs: [...pairs.values()].sort((a, b) => b.times - a.times),
    items: [...items.values()].sort((a, b) => b.seen - a.seen),
  };
}

function daysOf({ counted, sales, helped }: Kept): HitDay[] {
  const all = [...counted.values()];
  const days = new Set([...all.map(({ day }) => day), ...sales.keys(), ...helped.keys()]);
  return [...days].sort().map((day) => ({
    ...{ day, ...figuresOf(all.filter((each) => each.day === day)) },
    ...{ sales: sales.get(day) ?? 0, helped: helped.get(day) ?? 0 },
  }));
}

/**
 * A choice stood where the line or label of the same sighting carries it; a label, where its line
 * was not taken out again.
 */
function doubtsOf({ counted, doubted }: Kept, sinceDay: string): DoubtedPair[] {
  const stood = new Set(
    [...counted.values()].map(({ sku, choice }) => `${choice.sightingId}\0${sku}`),
  );
  const pairs = new Map<string, DoubtedPair>();
  for (const { day, chosen, seen, sightingId, lineId, takenBack } of doubted) {
    if (day < sinceDay) continue;
    const key = `${chosen}\0${seen}`;
    const pair = pairs.get(key) ?? { chosen, seen, asked: 0, kept: 0 };
    pairs.set(key, pair);
    pair.asked += 1;
    const kept = lineId === undefined ? stood.has(`${sightingId}\0${chosen}`) : !takenBack;
    if (kept) pair.kept += 1;
  }
  return [...pairs.values()].sort((a, b) => b.asked - a.asked);
}
