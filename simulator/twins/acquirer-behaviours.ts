/**
 * How payers behave, chosen by their code: 18 digits, namely channel (13 WeChat, 28 Alipay), two
 * digits of behaviour, one digit of how often, then a serial number.
 */
import type { Words } from '../errors.ts';

export type Channel = 'wechat' | 'alipay';

export type PayAnswer =
  | { kind: 'paid' }
  | { kind: 'paying' }
  | { kind: 'declined'; reason: 'no-money' | 'code-expired' | 'code-used' }
  | { kind: 'system-error' }
  | { kind: 'order-used'; paid: boolean }
  | { kind: 'no-answer' };

export type ReverseAnswer =
  | { kind: 'reversed'; paid: boolean }
  | { kind: 'again' }
  | { kind: 'system-error' };

export type RefundAnswer =
  | { kind: 'refunded'; refundId: string }
  | { kind: 'system-error' }
  | { kind: 'not-found' | 'too-much' | 'other-amount' };

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
  refunds: { refundNo: string; amountFen: number; asked: number }[];
  /** The payer's code, which chose the behaviour; empty where the order was only reversed. */
  code: string;
  behaviour: string;
  times: number;
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

/** The acquirer's book, as far as a behaviour may write in it. */
export interface Book {
  capture(order: Order): void;
}

/** Queries until a payer who types a password is done, where the code does not say. */
const USUAL_QUERIES = 2;
/** Money that the mismatching order is short of. */
const MISMATCH_FEN = 34;
const STUBBORN_REVERSALS = 2;

const words = (zh: string, en: string): Words => ({ zh, en });
const paying = (): PayAnswer => ({ kind: 'paying' });
/** A charge that can never succeed. */
export const declined = (reason: 'no-money' | 'code-expired' | 'code-used') => (order: Order) => {
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

/** The behaviour that a payer's code asks for, and how often; codes of no behaviour just pay. */
export function behaviourOf(code: string): { behaviour: string; times: number } {
  const { name } = BEHAVIOURS[Number(code.slice(2, 4))] ?? BEHAVIOURS[0]!;
  return { behaviour: name, times: Number(code.slice(4, 5)) };
}

/** A behaviour by its name. Throws on one that does not exist. */
export function behaviourNamed(name: string): Behaviour {
  const found = BEHAVIOURS.find((behaviour) => behaviour.name === name);
  if (!found) throw new Error(`no such payment behaviour: ${name}`);
  return found;
}
