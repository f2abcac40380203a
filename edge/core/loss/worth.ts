/** What goods come to at today's price, in fen. */
import { amountForWeight } from '../weigh/amount.ts';
import type { Priced } from './losses.ts';

export interface Amount {
  pieces: number;
  /** Undefined where nothing was weighed. */
  grams?: number;
}

/** Undefined where the price is by weight and there is none, or the goods are not known. */
export function worthFen(goods: Priced | undefined, { pieces, grams }: Amount): number | undefined {
  if (!goods) return undefined;
  const { unitPriceFen, priceBasis } = goods;
  if (priceBasis === 'each') return unitPriceFen * pieces;
  return grams === undefined ? undefined : amountForWeight(grams, unitPriceFen, priceBasis);
}

export const nameOf = (goods: Priced | undefined, sku: string) =>
  goods?.name ?? { zh: sku, en: sku };
