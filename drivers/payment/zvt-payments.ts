/**
 * Payments on a ZVT terminal by order number. A payment (06 01) goes out once. After a lost end
 * the terminal is asked for its last receipt (06 20): another one than before, over the same
 * amount, is ours, and so is the very next one over a part of it; the same one as before means
 * that nothing was charged.
 */
import type {
  PaymentOutcome,
  PaymentStatus,
  RefundOutcome,
  RefundRequest,
  ReversalOutcome,
} from '../contract.ts';
import { apdu, bcd, type ZvtStatus } from './zvt-frames.ts';
import { markOf, type Order, type Orders, receiptAfter } from './zvt-orders.ts';
import { type Ended, MONEY_MS, QUESTION_MS, type ZvtTalk } from './zvt-talk.ts';

/** "Please wait" and "receiver not ready": the terminal is at work. */
export const BUSY_CODES = new Set(['9C', 'A0']);
const ALREADY_REVERSED = 'B4';
const NOT_REVERSIBLE = 'B5';
/**
 * A terminal that cannot repeat a receipt could never say what became of a payment; and 6C may
 * be the late end of something else.
 */
const SAYS_NOTHING_OF_RECEIPTS = new Set(['6C', '83', '9A', 'C5']);

const REASONS: Readonly<Record<string, string>> = {
  '64': 'CARD_NOT_READABLE',
  '65': 'CARD_NOT_READABLE',
  '66': 'CARD_NOT_READABLE',
  '6C': 'CANCELLED',
  '78': 'CARD_EXPIRED',
  '9C': 'TERMINAL_BUSY',
  A0: 'TERMINAL_BUSY',
  C5: 'NOT_SUPPORTED',
  CC: 'TERMINAL_NO_PAPER',
};
export const reasonOf = (code = ''): string => REASONS[code] ?? `TERMINAL_${code || 'SAYS_NO'}`;

export interface Terminal {
  talk: ZvtTalk;
  orders: Orders;
  password: number[];
  paying: Paying | undefined;
}

/** The payment now on the terminal, or on its way there. */
interface Paying {
  orderNo: string;
  ended: Promise<PaymentOutcome>;
  sent: boolean;
  cancelled: boolean;
}

/** A command that needs nothing but the till's password. */
export const question = ({ talk, password }: Terminal, command: number): Promise<Ended> =>
  talk.run(apdu(command, password), QUESTION_MS);

/**
 * Mark of the terminal's last receipt, `none-<code>` where it has none yet; undefined where the
 * answer was not understood. Marks are only ever compared with marks got by this same question.
 */
async function lastReceipt(terminal: Terminal): Promise<string | undefined> {
  const { how, code = '', status } = await question(terminal, 0x0620);
  if (how === 'completed') return status && markOf(status);
  const none = how === 'aborted' && !BUSY_CODES.has(code) && !SAYS_NOTHING_OF_RECEIPTS.has(code);
  return none ? `none-${code}` : undefined;
}

function captured({ orders }: Terminal, order: Order, status: NonNullable<Ended['status']>) {
  const { receipt, trace, amountFen: paidFen = order.amountFen } = status;
  const kept = { ...order, state: 'captured', paidFen, receipt, trace } as const;
  return outcomeOf(orders.put(kept));
}

function declined({ orders }: Terminal, order: Order, reason: string): PaymentOutcome {
  orders.put({ ...order, state: 'declined', reason });
  return { kind: 'declined', reason };
}

function outcomeOf(order: Order): PaymentOutcome {
  if (order.state === 'captured') {
    const { paidFen = order.amountFen, receipt = '', trace = '' } = order;
    return { kind: 'captured', amountFen: paidFen, providerRef: `${receipt}/${trace}` };
  }
  if (order.state === 'sent') return { kind: 'unknown', reason: 'NO_REPLY' };
  return { kind: 'declined', reason: order.reason ?? 'REVERSED' };
}

/** What the end of a payment says; anything contradictory is asked about later. */
function settle(terminal: Terminal, order: Order, ended: Ended): PaymentOutcome {
  const { how, status, code } = ended;
  if (how === 'refused') return declined(terminal, order, reasonOf(code));
  if (how === 'aborted' && status?.result !== '00') {
    return declined(terminal, order, reasonOf(code));
  }
  if (how === 'completed' && status?.result === '00' && markOf(status) !== undefined) {
    const outcome = captured(terminal, order, status);
    if ((status.amountFen ?? order.amountFen) === order.amountFen) return outcome;
    return { kind: 'unknown', reason: 'AMOUNT_MISMATCH' };
  }
  return { kind: 'unknown', reason: how === 'aborted' ? 'CONTRADICTION' : 'NO_REPLY' };
}

/** A part of the amount (a partial approval) is ours only on the receipt that follows at once. */
function isOurs({ amountFen, before }: Order, { receipt, ...status }: ZvtStatus): boolean {
  if (status.amountFen === amountFen) return true;
  const follows = receiptAfter(before) === Number(receipt);
  return follows && status.amountFen !== undefined && status.amountFen < amountFen;
}

/** Asks the terminal how an order ended that nobody heard the end of. */
async function resolve(terminal: Terminal, order: Order): Promise<PaymentOutcome> {
  const { how, status, code = '' } = await question(terminal, 0x0620);
  // Somebody else asked meanwhile; a later payment may be the last one by now.
  const now = terminal.orders.find(order.orderNo);
  if (now !== undefined && now.state !== 'sent') return outcomeOf(now);
  if (BUSY_CODES.has(code)) return { kind: 'waiting', reason: 'TERMINAL_BUSY' };
  if (how === 'aborted' && order.before === `none-${code}`) {
    return declined(terminal, order, 'NOT_CHARGED');
  }
  const mark = status && markOf(status);
  if (how !== 'completed' || status === undefined || mark === undefined) {
    return { kind: 'unknown', reason: code === '' ? 'NO_REPLY' : reasonOf(code) };
  }
  if (mark === order.before) return declined(terminal, order, 'NOT_CHARGED');
  if (!isOurs(order, status)) return { kind: 'unknown', reason: 'NOT_OUR_TRANSACTION' };
  const well = (status.result ?? '00') === '00';
  return well ? captured(terminal, order, status) : declined(terminal, order, 'NOT_CHARGED');
}

type Money = (amountFen: number) => Uint8Array;

async function pay(
  terminal: Terminal,
  paying: Paying,
  fen: number,
  money: Money,
): Promise<PaymentOutcome> {
  const { orders, talk } = terminal;
  const { orderNo } = paying;
  const no = (reason: string): PaymentOutcome => ({ kind: 'declined', reason });
  if (!Number.isSafeInteger(fen) || fen <= 0 || fen > 999_999_999_999) return no('AMOUNT_INVALID');
  const open = orders.open();
  if (open !== undefined) await resolve(terminal, open);
  if (orders.open() !== undefined) return no('EARLIER_UNRESOLVED');
  // Nothing was sent in any of these cases, so nothing can be charged.
  const before = await lastReceipt(terminal);
  if (before === undefined) return no('TERMINAL_NOT_READY');
  const order: Order = { orderNo, amountFen: fen, before, state: 'sent' };
  if (paying.cancelled) return declined(terminal, order, 'CANCELLED');
  orders.put(order);
  paying.sent = true;
  const ended = await talk.run(money(fen), MONEY_MS);
  return settle(terminal, order, ended);
}

/** Starts a payment. The same number is the same payment, and is never sent again. */
export function startPayment(
  terminal: Terminal,
  orderNo: string,
  amountFen: number,
): Promise<PaymentOutcome> {
  return start(terminal, orderNo, amountFen, (fen) => apdu(0x0601, [0x04, ...bcd(fen, 6)]));
}

/** A refund (06 31) is a transaction of its own, with a receipt: told apart like a payment. */
export async function refund(
  terminal: Terminal,
  { refundNo, amountFen }: RefundRequest,
): Promise<RefundOutcome> {
  const command = (fen: number) => apdu(0x0631, [...terminal.password, 0x04, ...bcd(fen, 6)]);
  const { kind, ...said } = await start(terminal, refundNo, amountFen, command);
  if (kind === 'captured') return { kind: 'refunded', providerRef: refOf(said) };
  const reason = 'reason' in said ? said.reason : 'NO_REPLY';
  // Nothing was sent, so the same refund may be asked for again.
  const unsent = LATER.has(reason) && terminal.orders.find(refundNo) === undefined;
  const later = kind !== 'declined' || unsent;
  return later ? { kind: 'unknown', reason } : { kind: 'refused', reason };
}

const LATER = new Set(['TERMINAL_BUSY', 'EARLIER_UNRESOLVED', 'TERMINAL_NOT_READY']);

const refOf = (said: { providerRef: string } | { reason: string }): string =>
  'providerRef' in said ? said.providerRef : '';

async function start(
  terminal: Terminal,
  orderNo: string,
  amountFen: number,
  money: Money,
): Promise<PaymentOutcome> {
  if (terminal.orders.find(orderNo) !== undefined) {
    const known = await status(terminal, orderNo);
    const gone = known.kind === 'not-found' || known.kind === 'reversed';
    return gone ? { kind: 'declined', reason: 'REVERSED' } : known;
  }
  if (terminal.paying !== undefined) return { kind: 'declined', reason: 'TERMINAL_BUSY' };
  const nothing: PaymentOutcome = { kind: 'unknown', reason: 'NO_REPLY' };
  const ended = Promise.resolve(nothing);
  const paying: Paying = { orderNo, ended, sent: false, cancelled: false };
  terminal.paying = paying;
  paying.ended = pay(terminal, paying, amountFen, money).finally(() => {
    terminal.paying = undefined;
  });
  return paying.ended;
}

export async function status(terminal: Terminal, orderNo: string): Promise<PaymentStatus> {
  const order = terminal.orders.find(orderNo);
  if (terminal.paying?.orderNo === orderNo) return { kind: 'waiting', reason: 'ON_TERMINAL' };
  if (order === undefined) {
    return terminal.orders.complete
      ? { kind: 'not-found' }
      : { kind: 'unknown', reason: 'ORDER_NOT_KEPT' };
  }
  if (order.state === 'reversed') return { kind: 'reversed' };
  return order.state === 'sent' ? resolve(terminal, order) : outcomeOf(order);
}

/** A captured payment goes back by its receipt number. Asked again, the terminal says B4. */
async function giveBack(terminal: Terminal, order: Order): Promise<ReversalOutcome> {
  const { orders, talk, password } = terminal;
  if (order.receipt === undefined) {
    return { kind: 'refused', reason: 'RECEIPT_UNKNOWN', retry: false };
  }
  const receipt = [0x87, ...bcd(Number(order.receipt), 2)];
  const ended = await talk.run(apdu(0x0630, [...password, ...receipt]), MONEY_MS);
  const { how, code, status: said } = ended;
  const done = how === 'completed' && (said?.result ?? '00') === '00';
  if (done || (how === 'aborted' && code === ALREADY_REVERSED)) {
    orders.put({ ...order, state: 'reversed' });
    return { kind: 'reversed' };
  }
  if (how === 'silent' || how === 'closed') return { kind: 'unknown', reason: 'NO_REPLY' };
  return { kind: 'refused', reason: reasonOf(code), retry: code !== NOT_REVERSIBLE };
}

export async function reverse(terminal: Terminal, orderNo: string): Promise<ReversalOutcome> {
  const { orders, paying, talk } = terminal;
  if (paying?.orderNo === orderNo) {
    paying.cancelled = true;
    if (paying.sent) talk.interrupt();
    await paying.ended;
  }
  let order = orders.find(orderNo);
  if (order === undefined) {
    if (!orders.complete) return { kind: 'refused', reason: 'ORDER_NOT_KEPT', retry: false };
    orders.put({ orderNo, amountFen: 0, before: '', state: 'reversed' });
    return { kind: 'reversed' };
  }
  if (order.state === 'sent') {
    const first = await resolve(terminal, order);
    if (first.kind === 'waiting') await talk.run(apdu(0x06b0), QUESTION_MS);
    const last = first.kind === 'waiting' ? await resolve(terminal, order) : first;
    order = orders.find(orderNo) ?? order;
    if (order.state === 'sent') return { kind: 'unknown', reason: reasonText(last) };
  }
  if (order.state === 'captured') return giveBack(terminal, order);
  orders.put({ ...order, state: 'reversed' });
  return { kind: 'reversed' };
}

/** A person has settled what the terminal could not tell: this order is asked about no more. */
export function letGo(terminal: Terminal, orderNo: string): void {
  const order = terminal.orders.find(orderNo);
  if (order?.state === 'sent') declined(terminal, order, 'SETTLED_BY_HAND');
}

const reasonText = (outcome: PaymentOutcome): string =>
  'reason' in outcome ? outcome.reason : 'NO_REPLY';
