/** Money and goods that go back after a sale, linked to what they undo. */
import type { PayChannel } from '../events.ts';
import type { Person } from '../person.ts';
import type { Text } from '../ports.ts';

/** Part of a sold line that comes back; `quantity` 0 gives money alone. */
export interface RefundLine {
  lineId: string;
  sku: string;
  quantity: number;
  amountFen: number;
  vatBasisPoints: number;
  category?: string;
  /** Sealed goods may go back on the shelf; loose goods are waste. */
  goods: 'shelf' | 'waste' | 'none';
}

/** What goes back over one of the payments the sale was paid with. */
export interface RefundPartAsked {
  /** Never used again: asking twice under one number is one refund. */
  refundNo: string;
  tenderId: string;
  terminalId: string;
  channel: PayChannel;
  /** Of the payment that is given back. */
  orderNo: string;
  amountFen: number;
}

/** Goods brought back without a receipt; paid out in cash, always by two people. */
export interface UnreceiptedLine {
  sku: string;
  name: Text;
  pieces: number;
  grams: number;
  amountFen: number;
  vatBasisPoints: number;
  category?: string;
  goods: 'shelf' | 'waste';
}

/** Who looked, where no device could tell, and what they looked at. */
export interface Seen extends Person {
  reason: string;
}

export interface RefundEventBodies {
  /** The intent, committed before any acquirer hears of it. */
  RefundRequested: {
    saleId: string;
    refundId: string;
    lines: RefundLine[];
    amountFen: number;
    parts: RefundPartAsked[];
    reason: string;
    by: Person;
    approvedBy?: Person;
  };
  /** `by`: handed over in cash by this person. `seenBy`: found paid in the terminal's records. */
  RefundPaid: {
    saleId: string;
    refundNo: string;
    providerRef: string;
    by?: Person;
    seenBy?: Seen;
  };
  RefundUnknown: { saleId: string; refundNo: string; reason: string };
  /** The acquirer will not give it back: staff must. */
  RefundRefused: { saleId: string; refundNo: string; reason: string; seenBy?: Seen };
  UnreceiptedRefundPaid: {
    refundId: string;
    laneId: string;
    lines: UnreceiptedLine[];
    amountFen: number;
    reason: string;
    by: Person;
    approvedBy: Person;
  };
}

export const REFUND_EVENT_TYPES = [
  'RefundRequested',
  'RefundPaid',
  'RefundUnknown',
  'RefundRefused',
  'UnreceiptedRefundPaid',
] as const satisfies readonly (keyof RefundEventBodies)[];
