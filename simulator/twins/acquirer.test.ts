import { afterEach, describe, expect, it } from 'vitest';
import type { PaymentFault } from '../faults.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { readGolden } from '../testing/golden.ts';
import { createAcquirer, DEMO_ACCOUNT, serveAcquirer } from './acquirer.ts';
import {
  alipayAnswer,
  alipaySignText,
  fenOfYuan,
  signAlipay,
  yuanOfFen,
} from './acquirer-alipay.ts';
import type { Channel } from './acquirer-orders.ts';
import { BEHAVIOURS, chinaTime, payerCode } from './acquirer-orders.ts';
import type { Fields } from './acquirer-wechat.ts';
import { readXml, signWechat, wechatAnswer, writeXml } from './acquirer-wechat.ts';

const golden = readGolden('payment/golden/code-pay.txt');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const NONCE = '5K8264ILTKCH16CQ2502SI8ZNMTM67VS';

function bench() {
  const clock = createSimulatedClock();
  let fault: PaymentFault | undefined;
  const acquirer = createAcquirer({ clock, random: createRandom(3), fault: () => fault });
  const send = async (path: string, body: Uint8Array, method = 'POST') => {
    let said: string | undefined;
    let status = 0;
    void acquirer.handle({ method, path, body }).then((answer) => {
      said = text(answer.body);
      status = answer.status;
    });
    await clock.run(10_000, () => said !== undefined);
    return { said, status };
  };
  const setFault = (next?: PaymentFault) => {
    fault = next;
  };
  return { acquirer, clock, send, setFault };
}

type Bench = ReturnType<typeof bench>;

/** One conversation with either channel, told in the words both have in common. */
function customer({ send }: Bench, channel: Channel, behaviour: string, times = 0) {
  const orderNo = channel === 'wechat' ? 'W-1' : 'A-1';
  const code = payerCode(channel, behaviour, 1, times);
  const wechat = async (path: string, fields: Fields) => {
    const { appId, mchId, key } = DEMO_ACCOUNT;
    const asked = {
      appid: appId,
      mch_id: mchId,
      nonce_str: NONCE,
      out_trade_no: orderNo,
      ...fields,
    };
    const body = writeXml({ ...asked, sign: signWechat(asked, key) });
    const { said } = await send(path, Buffer.from(body));
    if (said === undefined) return 'no answer';
    const answer = readXml(said);
    expect(answer.sign).toBe(signWechat(answer, key));
    const word = answer.trade_state ?? answer.err_code ?? answer.recall ?? 'PAID';
    return answer.total_fee
      ? `${word} ${answer.total_fee}`
      : `${word} ${answer.recall ?? ''}`.trim();
  };
  const alipay = async (method: string, more: Fields) => {
    const biz = JSON.stringify({ out_trade_no: orderNo, ...more });
    const asked = { app_id: DEMO_ACCOUNT.alipayAppId, method, biz_content: biz };
    const sign = signAlipay(alipaySignText(asked), DEMO_ACCOUNT.key);
    const form = new URLSearchParams({ ...asked, sign }).toString();
    const { said } = await send('/gateway', Buffer.from(form));
    if (said === undefined) return 'no answer';
    const [, body = '{}', signed] = /^\{"\w+":(\{.*\}),"sign":"(.*)"\}$/.exec(said) ?? [];
    expect(signed).toBe(signAlipay(body, DEMO_ACCOUNT.key));
    const answer: Fields = JSON.parse(body);
    const word = answer.sub_code ?? answer.action ?? answer.trade_status ?? '';
    const amount = answer.total_amount ? ` ${fenOfYuan(answer.total_amount)}` : '';
    return `${answer.code} ${word}${amount}`;
  };
  return channel === 'wechat'
    ? {
        pay: () => wechat('/pay/micropay', { auth_code: code, total_fee: '1234', body: '一刻' }),
        query: () => wechat('/pay/orderquery', {}),
        reverse: () => wechat('/secapi/pay/reverse', {}),
      }
    : {
        pay: () => alipay('alipay.trade.pay', { auth_code: code, total_amount: '12.34' }),
        query: () => alipay('alipay.trade.query', {}),
        reverse: () => alipay('alipay.trade.cancel', {}),
      };
}

describe('the acquirer twin says what the golden bytes say', () => {
  const rx = golden.filter((line) => line.direction === 'rx' && !/wrong/.test(line.comment));

  it('writes every signed WeChat answer byte for byte', () => {
    const lines = rx.filter((line) => text(line.bytes).includes('CDATA[5K8264'));
    expect(lines.length).toBeGreaterThanOrEqual(20);
    for (const line of lines) {
      const { kind, ...fields } = line.meaning as Fields;
      expect(writeXml(wechatAnswer(fields, DEMO_ACCOUNT, NONCE))).toBe(text(line.bytes));
    }
  });

  it('writes every signed Alipay answer byte for byte', () => {
    const lines = rx.filter((line) => line.meaning.kind === 'alipay-answer');
    expect(lines.length).toBeGreaterThanOrEqual(18);
    for (const line of lines) {
      const { kind, node = '', ...fields } = line.meaning as Fields;
      expect(alipayAnswer(node, fields, DEMO_ACCOUNT.key)).toBe(text(line.bytes));
    }
  });

  it('takes every golden request, and its answers are among the golden ones', async () => {
    const it = bench();
    const requests = golden.filter((line) => line.direction === 'tx');
    const meant: string[] = [];
    for (const { meaning, bytes } of requests) {
      const { said = '' } = await it.send(String(meaning.path), bytes);
      meant.push(said.startsWith('<') ? (readXml(said).return_code ?? '') : said.slice(2, 24));
    }
    const alipay = ['pay', 'query', 'canc'].map((name) => expect.stringContaining(`trade_${name}`));
    expect(meant).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS', ...alipay]);
    expect(it.acquirer.journal().map(({ what, amountFen }) => `${what} ${amountFen}`)).toEqual([
      'captured 1234',
      'reversed 1234',
      'captured 1234',
      'reversed 1234',
    ]);
  });

  it('signs as the published WeChat example is signed', () => {
    const fields = {
      appid: 'wxd930ea5d5a258f4f',
      mch_id: '10000100',
      device_info: '1000',
      body: 'test',
      nonce_str: 'ibuaiVcKdpRxkhJA',
    };
    expect(signWechat(fields, '192006250b4c09247ec02edce69f6a2d')).toBe(
      '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6',
    );
  });
});

/** behaviour, what is asked, WeChat's words, Alipay's words, money moved. */
const TABLE: [string, ('pay' | 'query' | 'reverse')[], string[], string[], string[]][] = [
  [
    'pays',
    ['pay', 'query'],
    ['PAID 1234', 'SUCCESS 1234'],
    ['10000 TRADE_SUCCESS 1234', '10000 TRADE_SUCCESS 1234'],
    ['captured 1234'],
  ],
  [
    'password',
    ['pay', 'query', 'query'],
    ['USERPAYING', 'USERPAYING', 'SUCCESS 1234'],
    ['10003 WAIT_BUYER_PAY', '10000 WAIT_BUYER_PAY 1234', '10000 TRADE_SUCCESS 1234'],
    ['captured 1234'],
  ],
  [
    'never-confirms',
    ['pay', 'query', 'query', 'query', 'reverse', 'query'],
    ['USERPAYING', 'USERPAYING', 'USERPAYING', 'USERPAYING', 'N N', 'REVOKED'],
    [
      '10003 WAIT_BUYER_PAY',
      '10000 WAIT_BUYER_PAY 1234',
      '10000 WAIT_BUYER_PAY 1234',
      '10000 WAIT_BUYER_PAY 1234',
      '10000 close',
      '10000 TRADE_CLOSED 1234',
    ],
    [],
  ],
  [
    'system-error-paid',
    ['pay', 'query'],
    ['SYSTEMERROR', 'SUCCESS 1234'],
    ['20000 ACQ.SYSTEM_ERROR', '10000 TRADE_SUCCESS 1234'],
    ['captured 1234'],
  ],
  [
    'timeout-paid',
    ['pay', 'query', 'reverse'],
    ['no answer', 'SUCCESS 1234', 'N N'],
    ['no answer', '10000 TRADE_SUCCESS 1234', '10000 refund'],
    ['captured 1234', 'reversed 1234'],
  ],
  [
    'timeout-unpaid',
    ['pay', 'query'],
    ['no answer', 'PAYERROR'],
    ['no answer', '10000 TRADE_CLOSED 1234'],
    [],
  ],
  [
    'no-money',
    ['pay', 'query'],
    ['NOTENOUGH', 'PAYERROR'],
    ['40004 ACQ.BUYER_BALANCE_NOT_ENOUGH', '10000 TRADE_CLOSED 1234'],
    [],
  ],
  ['code-expired', ['pay'], ['AUTH_CODE_INVALID'], ['40004 ACQ.PAYMENT_AUTH_CODE_INVALID'], []],
  ['code-used', ['pay'], ['AUTH_CODE_ERROR'], ['40004 ACQ.PAYMENT_AUTH_CODE_INVALID'], []],
  [
    'amount-mismatch',
    ['pay', 'query'],
    ['SYSTEMERROR', 'SUCCESS 1200'],
    ['20000 ACQ.SYSTEM_ERROR', '10000 TRADE_SUCCESS 1200'],
    ['captured 1200'],
  ],
  [
    'reverse-stubborn',
    ['pay', 'reverse', 'reverse', 'reverse', 'query'],
    ['USERPAYING', 'USERPAYING Y', 'USERPAYING Y', 'N N', 'REVOKED'],
    [
      '10003 WAIT_BUYER_PAY',
      '40004 ACQ.SYSTEM_ERROR',
      '40004 ACQ.SYSTEM_ERROR',
      '10000 close',
      '10000 TRADE_CLOSED 1234',
    ],
    [],
  ],
  [
    'paid-after-reverse',
    ['pay', 'reverse', 'query', 'reverse', 'query'],
    ['USERPAYING', 'SYSTEMERROR Y', 'SUCCESS 1234', 'N N', 'REVOKED'],
    [
      '10003 WAIT_BUYER_PAY',
      '20000 ACQ.SYSTEM_ERROR',
      '10000 TRADE_SUCCESS 1234',
      '10000 refund',
      '10000 TRADE_CLOSED 1234',
    ],
    ['captured 1234', 'reversed 1234'],
  ],
];

describe('each wallet behaves as its label says', () => {
  it('has a row in this table for every behaviour', () => {
    expect(TABLE.map(([name]) => name)).toEqual(BEHAVIOURS.map(({ name }) => name));
  });

  for (const channel of ['wechat', 'alipay'] as const) {
    it.each(TABLE)(`${channel}: %s`, async (behaviour, asks, wechat, alipay, moved) => {
      const it = bench();
      const talk = customer(it, channel, behaviour);
      const answers: string[] = [];
      for (const ask of asks) answers.push(await talk[ask]());
      expect(answers).toEqual(channel === 'wechat' ? wechat : alipay);
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

describe('amounts and times', () => {
  it('turns yuan into fen and back without losing one', () => {
    for (const fen of [1, 9, 10, 99, 100, 1035, 123_456_789]) {
      expect(fenOfYuan(yuanOfFen(fen))).toBe(fen);
    }
    expect(['', '1.234', '-1', '1e3', ' 1'].map(fenOfYuan)).toEqual(Array(5).fill(undefined));
  });

  it("tells the shop's local time", () => {
    expect(chinaTime(Date.UTC(2026, 10, 23, 2, 15, 30))).toBe('20261123101530');
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
