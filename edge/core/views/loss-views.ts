/**
 * GET /api/reports/losses: patterns that may mean goods went unpaid, of goods, lanes and hours and
 * never of a person. Amounts in fen, weights in grams; each row is a reason to look, not a verdict.
 */
import type { Text } from '../ports.ts';

export const LOSS_DAYS = [1, 7, 30] as const;
export type LossDays = (typeof LOSS_DAYS)[number];

/** The camera took it for other goods, the shopper was asked, and the choice stood. */
export interface PairLoss {
  kind: 'pair';
  sku: string;
  name: Text;
  seenSku: string;
  seenName: Text;
  asked: number;
  stood: number;
  /** What was seen at today's prices, less what was charged, over those that stood; never below 0. */
  differenceFen: number;
}

/** More of the same lay on the lane's plate than its label was made for. */
export interface HeavierLoss {
  kind: 'heavier';
  sku: string;
  name: Text;
  times: number;
  grams: number;
  differenceFen: number;
}

/** Lines taken out before payment, of a lane in one hour of the day. */
export interface RemovalLoss {
  kind: 'removals';
  laneId: string;
  /** 0 to 23, local. */
  hour: number;
  removed: number;
  added: number;
  perMille: number;
  /** The median of the store's lanes and hours. */
  usualPerMille: number;
}

/**
 * `said`: only the shopper explained a difference of the bagging area · `unsteady`: the scale
 * rested elsewhere after the weight was taken · `review`: visits of a cabinet nobody decided on ·
 * `shelf`: weight gone behind a shut door.
 */
export const WEIGHT_TROUBLES = ['said', 'unsteady', 'review', 'shelf'] as const;
export type WeightTrouble = (typeof WEIGHT_TROUBLES)[number];

export interface WeightLoss {
  kind: 'weights';
  what: WeightTrouble;
  /** The lane, counter or cabinet. */
  place: string;
  times: number;
  /** Sum of the differences without their signs; 0 for visits. */
  grams: number;
}

/** Counted, or written off as gone, below what the books said. */
export interface StockLoss {
  kind: 'stock';
  sku: string;
  name: Text;
  /** Missing, net of what turned up; positive. */
  pieces: number;
  grams: number;
  differenceFen: number;
  locations: string[];
}

export type LossRow = PairLoss | HeavierLoss | RemovalLoss | WeightLoss | StockLoss;

export interface LossesView {
  days: LossDays;
  /** Local days, both included. */
  fromDay: string;
  toDay: string;
  rows: LossRow[];
}
