import type { Random } from './runtime.ts';

/**
 * A seeded generator of uniform numbers in [0, 1): four 32-bit words mixed by additions, shifts
 * and a rotation (the "small fast counting" design, period ≥ 2³²). The same seed replays exactly.
 */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;
  const next = () => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return (out >>> 0) / 4294967296;
  };
  // Neighbouring seeds start alike: let them drift apart before the first number is used.
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** A number in [from, to). */
export function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random();
}

/** An integer from `from` to `to`, both included. */
export function whole(random: Random, from: number, to: number): number {
  return Math.floor(between(random, from, to + 1));
}

/** One of the list; the list must not be empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error('pick from an empty list');
  return chosen;
}

/** Near-normal with mean 0 and deviation 1 (sum of twelve uniforms), never beyond ±6. */
export function spread(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}
