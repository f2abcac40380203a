/** Which directions of the features tell items apart: what `refit.ts` puts into a pack's head. */
import { fitWhitening, normalise } from './whitening.ts';

export interface Projection {
  /** features × dimensions, row-major. */
  matrix: Float32Array;
  bias: Float32Array;
}

/** Rounds of the subspace iteration; the leading directions are found long before. */
const ROUNDS = 25;

/** Square roots, scaled to length 1: features that fire hard count less, and angles say more. */
export function evened(features: Float32Array): Float32Array {
  return normalise(features.map((value) => Math.sqrt(Math.max(0, value))));
}

/**
 * Whitens by the covariance within items (shrunk by `shrinkage`), then keeps the `dimensions`
 * directions in which the whitened pictures vary most. Input: evened features, item by item.
 */
export function fitProjection(
  items: readonly (readonly Float32Array[])[],
  dimensions: number,
  shrinkage: number,
): Projection {
  const { mean, matrix } = fitWhitening(items, shrinkage);
  const size = mean.length;
  const whitened = items.flat().map((picture) =>
    normalise(
      times(
        picture.map((value, at) => value - mean[at]!),
        matrix,
        size,
      ),
    ),
  );
  const basis = leadingDirections(whitened, size, dimensions);
  const joined = new Float32Array(size * dimensions);
  for (let row = 0; row < size; row += 1) {
    joined.set(
      times(matrix.subarray(row * size, (row + 1) * size), basis, dimensions),
      row * dimensions,
    );
  }
  return { matrix: joined, bias: times(mean, joined, dimensions).map((value) => -value) };
}

/** Row vector × matrix of `columns` columns. */
export function times(vector: Float32Array, matrix: Float32Array, columns: number): Float32Array {
  const out = new Float32Array(columns);
  for (let row = 0; row < vector.length; row += 1) {
    const value = vector[row]!;
    if (value === 0) continue;
    const from = row * columns;
    for (let at = 0; at < columns; at += 1) out[at]! += value * matrix[from + at]!;
  }
  return out;
}

/** size × count, row-major: orthonormal, spanning the directions of greatest second moment. */
function leadingDirections(rows: Float32Array[], size: number, count: number): Float32Array {
  const moment = new Float32Array(size * size);
  for (const row of rows) {
    for (let a = 0; a < size; a += 1) {
      const value = row[a]! / rows.length;
      for (let b = 0; b <= a; b += 1) moment[a * size + b]! += value * row[b]!;
    }
  }
  for (let a = 0; a < size; a += 1) {
    for (let b = 0; b < a; b += 1) moment[b * size + a] = moment[a * size + b]!;
  }
  // Any start that is not orthogonal to the answer will do; this one is the same every time.
  let columns: Float32Array[] = Array.from({ length: count }, (_, column) =>
    Float32Array.from({ length: size }, (_, row) => Math.sin(1 + row * (column + 1) * 0.7)),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    columns = orthonormal(columns.map((column) => times(column, moment, size)));
  }
  const basis = new Float32Array(size * count);
  columns.forEach((column, at) => {
    for (let row = 0; row < size; row += 1) basis[row * count + at] = column[row]!;
  });
  return basis;
}

/** Gram–Schmidt, each against all before it, twice for the sake of 32-bit numbers. */
function orthonormal(columns: Float32Array[]): Float32Array[] {
  const done: Float32Array[] = [];
  for (const column of columns) {
    normalise(column);
    for (const other of [...done, ...done]) {
      let share = 0;
      for (let at = 0; at < column.length; at += 1) share += column[at]! * other[at]!;
      for (let at = 0; at < column.length; at += 1) column[at]! -= share * other[at]!;
    }
    done.push(normalise(column));
  }
  return done;
}
