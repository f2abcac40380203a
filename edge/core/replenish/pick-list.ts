/** What to carry from the store room to the cabinets, and what to take out of them. */
import { grouped } from '../sale/grouped.ts';
import { slotsOf } from '../stock/planogram.ts';
import type { StockState } from '../stock/stock.ts';
import { STORE_ROOM } from '../stock/stock.ts';
import type { RefillLine } from '../stock/stock-events.ts';
import { placeAt } from '../stock/stock-places.ts';
import { type DateClock, whyUnsellable } from '../stock/stock-rules.ts';

export interface PickSlot {
  location: string;
  cabinetId: string;
  havePieces: number;
  par: number;
  /** To be put in by this list: never more than the store room has for it. */
  wantedPieces: number;
  /** What par would need beyond that. */
  shortPieces: number;
}

export interface PickLine {
  sku: string;
  wantedPieces: number;
  storePieces: number;
  shortPieces: number;
  slots: PickSlot[];
}

/** Pieces at a place that must be taken out before it sells again. */
export interface TakeOut {
  location: string;
  sku: string;
  pieces: number;
  code: string;
}

export interface PickList {
  lines: PickLine[];
  takeOut: TakeOut[];
}

/** What is missing to par, emptiest slots first, out of what the store room may still give. */
function lineOf(
  state: StockState,
  sku: string,
  slots: ReturnType<typeof slotsOf>,
  clock: DateClock,
): PickLine {
  const store = placeAt(state, STORE_ROOM, sku);
  const blocked = whyUnsellable(state, { sku, location: STORE_ROOM }, clock);
  const storePieces = blocked ? 0 : Math.max(0, store.pieces);
  const levels = slots
    .map(({ location, cabinetId, par }) => {
      const havePieces = placeAt(state, location, sku).pieces;
      return { location, cabinetId, par, havePieces, needed: Math.max(0, par - havePieces) };
    })
    .filter(({ needed }) => needed > 0)
    .sort((one, other) => one.havePieces / one.par - other.havePieces / other.par);
  let left = storePieces;
  const picked = levels.map(({ needed, ...level }): PickSlot => {
    const wantedPieces = Math.min(needed, left);
    left -= wantedPieces;
    return { ...level, wantedPieces, shortPieces: needed - wantedPieces };
  });
  const total = (of: 'wantedPieces' | 'shortPieces') =>
    picked.reduce((sum, slot) => sum + slot[of], 0);
  return {
    sku,
    wantedPieces: total('wantedPieces'),
    storePieces,
    shortPieces: total('shortPieces'),
    slots: picked,
  };
}

/** One list over all cabinets, or those named, by article; held slots are not filled. */
export function pickList(
  state: StockState,
  clock: DateClock,
  cabinets?: readonly string[],
): PickList {
  const slots = [...state.planograms.values()]
    .filter(({ cabinetId }) => !cabinets || cabinets.includes(cabinetId))
    .flatMap(slotsOf);
  const takeOut: TakeOut[] = [];
  const open = slots.filter(({ location, sku }) => {
    const refusal = whyUnsellable(state, { sku, location }, clock);
    const { pieces } = placeAt(state, location, sku);
    if (refusal && pieces > 0) takeOut.push({ location, sku, pieces, code: refusal.code });
    return !refusal;
  });
  const bySku = grouped(open, ({ sku }) => sku);
  const lines = [...bySku]
    .map(([sku, each]) => lineOf(state, sku, each, clock))
    .filter(({ wantedPieces, shortPieces }) => wantedPieces + shortPieces > 0)
    .sort((one, other) => (one.sku < other.sku ? -1 : 1));
  return { lines, takeOut };
}

/** The lines of a refill, shelf by shelf as a person walks along the cabinets. */
export function refillLines({ lines }: PickList): RefillLine[] {
  return lines
    .flatMap(({ sku, slots }) =>
      slots.map(({ location, wantedPieces }) => ({ location, sku, wantedPieces })),
    )
    .filter(({ wantedPieces }) => wantedPieces > 0)
    .sort((one, other) => (one.location < other.location ? -1 : 1));
}

/** Pieces by weight: what the cell shows over the weight of one, to the nearest whole piece. */
export function piecesByWeight(grams: number, unitWeightGrams: number): number {
  return Math.max(0, Math.round(grams / unitWeightGrams));
}
