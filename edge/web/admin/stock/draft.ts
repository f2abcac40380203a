/** Changes to a planogram that is being drawn; each answers a new one. */
import type { Planogram, PlanogramSlot } from '../../../core/stock/planogram.ts';

export interface Place {
  shelf: number;
  slot: number;
}

type Slots = readonly PlanogramSlot[];

const withSlots = (
  draft: Planogram,
  at: number,
  change: (slots: Slots) => PlanogramSlot[],
): Planogram => ({
  ...draft,
  shelves: draft.shelves.map((shelf, index) =>
    index === at ? { ...shelf, slots: change(shelf.slots) } : shelf,
  ),
});

/** The lowest number no slot of the shelf has: a slot keeps its name, and so its stock. */
const freeName = (taken: readonly string[]): string => {
  let name = 1;
  while (taken.includes(`${name}`)) name += 1;
  return `${name}`;
};

export const added = (draft: Planogram, shelf: number, sku: string): Planogram =>
  withSlots(draft, shelf, (slots) => {
    const slotId = freeName(slots.map((slot) => slot.slotId));
    return [...slots, { slotId, sku, capacity: 6, par: 6, facings: 1, unitWeightGrams: 300 }];
  });

/** A par above a smaller capacity comes down with it. */
export const changed = (
  draft: Planogram,
  { shelf, slot }: Place,
  change: Partial<PlanogramSlot>,
): Planogram =>
  withSlots(draft, shelf, (slots) =>
    slots.map((each, at) => {
      if (at !== slot) return each;
      const next = { ...each, ...change };
      return { ...next, par: Math.min(next.par, next.capacity) };
    }),
  );

export const removed = (draft: Planogram, { shelf, slot }: Place): Planogram =>
  withSlots(draft, shelf, (slots) => slots.filter((_, at) => at !== slot));

/** Within a shelf a slot keeps its name; on another shelf it is another place, so it gets one. */
export function moved(draft: Planogram, from: Place, to: Place): Planogram {
  const slot = draft.shelves[from.shelf]?.slots[from.slot];
  if (!slot || (from.shelf === to.shelf && from.slot === to.slot)) return draft;
  const without = removed(draft, from);
  return withSlots(without, to.shelf, (slots) => {
    const taken = slots.map(({ slotId }) => slotId);
    const slotId = from.shelf === to.shelf ? slot.slotId : freeName(taken);
    return [...slots.slice(0, to.slot), { ...slot, slotId }, ...slots.slice(to.slot)];
  });
}

export const withShelf = (draft: Planogram): Planogram => ({
  ...draft,
  shelves: [
    ...draft.shelves,
    { shelfId: freeName(draft.shelves.map(({ shelfId }) => shelfId)), slots: [] },
  ],
});
