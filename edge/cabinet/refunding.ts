/**
 * A dispute found right gives money back: a refund of the visit's bill over the payment it was paid
 * with, in the very commit that answers the dispute, linked both ways by its number.
 */
import type { DomainEvent } from '../core/events.ts';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { decideRefund, returnedOf, type WantedBack } from '../core/sale/refund.ts';
import type { SaleState } from '../core/sale/sale.ts';
import type { VisitState } from '../core/visit/visit.ts';
import { refuseVisit } from '../core/visit/visit-refusals.ts';
import type { CabinetInside } from './inside.ts';

export interface MoneyBack {
  disputeId: string;
  refundFen: number;
  note: string;
  by: Person;
  approvedBy?: Person;
}

export type RefundOfDispute = Outcome<{ refundId: string; events: DomainEvent[] }>;

/** Events of the refund, or why none can be made of this bill. Amounts in fen. */
export function refundOf(
  { parts }: CabinetInside,
  visit: VisitState,
  { disputeId, refundFen, note, by, approvedBy }: MoneyBack,
): RefundOfDispute {
  const dispute = visit.disputes.find((each) => each.disputeId === disputeId);
  const sale = visit.bill && parts.ledger.sale(visit.bill.saleId);
  if (!dispute || !sale) return refuseVisit('DISPUTE_UNKNOWN', { disputeId });
  const asked = sale.lines.filter(
    ({ lineId }) => dispute.lineId === undefined || lineId === dispute.lineId,
  );
  const wanted = spread(sale, asked, refundFen, dispute.reason === 'not-taken');
  if (!wanted) {
    const most = asked.reduce((sum, line) => sum + leftOf(sale, line), 0);
    return refuseVisit('REFUND_TOO_MUCH', { most });
  }
  const refundId = parts.ids('refund');
  const decided = decideRefund(sale, {
    kind: 'refund',
    refundId,
    wanted,
    warrant: { by, reason: reasonOf(disputeId, note), ...(approvedBy && { approvedBy }) },
    twoPersonAboveFen: parts.config.twoPersonAboveFen,
    // Goods that were never taken still lie where they were sold from.
    location: asked[0]?.location ?? 'floor',
  });
  return decided.ok ? { ok: true, value: { refundId, events: decided.value } } : decided;
}

/** The ledger's own link from the refund back to the question it answers. */
const reasonOf = (disputeId: string, note: string): string => `${disputeId}: ${note}`;

type Line = SaleState['lines'][number];

const leftOf = (sale: SaleState, { lineId, amountFen }: Line): number =>
  amountFen - returnedOf(sale, lineId).amountFen;

/** The money over the lines in their order; undefined where they do not hold it. */
function spread(
  sale: SaleState,
  lines: Line[],
  refundFen: number,
  neverTaken: boolean,
): WantedBack[] | undefined {
  const wanted: WantedBack[] = [];
  let restFen = refundFen;
  for (const line of lines) {
    const amountFen = Math.min(restFen, leftOf(sale, line));
    if (amountFen <= 0) continue;
    restFen -= amountFen;
    const quantity = neverTaken && lines.length === 1 ? piecesFor(sale, line, amountFen) : 0;
    wanted.push({ lineId: line.lineId, quantity, amountFen });
  }
  return restFen === 0 ? wanted : undefined;
}

/** Whole pieces that this money is the price of; none where it is a sum between. */
function piecesFor(sale: SaleState, line: Line, amountFen: number): number {
  const left = line.quantity - returnedOf(sale, line.lineId).quantity;
  if (amountFen === leftOf(sale, line)) return left;
  const pieces = (amountFen * line.quantity) / line.amountFen;
  return Number.isInteger(pieces) && pieces <= left ? pieces : 0;
}
