/**
 * Alipay with money frozen first (资金预授权, 当面付): the same form, JSON and signature as alipay.ts.
 *
 * | call    | method                                   | biz_content                              |
 * |---------|------------------------------------------|------------------------------------------|
 * | place   | alipay.fund.auth.order.freeze            | auth_code, auth_code_type bar_code,      |
 * |         |                                          | out_order_no, out_request_no, amount,    |
 * |         |                                          | order_title, product_code PRE_AUTH       |
 * | status  | alipay.fund.auth.operation.detail.query  | out_order_no, out_request_no             |
 * | capture | alipay.trade.pay                         | auth_no, out_trade_no, total_amount,     |
 * |         |                                          | auth_confirm_mode COMPLETE, PRE_AUTH     |
 * | release | alipay.fund.auth.operation.cancel        | out_order_no, out_request_no             |
 * | refund  | alipay.trade.refund                      | as for every other trade                 |
 *
 * | answer                                            | taken for                               |
 * |---------------------------------------------------|-----------------------------------------|
 * | freeze 10000 SUCCESS                              | held, with its amount and payer_user_id |
 * | freeze 10003; detail INIT                         | waiting: the payer types a password     |
 * | detail AUTHORIZED                                 | held, with its rest_amount              |
 * | detail FINISH, total_pay_amount above nothing     | captured that                           |
 * | detail FINISH without a payment, CLOSED           | released                                |
 * | 40004 AUTH_ORDER_NOT_EXIST                        | not found                               |
 * | freeze 40004 with a sub_code that can never pass  | declined                                |
 * | anything else                                     | unknown: ask again                      |
 *
 * One order number names the frozen money, its only operation and the trade that takes it. COMPLETE
 * lets the rest go in the very payment, so nothing is left to unfreeze.
 * Source: opendocs.alipay.com, alipay.fund.auth.order.freeze, operation.detail.query and cancel.
 */
import { createHash } from 'node:crypto';
import type { HoldOutcome, HoldRequest, HoldStatus, Holds } from '../contract.ts';
import { alipay, alipayCall, fenOf, yuan } from './alipay.ts';
import { type Account, billText, type Call } from './dialect.ts';

type Fields = Record<string, string>;
type Reply = { fields: Fields } | { reason: string };
/** One signed question; an answer that proves itself, or why there is none. */
export type AskAlipay = (orderNo: string, call: () => Call) => Promise<Reply>;

/** After these the same order can never be frozen. */
const DECLINED = new Set([
  'ACQ.PAYMENT_AUTH_CODE_INVALID',
  'ACQ.BUYER_BALANCE_NOT_ENOUGH',
  'PAYMENT_AUTH_CODE_INVALID',
  'PAYER_BALANCE_NOT_ENOUGH',
  'BUYER_USER_NOT_EXIST',
  'USER_IDENTITY_INFO_VALIDATE_ERROR',
  'ORDER_ALREADY_CLOSED',
  'PAYER_USER_STATUS_LIMIT',
  'PAYMENT_FAIL',
]);

const reasonOf = ({ sub_code, code }: Fields): string => sub_code ?? code ?? 'NO_CODE';

/** The one operation on the one order: both go by the store's order number. */
const named = (orderNo: string): Fields => ({ out_order_no: orderNo, out_request_no: orderNo });

function freeze({ orderNo, amountFen, description }: HoldRequest, code: string): Fields {
  return {
    auth_code: code,
    auth_code_type: 'bar_code',
    ...named(orderNo),
    order_title: billText(description),
    amount: yuan(amountFen),
    product_code: 'PRE_AUTH',
  };
}

/** The same for the same payer, and no digits that could be taken for a card's number. */
const payerOf = (userId: string): string =>
  `a-${createHash('sha256').update(`alipay:${userId}`).digest('base64url').slice(0, 20)}`;

function held(fields: Fields, orderNo: string, amount: string | undefined): HoldOutcome {
  const amountFen = fenOf(amount ?? '');
  const { auth_no: providerRef = '', payer_user_id: payerId } = fields;
  if (fields.out_order_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
  if (amountFen === undefined) return { kind: 'unknown', reason: 'BAD_AMOUNT' };
  if (providerRef === '') return { kind: 'unknown', reason: 'NO_AUTH_NO' };
  return { kind: 'held', amountFen, providerRef, ...(payerId && { payerId: payerOf(payerId) }) };
}

/** What an answer to `place` is worth. */
export function freezeOutcome(fields: Fields, orderNo: string): HoldOutcome {
  const reason = reasonOf(fields);
  if (fields.code === '10003') return { kind: 'waiting', reason: 'INIT' };
  if (fields.code === '10000' && fields.status === 'SUCCESS')
    return held(fields, orderNo, fields.amount);
  const final = fields.code === '40004' && DECLINED.has(reason);
  return { kind: final ? 'declined' : 'unknown', reason };
}

/** What an answer to `status` is worth. */
export function freezeStatus(fields: Fields, orderNo: string): HoldStatus {
  const reason = reasonOf(fields);
  if (fields.code !== '10000') {
    const nobody = fields.code === '40004' && reason === 'AUTH_ORDER_NOT_EXIST';
    return nobody ? { kind: 'not-found' } : { kind: 'unknown', reason };
  }
  if (fields.out_order_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
  const state = fields.order_status ?? 'NO_ORDER_STATUS';
  switch (state) {
    case 'AUTHORIZED':
      return held(fields, orderNo, fields.rest_amount);
    case 'INIT':
      return { kind: 'waiting', reason: state };
    case 'FINISH': {
      const amountFen = fenOf(fields.total_pay_amount ?? '');
      const { auth_no: providerRef = '' } = fields;
      return amountFen === undefined
        ? { kind: 'released' }
        : { kind: 'captured', amountFen, providerRef };
    }
    case 'CLOSED':
      return { kind: 'released' };
    default:
      return { kind: 'unknown', reason: state };
  }
}

/** Holds over `ask`; nothing is repeated here, as in code-pay.ts. */
export function alipayHolds(ask: AskAlipay, account: Account): Holds {
  const asking = (orderNo: string, method: string, business: Fields) =>
    ask(orderNo, () => alipayCall(method, account, business));
  const status: Holds['status'] = async (orderNo) => {
    const reply = await asking(orderNo, 'alipay.fund.auth.operation.detail.query', named(orderNo));
    if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
    return freezeStatus(reply.fields, orderNo);
  };
  return {
    status,
    async place(request) {
      const { orderNo, payer } = request;
      // A standing agreement is of another product: nothing was sent.
      if (!('code' in payer)) return { kind: 'declined', reason: 'PAYER_CODE_NEEDED' };
      const business = freeze(request, payer.code);
      const reply = await asking(orderNo, 'alipay.fund.auth.order.freeze', business);
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return freezeOutcome(reply.fields, orderNo);
    },
    async capture(orderNo, amountFen) {
      const now = await status(orderNo);
      if (now.kind === 'captured') return now;
      if (now.kind === 'released') return { kind: 'declined', reason: 'RELEASED' };
      if (now.kind !== 'held')
        return { kind: 'unknown', reason: 'reason' in now ? now.reason : now.kind };
      if (amountFen > now.amountFen) return { kind: 'declined', reason: 'ABOVE_HOLD' };
      const reply = await asking(orderNo, 'alipay.trade.pay', {
        auth_confirm_mode: 'COMPLETE',
        auth_no: now.providerRef,
        out_trade_no: orderNo,
        product_code: 'PRE_AUTH',
        subject: billText(orderNo),
        total_amount: yuan(amountFen),
      });
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      const paid = alipay.payOutcome(reply.fields, orderNo);
      // The money is held: no answer makes this order one that can never be paid.
      return paid.kind === 'declined' ? { kind: 'unknown', reason: paid.reason } : paid;
    },
    async release(orderNo) {
      const reply = await asking(orderNo, 'alipay.fund.auth.operation.cancel', named(orderNo));
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return alipay.reversalOutcome(reply.fields);
    },
    async refund(request) {
      const call = () => alipay.refund(request, account, '');
      const reply = await ask(request.refundNo, call);
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return alipay.refundOutcome(reply.fields, request);
    },
  };
}
