import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type DriverClock,
  type DriverContext,
  type PaymentTerminal,
  type ReasonCode,
  WireError,
  type WireRequest,
} from '../contract.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { alipaySign } from './alipay.ts';
import { channelOfPayerCode, codePay } from './code-pay.ts';
import { withoutCardNumbers } from './dialect.ts';
import { parseWechatXml, wechatSign } from './wechat-v2.ts';

const OPTIONS = {
  key: '0123456789abcdef0123456789abcdef',
  appId: 'wxd930ea5d5a258f4f',
  merchantId: '10000100',
  alipayAppId: '2021000000000001',
};
const WECHAT_ORDER = 'W202611230001';
const ALIPAY_ORDER = 'A202611230001';
const WECHAT_CODE = '130000000000000018';
const ALIPAY_CODE = '280000000000000017';
const DESCRIPTION = '一刻 便利店 <1>';

// ---- golden file ---------------------------------------------------------------------------------

interface GoldenLine {
  direction: 'rx' | 'tx';
  bytes: Uint8Array;
  meaning: Record<string, string>;
  /** The comment above: what the answer must be taken for. */
  takenFor: string;
}

const golden: GoldenLine[] = [];
const goldenText = readFileSync(new URL('./golden/code-pay.txt', import.meta.url), 'utf8');
let comment = '';
for (const line of goldenText.split('\n')) {
  if (line.startsWith('#')) comment = line.slice(1).trim();
  const match = /^(rx|tx) ([0-9a-f]+) ; (.*) ; [^;]+$/.exec(line);
  if (match === null) continue;
  golden.push({
    direction: match[1] === 'rx' ? 'rx' : 'tx',
    bytes: new Uint8Array(Buffer.from(match[2]!, 'hex')),
    meaning: JSON.parse(match[3]!) as Record<string, string>,
    takenFor: comment,
  });
}

// ---- a store in memory ---------------------------------------------------------------------------

/** Time that moves only when told. */
function handClock(): DriverClock & { pass(ms: number): void; waiting(): number } {
  let now = 0;
  let timers: { at: number; fn: () => void }[] = [];
  return {
    monoMs: () => now,
    after(delayMs, fn) {
      const timer = { at: now + delayMs, fn };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    pass(ms) {
      now += ms;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const timer of due) timer.fn();
    },
    waiting: () => timers.length,
  };
}

type Answers = (request: WireRequest) => Uint8Array | 'silence' | 'hang up' | number;

const answerFor = (channel: 'W' | 'A', takenFor: string, from: string): Uint8Array => {
  const kind = channel === 'W' ? 'wechat-answer' : 'alipay-answer';
  const start = golden.findIndex((line) => line.direction === 'tx' && line.takenFor === from);
  const found = golden
    .slice(start)
    .find((line) => line.meaning.kind === kind && line.takenFor.startsWith(takenFor));
  if (found === undefined) throw new Error(`no golden answer ${channel} ${takenFor} after ${from}`);
  return found.bytes;
};

const nobody: Answers = (request) =>
  request.path === '/gateway'
    ? answerFor('A', 'not-found', 'Alipay query')
    : answerFor('W', 'not-found', 'WeChat query');

async function store(afterwards: Answers = nobody, atStart: Answers = nobody) {
  const clock = handClock();
  const requests: WireRequest[] = [];
  const warnings: (ReasonCode | undefined)[] = [];
  const logged: string[] = [];
  const counts: string[] = [];
  let alive = 0;
  let answers = atStart;
  const wire = memoryRequestWire((request) => {
    requests.push(request);
    const body = answers(request);
    if (body === 'silence') return new Promise(() => {});
    if (body === 'hang up') throw new WireError('CLOSED', 'hung up');
    if (typeof body === 'number') return { status: body, headers: {}, body: new Uint8Array() };
    return { status: 200, headers: {}, body };
  }, clock);
  const log = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ ...fields, message }));
  };
  const letGo = new AbortController();
  const context: DriverContext = {
    clock,
    log: { debug: log, warn: log },
    signal: letGo.signal,
    connection: 1,
    alive: () => {
      alive += 1;
    },
    emit: () => {},
    warn: (reason) => warnings.push(reason),
    count: (statistic) => counts.push(statistic),
  };
  const connecting = codePay.connect(wire, OPTIONS, context);
  const terminal = await connecting;
  answers = afterwards;
  requests.length = 0;
  return { terminal, clock, requests, warnings, logged, counts, letGo, alive: () => alive };
}

const payment = (channel: 'W' | 'A') =>
  channel === 'W'
    ? {
        orderNo: WECHAT_ORDER,
        amountFen: 1234,
        payerCode: WECHAT_CODE,
        description: DESCRIPTION,
      }
    : {
        orderNo: ALIPAY_ORDER,
        amountFen: 1234,
        payerCode: ALIPAY_CODE,
        description: DESCRIPTION,
      };

type Words = { kind: string; amountFen?: number; retry?: boolean };

/** An outcome in the words of the golden file's comments. */
function inWords(outcome: Words): string {
  if (outcome.kind === 'captured') return `captured ${outcome.amountFen}`;
  if (outcome.kind === 'refused') return outcome.retry ? 'refused, try again' : 'refused, for good';
  return outcome.kind;
}

// ---- bytes -----------------------------------------------------------------------------------------

test('the signature is the one WeChat publishes for its example', () => {
  const fields = {
    appid: 'wxd930ea5d5a258f4f',
    mch_id: '10000100',
    device_info: '1000',
    body: 'test',
    nonce_str: 'ibuaiVcKdpRxkhJA',
  };
  expect(wechatSign(fields, '192006250b4c09247ec02edce69f6a2d')).toBe(
    '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6',
  );
});

const CALLS: Record<string, (terminal: PaymentTerminal) => Promise<Words>> = {
  'WeChat pay: 12.34 yuan, code 130000000000000018': (t) => t.pay(payment('W')),
  'WeChat query': (t) => t.status(WECHAT_ORDER),
  'WeChat reverse': (t) => t.reverse(WECHAT_ORDER),
  'Alipay pay: 12.34 yuan, code 280000000000000017': (t) => t.pay(payment('A')),
  'Alipay query': (t) => t.status(ALIPAY_ORDER),
  'Alipay cancel': (t) => t.reverse(ALIPAY_ORDER),
};

function wechatFields(bytes: Uint8Array): Record<string, string> {
  const fields = parseWechatXml(new TextDecoder().decode(bytes));
  if (fields === undefined) throw new Error('not the XML of WeChat');
  return fields;
}

test('every request is the golden one, but for its nonce and the sign over it', async () => {
  const { terminal, requests } = await store();
  const asked = golden.filter((line) => line.direction === 'tx');
  expect(asked.map((line) => line.takenFor)).toEqual(Object.keys(CALLS));
  for (const { takenFor, bytes, meaning } of asked) {
    requests.length = 0;
    await CALLS[takenFor]!(terminal);
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: meaning.path,
      headers: { 'content-type': meaning.contentType },
    });
    const body = request!.body!;
    if (takenFor.startsWith('Alipay')) {
      expect(new TextDecoder().decode(body)).toBe(new TextDecoder().decode(bytes));
      continue;
    }
    const mine = wechatFields(body);
    const theirs = wechatFields(bytes);
    expect(mine.sign).toBe(wechatSign(mine, OPTIONS.key));
    expect(theirs.sign).toBe(wechatSign(theirs, OPTIONS.key));
    expect({ ...mine, sign: '', nonce_str: '' }).toEqual({ ...theirs, sign: '', nonce_str: '' });
    expect(mine.nonce_str).toMatch(/^[0-9A-F]{32}$/);
  }
});

let call = '';
for (const { direction, takenFor, bytes, meaning } of golden) {
  if (direction === 'tx') {
    call = takenFor;
    continue;
  }
  const ask = CALLS[call]!;
  const title = `${call.split(':')[0]} answered ${meaning.err_code ?? meaning.sub_code ?? meaning.trade_state ?? meaning.trade_status ?? meaning.code ?? meaning.return_code} is ${takenFor}`;
  test(title, async () => {
    const { terminal } = await store(() => bytes);
    expect(takenFor).toMatch(new RegExp(`^${inWords(await ask(terminal))}\\b`));
  });
  test(`${title}: decoded the same in any pieces, and after noise`, () => {
    for (const size of [1, 7, 64, 5000]) {
      const decoder = codePay.decoder({});
      const items = [...decoder.push(new TextEncoder().encode('<xm{"ali<xml><a>'))];
      for (let at = 0; at < bytes.length; at += size) {
        items.push(...decoder.push(bytes.subarray(at, at + size)));
      }
      items.push(...decoder.end());
      expect(items.filter((item) => item.kind !== 'discarded')).toEqual([meaning]);
    }
  });
}

// ---- what a till may rely on -------------------------------------------------------------------------

test('silence, a broken line, an error page and nonsense are never taken for a refusal', async () => {
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
    expect(counts).toHaveLength(6);
  }
});

test('an acquirer that says nothing is given ten seconds, and asked only once', async () => {
  const { terminal, clock, requests } = await store(() => 'silence');
  const outcome = terminal.pay(payment('W'));
  clock.pass(9999);
  expect(requests).toHaveLength(1);
  clock.pass(1);
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

test('success without the provider’s reference, or with no state at all, is not yet paid', async () => {
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

test('a code that is no payment code, or an order of the other channel, sends nothing', async () => {
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

test('our order number and the provider’s reference stay whole even where they look like a card', () => {
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

// ---- connecting ----------------------------------------------------------------------------------------

test('connecting asks both channels for an order nobody ever made', async () => {
  const seen: string[] = [];
  const { alive } = await store(nobody, (request) => {
    seen.push(`${request.path} ${new TextDecoder().decode(request.body)}`);
    return nobody(request);
  });
  expect(seen).toHaveLength(2);
  expect(seen[0]).toMatch(/^\/pay\/orderquery .*<out_trade_no>W0-is-anybody-there</);
  expect(seen[1]).toMatch(/^\/gateway .*alipay\.trade\.query/);
  expect(alive()).toBeGreaterThan(0);
});

test('a wrong key is said to be a wrong key', async () => {
  const refused = () =>
    answerFor('W', 'unknown (connect', 'WeChat pay: 12.34 yuan, code 130000000000000018');
  await expect(store(nobody, refused)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
  const alipayRefuses: Answers = (request) =>
    request.path === '/gateway'
      ? answerFor('A', 'unknown (connect', 'Alipay pay: 12.34 yuan, code 280000000000000017')
      : nobody(request);
  await expect(store(nobody, alipayRefuses)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
  await expect(store(nobody, () => 403)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
});

test('something else at that address gives NO_REPLY, nobody there its own words', async () => {
  await expect(store(nobody, () => 404)).rejects.toMatchObject({ code: 'NO_REPLY' });
  await expect(store(nobody, () => 'hang up')).rejects.toMatchObject({ code: 'CLOSED' });
});

test('without a key it does not even try', async () => {
  const clock = handClock();
  const wire = memoryRequestWire(
    () => ({ status: 200, headers: {}, body: new Uint8Array() }),
    clock,
  );
  const { signal } = new AbortController();
  const silent = { debug: () => {}, warn: () => {} };
  const context: DriverContext = {
    clock,
    log: silent,
    signal,
    connection: 1,
    alive: () => {},
    emit: () => {},
    warn: () => {},
    count: () => {},
  };
  await expect(codePay.connect(wire, {}, context)).rejects.toMatchObject({ code: 'BAD_OPTIONS' });
});

test('an idle acquirer is asked now and then; closing leaves nothing behind', async () => {
  const { terminal, clock, requests, letGo } = await store();
  expect(clock.waiting()).toBe(1);
  clock.pass(30_000);
  await expect.poll(() => requests.length).toBe(2);
  clock.pass(30_000);
  await expect.poll(() => requests.length).toBe(4);
  await terminal.close();
  await terminal.close();
  letGo.abort();
  expect(clock.waiting()).toBe(0);
});
