/**
 * Payments of one terminal. Nothing here is done because somebody asked: it is done because the
 * ledger says it is outstanding (`pending`), so a restart resumes the same work with the same
 * order numbers. Silence is never "declined": it is asked about until it is settled or reversed.
 */
import type { PaymentOutcome, PaymentTerminal } from '../../drivers/contract.ts';
import { type Pending, pending } from '../core/sale/pending.ts';
import type { SaleState } from '../core/sale/sale.ts';
import type { Tender } from '../core/sale/tender.ts';
import {
  type Desk,
  type PaymentDeskParts,
  pause,
  record,
  recordAnswer,
  terminalOf,
} from './payment-desk.ts';
import { settle } from './payment-settling.ts';
import { payRefund } from './refund-settling.ts';

/** Where an answer could not be recorded (a full disk), the work begins again after this long. */
const AGAIN_MS = 5_000;

export interface PaymentDesk {
  /** The intent is committed; now the acquirer hears of it. `payerCode`, where a code pays, stays in memory. */
  submit(saleId: string, tender: Tender, payerCode?: string): void;
  /** The shopper changed their mind: closed or given back, never just forgotten. */
  cancel(saleId: string, tender: Tender): void;
  /** Starts whatever the ledger says is outstanding for this lane. */
  resume(): void;
  /** When this payment was asked for, on this boot's clock. */
  askedMs(tenderId: string): number | undefined;
  close(): void;
}

export function createPaymentDesk(parts: PaymentDeskParts): PaymentDesk {
  const desk: Desk = {
    ...parts,
    asked: new Map(),
    working: new Set(),
    submitting: new Set(),
    pauses: new Set(),
    closed: false,
    resume: () => resume(desk),
  };
  return {
    askedMs: (tenderId) => desk.asked.get(tenderId),
    resume: desk.resume,
    submit: (saleId, tender, payerCode) => submit(desk, saleId, tender, payerCode),
    cancel(saleId, { tenderId }) {
      record(desk, saleId, { kind: 'request-reversal', tenderId, reason: 'cancelled' });
      endPauses(desk);
    },
    close() {
      desk.closed = true;
      endPauses(desk);
    },
  };
}

function endPauses({ pauses }: Desk): void {
  for (const stop of [...pauses]) stop();
}

/** Never gives up: what failed is logged and begun again from what the ledger says then. */
function keep(desk: Desk, work: Promise<void>, saleId: string): void {
  work.catch((error: unknown) => {
    if (desk.closed) return;
    desk.log.error({ error, saleId }, 'payment work stopped; beginning again');
    const again = pause(desk, AGAIN_MS).then(() => resume(desk));
    keep(desk, again, saleId);
  });
}

function resume(desk: Desk): void {
  if (desk.closed) return;
  for (const sale of desk.ledger.unfinishedSales())
    for (const work of sale.laneId === desk.laneId ? pending(sale) : []) start(desk, sale, work);
}

/** Begins one piece of work of this terminal, unless it is being done. */
function start(desk: Desk, { saleId }: SaleState, work: Pending): void {
  const { name, begin } = workOf(desk, saleId, work) ?? {};
  if (!name || !begin || desk.submitting.has(name) || desk.working.has(name)) return;
  desk.working.add(name);
  const done = begin().finally(() => desk.working.delete(name));
  keep(desk, done, saleId);
}

function workOf(desk: Desk, saleId: string, work: Pending) {
  if (work.kind === 'pay-refund') {
    const { refundNo, channel } = work.part;
    if (!desk.channels.includes(channel)) return undefined;
    return { name: refundNo, begin: () => payRefund(desk, saleId, refundNo) };
  }
  if (work.kind !== 'resolve-tender' && work.kind !== 'reverse-tender') return undefined;
  const { tenderId, channel } = work.tender;
  if (!desk.channels.includes(channel)) return undefined;
  return { name: tenderId, begin: () => settle(desk, saleId, tenderId) };
}

function submit(desk: Desk, saleId: string, tender: Tender, payerCode = ''): void {
  const { tenderId, orderNo, amountFen } = tender;
  desk.asked.set(tenderId, desk.clock.monoMs());
  desk.submitting.add(tenderId);
  const request = { orderNo, amountFen, ...(payerCode && { payerCode }), description: saleId };
  const terminal = terminalOf(desk);
  if (terminal) letGoOfSettled(desk, terminal);
  const work = Promise.resolve(terminal?.pay(request) ?? unknown('offline'))
    .catch((error: unknown) => unknown(String(error)))
    .then((outcome) => {
      desk.submitting.delete(tenderId);
      if (desk.closed) return;
      recordAnswer(desk, saleId, tender, outcome);
      resume(desk);
    });
  keep(desk, work, saleId);
}

/** What the ledger no longer waits for (a person settled it) shall hold up nobody at the terminal. */
function letGoOfSettled({ ledger }: Desk, terminal: PaymentTerminal): void {
  const orderNo = terminal.unsettled?.();
  if (orderNo === undefined) return;
  const owed = ledger.unfinishedSales().flatMap(pending);
  const waits = owed.some(
    (work) =>
      ('tender' in work && work.tender.orderNo === orderNo) ||
      ('part' in work && work.part.refundNo === orderNo),
  );
  if (!waits) terminal.letGo?.(orderNo);
}

const unknown = (reason: string): PaymentOutcome => ({ kind: 'unknown', reason });
