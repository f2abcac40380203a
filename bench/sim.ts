/** Who took what, how fast: forty articles on eight shelves, against what a waiting shopper sees. */
import { cpus } from 'node:os';
import type { TakingModel, WeightStep } from '../edge/core/visit/taking.ts';
import { whoTookWhat } from '../edge/core/visit/who-took-what.ts';
import { createRandom, spread, whole } from '../simulator/random.ts';

const SHELVES = 8;
const ARTICLES = 40;
/** The longest a count may keep the end of a visit waiting. */
const LIMIT_MS = 50;
const VISITS = 200;

function cabinet(): { model: TakingModel; grams: Map<string, number> } {
  const grams = new Map<string, number>();
  for (let n = 0; n < ARTICLES; n += 1) grams.set(`a${n}`, 90 + n * 23);
  const cells = Array.from({ length: SHELVES }, (_, cell) => ({
    cell: `${cell}`,
    lying: [...grams.keys()]
      .filter((_sku, n) => n % SHELVES === cell)
      .map((sku) => ({ sku, location: `c/${cell}/${sku}`, pieces: 8 })),
  }));
  const weightOf = (sku: string) => {
    const meanGrams = grams.get(sku) ?? 100;
    return { meanGrams, spreadGrams: meanGrams * 0.02 };
  };
  return { model: { cells, weightOf }, grams };
}

/** A long visit: eight acts, a third of them put-backs, some to another shelf. */
function visit(grams: Map<string, number>, seed: number): WeightStep[] {
  const random = createRandom(seed);
  const held: { cell: string; grams: number }[] = [];
  return Array.from({ length: 8 }, (_, atMs): WeightStep => {
    const noise = 1.5 * spread(random);
    if (held.length > 0 && random() < 0.33) {
      const [piece] = held.splice(whole(random, 0, held.length - 1), 1);
      const cell = random() < 0.9 ? piece!.cell : `${whole(random, 0, SHELVES - 1)}`;
      return { cell, deltaGrams: piece!.grams + noise, noiseGrams: 1.5, atMs };
    }
    const n = whole(random, 0, ARTICLES - 1);
    const mass = grams.get(`a${n}`)! * (1 + 0.02 * spread(random));
    held.push({ cell: `${n % SHELVES}`, grams: mass });
    return { cell: `${n % SHELVES}`, deltaGrams: -mass + noise, noiseGrams: 1.5, atMs };
  });
}

export async function benchSim(rounds: number) {
  const { model, grams } = cabinet();
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    for (let n = 0; n < VISITS; n += 1) {
      const steps = visit(grams, 1 + round * VISITS + n);
      const begunMs = performance.now();
      whoTookWhat(model, steps);
      tookMs.push(performance.now() - begunMs);
    }
  // The first visits pay for the compiler.
  const sorted = tookMs.slice(Math.min(50, tookMs.length / 2)).sort((a, b) => a - b);
  const row = (name: string, part: number) => {
    const value = sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
    const ratio = value / LIMIT_MS;
    return { name, value, unit: 'ms', limit: LIMIT_MS, ratio, goal: 1, met: ratio <= 1 };
  };
  return {
    machine: `${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    rounds,
    rows: [row('who took what, p50', 0.5), row('who took what, p99', 0.99)],
  };
}
