import type { WeighBasis } from './record.ts';

/**
 * `numerator / denominator` to the nearest integer, halves upwards: the one rounding of the
 * project. Exact, since only remainders and exact quotients are used, never a fraction.
 * Throws RangeError outside the safe integers and for a denominator below 1.
 */
export function roundHalfUpDivide(numerator: number, denominator: number): number {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator < 1) {
    throw new RangeError(`cannot divide ${numerator} by ${denominator} exactly`);
  }
  const signed = numerator % denominator;
  const remainder = signed < 0 ? signed + denominator : signed;
  const floor = (numerator - signed) / denominator - (signed < 0 ? 1 : 0);
  const rounded = remainder >= denominator - remainder ? floor + 1 : floor;
  return rounded === 0 ? 0 : rounded;
}

/** Grams one unit price is for. */
export const GRAMS_PER_BASIS: Record<WeighBasis, number> = { kg: 1000, '500g': 500 };

/**
 * Fen for `netGrams` at `unitPriceFen` per kilogram or per 市斤. Throws RangeError for anything
 * that is not a non-negative integer, or where the product leaves the safe integers.
 */
export function amountForWeight(netGrams: number, unitPriceFen: number, basis: WeighBasis): number {
  if (!Number.isSafeInteger(netGrams) || !Number.isSafeInteger(unitPriceFen)) {
    throw new RangeError(`${netGrams} g at ${unitPriceFen} fen is not in whole grams and fen`);
  }
  if (netGrams < 0 || unitPriceFen < 0) {
    throw new RangeError(`${netGrams} g at ${unitPriceFen} fen is below zero`);
  }
  return roundHalfUpDivide(netGrams * unitPriceFen, GRAMS_PER_BASIS[basis]);
}
