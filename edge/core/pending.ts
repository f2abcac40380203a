import type { SaleState } from './sale.ts';
import { type Tender, tenderIsOpen } from './tender.ts';

/** One thing the world still owes a sale. Effects start from these alone, also after a cut. */
export type Pending =
  | { kind: 'resolve-tender'; tender: Tender }
  | { kind: 'reverse-tender'; tender: Tender }
  | { kind: 'print-receipt'; saleId: string; jobId: string };

/** Everything outstanding in a sale, in the order it arose; empty when the sale owes nothing. */
export function pending(state: SaleState): Pending[] {
  const owed: Pending[] = state.tenders.filter(tenderIsOpen).map((tender) => ({
    kind: tender.state === 'reversing' ? 'reverse-tender' : 'resolve-tender',
    tender,
  }));
  if (state.receipt?.state === 'due') {
    owed.push({ kind: 'print-receipt', saleId: state.saleId, jobId: state.receipt.jobId });
  }
  return owed;
}

/** Whether the sale must be kept at hand: open, being paid, or owing something. */
export const isUnfinished = (state: SaleState): boolean =>
  state.phase === 'open' || state.phase === 'paying' || pending(state).length > 0;
