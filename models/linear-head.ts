/**
 * A regularised linear classifier over whitened embeddings: one score an item, near 1 for its own
 * pictures and near 0 for others. Fitted in closed form (ridge regression, every item counting the
 * same however many pictures it has), in slices, so that nothing waits for it.
 */

export interface LinearHead {
  skus: readonly string[];
  /** (dimensions + 1) × items, row-major; the last row is the offset. */
  weights: Float32Array;
}

export interface TaughtItem {
  sku: string;
  /** Whitened, of length 1. */
  vectors: readonly Float32Array[];
}

/** Lets other work run; called every few milliseconds of fitting. */
export type Pause = () => Promise<void>;

/** Part of the average variance added to every direction, against few pictures. */
const RIDGE = 1;
const SLICE = 24;

export async function fitLinearHead(
  items: readonly TaughtItem[],
  pause: Pause,
): Promise<LinearHead> {
  const size = (items[0]?.vectors[0]?.length ?? 0) + 1;
  const moment = new Float64Array(size * size);
  const targets = new Float64Array(size * items.length);
  let seen = 0;
  for (const [at, { vectors }] of items.entries()) {
    for (const vector of vectors) {
      addPicture(moment, targets, vector, 1 / vectors.length, at, items.length);
      seen += 1;
      if (seen % SLICE === 0) await pause();
    }
  }
  let trace = 0;
  for (let at = 0; at < size - 1; at += 1) trace += moment[at * size + at]!;
  for (let at = 0; at < size - 1; at += 1) moment[at * size + at]! += (RIDGE * trace) / (size - 1);
  // The offset is hardly held back; a little, so that the matrix always has an inverse.
  moment[size * size - 1]! += 1e-6;
  await decompose(moment, size, pause);
  return {
    skus: items.map(({ sku }) => sku),
    weights: await solve(moment, targets, size, items.length, pause),
  };
}

function addPicture(
  moment: Float64Array,
  targets: Float64Array,
  vector: Float32Array,
  weight: number,
  item: number,
  items: number,
): void {
  const size = vector.length + 1;
  for (let row = 0; row < size; row += 1) {
    const value = weight * (row < vector.length ? vector[row]! : 1);
    targets[row * items + item]! += value;
    for (let column = 0; column < row; column += 1) {
      moment[row * size + column]! += value * vector[column]!;
    }
    moment[row * size + row]! += value * (row < vector.length ? vector[row]! : 1);
  }
}

/** Cholesky over the lower triangle, in place. */
async function decompose(lower: Float64Array, size: number, pause: Pause): Promise<void> {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = lower[row * size + column]!;
      for (let at = 0; at < column; at += 1) {
        sum -= lower[row * size + at]! * lower[column * size + at]!;
      }
      lower[row * size + column] =
        row === column ? Math.sqrt(sum) : sum / lower[column * size + column]!;
    }
    if (row % SLICE === 0) await pause();
  }
}

async function solve(
  lower: Float64Array,
  targets: Float64Array,
  size: number,
  items: number,
  pause: Pause,
): Promise<Float32Array> {
  const weights = new Float32Array(size * items);
  const column = new Float64Array(size);
  for (let item = 0; item < items; item += 1) {
    for (let row = 0; row < size; row += 1) {
      let sum = targets[row * items + item]!;
      for (let at = 0; at < row; at += 1) sum -= lower[row * size + at]! * column[at]!;
      column[row] = sum / lower[row * size + row]!;
    }
    for (let row = size - 1; row >= 0; row -= 1) {
      let sum = column[row]!;
      for (let at = row + 1; at < size; at += 1) sum -= lower[at * size + row]! * column[at]!;
      column[row] = sum / lower[row * size + row]!;
      weights[row * items + item] = column[row]!;
    }
    if (item % SLICE === 0) await pause();
  }
  return weights;
}

/** One score an item, in the order of `skus`. */
export function linearScores({ skus, weights }: LinearHead, vector: Float32Array): Float32Array {
  const items = skus.length;
  const scores = weights.slice(vector.length * items);
  for (let row = 0; row < vector.length; row += 1) {
    const value = vector[row]!;
    for (let item = 0; item < items; item += 1) {
      scores[item]! += value * weights[row * items + item]!;
    }
  }
  return scores;
}
