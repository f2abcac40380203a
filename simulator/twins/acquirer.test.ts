import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, bench, customer, golden, NONCE, text } from '../testing/acquirer-bench.ts';
import { DEMO_ACCOUNT, serveAcquirer } from './acquirer.ts';
import { BEHAVIOURS, payerCode } from './acquirer-behaviours.ts';
import { type Fields, readXml, signWechat, writeXml } from './acquirer-wechat.ts';

/** What is asked, WeChat's words, Alipay's words. */
type Exchange = ['pay' | 'query' | 'reverse', string, string];

/** Behaviour, money moved, and the conversation. */
const TABLE: [string, string[], Exchange[]][] = [
  [
    'pays',
    ['captured 1234'],
    [
      ['pay', 'PAID 1234', '10000 TRADE_SUCCESS 1234'],
      ['query', 'SUCCESS 1234', '10000 TRADE_SUCCESS 1234'],
    ],
  ],
  [
    'password',
    ['captured 1234'],
    [
      ['pay', 'USERPAYING', '10003 WAIT_BUYER_PAY'],
      ['query', 'USERPAYING', '10000 WAIT_BUYER_PAY 1234'],
      ['query', 'SUCCESS 1234', '10000 TRADE_SUCCESS 1234'],
    ],
  ],
  [
    'never-confirms',
    [],
    [
      ['pay', 'USERPAYING', '10003 WAIT_BUYER_PAY'],
      ['query', 'USERPAYING', '10000 WAIT_BUYER_PAY 1234'],
      ['query', 'USERPAYING', '10000 WAIT_BUYER_PAY 1234'],
      ['query', 'USERPAYING', '10000 WAIT_BUYER_PAY 1234'],
      ['reverse', 'N N', '10000 close'],
      ['query', 'REVOKED', '10000 TRADE_CLOSED 1234'],
    ],
  ],
  [
    'system-error-paid',
    ['captured 1234'],
    [
      ['pay', 'SYSTEMERROR', '20000 ACQ.SYSTEM_ERROR'],
      ['query', 'SUCCESS 1234', '10000 TRADE_SUCCESS 1234'],
    ],
  ],
  [
    'timeout-paid',
    ['captured 1234', 'reversed 1234'],
    [
      ['pay', 'no answer', 'no answer'],
      ['query', 'SUCCESS 1234', '10000 TRADE_SUCCESS 1234'],
      ['reverse', 'N N', '10000 refund'],
    ],
  ],
  [
    'timeout-unpaid',
    [],
    [
      ['pay', 'no answer', 'no answer'],
      ['query', 'PAYERROR', '10000 TRADE_CLOSED 1234'],
    ],
  ],
  [
    'no-money',
    [],
    [
      ['pay', 'NOTENOUGH', '40004 ACQ.BUYER_BALANCE_NOT_ENOUGH'],
      ['query', 'PAYERROR', '10000 TRADE_CLOSED 1234'],
    ],
  ],
  ['code-expired', [], [['pay', 'AUTH_CODE_INVALID', '40004 ACQ.PAYMENT_AUTH_CODE_INVALID']]],
  ['code-used', [], [['pay', 'AUTH_CODE_ERROR', '40004 ACQ.PAYMENT_AUTH_CODE_INVALID']]],
  [
    'amount-mismatch',
    ['captured 1200'],
    [
      ['pay', 'SYSTEMERROR', '20000 ACQ.SYSTEM_ERROR'],
      ['query', 'SUCCESS 1200', '10000 TRADE_SUCCESS 1200'],
    ],
  ],
  [
    'reverse-stubborn',
    [],
    [
      ['pay', 'USERPAYING', '10003 WAIT_BUYER_PAY'],
      ['reverse', 'USERPAYING Y', '40004 ACQ.SYSTEM_ERROR'],
      ['reverse', 'USERPAYING Y', '40004 ACQ.SYSTEM_ERROR'],
      ['reverse', 'N N', '10000 close'],
      ['query', 'REVOKED', '10000 TRADE_CLOSED 1234'],
    ],
  ],
  [
    'paid-after-reverse',
    ['captured 1234', 'reversed 1234'],
    [
      ['pay', 'USERPAYING', '10003 WAIT_BUYER_PAY'],
      ['reverse', 'SYSTEMERROR Y', '20000 ACQ.SYSTEM_ERROR'],
      ['query', 'SUCCESS 1234', '10000 TRADE_SUCCESS 1234'],
      ['reverse', 'N N', '10000 refund'],
      ['query', 'REVOKED', '10000 TRADE_CLOSED 1234'],
    ],
  ],
];

describe('each wallet behaves as its label says', () => {
  it('has a row in this table for every behaviour', () => {
    expect(TABLE.map(([name]) => name)).toEqual(BEHAVIOURS.map(({ name }) => name));
  });

  for (const channel of ['wechat', 'alipay'] as const) {
    it.each(TABLE)(`${channel}: %s`, async (behaviour, moved, exchanges) => {
      const it = bench();
      const talk = customer(it, channel, behaviour);
      const answers: string[] = [];
      for (const [ask] of exchanges) answers.push(await talk[ask]());
      expect(answers).toEqual(
        exchanges.map(([, wechat, alipay]) => (channel === 'wechat' ? wechat : alipay)),
      );
      const journal = it.acquirer.journal().map(({ what, amountFen }) => `${what} ${amountFen}`);
      expect(journal).toEqual(moved);
    });
  }

  it('confirms after as many questions as the code says', async () => {
    const talk = customer(bench(), 'wechat', 'password', 4);
    await talk.pay();
    const answers = [
      await talk.query(),
      await talk.query(),
      await talk.query(),
      await talk.query(),
    ];
    expect(answers).toEqual(['USERPAYING', 'USERPAYING', 'USERPAYING', 'SUCCESS 1234']);
  });
});

describe('an acquirer never charges twice', () => {
  it('takes an order number once, and a reversed order can never be paid', async () => {
    const it = bench();
    const talk = customer(it, 'wechat', 'pays');
    expect(await talk.query()).toBe('ORDERNOTEXIST');
    expect(await talk.pay()).toBe('PAID 1234');
    expect(await talk.pay()).toBe('OUT_TRADE_NO_USED');
    expect(await talk.reverse()).toBe('N N');
    expect(await talk.pay()).toBe('OUT_TRADE_NO_USED');
    const closed = customer(bench(), 'alipay', 'pays');
    expect(await closed.query()).toBe('40004 ACQ.TRADE_NOT_EXIST');
    expect(await closed.reverse()).toBe('10000 close');
    expect(await closed.pay()).toBe('40004 ACQ.TRADE_HAS_CLOSE');
    const paid = customer(bench(), 'alipay', 'pays');
    await paid.pay();
    expect(await paid.pay()).toBe('40004 ACQ.TRADE_HAS_SUCCESS');
  });

  it('remembers what was paid after a restart, and a used code stays used', async () => {
    let kept: string | undefined;
    const safe = {
      read: () => kept,
      write: (book: string) => {
        kept = book;
      },
    };
    const before = bench(safe);
    expect(await customer(before, 'wechat', 'timeout-paid').pay()).toBe('no answer');
    const after = bench(safe);
    const talk = customer(after, 'wechat', 'timeout-paid');
    expect(after.acquirer.journal()).toEqual(before.acquirer.journal());
    expect(await talk.query()).toBe('SUCCESS 1234');
    expect(await talk.pay()).toBe('OUT_TRADE_NO_USED');
    const again = customer(after, 'wechat', 'timeout-paid', 0, 'W-2');
    expect(await again.pay()).toBe('AUTH_CODE_ERROR');
  });

  it('remembers what is held, taken and given back after a restart', async () => {
    let kept: string | undefined;
    const safe = {
      read: () => kept,
      write: (book: string) => {
        kept = book;
      },
    };
    const told = async (it: Bench, path: string, fields: Fields) => {
      const { appid, mch_id } = { appid: DEMO_ACCOUNT.appId, mch_id: DEMO_ACCOUNT.mchId };
      const asked: Fields = { appid, mch_id, nonce_str: NONCE, out_trade_no: 'W-7', ...fields };
      const signed = { ...asked, sign: signWechat(asked, DEMO_ACCOUNT.key) };
      const { said = '' } = await it.send(`/deposit/${path}`, Buffer.from(writeXml(signed)));
      return readXml(said);
    };
    const code = payerCode('wechat', 'pays', 1, 0);
    const place = { deposit: 'Y', total_fee: '20000', auth_code: code };
    await told(bench(safe), 'micropay', place);
    // An order of the other book does not push the holds out of the safe.
    await customer(bench(safe), 'alipay', 'pays').pay();
    const held = bench(safe);
    expect(await told(held, 'orderquery', {})).toMatchObject({ trade_state: 'SUCCESS' });
    expect(await told(held, 'micropay', { ...place, out_trade_no: 'W-8' })).toMatchObject({
      err_code: 'AUTH_CODE_ERROR',
    });
    await told(held, 'consume', { total_fee: '20000', consume_fee: '900' });
    const back = { out_refund_no: 'r-1', total_fee: '900', refund_fee: '400' };
    await told(bench(safe), 'refund', back);
    const late = bench(safe);
    expect(await told(late, 'refund', back)).toMatchObject({ refund_fee: '400' });
    expect(
      await told(late, 'refund', { ...back, out_refund_no: 'r-2', refund_fee: '501' }),
    ).toMatchObject({ err_code: 'REFUND_FEE_INVALID' });
    expect(late.acquirer.deposits()[0]).toMatchObject({
      ...{ state: 'taken', takenFen: 900, takings: 1 },
      refunds: [{ refundNo: 'r-1', amountFen: 400, asked: 2 }],
    });
    expect(late.acquirer.journal()).toHaveLength(1);
  });

  it('refuses a request whose sign, account, amount or method is wrong', async () => {
    const { send, acquirer } = bench();
    const order = golden.find((line) => line.meaning.path === '/pay/micropay');
    if (!order) throw new Error('the golden lost its first request');
    const wrong = text(order.bytes).replace('1234', '1235');
    const { said = '' } = await send('/pay/micropay', Buffer.from(wrong));
    expect(readXml(said)).toEqual({ return_code: 'FAIL', return_msg: '签名错误' });
    expect((await send('/pay/nothing', order.bytes)).status).toBe(404);
    expect((await send('/pay/micropay', order.bytes, 'GET')).status).toBe(405);
    expect((await send('/gateway', Buffer.from('method=alipay.trade.pay'))).said).toContain(
      '40002',
    );
    expect(acquirer.journal()).toEqual([]);
  });

  it('is silent, wrongly signed or broken when told to be', async () => {
    const it = bench();
    const talk = customer(it, 'wechat', 'pays');
    it.setFault('silence');
    expect(await talk.pay()).toBe('no answer');
    expect(it.acquirer.journal()).toEqual([]);
    it.setFault('server-error');
    expect((await it.send('/pay/micropay', new Uint8Array())).status).toBe(500);
    it.setFault('wrong-sign');
    await expect(talk.pay()).rejects.toThrow();
    await expect(customer(it, 'alipay', 'pays').pay()).rejects.toThrow();
  });
});

describe('the acquirer behind HTTP', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('answers over a real socket, and hangs up on what it never answers', async () => {
    const { acquirer, clock, setFault } = bench();
    const served = await serveAcquirer(acquirer);
    closing.push(served.close);
    const request = golden.find((line) => line.meaning.path === '/pay/micropay');
    const post = () => {
      const init = { method: 'POST', body: text(request?.bytes ?? new Uint8Array()) };
      return fetch(`${served.url}/pay/micropay`, init).then((answer) => answer.text());
    };
    let said = '';
    const first = post().then((body) => {
      said = body;
    });
    while (!said) await clock.run(500, () => said !== '');
    await first;
    expect(readXml(said).result_code).toBe('SUCCESS');
    setFault('silence');
    const never = post().then(
      () => 'answered',
      () => 'hung up',
    );
    await served.close();
    expect(await never).toBe('hung up');
  });
});
