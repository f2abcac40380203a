/** The scale on a real serial line: the simulator's device at the far end of a pseudo-terminal. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { realClock } from '../../simulator/runtime.ts';
import { startScaleEnqDc1 } from '../../simulator/twins/scale-enq-dc1.ts';
import type { DeviceEvent, Scale } from '../contract.ts';
import { checkOptions } from '../options.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { type Supervised, supervise } from '../supervise.ts';
import { openWire } from '../wire/open.ts';
import { type FarEnd, openPty, PTY_AVAILABLE } from '../wire/pty-for-tests.ts';
import { enqDc1 } from './enq-dc1.ts';

const ROUNDS = process.env.YIKE_DEEP === '1' ? 10_000 : 400;
const PLUGS = process.env.YIKE_DEEP === '1' ? 200 : 8;
const soon = { timeout: 15_000, interval: 10 };
const clock = realClock();

// Without the optional pseudo-terminal package there is no real port to test on (said aloud by
// wire/pty-for-tests.ts).
describe.skipIf(!PTY_AVAILABLE)('on a real serial line', () => {
  let folder = '';
  let link = '';
  let grams = 612;
  let kept: Supervised<Scale> | undefined;
  let running: { close(): void } | undefined;
  const ends: FarEnd[] = [];
  const events: DeviceEvent[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'yike-scale-'));
    link = join(folder, 'scale-1');
    events.length = 0;
    grams = 612;
  });
  afterEach(async () => {
    await kept?.close();
    running?.close();
    for (const end of ends.splice(0)) end.unplug();
    rmSync(folder, { recursive: true });
  });

  function plug(): FarEnd {
    const end = openPty();
    ends.push(end);
    rmSync(link, { force: true });
    symlinkSync(end.path, link);
    return end;
  }

  function plugScale(): FarEnd {
    const end = plug();
    const port = { onBytes: end.onBytes, write: (bytes: Uint8Array) => void end.say(bytes) };
    const load = () => ({ grams, moving: false, overload: false });
    const random = seededRandom(1);
    running = startScaleEnqDc1(port, { clock, random, load, fault: () => undefined });
    return end;
  }

  function keep(options: Record<string, unknown>): Supervised<Scale> {
    const address = `serial:${link}?baud=9600`;
    const checked = checkOptions(enqDc1, options);
    if (!checked.ok) throw new Error(checked.problem.en);
    kept = supervise({
      driver: enqDc1,
      address,
      open: () => openWire(address, enqDc1.line),
      options: checked.value,
      clock,
      log: { debug: () => undefined, warn: () => undefined },
      random: () => 0.5,
      onEvent: (event) => void events.push(event),
      onStatus: () => undefined,
    });
    return kept;
  }

  test('the weight on the plate arrives, stable, frame after frame', async () => {
    plugScale();
    const scale = keep({});
    await vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(3), soon);
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 612 });
    expect(scale.status()).toMatchObject({ state: 'ok', connection: 1 });
    grams = 0;
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ kind: 'zero' }), soon);
  });

  test('a pulled cable is stale at once and a replugged scale works on another port', async () => {
    plugScale();
    const scale = keep({});
    await vi.waitFor(() => expect(scale.status().state).toBe('ok'), soon);
    ends[0]?.unplug();
    running?.close();
    await vi.waitFor(() => expect(scale.status().state).toBe('offline'), soon);
    expect(events.at(-1)).toMatchObject({ kind: 'stale' });
    expect(scale.device()).toBeUndefined();
    grams = 1234;
    plugScale();
    await vi.waitFor(() => expect(scale.status().state).toBe('ok'), soon);
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ grams: 1234 }), soon);
    expect(scale.status().connection).toBeGreaterThan(1);
  });

  test('a cable that comes and goes all day never needs a person', {
    timeout: 120_000,
  }, async () => {
    const scale = keep({});
    for (let round = 1; round <= PLUGS; round++) {
      grams = 2 * round;
      const end = plugScale();
      const heard = (): unknown =>
        events.some((event) => 'grams' in event && event.grams === grams);
      await vi.waitFor(() => expect(heard()).toBe(true), soon);
      end.unplug();
      running?.close();
      await vi.waitFor(() => expect(scale.status().state).toBe('offline'), soon);
    }
    expect(scale.status().connection).toBeGreaterThanOrEqual(PLUGS);
  });

  test('a line that corrupts frames in any cutting never sells a wrong weight', async () => {
    const random = seededRandom(testSeed('enq-dc1 on a pty'));
    const end = plug();
    keep({ mode: 'active', dialect: 'cas' });
    await vi.waitFor(() => expect(kept?.status().connection).toBe(1), soon);
    const good = Buffer.from('0102532030312e3233346b67650304', 'hex');
    /** Another weight: once it is heard, so was everything before it. */
    const last = Buffer.from('0102532030322e3334356b67610304', 'hex');
    const speak = async (bytes: Uint8Array): Promise<void> => {
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + pickBelow(random, 15);
        await end.say(bytes.subarray(at, at + size));
        at += size;
      }
    };
    await vi.waitFor(async () => {
      await speak(good);
      expect(kept?.status().state).toBe('ok');
    }, soon);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Uint8Array.from(good);
      for (let count = 1 + pickBelow(random, 8); count > 0; count--) {
        const bit = pickBelow(random, bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      }
      await speak(bytes);
      // However much is read at once, a whole frame ends a run of noise.
      if (round % 4 === 3) await speak(good);
    }
    await speak(good);
    const heard = () => events.findIndex((event) => 'grams' in event && event.grams === 2345);
    await vi.waitFor(async () => {
      await speak(last);
      expect(heard()).toBeGreaterThan(0);
    }, soon);
    const told = events.slice(0, heard());
    expect(told.at(-1)).toMatchObject({ kind: 'stable', grams: 1234 });
    const runs = told.map((event, index) => {
      const three = told.slice(index, index + 3);
      const equal = three.every(
        (one) => JSON.stringify({ ...one, atMs: 0 }) === JSON.stringify({ ...event, atMs: 0 }),
      );
      return three.length === 3 && equal && event.kind === 'stable' && event.grams !== 1234;
    });
    expect(runs).not.toContain(true);
    expect(kept?.status().statistics.CommunicationErrorCount).toBeGreaterThan(ROUNDS / 10);
  });
});
