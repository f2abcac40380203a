import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ScaleFault } from '../../simulator/faults.ts';
import { startScaleEnqDc1 } from '../../simulator/twins/scale-enq-dc1.ts';
import { type ManualClock, manualClock, settle } from '../clock-for-tests.ts';
import { conforms, type Twin } from '../conformance.ts';
import type { ByteWire, DeviceEvent, Scale } from '../contract.ts';
import { checkOptions } from '../options.ts';
import { pickBelow } from '../random-for-tests.ts';
import { type Supervised, supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { enqDc1 } from './enq-dc1.ts';
import { enqDc1Decoder, exactGrams } from './enq-dc1-codec.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const FAULTS: (ScaleFault | undefined)[] = [
  'silence',
  'garbage',
  'wrong-check',
  'split',
  'late',
  'busy',
  undefined,
  undefined,
];

/** The simulator's scale with a load that is known, so that a reading can be judged. */
function twinScale(dialect: 'cas' | 'os2' | 'gram') {
  return (clock: ManualClock, random: () => number): Twin & { put(grams: number): void } => {
    let grams = 0;
    let changedMs = 0;
    let before: { grams: number; untilMs: number }[] = [];
    let fault: ScaleFault | undefined;
    let running: { close(): void } | undefined;
    const put = (next: number): void => {
      if (next === grams) return;
      changedMs = clock.monoMs();
      before = [...before, { grams, untilMs: changedMs }].slice(-8);
      grams = next;
    };
    const load = () => {
      const moving = clock.monoMs() - changedMs < 450;
      return {
        grams: moving ? grams + 2 * pickBelow(random, 9) : grams,
        moving,
        overload: grams > 15_000,
      };
    };
    // An answer may be as old as its deadline allows: 500 ms.
    const lately = (is: (load: number) => boolean): boolean =>
      is(grams) || before.some((old) => clock.monoMs() - old.untilMs <= 500 && is(old.grams));
    const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
    return {
      put,
      plug(far) {
        running?.close();
        const port = {
          onBytes: far.onBytes,
          write: (out: Uint8Array) => void far.write(out).catch(() => undefined),
        };
        running = startScaleEnqDc1(port, {
          clock: time,
          random,
          load,
          fault: () => fault,
          dialect,
        });
      },
      step(chance) {
        if (chance() < 0.5) put(2 * pickBelow(chance, 8000));
        fault = FAULTS[pickBelow(chance, FAULTS.length)];
      },
      wrong(event) {
        const { kind } = event;
        if (kind === 'stable' && !lately((load) => load === event.grams)) {
          return `${event.grams} g while ${grams} g lay there`;
        }
        if (kind === 'zero' && !lately((load) => load === 0)) return `zero with ${grams} g`;
        if (kind === 'overload' && !lately((load) => load > 15_000))
          return `overload at ${grams} g`;
        return undefined;
      },
      heal() {
        fault = undefined;
        put(1234);
      },
      close: () => running?.close(),
    };
  };
}

conforms(enqDc1, golden('enq-dc1.txt'), { twin: twinScale('cas') });
conforms(enqDc1, golden('enq-dc1-os2.txt'), { twin: twinScale('os2') });
conforms(enqDc1, golden('enq-dc1-gram.txt'), { twin: twinScale('gram') });

describe('whole grams out of digits', () => {
  test.each([
    ['01', '234', 'kg', 1234],
    ['0', '5', 'KG', 500],
    ['1', '2340', 'kg', 1234],
    ['1', '2345', 'kg', undefined],
    ['2', '468', 'SJ', 1234],
    ['2', '469', 'SJ', undefined],
    ['1234', '', ' G', 1234],
    ['12', '5', ' G', undefined],
    ['1', '000', 'lb', undefined],
  ])('%s.%s %s is %s g', (whole, fraction, unit, grams) => {
    expect(exactGrams(whole, fraction, unit)).toBe(grams);
  });
});

describe('what the check sum covers', () => {
  const cas = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04');
  const os2 = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 66 03 04');
  const reading = { kind: 'stable', grams: 1234 };

  test('each dialect refuses the other one', () => {
    expect(enqDc1Decoder('cas').push(os2)[0]).toMatchObject({ kind: 'discarded' });
    expect(enqDc1Decoder('os2').push(cas)[0]).toMatchObject({ kind: 'discarded' });
  });

  test('auto takes either, tells after three which it is, and then holds on to it', () => {
    const scopes: string[] = [];
    const decoder = enqDc1Decoder('auto', (scope) => scopes.push(scope));
    expect([...decoder.push(cas), ...decoder.push(os2), ...decoder.push(os2)]).toEqual([
      reading,
      reading,
      reading,
    ]);
    expect(scopes).toEqual([]);
    decoder.push(os2);
    expect(scopes).toEqual(['os2']);
    expect(decoder.push(cas)[0]).toMatchObject({ kind: 'discarded' });
  });

  test('a right sum over impossible content is no reading', () => {
    const impossible = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 00 03 04');
    impossible[5] = 0x3a;
    impossible[12] = impossible.subarray(2, 12).reduce((sum, byte) => sum ^ byte, 0);
    expect(enqDc1Decoder('cas').push(impossible)[0]).toMatchObject({ kind: 'discarded' });
  });
});

/** A driver with a far end that the test plays by hand. */
function bench(options: Record<string, unknown> = {}) {
  const clock = manualClock();
  const events: DeviceEvent[] = [];
  const logs: object[] = [];
  const heard: number[] = [];
  let far: ByteWire | undefined;
  let reply: (byte: number) => Uint8Array | undefined = () => undefined;
  const checked = checkOptions(enqDc1, options);
  if (!checked.ok) throw new Error(checked.problem);
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
      detail: 'not-ready',
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
    expect(kept.status().detail).toContain('mode=active');
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

test('a scale cannot be reached over HTTP', async () => {
  const wire = memoryRequestWire(
    () => ({ status: 200, headers: {}, body: new Uint8Array() }),
    manualClock(),
  );
  const nothing = (): void => undefined;
  const log = { debug: nothing, warn: nothing };
  const { signal } = new AbortController();
  const context = { clock: manualClock(), log, signal, connection: 1 };
  const calls = { alive: nothing, emit: nothing, warn: nothing, count: nothing };
  const connecting = enqDc1.connect(wire, {}, { ...context, ...calls });
  await expect(connecting).rejects.toMatchObject({ code: 'WRONG_WIRE', retry: false });
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
