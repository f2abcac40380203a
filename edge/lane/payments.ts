/**
 * Payments of one terminal. Nothing here is done because somebody asked: it is done because the
 * ledger says it is outstanding (`pending`), so a restart resumes the same work with the same
 * order numbers. Silence is never "declined": it is asked about until it is settled or reversed.
 */
import type { PaymentOutcome, PaymentStatus, PaymentTerminal } from '../../drivers/contract.ts';
import { pending } from '../core/pending.ts';
import type { Clock, Ids } from '../core/ports.ts';
import type { SaleCommand, SaleState } from '../core/sale.ts';
import { type Tender, type TenderProgress, tenderPlan } from '../core/tender.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { Basket } from './basket.ts';

type Answer = NonNullable<TenderProgress['lastAnswer']>['kind'];
type TenderCommand = Extract<SaleCommand, { tenderId: string }>;

/** Where an answer could not be recorded (a full disk), the work begins again after this long. */
const AGAIN_MS = 5_000;

export interface PaymentDesk {
  /** The intent is committed; now the acquirer hears of it. `payerCode` stays in memory. */
  submit(saleId: string, tender: Tender, payerCode: string): void;
  /** The shopper changed their mind: closed or given back, never just forgotten. */
  cancel(saleId: string, tender: Tender): void;
  /** Starts whatever the ledger says is outstanding for this lane. */
  resume(): void;
  /** When this payment was asked for, on this boot's clock. */
  askedMs(tenderId: string): number | undefined;
  close(): void;
}

export interface PaymentDeskParts {
  laneId: string;
  ledger: Ledger;
  basket: Basket;
  terminal: StoreDevice;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** A tender moved on; the lane shows it. */
  onChange(saleId: string): void;
}

export function createPaymentDesk(parts: PaymentDeskParts): PaymentDesk {
  const { laneId, ledger, basket, terminal, clock, ids, log } = parts;
  const asked = new Map<string, number>();
  const working = new Set<string>();
  const submitting = new Set<string>();
  const cancels = new Set<() => void>();
  let closed = false;

  const connected = () => terminal.current<PaymentTerminal>();

  function saleOf(saleId: string): SaleState | undefined {
    const current = basket.current();
    return current?.saleId === saleId ? current : ledger.sale(saleId);
  }

  function tenderOf(saleId: string, tenderId: string): Tender | undefined {
    return saleOf(saleId)?.tenders.find((each) => each.tenderId === tenderId);
  }

  /** One decision about a tender; a refusal here is a bug of ours and is logged as one. */
  function record(saleId: string, command: TenderCommand) {
    const outcome = basket.decide(command, undefined, saleId);
    if (!outstanding(saleId, command.tenderId)) asked.delete(command.tenderId);
    if (!outcome.ok)
      log.error(
        { saleId, command: command.kind, refusal: outcome.refusal.code },
        'payment not recorded',
      );
    parts.onChange(saleId);
    resume();
  }

  function recordAnswer(saleId: string, tender: Tender, answer: PaymentOutcome | PaymentStatus) {
    const { tenderId } = tender;
    switch (answer.kind) {
      case 'captured':
        return record(saleId, {
          kind: 'record-captured',
          tenderId,
          amountFen: answer.amountFen,
          providerRef: answer.providerRef,
          receiptNo: receiptNumber(ledger),
          receiptJobId: ids('job'),
          location: 'floor',
        });
      case 'declined':
        return record(saleId, { kind: 'record-declined', tenderId, reason: answer.reason });
      case 'reversed':
        return record(saleId, { kind: 'record-reversed', tenderId });
      case 'unknown':
        if (tender.state === 'requested')
          return record(saleId, { kind: 'record-unknown', tenderId, reason: answer.reason });
        return;
      default:
        return;
    }
  }

  const pause = (delayMs: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancels.delete(stop);
        resolve();
      };
      const cancel = clock.after(delayMs, done);
      const stop = () => {
        cancel();
        done();
      };
      cancels.add(stop);
    });

  /** Asks, then reverses, by the plan of core/tender, until the tender is final. */
  async function settle(saleId: string, tenderId: string): Promise<void> {
    let progress: TenderProgress = { attempts: 0 };
    // In a later boot the intent is at least as old as this work.
    const begunMs = clock.monoMs();
    while (!closed) {
      const tender = tenderOf(saleId, tenderId);
      if (!tender || !outstanding(saleId, tenderId)) return;
      const state = tender.state;
      const plan = tenderPlan(tender, { ...progress, ...sinceIntent(tenderId) });
      if (plan.act === 'decline') record(saleId, neverReceived(tender));
      if (!('inMs' in plan)) return;
      await pause(plan.inMs);
      if (closed || tenderOf(saleId, tenderId)?.state !== state) {
        progress = { attempts: 0 };
        continue;
      }
      const askedSinceIntentMs = clock.monoMs() - (asked.get(tenderId) ?? begunMs);
      const answer =
        plan.act === 'query' ? await query(saleId, tender) : await reverse(saleId, tender);
      const moved = tenderOf(saleId, tenderId)?.state !== state;
      progress = moved
        ? { attempts: 0 }
        : {
            attempts: progress.attempts + 1,
            lastAnswer: { kind: answer, askedSinceIntentMs },
          };
    }
  }

  function sinceIntent(tenderId: string): { sinceIntentMs?: number } {
    const since = asked.get(tenderId);
    return since === undefined ? {} : { sinceIntentMs: clock.monoMs() - since };
  }

  function outstanding(saleId: string, tenderId: string): boolean {
    const sale = saleOf(saleId);
    return (
      sale !== undefined &&
      pending(sale).some(
        (each) => each.kind !== 'print-receipt' && each.tender.tenderId === tenderId,
      )
    );
  }

  async function query(saleId: string, tender: Tender): Promise<Answer> {
    const status = await connected()?.status(tender.orderNo);
    if (closed || !status) return 'unknown';
    if (status.kind === 'not-found') return 'not-found';
    recordAnswer(saleId, tender, status);
    return status.kind === 'waiting' ? 'waiting' : 'unknown';
  }

  async function reverse(saleId: string, tender: Tender): Promise<Answer> {
    const { tenderId } = tender;
    if (tender.state !== 'reversing') {
      record(saleId, { kind: 'request-reversal', tenderId, reason: 'timeout' });
      return 'unknown';
    }
    const outcome = await connected()?.reverse(tender.orderNo);
    if (closed || !outcome || outcome.kind === 'unknown') return 'unknown';
    if (outcome.kind === 'refused')
      return outcome.retry ? 'unknown' : refusedForGood(saleId, tender);
    record(saleId, { kind: 'record-reversed', tenderId });
    return 'unknown';
  }

  /**
   * The acquirer will not reverse this order: what it says of the order decides. Closed or failed
   * is as good as reversed; money it kept is recorded, asked for again and shown to the operator.
   */
  async function refusedForGood(saleId: string, tender: Tender): Promise<Answer> {
    const { tenderId, orderNo } = tender;
    const status = await connected()?.status(orderNo);
    if (closed || !status) return 'unknown';
    log.warn({ saleId, orderNo, status: status.kind }, 'reversal refused');
    if (status.kind === 'not-found') return 'not-found';
    if (status.kind === 'captured') recordAnswer(saleId, tender, status);
    if (status.kind === 'declined' || status.kind === 'reversed')
      record(saleId, { kind: 'record-reversed', tenderId });
    return 'unknown';
  }

  /** Never gives up: what failed is logged and begun again from what the ledger says then. */
  function keep(work: Promise<void>, saleId: string) {
    work.catch((error: unknown) => {
      if (closed) return;
      log.error({ error, saleId }, 'payment work stopped; beginning again');
      keep(pause(AGAIN_MS).then(resume), saleId);
    });
  }

  function start(saleId: string, tenderId: string) {
    if (working.has(tenderId)) return;
    working.add(tenderId);
    const work = settle(saleId, tenderId).finally(() => working.delete(tenderId));
    keep(work, saleId);
  }

  function resume() {
    if (closed) return;
    for (const sale of ledger.unfinishedSales().filter((each) => each.laneId === laneId))
      for (const work of pending(sale))
        if (work.kind !== 'print-receipt' && !submitting.has(work.tender.tenderId))
          start(sale.saleId, work.tender.tenderId);
  }

  return {
    askedMs: (tenderId) => asked.get(tenderId),
    resume,
    submit(saleId, tender, payerCode) {
      const { tenderId, orderNo, amountFen } = tender;
      asked.set(tenderId, clock.monoMs());
      submitting.add(tenderId);
      const request = { orderNo, amountFen, payerCode, description: saleId };
      const work = Promise.resolve(connected()?.pay(request) ?? unknown('offline'))
        .catch((error: unknown) => unknown(String(error)))
        .then((outcome) => {
          submitting.delete(tenderId);
          if (closed) return;
          recordAnswer(saleId, tender, outcome);
          resume();
        });
      keep(work, saleId);
    },
    cancel(saleId, tender) {
      const { tenderId } = tender;
      record(saleId, { kind: 'request-reversal', tenderId, reason: 'cancelled' });
      for (const stop of [...cancels]) stop();
    },
    close() {
      closed = true;
      for (const stop of [...cancels]) stop();
    },
  };
}

const unknown = (reason: string): PaymentOutcome => ({ kind: 'unknown', reason });

/** The acquirer never heard of the order and never will, so nothing was charged. */
const neverReceived = ({ tenderId, state }: Tender): TenderCommand =>
  state === 'reversing'
    ? { kind: 'record-reversed', tenderId }
    : { kind: 'record-declined', tenderId, reason: 'never-received' };

/** `R` and the seq of the event before the sale's completion: short, unique in an epoch. */
function receiptNumber(ledger: Ledger): string {
  return `R${String(ledger.head().seq + 1).padStart(6, '0')}`;
}
