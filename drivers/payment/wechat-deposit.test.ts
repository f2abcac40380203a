/** Money held first: the driver against the acquirer's twin, and answers that prove nothing. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import { createAcquirer, DEMO_ACCOUNT } from '../../simulator/twins/acquirer.ts';
import type { DriverContext, PaymentTerminal } from '../contract.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { codePay } from './code-pay.ts';
import { holdStatus, placeOutcome } from './wechat-deposit.ts';

const code = (behaviour: string, serial = 1) =>
  `13${behaviour}0${String(serial).padStart(13, '0')}`;

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

describe('money held first', () => {
  it('is held, taken in part, and the rest goes back; asked twice it is taken once', async () => {
    const { acquirer, holds, during, place } = await bench();
    const held = await place('W1', { code: code('00') });
    expect(held).toMatchObject({ kind: 'held', amountFen: 20_000 });
    expect(await during(holds.status('W1'))).toMatchObject({ kind: 'held' });
    const taken = { kind: 'captured', amountFen: 1_280 };
    expect(await during(holds.capture('W1', 1_280))).toMatchObject(taken);
    expect(await during(holds.capture('W1', 1_280))).toMatchObject(taken);
    expect(await during(holds.status('W1'))).toMatchObject(taken);
    expect(acquirer.deposits()).toMatchObject([{ takenFen: 1_280, takings: 1 }]);
    expect(await during(holds.release('W1'))).toMatchObject({ kind: 'refused', retry: false });
  });

  it.each([
    ['no money', { code: code('06') }, 'declined'],
    ['a code that expired', { code: code('07') }, 'declined'],
    ['a password to type', { code: code('01') }, 'waiting'],
    ['an agreement', { agreement: 'agreement-wang' }, 'held'],
    ['an agreement that ended', { agreement: 'ended-1' }, 'declined'],
    ['no answer, though held', { code: code('04') }, 'unknown'],
  ])('%s: %j is %s', async (_, payer, kind) => {
    const { place } = await bench();
    expect(await place('W1', payer)).toMatchObject({ kind });
  });

  it('is let go, and is then nobody’s', async () => {
    const { holds, during, place } = await bench();
    await place('W1', { code: code('00') });
    expect(await during(holds.release('W1'))).toEqual({ kind: 'reversed' });
    expect(await during(holds.status('W1'))).toEqual({ kind: 'released' });
    expect(await during(holds.capture('W1', 100))).toEqual({
      kind: 'declined',
      reason: 'RELEASED',
    });
    expect(await during(holds.status('W9'))).toEqual({ kind: 'not-found' });
  });

  it('more than is held is never asked for', async () => {
    const { holds, during, place } = await bench();
    await place('W1', { code: code('00') });
    const outcome = await during(holds.capture('W1', 20_001));
    expect(outcome).toEqual({ kind: 'declined', reason: 'ABOVE_HOLD' });
  });
});

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
