/** What a payment terminal can be asked, and what it may answer. */

import type { Holds } from './holds.ts';

/** A caller-chosen order number names a payment everywhere (nexo: status-by-id, abort-by-id). */
export interface PaymentRequest {
  orderNo: string;
  amountFen: number;
  /** The payer's code as scanned; absent where the terminal reads a card. Lives in memory only. */
  payerCode?: string;
  description: string;
}

/** `unknown` covers silence, SYSTEMERROR and everything not understood. Only `declined` is final. */
export type PaymentOutcome =
  | { kind: 'captured'; amountFen: number; providerRef: string }
  | { kind: 'declined'; reason: string }
  | { kind: 'waiting'; reason: string }
  | { kind: 'unknown'; reason: string };

export type PaymentStatus = PaymentOutcome | { kind: 'not-found' } | { kind: 'reversed' };

export type ReversalOutcome =
  | { kind: 'reversed' }
  | { kind: 'refused'; reason: string; retry: boolean }
  | { kind: 'unknown'; reason: string };

/** Part or all of a payment back. The same `refundNo` is the same refund, however often asked. */
export interface RefundRequest {
  refundNo: string;
  /** The payment it is about. */
  orderNo: string;
  amountFen: number;
  /** What that payment came to. */
  paidFen: number;
}

/** Only `refused` is final; `unknown` is asked again under the same number. */
export type RefundOutcome =
  | { kind: 'refunded'; providerRef: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'unknown'; reason: string };

export interface PaymentTerminal {
  kind: 'payment';
  /** Where the channel can hold money first. */
  holds?: Holds;
  pay(request: PaymentRequest): Promise<PaymentOutcome>;
  status(orderNo: string): Promise<PaymentStatus>;
  /** Unpaid: closed for good. Paid: the money goes back. Same number until answered. */
  reverse(orderNo: string): Promise<ReversalOutcome>;
  refund(request: RefundRequest): Promise<RefundOutcome>;
  /** The order whose end nobody knows and that keeps every other one waiting, where there is one. */
  unsettled?(): string | undefined;
  /** Somebody settled that order elsewhere: it holds up nothing any more. */
  letGo?(orderNo: string): void;
  close(): Promise<void>;
}
