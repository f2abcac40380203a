import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBooks, type VendingBooks, vend } from '../../simulator/twins/vending-books.ts';
import { startVendingDex, type VendingFault } from '../../simulator/twins/vending-dex.ts';
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import { conforms, type Twin } from '../conformance.ts';
import type { AuditReading, ByteWire, DeviceEvent, DeviceNotes } from '../contract.ts';
import { fromHex } from '../hex.ts';
import { decodeHex } from '../index.ts';
import { checkOptions } from '../options.ts';
import { pickBelow, seededRandom } from '../random-for-tests.ts';
import { supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { dex } from './dex.ts';

const prices = { A1: 450, A2: 300, B1: 1200 };
const twinClock = (clock: ManualClock) => ({
  ...clock,
  wallMs: clock.monoMs,
  wallQuality: () => 'trusted' as const,
});

function plugIn(
  far: ByteWire,
  clock: ManualClock,
  books: VendingBooks,
  random: () => number,
  fault: () => VendingFault | undefined,
) {
  const write = (bytes: Uint8Array): void => void far.write(bytes).catch(() => undefined);
  const port = { onBytes: far.onBytes, write };
  return startVendingDex(port, { clock: twinClock(clock), books, random, fault });
}

const FAULTS: (VendingFault | undefined)[] = [
  ...(['silence', 'wrong-check', 'flipped', 'late', 'cut', 'stops', 'wrong-count'] as const),
  ...(['deaf', undefined, undefined, undefined, undefined, undefined] as const),
];

/** A machine that sells all the time; a reading must be what its books held a moment ago. */
function twinMachine(clock: ManualClock, random: () => number): Twin {
  const books = createBooks('YKF0000017', prices);
  const held: { count: number; atMs: number }[] = [];
  let fault: VendingFault | undefined;
  let running: ReturnType<typeof startVendingDex> | undefined;
  const count = () => books.cash.count + books.cashless.count;
  return {
    plug(far) {
      running?.close();
      running = plugIn(far, clock, books, random, () => fault);
    },
    step(random) {
      held.push({ count: count(), atMs: clock.monoMs() });
      vend(books, pickBelow(random, 3), pickBelow(random, 2) === 0 ? 'cash' : 'cashless');
      if (pickBelow(random, 30) === 0) fault = FAULTS[pickBelow(random, FAULTS.length)];
      if (pickBelow(random, 200) === 0) running?.begin();
    },
    wrong(event) {
      if (event.kind !== 'audit') return 'no audit';
      const sold = event.sales?.sinceStart.count ?? -1;
      const lately = held.filter(({ atMs }) => clock.monoMs() - atMs <= 60_000);
      const known = [count(), ...lately.map((each) => each.count)].includes(sold);
      const added = event.selections.reduce((sum, { sinceStart }) => sum + sinceStart.count, 0);
      if (added !== sold) return `${added} by selection, ${sold} in all`;
      return known ? undefined : `${sold} were never sold`;
    },
    heal() {
      fault = undefined;
    },
    close: () => running?.close(),
  };
}

conforms(dex, join(import.meta.dirname, 'golden/dex.txt'), {
  ...{ twin: twinMachine, leastEvents: 10, controlBytes: 2 },
});

function bench(given: Record<string, unknown> = {}, notes?: DeviceNotes) {
  const clock = manualClock();
  const books = createBooks('YKF0000017', prices);
  const at = {
    fault: undefined as VendingFault | undefined,
    far: undefined as ByteWire | undefined,
  };
  const events: AuditReading[] = [];
  const checked = checkOptions(dex, given);
  if (!checked.ok) throw new Error(checked.problem.en);
  let running: ReturnType<typeof startVendingDex> | undefined;
  const random = seededRandom(7);
  const kept = supervise({
    driver: dex,
    address: 'memory:dex',
    open: async () => {
      const [near, far] = memoryPair('memory:dex');
      running?.close();
      at.far = far;
      running = plugIn(far, clock, books, random, () => at.fault);
      return near;
    },
    options: checked.value,
    clock,
    ...(notes && { notes }),
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: (event: DeviceEvent) => void (event.kind === 'audit' && events.push(event)),
    onStatus: () => undefined,
  });
  const soon = async <T>(going: Promise<T> | undefined): Promise<T> => {
    let result: { value: T } | undefined;
    void going?.then((value) => {
      result = { value };
    });
    for (let passed = 0; result === undefined && passed < 60_000; passed += 50)
      await clock.advance(50);
    if (result === undefined) throw new Error('no outcome within a minute');
    return result.value;
  };
  return { clock, books, at, kept, events, soon, begin: () => running?.begin() };
}

describe('a vending machine', () => {
  test('names itself and is read, cash and card and every selection', async () => {
    const { clock, books, kept, events } = bench();
    vend(books, 0, 'cash');
    vend(books, 0, 'cash');
    vend(books, 2, 'cashless');
    await clock.advance(10_000);
    expect(kept.status()).toMatchObject({
      state: 'ok',
      identity: {
        ...{ manufacturer: 'YKF', model: 'YK-20', serialNumber: 'YKF0000017', firmware: '0105' },
      },
    });
    expect(events).toEqual([
      {
        ...{ kind: 'audit', atMs: expect.any(Number), decimals: 2, currency: '156' },
        ...{ serialNumber: 'YKF0000017', model: 'YK-20', build: '0105' },
        sales: {
          sinceStart: { count: 3, valueMinor: 2100 },
          sinceReset: { count: 3, valueMinor: 2100 },
        },
        cash: expect.objectContaining({ sinceStart: { count: 2, valueMinor: 900 } }),
        cashless: expect.objectContaining({ sinceStart: { count: 1, valueMinor: 1200 } }),
        selections: [
          expect.objectContaining({
            ...{ selection: 'A1', priceMinor: 450 },
            sinceStart: { count: 2, valueMinor: 900 },
          }),
          expect.objectContaining({ selection: 'A2', sinceStart: { count: 0, valueMinor: 0 } }),
          expect.objectContaining({ selection: 'B1', sinceStart: { count: 1, valueMinor: 1200 } }),
        ],
        events: [{ code: 'EJL', count: 2 }],
        unread: [],
      },
    ]);
    await kept.close();
  });

  test('read again says what was sold in between, also over a restart of the box', async () => {
    const kept: Record<string, string> = {};
    const notes: DeviceNotes = {
      durable: true,
      get: (key) => kept[key],
      set: (key, value) => {
        kept[key] = value;
      },
    };
    const first = bench({}, notes);
    vend(first.books, 0, 'cash');
    await first.clock.advance(10_000);
    expect(first.events[0]).not.toHaveProperty('soldSince');
    await first.kept.close();
    const second = bench({}, notes);
    for (const index of [0, 1, 1]) vend(second.books, index, 'cash');
    await second.clock.advance(10_000);
    expect(second.events[0]?.soldSince).toEqual({ count: 2, valueMinor: 600 });
    expect(second.events[0]?.selections.map(({ soldSince }) => soldSince?.count)).toEqual([
      0, 2, 0,
    ]);
    await second.kept.close();
  });

  test('whose counters were set up anew has sold what they say since', async () => {
    const { clock, books, kept, events, soon } = bench();
    for (let n = 0; n < 5; n++) vend(books, 0, 'cash');
    await clock.advance(10_000);
    Object.assign(books, createBooks('YKF0000017', prices));
    vend(books, 1, 'cash');
    expect((await soon(kept.device()?.audit())).ok).toBe(true);
    expect(events[1]?.soldSince).toEqual({ count: 1, valueMinor: 300 });
    await kept.close();
  });

  test('is asked by hand while it is being read, and read once', async () => {
    const { clock, kept, events, soon } = bench();
    await clock.advance(10_000);
    const device = kept.device();
    const [one, two] = [device?.audit(), device?.audit()];
    expect(await soon(one)).toEqual(await soon(two));
    expect(events).toHaveLength(2);
    await kept.close();
  });

  test('that begins by itself is let speak', async () => {
    const { clock, kept, events, books, begin } = bench();
    await clock.advance(10_000);
    vend(books, 0, 'cash');
    begin();
    await clock.advance(10_000);
    expect(events).toHaveLength(2);
    expect(events[1]?.soldSince?.count).toBe(1);
    await kept.close();
  });

  test.each<[VendingFault, string]>([
    ['flipped', 'NAK brings the block again'],
    ['deaf', 'a lost acknowledgement is said again and nothing counts twice'],
  ])('with the fault %s is read all the same: %s', async (fault) => {
    const { clock, kept, at, books, events, soon } = bench();
    await clock.advance(10_000);
    at.fault = fault;
    for (let n = 0; n < 7; n++) vend(books, n % 3, 'cashless');
    expect(await soon(kept.device()?.audit())).toMatchObject({ ok: true });
    expect(events.at(-1)?.sales?.sinceStart.count).toBe(7);
    await kept.close();
  });

  test.each<[VendingFault, object, string | undefined]>([
    ['silence', { reason: 'no-answer' }, undefined],
    ['late', { reason: 'no-answer' }, undefined],
    ['cut', { reason: 'no-answer' }, undefined],
    ['wrong-check', { reason: 'broken' }, 'AUDIT_BROKEN'],
    ['stops', { reason: 'broken' }, 'AUDIT_BROKEN'],
    ['wrong-count', { reason: 'broken' }, 'AUDIT_BROKEN'],
  ])('with the fault %s gives no counter and says why', async (fault, outcome, reason) => {
    const { clock, kept, at, books, events, soon } = bench();
    await clock.advance(10_000);
    at.fault = fault;
    vend(books, 0, 'cash');
    const told = await soon(kept.device()?.audit());
    expect(told).toMatchObject({ ok: false, ...outcome });
    expect(events).toHaveLength(1);
    expect(kept.status().reason).toBe(reason);
    at.fault = undefined;
    await clock.advance(60_000);
    expect(kept.status()).toMatchObject({ state: 'ok' });
    expect(events.at(-1)?.soldSince?.count).toBe(1);
    await kept.close();
  });

  test('whose file is broken is told line and reason', async () => {
    const { clock, kept, at } = bench();
    at.fault = 'wrong-count';
    await clock.advance(10_000);
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'AUDIT_BROKEN' });
    expect(kept.status().detail).toEqual({
      zh: '机器说 16 行，收到 15 行',
      en: 'the machine says 16 lines, 15 came',
    });
    await kept.close();
  });

  test('silent for three audits is gone, and is found again by itself', async () => {
    const { clock, kept, at } = bench();
    await clock.advance(10_000);
    at.fault = 'silence';
    await clock.advance(3_700_000);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    at.fault = undefined;
    await clock.advance(30_000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
    expect(clock.timers()).toBe(0);
  });

  test('with noise for an answer is another device', async () => {
    const { clock, kept, at } = bench();
    await clock.advance(0);
    at.fault = 'silence';
    at.far?.onBytes(() => void at.far?.write(Uint8Array.of(0x41, 0x42)));
    await clock.advance(1500);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });
});

test('a machine that XORs a constant onto its CRC is read with that constant', () => {
  const bytes = fromHex('10 02 53 54 2A 30 30 31 2A 30 30 30 31 0D 0A 10 17 73 B0');
  const read = (crcXor: number) => decodeHex('dex', bytes ?? new Uint8Array(), { crcXor });
  expect(read(0xffff)).toEqual([{ kind: 'block', text: 'ST*001*0001\r\n', last: false }]);
  expect(read(0)[0]).toMatchObject({ kind: 'discarded' });
});
