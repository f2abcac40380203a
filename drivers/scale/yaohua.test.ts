import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startScaleYaohua } from '../../simulator/twins/scale-yaohua.ts';
import { manualClock } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import { checkOptions } from '../options.ts';
import { bytesOf, latin1, loadedTwin, scaleBench } from './bench-for-tests.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';
import { stabilityFrom, yaohua, yaohuaDecoder } from './yaohua.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const FAULTS = [
  'silence',
  'garbage',
  'wrong-check',
  'split',
  'late',
  undefined,
  undefined,
] as const;
const twin = loadedTwin(({ port, options }) => startScaleYaohua(port, options), FAULTS);
conforms(yaohua, golden('yaohua.txt'), { twin });
conforms(yaohua, golden('yaohua-g.txt'));
// The same world, with rest taken from equal frames: what it then calls stable must be true.
conforms(
  {
    ...yaohua,
    connect: (wire, options, context) =>
      yaohua.connect(wire, { ...options, deriveStability: 'on' }, context),
  },
  golden('yaohua.txt'),
  { twin },
);

const STABLE = bytesOf('02 2B 30 30 31 32 33 34 33 31 43 03');
const OTHER = bytesOf('02 2B 30 30 31 32 33 35 33 31 44 03');
const ZERO = bytesOf('02 2B 30 30 30 30 30 30 33 31 38 03');
const BELOW = bytesOf('02 2D 30 30 30 31 32 35 33 31 38 03');

/** Says one frame every 100 ms. */
async function stream(all: ReturnType<typeof scaleBench>, out: Uint8Array, times: number) {
  for (let count = 0; count < times; count++) {
    await all.say(out);
    await all.clock.advance(100);
  }
}
const kinds = (all: ReturnType<typeof scaleBench>) => all.events.map((event) => event.kind);

test('no damaged line ever sells a wrong weight, and a mended one is weighed', () => {
  // Rest is taken from equal frames here, three of them: the least anybody may set.
  const frame = (grams: number): number[] => {
    const body = [...latin1(`+${String(grams).padStart(6, '0')}3`)];
    const xor = body.reduce((all, byte) => all ^ byte, 0);
    const check = xor.toString(16).toUpperCase().padStart(2, '0');
    return [0x02, ...body, ...latin1(check), 0x03];
  };
  const found = fuzzScale('yaohua', frame, () => {
    const decoder = yaohuaDecoder('kg');
    const claimed = (items: ReturnType<typeof decoder.push>) =>
      items.map((item) => (item.kind === 'moving' ? { ...item, kind: 'stable' } : item));
    return { push: (bytes) => claimed(decoder.push(bytes)), end: () => claimed(decoder.end()) };
  });
  expectHonest(found);
  // An XOR alone is not enough, and this is what the rule of equal frames is for.
  expect(found.damaged).toBeGreaterThan(0);
});

describe('an indicator that never says whether it rests', () => {
  test('is not for trade, and nobody can say otherwise', () => {
    expect(yaohua.title.en).toContain('not for trade');
    expect(checkOptions(yaohua, {})).toMatchObject({ value: { notForTrade: true } });
    expect(checkOptions(yaohua, { notForTrade: false }).ok).toBe(false);
  });

  test('never has a stable weight, nor a zero, however long the frames are equal', async () => {
    const all = scaleBench(yaohua);
    await stream(all, STABLE, 30);
    await stream(all, ZERO, 30);
    expect(all.events).toHaveLength(60);
    expect(new Set(kinds(all))).toEqual(new Set(['moving']));
    expect(all.events[0]).toMatchObject({ grams: 1234 });
    expect(all.heard).toEqual([]);
    expect(all.kept.device()?.zero).toBeUndefined();
    await all.kept.close();
  });

  test('warns below zero, and has no weight there', async () => {
    const all = scaleBench(yaohua);
    await stream(all, BELOW, 3);
    expect(all.kept.status()).toMatchObject({ state: 'warn', reason: 'SCALE_UNDER_ZERO' });
    expect(all.events.every((event) => !('grams' in event))).toBe(true);
    await stream(all, ZERO, 1);
    expect(all.kept.status().state).toBe('ok');
    await all.kept.close();
  });

  test('falls silent: stale, then offline; another protocol is the wrong device', async () => {
    const all = scaleBench(yaohua);
    await stream(all, STABLE, 3);
    await all.clock.advance(1100);
    expect(kinds(all).at(-1)).toBe('stale');
    await all.clock.advance(1000);
    expect(all.kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    await all.kept.close();
    const other = scaleBench(yaohua);
    await stream(other, latin1('ST,GS,+  1.234kg\r\n'), 25);
    expect(other.kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(other.kept.status().detail?.en).toContain('tF=0');
    await other.kept.close();
  });
});

test('a check in lower case is none: it is one flipped bit away', () => {
  const [item] = yaohuaDecoder('kg').push(STABLE.with(10, 0x63));
  expect(item?.kind).toBe('discarded');
});

describe('rest taken from equal frames, where a site asks for it', () => {
  test('comes with the last of so many frames, and goes with the first other one', async () => {
    const all = scaleBench(yaohua, { deriveStability: 'on', stableFrames: 5 });
    await stream(all, STABLE, 6);
    await stream(all, OTHER, 1);
    await stream(all, ZERO, 5);
    const moving = ['moving', 'moving', 'moving', 'moving'];
    expect(kinds(all)).toEqual([...moving, 'stable', 'stable', 'moving', ...moving, 'zero']);
    await all.kept.close();
  });

  test.each([
    ['noise between them', (all: ReturnType<typeof scaleBench>) => all.say(latin1('x'))],
    ['a pause between them', (all: ReturnType<typeof scaleBench>) => all.clock.advance(600)],
    ['a load below zero', (all: ReturnType<typeof scaleBench>) => all.say(BELOW)],
  ])('begins anew after %s', async (_name, disturb) => {
    const all = scaleBench(yaohua, { deriveStability: 'on', stableFrames: 3 });
    await stream(all, STABLE, 2);
    await disturb(all);
    await all.clock.advance(30);
    await stream(all, STABLE, 2);
    expect(kinds(all)).not.toContain('stable');
    await stream(all, STABLE, 1);
    expect(kinds(all).at(-1)).toBe('stable');
    await all.kept.close();
  });

  test('a backlog is one look at the plate, not many', async () => {
    const clock = manualClock();
    const stability = stabilityFrom(clock, 3);
    const kind = () => stability({ kind: 'moving', grams: 1234 })?.kind;
    expect([kind(), kind(), kind(), kind()]).toEqual(['moving', 'moving', 'moving', 'moving']);
    await clock.advance(100);
    expect(kind()).toBe('moving');
    await clock.advance(100);
    expect(kind()).toBe('stable');
  });
});
