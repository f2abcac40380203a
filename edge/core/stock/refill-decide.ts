/** A refill: what is to be put in, slot by slot, what was found, and what was missing at the end. */
import type { DomainEvent } from '../events.ts';
import { type LotLevel, type Place, type Refill, STORE_ROOM, type StockState } from './stock.ts';
import type { RefillLine } from './stock-events.ts';
import { accept, counted, placeAt, type StockDecision, slotAt } from './stock-places.ts';
import { refuseStock } from './stock-refusals.ts';

export type RefillCommand =
  | { kind: 'start-refill'; refillId: string; by: string; lines: RefillLine[] }
  | {
      kind: 'count-slot';
      refillId: string;
      location: string;
      /** Pieces found before anything was put in. */
      foundPieces: number;
      addedPieces: number;
      countedBy: 'weight' | 'hand';
    }
  | { kind: 'end-refill'; refillId: string; reason: string };

type Command<Kind extends RefillCommand['kind']> = Extract<RefillCommand, { kind: Kind }>;

export function decideRefill(state: StockState, command: RefillCommand): StockDecision {
  switch (command.kind) {
    case 'start-refill':
      return decideStart(state, command);
    case 'count-slot':
      return decideSlot(state, command);
    case 'end-refill':
      return decideEnd(state, command);
  }
}

function decideStart(state: StockState, command: Command<'start-refill'>): StockDecision {
  const { kind: _, ...body } = command;
  if (state.refills.has(body.refillId)) return accept();
  const [open] = state.refills.keys();
  if (open !== undefined) return refuseStock('REFILL_OPEN', { refill: open });
  if (body.by.trim() === '') return refuseStock('NAME_MISSING');
  const unknown = body.lines.find(({ location, sku }) => slotAt(state, location)?.sku !== sku);
  if (unknown) return refuseStock('SLOT_UNKNOWN', { location: unknown.location });
  return accept({ type: 'RefillStarted', body });
}

/**
 * One slot: the books are brought to what was found, then pieces move from the store room by
 * double entry, first expired first. Never more than the slot holds or the store room has.
 */
function decideSlot(state: StockState, command: Command<'count-slot'>): StockDecision {
  const { refillId, location, foundPieces, addedPieces, countedBy } = command;
  if (!state.refills.has(refillId)) return refuseStock('REFILL_UNKNOWN', { refill: refillId });
  const slot = slotAt(state, location);
  if (!slot) return refuseStock('SLOT_UNKNOWN', { location });
  const { sku, capacity } = slot;
  if (![foundPieces, addedPieces].every((each) => Number.isSafeInteger(each) && each >= 0))
    return refuseStock('PIECES_WRONG', { sku, pieces: addedPieces });
  if (foundPieces + addedPieces > capacity) return refuseStock('SLOT_FULL', { location, capacity });
  const place = placeAt(state, location, sku);
  const store = placeAt(state, STORE_ROOM, sku);
  if (addedPieces > store.pieces)
    return refuseStock('STOCK_SHORT', { location: STORE_ROOM, sku, pieces: store.pieces });
  const expectedPieces = place.pieces;
  const count = { location, sku, expectedPieces, foundPieces, addedPieces, countedBy };
  return accept(
    { type: 'RefillSlotCounted', body: { refillId, ...count } },
    ...counted(place, foundPieces).map((event) => inRefill(event, refillId)),
    ...carry(store, location, addedPieces, refillId),
  );
}

const inRefill = (event: DomainEvent, refillId: string): DomainEvent =>
  event.type === 'StockMoved' ? { ...event, body: { ...event.body, refillId } } : event;

/** Two moves for each lot carried; what has no lot goes last. */
function carry(store: Place, to: string, pieces: number, refillId: string): DomainEvent[] {
  const loose: LotLevel = { lotId: '', pieces: Number.MAX_SAFE_INTEGER, grams: 0 };
  const events: DomainEvent[] = [];
  let left = pieces;
  for (const lot of [...store.lots, loose]) {
    const taken = Math.min(left, lot.pieces);
    left -= taken;
    if (taken === 0) continue;
    const named = lot.lotId === '' ? {} : { lotId: lot.lotId };
    const move = (location: string, signed: number): DomainEvent => ({
      type: 'StockMoved',
      body: {
        cause: 'refill',
        refillId,
        ...named,
        move: { sku: store.sku, location, pieces: signed, grams: 0 },
      },
    });
    events.push(move(STORE_ROOM, -taken), move(to, taken));
  }
  return events;
}

/** Lines that are not, or not wholly, done. */
export function missingOf({ lines, counts }: Refill): RefillLine[] {
  return lines.flatMap((line) => {
    const added = counts
      .filter(({ location }) => location === line.location)
      .reduce((sum, count) => sum + count.addedPieces, 0);
    const wantedPieces = line.wantedPieces - added;
    return wantedPieces > 0 ? [{ ...line, wantedPieces }] : [];
  });
}

function decideEnd(state: StockState, command: Command<'end-refill'>): StockDecision {
  const { refillId, reason } = command;
  const refill = state.refills.get(refillId);
  if (!refill) return refuseStock('REFILL_UNKNOWN', { refill: refillId });
  const missing = missingOf(refill);
  const how = missing.length === 0 ? 'finished' : 'cut-short';
  return accept({ type: 'RefillEnded', body: { refillId, how, missing, reason } });
}
