/** A whole number of fen (1/100 yuan) that was checked once, where it came in. */
export type Fen = number & { readonly unit: 'fen' };

/** Checks an amount. Throws RangeError for anything that is not a safe integer. */
export function fen(amount: number): Fen {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole fen amount`);
  return amount as Fen;
}

/** Sum of amounts; throws RangeError where it leaves the safe integers. */
export const addFen = (...amounts: number[]): Fen =>
  amounts.reduce<Fen>((sum, amount) => fen(sum + fen(amount)), fen(0));

/** `1035` → `10.35`, `-5` → `-0.05`; no sign of the currency. */
export const formatYuan = (amountFen: number): string => formatMinor(amountFen, 2);

/** The same for a currency with another number of decimals; `1035` with none → `1035`. */
export function formatMinor(amountMinor: number, decimals: number): string {
  const digits = String(Math.abs(fen(amountMinor))).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const sign = amountMinor < 0 ? '-' : '';
  return `${sign}${digits.slice(0, point)}${decimals > 0 ? `.${digits.slice(point)}` : ''}`;
}
