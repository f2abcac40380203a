/** Pre-authorised payment: what a channel that can hold money first is asked, and answers. */
import type {
  PaymentOutcome,
  RefundOutcome,
  RefundRequest,
  ReversalOutcome,
} from './payment-terminal.ts';

/** Money held at the payer's before the real amount is known. The order number names it for good. */
export interface HoldRequest {
  orderNo: string;
  amountFen: number;
  /** A code as scanned, or the payer's standing agreement with the acquirer. In memory only. */
  payer: { code: string } | { agreement: string };
  description: string;
}

export type HoldOutcome =
  /** `payerId`: the same for the same person every time, where the acquirer tells. */
  | { kind: 'held'; amountFen: number; providerRef: string; payerId?: string }
  | { kind: 'declined'; reason: string }
  | { kind: 'waiting'; reason: string }
  | { kind: 'unknown'; reason: string };

export type HoldStatus =
  | HoldOutcome
  | { kind: 'captured'; amountFen: number; providerRef: string }
  | { kind: 'released' }
  | { kind: 'not-found' };

/** Pre-authorised payment. Every call may be repeated with the same number and amount. */
export interface Holds {
  place(request: HoldRequest): Promise<HoldOutcome>;
  status(orderNo: string): Promise<HoldStatus>;
  /** Takes the real amount, at most what is held; the acquirer lets the rest go. */
  capture(orderNo: string, amountFen: number): Promise<PaymentOutcome>;
  /** Lets all of it go, taken or not asked for. */
  release(orderNo: string): Promise<ReversalOutcome>;
  /** Part or all of what was taken back; one refund number is one refund. */
  refund(request: RefundRequest): Promise<RefundOutcome>;
}
