/**
 * What an acquirer knows of its orders, and the behaviours that a payer's code can ask for. No
 * wire here: the two dialects put these answers into their own words.
 *
 * A payer's code is 18 digits: channel (13 WeChat, 28 Alipay), two digits of behaviour, one digit
 * of how often, then a serial number. A code pays once; an order number is one order for ever,
 * and an order that was reversed or closed can never be paid (protocols: WeChat pay/micropay and
 * secapi/pay/reverse, Alipay alipay.trade.pay and cancel).
 */
import type { Words } from '../errors.ts';
import type { Clock } from '../runtime.ts';

export type Channel = 'wechat' | 'alipay';

export type PayAnswer =
  | { kind: 'paid' }
  | { kind: 'paying' }
  | { kind: 'declined'; reason: 'no-money' | 'code-expired' | 'code-used' }
  | { kind: 'system-error' }
  | { kind: 'order-used'; paid: boolean }
  | { kind: 'no-answer' };

export type QueryAnswer =
  | { kind: 'paid'; amountFen: number }
  | { kind: 'paying' | 'failed' | 'reversed' | 'not-found' };

export type ReverseAnswer =
  | { kind: 'reversed'; paid: boolean }
  | { kind: 'again' }
  | { kind: 'system-error' };

export interface Order {
  orderNo: string;
  channel: Channel;
  /** What was taken from the payer, or would be. */
  amountFen: number;
  state: 'paying' | 'paid' | 'failed' | 'reversed';
  /** The acquirer's own number of this order. */
  providerRef: string;
  paidWallMs: number;
  queries: number;
  reversals: number;
  /** Digits of the payer's code that chose the behaviour. */
  behaviour: Behaviour;
  times: number;
}

/** Money moved: what the shop's books must agree with. */
export interface JournalEntry {
  what: 'captured' | 'reversed';
  orderNo: string;
  channel: Channel;
  amountFen: number;
  wallMs: number;
}

export interface Behaviour {
  name: string;
  label: Words;
  /** How the charge ends; the order is `paying` before. */
  pay(order: Order, book: Book): PayAnswer;
  /** What happens at the acquirer before a query is answered. */
  asked?(order: Order, book: Book): void;
  /** An answer to a reversal other than the usual one. */
  reverse?(order: Order, book: Book): ReverseAnswer | undefined;
}

interface Book {
  capture(order: Order): void;
}

/** Queries until a payer who types a password is done, where the code does not say. */
const USUAL_QUERIES = 2;
/** Money that the mismatching order is short of. */
const MISMATCH_FEN = 34;
const STUBBORN_REVERSALS = 2;

const words = (zh: string, en: string): Words => ({ zh, en });
const paying = (): PayAnswer => ({ kind: 'paying' });
const declined = (reason: 'no-money' | 'code-expired' | 'code-used') => (order: Order) => {
  order.state = 'failed';
  return { kind: 'declined' as const, reason };
};
const captureAnd = (kind: 'paid' | 'system-error' | 'no-answer') => (order: Order, book: Book) => {
  book.capture(order);
  return { kind };
};

/** By number: the third and fourth digit of a payer's code. */
export const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'pays',
    label: words('立即付款成功', 'Pays at once'),
    pay: captureAnd('paid'),
  },
  {
    name: 'password',
    label: words('输入密码后成功', 'Types a password, then pays'),
    pay: paying,
    asked(order, book) {
      const enough = order.queries >= (order.times || USUAL_QUERIES);
      if (order.state === 'paying' && enough) book.capture(order);
    },
  },
  {
    name: 'never-confirms',
    label: words('一直不确认', 'Never confirms'),
    pay: paying,
  },
  {
    name: 'system-error-paid',
    label: words('系统错误，其实已付', 'System error, though paid'),
    pay: captureAnd('system-error'),
  },
  {
    name: 'timeout-paid',
    label: words('没有回答，其实已付', 'No answer, though paid'),
    pay: captureAnd('no-answer'),
  },
  {
    name: 'timeout-unpaid',
    label: words('没有回答，未付款', 'No answer, not paid'),
    pay: (order) => {
      order.state = 'failed';
      return { kind: 'no-answer' };
    },
  },
  {
    name: 'no-money',
    label: words('余额不足', 'Not enough money'),
    pay: declined('no-money'),
  },
  {
    name: 'code-expired',
    label: words('付款码已过期', 'Code has expired'),
    pay: declined('code-expired'),
  },
  {
    name: 'code-used',
    label: words('付款码已被使用', 'Code was used before'),
    pay: declined('code-used'),
  },
  {
    name: 'amount-mismatch',
    label: words('查询金额不符', 'Query tells another amount'),
    pay(order, book) {
      order.amountFen = Math.max(1, order.amountFen - MISMATCH_FEN);
      book.capture(order);
      return { kind: 'system-error' };
    },
  },
  {
    name: 'reverse-stubborn',
    label: words('撤销两次失败后成功', 'Reversal fails twice, then works'),
    pay: paying,
    reverse: (order) => (order.reversals <= STUBBORN_REVERSALS ? { kind: 'again' } : undefined),
  },
  {
    name: 'paid-after-reverse',
    label: words('撤销后才付款', 'Pays just as we reverse'),
    pay: paying,
    reverse(order, book) {
      if (order.state !== 'paying') return undefined;
      book.capture(order);
      return { kind: 'system-error' };
    },
  },
];

const CHANNEL_DIGITS: Record<Channel, string> = { wechat: '13', alipay: '28' };
const PAYS = BEHAVIOURS[0] as Behaviour;

/**
 * A payer's code of a given behaviour. `serial` makes it one of a kind; `times` (0–9) says how
 * often, for behaviours that count (0 = as usual). Throws on a behaviour that does not exist.
 */
export function payerCode(channel: Channel, name: string, serial: number, times = 0): string {
  const index = BEHAVIOURS.findIndex((behaviour) => behaviour.name === name);
  if (index < 0) throw new Error(`no such payment behaviour: ${name}`);
  const number = String(index).padStart(2, '0');
  return `${CHANNEL_DIGITS[channel]}${number}${times}${String(serial).padStart(13, '0')}`;
}

function newOrder(orderNo: string, channel: Channel, count: number, day: string): Order {
  const serial = String(count).padStart(10, '0');
  return {
    orderNo,
    channel,
    amountFen: 0,
    state: 'reversed',
    providerRef: channel === 'wechat' ? `4200000001${day}${serial}` : `${day}2200140000${serial}`,
    paidWallMs: 0,
    queries: 0,
    reversals: 0,
    behaviour: PAYS,
    times: 0,
  };
}

/** `YYYYMMDDhhmmss` in the shop's country, from the clock's own number. */
export function chinaTime(wallMs: number): string {
  const zone = 'Asia/Shanghai';
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return format.format(wallMs).replaceAll(/\D/g, '');
}

/** The acquirer's book: one instance for both channels. */
export function createOrders(clock: Clock) {
  const orders = new Map<string, Order>();
  const codesUsed = new Set<string>();
  const journal: JournalEntry[] = [];
  const enter = (what: JournalEntry['what'], order: Order) => {
    const { orderNo, channel, amountFen } = order;
    journal.push({ what, orderNo, channel, amountFen, wallMs: clock.wallMs() });
  };
  const book: Book = {
    capture(order) {
      order.state = 'paid';
      order.paidWallMs = clock.wallMs();
      enter('captured', order);
    },
  };
  /** An order's number is known from its first mention on, even where that was a reversal. */
  const open = (orderNo: string, channel: Channel): Order => {
    const day = chinaTime(clock.wallMs()).slice(0, 8);
    const order = newOrder(orderNo, channel, orders.size + 1, day);
    orders.set(orderNo, order);
    return order;
  };
  return {
    /** Every movement of money, oldest first. */
    journal: (): readonly JournalEntry[] => journal,
    find: (orderNo: string): Order | undefined => orders.get(orderNo),
    pay(orderNo: string, channel: Channel, amountFen: number, code: string): PayAnswer {
      const known = orders.get(orderNo);
      if (known?.state === 'paying') return { kind: 'paying' };
      if (known) return { kind: 'order-used', paid: known.state === 'paid' };
      const behaviour = BEHAVIOURS[Number(code.slice(2, 4))] ?? PAYS;
      const order = Object.assign(open(orderNo, channel), {
        amountFen,
        behaviour,
        times: Number(code.slice(4, 5)),
        state: 'paying' as const,
      });
      if (codesUsed.has(code)) return declined('code-used')(order);
      codesUsed.add(code);
      return behaviour.pay(order, book);
    },
    query(orderNo: string): QueryAnswer {
      const order = orders.get(orderNo);
      if (!order) return { kind: 'not-found' };
      order.queries += 1;
      order.behaviour.asked?.(order, book);
      if (order.state === 'paid') return { kind: 'paid', amountFen: order.amountFen };
      return { kind: order.state };
    },
    reverse(orderNo: string, channel: Channel): ReverseAnswer {
      const order = orders.get(orderNo) ?? open(orderNo, channel);
      order.reversals += 1;
      const odd = order.behaviour.reverse?.(order, book);
      if (odd) return odd;
      const paid = order.state === 'paid';
      if (paid) enter('reversed', order);
      order.state = 'reversed';
      return { kind: 'reversed', paid };
    },
  };
}

export type Orders = ReturnType<typeof createOrders>;
