import type { RefundPart } from './refund.ts';
import type { SaleState } from './sale.ts';
import { type Tender, tenderIsOpen } from './tender.ts';

/** One thing the world still owes a sale. Effects start from these alone, also after a cut. */
export type Pending =
  | { kind: 'resolve-tender'; tender: Tender }
  | { kind: 'reverse-tender'; tender: Tender }
  /** Cash to be taken, or to be given back, by a person. */
  | { kind: 'take-cash' | 'return-cash'; tender: Tender }
  | { kind: 'pay-refund'; part: RefundPart }
  /** The acquirer refused it: a person gives the money back. */
  | { kind: 'refund-by-hand'; part: RefundPart }
  | { kind: 'print-receipt'; saleId: string; jobId: string };

/** Everything outstanding in a sale, in the order it arose; empty when the sale owes nothing. */
export function pending(state: SaleState): Pending[] {
  const owed: Pending[] = state.tenders.filter(tenderIsOpen).map((tender) => {
    const back = tender.state === 'reversing';
    if (tender.channel === 'cash') return { kind: back ? 'return-cash' : 'take-cash', tender };
    return { kind: back ? 'reverse-tender' : 'resolve-tender', tender };
  });
  for (const part of (state.refunds ?? []).flatMap(({ parts }) => parts)) {
    if (part.state === 'refused') owed.push({ kind: 'refund-by-hand', part });
    else if (part.state !== 'paid') owed.push({ kind: 'pay-refund', part });
  }
  if (state.receipt?.state === 'due') {
    owed.push({ kind: 'print-receipt', saleId: state.saleId, jobId: state.receipt.jobId });
  }
  return owed;
}

/** Whether the sale must be kept at hand: open, parked, being paid, or owing something. */
export const isUnfinished = (state: SaleState): boolean =>
  (state.phase !== 'completed' && state.phase !== 'cancelled') || pending(state).length > 0;
