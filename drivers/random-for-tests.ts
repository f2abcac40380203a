/** Seeded chance for tests: `SEED=` in the environment replays a run; the seed is printed. */

/** Uniform in [0, 1): a 32-bit Weyl sequence through an integer hash; the same seed replays. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x61c88647) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: `SEED`, or a fresh one, printed so that it can be had again. */
export function testSeed(what: string): number {
  const seed = Number(
    process.env.SEED ?? (process.env.CI ? 20261123 : Math.floor(Math.random() * 2 ** 31)),
  );
  console.info(`${what}: SEED=${seed}`);
  return seed;
}

/** An integer from 0 to `below` − 1. */
export function pickBelow(random: () => number, below: number): number {
  return Math.floor(random() * below);
}
