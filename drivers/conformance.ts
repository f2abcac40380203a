/**
 * One suite for every driver that decodes bytes: what the golden file says, and what every device
 * does to a driver sooner or later. A driver's own test calls `conforms` and adds its oddities.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ManualClock, manualClock, settle } from './clock-for-tests.ts';
import {
  boundTests,
  type CodecBench,
  type CodecLimits,
  goldenTests,
  noiseTests,
} from './conformance-codec.ts';
import type {
  ByteWire,
  Device,
  DeviceEvent,
  DeviceStatus,
  Driver,
  DriverContext,
} from './contract.ts';
import { parseGolden } from './golden.ts';
import { checkOptions } from './options.ts';
import { pickBelow, seededRandom, testSeed } from './random-for-tests.ts';
import { type Supervised, supervise } from './supervise.ts';
import { memoryPair } from './wire/memory.ts';

/** Something that plays the device, and knows what is true in its small world. */
export interface Twin {
  /** Plugs the device into a new wire; the one before is dead. */
  plug(far: ByteWire): void;
  /** Does one random thing to the world: moves a load, breaks an answer, mends it. */
  step(random: () => number): void;
  /** What is wrong with an event, given the world; undefined where it is true. */
  wrong(event: DeviceEvent): string | undefined;
  /** Mends everything. */
  heal(): void;
  close(): void;
}

export interface ConformanceOptions extends CodecLimits {
  /** Starts a device in simulated time. */
  twin?: (clock: ManualClock, random: () => number) => Twin;
  /** Fewest events of the thousand steps; fewer than 100 where one takes seconds to read. */
  leastEvents?: number;
}

interface Bench extends CodecBench {
  options: ConformanceOptions;
}

/** Registers the suite for one driver and one golden file. */
export function conforms(
  driver: Driver,
  goldenPath: string,
  options: ConformanceOptions = {},
): void {
  const golden = parseGolden(readFileSync(goldenPath, 'utf8'));
  const checked = checkOptions(driver, golden.options);
  if (!checked.ok) throw new Error(checked.problem.en);
  const bench: Bench = { driver, golden, settings: checked.value, options };
  describe(`${driver.name} keeps to ${goldenPath.split('/').at(-1)}`, () => {
    goldenTests(bench);
    if (!options.messages) noiseTests(bench);
    boundTests(bench);
  });
  if (!driver.links.includes('memory') || driver.links.includes('http')) return;
  describe(`${driver.name} in the life of a wire`, () => {
    lifeTests(bench);
    if (options.twin) twinTests(bench, options.twin);
  });
}

const quiet = { debug: () => undefined, warn: () => undefined };

function keep(
  bench: Bench,
  clock: ManualClock,
  plug: (far: ByteWire) => void,
  onEvent: (event: DeviceEvent) => void = () => undefined,
): Supervised<Device> {
  return supervise({
    driver: bench.driver,
    address: 'memory:conformance',
    open: async () => {
      const [near, far] = memoryPair('memory:conformance');
      plug(far);
      return near;
    },
    options: bench.settings,
    clock,
    log: quiet,
    random: () => 0.5,
    onEvent,
    onStatus: () => undefined,
  });
}

function bareContext(clock: ManualClock, signal: AbortSignal): DriverContext {
  const nothing = (): void => undefined;
  const log = quiet;
  return {
    clock,
    log,
    signal,
    connection: 1,
    alive: nothing,
    emit: nothing,
    warn: nothing,
    count: nothing,
  };
}

function lifeTests(bench: Bench): void {
  const { driver, settings } = bench;
  // A device that is silent by nature (a scanner) is there as soon as its port is open.
  test.skipIf(driver.silenceMs === undefined)(
    'a silent line is no device, but may be later',
    async () => {
      const clock = manualClock();
      const abort = new AbortController();
      const [near] = memoryPair();
      const outcome = driver.connect(near, settings, bareContext(clock, abort.signal)).then(
        () => 'connected',
        (error) => ({ code: error.code, retry: error.retry }),
      );
      await clock.advance(10_000);
      expect(await outcome).toEqual({ code: 'NO_REPLY', retry: true });
      abort.abort();
      expect(clock.timers()).toBe(0);
    },
  );

  test('a pulled plug is noticed and the device comes back', async () => {
    const clock = manualClock();
    const ends: ByteWire[] = [];
    const twin = bench.options.twin?.(clock, seededRandom(1));
    const plug = (far: ByteWire): void => {
      ends.push(far);
      twin?.plug(far);
    };
    const kept = keep(bench, clock, plug);
    await clock.advance(1000);
    await ends[0]?.close();
    await settle();
    expect(kept.status().state).toBe('offline');
    await clock.advance(5000);
    expect(ends.length).toBeGreaterThan(1);
    if (twin !== undefined) expect(kept.status().state).toBe('ok');
    await kept.close();
    twin?.close();
    await settle();
    expect(clock.timers()).toBe(0);
  });

  test('closing leaves no timer, whenever it comes', async () => {
    for (const afterMs of [0, 3, 40, 300, 1700]) {
      const clock = manualClock();
      const twin = bench.options.twin?.(clock, seededRandom(1));
      const kept = keep(bench, clock, (far) => twin?.plug(far));
      await clock.advance(afterMs);
      await kept.close();
      twin?.close();
      await settle();
      expect(clock.timers()).toBe(0);
    }
  });
}

/** What the connected device can be asked, by name. */
function askable(device: Device | undefined): string[] {
  const all = Object.entries(device ?? {});
  return all.flatMap(([name, value]) =>
    typeof value === 'function' && name !== 'close' ? [name] : [],
  );
}

function twinTests(bench: Bench, start: NonNullable<ConformanceOptions['twin']>): void {
  test('a thousand things happen to the device and every reading is true', async () => {
    const random = seededRandom(testSeed(`${bench.driver.name} twin`));
    const clock = manualClock();
    const twin = start(clock, random);
    const wrong: string[] = [];
    let events = 0;
    let far: ByteWire | undefined;
    const plug = (end: ByteWire): void => {
      far = end;
      twin.plug(end);
    };
    const kept = keep(bench, clock, plug, (event) => {
      events++;
      const complaint = twin.wrong(event);
      if (complaint !== undefined) wrong.push(complaint);
    });
    const states = new Set<DeviceStatus['state']>();
    for (let step = 0; step < 1000; step++) {
      twin.step(random);
      if (pickBelow(random, 100) === 0) await far?.close();
      await clock.advance(20 + pickBelow(random, 600));
      states.add(kept.status().state);
    }
    expect(wrong).toEqual([]);
    expect(events).toBeGreaterThan(bench.options.leastEvents ?? 100);
    expect(states).toContain('offline');
    twin.heal();
    await clock.advance(40_000);
    // A door that was opened, or a load that swings, stays a warning: that is true as well.
    const { state, reason = '' } = kept.status();
    expect(state === 'ok' || /^(DOOR|LOCK|SCALE)_/.test(reason), `${state} ${reason}`).toBe(true);
    expect(bench.driver.can ?? []).toEqual(expect.arrayContaining(askable(kept.device())));
    await kept.close();
    twin.close();
  });
}
