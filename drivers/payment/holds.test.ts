/** Money held first: the driver against the acquirer's twin, and answers that prove nothing. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import { createAcquirer, DEMO_ACCOUNT } from '../../simulator/twins/acquirer.ts';
import { conforms } from '../conformance.ts';
import type { DriverContext, Holds, PaymentTerminal } from '../contract.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { goldenOf, inWords, store, type Words } from './acquirer-for-tests.ts';
import { codePay } from './code-pay.ts';
import { holdStatus, placeOutcome } from './wechat-deposit.ts';

const HOLDS_PATH = fileURLToPath(new URL('./golden/code-pay-holds.txt', import.meta.url));

const CHANNELS = [
  { channel: 'wechat', digits: '13', order: 'W1' },
  { channel: 'alipay', digits: '28', order: 'A1' },
] as const;

async function bench() {
  const clock = createSimulatedClock();
  const acquirer = createAcquirer({ clock, random: createRandom(1) });
  const wire = memoryRequestWire(({ method, path, body }) => {
    return acquirer.handle({ method, path, ...(body && { body }) });
  }, clock);
  const context: DriverContext = {
    clock,
    log: { debug() {}, warn() {} },
    signal: new AbortController().signal,
    connection: 1,
    alive() {},
    emit() {},
    warn() {},
    count() {},
  };
  const { appId, mchId: merchantId, alipayAppId, key } = DEMO_ACCOUNT;
  const options = { appId, merchantId, alipayAppId, key, timeoutMs: 2_000 };
  const during = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    void work.finally(() => {
      done = true;
    });
    await clock.run(30_000, () => done);
    return work;
  };
  const terminal: PaymentTerminal = await during(codePay.connect(wire, options, context));
  const holds = terminal.holds!;
  const place = (orderNo: string, payer: { code: string } | { agreement: string }) =>
    during(holds.place({ orderNo, amountFen: 20_000, payer, description: 'visit' }));
  return { acquirer, holds, during, place };
}

describe.each(CHANNELS)('money held first by $channel', ({ digits, order }) => {
  const code = (behaviour: string) => `${digits}${behaviour}0${'1'.padStart(13, '0')}`;

  it('is held, taken in part, and the rest goes back; asked twice it is taken once', async () => {
    const { acquirer, holds, during, place } = await bench();
    const held = await place(order, { code: code('00') });
    expect(held).toMatchObject({ kind: 'held', amountFen: 20_000 });
    expect(await during(holds.status(order))).toMatchObject({ kind: 'held' });
    const taken = { kind: 'captured', amountFen: 1_280 };
    expect(await during(holds.capture(order, 1_280))).toMatchObject(taken);
    expect(await during(holds.capture(order, 1_280))).toMatchObject(taken);
    expect(await during(holds.status(order))).toMatchObject(taken);
    expect(acquirer.deposits()).toMatchObject([{ takenFen: 1_280, takings: 1 }]);
    expect(await during(holds.release(order))).toMatchObject({ kind: 'refused', retry: false });
  });

  it.each([
    ['pays', '00', 'held'],
    ['has no money', '06', 'declined'],
    ['shows a code that expired', '07', 'declined'],
    ['types a password', '01', 'waiting'],
    ['gets no answer, though it is held', '04', 'unknown'],
  ])('who %s is told so', async (_, behaviour, kind) => {
    const { place } = await bench();
    expect(await place(order, { code: code(behaviour) })).toMatchObject({ kind });
  });

  it('is known by its payer, the same every time', async () => {
    const { place } = await bench();
    const first = await place(order, { code: code('00') });
    const again = await place(order, { code: code('00') });
    expect(first).toMatchObject({ kind: 'held', payerId: expect.stringMatching(/^\D/) });
    expect(again).toEqual(first);
  });

  it('is held once the password is typed', async () => {
    const { holds, during, place } = await bench();
    await place(order, { code: code('01') });
    expect(await during(holds.status(order))).toMatchObject({ kind: 'waiting' });
    expect(await during(holds.status(order))).toMatchObject({ kind: 'held' });
  });

  it('is let go, and is then nobody’s', async () => {
    const { holds, during, place } = await bench();
    await place(order, { code: code('00') });
    expect(await during(holds.release(order))).toEqual({ kind: 'reversed' });
    expect(await during(holds.status(order))).toEqual({ kind: 'released' });
    expect(await during(holds.capture(order, 100))).toEqual({
      kind: 'declined',
      reason: 'RELEASED',
    });
    expect(await during(holds.status(`${order}9`))).toEqual({ kind: 'not-found' });
  });

  it('more than is held is never asked for', async () => {
    const { holds, during, place } = await bench();
    await place(order, { code: code('00') });
    const outcome = await during(holds.capture(order, 20_001));
    expect(outcome).toEqual({ kind: 'declined', reason: 'ABOVE_HOLD' });
  });

  it.each(['00', '03', '04'])('of payer %s gives back part of it, once', async (behaviour) => {
    const { acquirer, holds, during, place } = await bench();
    await place(order, { code: code(behaviour) });
    await during(holds.capture(order, 1_280));
    const back = { orderNo: order, refundNo: 'r-1', amountFen: 500, paidFen: 1_280 };
    if (behaviour !== '00')
      expect(await during(holds.refund(back))).toMatchObject({ kind: 'unknown' });
    expect(await during(holds.refund(back))).toMatchObject({ kind: 'refunded' });
    expect(acquirer.deposits()[0]?.refunds).toMatchObject([{ refundNo: 'r-1', amountFen: 500 }]);
    const more = { ...back, refundNo: 'r-2', amountFen: 781 };
    expect(await during(holds.refund(more))).toMatchObject({ kind: 'refused' });
  });
});

describe('a hold', () => {
  it.each([
    ['an agreement with WeChat', 'W1', { agreement: 'agreement-wang' }, 'held'],
    ['an agreement that ended', 'W1', { agreement: 'ended-1' }, 'declined'],
    ['an agreement with Alipay', 'A1', { agreement: 'agreement-wang' }, 'declined'],
    ['a code of the other channel', 'W1', { code: '280000000000000017' }, 'declined'],
    ['an order number of no channel', 'X1', { code: '280000000000000017' }, 'declined'],
  ])('by %s: %s %j is %s', async (_, order, payer, kind) => {
    const { place } = await bench();
    expect(await place(order, payer)).toMatchObject({ kind });
  });

  it('under a number of no channel is nothing', async () => {
    const { holds, during } = await bench();
    const refund = { orderNo: 'X1', refundNo: 'r', amountFen: 1, paidFen: 1 };
    expect(await during(holds.status('X1'))).toEqual({ kind: 'not-found' });
    expect(await during(holds.capture('X1', 1))).toMatchObject({ kind: 'declined' });
    expect(await during(holds.release('X1'))).toMatchObject({ kind: 'refused', retry: false });
    expect(await during(holds.refund(refund))).toMatchObject({ kind: 'refused' });
  });
});

conforms(codePay, HOLDS_PATH, { messages: true });

const WECHAT = { orderNo: 'W202611230001', description: '一刻 便利店 <1>' };
const ALIPAY = { ...WECHAT, orderNo: 'A202611230001' };
const FULL = { amountFen: 20_000 };

/** Each request of the golden file, by the comment above it. */
const ASKED: Record<string, (holds: Holds) => Promise<Words>> = {
  'WeChat place: 200.00 yuan, code 130000000000000018': (holds) =>
    holds.place({ ...WECHAT, ...FULL, payer: { code: '130000000000000018' } }),
  'WeChat place by agreement: 50.00 yuan': (holds) =>
    holds.place({ ...WECHAT, amountFen: 5_000, payer: { agreement: 'agreement-wang' } }),
  'WeChat hold status': (holds) => holds.status(WECHAT.orderNo),
  'WeChat release': (holds) => holds.release(WECHAT.orderNo),
  'Alipay place: 200.00 yuan, code 280000000000000017': (holds) =>
    holds.place({ ...ALIPAY, ...FULL, payer: { code: '280000000000000017' } }),
  'Alipay hold status': (holds) => holds.status(ALIPAY.orderNo),
  'Alipay release': (holds) => holds.release(ALIPAY.orderNo),
  'WeChat capture: 12.80 of 200.00 yuan': (holds) => holds.capture(WECHAT.orderNo, 1_280),
  'Alipay capture: 12.80 of 200.00 yuan': (holds) => holds.capture(ALIPAY.orderNo, 1_280),
};

const said = (outcome: Words): string =>
  outcome.kind === 'held' ? `held ${outcome.amountFen}` : inWords(outcome);

/** The golden answer that says the money is held, for whoever asks before it takes. */
const heldBy = (call: string): Uint8Array => {
  const from = `${call.split(' ')[0]} hold status`;
  const at = lines.findIndex(({ direction, takenFor }) => direction === 'tx' && takenFor === from);
  return lines[at + 1]!.bytes;
};
/** A capture asks first what is held. */
const answering = (call: string, bytes: Uint8Array) => {
  let asked = 0;
  return () => (call.includes('capture') && asked++ === 0 ? heldBy(call) : bytes);
};

const lines = goldenOf(HOLDS_PATH);
let call = '';
for (const { direction, takenFor, bytes, meaning } of lines) {
  if (direction === 'tx') {
    call = takenFor;
    test(`asks as the golden: ${takenFor}`, async () => {
      const { terminal, requests } = await store(answering(takenFor, heldBy(takenFor)));
      await ASKED[takenFor]!(terminal.holds!);
      const request = requests.at(-1)!;
      expect(request).toMatchObject({ method: 'POST', path: meaning.path });
      const [mine, theirs] = [request.body!, bytes].map((body) => new TextDecoder().decode(body));
      const unsigned = (text = '') =>
        text.replaceAll(/<(sign|nonce_str)>[^<]*/g, '<$1>').replaceAll('+', '%20');
      expect(unsigned(mine)).toBe(unsigned(theirs));
    });
    continue;
  }
  const from = call;
  const word = meaning.sub_code ?? meaning.err_code ?? meaning.order_status ?? meaning.trade_state;
  test(`${from.split(':')[0]} answered ${word ?? 'done'} is ${takenFor}`, async () => {
    const { terminal } = await store(answering(from, bytes));
    expect(takenFor).toMatch(new RegExp(`^${said(await ASKED[from]!(terminal.holds!))}\\b`));
  });
}

it.each<[string, Record<string, string>, string]>([
  [
    'another order',
    { result_code: 'SUCCESS', out_trade_no: 'W2', total_fee: '1', transaction_id: 'x' },
    'OTHER_ORDER',
  ],
  ['no amount', { result_code: 'SUCCESS', out_trade_no: 'W1', transaction_id: 'x' }, 'BAD_AMOUNT'],
  [
    'no reference',
    { result_code: 'SUCCESS', out_trade_no: 'W1', total_fee: '1' },
    'NO_TRANSACTION_ID',
  ],
  ['a system error', { result_code: 'FAIL', err_code: 'SYSTEMERROR' }, 'SYSTEMERROR'],
])('an answer with %s proves nothing', (_, fields, reason) => {
  expect(placeOutcome(fields, 'W1')).toEqual({ kind: 'unknown', reason });
  const asked = holdStatus({ ...fields, trade_state: 'SUCCESS' }, 'W1');
  expect(asked).toEqual({ kind: 'unknown', reason });
});
