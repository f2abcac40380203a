/** One tender on its way to an end: asked about, then reversed, by the plan of core/tender. */
import { type Tender, type TenderProgress, tenderPlan } from '../core/sale/tender.ts';
import {
  type Desk,
  isOutstanding,
  pause,
  record,
  recordAnswer,
  type TenderCommand,
  tenderOf,
  terminalOf,
} from './payment-desk.ts';

type Answer = NonNullable<TenderProgress['lastAnswer']>['kind'];

/** Resolves when the tender is final or the desk closes. Rejects where it cannot be recorded. */
export async function settle(desk: Desk, saleId: string, tenderId: string): Promise<void> {
  let progress: TenderProgress = { attempts: 0 };
  // In a later boot the intent is at least as old as this work.
  const begunMs = desk.clock.monoMs();
  while (!desk.closed) {
    const tender = tenderOf(desk, saleId, tenderId);
    if (!tender || !isOutstanding(desk, saleId, tenderId)) return;
    const moved = () => tenderOf(desk, saleId, tenderId)?.state !== tender.state;
    const payerMs = desk.payerMs?.() ?? 0;
    const plan = tenderPlan(tender, { ...progress, payerMs, ...sinceIntent(desk, tenderId) });
    if (plan.act === 'decline') record(desk, saleId, neverReceived(tender));
    if (!('inMs' in plan)) return;
    await pause(desk, plan.inMs);
    if (desk.closed || moved()) {
      progress = { attempts: 0 };
      continue;
    }
    const askedSinceIntentMs = desk.clock.monoMs() - (desk.asked.get(tenderId) ?? begunMs);
    const ask = plan.act === 'query' ? query : reverse;
    const kind = await ask(desk, saleId, tender);
    const lastAnswer = { kind, askedSinceIntentMs };
    progress = moved() ? { attempts: 0 } : { attempts: progress.attempts + 1, lastAnswer };
  }
}

function sinceIntent({ asked, clock }: Desk, tenderId: string): { sinceIntentMs?: number } {
  const since = asked.get(tenderId);
  return since === undefined ? {} : { sinceIntentMs: clock.monoMs() - since };
}

async function query(desk: Desk, saleId: string, tender: Tender): Promise<Answer> {
  const status = await terminalOf(desk)?.status(tender.orderNo);
  if (desk.closed || !status) return 'unknown';
  if (status.kind === 'not-found') return 'not-found';
  recordAnswer(desk, saleId, tender, status);
  return status.kind === 'waiting' ? 'waiting' : 'unknown';
}

async function reverse(desk: Desk, saleId: string, tender: Tender): Promise<Answer> {
  const { tenderId, orderNo, state } = tender;
  if (state !== 'reversing') {
    record(desk, saleId, { kind: 'request-reversal', tenderId, reason: 'timeout' });
    return 'unknown';
  }
  const outcome = await terminalOf(desk)?.reverse(orderNo);
  if (desk.closed || !outcome || outcome.kind === 'unknown') return 'unknown';
  if (outcome.kind === 'refused')
    return outcome.retry ? 'unknown' : refusedForGood(desk, saleId, tender);
  record(desk, saleId, { kind: 'record-reversed', tenderId });
  return 'unknown';
}

/**
 * The acquirer will not reverse this order: what it says of the order decides. Closed or failed
 * is as good as reversed; money it kept is recorded, asked for again and shown to the operator.
 */
async function refusedForGood(desk: Desk, saleId: string, tender: Tender): Promise<Answer> {
  const { tenderId, orderNo } = tender;
  const status = await terminalOf(desk)?.status(orderNo);
  if (desk.closed || !status) return 'unknown';
  desk.log.warn({ saleId, orderNo, status: status.kind }, 'reversal refused');
  if (status.kind === 'not-found') return 'not-found';
  if (status.kind === 'captured') recordAnswer(desk, saleId, tender, status);
  if (status.kind === 'declined' || status.kind === 'reversed')
    record(desk, saleId, { kind: 'record-reversed', tenderId });
  return 'unknown';
}

/** The acquirer never heard of the order and never will, so nothing was charged. */
const neverReceived = ({ tenderId, state }: Tender): TenderCommand =>
  state === 'reversing'
    ? { kind: 'record-reversed', tenderId }
    : { kind: 'record-declined', tenderId, reason: 'never-received' };
