import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { Choice, DomainEvent, LabelRecord, PayChannel, SaleLine } from '../events.ts';
import type { Membership } from '../member-events.ts';
import type { Person, Warrant } from '../person.ts';
import type { Outcome } from '../ports.ts';
import { refuse } from '../refusals.ts';
import type { WeighRecord } from '../weigh/record.ts';
import { decideBasket } from './basket.ts';
import { decideParking } from './parking.ts';
import { decidePayment } from './payment.ts';
import { discounted } from './promotion.ts';
import { decideRefund, evolveRefunds, type Refund, type RefundCommand } from './refund.ts';
import { evolveTender, type Tender, tenderIsOpen } from './tender.ts';

/** One basket from its first item to its receipt. Rebuilt from events by `evolveSale` alone. */
export interface SaleState {
  saleId: string;
  laneId: string;
  priceBookVersion: number;
  /** `paying` while any tender is requested, unknown or reversing: the basket may not change. */
  phase: 'open' | 'parked' | 'paying' | 'completed' | 'cancelled';
  lines: SaleLine[];
  tenders: Tender[];
  totalFen: number;
  /** Set by SaleCompleted. */
  receipt?: {
    receiptNo: string;
    jobId: string;
    state: 'due' | 'printed' | 'failed';
    reason?: string;
  };
  /** The code it was put aside under, while `parked`, for how long, and whether as not wanted. */
  parked?: { code: string; forMs: number; discarded?: true };
  member?: Membership;
  /** Staff saw that the buyer is at least so old. */
  approvedAge?: number;
  /** What went back of it since it was completed. */
  refunds?: Refund[];
}

export type SaleCommand =
  | { kind: 'start'; saleId: string; laneId: string; priceBookVersion: number }
  | {
      kind: 'add-item';
      lineId: string;
      item: CatalogueItem;
      quantity: number;
      choice: Choice;
      lot?: SaleLine['lot'];
      /** Slot of a cabinet that the pieces came from. */
      location?: string;
    }
  | {
      kind: 'add-weighed';
      lineId: string;
      item: CatalogueItem;
      weighing: WeighRecord;
      choice: Choice;
    }
  | {
      kind: 'add-label';
      lineId: string;
      label: LabelRecord;
      category?: string;
      labelState: 'live' | 'in-basket' | 'sold' | 'void';
    }
  | { kind: 'set-quantity'; lineId: string; quantity: number }
  | {
      kind: 'void-line';
      lineId: string;
      reason: string;
      by: 'shopper' | 'staff';
      person?: Person;
      approvedBy?: Person;
    }
  | { kind: 'cancel'; reason: string; person?: Person; approvedBy?: Person }
  | { kind: 'park'; code: string; forMs: number; discarded?: true }
  | { kind: 'recall'; laneId: string; by?: Person }
  | { kind: 'approve-age'; by: Person }
  | { kind: 'show-member'; member: Membership }
  | {
      kind: 'request-tender';
      tenderId: string;
      terminalId: string;
      channel: PayChannel;
      orderNo: string;
      codeTail: string;
      /** Less than what is due, where several ways to pay are mixed; all of it where left out. */
      amountFen?: number;
    }
  | { kind: 'give-back'; reason: string }
  | {
      kind: 'record-captured';
      tenderId: string;
      amountFen: number;
      providerRef: string;
      receiptNo: string;
      receiptJobId: string;
      location: string;
      by?: Person;
    }
  | { kind: 'record-declined'; tenderId: string; reason: string }
  | { kind: 'record-unknown'; tenderId: string; reason: string }
  | { kind: 'request-reversal'; tenderId: string; reason: string }
  | { kind: 'record-reversed'; tenderId: string }
  | { kind: 'hand-back'; tenderId: string; warrant: Warrant; twoPersonAboveFen: number }
  | SettleByHand
  | RefundCommand
  | { kind: 'copy-receipt'; jobId: string; by: Person; reason: string }
  | { kind: 'record-receipt-printed'; jobId: string }
  | { kind: 'record-receipt-failed'; jobId: string; reason: string };

/** A person looked at the terminal's or the acquirer's own records; `charged` is what they saw. */
export interface SettleByHand {
  kind: 'settle-by-hand';
  tenderId: string;
  charged: boolean;
  warrant: Warrant;
  twoPersonAboveFen: number;
  receiptNo: string;
  receiptJobId: string;
  location: string;
}

export type SaleDecision = Outcome<DomainEvent[]>;

/**
 * What a command makes happen to a sale, or why not. No events at all is an answer too: the
 * command had been carried out before. `state` is undefined before the sale's first event.
 */
export function decideSale(state: SaleState | undefined, command: SaleCommand): SaleDecision {
  if (command.kind === 'start') {
    if (state) return refuse('SALE_EXISTS', { saleId: state.saleId });
    const { kind: _, ...body } = command;
    return { ok: true, value: [{ type: 'SaleStarted', body }] };
  }
  if (!state) return refuse('SALE_UNKNOWN');
  switch (command.kind) {
    case 'add-item':
    case 'add-weighed':
    case 'add-label':
    case 'set-quantity':
    case 'void-line':
    case 'cancel':
    case 'approve-age':
    case 'show-member':
      return decideBasket(state, command);
    case 'park':
    case 'recall':
      return decideParking(state, command);
    case 'refund':
    case 'record-refund-paid':
    case 'record-refund-unknown':
    case 'record-refund-refused':
    case 'settle-refund-by-hand':
      return decideRefund(state, command);
    case 'copy-receipt': {
      if (!state.receipt) return refuse('RECEIPT_UNKNOWN', { saleId: state.saleId });
      const { kind: _, ...body } = command;
      return {
        ok: true,
        value: [{ type: 'ReceiptCopied', body: { saleId: state.saleId, ...body } }],
      };
    }
    default:
      return decidePayment(state, command);
  }
}

/** Events that change a sale, told from the rest of the union by the sale they name. */
const namesSale = (event: DomainEvent, saleId: string): boolean =>
  'saleId' in event.body && event.body.saleId === saleId;

/**
 * The sale after one event. Events about anything else, or about another sale, change nothing,
 * so any slice of the ledger that holds a sale's events may be folded.
 */
export function evolveSale(
  state: SaleState | undefined,
  event: DomainEvent,
): SaleState | undefined {
  if (!state) {
    if (event.type !== 'SaleStarted') return undefined;
    return { ...event.body, phase: 'open', lines: [], tenders: [], totalFen: 0 };
  }
  if (!namesSale(event, state.saleId)) return state;
  switch (event.type) {
    case 'LineAdded':
      return withLines(state, [...state.lines, event.body.line]);
    case 'LineQuantityChanged':
    case 'LineVoided':
      return withLines(state, changedLines(state.lines, event));
    case 'SaleCancelled':
      return { ...state, phase: 'cancelled' };
    case 'SaleParked': {
      const { saleId: _, ...parked } = event.body;
      return { ...state, phase: 'parked', parked };
    }
    case 'SaleRecalled': {
      const { parked: _, ...rest } = state;
      return { ...rest, laneId: event.body.laneId, phase: 'open' };
    }
    case 'MemberShown': {
      const { saleId: _, ...member } = event.body;
      return { ...state, member };
    }
    case 'BasketRepriced':
      return withLines(state, discounted(state.lines, event.body.discounts));
    case 'AgeApproved':
      return { ...state, approvedAge: Math.max(state.approvedAge ?? 0, event.body.minimumAge) };
    case 'RefundRequested':
    case 'RefundPaid':
    case 'RefundUnknown':
    case 'RefundRefused':
      return { ...state, refunds: evolveRefunds(state.refunds ?? [], event) };
    case 'SaleCompleted': {
      const { receiptNo, receiptJobId: jobId } = event.body;
      return { ...state, phase: 'completed', receipt: { receiptNo, jobId, state: 'due' } };
    }
    case 'ReceiptPrinted':
    case 'ReceiptFailed':
      return withReceipt(state, event);
    default:
      return evolvePaying(state, event);
  }
}

/** The sale after an event about one of its payments. */
function evolvePaying(state: SaleState, event: DomainEvent): SaleState {
  switch (event.type) {
    case 'TenderRequested': {
      const { saleId: _, ...asked } = event.body;
      return withTenders(state, [...state.tenders, { ...asked, state: 'requested' }]);
    }
    case 'TenderCaptured':
    case 'TenderDeclined':
    case 'TenderUnknown':
    case 'TenderReversalRequested':
    case 'TenderReversed': {
      const { tenderId } = event.body;
      const next = (t: Tender) => (t.tenderId === tenderId ? evolveTender(t, event) : t);
      return withTenders(state, state.tenders.map(next));
    }
    default:
      return state;
  }
}

type LineEvent = Extract<DomainEvent, { type: 'LineQuantityChanged' | 'LineVoided' }>;

function changedLines(lines: SaleLine[], event: LineEvent): SaleLine[] {
  const { lineId } = event.body;
  if (event.type === 'LineVoided') return lines.filter((line) => line.lineId !== lineId);
  const { quantity, amountFen } = event.body;
  return lines.map((line) => {
    if (line.lineId !== lineId) return line;
    const { discounts: _, ...bare } = line;
    return { ...bare, quantity, amountFen };
  });
}

function withLines(state: SaleState, lines: SaleLine[]): SaleState {
  return { ...state, lines, totalFen: lines.reduce((sum, line) => sum + line.amountFen, 0) };
}

/** A finished sale stays finished, whatever a late tender does. */
function withTenders(state: SaleState, tenders: Tender[]): SaleState {
  if (state.phase === 'completed' || state.phase === 'cancelled') return { ...state, tenders };
  return { ...state, tenders, phase: tenders.some(tenderIsOpen) ? 'paying' : 'open' };
}

type ReceiptEvent = Extract<DomainEvent, { type: 'ReceiptPrinted' | 'ReceiptFailed' }>;

function withReceipt(state: SaleState, event: ReceiptEvent): SaleState {
  if (!state.receipt || state.receipt.jobId !== event.body.jobId) return state;
  const { receiptNo, jobId } = state.receipt;
  if (event.type === 'ReceiptPrinted') {
    return { ...state, receipt: { receiptNo, jobId, state: 'printed' } };
  }
  return { ...state, receipt: { receiptNo, jobId, state: 'failed', reason: event.body.reason } };
}
