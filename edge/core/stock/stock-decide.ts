/** decide(state, command) for goods: receiving, counting, losses, recalls, holds and planograms. */
import type { DomainEvent } from '../events.ts';
import type { Text } from '../ports.ts';
import { cabinetOf, type Planogram } from './planogram.ts';
import { decideRefill, type RefillCommand } from './refill-decide.ts';
import { type Place, STORE_ROOM, type StockState } from './stock.ts';
import type { HoldCause, LossReason, Lot } from './stock-events.ts';
import {
  accept,
  cabinetLevel,
  counted,
  placeAt,
  type StockDecision,
  slotAt,
} from './stock-places.ts';
import { refuseStock } from './stock-refusals.ts';

export type StockCommand =
  | { kind: 'publish-planogram'; planogram: Planogram; basedOn: number }
  | {
      kind: 'receive';
      lot: Lot;
      pieces: number;
      grams: number;
      /** Whether goods of this kind carry a date. */
      dated: boolean;
      orderId?: string;
    }
  | { kind: 'count'; location: string; sku: string; pieces: number }
  | {
      kind: 'lose';
      cause: 'waste' | 'shrink';
      reason: LossReason;
      location: string;
      sku: string;
      lotId?: string;
      pieces: number;
      grams: number;
    }
  | {
      kind: 'recall';
      recallId: string;
      sku: string;
      supplierLot?: string;
      reason: string;
      by: string;
    }
  | {
      kind: 'hold';
      holdId: string;
      cabinetId: string;
      locations: string[];
      cause: HoldCause;
      deciCelsius?: number;
    }
  | { kind: 'clear'; holdId: string; by: string; verdict: 'sell' | 'discard'; note: string }
  | {
      kind: 'order';
      orderId: string;
      cabinetId: string;
      sku: string;
      packs: number;
      pieces: number;
      reason: Text;
    }
  | { kind: 'cancel-order'; orderId: string; reason: string }
  | RefillCommand;

type Command<Kind extends StockCommand['kind']> = Extract<StockCommand, { kind: Kind }>;

const sound = (amount: number): boolean => Number.isSafeInteger(amount) && amount >= 0;

/** What a command makes happen, or why not. No events at all: it had been done before. */
export function decideStock(state: StockState, command: StockCommand): StockDecision {
  switch (command.kind) {
    case 'publish-planogram':
      return decidePlanogram(state, command);
    case 'receive':
      return decideReceive(state, command);
    case 'count':
      return decideCount(state, command);
    case 'lose':
      return decideLoss(state, command);
    case 'recall':
      return decideRecall(state, command);
    case 'hold':
      return decideHold(state, command);
    case 'clear':
      return decideClear(state, command);
    case 'order':
      return decideOrder(state, command);
    case 'cancel-order': {
      const { orderId, reason } = command;
      if (!state.orders.has(orderId)) return refuseStock('ORDER_UNKNOWN', { orderId });
      return accept({ type: 'ReplenishmentCancelled', body: { orderId, reason } });
    }
    default:
      return decideRefill(state, command);
  }
}

function decidePlanogram(
  state: StockState,
  { planogram, basedOn }: Command<'publish-planogram'>,
): StockDecision {
  const { cabinetId, version } = planogram;
  const current = state.planograms.get(cabinetId);
  if (current && JSON.stringify(current) === JSON.stringify(planogram)) return accept();
  const inForce = current?.version ?? 0;
  if (basedOn !== inForce || version <= inForce)
    return refuseStock('PLANOGRAM_OLD', { cabinetId, version: inForce });
  return accept({ type: 'PlanogramPublished', body: { planogram } });
}

const sameLot = (one: Lot, other: Lot): boolean =>
  one.sku === other.sku &&
  one.supplierLot === other.supplierLot &&
  one.expiresWallMs === other.expiresWallMs;

/** A delivery into the store room. The same lot again is the same delivery told twice. */
function decideReceive(state: StockState, command: Command<'receive'>): StockDecision {
  const { lot, pieces, grams, dated, orderId } = command;
  const { lotId, sku } = lot;
  const known = state.lots.get(lotId);
  if (known) return sameLot(known, lot) ? accept() : refuseStock('LOT_EXISTS', { lot: lotId });
  if (!sound(pieces) || !sound(grams) || pieces + grams === 0)
    return refuseStock('PIECES_WRONG', { sku, pieces });
  if (dated && lot.expiresWallMs === undefined) return refuseStock('DATE_MISSING', { sku });
  if (orderId !== undefined && state.orders.get(orderId)?.sku !== sku)
    return refuseStock('ORDER_UNKNOWN', { orderId });
  const named = orderId === undefined ? {} : { orderId };
  const move = { sku, location: STORE_ROOM, pieces, grams };
  const events: DomainEvent[] = [
    { type: 'LotReceived', body: { lot } },
    { type: 'StockMoved', body: { cause: 'received', lotId, ...named, move } },
  ];
  if (orderId !== undefined)
    events.push({ type: 'ReplenishmentReceived', body: { orderId, pieces } });
  return accept(...events);
}

/** What a person found. Books follow; the difference is kept as an event of its own. */
function decideCount(state: StockState, command: Command<'count'>): StockDecision {
  const { location, sku, pieces } = command;
  if (!sound(pieces)) return refuseStock('PIECES_WRONG', { sku, pieces });
  const slot = slotAt(state, location);
  if (cabinetOf(location) && slot?.sku !== sku) return refuseStock('SLOT_UNKNOWN', { location });
  if (slot && pieces > slot.capacity)
    return refuseStock('SLOT_FULL', { location, capacity: slot.capacity });
  return accept(...counted(placeAt(state, location, sku), pieces));
}

function decideLoss(state: StockState, command: Command<'lose'>): StockDecision {
  const { cause, reason, location, sku, lotId, pieces, grams } = command;
  if (!sound(pieces) || !sound(grams) || pieces + grams === 0)
    return refuseStock('PIECES_WRONG', { sku, pieces });
  const place = placeAt(state, location, sku);
  const lot = place.lots.find((each) => each.lotId === lotId);
  if (lotId !== undefined && !lot) return refuseStock('LOT_UNKNOWN', { lot: lotId, location });
  const there = lot ?? place;
  if (pieces > there.pieces || grams > there.grams)
    return refuseStock('STOCK_SHORT', { location, pieces: there.pieces, grams: there.grams });
  const named = lotId === undefined ? {} : { lotId };
  const move = { sku, location, pieces: -pieces, grams: -grams };
  return accept({ type: 'StockMoved', body: { cause, reason, ...named, move } });
}

function decideRecall(state: StockState, command: Command<'recall'>): StockDecision {
  const { kind: _, ...body } = command;
  if (body.by.trim() === '') return refuseStock('NAME_MISSING');
  const known = [...state.recalls.values()].some(
    ({ sku, supplierLot }) => sku === body.sku && supplierLot === body.supplierLot,
  );
  return known ? accept() : accept({ type: 'LotRecalled', body });
}

/** Slots stop selling together with the lots in them, wherever else those lie. */
function decideHold(state: StockState, command: Command<'hold'>): StockDecision {
  const { kind: _, ...asked } = command;
  if (state.holds.has(asked.holdId)) return accept();
  const held = new Set([...state.holds.values()].flatMap((hold) => hold.locations));
  const locations = asked.locations.filter((location) => !held.has(location));
  if (locations.length === 0) return accept();
  const lotIds = [...state.places.values()]
    .filter(({ location }) => locations.includes(location))
    .flatMap(({ lots }) => lots.map(({ lotId }) => lotId));
  const body = { ...asked, locations, lotIds: [...new Set(lotIds)].sort() };
  return accept({ type: 'SlotsHeld', body });
}

/** Discarding takes everything out of the held slots as waste, in the same commit. */
function decideClear(state: StockState, command: Command<'clear'>): StockDecision {
  const { kind: _, ...body } = command;
  const hold = state.holds.get(body.holdId);
  if (!hold) return refuseStock('HOLD_UNKNOWN', { hold: body.holdId });
  if (body.by.trim() === '') return refuseStock('NAME_MISSING');
  const cleared: DomainEvent = { type: 'SlotsCleared', body };
  if (body.verdict === 'sell') return accept(cleared);
  const reason = hold.cause === 'by-hand' ? 'other' : 'too-warm';
  const waste = [...state.places.values()]
    .filter(({ location, pieces }) => hold.locations.includes(location) && pieces > 0)
    .flatMap((place) => emptied(place, reason));
  return accept(...waste, cleared);
}

/** A place emptied lot by lot, and then what has no lot. */
function emptied({ location, sku, pieces, lots }: Place, reason: LossReason): DomainEvent[] {
  const loss = (gone: number, lotId?: string): DomainEvent => ({
    type: 'StockMoved',
    body: {
      cause: 'waste',
      reason,
      ...(lotId !== undefined && { lotId }),
      move: { sku, location, pieces: -gone, grams: 0 },
    },
  });
  const known = lots.reduce((sum, lot) => sum + lot.pieces, 0);
  const rest = pieces > known ? [loss(pieces - known)] : [];
  return [...lots.map((lot) => loss(lot.pieces, lot.lotId)), ...rest];
}

/** One open order an article and cabinet, and never more than the cabinet has room for. */
function decideOrder(state: StockState, command: Command<'order'>): StockDecision {
  const { kind: _, ...body } = command;
  const { orderId, cabinetId, sku, pieces, packs } = body;
  if (state.orders.has(orderId)) return accept();
  const open = [...state.orders.values()].find(
    (order) => order.cabinetId === cabinetId && order.sku === sku,
  );
  if (open) return refuseStock('ORDER_OPEN', { sku, order: open.orderId });
  if (!sound(pieces) || pieces === 0 || !sound(packs) || packs === 0 || pieces % packs !== 0)
    return refuseStock('PIECES_WRONG', { sku, pieces });
  const { capacity } = cabinetLevel(state, cabinetId, sku);
  if (pieces > capacity) return refuseStock('ORDER_TOO_MUCH', { sku, capacity });
  return accept({ type: 'ReplenishmentOrdered', body });
}
