/** New unit prices by one rule for many articles: percent, so many fen more or less, or one price. */
import { MAX_UNIT_PRICE_FEN } from './price-book.ts';

export type PriceRule =
  /** In 1/100 of a percent, signed: -1000 is ten percent off. */
  | { kind: 'percent'; basisPoints: number; roundToFen: RoundTo }
  | { kind: 'add'; fen: number }
  | { kind: 'set'; fen: number };

/** To a fen, a jiao, or a yuan. */
export type RoundTo = 1 | 10 | 100;

/** The least price a store may ask for. */
export const MIN_UNIT_PRICE_FEN = 1;

/** Undefined where it would be no price: below one fen or above 100 000 yuan. Halves go up. */
export function newPriceFen(fen: number, rule: PriceRule): number | undefined {
  const wanted = wantedFen(fen, rule);
  const isPrice = wanted >= MIN_UNIT_PRICE_FEN && wanted <= MAX_UNIT_PRICE_FEN;
  return Number.isSafeInteger(wanted) && isPrice ? wanted : undefined;
}

function wantedFen(fen: number, rule: PriceRule): number {
  if (rule.kind === 'set') return rule.fen;
  if (rule.kind === 'add') return fen + rule.fen;
  const step = BigInt(rule.roundToFen) * 10_000n;
  const exact = BigInt(fen) * BigInt(10_000 + rule.basisPoints);
  return Number((exact * 2n + step) / (step * 2n)) * rule.roundToFen;
}
