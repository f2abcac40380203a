import type { Random } from '../edge/core/ports.ts';

export const FIRST_RETRY_MS = 1_000;
export const LONGEST_RETRY_MS = 300_000;

/**
 * Milliseconds to wait after the `failures`th failure in a row (1 for the first): doubling from
 * one second to five minutes, of which a random half, so that stores come back one by one.
 */
export function retryDelayMs(failures: number, random: Random): number {
  const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(longest * (0.5 + random() / 2));
}
