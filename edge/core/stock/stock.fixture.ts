/** A small cabinet for tests, and a stock that is only ever changed by its events. */
import type { DomainEvent } from '../events.ts';
import type { Planogram, PlanogramSlot } from './planogram.ts';
import type { StockState } from './stock.ts';
import { decideStock, type StockCommand } from './stock-decide.ts';
import { stockFold } from './stock-fold.ts';
import type { StockDecision } from './stock-places.ts';

export const NOON_MS = 1_795_492_800_000;
export const DAY_MS = 86_400_000;
export const MILK = 'cabinet-1/1/1';
export const COLA = 'cabinet-1/1/2';

const slot = (slotId: string, sku: string, change: Partial<PlanogramSlot> = {}): PlanogramSlot => ({
  slotId,
  sku,
  capacity: 8,
  par: 6,
  facings: 2,
  unitWeightGrams: 250,
  ...change,
});

export const PLANOGRAM: Planogram = {
  cabinetId: 'cabinet-1',
  version: 1,
  origin: 'local',
  shelves: [
    { shelfId: '1', slots: [slot('1', 'milk'), slot('2', 'cola')] },
    { shelfId: '2', slots: [slot('1', 'cola', { capacity: 10, par: 10 })] },
  ],
};

export interface Keeper {
  state(): StockState;
  /** Decides, and keeps the events where it was accepted. */
  do(command: StockCommand): StockDecision;
  record(...events: DomainEvent[]): void;
}

export function keeper(wallMs = NOON_MS): Keeper {
  const fold = stockFold();
  const { state } = fold;
  const record = (...events: DomainEvent[]) => {
    for (const event of events) fold.apply(event, wallMs);
  };
  return {
    state: () => state,
    record,
    do(command) {
      const decision = decideStock(state, command);
      if (decision.ok) record(...decision.value);
      return decision;
    },
  };
}

/** A cabinet with its planogram and `pieces` of milk and cola in the store room. */
export function stocked(pieces: { milk?: number; cola?: number } = {}): Keeper {
  const room = keeper();
  room.do({ kind: 'publish-planogram', planogram: PLANOGRAM, basedOn: 0 });
  if (pieces.milk)
    room.do({
      kind: 'receive',
      lot: {
        lotId: 'm1',
        sku: 'milk',
        expiresWallMs: NOON_MS + 3 * DAY_MS,
        receivedWallMs: NOON_MS,
      },
      pieces: pieces.milk,
      grams: 0,
      dated: true,
    });
  if (pieces.cola)
    room.do({
      kind: 'receive',
      lot: { lotId: 'c1', sku: 'cola', receivedWallMs: NOON_MS },
      pieces: pieces.cola,
      grams: 0,
      dated: false,
    });
  return room;
}

/** `pieces` of `sku` sold from `location`, as a sale's completion records it. */
export const sold = (sku: string, location: string, pieces: number): DomainEvent => ({
  type: 'StockMoved',
  body: {
    cause: 'sale',
    saleId: 's',
    lineId: 'l',
    move: { sku, location, pieces: -pieces, grams: 0 },
  },
});

export const trusted = (wallMs = NOON_MS) => ({
  wallMs,
  today: new Date(wallMs).toISOString().slice(0, 10),
  trusted: true,
});
