import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startScaleCas22 } from '../../simulator/twins/scale-cas-22.ts';
import { conforms } from '../conformance.ts';
import { latin1, loadedTwin, scaleBench } from './bench-for-tests.ts';
import { cas22 } from './cas-22.ts';
import { cas22Decoder } from './cas-22-codec.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';

const golden = join(import.meta.dirname, 'golden/cas-22.txt');
const twin = loadedTwin(
  ({ port, options }) => startScaleCas22(port, options),
  ['silence', 'garbage', 'wrong-check', 'split', 'late', 'busy', undefined, undefined],
);
conforms(cas22, golden, { twin });

const frame = (weight: string, head = 'ST,GS,1\xc4') => latin1(`${head},${weight} kg\r\n`);
const STABLE = frame('0001.234');
const ZERO = frame('0000.000', 'ST,GS,1\xc5');

describe('a frame', () => {
  test('that is damaged never sells a wrong weight, and a mended line is weighed', () => {
    const found = fuzzScale(
      'cas-22',
      (grams) => [...frame((grams / 1000).toFixed(3).padStart(8, '0'))],
      () => cas22Decoder(0),
    );
    expectHonest(found);
    // The frame alone is not enough, and this is what the rule of three is for.
    expect(found.damaged).toBeGreaterThan(0);
  });

  test('is stable only where its word and its lamp both say so, whatever the other lamps', () => {
    for (let lamp = 0; lamp < 256; lamp++) {
      for (const word of ['ST', 'US', 'OL']) {
        const head = `${word},GS,1${String.fromCharCode(lamp)}`;
        const [item] = cas22Decoder(0).push(frame('0001.234', head));
        const stable = word === 'ST' && (lamp & 0xd0) === 0xc0;
        expect(item?.kind === 'stable', `${word} ${lamp}`).toBe(stable);
      }
    }
  });
});

/** Says one frame every 100 ms. */
async function stream(all: ReturnType<typeof scaleBench>, out: Uint8Array, times: number) {
  for (let count = 0; count < times; count++) {
    await all.say(out);
    await all.clock.advance(100);
  }
}

describe('an indicator that sends by itself', () => {
  test('is never asked, and every frame of it is given out', async () => {
    const all = scaleBench(cas22);
    await all.clock.advance(10);
    await stream(all, STABLE, 10);
    expect(all.heard).toEqual([]);
    expect(all.events).toHaveLength(10);
    expect(all.events[0]).toMatchObject({ kind: 'stable', grams: 1234, net: false });
    expect(all.kept.status()).toMatchObject({ state: 'ok' });
    expect(all.kept.device()?.zero).toBeUndefined();
    expect(all.kept.device()?.tare).toBeUndefined();
    await all.kept.close();
  });

  test('the backlog of a stalled line is passed over: only its newest frame counts', async () => {
    const all = scaleBench(cas22);
    await all.clock.advance(10);
    await stream(all, ZERO, 5);
    all.events.length = 0;
    await all.say(Buffer.concat([...Array.from({ length: 20 }, () => STABLE), ZERO]));
    await all.clock.advance(100);
    expect(all.events).toMatchObject([{ kind: 'zero' }]);
    await all.kept.close();
  });

  test.each([
    ['the plate is overloaded', frame('9999.999', 'OL,GS,1\x84'), 'SCALE_OVER'],
    ['the load is below zero', frame('-000.125'), 'SCALE_UNDER_ZERO'],
    ['its display is held', frame('0001.234', 'ST,GS,1\xd4'), 'SCALE_FAULT'],
    ['its words and lamps disagree', frame('0001.234', 'ST,GS,1\x84'), 'BAD_FRAMES'],
  ])('warns while %s', async (_name, said, reason) => {
    const all = scaleBench(cas22);
    await all.clock.advance(10);
    await stream(all, ZERO, 5);
    all.events.length = 0;
    await stream(all, said, 8);
    expect(all.kept.status()).toMatchObject({ state: 'warn', reason });
    expect(all.events.filter((event) => 'grams' in event)).toEqual([]);
    await stream(all, ZERO, 3);
    expect(all.kept.status().state).toBe('ok');
    await all.kept.close();
  });

  test('that falls silent is stale, then offline', async () => {
    const all = scaleBench(cas22);
    await all.clock.advance(10);
    await stream(all, STABLE, 5);
    await all.clock.advance(1100);
    expect(all.events.at(-1)).toMatchObject({ kind: 'stale' });
    await all.clock.advance(1000);
    expect(all.kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    await all.kept.close();
  });

  test.each([
    ['has seven data bits', {}, STABLE.map((byte) => byte & 0x7f)],
    ['is another device than was set', { deviceId: 2 }, STABLE],
    ['speaks another protocol', {}, latin1('S S      1.234 kg\r\n')],
  ])('is the wrong device where it %s', async (_name, options, said) => {
    const all = scaleBench(cas22, options);
    await all.clock.advance(10);
    await stream(all, said, 24);
    await all.clock.advance(200);
    expect(all.kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(all.kept.status().detail?.en).toContain('eight data bits');
    expect(all.events).toEqual([]);
    await all.kept.close();
  });

  test('is listened to by its number where that was set', async () => {
    const all = scaleBench(cas22, { deviceId: 1 });
    await all.clock.advance(10);
    await stream(all, STABLE, 3);
    expect(all.kept.status().state).toBe('ok');
    await all.kept.close();
  });
});
