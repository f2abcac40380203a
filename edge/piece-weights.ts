/** What one piece of each article weighs, learned in the bagging area; kept beside the ledger. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './box/durable-file.ts';
import type { PieceWeights } from './lane/piece-weights.ts';

/** Mean and spread of the pieces seen, in grams. */
interface Known {
  pieces: number;
  meanGrams: number;
  /** Sum of squared distances from the mean (Welford). */
  squares: number;
}

/** So many pieces weigh in: later ones move the mean as the newest of these. */
const MEMORY = 30;
const LEAST_TOLERANCE_GRAMS = 12;
/** Of the mean: while few were seen, and later. */
const FEW = 5;
const SHARE_FEW = 0.08;
const SHARE = 0.03;

export function openPieceWeights(dataDir: string): PieceWeights {
  const path = join(dataDir, 'piece-weights.json');
  const known = new Map<string, Known>(
    existsSync(path) ? Object.entries(JSON.parse(readFileSync(path, 'utf8'))) : [],
  );
  return {
    of(sku) {
      const seen = known.get(sku);
      if (!seen) return undefined;
      const spread = seen.pieces > 1 ? Math.sqrt(seen.squares / (seen.pieces - 1)) : 0;
      const share = seen.meanGrams * (seen.pieces < FEW ? SHARE_FEW : SHARE);
      const toleranceGrams = Math.ceil(Math.max(LEAST_TOLERANCE_GRAMS, share, 3 * spread));
      return { grams: Math.round(seen.meanGrams), toleranceGrams };
    },
    learn(sku, grams) {
      const { pieces, meanGrams, squares } = known.get(sku) ?? {
        ...{ pieces: 0, meanGrams: 0, squares: 0 },
      };
      const n = Math.min(pieces + 1, MEMORY);
      const mean = meanGrams + (grams - meanGrams) / n;
      const kept = pieces < MEMORY ? squares : squares * (1 - 1 / MEMORY);
      known.set(sku, {
        pieces: n,
        meanGrams: mean,
        squares: kept + (grams - meanGrams) * (grams - mean),
      });
      replaceFile(path, JSON.stringify(Object.fromEntries(known)));
    },
  };
}
