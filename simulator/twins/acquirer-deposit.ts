/**
 * Money held first, at the acquirer: WeChat v2's deposit calls over the orders of one merchant.
 *
 *   /deposit/micropay    deposit=Y out_trade_no total_fee auth_code|contract_id → held, an error
 *   /deposit/orderquery  out_trade_no → trade_state SUCCESS (held) SETTLED (taken) REVOKED …
 *   /deposit/consume     out_trade_no total_fee consume_fee → taken; the rest goes back
 *   /deposit/reverse     out_trade_no → all of it goes back
 *
 * Sign and envelope are those of acquirer-wechat.ts.
 */
import { behaviourOf } from './acquirer-behaviours.ts';

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
  const counts = { takenFen: 0, queries: 0, takings: 0 };
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

/** The book of deposits of one merchant. */
export function createDeposits() {
  const deposits = new Map<string, Deposit>();
  const codesUsed = new Set<string>();
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
    '/deposit/micropay': place,
    '/deposit/orderquery': (asked) => query(find(asked)),
    '/deposit/consume': (asked) => consume(find(asked), asked),
    '/deposit/reverse': (asked) => reverse(find(asked)),
  };
  return { endpoints, all: (): readonly Deposit[] => [...deposits.values()] };
}

export type Deposits = ReturnType<typeof createDeposits>;
