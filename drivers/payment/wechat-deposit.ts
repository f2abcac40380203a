/**
 * WeChat Pay v2 with money held first (押金支付): the same XML and signature as wechat-v2.ts.
 *
 * | call    | POST                | fields besides those of every call                        |
 * |---------|---------------------|-----------------------------------------------------------|
 * | place   | /deposit/micropay   | deposit=Y, out_trade_no, total_fee, fee_type, body,       |
 * |         |                     | spbill_create_ip, auth_code (or contract_id: an agreement) |
 * | status  | /deposit/orderquery | out_trade_no                                              |
 * | capture | /deposit/consume    | out_trade_no, total_fee (held), consume_fee (taken)       |
 * | release | /deposit/reverse    | out_trade_no                                              |
 * | refund  | /deposit/refund     | out_trade_no, out_refund_no, total_fee (taken), refund_fee |
 *
 * | answer                                              | taken for                             |
 * |-----------------------------------------------------|---------------------------------------|
 * | place SUCCESS, trade_state SUCCESS                  | held, with its total_fee and openid   |
 * | consume SUCCESS, trade_state SETTLED                | captured, with its consume_fee        |
 * | USERPAYING                                          | waiting                               |
 * | REVOKED, CLOSED after a release                     | released                              |
 * | ORDERNOTEXIST                                       | not found                             |
 * | an err_code that can never succeed; PAYERROR        | declined                              |
 * | anything else                                       | unknown: ask again                    |
 *
 * A capture names the whole hold and what is taken of it; repeated with the same numbers it is the
 * same capture. What is not taken goes back to the payer at once. A refund is one by its
 * out_refund_no, and its answers are read as those of secapi/pay/refund.
 * Field names are those of WeChat's published v2 deposit calls; `contract_id` is this profile's.
 */
import type { HoldOutcome, HoldRequest, HoldStatus, Holds, PaymentOutcome } from '../contract.ts';
import { type Account, billText, type Call } from './dialect.ts';
import { NEVER_PAID, wechatCall, wechatV2, wholeFen } from './wechat-v2.ts';

type Fields = Record<string, string>;
type Reply = { fields: Fields } | { reason: string };
/** One signed question; an answer that proves itself, or why there is none. */
export type AskWechat = (orderNo: string, call: (nonce: string) => Call) => Promise<Reply>;

const DECLINED = new Set<string>([...NEVER_PAID, 'CONTRACT_NOT_EXIST']);

function placeCall(request: HoldRequest, account: Account, nonce: string): Call {
  const { orderNo, amountFen, payer, description } = request;
  const who: Fields =
    'code' in payer ? { auth_code: payer.code } : { contract_id: payer.agreement };
  return wechatCall('/deposit/micropay', account, nonce, {
    ...who,
    body: billText(description),
    deposit: 'Y',
    fee_type: 'CNY',
    out_trade_no: orderNo,
    spbill_create_ip: account.terminalIp,
    total_fee: String(amountFen),
  });
}

function held(fields: Fields, orderNo: string): HoldOutcome {
  const amountFen = wholeFen(fields.total_fee);
  const providerRef = fields.transaction_id ?? '';
  if (fields.out_trade_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
  if (amountFen === undefined) return { kind: 'unknown', reason: 'BAD_AMOUNT' };
  if (providerRef === '') return { kind: 'unknown', reason: 'NO_TRANSACTION_ID' };
  const who = fields.openid ? { payerId: fields.openid } : {};
  return { kind: 'held', amountFen, providerRef, ...who };
}

function taken(
  fields: Fields,
  orderNo: string,
): Extract<PaymentOutcome, { kind: 'captured' }> | undefined {
  const amountFen = wholeFen(fields.consume_fee);
  const providerRef = fields.transaction_id ?? '';
  const sound = fields.out_trade_no === orderNo && amountFen !== undefined && providerRef !== '';
  return sound ? { kind: 'captured', amountFen, providerRef } : undefined;
}

/** What an answer to `place` is worth. */
export function placeOutcome(fields: Fields, orderNo: string): HoldOutcome {
  if (fields.result_code === 'SUCCESS') return held(fields, orderNo);
  const reason = fields.err_code ?? 'NO_ERR_CODE';
  if (reason === 'USERPAYING') return { kind: 'waiting', reason };
  return { kind: DECLINED.has(reason) ? 'declined' : 'unknown', reason };
}

/** What an answer to `status` is worth. */
export function holdStatus(fields: Fields, orderNo: string): HoldStatus {
  if (fields.result_code !== 'SUCCESS') {
    const reason = fields.err_code ?? 'NO_ERR_CODE';
    return reason === 'ORDERNOTEXIST' ? { kind: 'not-found' } : { kind: 'unknown', reason };
  }
  if (fields.out_trade_no !== orderNo) return { kind: 'unknown', reason: 'OTHER_ORDER' };
  const reason = fields.trade_state ?? 'NO_TRADE_STATE';
  switch (reason) {
    case 'SUCCESS':
      return held(fields, orderNo);
    case 'SETTLED':
      return taken(fields, orderNo) ?? { kind: 'unknown', reason: 'BAD_AMOUNT' };
    case 'USERPAYING':
    case 'NOTPAY':
      return { kind: 'waiting', reason };
    case 'PAYERROR':
      return { kind: 'declined', reason };
    case 'REVOKED':
    case 'CLOSED':
      return { kind: 'released' };
    default:
      return { kind: 'unknown', reason };
  }
}

/** Holds over `ask`; nothing is repeated here, as in code-pay.ts. */
export function wechatHolds(ask: AskWechat, account: Account): Holds {
  const status: Holds['status'] = async (orderNo) => {
    const fields = { out_trade_no: orderNo };
    const reply = await ask(orderNo, (nonce) =>
      wechatCall('/deposit/orderquery', account, nonce, fields),
    );
    if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
    return holdStatus(reply.fields, orderNo);
  };
  return {
    status,
    async place(request) {
      const reply = await ask(request.orderNo, (nonce) => placeCall(request, account, nonce));
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return placeOutcome(reply.fields, request.orderNo);
    },
    async capture(orderNo, amountFen) {
      const now = await status(orderNo);
      if (now.kind === 'captured') return now;
      if (now.kind === 'released') return { kind: 'declined', reason: 'RELEASED' };
      if (now.kind !== 'held')
        return { kind: 'unknown', reason: 'reason' in now ? now.reason : now.kind };
      if (amountFen > now.amountFen) return { kind: 'declined', reason: 'ABOVE_HOLD' };
      const reply = await ask(orderNo, (nonce) =>
        wechatCall('/deposit/consume', account, nonce, {
          consume_fee: String(amountFen),
          fee_type: 'CNY',
          out_trade_no: orderNo,
          total_fee: String(now.amountFen),
        }),
      );
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      const { fields } = reply;
      const reason = fields.err_code ?? 'NO_ERR_CODE';
      if (fields.result_code !== 'SUCCESS') return { kind: 'unknown', reason };
      return taken(fields, orderNo) ?? { kind: 'unknown', reason: 'BAD_AMOUNT' };
    },
    async release(orderNo) {
      const reply = await ask(orderNo, (nonce) =>
        wechatCall('/deposit/reverse', account, nonce, { out_trade_no: orderNo }),
      );
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return wechatV2.reversalOutcome(reply.fields);
    },
    async refund(request) {
      const { orderNo, refundNo, amountFen, paidFen } = request;
      const reply = await ask(refundNo, (nonce) =>
        wechatCall('/deposit/refund', account, nonce, {
          out_refund_no: refundNo,
          out_trade_no: orderNo,
          refund_fee: String(amountFen),
          total_fee: String(paidFen),
        }),
      );
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return wechatV2.refundOutcome(reply.fields, request);
    },
  };
}
