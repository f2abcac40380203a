/**
 * Payments of one terminal. Nothing here is done because somebody asked: it is done because the
 * ledger says it is outstanding (`pending`), so a restart resumes the same work with the same
 * order numbers. Silence is never "declined": it is asked about until it is settled or reversed.
 */
import type { PaymentOutcome, PaymentStatus, PaymentTerminal } from '../../drivers/contract.ts';
import { pending } from '../core/pending.ts';
import type { Clock, Ids } from '../core/ports.ts';
import type { SaleCommand } from '../core/sale.ts';
import type { Tender } from '../core/tender.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { Basket } from './basket.ts';
import { settle } from './payment-settling.ts';

export type TenderCommand = Extract<SaleCommand, { tenderId: string }>;

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

/** A desk at work. */
export interface Desk extends PaymentDeskParts {
  /** When each payment was asked for in this boot, monotonic ms. */
  asked: Map<string, number>;
  /** Tenders being settled, and tenders whose first answer is still awaited. */
  working: Set<string>;
  submitting: Set<string>;
  /** Ends every pause at once. */
  pauses: Set<() => void>;
  closed: boolean;
}

export function createPaymentDesk(parts: PaymentDeskParts): PaymentDesk {
  const desk: Desk = {
    ...parts,
    asked: new Map(),
    working: new Set(),
    submitting: new Set(),
    pauses: new Set(),
    closed: false,
  };
  return {
    askedMs: (tenderId) => desk.asked.get(tenderId),
    resume: () => resume(desk),
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

export const terminalOf = (desk: Desk): PaymentTerminal | undefined =>
  desk.terminal.current<PaymentTerminal>();

export function tenderOf(
  { basket, ledger }: Desk,
  saleId: string,
  tenderId: string,
): Tender | undefined {
  const current = basket.current();
  const sale = current?.saleId === saleId ? current : ledger.sale(saleId);
  return sale?.tenders.find((each) => each.tenderId === tenderId);
}

/** One decision about a tender; a refusal here is a bug of ours and is logged as one. */
export function record(desk: Desk, saleId: string, command: TenderCommand): void {
  const outcome = desk.basket.decide(command, undefined, saleId);
  if (!isOutstanding(desk, saleId, command.tenderId)) desk.asked.delete(command.tenderId);
  if (!outcome.ok) {
    const refusal = outcome.refusal.code;
    desk.log.error({ saleId, command: command.kind, refusal }, 'payment not recorded');
  }
  desk.onChange(saleId);
  resume(desk);
}

/** Whether the ledger still waits for something to happen to this tender. */
export function isOutstanding({ basket, ledger }: Desk, saleId: string, tenderId: string): boolean {
  const current = basket.current();
  const sale = current?.saleId === saleId ? current : ledger.sale(saleId);
  const owed = sale ? pending(sale) : [];
  return owed.some((each) => each.kind !== 'print-receipt' && each.tender.tenderId === tenderId);
}

/** What the acquirer said, where it says anything new. */
export function recordAnswer(
  desk: Desk,
  saleId: string,
  tender: Tender,
  answer: PaymentOutcome | PaymentStatus,
): void {
  const command = commandOf(desk, tender, answer);
  if (command) record(desk, saleId, command);
}

function commandOf(
  { ids, ledger }: Desk,
  { tenderId, state }: Tender,
  answer: PaymentOutcome | PaymentStatus,
): TenderCommand | undefined {
  switch (answer.kind) {
    case 'captured':
      return {
        kind: 'record-captured',
        tenderId,
        amountFen: answer.amountFen,
        providerRef: answer.providerRef,
        receiptNo: receiptNumber(ledger),
        receiptJobId: ids('job'),
        location: 'floor',
      };
    case 'declined':
      return { kind: 'record-declined', tenderId, reason: answer.reason };
    case 'reversed':
      return { kind: 'record-reversed', tenderId };
    case 'unknown':
      if (state !== 'requested') return undefined;
      return { kind: 'record-unknown', tenderId, reason: answer.reason };
    default:
      return undefined;
  }
}

/** Waits, or less where the desk is woken. */
export function pause({ clock, pauses }: Desk, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      pauses.delete(stop);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    const stop = () => {
      cancel();
      done();
    };
    pauses.add(stop);
  });
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
    for (const work of sale.laneId === desk.laneId ? pending(sale) : []) {
      if (work.kind === 'print-receipt') continue;
      const { tenderId } = work.tender;
      if (desk.submitting.has(tenderId) || desk.working.has(tenderId)) continue;
      desk.working.add(tenderId);
      const settled = settle(desk, sale.saleId, tenderId);
      keep(
        desk,
        settled.finally(() => desk.working.delete(tenderId)),
        sale.saleId,
      );
    }
}

function submit(desk: Desk, saleId: string, tender: Tender, payerCode: string): void {
  const { tenderId, orderNo, amountFen } = tender;
  desk.asked.set(tenderId, desk.clock.monoMs());
  desk.submitting.add(tenderId);
  const request = { orderNo, amountFen, payerCode, description: saleId };
  const work = Promise.resolve(terminalOf(desk)?.pay(request) ?? unknown('offline'))
    .catch((error: unknown) => unknown(String(error)))
    .then((outcome) => {
      desk.submitting.delete(tenderId);
      if (desk.closed) return;
      recordAnswer(desk, saleId, tender, outcome);
      resume(desk);
    });
  keep(desk, work, saleId);
}

const unknown = (reason: string): PaymentOutcome => ({ kind: 'unknown', reason });

/** `R` and the seq of the event before the sale's completion: short, unique in an epoch. */
function receiptNumber(ledger: Ledger): string {
  return `R${String(ledger.head().seq + 1).padStart(6, '0')}`;
}
