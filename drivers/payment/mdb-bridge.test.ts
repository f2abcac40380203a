import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CardKind, type MdbFault, startMdbReader } from '../../simulator/twins/mdb-reader.ts';
import { type ManualClock, manualClock, settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { ByteWire, DeviceNotes, PaymentOutcome, PaymentTerminal } from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { toHex } from '../hex.ts';
import { checkOptions } from '../options.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { memoryPair } from '../wire/memory.ts';
import { mdbBridge } from './mdb-bridge.ts';
import { mdbFrame } from './mdb-frames.ts';

const goldenPath = join(import.meta.dirname, 'golden/mdb-bridge.txt');
conforms(mdbBridge, goldenPath);

test('every golden sentence is framed as it stands', () => {
  for (const { direction, bytes } of parseGolden(readFileSync(goldenPath, 'utf8')).lines) {
    if (direction !== 'tx') continue;
    expect(toHex(mdbFrame([...bytes.subarray(3, -3)]))).toBe(toHex(bytes));
  }
});

function keptNotes(): DeviceNotes {
  const kept = new Map<string, string>();
  return {
    durable: true,
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
  };
}

interface World {
  clock: ManualClock;
  notes: DeviceNotes;
  fault: { now: MdbFault | undefined };
  twin: ReturnType<typeof startMdbReader> | undefined;
}

const newWorld = (): World => ({
  clock: manualClock(),
  notes: keptNotes(),
  fault: { now: undefined },
  twin: undefined,
});

/** Connects to the reader of a world, which outlives its cable. */
async function plug(world: World, options: object = {}, reader: object = {}, notes = world.notes) {
  const { clock } = world;
  const [near, far] = memoryPair();
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const cable = { far };
  far.onBytes((bytes) => listener(bytes));
  const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
  const port = {
    onBytes: (each: (bytes: Uint8Array) => void) => {
      listener = each;
    },
    write: (bytes: Uint8Array) => void cable.far.write(bytes).catch(() => undefined),
  };
  const twin = startMdbReader(port, { clock: time, fault: () => world.fault.now, ...reader });
  world.twin = twin;
  const checked = checkOptions(mdbBridge, options as Record<string, unknown>);
  if (!checked.ok) throw new Error(checked.problem.en);
  const said: Record<string, unknown> = {};
  const nothing = (): void => undefined;
  const connecting = mdbBridge.connect(near, checked.value, {
    clock,
    log: { debug: nothing, warn: nothing },
    signal: new AbortController().signal,
    connection: 1,
    notes,
    alive: nothing,
    emit: nothing,
    warn: nothing,
    count: nothing,
    identify: (identity) => Object.assign(said, identity),
  });
  const device: PaymentTerminal = await until(clock, connecting);
  return { device, twin, near, far, said };
}

async function until<T>(clock: ManualClock, going: Promise<T>, limitMs = 300_000): Promise<T> {
  let over = false;
  const watched = going.finally(() => {
    over = true;
  });
  watched.catch(() => undefined);
  for (let passed = 0; !over && passed < limitMs; passed += 50) await clock.advance(50);
  return watched;
}

const order = (orderNo: string, amountFen = 1234) => ({ orderNo, amountFen, description: '一刻' });

describe('a sale', () => {
  test('takes the money with VEND SUCCESS, and the reader is shut before and after', async () => {
    const world = newWorld();
    const { device, twin, said } = await plug(world);
    expect(said).toMatchObject({ manufacturer: 'SIM', serialNumber: '123456789012' });
    expect(twin.enabled()).toBe(false);
    const paying = device.pay(order('A1'));
    await world.clock.advance(1000);
    expect(twin.enabled()).toBe(true);
    expect(await device.status('A1')).toEqual({ kind: 'waiting', reason: 'AT_READER' });
    expect(await device.pay(order('A2'))).toEqual({ kind: 'declined', reason: 'TERMINAL_BUSY' });
    twin.present('pays');
    const paid = { kind: 'captured', amountFen: 1234, providerRef: '123456789012/A1' };
    expect(await until(world.clock, paying)).toEqual(paid);
    expect(twin.till).toEqual({ taken: 1234, givenBack: 0 });
    expect(twin.enabled()).toBe(false);
    expect(await device.pay(order('A1'))).toEqual(paid);
    expect(await device.status('A1')).toEqual(paid);
    expect(twin.till.taken).toBe(1234);
    expect(await device.reverse('A1')).toMatchObject({ kind: 'refused', retry: false });
    const refund = { refundNo: 'R1', orderNo: 'A1', amountFen: 1, paidFen: 1234 };
    expect(await device.refund(refund)).toMatchObject({ kind: 'refused' });
    await device.close();
  });

  test.each<[CardKind, string]>([
    ['denies', 'DENIED'],
    ['withdrawn', 'CANCELLED_AT_READER'],
    ['other-amount', 'AMOUNT_CHANGED'],
    ['never-answers', 'DENIED'],
  ])('with a card that %s takes nothing: %s', async (card, reason) => {
    const world = newWorld();
    const { device, twin } = await plug(world, { payTimeoutMs: 5000 });
    twin.present(card);
    expect(await until(world.clock, device.pay(order('A1')))).toEqual({ kind: 'declined', reason });
    expect(twin.till.taken).toBe(0);
    expect(await device.reverse('A1')).toEqual({ kind: 'reversed' });
    // The reader serves the next one.
    await world.clock.advance(3000);
    twin.present('pays');
    expect(await until(world.clock, device.pay(order('A2')))).toMatchObject({ kind: 'captured' });
  });

  test('without a card ends by itself, and at once when it is cancelled', async () => {
    const world = newWorld();
    const { device, twin } = await plug(world, { payTimeoutMs: 5000 });
    expect(await until(world.clock, device.pay(order('A1')))).toEqual({
      kind: 'declined',
      reason: 'NO_CARD',
    });
    const paying = device.pay(order('A2'));
    await world.clock.advance(500);
    expect(await device.reverse('A2')).toMatchObject({ kind: 'unknown' });
    expect(await until(world.clock, paying)).toEqual({ kind: 'declined', reason: 'CANCELLED' });
    expect(await device.reverse('A2')).toEqual({ kind: 'reversed' });
    expect(await device.pay(order('A2'))).toEqual({ kind: 'declined', reason: 'REVERSED' });
    expect(twin.enabled()).toBe(false);
  });

  test.each([
    [{ scale: 5 }, 1230, 'captured'],
    [{ scale: 5 }, 1234, 'declined'],
    [{ decimals: 1 }, 1230, 'captured'],
    [{ decimals: 0 }, 1230, 'declined'],
    [{}, 70_000, 'declined'],
  ])('on a reader of %j, %s fen is %s', async (reader, amountFen, kind) => {
    const world = newWorld();
    const { device, twin } = await plug(world, { payTimeoutMs: 5000 }, reader);
    twin.present('pays');
    expect(await until(world.clock, device.pay(order('A1', amountFen)))).toMatchObject({ kind });
  });
});

describe('when it breaks', () => {
  test('a lost ACK of VEND SUCCESS leaves an order nobody knows, and it is not asked again', async () => {
    const world = newWorld();
    const { device, twin, near } = await plug(world);
    twin.present('pays');
    world.fault.now = 'deaf-to-success';
    const unknown = { kind: 'unknown', reason: 'SUCCESS_UNCONFIRMED' };
    expect(await until(world.clock, device.pay(order('A1')))).toEqual(unknown);
    expect(await device.reverse('A1')).toMatchObject({ kind: 'unknown' });
    await near.close();
    world.fault.now = undefined;
    const again = await plug(world);
    expect(await again.device.status('A1')).toEqual(unknown);
    expect(await again.device.pay(order('A1'))).toEqual(unknown);
  });

  test('a cable pulled before approval took nothing, as the reset of the next connection proves', async () => {
    const world = newWorld();
    const { device, twin, far } = await plug(world);
    twin.present('never-answers');
    const paying = device.pay(order('A1'));
    for (let waited = 0; !twin.heard().some((block) => block.startsWith('1300')); waited++) {
      expect(waited).toBeLessThan(100);
      await world.clock.advance(50);
    }
    await far.close();
    expect(await until(world.clock, paying)).toEqual({ kind: 'unknown', reason: 'NO_REPLY' });
    const again = await plug(world);
    expect(await again.device.status('A1')).toEqual({ kind: 'declined', reason: 'READER_RESET' });
  });

  test.each<[string, MdbFault, object, string]>([
    ['a silent reader', 'silence', {}, 'NO_REPLY'],
    ['a spoilt line', 'wrong-check', {}, 'WRONG_DEVICE'],
  ])('%s is told at once', async (_, fault, reader, code) => {
    const world = newWorld();
    world.fault.now = fault;
    await expect(plug(world, {}, reader)).rejects.toMatchObject({ code });
  });

  test('a reader of another currency sells nothing here', async () => {
    await expect(plug(newWorld(), {}, { currency: 978 })).rejects.toMatchObject({
      code: 'WRONG_DEVICE',
    });
  });

  test('a broken reader declines', async () => {
    const world = newWorld();
    const { device } = await plug(world);
    world.fault.now = 'malfunction';
    expect(await until(world.clock, device.pay(order('A1')))).toEqual({
      kind: 'declined',
      reason: 'READER_FAULT',
    });
  });

  test('closing leaves no timer', async () => {
    const world = newWorld();
    const { device, twin } = await plug(world);
    const paying = device.pay(order('A1'));
    await world.clock.advance(400);
    await device.close();
    expect(await until(world.clock, paying)).toMatchObject({ kind: 'declined' });
    twin.close();
    await settle();
    expect(world.clock.timers()).toBe(0);
  });
});

const CARDS: (CardKind | undefined)[] = [
  'pays',
  'pays',
  'denies',
  'withdrawn',
  'never-answers',
  'other-amount',
  undefined,
];
const FAULTS: (MdbFault | undefined)[] = [
  undefined,
  undefined,
  'silence',
  'wrong-check',
  'late',
  'malfunction',
  'deaf-to-success',
];

test('whatever happens, what we call captured is what the reader took, and declined is nothing', async () => {
  const random = seededRandom(testSeed('mdb-bridge sales'));
  const kinds: Record<string, number> = {};
  for (let round = 0; round < 120; round++) {
    const world = newWorld();
    const { device, twin, far } = await plug(world, { payTimeoutMs: 5000 });
    twin.present(CARDS[pickBelow(random, CARDS.length)]);
    const going: Promise<PaymentOutcome> = device.pay(order('A1'));
    await world.clock.advance(pickBelow(random, 1500));
    world.fault.now = FAULTS[pickBelow(random, FAULTS.length)];
    if (pickBelow(random, 4) === 0) await device.reverse('A1');
    await world.clock.advance(pickBelow(random, 2000));
    if (pickBelow(random, 4) === 0) await (far as ByteWire).close();
    if (pickBelow(random, 2) === 0) world.fault.now = undefined;
    const outcome = await until(world.clock, going);
    const { taken } = twin.till;
    kinds[outcome.kind] = (kinds[outcome.kind] ?? 0) + 1;
    if (outcome.kind === 'captured') expect(taken, `round ${round}`).toBe(1234);
    if (outcome.kind === 'declined') expect(taken, `round ${round}`).toBe(0);
    expect(outcome.kind === 'waiting').toBe(false);
    await device.close();
    twin.close();
  }
  expect(Object.keys(kinds).sort()).toEqual(['captured', 'declined', 'unknown']);
});
