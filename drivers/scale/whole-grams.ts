/**
 * Whole grams that decimal digits say. Digits are counted, never computed with: 0.1 + 0.2 has no
 * place on a scale.
 */

/** Powers of ten from the unit to the gram; all other units are not for sale here. */
const EXPONENTS: Readonly<Record<string, number>> = { kg: 3, g: 0, mg: -3 };

/**
 * Grams of `whole.fraction unit`, or undefined where the unit is not one of kg, g and mg or the
 * value is finer than a gram.
 * @param round takes the nearest gram instead
 */
export function wholeGrams(
  whole: string,
  fraction: string,
  unit: string,
  round = false,
): number | undefined {
  const exponent = EXPONENTS[unit];
  if (exponent === undefined) return undefined;
  const finer = fraction.length - exponent;
  if (finer <= 0) return Number(whole + fraction + '0'.repeat(-finer));
  const digits = (whole + fraction).padStart(finer + 1, '0');
  const rest = digits.slice(-finer);
  const grams = Number(digits.slice(0, -finer));
  if (!/[1-9]/.test(rest)) return grams;
  return round ? grams + (rest >= '5' ? 1 : 0) : undefined;
}
