import { describe, expect, test } from 'vitest';
import { startScaleEnqDc1 } from '../../simulator/twins/scale-enq-dc1.ts';
import { manualClock, settle } from '../clock-for-tests.ts';
import type { ByteWire, DeviceEvent, Scale } from '../contract.ts';
import { checkOptions } from '../options.ts';
import { type Supervised, supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { enqDc1 } from './enq-dc1.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** A driver with a far end that the test plays by hand. */
function bench(options: Record<string, unknown> = {}) {
  const clock = manualClock();
  const events: DeviceEvent[] = [];
  const logs: object[] = [];
  const heard: number[] = [];
  let far: ByteWire | undefined;
  let reply: (byte: number) => Uint8Array | undefined = () => undefined;
  const checked = checkOptions(enqDc1, options);
  if (!checked.ok) throw new Error(checked.problem.en);
  const kept: Supervised<Scale> = supervise({
    driver: enqDc1,
    address: 'memory:scale',
    open: async () => {
      const [near, end] = memoryPair('memory:scale');
      far = end;
      end.onBytes((all) => {
        heard.push(...all);
        for (const byte of all) {
          const answer = reply(byte);
          if (answer !== undefined) void end.write(answer);
        }
      });
      return near;
    },
    options: checked.value,
    clock,
    log: { debug: (fields) => void logs.push(fields), warn: () => undefined },
    random: () => 0.5,
    onEvent: (event) => void events.push(event),
    onStatus: () => undefined,
  });
  return {
    clock,
    events,
    logs,
    heard,
    kept,
    say: (out: Uint8Array) => far?.write(out),
    replyWith: (next: typeof reply) => {
      reply = next;
    },
  };
}

const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);
const STABLE = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04');
const ZERO = bytes('01 02 53 20 30 30 2E 30 30 30 6B 67 61 03 04');
const ZERO_OS2 = bytes('01 02 53 20 30 30 2E 30 30 30 6B 67 62 03 04');
const OVER = bytes('01 02 53 46 46 46 2E 46 46 46 6B 67 71 03 04');
const answering = (frame: Uint8Array) => (byte: number) =>
  byte === 0x05 ? ACK : byte === 0x11 ? frame : undefined;

describe('the conversation', () => {
  test('asks about nine times a second and gives every answer out', async () => {
    const { clock, events, kept, replyWith, heard } = bench();
    replyWith(answering(STABLE));
    await clock.advance(1000);
    expect(kept.status()).toMatchObject({ state: 'ok' });
    expect(events.length).toBeGreaterThanOrEqual(8);
    expect(events.length).toBeLessThanOrEqual(10);
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 1234 });
    expect(heard.filter((byte) => byte === 0x05)).toHaveLength(events.length);
    expect(kept.status().statistics.GoodWeightReadCount).toBe(events.length);
    await kept.close();
  });

  test('tells which check sum the scale keeps', async () => {
    const { clock, kept, replyWith, logs } = bench();
    replyWith(answering(ZERO_OS2));
    await clock.advance(1000);
    expect(logs).toContainEqual({ address: 'memory:scale', scope: 'os2' });
    await kept.close();
  });

  test('with auto, a scale that sums as an OS2 is one: it can be zeroed, tared, told its mode', async () => {
    const { clock, heard, kept, replyWith } = bench();
    expect(kept.device()?.zero).toBeUndefined();
    replyWith(answering(ZERO_OS2));
    while (!kept.device()) await clock.advance(10);
    // From the first moment on: a command line that only zeroes does not stay to learn more.
    const outcome = kept.device()?.zero?.();
    expect(kept.device()?.tare).toBeDefined();
    await clock.advance(300);
    expect(await outcome).toEqual({ ok: true });
    expect(String.fromCharCode(...heard)).toContain('<ZK>\t');
    replyWith(() => undefined);
    await clock.advance(1500);
    expect(String.fromCharCode(...heard)).toContain('<AL>\t');
    await kept.close();
  });

  test('with auto, a scale that sums as all the others do is asked nothing it may not know', async () => {
    const { clock, heard, kept, replyWith } = bench();
    replyWith(answering(ZERO));
    await clock.advance(1000);
    expect(kept.device()).toBeDefined();
    expect(kept.device()?.zero).toBeUndefined();
    replyWith(() => undefined);
    await clock.advance(1500);
    expect(heard.filter((byte) => byte !== 0x05 && byte !== 0x11)).toEqual([]);
    await kept.close();
  });

  test.each([
    ['the plate is overloaded', OVER, 'SCALE_OVER'],
    [
      'the load is below zero',
      bytes('01 02 53 2D 30 30 2E 31 32 35 6B 67 6A 03 04'),
      'SCALE_UNDER_ZERO',
    ],
    [
      'it was not zeroed at start',
      bytes('01 02 46 20 30 30 2E 30 30 30 6B 67 74 03 04'),
      'SCALE_FAULT',
    ],
  ])('warns while %s', async (_name, frame, reason) => {
    const { clock, kept, replyWith } = bench();
    replyWith(answering(frame));
    await clock.advance(1000);
    expect(kept.status()).toMatchObject({ state: 'warn', reason });
    replyWith(answering(ZERO));
    await clock.advance(500);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('a plate that swings through zero as goods are taken off needs nobody', async () => {
    const { clock, events, kept, replyWith } = bench();
    const below = bytes('01 02 53 2D 30 30 2E 31 32 35 6B 67 6A 03 04');
    let asked = 0;
    replyWith((byte) => answering((asked++ >> 1) % 4 === 0 ? ZERO : below)(byte));
    const states = new Set<string>();
    for (let step = 0; step < 200; step++) {
      await clock.advance(10);
      states.add(kept.status().state);
    }
    expect(events.some(({ kind }) => kind === 'underload')).toBe(true);
    expect(states).not.toContain('warn');
    await kept.close();
  });

  test.each([
    ['ENQ', 0x05],
    ['DC1', 0x11],
  ])('a scale that says NAK to %s is not ready: a fault, never a weight', async (_, at) => {
    const { clock, events, kept, replyWith } = bench();
    replyWith((byte) => (byte === at ? NAK : byte === 0x05 ? ACK : undefined));
    await clock.advance(2000);
    expect(kept.device()).toBeDefined();
    expect(kept.status()).toMatchObject({
      state: 'warn',
      reason: 'SCALE_FAULT',
      detail: { en: 'not-ready' },
    });
    expect(events[0]).toMatchObject({ kind: 'fault', fault: 'not-ready' });
    expect(events.every((event) => !('grams' in event))).toBe(true);
    await kept.close();
  });

  test('a late answer is not taken for the answer to the next question', async () => {
    const { clock, events, kept, replyWith, say } = bench();
    replyWith(answering(ZERO));
    await clock.advance(300);
    const before = events.length;
    replyWith(() => undefined);
    await clock.advance(700);
    await say(STABLE);
    await settle();
    expect(events.slice(before).filter((event) => event.kind === 'stable')).toEqual([]);
    expect(kept.status().statistics.M_LateReplyCount).toBe(1);
    await kept.close();
  });

  test('an adapter that echoes our own bytes disturbs nothing', async () => {
    const { clock, events, kept, replyWith } = bench();
    const plain = answering(STABLE);
    replyWith((byte) => Uint8Array.of(byte, ...(plain(byte) ?? [])));
    await clock.advance(1000);
    expect(events.length).toBeGreaterThan(7);
    expect(kept.status().statistics.CommunicationErrorCount).toBeUndefined();
    await kept.close();
  });

  test('something else on the port is the wrong device', async () => {
    const { clock, kept, replyWith } = bench();
    replyWith(() => new TextEncoder().encode('ST,GS,+  1.234kg\r\n'));
    await clock.advance(2600);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });

  test('spoilt answers show as bad frames, then as a line gone silent', async () => {
    const { clock, kept, replyWith } = bench();
    replyWith(answering(STABLE));
    await clock.advance(500);
    const spoilt = Uint8Array.from(STABLE);
    spoilt[7] = 0x35;
    replyWith(answering(spoilt));
    await clock.advance(2200);
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'BAD_FRAMES' });
    await clock.advance(700);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    await kept.close();
  });

  test('a scale that sends by itself, but is to be asked, is said so', async () => {
    const { clock, kept, say } = bench();
    for (let count = 0; count < 45; count++) {
      await clock.advance(100);
      if (kept.status().state === 'starting') await say(STABLE);
    }
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(kept.status().detail?.en).toContain('mode=active');
    await kept.close();
  });

  test('a scale that sends by itself is never asked', async () => {
    const { clock, events, heard, kept, say } = bench({ mode: 'active' });
    for (let count = 0; count < 10; count++) {
      await clock.advance(100);
      await say(STABLE);
    }
    await settle();
    expect(events).toHaveLength(10);
    expect(heard).toEqual([]);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });
});

describe('the mode of an OS2', () => {
  /** The simulator's scale, in one mode from the start, under a driver of the other. */
  function onOs2(options: Record<string, unknown>, active: boolean) {
    const all = bench({ dialect: 'os2', ...options });
    const listeners: ((heard: Uint8Array) => void)[] = [];
    const load = () => ({ grams: 612, moving: false, overload: false });
    const clock = { ...all.clock, wallMs: all.clock.monoMs, wallQuality: () => 'trusted' as const };
    const port = {
      onBytes: (each: (heard: Uint8Array) => void) => void listeners.push(each),
      write: (out: Uint8Array) => void all.say(out),
    };
    const world = { clock, random: () => 0.5, load, fault: () => undefined };
    let running = startScaleEnqDc1(port, { ...world, dialect: 'os2', active });
    all.replyWith((byte) => {
      for (const listener of [...listeners]) listener(Uint8Array.of(byte));
      return undefined;
    });
    const switchedOnAgain = () => {
      running.close();
      listeners.length = 0;
      running = startScaleEnqDc1(port, { ...world, dialect: 'os2', active });
    };
    return { ...all, switchedOnAgain, stop: () => running.close() };
  }

  test.each([
    ['poll', true, '<AL>\t'],
    ['active', false, '<PB>\t'],
  ])('%s is what the scale is told, also when it was switched off', async (mode, active, word) => {
    const { clock, events, heard, kept, stop, switchedOnAgain } = onOs2({ mode }, active);
    await clock.advance(1500);
    expect(String.fromCharCode(...heard).startsWith(word)).toBe(true);
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
    heard.length = 0;
    await clock.advance(1000);
    expect(String.fromCharCode(...heard)).not.toContain('<');
    switchedOnAgain();
    await clock.advance(2000);
    expect(String.fromCharCode(...heard)).toContain(word);
    events.length = 0;
    await clock.advance(1000);
    expect(events.length).toBeGreaterThan(4);
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
    stop();
    await kept.close();
  });

  test.each(['cas', 'auto'])('is no word to a scale of the dialect %s', async (dialect) => {
    const { clock, heard, kept, replyWith } = bench({ dialect });
    replyWith(answering(ZERO));
    await clock.advance(1000);
    expect(heard).not.toContain(0x3c);
    await kept.close();
  });
});

describe('zero and tare', () => {
  test('only an OS2 has commands for them', async () => {
    const cas = bench({ dialect: 'cas' });
    cas.replyWith(answering(ZERO));
    await cas.clock.advance(200);
    expect(cas.kept.device()?.zero).toBeUndefined();
    expect(cas.kept.device()?.tare).toBeUndefined();
    await cas.kept.close();
  });

  test.each(['zero', 'tare'] as const)('%s is done when the scale shows zero', async (name) => {
    const { clock, heard, kept, replyWith } = bench({ dialect: 'os2' });
    const stable = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 66 03 04');
    replyWith(answering(stable));
    await clock.advance(300);
    const outcome = kept.device()?.[name]?.();
    expect(await kept.device()?.[name]?.()).toEqual({ ok: false, reason: 'BUSY' });
    await clock.advance(150);
    expect(String.fromCharCode(...heard)).toContain(name === 'zero' ? '<ZK>\t' : '<TK>\t');
    replyWith(answering(ZERO_OS2));
    await clock.advance(300);
    expect(await outcome).toEqual({ ok: true });
    await kept.close();
  });

  test('a scale that stays off zero has not accepted, and a closed one neither', async () => {
    const { clock, kept, replyWith } = bench({ dialect: 'os2' });
    replyWith(answering(bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 66 03 04')));
    await clock.advance(300);
    const device = kept.device();
    const refused = device?.zero?.();
    await clock.advance(2500);
    expect(await refused).toEqual({ ok: false, reason: 'NOT_ZERO' });
    expect(await device?.tare?.(100)).toEqual({ ok: false, reason: 'NO_SUCH_COMMAND' });
    const cut = device?.zero?.();
    await kept.close();
    await settle();
    expect(await cut).toEqual({ ok: false, reason: 'CLOSED' });
    expect(await device?.zero?.()).toEqual({ ok: false, reason: 'CLOSED' });
  });
});
