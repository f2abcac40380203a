/** One refund on its way back to the payer: asked for under one number until it is answered. */
import type { RefundOutcome } from '../../drivers/contract.ts';
import { partsOf } from '../core/sale/refund.ts';
import { type Desk, pause, record, terminalOf } from './payment-desk.ts';

const FIRST_PAUSE_MS = 5_000;
const LAST_PAUSE_MS = 300_000;

/** Resolves when the refund is paid or refused, or the desk closes. */
export async function payRefund(desk: Desk, saleId: string, refundNo: string): Promise<void> {
  for (let tries = 0; !desk.closed; tries += 1) {
    const sale = desk.ledger.sale(saleId);
    const part = sale && partsOf(sale).find((each) => each.refundNo === refundNo);
    if (!part || part.state === 'paid' || part.state === 'refused') return;
    const tender = sale.tenders.find(({ tenderId }) => tenderId === part.tenderId);
    const { orderNo, amountFen } = part;
    const paidFen = tender?.capturedFen ?? amountFen;
    const asked = terminalOf(desk)?.refund({ refundNo, orderNo, amountFen, paidFen });
    const outcome: RefundOutcome = (await asked) ?? { kind: 'unknown', reason: 'offline' };
    if (desk.closed) return;
    recordRefund(desk, saleId, refundNo, outcome);
    if (outcome.kind !== 'unknown') return;
    await pause(desk, Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tries, 10), LAST_PAUSE_MS));
  }
}

function recordRefund(desk: Desk, saleId: string, refundNo: string, outcome: RefundOutcome): void {
  if (outcome.kind === 'refunded') {
    const { providerRef } = outcome;
    record(desk, saleId, { kind: 'record-refund-paid', refundNo, providerRef });
    return;
  }
  const kind = outcome.kind === 'refused' ? 'record-refund-refused' : 'record-refund-unknown';
  record(desk, saleId, { kind, refundNo, reason: outcome.reason });
}
