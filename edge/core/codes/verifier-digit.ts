/** Price and measure verifier digits (GS1 General Specifications §7.9), by their four tables. */

const TWO_MINUS = '0246891357';
const THREE = '0369258147';
const FIVE_PLUS = '0516273849';
const FIVE_MINUS = '0594837261';

const weighted = (digits: string, tables: readonly string[]): number =>
  tables.reduce((sum, table, at) => sum + Number(table[Number(digits[at])]), 0);

/** Verifier of a 4- or 5-digit price or weight field; undefined for any other text. */
export function verifierDigit(field: string): string | undefined {
  if (/^\d{4}$/.test(field)) {
    const sum = weighted(field, [TWO_MINUS, TWO_MINUS, THREE, FIVE_MINUS]);
    return String((sum * 3) % 10);
  }
  if (/^\d{5}$/.test(field)) {
    const sum = weighted(field, [FIVE_PLUS, TWO_MINUS, FIVE_MINUS, FIVE_PLUS, TWO_MINUS]);
    return String(FIVE_MINUS.indexOf(String((10 - (sum % 10)) % 10)));
  }
  return undefined;
}
