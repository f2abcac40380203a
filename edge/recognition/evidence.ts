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

/** Pieces of one kind differ by about so much in mass (standard deviation, share of one piece). */
const PIECE_SPREAD = 0.12;
/** A mass no whole number of pieces explains makes goods sold by the piece so much less likely. */
const ODD_MASS_FACTOR = 0.3;
const PIECES_MAX = 99;

/** Half a melon is sold; a fifth of an apple is not. Unknown weights say nothing: 1. */
export function weightFactor(
  grams: number | undefined,
  unitGrams: number | undefined,
  byPiece = false,
): number {
  if (grams === undefined || unitGrams === undefined) return 1;
  if (grams < unitGrams * PIECE_PART_MIN) return TOO_LIGHT_FACTOR;
  return byPiece && piecesIn(grams, unitGrams) === undefined ? ODD_MASS_FACTOR : 1;
}

/**
 * How many pieces of usual mass lie there; undefined where no whole number fits, or two do.
 * Masses add up as independent ones: n pieces spread by √n times one's.
 */
export function piecesIn(grams: number, unitGrams: number): number | undefined {
  const pieces = Math.round(grams / unitGrams);
  if (pieces < 1 || pieces > PIECES_MAX) return undefined;
  const spread = PIECE_SPREAD * unitGrams * Math.sqrt(pieces);
  const off = Math.abs(grams - pieces * unitGrams);
  // Beyond half a piece of spread the next number is as good.
  return off <= 2 * spread && 2 * spread < unitGrams * 1.2 ? pieces : undefined;
}
