/** Looks things up in a state of stock, and the events that bring its books to what was found. */
import type { DomainEvent } from '../events.ts';
import type { Outcome } from '../ports.ts';
import { cabinetOf, type PlacedSlot, slotsOf } from './planogram.ts';
import { type Place, placeKey, type StockState } from './stock.ts';

export type StockDecision = Outcome<DomainEvent[]>;

export const accept = (...events: DomainEvent[]): StockDecision => ({ ok: true, value: events });

/** The slot at a location by the planogram in force. */
export function slotAt(state: StockState, location: string): PlacedSlot | undefined {
  const planogram = state.planograms.get(cabinetOf(location) ?? '');
  return planogram && slotsOf(planogram).find((slot) => slot.location === location);
}

export const placeAt = (state: StockState, location: string, sku: string): Place =>
  state.places.get(placeKey(location, sku)) ?? { location, sku, pieces: 0, grams: 0, lots: [] };

/** Pieces of an article in a cabinet and the most its slots hold. */
export function cabinetLevel(
  state: StockState,
  cabinetId: string,
  sku: string,
): { pieces: number; capacity: number; par: number } {
  const planogram = state.planograms.get(cabinetId);
  const slots = planogram ? slotsOf(planogram).filter((slot) => slot.sku === sku) : [];
  return slots.reduce(
    (sum, { location, capacity, par }) => ({
      pieces: sum.pieces + placeAt(state, location, sku).pieces,
      capacity: sum.capacity + capacity,
      par: sum.par + par,
    }),
    { pieces: 0, capacity: 0, par: 0 },
  );
}

/** The books brought to what was found; nothing where they agree. */
export function counted({ location, sku, pieces: booked }: Place, found: number): DomainEvent[] {
  if (found === booked) return [];
  const move = { sku, location, pieces: found - booked, grams: 0 };
  return [{ type: 'StockMoved', body: { cause: 'counted', reason: 'miscount', move } }];
}
