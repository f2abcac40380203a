/**
 * Money held first, at the acquirer: WeChat v2's deposit calls over the orders of one merchant.
 *
 *   /deposit/micropay    deposit=Y out_trade_no total_fee auth_code|contract_id → held, an error
 *   /deposit/orderquery  out_trade_no → trade_state SUCCESS (held) SETTLED (taken) REVOKED …
 *   /deposit/consume     out_trade_no total_fee consume_fee → taken; the rest goes back
 *   /deposit/reverse     out_trade_no → all of it goes back
 *   /deposit/refund      out_trade_no out_refund_no total_fee(taken) refund_fee → refund_id
 *
 * Sign and envelope are those of acquirer-wechat.ts.
 */
import { behaviourOf } from './acquirer-behaviours.ts';
import type { Safe } from './acquirer-orders.ts';

type Fields = Record<string, string>;

export interface Deposit {
  orderNo: string;
  heldFen: number;
  takenFen: number;
  state: 'paying' | 'held' | 'taken' | 'released' | 'failed';
  openid: string;
  behaviour: string;
  times: number;
  queries: number;
  /** How often money was taken: more than once is a double charge. */
  takings: number;
  /** Money taken and given back; a number is one refund for ever. */
  refunds: { refundNo: string; amountFen: number; asked: number }[];
}

const failed = (code: string, words: string, more: Fields = {}): Fields => ({
  result_code: 'FAIL',
  err_code: code,
  err_code_des: words,
  ...more,
});

const CODE = /^1[0-5]\d{16}$/;
const CONTRACT = /^[0-9A-Za-z_-]{4,32}$/;
/** Agreements that the acquirer ended: pay-later switched off. */
const ENDED = /^ended/;

const facts = (deposit: Deposit): Fields => ({
  result_code: 'SUCCESS',
  out_trade_no: deposit.orderNo,
  total_fee: String(deposit.heldFen),
  transaction_id: `42000000${deposit.orderNo.slice(-12)}`,
  openid: deposit.openid,
  ...(deposit.state === 'taken' && { consume_fee: String(deposit.takenFen) }),
});

/** The order as it is asked for; undefined where the question is no good. */
function newDeposit(asked: Fields): Deposit | undefined {
  const { out_trade_no: orderNo = '', total_fee: fee = '', auth_code: code } = asked;
  const payer = code ?? asked.contract_id ?? '';
  const sound = code === undefined ? CONTRACT.test(payer) : CODE.test(payer);
  if (asked.deposit !== 'Y' || !/^[1-9]\d*$/.test(fee) || !sound || orderNo === '')
    return undefined;
  const pays = { behaviour: 'pays', times: 0 };
  const counts = { takenFen: 0, queries: 0, takings: 0, refunds: [] };
  return {
    orderNo,
    heldFen: Number(fee),
    state: 'held',
    openid: `o${payer.slice(-8)}`,
    ...(code === undefined ? pays : behaviourOf(code)),
    ...counts,
  };
}

/** What the payer's code makes of it. */
function placed(deposit: Deposit): Fields | undefined {
  switch (deposit.behaviour) {
    case 'no-money':
      deposit.state = 'failed';
      return failed('NOTENOUGH', '余额不足');
    case 'code-expired':
      deposit.state = 'failed';
      return failed('AUTH_CODE_INVALID', '101 付款码已过期，请刷新再试');
    case 'timeout-unpaid':
      deposit.state = 'failed';
      return undefined;
    case 'timeout-paid':
      return undefined;
    case 'password':
    case 'never-confirms':
      deposit.state = 'paying';
      return failed('USERPAYING', '需要用户输入支付密码');
    default:
      return facts(deposit);
  }
}

const STATES: Record<Deposit['state'], string> = {
  paying: 'USERPAYING',
  held: 'SUCCESS',
  taken: 'SETTLED',
  released: 'REVOKED',
  failed: 'PAYERROR',
};

function query(deposit: Deposit | undefined): Fields {
  if (!deposit) return failed('ORDERNOTEXIST', '订单不存在');
  deposit.queries += 1;
  const typed = deposit.behaviour === 'password' && deposit.queries >= (deposit.times || 2);
  if (deposit.state === 'paying' && typed) deposit.state = 'held';
  return { ...facts(deposit), trade_state: STATES[deposit.state] };
}

function consume(deposit: Deposit | undefined, asked: Fields): Fields {
  const fen = Number(asked.consume_fee);
  if (!deposit) return failed('ORDERNOTEXIST', '订单不存在');
  if (deposit.state === 'taken' && deposit.takenFen === fen) return facts(deposit);
  if (deposit.state !== 'held') return failed('ORDERCLOSED', '订单状态不允许消费');
  const sound = Number(asked.total_fee) === deposit.heldFen && fen > 0 && fen <= deposit.heldFen;
  if (!sound) return failed('PARAM_ERROR', '消费金额错误');
  Object.assign(deposit, { state: 'taken', takenFen: fen, takings: deposit.takings + 1 });
  return facts(deposit);
}

function reverse(deposit: Deposit | undefined): Fields {
  if (!deposit) return failed('ORDERNOTEXIST', '订单不存在', { recall: 'N' });
  if (deposit.state === 'taken') return failed('ORDERPAID', '押金已消费', { recall: 'N' });
  deposit.state = 'released';
  return { result_code: 'SUCCESS', recall: 'N' };
}

/** Payers whose answer to the first refund is lost on its way, though the money went back. */
const REFUND_LOST = new Set(['timeout-paid']);
/** Payers whose bank is out of order when the first refund is asked for. */
const REFUND_STUMBLES = new Set(['system-error-paid']);

function refund(deposit: Deposit | undefined, asked: Fields): Fields | undefined {
  const { out_refund_no: refundNo = '', refund_fee: fee = '' } = asked;
  if (deposit?.state !== 'taken') return failed('ORDERNOTEXIST', '订单不存在');
  if (!/^[1-9]\d*$/.test(fee) || refundNo === '') return failed('PARAM_ERROR', '参数错误');
  const amountFen = Number(fee);
  let known = deposit.refunds.find((each) => each.refundNo === refundNo);
  const otherFee = known !== undefined && known.amountFen !== amountFen;
  if (otherFee || asked.total_fee !== String(deposit.takenFen))
    return failed('REFUND_FEE_MISMATCH', '订单金额或退款金额与之前请求不一致');
  const gone = deposit.refunds.reduce((sum, each) => sum + each.amountFen, 0);
  if (!known) {
    if (gone + amountFen > deposit.takenFen)
      return failed('REFUND_FEE_INVALID', '退款金额大于支付金额');
    known = { refundNo, amountFen, asked: 0 };
    deposit.refunds.push(known);
  }
  known.asked += 1;
  if (known.asked === 1 && REFUND_LOST.has(deposit.behaviour)) return undefined;
  if (known.asked === 1 && REFUND_STUMBLES.has(deposit.behaviour))
    return failed('SYSTEMERROR', '接口返回错误');
  return {
    result_code: 'SUCCESS',
    out_trade_no: deposit.orderNo,
    out_refund_no: refundNo,
    refund_id: `50000000${refundNo.slice(-12)}`,
    refund_fee: fee,
    total_fee: String(deposit.takenFen),
  };
}

interface Kept {
  deposits: Deposit[];
  codesUsed: string[];
}

/** The book of deposits of one merchant, kept in the safe where there is one. */
export function createDeposits(safe?: Safe) {
  const kept: Partial<Kept> = JSON.parse(safe?.read() ?? '{}');
  const deposits = new Map((kept.deposits ?? []).map((each) => [each.orderNo, each]));
  const codesUsed = new Set(kept.codesUsed ?? []);
  /** Written before anybody is told. */
  const keeping =
    (serve: (asked: Fields) => Fields | undefined) =>
    (asked: Fields): Fields | undefined => {
      const answer = serve(asked);
      const book: Kept = { deposits: [...deposits.values()], codesUsed: [...codesUsed] };
      safe?.write(JSON.stringify(book));
      return answer;
    };
  const find = ({ out_trade_no: orderNo = '' }: Fields) => deposits.get(orderNo);

  function place(asked: Fields): Fields | undefined {
    const known = find(asked);
    if (known?.state === 'held') return facts(known);
    if (known) return failed('ORDERCLOSED', '订单已关闭');
    const { auth_code: code, contract_id: contract = '' } = asked;
    const deposit = newDeposit(asked);
    if (!deposit) return failed('PARAM_ERROR', '参数错误');
    if (code === undefined && ENDED.test(contract))
      return failed('CONTRACT_NOT_EXIST', '协议不存在');
    deposits.set(deposit.orderNo, deposit);
    if (code !== undefined && codesUsed.has(code)) {
      deposit.state = 'failed';
      return failed('AUTH_CODE_ERROR', '付款码已被使用');
    }
    if (code !== undefined) codesUsed.add(code);
    return placed(deposit);
  }

  const endpoints: Record<string, (asked: Fields) => Fields | undefined> = {
    '/deposit/micropay': keeping(place),
    '/deposit/orderquery': keeping((asked) => query(find(asked))),
    '/deposit/consume': keeping((asked) => consume(find(asked), asked)),
    '/deposit/reverse': keeping((asked) => reverse(find(asked))),
    '/deposit/refund': keeping((asked) => refund(find(asked), asked)),
  };
  return {
    endpoints,
    keeping,
    find: (orderNo: string) => deposits.get(orderNo),
    codesUsed,
    add: (deposit: Deposit) => void deposits.set(deposit.orderNo, deposit),
    all: (): readonly Deposit[] => [...deposits.values()],
  };
}

export type Deposits = ReturnType<typeof createDeposits>;
