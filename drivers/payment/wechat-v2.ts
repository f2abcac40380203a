/**
 * WeChat Pay v2, merchant scans the payer's code (付款码支付): XML both ways.
 *
 * | call    | POST                | fields besides appid, mch_id, nonce_str, sign_type, sign |
 * |---------|---------------------|----------------------------------------------------------|
 * | pay     | /pay/micropay       | out_trade_no, total_fee (fen), fee_type, auth_code,      |
 * |         |                     | body, spbill_create_ip                                   |
 * | query   | /pay/orderquery     | out_trade_no                                             |
 * | reverse | /secapi/pay/reverse | out_trade_no (WeChat itself wants a client certificate)  |
 * | refund  | /secapi/pay/refund  | out_trade_no, out_refund_no, total_fee, refund_fee       |
 *
 * sign = HMAC-SHA256 over `k=v&…&key=KEY`, fields in ASCII order, upper-case hex, both ways.
 * An answer with return_code FAIL carries no sign, so it proves nothing.
 *
 * | answer                                           | taken for                               |
 * |--------------------------------------------------|-----------------------------------------|
 * | pay SUCCESS, query trade_state SUCCESS            | captured, with its own total_fee        |
 * | USERPAYING, NOTPAY, ACCEPT                        | waiting: the payer types a password     |
 * | an err_code in DECLINED; CLOSED, PAYERROR         | declined: this order never gets money   |
 * | REVOKED, REFUND                                   | reversed                                |
 * | query ORDERNOTEXIST                               | not found                               |
 * | anything else: SYSTEMERROR, BANKERROR, ORDERPAID… | unknown: ask again                      |
 *
 * A refund is idempotent by out_refund_no, so silence is asked again; REFUND_REFUSED is final.
 *
 * Source: pay.weixin.qq.com v2, 付款码支付 and 查询订单, 撤销订单, 申请退款.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PaymentOutcome, PaymentStatus, RefundOutcome, ReversalOutcome } from '../contract.ts';
import { type Account, billText, type Call, type Dialect, signedText, utf8 } from './dialect.ts';

type Fields = Record<string, string>;

/** "支付确认失败" in the published table, less those that speak of an earlier use of the order. */
export const NEVER_PAID = [
  'AUTHCODEEXPIRE',
  'AUTH_CODE_ERROR',
  'AUTH_CODE_INVALID',
  'BUYER_MISMATCH',
  'NOTENOUGH',
  'NOTSUPORTCARD',
  'ORDERCLOSED',
  'ORDERREVERSED',
  'PARAM_ERROR',
  'NOAUTH',
] as const;
const DECLINED = new Set<string>([...NEVER_PAID, 'TRADE_ERROR']);

/** After these the same refund can never succeed (申请退款, error codes). */
const REFUND_REFUSED = new Set([
  'INVALID_TRANSACTIONID',
  'ORDERNOTEXIST',
  'PARAM_ERROR',
  'REFUND_FEE_MISMATCH',
  'REFUND_FEE_INVALID',
  'TRADE_OVERDUE',
  'USER_ACCOUNT_ABNORMAL',
]);

/** Upper-case hex signature of `fields` under `key`; also for the far side's tests. */
export function wechatSign(fields: Fields, key: string): string {
  return createHmac('sha256', key)
    .update(`${signedText(fields)}&key=${key}`)
    .digest('hex')
    .toUpperCase();
}

/** One signed POST. */
export function wechatCall(path: string, account: Account, nonce: string, own: Fields): Call {
  const fields: Fields = {
    appid: account.appId,
    mch_id: account.merchantId,
    nonce_str: nonce,
    sign_type: 'HMAC-SHA256',
    ...own,
  };
  fields.sign = wechatSign(fields, account.key);
  const body = Object.keys(fields)
    .sort()
    .map((name) => `<${name}>${escapeXml(fields[name]!)}</${name}>`)
    .join('');
  return {
    path,
    contentType: 'text/xml; charset=utf-8',
    body: new TextEncoder().encode(`<xml>${body}</xml>`),
  };
}

export const wechatV2: Dialect = {
  pay: (request, account, nonce) =>
    wechatCall('/pay/micropay', account, nonce, {
      auth_code: request.payerCode,
      body: billText(request.description),
      fee_type: 'CNY',
      out_trade_no: request.orderNo,
      spbill_create_ip: account.terminalIp,
      total_fee: String(request.amountFen),
    }),
  query: (orderNo, account, nonce) =>
    wechatCall('/pay/orderquery', account, nonce, { out_trade_no: orderNo }),
  reverse: (orderNo, account, nonce) =>
    wechatCall('/secapi/pay/reverse', account, nonce, { out_trade_no: orderNo }),

  refund: ({ orderNo, refundNo, paidFen, amountFen }, account, nonce) =>
    wechatCall('/secapi/pay/refund', account, nonce, {
      out_refund_no: refundNo,
      out_trade_no: orderNo,
      refund_fee: String(amountFen),
      total_fee: String(paidFen),
    }),

  read(body, account) {
    const text = utf8(body);
    const fields = text === undefined ? undefined : parseWechatXml(text);
    if (fields === undefined) return undefined;
    if (fields.return_code !== 'SUCCESS') return { trust: 'refused', fields };
    const wanted = Buffer.from(wechatSign(fields, account.key));
    const got = Buffer.from(fields.sign ?? '');
    const signed = got.length === wanted.length && timingSafeEqual(got, wanted);
    return { trust: signed ? 'signed' : 'unsigned', fields };
  },

  payOutcome(fields, orderNo): PaymentOutcome {
    if (fields.result_code === 'SUCCESS') return captured(fields, orderNo);
    const reason = fields.err_code ?? 'NO_ERR_CODE';
    if (reason === 'USERPAYING') return { kind: 'waiting', reason };
    return { kind: DECLINED.has(reason) ? 'declined' : 'unknown', reason };
  },

  statusOutcome(fields, orderNo): PaymentStatus {
    if (fields.result_code !== 'SUCCESS') {
      const reason = fields.err_code ?? 'NO_ERR_CODE';
      return reason === 'ORDERNOTEXIST' ? { kind: 'not-found' } : { kind: 'unknown', reason };
    }
    if (fields.out_trade_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
    const reason = fields.trade_state ?? 'NO_TRADE_STATE';
    switch (reason) {
      case 'SUCCESS':
        return captured(fields, orderNo);
      case 'USERPAYING':
      case 'NOTPAY':
      case 'ACCEPT':
        return { kind: 'waiting', reason };
      case 'CLOSED':
      case 'PAYERROR':
        return { kind: 'declined', reason };
      case 'REVOKED':
      case 'REFUND':
        return { kind: 'reversed' };
      default:
        return { kind: 'unknown', reason };
    }
  },

  reversalOutcome(fields): ReversalOutcome {
    if (fields.result_code === 'SUCCESS') return { kind: 'reversed' };
    const reason = fields.err_code ?? 'NO_ERR_CODE';
    if (reason === 'SYSTEMERROR' || fields.recall === undefined) return { kind: 'unknown', reason };
    return { kind: 'refused', reason, retry: fields.recall === 'Y' };
  },

  refundOutcome(fields, { refundNo, amountFen }): RefundOutcome {
    if (fields.result_code === 'SUCCESS') return refunded(fields, refundNo, amountFen);
    const reason = fields.err_code ?? 'NO_ERR_CODE';
    return { kind: REFUND_REFUSED.has(reason) ? 'refused' : 'unknown', reason };
  },
};

function refunded(fields: Fields, refundNo: string, amountFen: number): RefundOutcome {
  if (fields.out_refund_no !== refundNo || fields.refund_fee !== String(amountFen))
    return { kind: 'unknown', reason: 'OTHER_REFUND' };
  return { kind: 'refunded', providerRef: fields.refund_id ?? refundNo };
}

/** A fee as WeChat writes it: whole fen, at least one. */
export const wholeFen = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,11}$/.test(text) ? Number(text) : undefined;

function captured(fields: Fields, orderNo: string): PaymentOutcome {
  const amountFen = wholeFen(fields.total_fee);
  const providerRef = fields.transaction_id ?? '';
  if (fields.out_trade_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
  if (amountFen === undefined) return { kind: 'unknown', reason: 'BAD_AMOUNT' };
  if (providerRef === '') return { kind: 'unknown', reason: 'NO_TRANSACTION_ID' };
  return { kind: 'captured', amountFen, providerRef };
}

const ENTITIES: Fields = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * Fields of one flat `<xml>…</xml>`; undefined for anything else. Knows text, CDATA and the five
 * named entities only: no declarations, no nesting, no field twice, so nothing can be smuggled in.
 */
export function parseWechatXml(text: string): Fields | undefined {
  const whole = /^\s*<xml>(.*)<\/xml>\s*$/s.exec(text);
  if (whole === null) return undefined;
  const inner = whole[1]!;
  const field = /\s*<([A-Za-z]\w*)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))<\/\1>\s*/gsy;
  const fields: Fields = {};
  while (field.lastIndex < inner.length) {
    const match = field.exec(inner);
    if (match === null) return undefined;
    const name = match[1]!;
    if (Object.hasOwn(fields, name) || name === '__proto__') return undefined;
    const value = match[2] ?? unescapeXml(match[3]!);
    if (value === undefined) return undefined;
    fields[name] = value;
  }
  return fields;
}

function unescapeXml(text: string): string | undefined {
  if (/&(?!(?:lt|gt|amp|quot|apos);)/.test(text)) return undefined;
  return text.replace(/&(\w+);/g, (_, name: string) => ENTITIES[name]!);
}
