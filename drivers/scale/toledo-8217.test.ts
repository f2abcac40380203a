import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startScaleToledo8217 } from '../../simulator/twins/scale-toledo-8217.ts';
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { DeviceEvent, DriverContext } from '../contract.ts';
import { checkOptions } from '../options.ts';
import { seededRandom } from '../random-for-tests.ts';
import { memoryPair } from '../wire/memory.ts';
import { checkParity, withParityBit } from '../wire/parity.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { bytesOf, loadedTwin, scaleBench } from './bench-for-tests.ts';
import { toledo8217 } from './toledo-8217.ts';
import { failedParts, toledo8217Decoder } from './toledo-8217-codec.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const FAULTS = [
  'silence',
  'garbage',
  'wrong-check',
  'split',
  'late',
  'busy',
  'not-zeroed',
  undefined,
  undefined,
  undefined,
] as const;

for (const dialect of ['mettler', 'rice-lake'] as const) {
  const file = dialect === 'mettler' ? 'toledo-8217.txt' : 'toledo-8217-rice-lake.txt';
  const twin = loadedTwin(
    ({ port, options }) => startScaleToledo8217(port, { ...options, dialect }),
    FAULTS,
  );
  conforms(toledo8217, golden(file), { twin });
}

const ACK = bytesOf('02 0D');
const PASSED = bytesOf('02 3F 40 0D');
const ECHO = bytesOf('02 45 0D 68 65 6C 6C 6F');
const STABLE = bytesOf('02 30 31 2E 32 33 34 0D');
const ZERO = bytesOf('02 30 30 2E 30 30 30 0D');

/** Answers by command; what is not in the table is not answered. */
function scale(table: Record<string, Uint8Array | undefined>) {
  const usual: Record<string, Uint8Array | undefined> = { Ehello: ECHO, A: ACK, B: PASSED };
  return (heard: string) => ({ ...usual, W: STABLE, ...table })[heard];
}

function bench(
  table: Record<string, Uint8Array | undefined> = {},
  options: Record<string, unknown> = {},
) {
  const all = scaleBench(toledo8217, options);
  all.replyWith(scale(table));
  return all;
}

describe('a checkout scale is recognised', () => {
  test('by its echo, then by a passed self-test, and only then is it asked for weights', async () => {
    const { clock, kept, asked, events } = bench();
    await clock.advance(2000);
    expect(asked()).toMatch(/^EhelloFABW+$/);
    expect(kept.status()).toMatchObject({ state: 'ok' });
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 1234 });
    expect(events[0]).not.toHaveProperty('status');
    await kept.close();
  });

  test('is the wrong device where it only answers weights, unless that is asked for', async () => {
    const letters = (heard: string) => (heard === 'Ehello' ? bytesOf('02 3F 40 0D') : undefined);
    const strict = bench();
    strict.replyWith((heard) => letters(heard) ?? scale({ Ehello: undefined })(heard));
    await strict.clock.advance(5000);
    expect(strict.kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(strict.kept.status().detail?.en).toContain('identify=weight');
    await strict.kept.close();
    const lenient = bench({ Ehello: undefined }, { identify: 'weight' });
    await lenient.clock.advance(3000);
    expect(lenient.kept.status().state).toBe('ok');
    expect(lenient.asked()).not.toContain('E');
    await lenient.kept.close();
  });

  test('but an adapter that gives our own probe back is none', async () => {
    const { clock, kept, replyWith, events } = bench();
    replyWith((heard) => Uint8Array.from(heard, (letter) => letter.charCodeAt(0)));
    await clock.advance(5000);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    expect(events).toEqual([]);
    await kept.close();
  });

  test('also where an earlier talk left it echoing', async () => {
    const { clock, kept, replyWith } = bench();
    let echoing = true;
    const answer = scale({});
    replyWith((heard) => {
      if (!echoing) return answer(heard);
      echoing = heard !== 'F';
      return echoing ? Uint8Array.from(heard, (letter) => letter.charCodeAt(0)) : undefined;
    });
    await clock.advance(4000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('and another kind of scale is the wrong device', async () => {
    const { clock, kept, replyWith } = bench();
    replyWith(() => new TextEncoder().encode('ST,GS,+  1.234kg\r\n'));
    await clock.advance(5000);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });

  test('also behind an adapter that brings every command back', async () => {
    const { clock, kept, replyWith, events } = bench();
    const answer = scale({});
    replyWith((heard) => Uint8Array.of(...Buffer.from(heard, 'latin1'), ...(answer(heard) ?? [])));
    await clock.advance(3000);
    expect(events.length).toBeGreaterThan(4);
    expect(kept.status().statistics.CommunicationErrorCount).toBeUndefined();
    await kept.close();
  });
});

describe('its own confidence test', () => {
  test.each([
    ['mettler', 0x40, []],
    ['mettler', 0x50, ['ROM']],
    ['mettler', 0x4e, ['NOVRAM', 'RAM', 'processor RAM']],
    ['mettler', 0x00, undefined],
    ['rice-lake', 0x00, []],
    ['rice-lake', 0x18, ['RAM', 'flash']],
  ] as const)('%s %i means that %j failed', (dialect, byte, failed) => {
    expect(failedParts(byte, dialect)).toEqual(failed);
  });

  test('failed: the scale weighs nothing and says why', async () => {
    const { clock, kept, events } = bench({ B: bytesOf('02 3F 50 0D') });
    await clock.advance(3000);
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'SCALE_FAULT' });
    expect(kept.status().detail?.en).toBe('self-test: ROM');
    expect(events.length).toBeGreaterThan(3);
    expect(events.every((event) => event.kind === 'fault' && !('grams' in event))).toBe(true);
    await kept.close();
  });

  test('is asked anew where B had no new result, and NUL for ever is the wrong dialect', async () => {
    const nul = bytesOf('02 3F 00 0D');
    const { clock, kept, replyWith, asked } = bench();
    let asks = 0;
    replyWith((heard) => {
      if (heard === 'B') asks++;
      return scale({ B: asks > 2 ? PASSED : nul })(heard);
    });
    await clock.advance(4000);
    expect(asked()).toMatch(/^EhelloFABABABW+$/);
    expect(kept.status().state).toBe('ok');
    await kept.close();
    const other = bench({ B: nul });
    await other.clock.advance(5000);
    expect(other.kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(other.kept.status().detail?.en).toContain('dialect');
    await other.kept.close();
  });

  test('is not taken on trust where nothing answers, but can be switched off', async () => {
    const strict = bench({ A: undefined });
    await strict.clock.advance(7000);
    expect(strict.kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    expect(strict.kept.status().detail?.en).toContain('confidenceTest=off');
    await strict.kept.close();
    const lenient = bench({ A: undefined }, { confidenceTest: 'off' });
    await lenient.clock.advance(2000);
    expect(lenient.kept.status().state).toBe('ok');
    await lenient.kept.close();
  });
});

describe('what the scale says of its load', () => {
  test.each([
    ['moves', '02 3F 41 0D', { kind: 'moving' }, undefined],
    ['moves with a tare, in either dialect', '02 3F 61 0D', { kind: 'moving' }, undefined],
    ['is too heavy', '02 3F 42 0D', { kind: 'overload' }, 'SCALE_OVER'],
    ['is below zero', '02 3F 44 0D', { kind: 'underload' }, 'SCALE_UNDER_ZERO'],
    ['was there at start', '02 3F 48 0D', { kind: 'fault', fault: 'not-zeroed' }, 'SCALE_FAULT'],
    ['is in pounds', '02 30 32 2E 37 32 0D', { kind: 'fault', fault: 'unit' }, 'SCALE_FAULT'],
  ])('the load %s', async (_name, hex, reading, reason) => {
    const { clock, kept, events, replyWith } = bench({ W: bytesOf(hex) });
    await clock.advance(2000);
    expect(events[0]).toMatchObject(reading);
    expect(events.every((event) => !('grams' in event) && !('net' in event))).toBe(true);
    expect(kept.status().reason).toBe(reason);
    replyWith(scale({ W: ZERO }));
    await clock.advance(500);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('a status byte without a word about the load is a fault when it does not end', async () => {
    const { clock, kept, events } = bench({ W: bytesOf('02 3F 50 0D') });
    await clock.advance(4000);
    expect(events[0]).toMatchObject({ kind: 'fault', fault: 'not-ready' });
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'SCALE_FAULT' });
    await kept.close();
  });

  test('a scale set to pounds is refused before a single question', async () => {
    const { clock, kept, heard } = bench({}, { unit: 'lb' });
    await clock.advance(1000);
    expect(kept.status().state).toBe('fault');
    expect(kept.status().detail?.zh).toContain('公斤');
    expect(heard).toEqual([]);
    const [item] = toledo8217Decoder('mettler', 'lb').push(STABLE);
    expect(item).toEqual({ kind: 'fault', fault: 'unit' });
    await kept.close();
  });

  test('a late answer is not taken for the answer to the next question', async () => {
    const { clock, kept, events, replyWith, say } = bench({ W: ZERO });
    await clock.advance(2000);
    replyWith(() => undefined);
    await clock.advance(200);
    const before = events.length;
    await clock.advance(600);
    await say(STABLE);
    await clock.advance(10);
    expect(events.slice(before)).toEqual([]);
    expect(kept.status().statistics.M_LateReplyCount).toBe(1);
    await kept.close();
  });

  test('two answers in one piece are one answer and one that nobody asked for', async () => {
    const { clock, kept, events } = bench({ W: Uint8Array.of(...STABLE, ...ZERO) });
    await clock.advance(2000);
    expect(events.every((event) => event.kind === 'stable')).toBe(true);
    expect(kept.status().statistics.M_LateReplyCount).toBe(events.length);
    await kept.close();
  });

  test('spoilt answers show as bad frames; once the echo is gone too, as a silent line', async () => {
    const { clock, kept, replyWith } = bench();
    await clock.advance(2000);
    replyWith(scale({ W: bytesOf('02 30 31 2E FF 33 34 0D') }));
    await clock.advance(3000);
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'BAD_FRAMES' });
    replyWith(() => undefined);
    await clock.advance(2600);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    await kept.close();
  });

  test('after silence nothing is weighed until an echo shows that no old answer can come', async () => {
    const { clock, kept, events, replyWith, say, asked } = bench({ W: ZERO });
    await clock.advance(2000);
    replyWith(() => undefined);
    await clock.advance(800);
    const before = events.length;
    const asks = asked().length;
    replyWith(scale({ Ehello: undefined }));
    await clock.advance(400);
    await say(STABLE);
    await clock.advance(10);
    expect(asked().slice(asks)).not.toContain('W');
    await say(ECHO);
    await clock.advance(500);
    const since = events.slice(before).map((event) => event.kind);
    expect(since.slice(0, 2)).toEqual(['stale', 'stable']);
    expect(kept.status().statistics.M_LateReplyCount).toBe(1);
    expect(asked().slice(asks)).toMatch(/^FW+$/);
    await kept.close();
  });
});

describe('zero and tare', () => {
  test.each([
    ['zero', undefined, 'Z'],
    ['tare', undefined, 'T\r'],
  ] as const)('%s is done when the scale shows zero', async (name, grams, text) => {
    const { clock, kept, asked, replyWith } = bench({ [text]: PASSED });
    await clock.advance(2000);
    const device = kept.device();
    const outcome = name === 'zero' ? device?.zero?.() : device?.tare?.(grams);
    expect(await device?.zero?.()).toEqual({ ok: false, reason: 'BUSY' });
    await clock.advance(400);
    expect(asked()).toContain(text);
    replyWith(scale({ W: ZERO }));
    await clock.advance(500);
    expect(await outcome).toEqual({ ok: true });
    await kept.close();
  });

  test.each([
    ['02 3F 41 0D', 'IN_MOTION'],
    ['02 3F 44 0D', 'OUT_OF_RANGE'],
    ['02 3F 48 0D', 'NOT_ZERO'],
    ['02 3F 40 0D', 'NOT_ZERO'],
  ])('the answer %s to a zero, and no zero after it, is %s', async (hex, reason) => {
    const { clock, kept } = bench({ Z: bytesOf(hex) });
    await clock.advance(2000);
    const outcome = kept.device()?.zero?.();
    await clock.advance(3000);
    expect(await outcome).toEqual({ ok: false, reason });
    await kept.close();
  });

  test('a scale whose tare is disabled never answers T, and goes on weighing', async () => {
    const { clock, kept, events } = bench();
    await clock.advance(2000);
    const outcome = kept.device()?.tare?.();
    await clock.advance(1500);
    expect(await outcome).toEqual({ ok: false, reason: 'NO_ANSWER' });
    const before = events.length;
    await clock.advance(1000);
    expect(events.length).toBeGreaterThan(before + 2);
    await kept.close();
  });

  test.each([
    [500, 'T00500\r', { ok: true }],
    [0, 'C', { ok: true }],
    [100_000, undefined, { ok: false, reason: 'OUT_OF_RANGE' }],
    [0.5, undefined, { ok: false, reason: 'OUT_OF_RANGE' }],
  ])('a tare of %d g is said as %j', async (grams, text, outcome) => {
    const { clock, kept, asked } = bench({ 'T00500\r': PASSED, C: PASSED });
    await clock.advance(2000);
    const done = kept.device()?.tare?.(grams);
    await clock.advance(600);
    expect(await done).toEqual(outcome);
    if (text !== undefined) expect(asked()).toContain(text);
    else expect(asked()).not.toMatch(/[TC]/);
    await kept.close();
  });

  test('nothing is asked of a closed scale', async () => {
    const { clock, kept } = bench();
    await clock.advance(2000);
    const device = kept.device();
    const cut = device?.zero?.();
    await kept.close();
    await clock.advance(10);
    expect(await cut).toEqual({ ok: false, reason: 'CLOSED' });
    expect(await device?.tare?.()).toEqual({ ok: false, reason: 'CLOSED' });
  });
});

describe('seven bits with parity kept by software', () => {
  const wire = Uint8Array.from(STABLE, (byte) => withParityBit(byte, 'even'));

  test('the line carries 82 30 B1 2E B2 33 B4 8D for 1.234 kg', () => {
    expect(wire).toEqual(bytesOf('82 30 B1 2E B2 33 B4 8D'));
  });

  test.each([true, false])('parity on the line: %s', async (parity) => {
    const clock = manualClock();
    const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
    const [near, far] = memoryPair();
    const port = { onBytes: far.onBytes, write: (out: Uint8Array) => void far.write(out) };
    const load = () => ({ grams: 1234, moving: false, overload: false });
    const random = seededRandom(1);
    const options = { clock: time, random, load, fault: () => undefined, parity };
    const running = startScaleToledo8217(port, options);
    const events: DeviceEvent[] = [];
    const { context, abort } = bareContext(clock, (event) => void events.push(event));
    const wire = checkParity(near, 'even', parity);
    const connecting = toledo8217.connect(wire, defaults(), context);
    await clock.advance(2000);
    const device = await connecting;
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 1234 });
    abort();
    running.close();
    await device.close();
  });
});

test('a scale cannot be reached over HTTP', async () => {
  const answer = { status: 200, headers: {}, body: new Uint8Array() };
  const wire = memoryRequestWire(() => answer, manualClock());
  const { context } = bareContext(manualClock());
  const connecting = toledo8217.connect(wire, defaults(), context);
  await expect(connecting).rejects.toMatchObject({ code: 'WRONG_WIRE', retry: false });
});

function defaults(): Record<string, unknown> {
  const checked = checkOptions(toledo8217, {});
  return checked.ok ? checked.value : {};
}

function bareContext(clock: ManualClock, emit: (event: DeviceEvent) => void = () => undefined) {
  const nothing = (): void => undefined;
  const controller = new AbortController();
  const context: DriverContext = {
    clock,
    log: { debug: nothing, warn: nothing },
    signal: controller.signal,
    connection: 1,
    alive: nothing,
    emit,
    warn: nothing,
    count: nothing,
  };
  return { context, abort: () => controller.abort() };
}
