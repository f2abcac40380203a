/** What may be taken off a weight: the containers the scales offer. */

/** Grams: none, a thin bag, a thick bag, a tray; those off a scale's division are not offered. */
export const TARES_GRAMS = [0, 10, 20, 50] as const;

/**
 * Whether a container weighs so much. A tare of any size would be a way to pay less: only the
 * offered ones, or the article's own (`usualGrams`), are taken off.
 */
export const isContainer = (tareGrams: number, usualGrams = 0): boolean =>
  TARES_GRAMS.some((grams) => grams === tareGrams) || tareGrams === usualGrams;
