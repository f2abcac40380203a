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
export function formatYuan(amountFen: number): string {
  const whole = Math.abs(fen(amountFen));
  const cents = whole % 100;
  const sign = amountFen < 0 ? '-' : '';
  return `${sign}${(whole - cents) / 100}.${String(cents).padStart(2, '0')}`;
}
