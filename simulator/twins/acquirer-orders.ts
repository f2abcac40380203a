/**
 * What an acquirer knows of its orders. No wire here: the two dialects put these answers into
 * their own words.
 *
 * A code pays once; an order number is one order for ever, and an order that was reversed or
 * closed can never be paid (WeChat pay/micropay and secapi/pay/reverse, Alipay alipay.trade.pay
 * and cancel).
 */
import type { Clock } from '../runtime.ts';
import type {
  Book,
  Channel,
  Order,
  PayAnswer,
  RefundAnswer,
  ReverseAnswer,
} from './acquirer-behaviours.ts';
import { behaviourNamed, behaviourOf, declined } from './acquirer-behaviours.ts';

export type QueryAnswer =
  | { kind: 'paid'; amountFen: number }
  | { kind: 'paying' | 'failed' | 'reversed' | 'not-found' };

/** Money moved: what the shop's books must agree with. */
export interface JournalEntry {
  what: 'captured' | 'reversed' | 'refunded';
  orderNo: string;
  channel: Channel;
  amountFen: number;
  wallMs: number;
  refundNo?: string;
  providerRef: string;
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
    refunds: [],
    ...behaviourOf(''),
    code: '',
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

/** Where an acquirer keeps its book over a restart of the simulator; a bank never forgets. */
export interface Safe {
  read(): string | undefined;
  write(text: string): void;
}

/** One safe for several books: each writes its own part, and none loses another's. */
export function sharedSafe(safe: Safe): Safe {
  const all = JSON.parse(safe.read() ?? '{}');
  return {
    read: () => JSON.stringify(all),
    write(text) {
      Object.assign(all, JSON.parse(text));
      safe.write(JSON.stringify(all));
    },
  };
}

interface Kept {
  orders: Order[];
  journal: JournalEntry[];
}

const EMPTY: Kept = { orders: [], journal: [] };

const entering =
  (journal: JournalEntry[], clock: Clock) =>
  (what: JournalEntry['what'], order: Order, more: Partial<JournalEntry> = {}) => {
    const { orderNo, channel, amountFen, providerRef } = order;
    const entry = { what, orderNo, channel, amountFen, wallMs: clock.wallMs(), providerRef };
    journal.push({ ...entry, ...more });
  };

/** Payers whose channel is out of order when their first refund is asked for. */
const REFUND_STUMBLES = new Set(['reverse-stubborn', 'system-error-paid', 'timeout-paid']);

type Enter = ReturnType<typeof entering>;

/** A refund number is one refund for ever; all of them together never exceed the payment. */
function refundOrder(
  order: Order | undefined,
  refundNo: string,
  amountFen: number,
  enter: Enter,
): RefundAnswer {
  if (order?.state !== 'paid') return { kind: 'not-found' };
  const known = order.refunds.find((each) => each.refundNo === refundNo);
  if (known && known.amountFen !== amountFen) return { kind: 'other-amount' };
  const gone = order.refunds.reduce((sum, each) => sum + each.amountFen, 0);
  if (!known && gone + amountFen > order.amountFen) return { kind: 'too-much' };
  if (!known) {
    order.refunds.push({ refundNo, amountFen, asked: 0 });
    enter('refunded', order, { refundNo, amountFen });
  }
  const refund = order.refunds.find((each) => each.refundNo === refundNo)!;
  refund.asked += 1;
  if (refund.asked === 1 && REFUND_STUMBLES.has(order.behaviour)) return { kind: 'system-error' };
  return { kind: 'refunded', refundId: `R${order.providerRef}-${order.refunds.indexOf(refund)}` };
}

/** A book written before there were refunds has none. */
const withRefunds = (order: Order): [string, Order] => [
  order.orderNo,
  { ...order, refunds: order.refunds ?? [] },
];

/** An order's number is known from its first mention on, even where that was a reversal. */
const opening =
  (orders: Map<string, Order>, clock: Clock) =>
  (orderNo: string, channel: Channel): Order => {
    const day = chinaTime(clock.wallMs()).slice(0, 8);
    const order = newOrder(orderNo, channel, orders.size + 1, day);
    orders.set(orderNo, order);
    return order;
  };

/** The acquirer's book: one instance for both channels. Throws where the safe holds no JSON. */
export function createOrders(clock: Clock, safe?: Safe) {
  const kept: Kept = { ...EMPTY, ...JSON.parse(safe?.read() ?? '{}') };
  const orders = new Map(kept.orders.map(withRefunds));
  const codesUsed = new Set(kept.orders.map((order) => order.code));
  const journal = [...kept.journal];
  /** Written before anybody is told. */
  const keep = <T>(answer: T): T => {
    safe?.write(JSON.stringify({ orders: [...orders.values()], journal } satisfies Kept));
    return answer;
  };
  const enter = entering(journal, clock);
  const book: Book = {
    capture(order) {
      order.state = 'paid';
      order.paidWallMs = clock.wallMs();
      enter('captured', order);
    },
  };
  const open = opening(orders, clock);
  return {
    /** Every movement of money, oldest first. */
    journal: (): readonly JournalEntry[] => journal,
    find: (orderNo: string): Order | undefined => orders.get(orderNo),
    pay(orderNo: string, channel: Channel, amountFen: number, code: string): PayAnswer {
      const known = orders.get(orderNo);
      if (known?.state === 'paying') return { kind: 'paying' };
      if (known) return { kind: 'order-used', paid: known.state === 'paid' };
      const asked = { amountFen, code, ...behaviourOf(code), state: 'paying' as const };
      const order = Object.assign(open(orderNo, channel), asked);
      if (codesUsed.has(code)) return keep(declined('code-used')(order));
      codesUsed.add(code);
      return keep(behaviourNamed(order.behaviour).pay(order, book));
    },
    query(orderNo: string): QueryAnswer {
      const order = orders.get(orderNo);
      if (!order) return { kind: 'not-found' };
      order.queries += 1;
      behaviourNamed(order.behaviour).asked?.(order, book);
      if (order.state === 'paid') return keep({ kind: 'paid', amountFen: order.amountFen });
      return keep({ kind: order.state });
    },
    refund: (orderNo: string, refundNo: string, amountFen: number): RefundAnswer =>
      keep(refundOrder(orders.get(orderNo), refundNo, amountFen, enter)),
    reverse(orderNo: string, channel: Channel): ReverseAnswer {
      const order = orders.get(orderNo) ?? open(orderNo, channel);
      order.reversals += 1;
      const odd = behaviourNamed(order.behaviour).reverse?.(order, book);
      if (odd) return keep(odd);
      const paid = order.state === 'paid';
      if (paid) enter('reversed', order);
      order.state = 'reversed';
      return keep({ kind: 'reversed', paid });
    },
  };
}

export type Orders = ReturnType<typeof createOrders>;
