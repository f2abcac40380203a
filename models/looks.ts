/** Several looks at the same goods, and which of them are good enough to judge. */
import { percentile } from './metrics.ts';
import { normalise } from './whitening.ts';

/**
 * How sharp a picture is depends on the goods and on the pan, so it is held against what is usual
 * there: below this share of the median the camera looks again rather than guess. Of the learning
 * pictures, one in a hundred lies below 0.15.
 */
const SHARP_SHARE = 0.12;
/** Fewer pictures than these say nothing about what is usual. */
const USUAL_MIN = 8;

/** Variance of the Laplacian below which a picture is too blurred, after those seen before. */
export function sharpnessGate(usual: readonly number[]): number {
  return usual.length < USUAL_MIN ? 0 : SHARP_SHARE * percentile(usual, 0.5);
}

/** The mean direction of several embeddings of the same goods. */
export function voteOf(embeddings: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(embeddings[0]?.length ?? 0);
  for (const embedding of embeddings) {
    for (let at = 0; at < sum.length; at += 1) sum[at]! += embedding[at]!;
  }
  return normalise(sum);
}
