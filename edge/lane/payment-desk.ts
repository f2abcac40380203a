/** A payment desk as its own parts see it: what it remembers, and how it records. */
import type { PaymentOutcome, PaymentStatus, PaymentTerminal } from '../../drivers/contract.ts';
import type { PayChannel } from '../core/events.ts';
import type { Clock, Ids } from '../core/ports.ts';
import { pending } from '../core/sale/pending.ts';
import type { SaleCommand } from '../core/sale/sale.ts';
import type { Tender } from '../core/sale/tender.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { Basket } from './basket.ts';

export type TenderCommand = Extract<SaleCommand, { tenderId: string }>;
export type RefundRecord = Extract<SaleCommand, { refundNo: string }>;

export interface PaymentDeskParts {
  laneId: string;
  ledger: Ledger;
  basket: Basket;
  terminal: StoreDevice;
  /** Payments of these channels are this terminal's, whatever it was called when they began. */
  channels: readonly PayChannel[];
  clock: Clock;
  ids: Ids;
  log: Log;
  /** How long a payer may type a password now; the plan's own time where left out. */
  payerMs?(): number;
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
  /** Starts whatever the ledger says is outstanding. */
  resume(): void;
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
export function record(desk: Desk, saleId: string, command: TenderCommand | RefundRecord): void {
  const outcome = desk.basket.decide(command, undefined, saleId);
  if ('tenderId' in command && !isOutstanding(desk, saleId, command.tenderId))
    desk.asked.delete(command.tenderId);
  if (!outcome.ok) {
    const refusal = outcome.refusal.code;
    desk.log.error({ saleId, command: command.kind, refusal }, 'payment not recorded');
  }
  desk.onChange(saleId);
  desk.resume();
}

/** Whether the ledger still waits for something to happen to this tender. */
export function isOutstanding({ basket, ledger }: Desk, saleId: string, tenderId: string): boolean {
  const current = basket.current();
  const sale = current?.saleId === saleId ? current : ledger.sale(saleId);
  const owed = sale ? pending(sale) : [];
  return owed.some((each) => 'tender' in each && each.tender.tenderId === tenderId);
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

/** The names a sale will carry, should this decision complete it. */
export function completionNames({ ids, ledger }: { ids: Ids; ledger: Ledger }) {
  return { receiptNo: receiptNumber(ledger), receiptJobId: ids('job'), location: 'floor' };
}

/** What a capture is recorded as. */
export function capturedCommand(
  parts: { ids: Ids; ledger: Ledger },
  tenderId: string,
  { amountFen, providerRef }: { amountFen: number; providerRef: string },
): Extract<TenderCommand, { kind: 'record-captured' }> {
  return {
    ...{ kind: 'record-captured', tenderId, amountFen, providerRef },
    ...completionNames(parts),
  };
}

function commandOf(
  desk: Desk,
  { tenderId, state }: Tender,
  answer: PaymentOutcome | PaymentStatus,
): TenderCommand | undefined {
  switch (answer.kind) {
    case 'captured':
      return capturedCommand(desk, tenderId, answer);
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

/** `R` and the seq of the event before the sale's completion: short, unique in an epoch. */
function receiptNumber(ledger: Ledger): string {
  return `R${String(ledger.head().seq + 1).padStart(6, '0')}`;
}
