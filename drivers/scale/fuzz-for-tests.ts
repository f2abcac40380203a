/**
 * A bad line, and the promise about it: whatever is done to the frames, three equal stable ones in
 * a row are a weight that lay there, and a load whose frames came through untouched is weighed.
 * `YIKE_DEEP=1` runs a million damaged frames.
 */
import { expect } from 'vitest';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';

const FRAMES = process.env.YIKE_DEEP === '1' ? 1_000_000 : 20_000;
const FRAMES_TO_ACCEPT = 3;
/** Fresh decoders, as after a reconnect, after so many frames. */
const STRETCH = 1000;
/** A load lies this many frames long; damage comes in bursts, and a few frames are left alone. */
const PLATEAU = 50;
const UNTOUCHED = 5;
/** A burst may cost its own frames and this many good ones: then the decoder is back in step. */
const RESYNC_FRAMES = 2;
const MOST_HELD_BYTES = 4096;
const MOST_GRAMS = 15_000;

type Bytes = readonly number[];
type Corrupt = (good: Bytes, before: Bytes, random: () => number) => Bytes;

const noise = (random: () => number): Bytes =>
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
  (good, _before, random) => good.map((byte) => ((byte << 1) ^ pickBelow(random, 4)) & 0xff),
];

/** A driver's decoder as it sits behind its wire. */
export interface FuzzedDecoder {
  push(bytes: Uint8Array): readonly { kind: string; grams?: unknown }[];
  end(): readonly { kind: string; grams?: unknown; hex?: string }[];
}

export interface FuzzOutcome {
  /** Weights three equal stable frames spoke for, and that never lay there. */
  wrong: string[];
  /** Single readings of a weight that never lay there. */
  damaged: number;
  /** Runs of untouched frames between the damage, and how many of them were weighed. */
  plateaus: number;
  weighed: number;
}

/** What the promise is: no wrong weight, and 99 of 100 untouched loads weighed. */
export function expectHonest({ wrong, plateaus, weighed }: FuzzOutcome): void {
  expect(wrong).toEqual([]);
  expect(plateaus).toBeGreaterThanOrEqual(FRAMES / PLATEAU / 2);
  expect(weighed / plateaus).toBeGreaterThanOrEqual(0.99);
}

/** What an actor would take for a weight: three equal stable readings in a row. */
function acceptance(): (item: { kind: string; grams?: unknown }) => unknown {
  let last: unknown;
  let run = 0;
  return ({ kind, grams }) => {
    const weight = kind === 'stable' || kind === 'zero' ? grams : undefined;
    run = weight !== undefined && weight === last ? run + 1 : 1;
    last = weight;
    return run >= FRAMES_TO_ACCEPT ? weight : undefined;
  };
}

/**
 * Damages frame after frame and counts what comes of it.
 * @param frame the bytes on the line for a stable load
 */
export function fuzzScale(
  what: string,
  frame: (grams: number) => Bytes,
  decoderOf: () => FuzzedDecoder,
): FuzzOutcome {
  const random = seededRandom(testSeed(`${what} fuzz`));
  const found: FuzzOutcome = { wrong: [], damaged: 0, plateaus: 0, weighed: 0 };
  let grams = 0;
  let before = frame(grams);
  for (let start = 0; start < FRAMES; start += STRETCH) {
    const decoder = decoderOf();
    const accept = acceptance();
    let truths: unknown[] = [grams];
    const hear = (bytes: Bytes): unknown[] =>
      decoder.push(Uint8Array.from(bytes)).map((item) => {
        if (item.kind === 'discarded') return undefined;
        if (item.grams !== undefined && !truths.includes(item.grams)) found.damaged++;
        const weight = accept(item);
        const bad = weight !== undefined && !truths.includes(weight);
        if (bad) found.wrong.push(`${weight} g for ${grams} g`);
        return weight;
      });
    for (let count = 0; count < STRETCH; count++) {
      if (count % PLATEAU === 0) {
        const next = 2 * (1 + pickBelow(random, MOST_GRAMS / 2 - 1));
        truths = [grams, next];
        grams = next;
      }
      const good = frame(grams);
      hear(CORRUPTIONS[pickBelow(random, CORRUPTIONS.length)]?.(good, before, random) ?? good);
      before = good;
      if (count % PLATEAU !== PLATEAU - 1) continue;
      // The damage stops for a moment: what is at hand may be lost, the load may not.
      found.plateaus++;
      const seen = Array.from({ length: RESYNC_FRAMES + UNTOUCHED }, () => hear(frame(grams)));
      if (seen.flat().includes(grams)) found.weighed++;
    }
    const held = decoder.end().reduce((sum, { hex = '' }) => sum + (hex.length + 1) / 3, 0);
    if (held > MOST_HELD_BYTES) found.wrong.push(`${held} bytes were held`);
  }
  console.info(
    `${what}: ${found.damaged} of ${FRAMES} damaged frames read as another weight, ${found.weighed} of ${found.plateaus} untouched loads weighed`,
  );
  return found;
}
