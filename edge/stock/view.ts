/** Gathers what the stock pages show from the ledger, the probes and the shelves. */

import { pickList } from '../core/replenish/pick-list.ts';
import { type Planogram, slotsOf } from '../core/stock/planogram.ts';
import { STORE_ROOM, type StockState } from '../core/stock/stock.ts';
import { placeAt } from '../core/stock/stock-places.ts';
import { type DateClock, expiring, whyUnsellable } from '../core/stock/stock-rules.ts';
import type { CabinetStockView, Named, SlotView, StockView } from '../core/views/stock-view.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { ColdWatch } from './cold-watch.ts';
import type { ShelfWeights } from './shelf-weights.ts';

const EXPIRY_HOURS = 72;

export interface StockViewParts {
  ledger: Ledger;
  cold: ReadonlyMap<string, ColdWatch>;
  weights: ShelfWeights;
  dates(): DateClock;
}

/** Name and picture of an article; its number where the price book no longer has it. */
export function naming(ledger: Ledger): (sku: string) => Named {
  const version = ledger.priceBookVersion();
  return (sku) => {
    const item = ledger.item(version, sku);
    return { name: item?.name ?? { zh: sku, en: sku }, picture: item?.picture ?? '' };
  };
}

export function stockView({ ledger, cold, weights, dates }: StockViewParts): StockView {
  const state = ledger.stockState();
  const clock = dates();
  const name = naming(ledger);
  const withName = <T extends { sku: string }>(row: T) => ({ ...row, ...name(row.sku) });
  const pick = pickList(state, clock);
  const [refill] = state.refills.values();
  return {
    wallMs: clock.wallMs,
    clockTrusted: clock.trusted,
    cabinets: [...state.planograms.values()].map((planogram) => {
      const watch = cold.get(planogram.cabinetId);
      const shelves = shelvesOf(planogram, state, clock, weights, name);
      const { before } = state.layouts.get(planogram.cabinetId) ?? {};
      const cooled = watch && { cold: watch.view() };
      return { planogram, shelves, ...(before && { before }), ...cooled };
    }),
    pick: { lines: pick.lines.map(withName), takeOut: pick.takeOut.map(withName) },
    ...(refill && { refill }),
    orders: [...state.orders.values()].map(withName),
    holds: [...state.holds.values()],
    expiring: expiring(state, clock.wallMs, EXPIRY_HOURS).map(withName),
    storeRoom: [...state.places.values()]
      .filter(({ location, pieces, grams }) => location === STORE_ROOM && pieces + grams > 0)
      .map(({ sku, pieces, grams, lots }) => withName({ sku, pieces, grams, lots })),
    recalls: [...state.recalls.values()],
  };
}

function shelvesOf(
  planogram: Planogram,
  state: StockState,
  clock: DateClock,
  weights: ShelfWeights,
  name: (sku: string) => Named,
): CabinetStockView['shelves'] {
  const placed = new Map(
    slotsOf(planogram).map((slot) => [`${slot.shelfId}/${slot.slotId}`, slot.location]),
  );
  return planogram.shelves.map((shelf) => ({
    shelfId: shelf.shelfId,
    slots: shelf.slots.map((slot): SlotView => {
      const { slotId, sku, par, capacity, facings, unitWeightGrams } = slot;
      const location = placed.get(`${shelf.shelfId}/${slotId}`) ?? '';
      const { pieces, lots } = placeAt(state, location, sku);
      const weighedPieces = weights.pieces(shelf, slot);
      const stopped = whyUnsellable(state, { sku, location }, clock)?.code;
      const soonest = lots[0]?.expiresWallMs;
      return {
        location,
        slotId,
        sku,
        ...name(sku),
        pieces,
        par,
        capacity,
        facings,
        unitWeightGrams,
        ...(weighedPieces !== undefined && { weighedPieces }),
        ...(stopped !== undefined && { stopped }),
        ...(soonest !== undefined && { soonestExpiryWallMs: soonest }),
      };
    }),
  }));
}
