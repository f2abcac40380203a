/**
 * A bad line and the promise about it: an XOR over ten bytes lets a damaged frame pass now and
 * then, but never three times in a row with the same wrong weight. `YIKE_DEEP=1` runs a million.
 */
import { expect, test } from 'vitest';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { enqDc1Decoder } from './enq-dc1-codec.ts';

const FRAMES = process.env.YIKE_DEEP === '1' ? 1_000_000 : 100_000;
const FRAMES_TO_ACCEPT = 3;
/** Fresh decoders, as after a reconnect, and good frames at the end of every stretch. */
const STRETCH = 1000;

function frame(grams: number): number[] {
  const digits = String(grams).padStart(5, '0');
  const body = [...Buffer.from(`S ${digits.slice(0, 2)}.${digits.slice(2)}kg`, 'latin1')];
  return [0x01, 0x02, ...body, body.reduce((sum, byte) => sum ^ byte, 0), 0x03, 0x04];
}

type Corrupt = (good: number[], before: number[], random: () => number) => number[];

const noise = (random: () => number): number[] =>
  Array.from({ length: 1 + pickBelow(random, 30) }, () => pickBelow(random, 256));

const CORRUPTIONS: Corrupt[] = [
  function flipBits(good, _before, random) {
    const bytes = [...good];
    for (let count = 1 + pickBelow(random, 8); count > 0; count--) {
      const bit = pickBelow(random, bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    }
    return bytes;
  },
  (good, _before, random) =>
    good.toSpliced(pickBelow(random, good.length), 0, pickBelow(random, 256)),
  (good, _before, random) => good.toSpliced(pickBelow(random, good.length), 1),
  (good, before, random) => {
    const cut = pickBelow(random, good.length);
    return [...before.slice(0, cut), ...good.slice(cut)];
  },
  (good, _before, random) => good.slice(0, pickBelow(random, good.length)),
  (good, before, random) => [...before.slice(0, pickBelow(random, before.length)), ...good],
  (_good, _before, random) => noise(random),
  // Every byte sampled at the wrong line speed.
  (good, _before, random) =>
    good.map((byte) => (byte << 1) ^ pickBelow(random, 4)).map((byte) => byte & 0xff),
];

/** What an actor would take for a weight: three equal stable frames in a row. */
function acceptance(): (kind: string, grams: number | undefined) => number | undefined {
  let last: number | undefined;
  let run = 0;
  return (kind, grams) => {
    run = kind === 'stable' && grams === last ? run + 1 : 1;
    last = kind === 'stable' ? grams : undefined;
    return last !== undefined && run >= FRAMES_TO_ACCEPT ? last : undefined;
  };
}

test.each(['cas', 'auto'] as const)('%s: no damaged line ever sells a wrong weight', (dialect) => {
  const random = seededRandom(testSeed(`enq-dc1 ${dialect} fuzz`));
  let grams = 0;
  let before = frame(grams);
  let damaged = 0;
  const wrong: string[] = [];
  for (let start = 0; start < FRAMES; start += STRETCH) {
    const decoder = enqDc1Decoder(dialect);
    const accept = acceptance();
    const truths = new Set<number>();
    for (let count = 0; count < STRETCH; count++) {
      if (count % 50 === 0) {
        truths.clear();
        truths.add(grams);
        grams = 2 * (1 + pickBelow(random, 7499));
        truths.add(grams);
      }
      const good = frame(grams);
      const corrupt = CORRUPTIONS[pickBelow(random, CORRUPTIONS.length)]!;
      for (const item of decoder.push(Uint8Array.from(corrupt(good, before, random)))) {
        if (!('grams' in item) && item.kind !== 'overload') continue;
        const seen = 'grams' in item ? item.grams : undefined;
        if (seen !== undefined && !truths.has(seen)) damaged++;
        const weight = accept(item.kind, seen);
        if (weight !== undefined && !truths.has(weight)) wrong.push(`${weight} g for ${grams} g`);
      }
      before = good;
    }
    // The session forgets half an answer before it asks again.
    decoder.end();
    const after = [1, 2].flatMap(() => decoder.push(Uint8Array.from(frame(grams))));
    expect(after).toEqual([
      { kind: 'stable', grams },
      { kind: 'stable', grams },
    ]);
  }
  expect(wrong).toEqual([]);
  // The check alone is not enough, and this is what the rule of three is for.
  expect(damaged).toBeGreaterThan(0);
  console.info(`${dialect}: ${damaged} of ${FRAMES} damaged frames read as another weight`);
});
