import { expect, test } from 'vitest';
import {
  ALIPAY_CODE,
  ALIPAY_ORDER,
  type Answers,
  answerFor,
  CALLS,
  OPTIONS,
  payment,
  store,
  WECHAT_CODE,
  WECHAT_ORDER,
} from './acquirer-for-tests.ts';
import { alipaySign } from './alipay.ts';
import { channelOfPayerCode, codePay } from './code-pay.ts';
import { withoutCardNumbers } from './dialect.ts';
import { parseWechatXml, wechatSign } from './wechat-v2.ts';

// ---- what a till may rely on --------------------------------------------------------------------

test('silence, an error page and nonsense are never taken for a refusal', async () => {
  const text = (words: string) => new TextEncoder().encode(words);
  const cases: [Answers, string][] = [
    [() => 'hang up', 'CLOSED'],
    [() => 502, 'HTTP_502'],
    [() => text('<html>busy</html>'), 'NOT_UNDERSTOOD'],
    [() => text('<!DOCTYPE x [<!ENTITY e "1">]><xml><a>&e;</a></xml>'), 'NOT_UNDERSTOOD'],
    [() => text('{"alipay_trade_pay_response":[]}'), 'NOT_UNDERSTOOD'],
    [() => new Uint8Array([0xff, 0xfe]), 'NOT_UNDERSTOOD'],
  ];
  for (const [answers, reason] of cases) {
    const { terminal, counts } = await store(answers);
    for (const ask of Object.values(CALLS)) {
      expect(await ask(terminal)).toMatchObject({ kind: 'unknown', reason });
    }
    expect(counts).toHaveLength(Object.keys(CALLS).length);
  }
});

test('an acquirer that says nothing is given ten seconds, and asked only once', async () => {
  const { terminal, clock, requests } = await store(() => 'silence');
  const outcome = terminal.pay(payment('W'));
  await clock.advance(9999);
  expect(requests).toHaveLength(1);
  await clock.advance(1);
  expect(await outcome).toEqual({ kind: 'unknown', reason: 'REQUEST_TIMEOUT' });
  expect(requests).toHaveLength(1);
});

test('an answer about another order is not an answer', async () => {
  const { terminal } = await store((request) =>
    request.path === '/gateway'
      ? answerFor('A', 'captured', 'Alipay query')
      : answerFor('W', 'captured', 'WeChat query'),
  );
  expect(await terminal.status('W202611230002')).toEqual({
    kind: 'unknown',
    reason: 'OTHER_ORDER',
  });
  expect(await terminal.status('A202611230002')).toEqual({
    kind: 'unknown',
    reason: 'OTHER_ORDER',
  });
});

function signedWechat(own: Record<string, string>): Uint8Array {
  const fields: Record<string, string> = { return_code: 'SUCCESS', ...own };
  fields.sign = wechatSign(fields, OPTIONS.key);
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  return new TextEncoder().encode(`<xml>${inner.join('')}</xml>`);
}

function signedAlipay(fields: Record<string, string>): Uint8Array {
  const inner = JSON.stringify(fields);
  const sign = alipaySign(inner, OPTIONS.key);
  return new TextEncoder().encode(`{"alipay_trade_pay_response":${inner},"sign":"${sign}"}`);
}

test.each([
  ['12.34', 1234],
  ['0.29', 29],
  ['1.1', 110],
  ['999999999.99', 99999999999],
  ['35', 3500],
  ['0.00', undefined],
  ['-1.00', undefined],
  ['1.005', undefined],
  ['1e2', undefined],
  ['', undefined],
])('Alipay amount "%s" is %s fen, to the fen', async (total_amount, amountFen) => {
  const answer = signedAlipay({
    code: '10000',
    out_trade_no: ALIPAY_ORDER,
    trade_no: '1',
    trade_status: 'TRADE_SUCCESS',
    total_amount,
  });
  const { terminal } = await store(() => answer);
  expect(await terminal.pay(payment('A'))).toEqual(
    amountFen === undefined
      ? { kind: 'unknown', reason: 'BAD_AMOUNT' }
      : { kind: 'captured', amountFen, providerRef: '1' },
  );
});

test.each(['', '0', '-5', '12.34', '1e3', ' 7'])(
  'WeChat amount "%s" captures nothing',
  async (total_fee) => {
    const answer = signedWechat({
      result_code: 'SUCCESS',
      out_trade_no: WECHAT_ORDER,
      transaction_id: '4',
      total_fee,
    });
    const { terminal } = await store(() => answer);
    expect(await terminal.pay(payment('W'))).toEqual({ kind: 'unknown', reason: 'BAD_AMOUNT' });
  },
);

test('success without a reference, or with no state at all, is not yet paid', async () => {
  const wechat = signedWechat({
    result_code: 'SUCCESS',
    out_trade_no: WECHAT_ORDER,
    total_fee: '1',
  });
  const paid = { code: '10000', out_trade_no: ALIPAY_ORDER, total_amount: '1.00' };
  const cases: [Uint8Array, 'W' | 'A', string][] = [
    [wechat, 'W', 'NO_TRANSACTION_ID'],
    [signedWechat({ result_code: 'FAIL' }), 'W', 'NO_ERR_CODE'],
    [signedAlipay({ ...paid, trade_status: 'TRADE_SUCCESS' }), 'A', 'NO_TRADE_NO'],
    [signedAlipay(paid), 'A', 'NO_TRADE_STATUS'],
    [signedAlipay({}), 'A', 'NO_CODE'],
  ];
  for (const [answer, channel, reason] of cases) {
    const { terminal } = await store(() => answer);
    expect(await terminal.pay(payment(channel))).toEqual({ kind: 'unknown', reason });
  }
});

test('a code that is no payment code, or another channel’s order, sends nothing', async () => {
  const { terminal, requests } = await store();
  const pay = (payerCode: string, orderNo: string) =>
    terminal.pay({ orderNo, payerCode, amountFen: 1, description: '' });
  expect(await pay('6901234567892', WECHAT_ORDER)).toEqual({
    kind: 'declined',
    reason: 'PAYER_CODE_UNKNOWN',
  });
  for (const orderNo of [ALIPAY_ORDER, 'X1', '', 'W', `W${'1'.repeat(32)}`, 'W<xml>']) {
    const refused = { kind: 'declined', reason: 'ORDER_NO_INVALID' };
    expect(await pay(WECHAT_CODE, orderNo)).toEqual(refused);
  }
  expect(await terminal.status('X1')).toEqual({ kind: 'not-found' });
  expect(await terminal.reverse('X1')).toMatchObject({ kind: 'refused', retry: false });
  expect(requests).toEqual([]);
});

test.each([
  ['100000000000000000', 'wechat'],
  ['159999999999999999', 'wechat'],
  ['160000000000000000', undefined],
  ['13000000000000001', undefined],
  ['1300000000000000180', undefined],
  ['2500000000000000', 'alipay'],
  ['300000000000000000000000', 'alipay'],
  ['3000000000000000000000000', undefined],
  ['240000000000000000', undefined],
  ['310000000000000000', undefined],
  ['28000000000000001x', undefined],
  ['', undefined],
])('code %s belongs to %s', (code, channel) => {
  expect(channelOfPayerCode(code)).toBe(channel);
});

test('the payer’s code, the key and card numbers reach no log and no outcome', async () => {
  const card = '4111111111111111';
  const failing = signedWechat({
    result_code: 'FAIL',
    err_code: 'NOTENOUGH',
    err_code_des: `card ${card}`,
    attach: card,
  });
  for (const answers of [() => 'hang up', () => failing, () => 500] as Answers[]) {
    const { terminal, logged } = await store(answers);
    const outcomes = [await terminal.pay(payment('W')), await terminal.pay(payment('A'))];
    const said = JSON.stringify([outcomes, logged]);
    for (const secret of [WECHAT_CODE, ALIPAY_CODE, OPTIONS.key, card]) {
      expect(said).not.toContain(secret);
    }
  }
  const [item] = codePay.decoder({}).push(failing);
  expect(item).toMatchObject({ attach: '****1111', err_code_des: 'card ****1111' });
});

test('order number and provider’s reference stay whole even where they look like a card', () => {
  const card = '4111111111111111';
  const references = { out_trade_no: card, transaction_id: card, trade_no: card };
  expect(withoutCardNumbers(references)).toEqual(references);
  expect(withoutCardNumbers({ note: '4111111111111112 and 12345' })).toEqual({
    note: '4111111111111112 and 12345',
  });
});

test.each([
  ['<xml></xml>', {}],
  [' \n<xml>\n<a>1</a>\n <b><![CDATA[<&>]]></b></xml>\n', { a: '1', b: '<&>' }],
  ['<xml><a>&lt;&amp;&quot;&apos;&gt;</a></xml>', { a: '<&"\'>' }],
  ['<xml><a>&#65;</a></xml>', undefined],
  ['<xml><a>1</a><a>2</a></xml>', undefined],
  ['<xml><a><b>1</b></a></xml>', undefined],
  ['<xml><__proto__>1</__proto__></xml>', undefined],
  ['<xml><a>1</b></xml>', undefined],
  ['<xml>words</xml>', undefined],
  ['<xml><a>1</a>', undefined],
])('%s is read as %j', (text, fields) => {
  expect(parseWechatXml(text)).toEqual(fields);
});
