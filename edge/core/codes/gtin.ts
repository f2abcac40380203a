/** GS1 numbers: check digits and the one 14-digit form that compares (GS1 General Specs §7.9). */

/** Whether `text` is nothing but ASCII digits. */
export const isDigits = (text: string): boolean => /^\d+$/.test(text);

/**
 * Check digit for the digits before it: weights 3,1,3,1… from the right, then up to the next
 * ten. Serves GTIN, SSCC, GLN and the 18-digit labels. Undefined for anything but digits.
 */
export function checkDigit(body: string): string | undefined {
  if (!isDigits(body)) return undefined;
  let sum = 0;
  for (let at = 0; at < body.length; at++) {
    const weight = (body.length - at) % 2 === 1 ? 3 : 1;
    sum += weight * (body.charCodeAt(at) - 48);
  }
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit of `text` is the check digit of those before it. */
export const hasCheckDigit = (text: string): boolean =>
  text.length > 1 && checkDigit(text.slice(0, -1)) === text.slice(-1);

const GTIN_LENGTHS = [8, 12, 13, 14];

/** Whether `text` is a GTIN-8, -12, -13 or -14 with a right check digit. */
export const isGtin = (text: string): boolean =>
  GTIN_LENGTHS.includes(text.length) && hasCheckDigit(text);

/** The 14-digit form, by zeros on the left; undefined for what is no GTIN. */
export const normaliseGtin = (text: string): string | undefined =>
  isGtin(text) ? text.padStart(14, '0') : undefined;

/** Whether two GTINs of any length name the same article; false for what is no GTIN. */
export function sameGtin(one: string, other: string): boolean {
  const normal = normaliseGtin(one);
  return normal !== undefined && normal === normaliseGtin(other);
}
