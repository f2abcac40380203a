/** What goes back of a completed sale: goods and money, never more than is left of either. */
import type { DomainEvent, SaleLine } from '../events.ts';
import { isWitnessed, type Warrant } from '../person.ts';
import { refuse } from '../refusals.ts';
import { roundHalfUpDivide } from '../weigh/amount.ts';
import type { RefundLine, RefundPartAsked } from './refund-events.ts';
import type { SaleDecision, SaleState } from './sale.ts';

export interface RefundPart extends RefundPartAsked {
  state: 'requested' | 'unknown' | 'paid' | 'refused';
  reason?: string;
  providerRef?: string;
}

export interface Refund {
  refundId: string;
  lines: RefundLine[];
  amountFen: number;
  parts: RefundPart[];
  reason: string;
}

/** Part of a line asked back. `amountFen` alone gives money for goods that stay. */
export interface WantedBack {
  lineId: string;
  /** Pieces; 1 for a weighed line, 0 for money alone. */
  quantity: number;
  amountFen?: number;
  /** Sealed goods go back on the shelf unless they are spoilt; loose goods never. */
  spoilt?: boolean;
}

export type RefundCommand =
  | {
      kind: 'refund';
      refundId: string;
      wanted: WantedBack[];
      warrant: Warrant;
      twoPersonAboveFen: number;
      location: string;
    }
  | { kind: 'record-refund-paid'; refundNo: string; providerRef: string; warrant?: Warrant }
  | { kind: 'record-refund-unknown'; refundNo: string; reason: string }
  | { kind: 'record-refund-refused'; refundNo: string; reason: string }
  | SettleRefundByHand;

/** A person looked at the terminal's or the acquirer's own records; `paid` is what they saw. */
export interface SettleRefundByHand {
  kind: 'settle-refund-by-hand';
  refundNo: string;
  paid: boolean;
  warrant: Warrant;
  twoPersonAboveFen: number;
}

type Refused = Extract<SaleDecision, { ok: false }>;
type RefundEvent = Extract<
  DomainEvent,
  { type: 'RefundRequested' | 'RefundPaid' | 'RefundUnknown' | 'RefundRefused' }
>;

const accept = (...events: DomainEvent[]): SaleDecision => ({ ok: true, value: events });

export function decideRefund(state: SaleState, command: RefundCommand): SaleDecision {
  if (command.kind === 'refund') return decideAsked(state, command);
  const { saleId } = state;
  const { refundNo } = command;
  const part = partsOf(state).find((each) => each.refundNo === refundNo);
  if (!part) return refuse('REFUND_UNKNOWN', { refundNo });
  if (part.state === 'paid') return accept();
  if (command.kind === 'settle-refund-by-hand') return decideSeen(saleId, part, command);
  if (command.kind === 'record-refund-paid') {
    const { providerRef, warrant } = command;
    const body = { saleId, refundNo, providerRef, ...(warrant && { by: warrant.by }) };
    return accept({ type: 'RefundPaid', body });
  }
  const { reason } = command;
  const body = { saleId, refundNo, reason };
  if (command.kind === 'record-refund-refused')
    return part.state === 'refused' ? accept() : accept({ type: 'RefundRefused', body });
  return part.state === 'requested' ? accept({ type: 'RefundUnknown', body }) : accept();
}

/** What a person saw holds; not paid, it is theirs to hand over. */
function decideSeen(
  saleId: string,
  { refundNo, state, amountFen }: RefundPart,
  { paid, warrant, twoPersonAboveFen }: SettleRefundByHand,
): SaleDecision {
  if (state === 'requested') return refuse('STILL_ASKING', { refundNo });
  if (state === 'refused') return accept();
  if (amountFen > twoPersonAboveFen && !isWitnessed(warrant))
    return refuse('SECOND_PERSON_NEEDED', { amountFen, limitFen: twoPersonAboveFen });
  const seenBy = { ...warrant.by, reason: warrant.reason };
  if (!paid)
    return accept({
      type: 'RefundRefused',
      body: { saleId, refundNo, reason: 'seen-not-paid', seenBy },
    });
  const body = { saleId, refundNo, providerRef: `seen-${refundNo}`, seenBy };
  return accept({ type: 'RefundPaid', body });
}

export const partsOf = ({ refunds = [] }: SaleState): RefundPart[] =>
  refunds.flatMap(({ parts }) => parts);

/** Pieces and fen of a line that went back already. */
export function returnedOf({ refunds = [] }: SaleState, lineId: string) {
  const lines = refunds.flatMap((refund) => refund.lines).filter((line) => line.lineId === lineId);
  return lines.reduce(
    (sum, line) => ({
      quantity: sum.quantity + line.quantity,
      amountFen: sum.amountFen + line.amountFen,
    }),
    { quantity: 0, amountFen: 0 },
  );
}

/** Everything that has not gone back yet. */
export const everythingLeft = (state: SaleState): WantedBack[] =>
  state.lines.flatMap(({ lineId, quantity }) => {
    const left = quantity - returnedOf(state, lineId).quantity;
    return left > 0 ? [{ lineId, quantity: left }] : [];
  });

/** What is left to give back of what this payment brought in. */
function leftOf(state: SaleState, tenderId: string): number {
  const tender = state.tenders.find((each) => each.tenderId === tenderId);
  if (tender?.state !== 'captured') return 0;
  const back = partsOf(state).filter((part) => part.tenderId === tenderId);
  return (tender.capturedFen ?? 0) - back.reduce((sum, { amountFen }) => sum + amountFen, 0);
}

function decideAsked(
  state: SaleState,
  command: Extract<RefundCommand, { kind: 'refund' }>,
): SaleDecision {
  const { saleId } = state;
  const { refundId, wanted, warrant, twoPersonAboveFen } = command;
  if (state.refunds?.some((refund) => refund.refundId === refundId)) return accept();
  if (state.phase !== 'completed') return refuse('SALE_NOT_PAID', { saleId });
  const lines = refundLines(state, wanted);
  if ('ok' in lines) return lines;
  const amountFen = lines.reduce((sum, line) => sum + line.amountFen, 0);
  if (amountFen <= 0) return refuse('NOTHING_TO_REFUND', { saleId });
  if (amountFen > twoPersonAboveFen && !isWitnessed(warrant))
    return refuse('SECOND_PERSON_NEEDED', { amountFen, limitFen: twoPersonAboveFen });
  const parts = allocated(state, refundId, amountFen);
  if (!parts) return refuse('REFUND_TOO_MUCH', { saleId, amountFen });
  const { by, approvedBy, reason } = warrant;
  const signed = { reason, by, ...(approvedBy && { approvedBy }) };
  const body = { saleId, refundId, lines, amountFen, parts, ...signed };
  const cash = parts.filter(({ channel }) => channel === 'cash');
  return accept(
    { type: 'RefundRequested', body },
    ...goodsBack(state, lines, command.location),
    // Cash is in the hands of the person who answers for it.
    ...cash.map(({ refundNo }): DomainEvent => {
      return { type: 'RefundPaid', body: { saleId, refundNo, providerRef: 'cash', by } };
    }),
  );
}

function refundLines(state: SaleState, wanted: WantedBack[]): RefundLine[] | Refused {
  const seen = new Set<string>();
  const lines: RefundLine[] = [];
  for (const want of wanted) {
    const { lineId, quantity } = want;
    const line = state.lines.find((each) => each.lineId === lineId);
    if (!line || seen.has(lineId)) return refuse('LINE_UNKNOWN', { lineId });
    seen.add(lineId);
    const gone = returnedOf(state, lineId);
    if (!Number.isInteger(quantity) || quantity < 0 || gone.quantity + quantity > line.quantity)
      return refuse('REFUND_TOO_MUCH', { lineId, quantity, left: line.quantity - gone.quantity });
    const amountFen = want.amountFen ?? shareOf(line, gone.quantity, quantity);
    const leftFen = line.amountFen - gone.amountFen;
    if (!Number.isSafeInteger(amountFen) || amountFen < 0 || amountFen > leftFen)
      return refuse('REFUND_TOO_MUCH', { lineId, amountFen, leftFen });
    const { sku, vatBasisPoints, category } = line;
    const goods = quantity === 0 ? 'none' : line.how === 'each' && !want.spoilt ? 'shelf' : 'waste';
    lines.push({
      lineId,
      sku,
      quantity,
      amountFen,
      vatBasisPoints,
      ...(category && { category }),
      goods,
    });
  }
  return lines;
}

/** Fen for the next `quantity` pieces of a line: all pieces one after the other make its amount. */
function shareOf({ amountFen, quantity: of }: SaleLine, gone: number, quantity: number): number {
  const upTo = (pieces: number) => roundHalfUpDivide(amountFen * pieces, of);
  return upTo(gone + quantity) - upTo(gone);
}

/** Spread over the payments in the order they were made; undefined where they do not hold it. */
function allocated(
  state: SaleState,
  refundId: string,
  amountFen: number,
): RefundPartAsked[] | undefined {
  const parts: RefundPartAsked[] = [];
  let restFen = amountFen;
  for (const { tenderId, terminalId, channel, orderNo } of state.tenders) {
    const partFen = Math.min(restFen, leftOf(state, tenderId));
    if (partFen <= 0) continue;
    restFen -= partFen;
    const refundNo = `${refundId}-${parts.length + 1}`;
    parts.push({ refundNo, tenderId, terminalId, channel, orderNo, amountFen: partFen });
  }
  return restFen === 0 ? parts : undefined;
}

/** Goods come back in, and what may not be sold again goes out as waste. */
function goodsBack({ saleId, lines: sold }: SaleState, lines: RefundLine[], location: string) {
  return lines.flatMap(({ lineId, sku, quantity, goods }): DomainEvent[] => {
    const line = sold.find((each) => each.lineId === lineId);
    if (!line || goods === 'none') return [];
    const each = line.how === 'each' || !line.weighing;
    const size = each ? { pieces: quantity, grams: 0 } : { pieces: 0, grams: netOf(line) };
    const back: DomainEvent = {
      type: 'StockMoved',
      body: { cause: 'return', saleId, lineId, move: { sku, location, ...size } },
    };
    if (goods === 'shelf') return [back];
    const gone = { sku, location, pieces: 0 - size.pieces, grams: 0 - size.grams };
    return [back, { type: 'StockMoved', body: { cause: 'waste', saleId, lineId, move: gone } }];
  });
}

const netOf = ({ weighing }: SaleLine): number => weighing?.netGrams ?? 0;

/** The refunds of a sale after one event about them. */
export function evolveRefunds(refunds: readonly Refund[], event: RefundEvent): Refund[] {
  if (event.type === 'RefundRequested') {
    const { refundId, lines, amountFen, reason } = event.body;
    const parts = event.body.parts.map((part): RefundPart => ({ ...part, state: 'requested' }));
    return [...refunds, { refundId, lines, amountFen, parts, reason }];
  }
  const { refundNo } = event.body;
  const next = (part: RefundPart): RefundPart => {
    if (part.refundNo !== refundNo) return part;
    if (event.type === 'RefundPaid')
      return { ...part, state: 'paid', providerRef: event.body.providerRef };
    const state = event.type === 'RefundUnknown' ? 'unknown' : 'refused';
    return { ...part, state, reason: event.body.reason };
  };
  return refunds.map((refund) => ({ ...refund, parts: refund.parts.map(next) }));
}
