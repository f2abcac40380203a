/** The end of a business day: its totals, by place in the ledger and never by time. */
import type { PayChannel } from '../events.ts';
import type { Person } from '../person.ts';

/** Money of one channel in the period. All of it in fen, none below zero. */
export interface TenderTotal {
  channel: PayChannel;
  payments: number;
  capturedFen: number;
  reversedFen: number;
  refundedFen: number;
  /** Given back in cash, since this channel would not: leaves the drawer. */
  byHandFen: number;
}

export interface RateTotal {
  vatBasisPoints: number;
  soldFen: number;
  soldVatFen: number;
  refundedFen: number;
  refundedVatFen: number;
}

export interface UnresolvedMoney {
  what: 'payment' | 'reversal' | 'refund' | 'by-hand';
  saleId: string;
  laneId: string;
  channel: PayChannel;
  orderNo: string;
  /** Tender id, or the refund's own number. */
  number: string;
  amountFen: number;
}

export interface PeriodTotals {
  sales: number;
  soldFen: number;
  discountFen: number;
  refunds: number;
  refundedFen: number;
  lineVoids: { shopper: number; staff: number };
  cancelledSales: number;
  tenders: TenderTotal[];
  categories: { category: string; soldFen: number; refundedFen: number }[];
  lanes: { laneId: string; sales: number; soldFen: number }[];
  rates: RateTotal[];
}

export interface CloseEventBodies {
  /**
   * Everything from `fromSeq` to `toSeq`, which is the event before this one; the next period
   * begins with `toSeq + 1`. The grand totals rise with every close and never fall.
   */
  DayClosed: {
    closeNo: number;
    fromSeq: number;
    toSeq: number;
    totals: PeriodTotals;
    unresolved: UnresolvedMoney[];
    grandSoldFen: number;
    grandRefundedFen: number;
    by: Person;
  };
  /** An acquirer's statement was held against the books. */
  StatementReconciled: {
    reconciliationId: string;
    channel: 'wechat' | 'alipay';
    day: string;
    sha256: string;
    matched: number;
    /** On the statement, and not in the books. */
    missingHere: StatementDifference[];
    /** In the books, and not on the statement. */
    missingThere: StatementDifference[];
    /** On both, with another amount. */
    differing: StatementDifference[];
    /** Too near midnight to be missed: the next statement will hold them. */
    nearMidnight: number;
    by: Person;
  };
}

export interface StatementDifference {
  what: 'paid' | 'reversed' | 'refunded';
  /** Order number, or the refund's own. */
  number: string;
  hereFen: number;
  thereFen: number;
}

export const CLOSE_EVENT_TYPES = [
  'DayClosed',
  'StatementReconciled',
] as const satisfies readonly (keyof CloseEventBodies)[];
