/**
 * One suite for every driver that decodes bytes: what the golden file says, and what every device
 * does to a driver sooner or later. A driver's own test calls `conforms` and adds its oddities.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ManualClock, manualClock, settle } from './clock-for-tests.ts';
import type {
  ByteWire,
  DecodedItem,
  Device,
  DeviceEvent,
  DeviceStatus,
  Driver,
  DriverContext,
} from './contract.ts';
import { MAX_HELD_BYTES } from './framing.ts';
import { type Golden, parseGolden } from './golden.ts';
import { fromHex } from './hex.ts';
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

export interface ConformanceOptions {
  /** Starts a device in simulated time. */
  twin?: (clock: ManualClock, random: () => number) => Twin;
  /** Every golden line is a message of its own (HTTP): lines are not joined into a stream. */
  messages?: boolean;
  /** Most bytes a decoder may hold; 4 KiB unless the protocol's messages are larger. */
  heldBytes?: number;
}

/** Registers the suite for one driver and one golden file. */
export function conforms(
  driver: Driver,
  goldenPath: string,
  options: ConformanceOptions = {},
): void {
  const golden = parseGolden(readFileSync(goldenPath, 'utf8'));
  const checked = checkOptions(driver, golden.options);
  if (!checked.ok) throw new Error(checked.problem);
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

interface Bench {
  driver: Driver;
  golden: Golden;
  settings: Record<string, unknown>;
  options: ConformanceOptions;
}

function decode({ driver, settings }: Bench, chunks: Uint8Array[]): DecodedItem[] {
  const decoder = driver.decoder(settings);
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

const frames = (items: DecodedItem[]): DecodedItem[] =>
  items.filter((item) => item.kind !== 'discarded');
const noiseBytes = (items: DecodedItem[]): number =>
  items.reduce((sum, item) => sum + (fromHex(String(item.hex ?? ''))?.length ?? 0), 0);
const said = ({ golden }: Bench): Golden['lines'] =>
  golden.lines.filter((line) => line.direction === 'rx');

function joined(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function cutAt(bytes: Uint8Array, cuts: number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((place, index) =>
    bytes.subarray(places[index - 1] ?? 0, place),
  );
}

function goldenTests(bench: Bench): void {
  const lines = said(bench);
  test.each(lines)('line $at means what it says ($source)', ({ bytes, meaning }) => {
    expect(decode(bench, [bytes])).toEqual(meaning);
  });

  test('however the bytes arrive, the frames are the same', () => {
    const streams = bench.options.messages
      ? lines.map((line) => line.bytes)
      : [joined(lines.map((line) => line.bytes))];
    const seed = testSeed(`${bench.driver.name} chunking`);
    for (const stream of streams) {
      const whole = frames(decode(bench, [stream]));
      expect(
        frames(
          decode(
            bench,
            [...stream].map((byte) => Uint8Array.of(byte)),
          ),
        ),
      ).toEqual(whole);
      const cuts = fc.array(fc.nat(stream.length), { maxLength: 12 });
      fc.assert(
        fc.property(cuts, (places) => {
          expect(frames(decode(bench, cutAt(stream, places)))).toEqual(whole);
        }),
        { seed, numRuns: 50 },
      );
    }
  });

  test.skipIf(bench.golden.check === 'none')('no flipped bit ever makes another reading', () => {
    const control = new Set(
      lines.filter((line) => line.bytes.length === 1).flatMap(({ meaning }) => meaning[0]?.kind),
    );
    for (const { bytes, meaning } of lines) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const readings = frames(decode(bench, [flipped])).filter((item) => !control.has(item.kind));
        for (const reading of readings) expect(meaning).toContainEqual(reading);
      }
    }
  });
}

function noiseTests(bench: Bench): void {
  test('noise on the line costs at most the frame it hits', () => {
    const random = seededRandom(testSeed(`${bench.driver.name} noise`));
    const good = said(bench).filter(({ bytes }) => frames(decode(bench, [bytes])).length > 0);
    for (let round = 0; round < 300; round++) {
      const three = [0, 1, 2].map(() => good[pickBelow(random, good.length)]!);
      const noise = Uint8Array.from({ length: 1 + pickBelow(random, 40) }, () =>
        pickBelow(random, 256),
      );
      const [before, hit, after] = three.map((line) => line.bytes);
      const items = frames(decode(bench, [before!, noise, hit!, after!]));
      expect(items[0]).toEqual(three[0]!.meaning[0]);
      expect(items.at(-1)).toEqual(three[2]!.meaning.at(-1));
    }
  });
}

function boundTests(bench: Bench): void {
  test('endless noise fills no memory and throws nothing', () => {
    const random = seededRandom(testSeed(`${bench.driver.name} bounds`));
    const noise = Uint8Array.from({ length: 200_000 }, () => pickBelow(random, 256));
    const starts = said(bench).map(({ bytes }) => bytes[0] ?? 0);
    const teasing = Uint8Array.from({ length: 200_000 }, (_unused, index) => {
      return starts[index % starts.length] ?? 0;
    });
    const limit = bench.options.heldBytes ?? MAX_HELD_BYTES;
    for (const stream of [noise, teasing, new Uint8Array(200_000).fill(0x31)]) {
      const decoder = bench.driver.decoder(bench.settings);
      decoder.push(stream.subarray(0, 150_000));
      for (const byte of stream.subarray(150_000)) decoder.push(Uint8Array.of(byte));
      expect(noiseBytes(decoder.end())).toBeLessThanOrEqual(limit);
    }
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
    expect(events).toBeGreaterThan(100);
    expect(states).toContain('offline');
    twin.heal();
    await clock.advance(40_000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
    twin.close();
  });
}
