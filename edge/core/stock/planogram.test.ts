import { describe, expect, it } from 'vitest';
import { cabinetOf, checkPlanogram, type Planogram, slotsOf } from './planogram.ts';

const cola = {
  slotId: '1',
  sku: 'cola',
  capacity: 8,
  par: 6,
  facings: 2,
  unitWeightGrams: 345,
  cell: 1,
};
const good: Planogram = {
  cabinetId: 'cabinet-1',
  version: 3,
  origin: 'local',
  shelves: [
    { shelfId: '1', slots: [cola, { ...cola, slotId: '2', cell: 2 }] },
    { shelfId: '2', shelfDevice: 'shelf-2', cell: 9, slots: [] },
  ],
};
const withSlot = (change: object) => ({
  ...good,
  shelves: [{ shelfId: '1', slots: [{ ...cola, ...change }] }],
});
const known = (sku: string) => sku === 'cola';

describe('a planogram', () => {
  it('names every slot cabinet/shelf/slot', () => {
    expect(slotsOf(good).map(({ location }) => location)).toEqual([
      'cabinet-1/1/1',
      'cabinet-1/1/2',
    ]);
    expect(cabinetOf('cabinet-1/1/2')).toBe('cabinet-1');
    for (const other of ['floor', 'a/b', 'a//c', 'a/b/c/d'])
      expect(cabinetOf(other)).toBeUndefined();
  });

  it('that is sound is taken as it is', () => {
    expect(checkPlanogram(good, known)).toEqual({ ok: true, value: good });
  });

  it.each([
    ['nothing', null, 'not a planogram'],
    ['a slash in a name', { ...good, cabinetId: 'a/b' }, 'cabinetId'],
    ['no version', { ...good, version: 0 }, 'version'],
    ['an unknown origin', { ...good, origin: 'sky' }, 'origin'],
    ['no shelf', { ...good, shelves: [] }, 'shelves'],
    [
      'a shelf twice',
      { ...good, shelves: [good.shelves[1], good.shelves[1]] },
      '"2" is there twice',
    ],
    ['a slot twice', { ...good, shelves: [{ shelfId: '1', slots: [cola, cola] }] }, 'twice'],
    ['a sku without a price', withSlot({ sku: 'ghost' }), '"ghost" is not in the price book'],
    ['a par above capacity', withSlot({ par: 9 }), 'par 9 is not 0 to capacity 8'],
    ['no room', withSlot({ capacity: 0 }), 'capacity'],
    ['half a facing', withSlot({ facings: 0.5 }), 'facings'],
    ['no weight', withSlot({ unitWeightGrams: 0 }), 'unitWeightGrams'],
    ['a cell that no bus has', withSlot({ cell: 300 }), 'cell'],
  ])('with %s is refused, and the mistake is named', (_, value, problem) => {
    const checked = checkPlanogram(value, known);
    expect(checked).toMatchObject({ ok: false, refusal: { code: 'PLANOGRAM_INVALID' } });
    expect(!checked.ok && checked.refusal.detail?.problem).toContain(problem);
  });
});
