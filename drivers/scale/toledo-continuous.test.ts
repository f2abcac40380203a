import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startScaleToledoContinuous } from '../../simulator/twins/scale-toledo-continuous.ts';
import { conforms } from '../conformance.ts';
import { withoutParityBit, withParityBit } from '../wire/parity.ts';
import { bytesOf, latin1, loadedTwin, scaleBench } from './bench-for-tests.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';
import { toledoContinuous } from './toledo-continuous.ts';
import { type ToledoForm, toledoContinuousDecoder } from './toledo-continuous-codec.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const FORMS = ['18', '17', '12', '11'] as const;
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
] as const;

for (const form of FORMS) {
  const twin = loadedTwin(
    ({ port, options }) => startScaleToledoContinuous(port, { ...options, form, increment: 2 }),
    FAULTS,
  );
  const file = form === '18' ? 'toledo-continuous.txt' : `toledo-continuous-${form}.txt`;
  conforms(toledoContinuous, golden(file), { twin });
}

const STABLE = bytesOf('02 2D 30 20 20 30 31 32 33 34 30 30 30 30 30 30 0D 3A');

/** A frame of 18 bytes; `status` is SWA SWB SWC. */
function frame(digits: string, status = '2D 30 20'): Uint8Array {
  const body = [0x02, ...bytesOf(status), ...latin1(`${digits}000000\r`)];
  const sum = body.reduce((total, byte) => total + (byte & 0x7f), 0);
  return Uint8Array.of(...body, (128 - (sum % 128)) % 128);
}
const ZERO = frame('000000');

/** Says one frame every 100 ms, as long as the test lets it. */
async function stream(all: ReturnType<typeof scaleBench>, out: Uint8Array, times: number) {
  for (let count = 0; count < times; count++) {
    await all.say(out);
    await all.clock.advance(100);
  }
}

describe('a bad line', () => {
  const lineOf = (form: ToledoForm) => (grams: number) => {
    const [long, checked] = [form === '18' || form === '17', form === '18' || form === '12'];
    const text = ` ${String(grams).padStart(5, '0')}${long ? '000000' : ''}\r`;
    const body = [0x02, 0x35, 0x30, 0x20, ...latin1(text)];
    const sum = body.reduce((total, byte) => total + byte, 0);
    const whole = checked ? [...body, (128 - (sum % 128)) % 128] : body;
    return whole.map((byte) => withParityBit(byte, 'even'));
  };
  test.each(FORMS)('%s bytes: never sells a wrong weight, and a mended one is weighed', (form) => {
    const found = fuzzScale(`toledo-continuous ${form}`, lineOf(form), () => {
      const decoder = toledoContinuousDecoder(form, true);
      return {
        push: (bytes) => decoder.push(bytes.map((byte) => withoutParityBit(byte, 'even'))),
        end: decoder.end,
      };
    });
    expectHonest(found);
    // Parity alone is not enough: this is what the check, and else the rule of three, is for.
    if (form === '17' || form === '11') expect(found.damaged).toBeGreaterThan(0);
  });
});

describe('a stream of weights', () => {
  test('comes out frame by frame, without a single question', async () => {
    const all = scaleBench(toledoContinuous);
    await stream(all, STABLE, 5);
    expect(all.kept.status()).toMatchObject({ state: 'ok' });
    expect(all.events).toHaveLength(5);
    expect(all.events.every((event) => event.kind === 'stable' && event.grams === 1234)).toBe(true);
    expect(all.heard).toEqual([]);
    await all.kept.close();
  });

  test('after a stall gives only the newest frame out, as old as its arrival', async () => {
    const all = scaleBench(toledoContinuous);
    await stream(all, ZERO, 3);
    const before = all.events.length;
    for (const digits of [' 00100', ' 00200', ' 00300']) await all.say(frame(digits));
    await all.say(Uint8Array.of(...frame(' 00400'), ...frame(' 00500'), ...STABLE));
    await all.clock.advance(100);
    const fresh = all.events.slice(before);
    expect(fresh).toMatchObject([{ kind: 'stable', grams: 1234, atMs: 300 }]);
    expect(all.kept.status().statistics.M_OvertakenFrameCount).toBe(5);
    await all.kept.close();
  });

  test('may begin in the middle of a frame', async () => {
    const all = scaleBench(toledoContinuous);
    await all.say(STABLE.subarray(7));
    await stream(all, STABLE, 2);
    expect(all.events.map((event) => event.kind)).toEqual(['stable', 'stable']);
    await all.kept.close();
  });

  test.each([
    ['overloaded', '2D 34 20', 'SCALE_OVER'],
    ['below zero', '2D 32 20', 'SCALE_UNDER_ZERO'],
    ['not zeroed since power-up', '2D 70 20', 'SCALE_FAULT'],
    ['in pounds', '2D 20 20', 'SCALE_FAULT'],
    ['ten times expanded', '2D 30 30', 'SCALE_FAULT'],
  ])('warns while the scale is %s, and has no weight', async (_name, status, reason) => {
    const all = scaleBench(toledoContinuous);
    await stream(all, frame(' 00500', status), 3);
    expect(all.kept.status()).toMatchObject({ state: 'warn', reason });
    expect(all.events.every((event) => !('grams' in event))).toBe(true);
    await stream(all, ZERO, 2);
    expect(all.kept.status().state).toBe('ok');
    await all.kept.close();
  });

  test('that falls silent is stale, then offline', async () => {
    const all = scaleBench(toledoContinuous);
    await stream(all, STABLE, 3);
    await all.clock.advance(1100);
    expect(all.events.at(-1)?.kind).toBe('stale');
    await all.clock.advance(1000);
    expect(all.kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    await all.kept.close();
  });

  test('that is spoilt shows as bad frames', async () => {
    const all = scaleBench(toledoContinuous);
    await stream(all, STABLE, 3);
    await stream(all, STABLE.with(17, 0x3b), 6);
    expect(all.kept.status()).toMatchObject({ state: 'warn', reason: 'BAD_FRAMES' });
    await all.kept.close();
  });

  test('of another length is the wrong device, and the advice names the setting', async () => {
    const all = scaleBench(toledoContinuous, { form: '12' });
    await stream(all, STABLE, 25);
    expect(all.kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(all.kept.status().detail?.en).toContain('form');
    await all.kept.close();
  });

  test('whose check is taken for noise weighs, but a person is told', async () => {
    const all = scaleBench(toledoContinuous, { form: '17' });
    await stream(all, STABLE, 8);
    expect(all.events.at(-1)).toMatchObject({ kind: 'stable', grams: 1234 });
    expect(all.kept.status()).toMatchObject({ state: 'warn', reason: 'BAD_FRAMES' });
    await stream(all, STABLE.subarray(0, 17), 3);
    expect(all.kept.status().state).toBe('ok');
    await all.kept.close();
  });

  test('is not held to increments where its maker puts something else there', () => {
    const odd = frame(' 01235', '35 30 20');
    expect(toledoContinuousDecoder('18', true).push(odd)).toMatchObject([{ fault: 'increment' }]);
    const [reading] = toledoContinuousDecoder('18', false).push(odd);
    expect(reading).toEqual({ kind: 'stable', grams: 1235 });
  });

  test('without its check is one bit from a lie, and with it is not', () => {
    const flipped = STABLE.with(9, 0x35);
    expect(toledoContinuousDecoder('17', true).push(flipped.subarray(0, 17))).toEqual([
      { kind: 'stable', grams: 1235 },
    ]);
    expect(toledoContinuousDecoder('18', true).push(flipped)[0]?.kind).toBe('discarded');
  });
});

describe('zero and tare', () => {
  test('are there only where the indicator takes commands', async () => {
    const all = scaleBench(toledoContinuous);
    await stream(all, STABLE, 1);
    expect(all.kept.device()?.zero).toBeUndefined();
    expect(all.kept.device()?.tare).toBeUndefined();
    await all.kept.close();
  });

  test.each([
    ['zero', 'plain', 'Z', '2D 30 20'],
    ['tare', 'crlf', 'T\r\n', '2D 31 20'],
  ] as const)('%s (%s) is done when the stream shows it', async (name, commands, text, status) => {
    const all = scaleBench(toledoContinuous, { commands });
    await stream(all, STABLE, 2);
    const outcome = all.kept.device()?.[name]?.();
    expect(await all.kept.device()?.[name]?.()).toEqual({ ok: false, reason: 'BUSY' });
    await stream(all, STABLE, 2);
    expect(all.asked()).toBe(text);
    await stream(all, frame('000000', status), 1);
    expect(await outcome).toEqual({ ok: true });
    await all.kept.close();
  });

  test('clearing a tare is done when the weight is gross again; a tare in grams is not known', async () => {
    const all = scaleBench(toledoContinuous, { commands: 'plain' });
    const net = frame('   612', '2D 31 20');
    await stream(all, net, 2);
    expect(await all.kept.device()?.tare?.(200)).toEqual({ ok: false, reason: 'NO_SUCH_COMMAND' });
    const outcome = all.kept.device()?.tare?.(0);
    await stream(all, STABLE, 1);
    expect(await outcome).toEqual({ ok: true });
    expect(all.asked()).toBe('C');
    await all.kept.close();
  });

  test('a command without effect, or on a closed scale, is not done', async () => {
    const all = scaleBench(toledoContinuous, { commands: 'plain' });
    await stream(all, STABLE, 2);
    const device = all.kept.device();
    const idle = device?.zero?.();
    await stream(all, STABLE, 21);
    expect(await idle).toEqual({ ok: false, reason: 'NO_EFFECT' });
    const cut = device?.zero?.();
    await all.kept.close();
    await all.clock.advance(10);
    expect(await cut).toEqual({ ok: false, reason: 'CLOSED' });
    expect(await device?.zero?.()).toEqual({ ok: false, reason: 'CLOSED' });
  });
});
