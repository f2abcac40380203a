/**
 * Whitening: a fixed linear map after which the way pictures of one item differ from each other
 * looks the same in every direction, so that the cosine compares items and not light or pose.
 */

export interface Whitening {
  mean: Float32Array;
  /** dimensions × dimensions, row-major; a row vector is multiplied from the left. */
  matrix: Float32Array;
}

/** Part of the average variance mixed into every direction, against too few pictures. */
export const SHRINKAGE = 0.3;

/** `(embedding − mean) × matrix`, scaled to length 1. */
export function whiten(embedding: Float32Array, { mean, matrix }: Whitening): Float32Array {
  const size = mean.length;
  const out = new Float32Array(size);
  for (let row = 0; row < size; row += 1) {
    const value = embedding[row]! - mean[row]!;
    for (let column = 0; column < size; column += 1) {
      out[column]! += value * matrix[row * size + column]!;
    }
  }
  return normalise(out);
}

/** Leaves an embedding as it is. */
export function identityWhitening(dimensions: number): Whitening {
  const matrix = new Float32Array(dimensions * dimensions);
  for (let at = 0; at < dimensions; at += 1) matrix[at * dimensions + at] = 1;
  return { mean: new Float32Array(dimensions), matrix };
}

/** Scales to length 1 in place; a vector of zeros stays one. */
export function normalise(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let at = 0; at < vector.length; at += 1) vector[at]! /= length;
  return vector;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
}

/**
 * Fits the map on labelled embeddings: C is the covariance within items, shrunk; the matrix is
 * the transposed inverse of C's Cholesky factor. Any root of C⁻¹ gives the same cosines.
 */
export function fitWhitening(
  items: readonly (readonly Float32Array[])[],
  shrinkage = SHRINKAGE,
): Whitening {
  const all = items.flat();
  const size = all[0]?.length ?? 0;
  const mean = meanOf(all, size);
  const covariance = new Float64Array(size * size);
  for (const embeddings of items) {
    const centre = meanOf(embeddings, size);
    for (const embedding of embeddings) {
      for (let row = 0; row < size; row += 1) {
        const value = (embedding[row]! - centre[row]!) / all.length;
        for (let column = 0; column <= row; column += 1) {
          covariance[row * size + column]! += value * (embedding[column]! - centre[column]!);
        }
      }
    }
  }
  shrink(covariance, size, shrinkage);
  return { mean, matrix: inverseFactor(choleskyInPlace(covariance, size), size) };
}

function meanOf(embeddings: readonly Float32Array[], size: number): Float32Array {
  const mean = new Float32Array(size);
  for (const embedding of embeddings) {
    for (let at = 0; at < size; at += 1) mean[at]! += embedding[at]! / embeddings.length;
  }
  return mean;
}

function shrink(covariance: Float64Array, size: number, shrinkage: number): void {
  let trace = 0;
  for (let at = 0; at < size; at += 1) trace += covariance[at * size + at]!;
  // One picture an item leaves no variance at all: then the map is the identity.
  const average = trace > 0 ? trace / size : 1;
  const kept = trace > 0 ? 1 - shrinkage : 0;
  for (let at = 0; at < covariance.length; at += 1) covariance[at]! *= kept;
  for (let at = 0; at < size; at += 1) covariance[at * size + at]! += (1 - kept) * average;
}

/** Lower-triangular L with L·Lᵀ = C, over C's lower triangle. */
function choleskyInPlace(lower: Float64Array, size: number): Float64Array {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = lower[row * size + column]!;
      for (let k = 0; k < column; k += 1) {
        sum -= lower[row * size + k]! * lower[column * size + k]!;
      }
      const pivot = lower[column * size + column]!;
      lower[row * size + column] = row === column ? Math.sqrt(sum) : sum / pivot;
    }
  }
  return lower;
}

/** (L⁻¹)ᵀ, row-major: for a row vector v, v·(L⁻¹)ᵀ = (L⁻¹·vᵀ)ᵀ has covariance 1. */
function inverseFactor(lower: Float64Array, size: number): Float32Array {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column += 1) {
    inverse[column * size + column] = 1 / lower[column * size + column]!;
    for (let row = column + 1; row < size; row += 1) {
      let sum = 0;
      for (let k = column; k < row; k += 1) {
        sum -= lower[row * size + k]! * inverse[k * size + column]!;
      }
      inverse[row * size + column] = sum / lower[row * size + row]!;
    }
  }
  const transposed = new Float32Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      transposed[column * size + row] = inverse[row * size + column]!;
    }
  }
  return transposed;
}
