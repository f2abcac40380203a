/** The odds that a picture shows nothing that was taught, fitted by logistic regression. */
import type { Calibration } from './gallery.ts';

/** What an answer is judged by: its best score, and the lead over the second. */
export interface Sight {
  best: number;
  lead: number;
}

const STEPS = 50;
/** Keeps the numbers finite where the two kinds are told apart without a mistake. */
const RIDGE = 1e-4;

/**
 * ln(odds) = offset + score × best + margin × lead, by Newton's method (iteratively reweighted
 * least squares). However many pictures of either kind there are, `unknownShare` of the weight is
 * with the unknown ones. Throws RangeError where there are none of a kind.
 */
export function fitOdds(
  known: readonly Sight[],
  unknown: readonly Sight[],
  unknownShare: number,
): Calibration['unknown'] {
  if (known.length === 0 || unknown.length === 0)
    throw new RangeError(`${known.length} known and ${unknown.length} unknown pictures`);
  const rows = [
    ...known.map((sight) => rowOf(sight, 0, (1 - unknownShare) / known.length)),
    ...unknown.map((sight) => rowOf(sight, 1, unknownShare / unknown.length)),
  ];
  let fit = [Math.log(unknownShare / (1 - unknownShare)), 0, 0];
  for (let step = 0; step < STEPS; step += 1) fit = improved(fit, rows);
  const [offset, score, margin] = fit as [number, number, number];
  return { offset, score, margin };
}

interface Row {
  x: readonly number[];
  /** 1 where it is unknown. */
  y: number;
  weight: number;
}

const rowOf = ({ best, lead }: Sight, y: number, weight: number): Row => ({
  ...{ x: [1, best, lead], y, weight },
});

function improved(fit: readonly number[], rows: readonly Row[]): number[] {
  const slope = fit.map((value) => -RIDGE * value);
  const bend = fit.map((_, at) => fit.map((_, to) => (at === to ? RIDGE : 0)));
  for (const { x, y, weight } of rows) {
    const p = 1 / (1 + Math.exp(-x.reduce((sum, value, at) => sum + value * fit[at]!, 0)));
    x.forEach((value, at) => {
      slope[at]! += weight * (y - p) * value;
      x.forEach((other, to) => {
        bend[at]![to]! += weight * p * (1 - p) * value * other;
      });
    });
  }
  const move = solved(bend, slope);
  return fit.map((value, at) => value + move[at]!);
}

/** Gauss and Jordan; a positive definite `matrix` needs no pivots. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]!]);
  const size = right.length;
  for (let at = 0; at < size; at += 1) {
    for (let row = 0; row < size; row += 1) {
      if (row === at) continue;
      const factor = rows[row]![at]! / rows[at]![at]!;
      for (let column = at; column <= size; column += 1)
        rows[row]![column]! -= factor * rows[at]![column]!;
    }
  }
  return rows.map((row, at) => row[size]! / row[at]!);
}
