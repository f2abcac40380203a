import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { demoGoods } from './goods.ts';
import { createRandom } from './random.ts';
import type { CounterSeen, LaneSeen, Screens, Tap, Tapped } from './shopper.ts';
import { shop } from './shopper.ts';
import type { ShoppingPlan } from './shopper-plan.ts';
import { planShopping, USUAL_HABITS } from './shopper-plan.ts';
import { httpScreens } from './shopper-screens.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { createSimulatedClock } from './simulated-clock.ts';
import { createMemoryStore } from './store.ts';

const goods = demoGoods();
const apple = goods.find((good) => good.kind === 'loose')?.sku ?? '';
const bottle = goods.find((good) => good.gtin)?.gtin ?? '';
const ok: Tapped = { ok: true };
const refusal = { code: 'WRONG_SCREEN', message: { zh: '现在不行', en: 'Not now' } };

/**
 * A shop assistant who stands in for the machines: reads the real scanner bytes and the real
 * plates, keeps count on paper, and takes every second phone.
 */
function assistant(clock: SimulatedClock) {
  const store = createMemoryStore({ goods, seed: 4, clock });
  const { world, cables } = store;
  const taps: string[] = [];
  const lane: LaneSeen = { screen: 'attract', sale: { count: 0, totalFen: 0 } };
  let heard = '';
  let phones = 0;
  let printed = false;
  const read = (code: string) => {
    if (lane.screen !== 'pay') {
      if (lane.sale) lane.sale.count += 1;
      return;
    }
    phones += 1;
    lane.screen = phones % 2 === 0 ? 'done' : 'basket';
    lane.done = { receiptNo: `R-${code.length}`, totalFen: 1234, receipt: 'printed' };
    world.hangReceipt('printer-1', ['合计 12.34'], '<svg/>');
  };
  cables
    .get('scanner-1')
    ?.connect()
    ?.onBytes((bytes) => {
      heard += Buffer.from(bytes).toString();
      const codes = heard.split('\r');
      heard = codes.pop() ?? '';
      for (const code of codes) read(code);
    });
  const weigh = (plateId: string) => {
    const { grams, moving } = world.load(plateId);
    const kind = grams === 0 ? 'zero' : moving ? 'moving' : 'stable';
    return { weight: { kind, grams }, tiles: [{ sku: apple }] };
  };
  const tapLane = async (tap: Tap): Promise<Tapped> => {
    taps.push(tap.kind === 'choose' ? `choose by ${tap.by}` : tap.kind);
    if (tap.kind === 'choose' && lane.sale) lane.sale.count += 1;
    if (tap.kind === 'choose' || tap.kind === 'start') lane.screen = 'basket';
    if (tap.kind === 'find' || tap.kind === 'pay') lane.screen = tap.kind;
    return ok;
  };
  const screens: Screens = {
    lane: async () => ({ ...lane, weigh: weigh('plate-2') }),
    tapLane,
    counter: async (): Promise<CounterSeen> => ({
      screen: 'ready',
      weigh: weigh('plate-1'),
      label: { printed },
    }),
    tapCounter: async (tap) => {
      taps.push(`counter ${tap.kind}`);
      printed = tap.kind === 'print';
      if (printed) world.hangReceipt('printer-2', ['红富士'], '<svg/>', ['2100000000005']);
      return ok;
    },
  };
  const place = {
    world,
    screens,
    clock,
    wallets: store.wallets,
    lanePlate: 'plate-2',
    counterPlate: 'plate-1',
    scanner: 'scanner-1',
    receiptPrinter: 'printer-1',
    labelPrinter: 'printer-2',
  };
  return { place, screens, taps, world };
}

const plan: ShoppingPlan = {
  steps: [
    { how: 'weigh', sku: apple, pieces: 3 },
    { how: 'scan', sku: 'bottle', gtin: bottle, times: 2 },
    { how: 'label', sku: apple, pieces: 1 },
  ],
  payments: [
    { channel: 'wechat', behaviour: 'no-money' },
    { channel: 'wechat', behaviour: 'pays' },
  ],
  takesReceipt: true,
  pauseMs: 500,
};

async function play<T>(clock: SimulatedClock, going: Promise<T>): Promise<T> {
  let over = false;
  const settled = () => {
    over = true;
  };
  going.then(settled, settled);
  await clock.run(600_000, () => over);
  return going;
}

describe('a shopper', () => {
  it('weighs, scans, takes a label, pays with the second phone and takes the receipt', async () => {
    const clock = createSimulatedClock();
    const { place, taps, world, screens } = assistant(clock);
    const outcome = await play(clock, shop(plan, place));
    expect(outcome).toEqual({
      kind: 'paid',
      totalFen: 1234,
      receiptNo: 'R-21',
      receipt: 'printed',
      payments: 2,
    });
    expect((await screens.lane()).sale?.count).toBe(4);
    expect(taps.join(', ')).toBe(
      'start, find, choose by tile, counter choose, counter print, pay, pay, finish',
    );
    expect(world.receipts().every((receipt) => receipt.torn)).toBe(true);
    expect([...world.pieces('plate-1'), ...world.pieces('plate-2')]).toEqual([]);
  });

  it('gives up after a while, says where, and leaves the plates empty', async () => {
    const clock = createSimulatedClock();
    const { place, world, taps } = assistant(clock);
    world.unplug('scanner-1');
    const steps = plan.steps.slice(0, 2);
    const outcome = await play(clock, shop({ ...plan, steps }, place));
    expect(outcome).toMatchObject({ kind: 'left', step: 'scan bottle' });
    expect(taps.slice(-2)).toEqual(['discard', 'counter back']);
    expect(clock.monoMs()).toBeGreaterThan(20_000);
  });

  it('leaves when the screen refuses, with its words', async () => {
    const clock = createSimulatedClock();
    const { place, screens } = assistant(clock);
    const shut: Screens = { ...screens, tapLane: async () => ({ ok: false, refusal }) };
    const outcome = await play(clock, shop(plan, { ...place, screens: shut }));
    expect(outcome).toEqual({ kind: 'left', step: 'start', why: 'WRONG_SCREEN: 现在不行' });
  });

  it('cannot put down what the shop does not have: that is a mistake in the plan', async () => {
    const clock = createSimulatedClock();
    const { place } = assistant(clock);
    const wrong = { ...plan, steps: [{ how: 'weigh' as const, sku: 'dragon', pieces: 1 }] };
    await expect(play(clock, shop(wrong, place))).rejects.toThrow('GOOD_UNKNOWN: dragon');
  });
});

describe("shoppers' plans", () => {
  const many = (seed: number, habits = USUAL_HABITS) => {
    const random = createRandom(seed);
    return Array.from({ length: 300 }, () => planShopping(random, goods, habits));
  };

  it('replay from their seed', () => {
    expect(many(1)).toEqual(many(1));
    expect(many(1)).not.toEqual(many(2));
  });

  it('buy only what the shop has, in every way there is, and always end with a good phone', () => {
    const plans = many(3);
    const steps = plans.flatMap((it) => it.steps);
    const skus = new Set(goods.map((good) => good.sku));
    expect(steps.every((step) => skus.has(step.sku))).toBe(true);
    expect(new Set(steps.map((step) => step.how))).toEqual(new Set(['scan', 'weigh', 'label']));
    expect(plans.every((it) => it.payments.at(-1)?.behaviour === 'pays')).toBe(true);
    expect(plans.some((it) => it.payments.length === 2)).toBe(true);
  });

  it('avoid what they are told to avoid, and stay away from the scale where asked', () => {
    const avoid = new Set([apple]);
    const steps = many(5, { ...USUAL_HABITS, avoid, produceShare: 0 }).flatMap((it) => it.steps);
    expect(steps.every((step) => step.how === 'scan')).toBe(true);
    const produce = many(5, { ...USUAL_HABITS, avoid, produceShare: 1 }).flatMap((it) => it.steps);
    expect(produce.some((step) => step.sku === apple || step.how === 'scan')).toBe(false);
  });
});

describe('screens over HTTP', () => {
  it('are read and tapped as a page would, every tap under a key of its own', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['idempotency-key'] ?? ''}`);
      response.statusCode = request.url === '/api/counters/counter-9' ? 404 : 200;
      request.resume().on('end', () => response.end('{"ok":true,"screen":"attract"}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const at = { baseUrl, laneId: 'lane-1', counterId: 'counter-9', keyPrefix: 'shopper-1' };
    const screens = httpScreens(at);
    expect((await screens.lane()).screen).toBe('attract');
    await screens.tapLane({ kind: 'start' });
    await screens.tapCounter({ kind: 'print' });
    await expect(screens.counter()).rejects.toThrow('/api/counters/counter-9 answered 404');
    expect(seen).toEqual([
      'GET /api/lanes/lane-1 ',
      'POST /api/lanes/lane-1/commands shopper-1-0001',
      'POST /api/counters/counter-9/commands shopper-1-0002',
      'GET /api/counters/counter-9 ',
    ]);
    await new Promise((resolve) => server.close(resolve));
  });
});
