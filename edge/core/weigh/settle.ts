import type { ScaleLimits, WeighFrame } from './record.ts';

/** Equal stable frames a weight must rest on, and how old the newest may be. */
export const STABLE_FRAMES_NEEDED = 3;
export const FRAME_MAX_AGE_MS = 1000;

/** Why there is no weight yet. */
export type WaitReason =
  | 'moving'
  | 'too-few'
  | 'stale'
  | 'overload'
  | 'underload'
  | 'fault'
  | 'below-min'
  | 'not-multiple'
  | 'empty';

export interface Settled {
  settled: true;
  grossGrams: number;
  stableFrames: number;
  connection: number;
  /** Age of the newest frame. */
  ageMs: number;
}

export type Settling = Settled | { settled: false; reason: WaitReason };

const waiting = (reason: WaitReason): Settling => ({ settled: false, reason });

/**
 * Whether the newest frames (oldest first, as they arrived) agree on a weight: at least three
 * equal stable ones in a row, the newest no older than a second, all over one connection. A frame
 * dated after `nowMs` is as bad as an old one.
 */
export function settle(
  frames: readonly WeighFrame[],
  nowMs: number,
  limits: ScaleLimits,
): Settling {
  const newest = frames.at(-1);
  if (!newest) return waiting('stale');
  const ageMs = nowMs - newest.atMs;
  if (!(ageMs >= 0 && ageMs <= FRAME_MAX_AGE_MS)) return waiting('stale');
  if (newest.kind === 'zero') return waiting('empty');
  if (newest.kind !== 'stable') return waiting(newest.kind);
  const { grams: grossGrams, connection } = newest;
  if (grossGrams === undefined || !Number.isSafeInteger(grossGrams)) return waiting('fault');
  if (grossGrams === 0) return waiting('empty');
  if (grossGrams < 0) return waiting('underload');
  if (grossGrams > limits.maxGrams) return waiting('overload');
  const stableFrames = equalTail(frames, newest);
  if (stableFrames < STABLE_FRAMES_NEEDED) return waiting('too-few');
  if (grossGrams < limits.minGrams) return waiting('below-min');
  if (grossGrams % limits.divisionGrams !== 0) return waiting('not-multiple');
  return { settled: true, grossGrams, stableFrames, connection, ageMs };
}

/** How many frames at the end say the same as `newest`, in the order of time. */
function equalTail(frames: readonly WeighFrame[], newest: WeighFrame): number {
  let count = 0;
  let laterMs = newest.atMs;
  for (let at = frames.length - 1; at >= 0; at--) {
    const frame = frames[at];
    if (frame?.kind !== 'stable' || frame.grams !== newest.grams) break;
    if (frame.connection !== newest.connection || frame.atMs > laterMs) break;
    laterMs = frame.atMs;
    count++;
  }
  return count;
}
