/** The payment desk against a terminal that says what the test wants, in simulated time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Device,
  PaymentOutcome,
  PaymentStatus,
  PaymentTerminal,
  ReversalOutcome,
} from '../../drivers/contract.ts';
import { createSimulatedClock, type SimulatedClock } from '../../simulator/simulated-clock.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import { LedgerError } from '../ledger/errors.ts';
import { openLedger } from '../ledger/open.ts';
import {
  countingIds,
  ledgerOptions,
  priceBook,
  requestTender,
  temporaryDirectory,
  WATER,
} from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { createBasket } from './basket.ts';
import { createPaymentDesk, type PaymentDesk } from './payments.ts';

const PRICE = WATER.unitPriceFen;
const captured: PaymentOutcome = { kind: 'captured', amountFen: PRICE, providerRef: 'ref-1' };
const silence = { kind: 'unknown', reason: 'timeout' } as const;
const refused: ReversalOutcome = { kind: 'refused', reason: 'ORDERNOTEXIST', retry: false };

let says: { pay: PaymentOutcome; status: PaymentStatus; reverse: ReversalOutcome };
let calls: { what: 'pay' | 'status' | 'reverse'; atMs: number }[];
let clock: SimulatedClock;
let timers: Set<object>;
let ledger: Ledger;
let desk: PaymentDesk;
let diskFull: boolean;
let dir: ReturnType<typeof temporaryDirectory>;

/** Everything a restart loses: the basket, the desk and what it remembers. */
function startDesk() {
  const asked =
    <T>(what: 'pay' | 'status' | 'reverse', answer: () => T) =>
    async () => {
      calls.push({ what, atMs: clock.monoMs() });
      return answer();
    };
  const terminal: PaymentTerminal = {
    kind: 'payment',
    pay: asked('pay', () => says.pay),
    status: asked('status', () => says.status),
    reverse: asked('reverse', () => says.reverse),
    refund: async () => ({ kind: 'unknown', reason: 'timeout' }),
    close: async () => {},
  };
  const device: StoreDevice = {
    ...{ id: 'pay-1', kind: 'payment', driver: 'code-pay' },
    config: { id: 'pay-1', driver: 'code-pay', address: '' },
    current: <D extends Device>() => terminal as Device as D,
    status: () => ({ state: 'ok', sinceMs: 0, connection: 1, statistics: {} }),
    view: () => {
      throw new Error('nobody looks at it here');
    },
    ...{ onEvent() {}, onStatus() {}, restart() {}, close: async () => {} },
  };
  const books: Ledger = {
    ...ledger,
    append(request) {
      if (diskFull) throw new LedgerError('DISK_FULL', 'no room');
      return ledger.append(request);
    },
  };
  const basket = createBasket('lane-1', books);
  desk = createPaymentDesk({
    ...{ laneId: 'lane-1', ledger: books, basket, terminal: device, clock, log: silentLog },
    channels: ['wechat', 'alipay', 'code'],
    ids: countingIds('desk-'),
    onChange() {},
  });
  return basket;
}

beforeEach(() => {
  const simulated = createSimulatedClock();
  timers = new Set();
  clock = {
    ...simulated,
    after(delayMs, fn) {
      const timer = {};
      timers.add(timer);
      const cancel = simulated.after(delayMs, () => timers.delete(timer) && fn());
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
  };
  dir = temporaryDirectory();
  ledger = openLedger(ledgerOptions(dir.dir, { clock }));
  ledger.activatePriceBook(priceBook(1), 'a'.repeat(64));
  diskFull = false;
  calls = [];
  says = { pay: silence, status: silence, reverse: silence };
});
afterEach(() => {
  desk.close();
  expect(timers.size, 'closing leaves no timer').toBe(0);
  ledger.close();
  dir.free();
});

/** One bottle, and a payment asked for with whatever the terminal says. */
function charge() {
  const basket = startDesk();
  const start = { kind: 'start', saleId: 'sale-1', laneId: 'lane-1', priceBookVersion: 1 } as const;
  basket.decide(start);
  const choice = { by: 'scan' } as const;
  basket.decide({ kind: 'add-item', lineId: 'line-1', item: WATER, quantity: 1, choice });
  basket.decide(requestTender('tender-1'));
  desk.submit('sale-1', basket.current()!.tenders[0]!, '130000000000000001');
  return basket;
}

const tender = () => ledger.sale('sale-1')!.tenders[0]!;
const becomes = (state: string, ms = 3_600_000) => clock.run(ms, () => tender().state === state);
const count = (what: string) => calls.filter((call) => call.what === what).length;

describe('a reversal the acquirer refuses for good', () => {
  it.each<[string, PaymentStatus, string]>([
    ['of an order it never knew, is done: nothing was charged', { kind: 'not-found' }, 'reversed'],
    ['of an order that failed, is done', { kind: 'declined', reason: 'PAYERROR' }, 'reversed'],
    ['of an order it had closed itself, is done', { kind: 'reversed' }, 'reversed'],
    ['of money it kept, goes on and is on the books', captured, 'reversing'],
    [
      'of an order still undecided, goes on',
      { kind: 'waiting', reason: 'USERPAYING' },
      'reversing',
    ],
    ['and says nothing more, goes on', silence, 'reversing'],
  ])('%s', async (_, status, end) => {
    charge();
    expect(await becomes('reversing')).toBe(true);
    says = { ...says, status, reverse: refused };
    await becomes('reversed');
    expect(tender().state).toBe(end);
    expect(tender().capturedFen).toBe(status.kind === 'captured' ? PRICE : undefined);
    const before = calls.length;
    await clock.run(3_600_000);
    // At most every five minutes: asked to reverse, then asked what became of it.
    expect(calls.length - before).toBeLessThanOrEqual(end === 'reversed' ? 0 : 26);
  });

  it('is not believed lost before 45 seconds have passed, also after a restart', async () => {
    const basket = charge();
    await clock.run(1_000);
    desk.cancel('sale-1', basket.current()!.tenders[0]!);
    says = { ...says, status: { kind: 'not-found' }, reverse: refused };
    await clock.run(40_000);
    expect(tender().state).toBe('reversing');
    desk.close();
    startDesk();
    desk.resume();
    const restartedMs = clock.monoMs();
    expect(await becomes('reversed')).toBe(true);
    expect(clock.monoMs() - restartedMs).toBeGreaterThanOrEqual(45_000);
    expect(ledger.sale('sale-1')?.phase).toBe('open');
  });
});

describe('a full disk', () => {
  it('while the answer arrives only delays it: the money is on the books once there is room', async () => {
    says.pay = captured;
    charge();
    diskFull = true;
    await clock.run(60_000);
    expect(tender().state).toBe('requested');
    says.status = captured;
    await clock.run(60_000);
    expect(tender().state).toBe('requested');
    const asked = calls.length;
    expect(asked, 'no busy loop').toBeLessThan(40);
    diskFull = false;
    expect(await becomes('captured', 60_000)).toBe(true);
    expect(ledger.sale('sale-1')?.phase).toBe('completed');
    expect(count('pay')).toBe(1);
  });
});

describe('the desk', () => {
  it('submits once, asks every five seconds, reverses after 45 and never asks faster', async () => {
    charge();
    await becomes('reversing');
    expect(count('pay')).toBe(1);
    expect(clock.monoMs()).toBeGreaterThanOrEqual(45_000);
    const asked = calls.filter(({ what }) => what === 'status').map(({ atMs }) => atMs);
    const gaps = asked.slice(1).map((atMs, at) => atMs - asked[at]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000);
    says.reverse = { kind: 'reversed' };
    expect(await becomes('reversed')).toBe(true);
    expect(desk.askedMs('tender-1'), 'nothing is remembered of what is over').toBeUndefined();
  });

  it('sends back money that arrives after the shopper had cancelled', async () => {
    const basket = charge();
    await clock.run(1_000);
    desk.cancel('sale-1', basket.current()!.tenders[0]!);
    says = { ...says, status: captured, reverse: refused };
    await clock.run(20_000);
    expect(tender()).toMatchObject({ state: 'reversing', capturedFen: PRICE });
    says.reverse = { kind: 'reversed' };
    expect(await becomes('reversed')).toBe(true);
  });
});
