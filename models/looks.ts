/** Several looks at the same goods, and which of them are good enough to judge. */
import { normalise } from './whitening.ts';

/**
 * Variance of the Laplacian below which a picture says too little: the camera looks again rather
 * than guess. Chosen on learning pictures: 1 % of them as they are fall below it.
 */
export const SHARP_ENOUGH = 20;

/** The mean direction of several embeddings of the same goods. */
export function voteOf(embeddings: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(embeddings[0]?.length ?? 0);
  for (const embedding of embeddings) {
    for (let at = 0; at < sum.length; at += 1) sum[at]! += embedding[at]!;
  }
  return normalise(sum);
}
