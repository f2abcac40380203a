import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ModbusFault, weighingCell } from '../../simulator/twins/modbus-slaves.ts';
import type { ManualClock } from '../clock-for-tests.ts';
import { conforms, type Twin } from '../conformance.ts';
import { busBench, plugSlaves } from '../modbus.fixture.ts';
import { checkOptions } from '../options.ts';
import { pickBelow } from '../random-for-tests.ts';
import { cellReader, countsOf, modbusShelf } from './modbus-shelf.ts';

const FAULTS: (ModbusFault | undefined)[] = [
  'silence',
  'wrong-check',
  'late',
  'busy',
  'half-answer',
  undefined,
  undefined,
  undefined,
];

/** Two cells; a stable weight must have lain there while it was read three times. */
function twinShelf(clock: ManualClock): Twin {
  const loads = [0, 0];
  let before: { loads: number[]; untilMs: number }[] = [];
  let fault: ModbusFault | undefined;
  let running: { close(): void } | undefined;
  const slaves = new Map([
    [1, weighingCell(() => loads[0] ?? 0)],
    [2, weighingCell(() => loads[1] ?? 0)],
  ]);
  return {
    plug(far) {
      running?.close();
      running = plugSlaves(far, clock, slaves, () => fault);
    },
    step(random) {
      fault = FAULTS[pickBelow(random, FAULTS.length)];
      if (random() < 0.7) return;
      before = [...before, { loads: [...loads], untilMs: clock.monoMs() }].slice(-8);
      loads[pickBelow(random, 2)] = pickBelow(random, 40_000) - 5000;
    },
    wrong(event) {
      if (event.kind !== 'shelf-weight' || event.state !== 'stable') return undefined;
      const at = event.cell - 1;
      // An answer may be as old as its deadline allows.
      const lately = before.filter(({ untilMs }) => clock.monoMs() - untilMs <= 500);
      const truths = [loads, ...lately.map((old) => old.loads)].map((all) => all[at] ?? 0);
      const near = truths.some((grams) => Math.max(0, grams) === event.grams && grams <= 30_000);
      return near ? undefined : `${event.grams} g while ${loads[at]} g lay there`;
    },
    heal() {
      fault = undefined;
      loads.fill(1234);
    },
    close: () => running?.close(),
  };
}

conforms(modbusShelf, join(import.meta.dirname, 'golden/modbus-shelf.txt'), { twin: twinShelf });

const profile = (words: 1 | 2, wordOrder: 'high-first' | 'low-first', signed: boolean) => ({
  function: 3 as const,
  register: 0,
  words,
  wordOrder,
  signed,
});

describe('the number in the registers', () => {
  test.each([
    [[0, 1234], profile(2, 'high-first', true), 1234],
    [[1234, 0], profile(2, 'low-first', true), 1234],
    [[1, 0], profile(2, 'high-first', true), 65_536],
    [[0xffff, 0xff83], profile(2, 'high-first', true), -125],
    [[0xff83, 0xffff], profile(2, 'low-first', true), -125],
    [[0xffff, 0xffff], profile(2, 'high-first', false), 4_294_967_295],
    [[0x8000, 0], profile(2, 'high-first', true), -2_147_483_648],
    [[0xff83], profile(1, 'high-first', true), -125],
    [[0xff83], profile(1, 'high-first', false), 65_411],
  ])('%j by %j is %d', (words, how, counts) => {
    expect(countsOf(words, how)).toBe(counts);
  });
});

/** One cell, without a bus. */
function reader(given: Record<string, unknown> = {}) {
  const checked = checkOptions(modbusShelf, given);
  if (!checked.ok) throw new Error(checked.problem.en);
  const settings = checked.value as Parameters<typeof cellReader>[1];
  const cell = cellReader(profile(2, 'high-first', true), settings);
  const words = (counts: number) => [(counts >>> 16) & 0xffff, counts & 0xffff];
  return { cell, weigh: (counts: number) => cell.weigh(words(counts)) };
}

describe('a weight on a shelf', () => {
  test('counts at the third equal reading', () => {
    const { weigh } = reader();
    expect([612, 612, 612].map(weigh)).toEqual([
      { state: 'moving' },
      { state: 'moving' },
      { state: 'stable', grams: 612 },
    ]);
    expect(weigh(700)).toEqual({ state: 'moving' });
  });

  test('that creeps is moving, though every step is small', () => {
    const { weigh } = reader();
    const states = [600, 602, 604, 606, 608, 610].map((counts) => weigh(counts).state);
    expect(states.filter((state) => state === 'stable')).toEqual([]);
  });

  test.each([
    [-6, { state: 'underload' }],
    [30_001, { state: 'overload' }],
    [0x7fff_ffff, { state: 'fault', fault: 'sensor' }],
    [-0x8000_0000, { state: 'fault', fault: 'sensor' }],
  ])('of %d is none, however often it is read', (counts, seen) => {
    const { weigh } = reader();
    for (let time = 0; time < 5; time++) expect(weigh(counts)).toEqual(seen);
  });

  test('a hair below zero is zero, and a fault begins the count anew', () => {
    const { cell, weigh } = reader();
    expect([-3, -3, -3].map(weigh).at(-1)).toEqual({ state: 'stable', grams: 0 });
    weigh(612);
    weigh(612);
    expect(cell.fault('silent')).toEqual({ state: 'fault', fault: 'silent' });
    expect(weigh(612)).toEqual({ state: 'moving' });
  });

  test('is whole grams, whatever a count stands for', () => {
    const tenth = reader({ countsPerGram: 10 });
    expect([6123, 6123, 6123].map(tenth.weigh).at(-1)).toEqual({ state: 'stable', grams: 612 });
    const ten = reader({ gramsPerCount: 10 });
    expect([61, 61, 61].map(ten.weigh).at(-1)).toEqual({ state: 'stable', grams: 610 });
  });
});

describe('cells on a bus', () => {
  const both = () =>
    new Map([
      [1, weighingCell(() => 1234)],
      [7, weighingCell(() => 500)],
    ]);

  test('are read one after the other and told apart', async () => {
    const { clock, events, kept } = busBench(modbusShelf, { cells: [1, 7] }, both());
    await clock.advance(2000);
    expect(kept.status().state).toBe('ok');
    expect(events).toContainEqual(expect.objectContaining({ cell: 1, grams: 1234 }));
    expect(events).toContainEqual(expect.objectContaining({ cell: 7, grams: 500 }));
    await kept.close();
  });

  test('one that is missing is named, and the others weigh on', async () => {
    const { clock, events, kept } = busBench(modbusShelf, { cells: [1, 9] }, both());
    await clock.advance(4000);
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'SCALE_FAULT' });
    expect(kept.status().detail?.en).toContain('9: silent');
    expect(events).toContainEqual(expect.objectContaining({ cell: 1, state: 'stable' }));
    expect(events).toContainEqual(expect.objectContaining({ cell: 9, fault: 'silent' }));
    await kept.close();
  });

  test('of another make are the wrong device', async () => {
    const { clock, kept } = busBench(modbusShelf, { profile: 'kpr' }, both());
    await clock.advance(300);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });

  test('take their load as tare, one by one', async () => {
    const { clock, events, kept, soon, heard } = busBench(modbusShelf, { cells: [1, 7] }, both());
    await clock.advance(1000);
    expect(await soon(kept.device()?.tare?.(1))).toEqual({ ok: true });
    expect(heard).toContain('01100008000102000226d9');
    expect(await soon(kept.device()?.tare?.(3))).toEqual({ ok: false, reason: 'NO_SUCH_CELL' });
    events.length = 0;
    await clock.advance(1500);
    expect(events).toContainEqual(expect.objectContaining({ cell: 1, state: 'stable', grams: 0 }));
    expect(events).toContainEqual(expect.objectContaining({ cell: 7, grams: 500 }));
    await kept.close();
  });

  test('say why they take no tare, and a make without one has none', async () => {
    const { bus, clock, kept, soon } = busBench(modbusShelf, { cells: [1] }, both());
    await clock.advance(500);
    bus.fault = 'busy';
    expect(await soon(kept.device()?.tare?.(1))).toEqual({ ok: false, reason: 'EXCEPTION_06' });
    bus.fault = 'silence';
    expect(await soon(kept.device()?.tare?.(1))).toEqual({ ok: false, reason: 'NO_REPLY' });
    await kept.close();
    const other = busBench(modbusShelf, { profile: 'custom', custom: { words: 2 } }, both());
    await other.clock.advance(500);
    expect(other.kept.device()).toBeDefined();
    expect(other.kept.device()?.tare).toBeUndefined();
    await other.kept.close();
  });
});
