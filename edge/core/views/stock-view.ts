/** What the operator's stock pages show and may ask. Amounts in pieces, weights in grams. */

import type { Text } from '../ports.ts';
import type { PickLine, TakeOut } from '../replenish/pick-list.ts';
import type { Keep } from '../stock/cold-chain.ts';
import type { Planogram } from '../stock/planogram.ts';
import type { Hold, OpenOrder, Refill } from '../stock/stock.ts';
import type { HoldCause, LossReason } from '../stock/stock-events.ts';
import type { ExpiryLine } from '../stock/stock-rules.ts';

export interface Named {
  name: Text;
  picture: string;
}

export interface SlotView extends Named {
  location: string;
  slotId: string;
  sku: string;
  pieces: number;
  par: number;
  capacity: number;
  facings: number;
  unitWeightGrams: number;
  /** Pieces by the slot's own load cell, where it rests and has one. */
  weighedPieces?: number;
  /** Code of why it does not sell: `SLOT_HELD`, `LOT_EXPIRED` … */
  stopped?: string;
  soonestExpiryWallMs?: number;
}

export interface ColdView {
  keep: Keep;
  limitDeciCelsius: number;
  deciCelsius?: number;
  /** Why the probe tells nothing: the number above is then the last one known. */
  fault?: string;
  excursion?: HoldCause;
  doorOpen: boolean;
}

export interface CabinetStockView {
  planogram: Planogram;
  /** The lay-out before this one, and until when it was in force. */
  before?: { planogram: Planogram; untilWallMs: number };
  shelves: { shelfId: string; slots: SlotView[] }[];
  cold?: ColdView;
}

export interface StorePlace extends Named {
  sku: string;
  pieces: number;
  grams: number;
  lots: { lotId: string; expiresWallMs?: number; pieces: number; grams: number }[];
}

export interface StockView {
  wallMs: number;
  clockTrusted: boolean;
  cabinets: CabinetStockView[];
  pick: { lines: (PickLine & Named)[]; takeOut: (TakeOut & Named)[] };
  /** The refill under way. */
  refill?: Refill;
  orders: (OpenOrder & Named)[];
  holds: Hold[];
  /** Up to 72 hours ahead, and what is over. */
  expiring: (ExpiryLine & Named)[];
  storeRoom: StorePlace[];
  recalls: { recallId: string; sku: string; supplierLot?: string; reason: string }[];
}

export interface ProposalView extends Named {
  cabinetId: string;
  sku: string;
  packs: number;
  packSize: number;
  pieces: number;
  onHand: number;
  onOrder: number;
  capacity: number;
  perDay: number;
  /** Days that what is there will last, at most 99. */
  coverDays: number;
  leadDays: number;
  openOrderId?: string;
  reason: Text;
}

export interface TemperatureView {
  cabinetId: string;
  limitDeciCelsius: number;
  /** `[wall seconds, tenths of a degree or null]`, oldest first, at most one a few minutes. */
  points: [number, number | null][];
}

/** What a person asks; names and ids are added by the box. */
export type StockAsk =
  | { kind: 'publish-planogram'; planogram: Planogram; basedOn: number }
  | {
      kind: 'receive';
      sku: string;
      pieces: number;
      /** Last day of sale, `2026-11-23`. */
      expiresOn?: string;
      supplierLot?: string;
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
    }
  | { kind: 'recall'; sku: string; supplierLot?: string; reason: string }
  | { kind: 'hold'; cabinetId: string; locations: string[] }
  | { kind: 'clear'; holdId: string; verdict: 'sell' | 'discard'; note: string }
  /** What is proposed now for these articles; all of them where none is named. */
  | { kind: 'order'; cabinetId?: string; skus?: string[] }
  | { kind: 'cancel-order'; orderId: string; reason: string }
  | { kind: 'start-refill'; cabinets?: string[] }
  | {
      kind: 'count-slot';
      location: string;
      foundPieces: number;
      addedPieces: number;
      countedBy: 'weight' | 'hand';
    }
  | { kind: 'end-refill'; reason: string };
