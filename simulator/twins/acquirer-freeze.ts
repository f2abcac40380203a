/**
 * Money frozen first, at the acquirer: Alipay's fund authorisation over the same book as WeChat's
 * deposits.
 *
 *   alipay.fund.auth.order.freeze            auth_code out_order_no out_request_no amount → frozen
 *   alipay.fund.auth.operation.detail.query  out_order_no → order_status INIT AUTHORIZED FINISH CLOSED
 *   alipay.trade.pay                         auth_no out_trade_no total_amount COMPLETE → paid, the
 *                                            rest is let go
 *   alipay.fund.auth.operation.cancel        out_order_no → all of it is let go
 *   alipay.trade.refund                      out_trade_no out_request_no refund_amount
 *
 * Envelope and sign are those of acquirer-alipay.ts. Source: Alipay documentation of these calls.
 */
import { fenOfYuan, refused, unavailable, yuanOfFen } from './acquirer-alipay-words.ts';
import { behaviourOf } from './acquirer-behaviours.ts';
import type { Deposit, Deposits } from './acquirer-deposit.ts';

type Fields = Record<string, string>;

const CODE = /^(2[5-9]|30)\d{14,22}$/;
const done = (more: Fields): Fields => ({ code: '10000', msg: 'Success', ...more });
const authNo = ({ orderNo }: Deposit) => `20261123100100${orderNo.slice(-14)}`;
const tradeNo = ({ orderNo }: Deposit) => `202611232200${orderNo.slice(-16)}`;

const facts = (deposit: Deposit): Fields => ({
  auth_no: authNo(deposit),
  out_order_no: deposit.orderNo,
  out_request_no: deposit.orderNo,
  payer_user_id: deposit.openid,
});

function frozen(deposit: Deposit): Fields | undefined {
  const it = { out_order_no: deposit.orderNo };
  switch (deposit.behaviour) {
    case 'no-money':
      deposit.state = 'failed';
      return refused('PAYER_BALANCE_NOT_ENOUGH', '付款方余额不足', it);
    case 'code-expired':
      deposit.state = 'failed';
      return refused('PAYMENT_AUTH_CODE_INVALID', '支付授权码无效', it);
    case 'timeout-unpaid':
      deposit.state = 'failed';
      return undefined;
    case 'timeout-paid':
      return undefined;
    case 'password':
    case 'never-confirms':
      deposit.state = 'paying';
      return {
        code: '10003',
        msg: 'order success pay inprocess',
        ...facts(deposit),
        status: 'INIT',
      };
    default:
      return done({ ...facts(deposit), amount: yuanOfFen(deposit.heldFen), status: 'SUCCESS' });
  }
}

function freeze({ find, add, codesUsed }: Deposits, asked: Fields): Fields | undefined {
  const { auth_code: code = '', out_order_no: orderNo = '', amount = '' } = asked;
  const it = { out_order_no: orderNo };
  const known = find(orderNo);
  if (known?.state === 'held')
    return done({ ...facts(known), amount: yuanOfFen(known.heldFen), status: 'SUCCESS' });
  if (known) return refused('ORDER_ALREADY_CLOSED', '订单已关闭', it);
  const heldFen = fenOfYuan(amount);
  const sound = CODE.test(code) && asked.product_code === 'PRE_AUTH' && asked.out_request_no !== '';
  if (!heldFen || !sound || orderNo === '') return refused('INVALID_PARAMETER', '参数无效', it);
  const counts = { takenFen: 0, queries: 0, takings: 0, refunds: [] };
  const openid = `2088${code.slice(-12)}`;
  const deposit: Deposit = {
    ...behaviourOf(code),
    ...counts,
    orderNo,
    heldFen,
    openid,
    state: 'held',
  };
  add(deposit);
  if (codesUsed.has(code)) {
    deposit.state = 'failed';
    return refused('PAYMENT_AUTH_CODE_INVALID', '支付授权码无效', it);
  }
  codesUsed.add(code);
  return frozen(deposit);
}

const STATUS: Record<Deposit['state'], string> = {
  paying: 'INIT',
  held: 'AUTHORIZED',
  taken: 'FINISH',
  released: 'CLOSED',
  failed: 'CLOSED',
};

function detail({ find }: Deposits, { out_order_no: orderNo = '' }: Fields): Fields {
  const deposit = find(orderNo);
  if (!deposit) return refused('AUTH_ORDER_NOT_EXIST', '支付宝资金授权订单不存在');
  deposit.queries += 1;
  const typed = deposit.behaviour === 'password' && deposit.queries >= (deposit.times || 2);
  if (deposit.state === 'paying' && typed) deposit.state = 'held';
  return done({
    ...facts(deposit),
    order_status: STATUS[deposit.state],
    total_freeze_amount: yuanOfFen(deposit.heldFen),
    rest_amount: yuanOfFen(deposit.state === 'held' ? deposit.heldFen : 0),
    total_pay_amount: yuanOfFen(deposit.takenFen),
  });
}

function take({ find }: Deposits, asked: Fields): Fields {
  const { out_trade_no: orderNo = '', auth_no = '', total_amount = '' } = asked;
  const it = { out_trade_no: orderNo };
  const deposit = find(orderNo);
  const fen = fenOfYuan(total_amount) ?? 0;
  if (!deposit || auth_no !== authNo(deposit))
    return refused('ACQ.AUTH_NO_ERROR', '预授权号错误或状态不对', it);
  const again = deposit.state === 'taken' && deposit.takenFen === fen;
  if (!again && deposit.state !== 'held') return refused('ACQ.TRADE_HAS_CLOSE', '交易已经关闭', it);
  if (fen < 1 || fen > deposit.heldFen)
    return refused('ACQ.AUTH_AMOUNT_NOT_ENOUGH', '授权金额不足', it);
  if (!again)
    Object.assign(deposit, { state: 'taken', takenFen: fen, takings: deposit.takings + 1 });
  const more = { trade_no: tradeNo(deposit), trade_status: 'TRADE_SUCCESS' };
  return done({ ...it, ...more, total_amount: yuanOfFen(deposit.takenFen) });
}

function cancel({ find }: Deposits, { out_order_no: orderNo = '' }: Fields): Fields {
  const deposit = find(orderNo);
  if (!deposit)
    return refused('AUTH_ORDER_NOT_EXIST', '支付宝资金授权订单不存在', { retry_flag: 'N' });
  if (deposit.state === 'taken')
    return refused('ORDER_ALREADY_FINISH', '订单已经完结', { retry_flag: 'N' });
  const action = deposit.state === 'held' ? 'unfreeze' : 'close';
  deposit.state = 'released';
  return done({ ...facts(deposit), retry_flag: 'N', action });
}

/** Payers whose answer to the first refund is lost on its way, though the money went back. */
const REFUND_LOST = new Set(['timeout-paid']);
/** Payers whose bank is out of order when the first refund is asked for. */
const REFUND_STUMBLES = new Set(['system-error-paid']);

function refund({ find }: Deposits, asked: Fields): Fields | undefined {
  const { out_trade_no: orderNo = '', out_request_no: refundNo = '', refund_amount = '' } = asked;
  const it = { out_trade_no: orderNo };
  const deposit = find(orderNo);
  const amountFen = fenOfYuan(refund_amount);
  if (deposit?.state !== 'taken') return refused('ACQ.TRADE_NOT_EXIST', '交易不存在', it);
  if (!amountFen || refundNo === '') return refused('ACQ.INVALID_PARAMETER', '参数无效', it);
  const known = deposit.refunds.find((each) => each.refundNo === refundNo);
  const gone = deposit.refunds.reduce((sum, each) => sum + each.amountFen, 0);
  if (known && known.amountFen !== amountFen)
    return refused('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额不一致', it);
  if (!known && gone + amountFen > deposit.takenFen)
    return refused('ACQ.REASON_TRADE_REFUND_FEE_ERR', '退款金额无效', it);
  const one = known ?? { refundNo, amountFen, asked: 0 };
  if (!known) deposit.refunds.push(one);
  one.asked += 1;
  if (one.asked === 1 && REFUND_LOST.has(deposit.behaviour)) return undefined;
  if (one.asked === 1 && REFUND_STUMBLES.has(deposit.behaviour)) return unavailable('系统错误');
  const all = deposit.refunds.reduce((sum, each) => sum + each.amountFen, 0);
  return done({ ...it, trade_no: tradeNo(deposit), refund_fee: yuanOfFen(all), fund_change: 'Y' });
}

type Serve = (deposits: Deposits, asked: Fields) => Fields | undefined;
const METHODS: Record<string, Serve> = {
  'alipay.fund.auth.order.freeze': freeze,
  'alipay.fund.auth.operation.detail.query': detail,
  'alipay.fund.auth.operation.cancel': cancel,
};

/** The part of this book that answers a call; undefined where it is about another trade. */
export function freezing(deposits: Deposits, method: string, asked: Fields): Serve | undefined {
  if (METHODS[method]) return METHODS[method];
  if (method === 'alipay.trade.pay' && asked.product_code === 'PRE_AUTH') return take;
  const mine = deposits.find(asked.out_trade_no ?? '') !== undefined;
  return method === 'alipay.trade.refund' && mine ? refund : undefined;
}
