/**
 * WeChat Pay v2, the merchant scans the payer's code: XML over POST, every message signed.
 *
 *   /pay/micropay        out_trade_no total_fee(fen) auth_code → paid, USERPAYING, an error
 *   /pay/orderquery      out_trade_no → trade_state
 *   /secapi/pay/reverse  out_trade_no → recall N (done) | Y (again)
 *   /secapi/pay/refund   out_trade_no out_refund_no total_fee refund_fee → refund_id
 *   sign: k=v of every non-empty field but sign, in ASCII order, joined by &, then &key=KEY;
 *         HMAC-SHA256 under KEY, upper-case hex
 *
 * Source: pay.weixin.qq.com v2 merchant documentation (2025-08-14).
 */
import { createHmac } from 'node:crypto';
import type { Deposits } from './acquirer-deposit.ts';
import type { Orders } from './acquirer-orders.ts';
import { chinaTime } from './acquirer-orders.ts';

export type Fields = Record<string, string>;

export interface WechatAccount {
  appId: string;
  mchId: string;
  key: string;
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Fields of a flat `<xml>` message, with or without CDATA. */
export function readXml(text: string): Fields {
  const fields: Fields = {};
  for (const found of text.matchAll(/<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))<\/\1>/gs)) {
    const [, name = '', raw, plain = ''] = found;
    fields[name] = raw ?? plain.replaceAll(/&(\w+);/g, (all, word) => ENTITIES[word] ?? all);
  }
  return fields;
}

/** The sign of a message's fields. */
export function signWechat(fields: Fields, key: string): string {
  const names = Object.keys(fields).filter((name) => name !== 'sign' && fields[name] !== '');
  const text = names.sort().map((name) => `${name}=${fields[name]}`);
  return createHmac('sha256', key)
    .update(`${text.join('&')}&key=${key}`)
    .digest('hex')
    .toUpperCase();
}

/** A message as the service sends it: every value in CDATA, in the order given. */
export function writeXml(fields: Fields): string {
  const tags = Object.entries(fields).map(
    ([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`,
  );
  return `<xml>${tags.join('')}</xml>`;
}

/** A signed answer: the account and the nonce go where the service puts them. */
export function wechatAnswer(fields: Fields, account: WechatAccount, nonce: string): Fields {
  const answer: Fields = {
    return_code: 'SUCCESS',
    return_msg: 'OK',
    appid: account.appId,
    mch_id: account.mchId,
    nonce_str: nonce,
    ...fields,
  };
  return { ...answer, sign: signWechat(answer, account.key) };
}

const failed = (code: string, words: string, more: Fields = {}): Fields => ({
  result_code: 'FAIL',
  err_code: code,
  err_code_des: words,
  ...more,
});

const DECLINED = {
  'no-money': failed('NOTENOUGH', '余额不足'),
  'code-expired': failed('AUTH_CODE_INVALID', '101 付款码已过期，请刷新再试'),
  'code-used': failed('AUTH_CODE_ERROR', '付款码已被使用'),
};

function paidFields(orders: Orders, orderNo: string): Fields {
  const order = orders.find(orderNo);
  return {
    result_code: 'SUCCESS',
    trade_type: 'MICROPAY',
    bank_type: 'OTHERS',
    fee_type: 'CNY',
    total_fee: String(order?.amountFen ?? 0),
    transaction_id: order?.providerRef ?? '',
    out_trade_no: orderNo,
    time_end: chinaTime(order?.paidWallMs ?? 0),
  };
}

function pay(orders: Orders, asked: Fields): Fields | undefined {
  const { out_trade_no: orderNo = '', total_fee: fee = '', auth_code: code = '' } = asked;
  if (!/^[1-9]\d*$/.test(fee) || !/^1[0-5]\d{16}$/.test(code) || orderNo === '')
    return failed('PARAM_ERROR', '参数错误');
  const answer = orders.pay(orderNo, 'wechat', Number(fee), code);
  switch (answer.kind) {
    case 'paid':
      return paidFields(orders, orderNo);
    case 'paying':
      return failed('USERPAYING', '需要用户输入支付密码');
    case 'declined':
      return DECLINED[answer.reason];
    case 'system-error':
      return failed('SYSTEMERROR', '系统超时');
    case 'order-used':
      return failed('OUT_TRADE_NO_USED', '商户订单号重复');
    case 'no-answer':
      return undefined;
  }
}

const state = (orderNo: string, tradeState: string, words: string): Fields => ({
  result_code: 'SUCCESS',
  out_trade_no: orderNo,
  trade_state: tradeState,
  trade_state_desc: words,
});

function query(orders: Orders, asked: Fields): Fields {
  const { out_trade_no: orderNo = '' } = asked;
  const answer = orders.query(orderNo);
  switch (answer.kind) {
    case 'paid':
      return {
        ...paidFields(orders, orderNo),
        trade_state: 'SUCCESS',
        trade_state_desc: '支付成功',
      };
    case 'paying':
      return state(orderNo, 'USERPAYING', '用户支付中');
    case 'failed':
      return state(orderNo, 'PAYERROR', '支付失败');
    case 'reversed':
      return state(orderNo, 'REVOKED', '已撤销');
    case 'not-found':
      return failed('ORDERNOTEXIST', '订单不存在');
  }
}

function reverse(orders: Orders, asked: Fields): Fields {
  const answer = orders.reverse(asked.out_trade_no ?? '', 'wechat');
  switch (answer.kind) {
    case 'reversed':
      return { result_code: 'SUCCESS', recall: 'N' };
    case 'again':
      return failed('USERPAYING', '用户支付中，稍后重试', { recall: 'Y' });
    case 'system-error':
      return failed('SYSTEMERROR', '系统超时', { recall: 'Y' });
  }
}

function refund(orders: Orders, asked: Fields): Fields {
  const { out_trade_no: orderNo = '', out_refund_no: refundNo = '', refund_fee: fee = '' } = asked;
  const paid = orders.find(orderNo)?.amountFen;
  if (!/^[1-9]\d*$/.test(fee) || refundNo === '') return failed('PARAM_ERROR', '参数错误');
  if (paid !== undefined && asked.total_fee !== String(paid))
    return failed('REFUND_FEE_MISMATCH', '订单金额或退款金额与之前请求不一致');
  const answer = orders.refund(orderNo, refundNo, Number(fee));
  switch (answer.kind) {
    case 'refunded':
      return {
        result_code: 'SUCCESS',
        transaction_id: orders.find(orderNo)?.providerRef ?? '',
        out_trade_no: orderNo,
        out_refund_no: refundNo,
        refund_id: answer.refundId,
        refund_fee: fee,
        total_fee: String(paid ?? 0),
      };
    case 'not-found':
      return failed('ORDERNOTEXIST', '订单不存在');
    case 'too-much':
      return failed('REFUND_FEE_INVALID', '退款金额大于支付金额');
    case 'other-amount':
      return failed('REFUND_FEE_MISMATCH', '订单金额或退款金额与之前请求不一致');
    case 'system-error':
      return failed('SYSTEMERROR', '接口返回错误');
  }
}

const ENDPOINTS: Record<string, (orders: Orders, asked: Fields) => Fields | undefined> = {
  '/pay/micropay': pay,
  '/pay/orderquery': query,
  '/secapi/pay/reverse': reverse,
  '/secapi/pay/refund': refund,
};

/**
 * Answers one request: the XML text, `silent` where no answer comes, or undefined where the path
 * is none of this service's.
 */
export function serveWechat(
  orders: Orders,
  account: WechatAccount,
  request: { path: string; body: string; nonce: string },
  deposits?: Deposits,
): string | 'silent' | undefined {
  const endpoint = deposits?.endpoints[request.path] ?? ENDPOINTS[request.path]?.bind(null, orders);
  if (!endpoint) return undefined;
  const asked = readXml(request.body);
  const ours = asked.appid === account.appId && asked.mch_id === account.mchId;
  if (!ours || asked.sign !== signWechat(asked, account.key))
    return writeXml({ return_code: 'FAIL', return_msg: '签名错误' });
  const fields = endpoint(asked);
  return fields ? writeXml(wechatAnswer(fields, account, request.nonce)) : 'silent';
}
