import type { ScaleLimits, WeighFrame, WeighRecord } from './record.ts';

/** How long after a weighing its scale still says whether the goods were at rest. */
export const AFTERWARDS_MS = 5000;
/** Lighter by more than so many divisions, and the goods are being taken off. */
const TAKEN_OFF_DIVISIONS = 5;

/** A weighing that is looked back at. */
export interface Weighed {
  grossGrams: number;
  divisionGrams: ScaleLimits['divisionGrams'];
  connection: number;
  /** When its record was made, monotonic. */
  atMs: number;
  /** The one division beside it that the scale has shown since. */
  besideGrams?: number;
}

export type Afterwards =
  | { is: 'at-rest'; weighed: Weighed }
  /** Five seconds are past, the goods were taken off, or the scale says nothing any more. */
  | { is: 'over' }
  /** The scale rested on a third value: what was recorded was not at rest, or was held. */
  | { is: 'third'; grams: number; afterMs: number };

export const weighedNow = (record: WeighRecord, atMs: number): Weighed => ({
  grossGrams: record.grossGrams,
  divisionGrams: record.divisionGrams,
  connection: record.connection,
  atMs,
});

/**
 * What the next frame says of a weighing: for five seconds its scale may rest on the recorded
 * value and on one beside it, and on no other (OIML R 76 4.4.2, A.4.12). Goods that are taken off
 * end it; more on the plate than was recorded does not.
 */
export function afterwards(weighed: Weighed, frame: WeighFrame): Afterwards {
  const { grossGrams, divisionGrams, connection, atMs, besideGrams } = weighed;
  const afterMs = frame.atMs - atMs;
  if (frame.connection !== connection || afterMs > AFTERWARDS_MS) return { is: 'over' };
  if (frame.kind === 'moving') return { is: 'at-rest', weighed };
  const { grams } = frame;
  if (frame.kind !== 'stable' || grams === undefined) return { is: 'over' };
  const offGrams = grams - grossGrams;
  if (offGrams < -TAKEN_OFF_DIVISIONS * divisionGrams) return { is: 'over' };
  if (offGrams === 0 || grams === besideGrams) return { is: 'at-rest', weighed };
  if (Math.abs(offGrams) > divisionGrams || besideGrams !== undefined)
    return { is: 'third', grams, afterMs };
  return { is: 'at-rest', weighed: { ...weighed, besideGrams: grams } };
}
