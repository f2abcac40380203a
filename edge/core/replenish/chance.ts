/** Chances of counts: how likely a span of days sells no more than so many. */

/** `P(D ≤ k)` for k = 0 … `most`, for a count of this mean and variance (negative binomial). */
export function cumulative(mean: number, variance: number, most: number): number[] {
  const chances: number[] = [];
  if (mean <= 0) return new Array<number>(most + 1).fill(1);
  const spread = Math.max(variance, mean * 1.0001);
  const size = (mean * mean) / (spread - mean);
  const failure = mean / spread;
  let mass = failure ** size;
  let total = mass;
  // `failure` is the success chance of the textbook form; a huge size is Poisson.
  for (let count = 0; count <= most; count += 1) {
    chances.push(Math.min(1, total));
    mass *= ((count + size) / (count + 1)) * (1 - failure);
    total += mass;
  }
  return chances;
}

export interface Spread {
  mean: number;
  variance: number;
}

const massesOf = ({ mean, variance }: Spread, most: number): number[] =>
  cumulative(mean, variance, most).map((chance, at, all) => chance - (all[at - 1] ?? 0));

/**
 * Chance that no more than k new pieces sell, for k = 0 … `most`: in the first span `blocking`
 * older pieces sell before them, in the second they have the shop to themselves.
 */
export function outlived(first: Spread, second: Spread, blocking: number, most: number): number[] {
  const before = massesOf(first, blocking + most);
  const reached = new Array<number>(most + 1).fill(0);
  before.forEach((mass, sold) => {
    const at = Math.max(0, sold - blocking);
    reached[at] = (reached[at] ?? 0) + mass;
  });
  const after = cumulative(second.mean, second.variance, most);
  return after.map((_, most) =>
    reached.slice(0, most + 1).reduce((sum, mass, at) => sum + mass * (after[most - at] ?? 0), 0),
  );
}
