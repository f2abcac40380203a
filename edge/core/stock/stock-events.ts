/** Events about goods: where they lie, which lots they are of, what is on order and on its way. */

import type { Text } from '../ports.ts';
import type { Planogram } from './planogram.ts';

export interface StockMove {
  sku: string;
  location: string;
  /** Signed pieces, for goods sold by the piece. */
  pieces: number;
  /** Signed grams, for goods sold by weight. */
  grams: number;
}

/** Goods of one delivery with one date. The pieces come with `StockMoved`. */
export interface Lot {
  lotId: string;
  sku: string;
  /** The maker's batch, as printed (AI 10). */
  supplierLot?: string;
  /** First instant at which it may no longer be sold; left out for goods that keep. */
  expiresWallMs?: number;
  receivedWallMs: number;
}

export type StockCause =
  | 'opening'
  | 'received'
  | 'counted'
  | 'sale'
  | 'refill'
  | 'waste'
  | 'shrink'
  | 'return';

/** Why goods went without being paid for. */
export const LOSS_REASONS = [
  'expired',
  'damaged',
  'too-warm',
  'recalled',
  'theft',
  'miscount',
  'sampled',
  'other',
] as const;
export type LossReason = (typeof LOSS_REASONS)[number];

export type HoldCause = 'too-warm' | 'not-cooled-after-closing' | 'left-open' | 'by-hand';

export interface RefillLine {
  location: string;
  sku: string;
  /** Pieces to put in: par less what lies there. */
  wantedPieces: number;
}

export interface StockEventBodies {
  StockMoved: {
    cause: StockCause;
    saleId?: string;
    lineId?: string;
    /** Left out: the lots that expire first. */
    lotId?: string;
    refillId?: string;
    orderId?: string;
    reason?: LossReason;
    move: StockMove;
  };
  PlanogramPublished: { planogram: Planogram };

  LotReceived: { lot: Lot };
  LotMarkedDown: { lotId: string; percentOff: number };
  /** Every lot of the article, or the maker's batch alone. It stays refused for good. */
  LotRecalled: { recallId: string; sku: string; supplierLot?: string; reason: string; by: string };

  /** Slots that stopped selling, and the lots that lay in them. */
  SlotsHeld: {
    holdId: string;
    cabinetId: string;
    locations: string[];
    lotIds: string[];
    cause: HoldCause;
    /** Warmest reading of the excursion in tenths of a degree Celsius, where there was one. */
    deciCelsius?: number;
  };
  /** A person looked and answers for it: the goods sell again, or go to waste. */
  SlotsCleared: { holdId: string; by: string; verdict: 'sell' | 'discard'; note: string };

  ReplenishmentOrdered: {
    orderId: string;
    cabinetId: string;
    sku: string;
    packs: number;
    pieces: number;
    /** Why so many, in words. */
    reason: Text;
  };
  ReplenishmentReceived: { orderId: string; pieces: number };
  ReplenishmentCancelled: { orderId: string; reason: string };

  RefillStarted: { refillId: string; by: string; lines: RefillLine[] };
  /** One slot done: what the books said, what the weight or the hand counted, what went in. */
  RefillSlotCounted: {
    refillId: string;
    location: string;
    sku: string;
    expectedPieces: number;
    foundPieces: number;
    addedPieces: number;
    countedBy: 'weight' | 'hand';
  };
  RefillEnded: {
    refillId: string;
    how: 'finished' | 'cut-short';
    /** What could not be put in: to be planned again. */
    missing: RefillLine[];
    reason: string;
  };
}

export const STOCK_EVENT_TYPES = [
  'StockMoved',
  'PlanogramPublished',
  'LotReceived',
  'LotMarkedDown',
  'LotRecalled',
  'SlotsHeld',
  'SlotsCleared',
  'ReplenishmentOrdered',
  'ReplenishmentReceived',
  'ReplenishmentCancelled',
  'RefillStarted',
  'RefillSlotCounted',
  'RefillEnded',
] as const satisfies readonly (keyof StockEventBodies)[];
