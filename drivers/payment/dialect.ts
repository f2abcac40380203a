/**
 * What the two payment channels have in common: how a call is put on the wire, and what an answer
 * may be taken for. A dialect is pure; the session in code-pay.ts moves the bytes.
 */
import type {
  PaymentOutcome,
  PaymentRequest,
  PaymentStatus,
  RefundOutcome,
  RefundRequest,
  ReversalOutcome,
} from '../contract.ts';

/** The store's account at the acquirer. `key` signs both ways and is never logged. */
export interface Account {
  appId: string;
  merchantId: string;
  alipayAppId: string;
  key: string;
  /** Address of the till as WeChat wants it (`spbill_create_ip`). */
  terminalIp: string;
}

/** One POST. */
export interface Call {
  path: string;
  contentType: string;
  body: Uint8Array;
}

/** Fields of one answer. `trust` is `refused` where the acquirer would not take our signature. */
export interface Answer {
  trust: 'signed' | 'unsigned' | 'refused';
  fields: Record<string, string>;
}

/** A payment by a code that was scanned. */
export type CodePaymentRequest = PaymentRequest & { payerCode: string };

export interface Dialect {
  pay(request: CodePaymentRequest, account: Account, nonce: string): Call;
  query(orderNo: string, account: Account, nonce: string): Call;
  reverse(orderNo: string, account: Account, nonce: string): Call;
  refund(request: RefundRequest, account: Account, nonce: string): Call;
  /** Undefined where the body is no answer of this dialect. */
  read(body: Uint8Array, account: Account): Answer | undefined;
  payOutcome(fields: Record<string, string>, orderNo: string): PaymentOutcome;
  statusOutcome(fields: Record<string, string>, orderNo: string): PaymentStatus;
  reversalOutcome(fields: Record<string, string>): ReversalOutcome;
  refundOutcome(fields: Record<string, string>, request: RefundRequest): RefundOutcome;
}

/** Order numbers of one channel begin with its letter, so that a number alone says whom to ask. */
export const ORDER_LETTER = { wechat: 'W', alipay: 'A' } as const;

export type Channel = keyof typeof ORDER_LETTER;

/**
 * Channel of a payer's code as scanned: WeChat 18 digits beginning 10–15, Alipay 16–24 digits
 * beginning 25–30; undefined for anything else.
 */
export function channelOfPayerCode(code: string): Channel | undefined {
  if (/^1[0-5]\d{16}$/.test(code)) return 'wechat';
  if (/^(2[5-9]|30)\d{14,22}$/.test(code)) return 'alipay';
  return undefined;
}

/** Channel of an order number: a letter, then 1–31 of the characters both channels allow. */
export function channelOfOrder(orderNo: string): Channel | undefined {
  if (!/^[WA][0-9A-Za-z_-]{1,31}$/.test(orderNo)) return undefined;
  return orderNo.startsWith(ORDER_LETTER.wechat) ? 'wechat' : 'alipay';
}

/** `k=v` of every non-empty field but `sign`, in ASCII order, joined by `&`: what gets signed. */
export function signedText(fields: Record<string, string>): string {
  return Object.keys(fields)
    .filter((name) => name !== 'sign' && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
}

/** Whole UTF-8 or undefined: a cut or foreign text is no answer. */
export function utf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.includes('\ufffd') ? undefined : text;
}

/** What stands on the payer's bill: no control characters, no half characters, 40 at most. */
export function billText(description: string): string {
  const clean = description.replace(/[\p{Cc}\p{Cs}]/gu, '').trim();
  return [...clean].slice(0, 40).join('') || '一刻';
}

const ORDER_FIELDS = new Set([
  'out_trade_no',
  'transaction_id',
  'trade_no',
  'out_refund_no',
  'refund_id',
  'auth_no',
  'out_order_no',
  'out_request_no',
  'payer_user_id',
]);

/**
 * Replaces what looks like a card number (13–19 digits with a valid Luhn digit) before anybody
 * sees the field; our order number and the provider's reference stay as they are.
 */
export function withoutCardNumbers(fields: Record<string, string>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    clean[name] = ORDER_FIELDS.has(name)
      ? value
      : value.replace(/(?<!\d)\d{13,19}(?!\d)/g, (digits) =>
          luhn(digits) ? `****${digits.slice(-4)}` : digits,
        );
  }
  return clean;
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
