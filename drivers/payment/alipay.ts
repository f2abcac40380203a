/**
 * Alipay, merchant scans the payer's code (当面付 条码支付): a form out, JSON back, POST /gateway.
 *
 * | call    | method              | biz_content                                            |
 * |---------|---------------------|--------------------------------------------------------|
 * | pay     | alipay.trade.pay    | out_trade_no, scene bar_code, auth_code, subject,      |
 * |         |                     | total_amount in yuan: "12.34"                          |
 * | query   | alipay.trade.query  | out_trade_no                                           |
 * | reverse | alipay.trade.cancel | out_trade_no                                           |
 * | refund  | alipay.trade.refund | out_trade_no, out_request_no, refund_amount in yuan    |
 *
 * The answer is `{"alipay_trade_pay_response":{…},"sign":"…"}`; its sign covers the bytes of the
 * inner object exactly as sent. Signing here is HMAC-SHA256 under the store's key, base64, as an
 * acquirer in between does; the public gateway wants RSA2 and a timestamp (see `alipaySign`).
 *
 * | answer                                                | taken for                           |
 * |-------------------------------------------------------|-------------------------------------|
 * | 10000 with TRADE_SUCCESS or TRADE_FINISHED            | captured, with its own total_amount |
 * | 10003, WAIT_BUYER_PAY                                 | waiting: the payer types a password |
 * | pay 40004 with a sub_code in DECLINED, TRADE_CLOSED   | declined: this order never gets money |
 * | query 40004 ACQ.TRADE_NOT_EXIST                       | not found                           |
 * | anything else: 20000, ACQ.TRADE_HAS_SUCCESS …         | unknown: ask again                  |
 *
 * A refund is idempotent by out_request_no, so silence is asked again.
 *
 * Source: opendocs.alipay.com, alipay.trade.pay / query / cancel / refund.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PaymentOutcome, PaymentStatus, RefundOutcome, ReversalOutcome } from '../contract.ts';
import { type Account, billText, type Call, type Dialect, signedText, utf8 } from './dialect.ts';

type Fields = Record<string, string>;

/** Business failures after which this order number can never take money. */
const DECLINED = new Set([
  'ACQ.PAYMENT_AUTH_CODE_INVALID',
  'ACQ.BUYER_BALANCE_NOT_ENOUGH',
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH',
  'ACQ.ERROR_BALANCE_PAYMENT_DISABLE',
  'ACQ.BUYER_SELLER_EQUAL',
  'ACQ.TRADE_BUYER_NOT_MATCH',
  'ACQ.BUYER_ENABLE_STATUS_FORBID',
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR',
  'ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR',
  'ACQ.PAYMENT_REQUEST_HAS_RISK',
  'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE',
  'ACQ.TOTAL_FEE_EXCEED',
  'ACQ.INVALID_PARAMETER',
]);

/** After these the same refund can never succeed. */
const REFUND_REFUSED = new Set([
  'ACQ.TRADE_NOT_EXIST',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  'ACQ.REFUND_CHARGE_ERROR',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.INVALID_PARAMETER',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
]);

/** Base64 signature of `text` under `key`; the one place to change for a gateway with RSA2. */
export function alipaySign(text: string | Uint8Array, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

/** One signed call. */
export function alipayCall(method: string, account: Account, business: Fields): Call {
  const fields: Fields = {
    app_id: account.alipayAppId,
    biz_content: JSON.stringify(business),
    charset: 'utf-8',
    format: 'JSON',
    method,
    sign_type: 'HMAC-SHA256',
    version: '1.0',
  };
  fields.sign = alipaySign(signedText(fields), account.key);
  const form = new URLSearchParams(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    path: '/gateway',
    contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    body: new TextEncoder().encode(form.toString()),
  };
}

export const alipay: Dialect = {
  pay: (request, account) =>
    alipayCall('alipay.trade.pay', account, {
      out_trade_no: request.orderNo,
      scene: 'bar_code',
      auth_code: request.payerCode,
      subject: billText(request.description),
      total_amount: yuan(request.amountFen),
    }),
  query: (orderNo, account) => alipayCall('alipay.trade.query', account, { out_trade_no: orderNo }),
  reverse: (orderNo, account) =>
    alipayCall('alipay.trade.cancel', account, { out_trade_no: orderNo }),

  refund: ({ orderNo, refundNo, amountFen }, account) =>
    alipayCall('alipay.trade.refund', account, {
      out_trade_no: orderNo,
      out_request_no: refundNo,
      refund_amount: yuan(amountFen),
    }),

  read(body, account) {
    const parsed = parseAlipayJson(body);
    if (parsed === undefined) return undefined;
    const { fields, object } = parsed;
    const wanted = Buffer.from(alipaySign(object, account.key));
    const got = Buffer.from(parsed.sign);
    const signed = got.length === wanted.length && timingSafeEqual(got, wanted);
    if (/^isv\.(invalid-signature|invalid-app-id|missing-signature)$/.test(fields.sub_code ?? '')) {
      return { trust: 'refused', fields };
    }
    return { trust: signed ? 'signed' : 'unsigned', fields };
  },

  payOutcome(fields, orderNo): PaymentOutcome {
    const reason = reasonOf(fields);
    if (fields.code === '10000') return traded(fields, orderNo);
    if (fields.code === '10003') return { kind: 'waiting', reason: 'WAIT_BUYER_PAY' };
    const final = fields.code === '40004' && DECLINED.has(reason);
    return { kind: final ? 'declined' : 'unknown', reason };
  },

  statusOutcome(fields, orderNo): PaymentStatus {
    if (fields.code === '10000') return traded(fields, orderNo);
    const reason = reasonOf(fields);
    if (fields.code === '40004' && reason === 'ACQ.TRADE_NOT_EXIST') return { kind: 'not-found' };
    return { kind: 'unknown', reason };
  },

  reversalOutcome(fields): ReversalOutcome {
    if (fields.code === '10000') return { kind: 'reversed' };
    const reason = reasonOf(fields);
    if (fields.code !== '40004') return { kind: 'unknown', reason };
    return { kind: 'refused', reason, retry: fields.retry_flag === 'Y' };
  },

  /** `refund_fee` is what went back of the trade in all, so it proves no single refund. */
  refundOutcome(fields, { orderNo, refundNo }): RefundOutcome {
    const reason = reasonOf(fields);
    if (fields.code !== '10000')
      return { kind: REFUND_REFUSED.has(reason) ? 'refused' : 'unknown', reason };
    if (fields.out_trade_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
    return { kind: 'refunded', providerRef: refundNo };
  },
};

function reasonOf(fields: Fields): string {
  return fields.sub_code ?? fields.code ?? 'NO_CODE';
}

function traded(fields: Fields, orderNo: string): PaymentOutcome {
  if (fields.out_trade_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
  const reason = fields.trade_status ?? 'NO_TRADE_STATUS';
  if (reason === 'WAIT_BUYER_PAY') return { kind: 'waiting', reason };
  if (reason === 'TRADE_CLOSED') return { kind: 'declined', reason };
  if (reason !== 'TRADE_SUCCESS' && reason !== 'TRADE_FINISHED') return { kind: 'unknown', reason };
  const amountFen = fenOf(fields.total_amount ?? '');
  const providerRef = fields.trade_no ?? '';
  if (amountFen === undefined) return { kind: 'unknown', reason: 'BAD_AMOUNT' };
  if (providerRef === '') return { kind: 'unknown', reason: 'NO_TRADE_NO' };
  return { kind: 'captured', amountFen, providerRef };
}

/** 1234 → `12.34`. */
export function yuan(fen: number): string {
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** `12.34`, `12.3` or `12` → fen, digit by digit; undefined for zero and for anything else. */
export function fenOf(amount: string): number | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(amount);
  if (match === null) return undefined;
  const fen = Number(match[1]! + (match[2] ?? '').padEnd(2, '0'));
  return fen > 0 ? fen : undefined;
}

export interface AlipayJson {
  node: string;
  fields: Fields;
  /** The inner object's bytes as sent: what the signature covers. */
  object: Uint8Array;
  sign: string;
}

/** Undefined where the body is not one `alipay_…_response` with string fields. */
export function parseAlipayJson(body: Uint8Array): AlipayJson | undefined {
  const text = utf8(body);
  const head =
    text === undefined ? null : /^\s*\{\s*"(alipay_(?:trade|fund)_\w+_response)"\s*:\s*/.exec(text);
  if (head === null) return undefined;
  const start = head[0].length;
  const length = objectLength(body.subarray(start));
  const value = parseObject(text!);
  const node = head[1]!;
  const inner = value?.[node];
  if (length === undefined || !isObject(inner)) return undefined;
  const fields: Fields = {};
  for (const [name, field] of Object.entries(inner)) {
    if (typeof field === 'string') fields[name] = field;
  }
  const sign = typeof value?.sign === 'string' ? value.sign : '';
  return { node, fields, object: body.subarray(start, start + length), sign };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes from the `{` that `bytes` begins with to its `}`; undefined while it is not closed. */
export function objectLength(bytes: Uint8Array): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!;
    if (quoted && byte === 0x5c) index++;
    else if (byte === 0x22) quoted = !quoted;
    else if (!quoted && byte === 0x7b) depth++;
    else if (!quoted && byte === 0x7d && --depth === 0) return index + 1;
  }
  return undefined;
}
