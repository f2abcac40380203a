/** What speaks for an item besides its looks. Each gives a gentle factor; none decides alone. */

/** How far the most and the least sold item of the day may be apart. */
const SALES_EXPONENT = 0.3;
const SALES_FACTOR_MIN = 0.6;
const SALES_FACTOR_MAX = 1.6;

/** Goods lighter than this part of one usual piece are unlikely to be that item. */
const PIECE_PART_MIN = 0.4;
const TOO_LIGHT_FACTOR = 0.2;

/**
 * One factor an item from what was sold lately, smoothed so that an item never sold stays
 * possible: ((count + mean) / (2 × mean)) ^ 0.3 within 0.6…1.6.
 *
 * @param recentSales sales per SKU over the last days; an empty map gives 1 for everything.
 */
export function salesFactors(
  skus: ReadonlySet<string>,
  recentSales: ReadonlyMap<string, number>,
): Map<string, number> {
  const counts = [...skus].map((sku) => recentSales.get(sku) ?? 0);
  const mean = counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length);
  const factors = new Map<string, number>();
  for (const sku of skus) {
    const share = mean === 0 ? 1 : ((recentSales.get(sku) ?? 0) + mean) / (2 * mean);
    const factor = share ** SALES_EXPONENT;
    factors.set(sku, Math.min(SALES_FACTOR_MAX, Math.max(SALES_FACTOR_MIN, factor)));
  }
  return factors;
}

/** Half a melon is sold; a fifth of an apple is not. Unknown weights say nothing: 1. */
export function weightFactor(grams: number | undefined, unitGrams: number | undefined): number {
  if (grams === undefined || unitGrams === undefined) return 1;
  return grams < unitGrams * PIECE_PART_MIN ? TOO_LIGHT_FACTOR : 1;
}
