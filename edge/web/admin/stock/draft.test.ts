import { describe, expect, it } from 'vitest';
import { PLANOGRAM } from '../../../core/stock/stock.fixture.ts';
import { added, changed, moved, removed, withShelf } from './draft.ts';
import { fillOf } from './fill.ts';

const shape = (draft: typeof PLANOGRAM) =>
  draft.shelves.map(({ slots }) => slots.map(({ slotId, sku }) => `${slotId}:${sku}`).join(' '));

describe('a planogram being drawn', () => {
  it('adds a slot under a name that nobody has', () => {
    const without = removed(PLANOGRAM, { shelf: 0, slot: 0 });
    expect(shape(added(without, 0, 'tea'))).toEqual(['2:cola 1:tea', '1:cola']);
  });

  it('moves a slot with its name along a shelf, and renames it on another', () => {
    expect(shape(moved(PLANOGRAM, { shelf: 0, slot: 0 }, { shelf: 0, slot: 1 }))).toEqual([
      '2:cola 1:milk',
      '1:cola',
    ]);
    expect(shape(moved(PLANOGRAM, { shelf: 0, slot: 0 }, { shelf: 1, slot: 0 }))).toEqual([
      '2:cola',
      '2:milk 1:cola',
    ]);
    expect(moved(PLANOGRAM, { shelf: 0, slot: 9 }, { shelf: 1, slot: 0 })).toBe(PLANOGRAM);
  });

  it('keeps par within capacity', () => {
    expect(
      changed(PLANOGRAM, { shelf: 0, slot: 0 }, { capacity: 4 }).shelves[0]?.slots[0],
    ).toMatchObject({ capacity: 4, par: 4 });
  });

  it('gets a shelf under a name that nobody has', () => {
    expect(withShelf(PLANOGRAM).shelves.map(({ shelfId }) => shelfId)).toEqual(['1', '2', '3']);
  });
});

it.each([
  [{ pieces: 6, par: 6 }, 'well'],
  [{ pieces: 2, par: 6 }, 'low'],
  [{ pieces: 0, par: 6 }, 'empty'],
  [{ pieces: 6, par: 6, stopped: 'SLOT_HELD' }, 'stopped'],
])('a slot with %o is shown as %s', (slot, fill) => {
  expect(
    fillOf({
      location: '',
      slotId: '',
      sku: '',
      name: { zh: '', en: '' },
      picture: '',
      capacity: 8,
      facings: 1,
      unitWeightGrams: 1,
      ...slot,
    }),
  ).toBe(fill);
});
