/** A whole number of grams that was checked once, where it came in. */
export type Grams = number & { readonly unit: 'gram' };

/** Checks a weight. Throws RangeError for anything that is not a safe integer. */
export function grams(weight: number): Grams {
  if (!Number.isSafeInteger(weight)) throw new RangeError(`${weight} is not a whole gram weight`);
  return weight as Grams;
}

/** `612` → `0.612`, in kilograms with the three decimals a scale shows. */
export function formatKilograms(weightGrams: number): string {
  const whole = Math.abs(grams(weightGrams));
  const rest = whole % 1000;
  const sign = weightGrams < 0 ? '-' : '';
  return `${sign}${(whole - rest) / 1000}.${String(rest).padStart(3, '0')}`;
}
