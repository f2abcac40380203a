/** Goods by lot and slot: what every ledger must keep, event by event (INV-K1, K2, K5). */
import type { RecordedEvent } from '../core/events.ts';
import { cabinetOf, slotsOf } from '../core/stock/planogram.ts';
import { placeKey } from '../core/stock/stock.ts';
import { type StockFold, stockFold } from '../core/stock/stock-fold.ts';
import { cabinetLevel } from '../core/stock/stock-places.ts';

/** Looks at an event with the stock as it was before it. */
type StockWatch = (event: RecordedEvent, stock: StockFold) => string[];

/** A sale names what it sold and where; goods in lots never come out of nothing. */
const lotsInPlaces: StockWatch = (event, { read }) => {
  if (event.type !== 'StockMoved') return [];
  const { cause, lotId, move } = event.body;
  const place = read('places', placeKey(move.location, move.sku));
  if (lotId === undefined) return [];
  const lot = read('lots', lotId);
  if (!lot) return [`lot ${lotId} moves before it was received`];
  const there = place?.lots.find((each) => each.lotId === lotId)?.pieces ?? 0;
  const short = move.pieces < 0 && -move.pieces > there;
  return short ? [`${cause} takes ${-move.pieces} of lot ${lotId}, ${there} were there`] : [];
};

/** A refill never fills a slot above its capacity, nor the store room below zero. */
const withinBounds: StockWatch = (event, { read }) => {
  if (event.type !== 'StockMoved' || event.body.cause !== 'refill') return [];
  const { location, sku, pieces } = event.body.move;
  const after = (read('places', placeKey(location, sku))?.pieces ?? 0) + pieces;
  if (after < 0) return [`a refill leaves ${after} of ${sku} at ${location}`];
  const planogram = read('planograms', cabinetOf(location) ?? '');
  const slot = planogram && slotsOf(planogram).find((each) => each.location === location);
  const over = slot !== undefined && after > slot.capacity;
  return over ? [`${after} of ${sku} at ${location}, which holds ${slot.capacity}`] : [];
};

/** Of one commit, a counted slot's difference is the sum of its moves. */
function beginRefills(): StockWatch {
  let open: { tx: string; location: string; due: number } | undefined;
  const settle = (): string[] => {
    const wrong = open && open.due !== 0 ? [`${open.location} is ${open.due} pieces off`] : [];
    open = undefined;
    return wrong;
  };
  return (event) => {
    const late = open && open.tx !== event.tx ? settle() : [];
    if (event.type === 'RefillSlotCounted') {
      const before = settle();
      const { location, expectedPieces, foundPieces, addedPieces } = event.body;
      open = { tx: event.tx, location, due: foundPieces - expectedPieces + addedPieces };
      return [...late, ...before];
    }
    if (event.type === 'StockMoved' && open && event.body.move.location === open.location)
      open.due -= event.body.move.pieces;
    return late;
  };
}

/** Orders are above zero, fit the cabinet, and are open once for an article and a cabinet. */
const soundOrders: StockWatch = (event, { state }) => {
  if (event.type !== 'ReplenishmentOrdered') return [];
  const { orderId, cabinetId, sku, pieces } = event.body;
  const { capacity } = cabinetLevel(state, cabinetId, sku);
  const twins = [...state.orders.values()].filter(
    (order) => order.cabinetId === cabinetId && order.sku === sku,
  );
  return [
    ...(pieces <= 0 ? [`${orderId} asks for ${pieces} pieces`] : []),
    ...(pieces > capacity ? [`${orderId}: ${pieces} pieces, ${cabinetId} holds ${capacity}`] : []),
    ...twins.map((twin) => `${orderId} was ordered while ${twin.orderId} is open`),
  ];
};

/** All of them, over one fold of the stock; violations by invariant. */
export const STOCK_INVARIANTS = ['INV-K1', 'INV-K2', 'INV-K5'] as const;

export function beginStockWatch(): (
  event: RecordedEvent,
) => { invariant: (typeof STOCK_INVARIANTS)[number]; detail: string }[] {
  const fold = stockFold();
  const refills = beginRefills();
  const watches = [
    { invariant: 'INV-K1', watch: lotsInPlaces },
    { invariant: 'INV-K2', watch: refills },
    { invariant: 'INV-K2', watch: withinBounds },
    { invariant: 'INV-K5', watch: soundOrders },
  ] as const;
  return (event) => {
    const found = watches.flatMap(({ invariant, watch }) =>
      watch(event, fold).map((detail) => ({ invariant, detail: `${event.seq}: ${detail}` })),
    );
    fold.apply(event, event.wallMs);
    return found;
  };
}
