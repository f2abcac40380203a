/** Asking for money, and what each answer of the acquirer and the printer means for the sale. */

import type { DomainEvent, SaleLine } from '../events.ts';
import { isWitnessed } from '../person.ts';
import { refuse } from '../refusals.ts';
import { heldLines } from './basket.ts';
import type { SaleCommand, SaleDecision, SaleState } from './sale.ts';
import { keptFen, type Tender } from './tender.ts';

type Command<Kind extends SaleCommand['kind']> = Extract<SaleCommand, { kind: Kind }>;
type TenderCommand = Command<
  | 'record-captured'
  | 'record-declined'
  | 'record-unknown'
  | 'request-reversal'
  | 'record-reversed'
  | 'hand-back'
  | 'settle-by-hand'
>;
type ReceiptCommand = Command<'record-receipt-printed' | 'record-receipt-failed'>;
export type PaymentCommand =
  | Command<'request-tender' | 'give-back'>
  | TenderCommand
  | ReceiptCommand;

const accept = (...events: DomainEvent[]): SaleDecision => ({ ok: true, value: events });

/** Decides the commands about tenders and the receipt. */
export function decidePayment(state: SaleState, command: PaymentCommand): SaleDecision {
  switch (command.kind) {
    case 'request-tender':
      return decideRequest(state, command);
    case 'give-back':
      return decideGiveBack(state, command.reason);
    case 'record-receipt-printed':
    case 'record-receipt-failed':
      return decideReceipt(state, command);
    default: {
      const tender = state.tenders.find(({ tenderId }) => tenderId === command.tenderId);
      if (!tender) return refuse('TENDER_UNKNOWN', { tenderId: command.tenderId });
      return decideTender(state, tender, command);
    }
  }
}

function decideRequest(state: SaleState, command: Command<'request-tender'>): SaleDecision {
  const { saleId, phase, tenders } = state;
  const { kind: _, ...asked } = command;
  if (phase === 'paying') return refuse('PAYMENT_UNRESOLVED', { saleId });
  if (phase !== 'open') return refuse('SALE_CLOSED', { saleId });
  if (state.lines.length === 0) return refuse('BASKET_EMPTY', { saleId });
  const used = (t: Tender) => t.tenderId === asked.tenderId || t.orderNo === asked.orderNo;
  if (tenders.some(used)) return refuse('TENDER_EXISTS', { orderNo: asked.orderNo });
  const held = heldLines(state)[0];
  if (held) return refuse('AGE_CHECK_NEEDED', { sku: held.sku, minimumAge: held.minimumAge ?? 0 });
  const dueFen = state.totalFen - keptFen(tenders);
  if (dueFen <= 0) return refuse('NOTHING_TO_PAY', { saleId });
  const amountFen = asked.amountFen ?? dueFen;
  if (!Number.isSafeInteger(amountFen) || amountFen <= 0 || amountFen > dueFen)
    return refuse('AMOUNT_NOT_DUE', { amountFen, dueFen });
  const { tenderId, terminalId, channel, orderNo, codeTail } = asked;
  const body = { saleId, tenderId, terminalId, channel, amountFen, orderNo, codeTail };
  return accept({ type: 'TenderRequested', body });
}

/** What was paid so far goes back, so that the basket may change again. */
function decideGiveBack({ saleId, phase, tenders }: SaleState, reason: string): SaleDecision {
  if (phase === 'paying') return refuse('PAYMENT_UNRESOLVED', { saleId });
  if (phase !== 'open') return refuse('SALE_CLOSED', { saleId });
  const kept = tenders.filter(({ state }) => state === 'captured');
  return accept(...kept.map(({ tenderId }) => reversal(saleId, tenderId, reason)));
}

function decideTender(state: SaleState, tender: Tender, command: TenderCommand): SaleDecision {
  const { saleId } = state;
  const { tenderId } = tender;
  const waits = tender.state === 'requested' || tender.state === 'unknown';
  switch (command.kind) {
    case 'record-captured':
      return decideCaptured(state, tender, command);
    case 'record-declined': {
      if (tender.state === 'captured') return refuse('TENDER_SETTLED', { tenderId });
      if (!waits) return accept();
      const { reason } = command;
      return accept({ type: 'TenderDeclined', body: { saleId, tenderId, reason } });
    }
    case 'record-unknown': {
      if (tender.state !== 'requested') return accept();
      const { reason } = command;
      return accept({ type: 'TenderUnknown', body: { saleId, tenderId, reason } });
    }
    case 'request-reversal':
      // Nobody has handed anything over yet, so there is nothing to give back.
      if (waits && tender.channel === 'cash') {
        const { reason } = command;
        return accept({ type: 'TenderDeclined', body: { saleId, tenderId, reason } });
      }
      if (waits) return accept(reversal(saleId, tenderId, command.reason));
      return isReversal(tender) ? accept() : refuse('TENDER_SETTLED', { tenderId });
    case 'record-reversed': {
      if (tender.state === 'reversed') return accept();
      const reversed: DomainEvent = { type: 'TenderReversed', body: { saleId, tenderId } };
      if (tender.state === 'reversing') return accept(reversed);
      // The acquirer closed the order by itself: both steps happened, so both are recorded.
      if (waits) return accept(reversal(saleId, tenderId, 'closed-by-acquirer'), reversed);
      return refuse('TENDER_SETTLED', { tenderId });
    }
    case 'hand-back':
      return decideHandBack(state, tender, command);
    case 'settle-by-hand':
      return decideByHand(state, tender, command);
  }
}

/** Money the shop still holds and no acquirer gives back: a person does, in cash. */
function decideHandBack(
  { saleId }: SaleState,
  { tenderId, state, capturedFen }: Tender,
  { warrant, twoPersonAboveFen }: Command<'hand-back'>,
): SaleDecision {
  if (state !== 'reversing' || capturedFen === undefined)
    return refuse('NOTHING_KEPT', { tenderId });
  if (capturedFen > twoPersonAboveFen && !isWitnessed(warrant))
    return refuse('SECOND_PERSON_NEEDED', { amountFen: capturedFen, limitFen: twoPersonAboveFen });
  const { by, reason } = warrant;
  return accept({ type: 'TenderReversed', body: { saleId, tenderId, by, reason } });
}

/**
 * Asked about and given up, and the terminal still cannot say: what a person saw in its records
 * holds. Not charged: the payment is over. Charged: it pays for the sale that waits for it.
 */
function decideByHand(
  state: SaleState,
  tender: Tender,
  command: Command<'settle-by-hand'>,
): SaleDecision {
  const { tenderId, amountFen } = tender;
  const { charged, warrant, twoPersonAboveFen } = command;
  if (tender.state === 'requested' || tender.state === 'unknown')
    return refuse('STILL_ASKING', { tenderId });
  if (tender.state !== 'reversing' || tender.capturedFen !== undefined || tender.channel === 'cash')
    return refuse('TENDER_SETTLED', { tenderId });
  if (amountFen > twoPersonAboveFen && !isWitnessed(warrant))
    return refuse('SECOND_PERSON_NEEDED', { amountFen, limitFen: twoPersonAboveFen });
  const { saleId } = state;
  const { by, reason } = warrant;
  if (!charged) return accept({ type: 'TenderReversed', body: { saleId, tenderId, by, reason } });
  const providerRef = `by-hand-${tender.orderNo}`;
  return keep(state, command, { saleId, tenderId, amountFen, providerRef, by, reason });
}

type Captured = Extract<DomainEvent, { type: 'TenderCaptured' }>['body'];

/** Money kept, which may be the last that the sale waited for. */
function keep(state: SaleState, named: Named, body: Captured): SaleDecision {
  const captured: DomainEvent = { type: 'TenderCaptured', body };
  const { saleId, tenderId, amountFen } = body;
  if (state.phase !== 'paying')
    return accept(captured, reversal(saleId, tenderId, 'late-approval'));
  if (keptFen(state.tenders) + amountFen < state.totalFen) return accept(captured);
  return accept(captured, completed(state, named), ...stockMoves(state, named.location));
}

const isReversal = ({ state }: Tender): boolean => state === 'reversing' || state === 'reversed';

const reversal = (saleId: string, tenderId: string, reason: string): DomainEvent => ({
  type: 'TenderReversalRequested',
  body: { saleId, tenderId, reason },
});

/**
 * Money was taken. It pays for the sale only where the sale still waits for that amount; a card
 * terminal and a cash drawer may take a part of it. Every other capture is recorded and sent back.
 * A capture already recorded changes nothing.
 */
function decideCaptured(
  state: SaleState,
  tender: Tender,
  command: Command<'record-captured'>,
): SaleDecision {
  const { saleId } = state;
  const { tenderId, amountFen, providerRef, by } = command;
  if (tender.providerRef !== undefined) return accept();
  const partly = tender.channel === 'card' || tender.channel === 'cash';
  const partial = partly && amountFen > 0 && amountFen < tender.amountFen;
  const signed = by && { by };
  const body: Captured = {
    ...{ saleId, tenderId, amountFen, providerRef, ...signed },
    ...(partial && { partial }),
  };
  const back = (reason: string) =>
    accept({ type: 'TenderCaptured', body }, reversal(saleId, tenderId, reason));
  const waits = tender.state === 'requested' || tender.state === 'unknown';
  if (!waits) return back('late-approval');
  if (state.phase === 'paying' && amountFen !== tender.amountFen && !partial)
    return back('amount-mismatch');
  return keep(state, command, body);
}

type Named = Pick<Command<'record-captured'>, 'receiptNo' | 'receiptJobId' | 'location'>;

function completed(state: SaleState, { receiptNo, receiptJobId }: Named): DomainEvent {
  const { saleId, laneId, totalFen } = state;
  const lines = state.lines.length;
  return {
    type: 'SaleCompleted',
    body: { saleId, laneId, receiptNo, totalFen, lines, receiptJobId },
  };
}

/** One stock move for each line, away from `location`: pieces for `each`, net grams otherwise. */
function stockMoves({ saleId, lines }: SaleState, location: string): DomainEvent[] {
  const moveOf = ({ sku, how, quantity, weighing, location: slot = location }: SaleLine) =>
    how === 'each' || !weighing
      ? { sku, location: slot, pieces: -quantity, grams: 0 }
      : { sku, location: slot, pieces: 0, grams: -weighing.netGrams };
  return lines.map((line) => ({
    type: 'StockMoved',
    body: { cause: 'sale', saleId, lineId: line.lineId, move: moveOf(line) },
  }));
}

function decideReceipt(state: SaleState, command: ReceiptCommand): SaleDecision {
  const { saleId, receipt } = state;
  const { jobId } = command;
  if (!receipt || receipt.jobId !== jobId) return refuse('RECEIPT_UNKNOWN', { jobId });
  if (receipt.state === 'printed') return accept();
  if (command.kind === 'record-receipt-printed') {
    return accept({ type: 'ReceiptPrinted', body: { saleId, jobId } });
  }
  if (receipt.state === 'failed') return accept();
  return accept({ type: 'ReceiptFailed', body: { saleId, jobId, reason: command.reason } });
}
