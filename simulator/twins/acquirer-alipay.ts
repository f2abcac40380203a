/**
 * Alipay face-to-face payment: form-encoded POST /gateway, JSON answers, every message signed.
 *
 *   method=alipay.trade.pay|query|cancel|refund, biz_content={out_trade_no, auth_code, total_amount …}
 *   answer {"alipay_trade_pay_response":{code, msg, …},"sign":"…"}
 *     10000 done, 10003 waiting for the payer, 20000 unknown, 40004 refused (sub_code says why)
 *   sign of a request: k=v of every non-empty field but sign, ASCII order, joined by &;
 *   of an answer: the bytes of the response object as sent. HMAC-SHA256 under KEY, base64
 *   (the public gateway signs with RSA2).
 *
 * Source: Alipay documentation of alipay.trade.pay, query and cancel (2021-07).
 */
import { createHmac } from 'node:crypto';
import { fenOfYuan, refused, unavailable, yuanOfFen } from './acquirer-alipay-words.ts';
import type { Deposits } from './acquirer-deposit.ts';
import { freezing } from './acquirer-freeze.ts';
import type { Orders } from './acquirer-orders.ts';
import type { Fields } from './acquirer-wechat.ts';

export interface AlipayAccount {
  appId: string;
  key: string;
}

/** HMAC-SHA256 in base64. */
export function signAlipay(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

/** The text of a request that its sign covers. */
export function alipaySignText(fields: Fields): string {
  const names = Object.keys(fields).filter((name) => name !== 'sign' && fields[name] !== '');
  return names
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
}

/** A signed answer, as bytes go out. */
export function alipayAnswer(node: string, response: Fields, key: string): string {
  const body = JSON.stringify(response);
  return `{"${node}":${body},"sign":"${signAlipay(body, key)}"}`;
}

function traded(orders: Orders, orderNo: string, status: string, withAmount: boolean): Fields {
  const order = orders.find(orderNo);
  return {
    out_trade_no: orderNo,
    trade_no: order?.providerRef ?? '',
    trade_status: status,
    ...(withAmount ? { total_amount: yuanOfFen(order?.amountFen ?? 0) } : {}),
  };
}

function pay(orders: Orders, asked: Fields): Fields | undefined {
  const { out_trade_no: orderNo = '', auth_code: code = '', total_amount: yuan = '' } = asked;
  const amountFen = fenOfYuan(yuan);
  const it = { out_trade_no: orderNo };
  if (!amountFen || !/^(2[5-9]|30)\d{14,22}$/.test(code) || orderNo === '')
    return refused('ACQ.INVALID_PARAMETER', '参数无效', it);
  const answer = orders.pay(orderNo, 'alipay', amountFen, code);
  switch (answer.kind) {
    case 'paid':
      return { code: '10000', msg: 'Success', ...traded(orders, orderNo, 'TRADE_SUCCESS', true) };
    case 'paying':
      return {
        code: '10003',
        msg: 'order success pay inprocess',
        ...traded(orders, orderNo, 'WAIT_BUYER_PAY', false),
      };
    case 'declined':
      return answer.reason === 'no-money'
        ? refused('ACQ.BUYER_BALANCE_NOT_ENOUGH', '买家余额不足', it)
        : refused('ACQ.PAYMENT_AUTH_CODE_INVALID', '支付授权码无效', it);
    case 'system-error':
      return unavailable('系统异常');
    case 'order-used':
      return answer.paid
        ? refused('ACQ.TRADE_HAS_SUCCESS', '交易已被支付', it)
        : refused('ACQ.TRADE_HAS_CLOSE', '交易已经关闭', it);
    case 'no-answer':
      return undefined;
  }
}

const TRADE_STATUS = {
  paid: 'TRADE_SUCCESS',
  paying: 'WAIT_BUYER_PAY',
  failed: 'TRADE_CLOSED',
  reversed: 'TRADE_CLOSED',
};

function query(orders: Orders, asked: Fields): Fields {
  const { out_trade_no: orderNo = '' } = asked;
  const answer = orders.query(orderNo);
  if (answer.kind === 'not-found')
    return refused('ACQ.TRADE_NOT_EXIST', '交易不存在', { out_trade_no: orderNo });
  const status = TRADE_STATUS[answer.kind];
  return { code: '10000', msg: 'Success', ...traded(orders, orderNo, status, true) };
}

function cancel(orders: Orders, asked: Fields): Fields {
  const { out_trade_no: orderNo = '' } = asked;
  const answer = orders.reverse(orderNo, 'alipay');
  if (answer.kind === 'again') {
    const more = { retry_flag: 'Y', out_trade_no: orderNo };
    return refused('ACQ.SYSTEM_ERROR', '系统错误', more);
  }
  if (answer.kind === 'system-error') return unavailable('系统错误');
  return {
    code: '10000',
    msg: 'Success',
    out_trade_no: orderNo,
    trade_no: orders.find(orderNo)?.providerRef ?? '',
    retry_flag: 'N',
    action: answer.paid ? 'refund' : 'close',
  };
}

function refund(orders: Orders, asked: Fields): Fields {
  const { out_trade_no: orderNo = '', out_request_no: refundNo = '', refund_amount = '' } = asked;
  const amountFen = fenOfYuan(refund_amount);
  const it = { out_trade_no: orderNo };
  if (!amountFen || refundNo === '') return refused('ACQ.INVALID_PARAMETER', '参数无效', it);
  const answer = orders.refund(orderNo, refundNo, amountFen);
  switch (answer.kind) {
    case 'refunded': {
      const order = orders.find(orderNo);
      const allFen = (order?.refunds ?? []).reduce((sum, each) => sum + each.amountFen, 0);
      const more = { trade_no: order?.providerRef ?? '', refund_fee: yuanOfFen(allFen) };
      return { code: '10000', msg: 'Success', ...it, ...more, fund_change: 'Y' };
    }
    case 'not-found':
      return refused('ACQ.TRADE_NOT_EXIST', '交易不存在', it);
    case 'too-much':
      return refused('ACQ.REASON_TRADE_REFUND_FEE_ERR', '退款金额无效', it);
    case 'other-amount':
      return refused('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额不一致', it);
    case 'system-error':
      return unavailable('系统错误');
  }
}

const METHODS: Record<string, (orders: Orders, asked: Fields) => Fields | undefined> = {
  'alipay.trade.pay': pay,
  'alipay.trade.query': query,
  'alipay.trade.cancel': cancel,
  'alipay.trade.refund': refund,
};

/** The order's fields inside a request; undefined where they are no JSON object. */
function bizContent(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined; // not JSON: the caller answers with the provider's own refusal
  }
}

/** Answers one form-encoded request: JSON text, or `silent` where no answer comes. */
export function serveAlipay(
  orders: Orders,
  account: AlipayAccount,
  body: string,
  deposits?: Deposits,
): string {
  const form: Fields = Object.fromEntries(new URLSearchParams(body));
  const name = form.method ?? '';
  const node = `${name.replaceAll('.', '_')}_response`;
  const method = METHODS[name];
  const known = method !== undefined || name.startsWith('alipay.fund.auth.');
  const invalid = (subCode: string, words: string) => {
    const response = { code: '40002', msg: 'Invalid Arguments', sub_code: subCode, sub_msg: words };
    return alipayAnswer(known ? node : 'error_response', response, account.key);
  };
  const sign = signAlipay(alipaySignText(form), account.key);
  if (form.app_id !== account.appId || form.sign !== sign)
    return invalid('isv.invalid-signature', '无效签名');
  const asked = bizContent(form.biz_content ?? '');
  const held = asked && deposits && freezing(deposits, name, asked);
  if (!asked || (!method && !held)) return invalid('isv.invalid-parameter', '参数无效');
  const response =
    deposits && held
      ? deposits.keeping((each) => held(deposits, each))(asked)
      : method?.(orders, asked);
  return response ? alipayAnswer(node, response, account.key) : 'silent';
}
