/** What lies where, of which lots, and what is held, ordered and being refilled: from events. */
import type { DomainEvent } from '../events.ts';
import type { Planogram } from './planogram.ts';
import type { Lot, RefillLine, StockEventBodies, StockMove } from './stock-events.ts';

/** Where goods wait that were delivered and are not yet in a cabinet. */
export const STORE_ROOM = 'store-room';
/** Where a lane's goods lie. */
export const FLOOR = 'floor';

export interface LotLevel {
  lotId: string;
  expiresWallMs?: number;
  pieces: number;
  grams: number;
}

/** One article at one location. `lots` stand in the order they sell: first expired, first out. */
export interface Place {
  location: string;
  sku: string;
  pieces: number;
  grams: number;
  lots: LotLevel[];
  /** Since when there has been none, for goods by the piece that were here before. */
  emptySinceWallMs?: number;
}

export interface KnownLot extends Lot {
  percentOff: number;
}

export type Recall = Omit<StockEventBodies['LotRecalled'], 'by'>;

export type Hold = StockEventBodies['SlotsHeld'] & { sinceWallMs: number };

export type OpenOrder = Omit<StockEventBodies['ReplenishmentOrdered'], 'reason'> & {
  orderedWallMs: number;
};

export type RefillCount = Omit<StockEventBodies['RefillSlotCounted'], 'refillId'>;

export interface Refill {
  refillId: string;
  by: string;
  startedWallMs: number;
  lines: RefillLine[];
  counts: RefillCount[];
}

/** Rows of each family by key; `orders` and `refills` only while they are open. */
export interface StockState {
  lots: ReadonlyMap<string, KnownLot>;
  /** By `placeKey`. */
  places: ReadonlyMap<string, Place>;
  planograms: ReadonlyMap<string, Planogram>;
  recalls: ReadonlyMap<string, Recall>;
  holds: ReadonlyMap<string, Hold>;
  orders: ReadonlyMap<string, OpenOrder>;
  refills: ReadonlyMap<string, Refill>;
  /** By cabinet: what was drawn before, and what head office drew last. */
  layouts: ReadonlyMap<string, Layouts>;
}

export interface Layouts {
  /** The one before the one in force, and until when it was. */
  before?: { planogram: Planogram; untilWallMs: number };
  headOffice?: Planogram;
}

export type StockFamily = keyof StockState;
type Row<Family extends StockFamily> =
  StockState[Family] extends ReadonlyMap<string, infer Value> ? Value : never;

/** One row put in or (without a value) taken out. */
export type StockChange = {
  [Family in StockFamily]: { family: Family; key: string; value: Row<Family> | undefined };
}[StockFamily];

export type StockReader = <Family extends StockFamily>(
  family: Family,
  key: string,
) => Row<Family> | undefined;

export const STOCK_FAMILIES = [
  'lots',
  'places',
  'planograms',
  'recalls',
  'holds',
  'orders',
  'refills',
  'layouts',
] as const satisfies readonly StockFamily[];

export const NO_STOCK: StockState = {
  lots: new Map(),
  places: new Map(),
  planograms: new Map(),
  recalls: new Map(),
  holds: new Map(),
  orders: new Map(),
  refills: new Map(),
  layouts: new Map(),
};

export const placeKey = (location: string, sku: string): string => `${location}\n${sku}`;

/** The order in which lots go out: by date, undated last, then by name so that it is one order. */
function sellsBefore(one: LotLevel, other: LotLevel): number {
  const [a, b] = [one, other].map(({ expiresWallMs }) => expiresWallMs ?? Number.MAX_SAFE_INTEGER);
  return (a ?? 0) - (b ?? 0) || (one.lotId < other.lotId ? -1 : 1);
}

/** Takes `amount` of one measure out of `lots`, in their order; a lot never falls below zero. */
function takeOut(lots: LotLevel[], measure: 'pieces' | 'grams', amount: number): LotLevel[] {
  let left = amount;
  return lots.map((lot) => {
    const taken = Math.min(left, lot[measure]);
    left -= taken;
    return taken === 0 ? lot : { ...lot, [measure]: lot[measure] - taken };
  });
}

function intoLot(place: Place, move: StockMove, lot: KnownLot): LotLevel[] {
  const { lotId, expiresWallMs } = lot;
  const dated = expiresWallMs === undefined ? {} : { expiresWallMs };
  const known = place.lots.find((each) => each.lotId === lotId);
  const before = known ?? { lotId, ...dated, pieces: 0, grams: 0 };
  const after = {
    ...before,
    pieces: Math.max(0, before.pieces + move.pieces),
    grams: Math.max(0, before.grams + move.grams),
  };
  const others = place.lots.filter((each) => each.lotId !== lotId);
  return [...others, after].sort(sellsBefore);
}

function outOfLots(place: Place, { pieces, grams }: StockMove): LotLevel[] {
  const lighter = pieces < 0 ? takeOut(place.lots, 'pieces', -pieces) : place.lots;
  return grams < 0 ? takeOut(lighter, 'grams', -grams) : lighter;
}

/** The place after a move at `wallMs`; a lot with nothing left is gone. */
function moved(place: Place, move: StockMove, lot: KnownLot | undefined, wallMs: number): Place {
  const { emptySinceWallMs = wallMs, ...before } = place;
  const lots = lot ? intoLot(place, move, lot) : outOfLots(place, move);
  const pieces = place.pieces + move.pieces;
  const isEmpty = pieces <= 0 && (move.pieces !== 0 || place.emptySinceWallMs !== undefined);
  return {
    ...before,
    pieces,
    grams: place.grams + move.grams,
    lots: lots.filter((each) => each.pieces > 0 || each.grams > 0),
    ...(isEmpty && { emptySinceWallMs }),
  };
}

type Of<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>;

function moveChange(read: StockReader, { body }: Of<'StockMoved'>, wallMs: number): StockChange[] {
  const { sku, location } = body.move;
  const key = placeKey(location, sku);
  const before = read('places', key) ?? { location, sku, pieces: 0, grams: 0, lots: [] };
  const lot = body.lotId === undefined ? undefined : read('lots', body.lotId);
  return [{ family: 'places', key, value: moved(before, body.move, lot, wallMs) }];
}

function refillChange(read: StockReader, { body }: Of<'RefillSlotCounted'>): StockChange[] {
  const { refillId, ...count } = body;
  const refill = read('refills', refillId);
  if (!refill) return [];
  const value = { ...refill, counts: [...refill.counts, count] };
  return [{ family: 'refills', key: refillId, value }];
}

function markdownChange(read: StockReader, { body }: Of<'LotMarkedDown'>): StockChange[] {
  const { lotId, percentOff } = body;
  const lot = read('lots', lotId);
  return lot ? [{ family: 'lots', key: lotId, value: { ...lot, percentOff } }] : [];
}

function planogramChange(
  read: StockReader,
  { body: { planogram } }: Of<'PlanogramPublished'>,
  wallMs: number,
): StockChange[] {
  const key = planogram.cabinetId;
  const inForce = read('planograms', key);
  const value = {
    ...read('layouts', key),
    ...(inForce && { before: { planogram: inForce, untilWallMs: wallMs } }),
    ...(planogram.origin === 'head-office' && { headOffice: planogram }),
  };
  return [
    { family: 'planograms', key, value: planogram },
    { family: 'layouts', key, value },
  ];
}

/** What one event changes; events about anything else change nothing. */
export function stockChanges(read: StockReader, event: DomainEvent, wallMs: number): StockChange[] {
  switch (event.type) {
    case 'StockMoved':
      return moveChange(read, event, wallMs);
    case 'PlanogramPublished':
      return planogramChange(read, event, wallMs);
    case 'LotReceived': {
      const { lot } = event.body;
      return [{ family: 'lots', key: lot.lotId, value: { ...lot, percentOff: 0 } }];
    }
    case 'LotMarkedDown':
      return markdownChange(read, event);
    case 'LotRecalled': {
      const { by: _, ...value } = event.body;
      return [{ family: 'recalls', key: value.recallId, value }];
    }
    case 'SlotsHeld': {
      const value = { ...event.body, sinceWallMs: wallMs };
      return [{ family: 'holds', key: value.holdId, value }];
    }
    case 'SlotsCleared':
      return [{ family: 'holds', key: event.body.holdId, value: undefined }];
    case 'ReplenishmentOrdered': {
      const { reason: _, ...order } = event.body;
      return [{ family: 'orders', key: order.orderId, value: { ...order, orderedWallMs: wallMs } }];
    }
    case 'ReplenishmentReceived':
    case 'ReplenishmentCancelled':
      return [{ family: 'orders', key: event.body.orderId, value: undefined }];
    case 'RefillStarted': {
      const value = { ...event.body, startedWallMs: wallMs, counts: [] };
      return [{ family: 'refills', key: value.refillId, value }];
    }
    case 'RefillSlotCounted':
      return refillChange(read, event);
    case 'RefillEnded':
      return [{ family: 'refills', key: event.body.refillId, value: undefined }];
    default:
      return [];
  }
}
