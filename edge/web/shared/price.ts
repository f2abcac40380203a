import type { PriceBasis } from '../../core/catalogue/catalogue.ts';
import type { WeightView } from '../../core/views/views.ts';
import { amountForWeight } from '../../core/weigh/amount.ts';
import { netGrams } from './dial.tsx';

/**
 * What an article would cost at the weight shown, in fen: a preview by the edge's own rule; the
 * edge computes the price that counts. Undefined for a weighed article without a stable weight.
 */
export function priceForWeight(
  item: { unitPriceFen: number; priceBasis: PriceBasis },
  weight: WeightView,
): number | undefined {
  if (item.priceBasis === 'each') return item.unitPriceFen;
  const grams = weight.kind === 'stable' ? netGrams(weight) : undefined;
  if (grams === undefined || grams < 0) return undefined;
  return amountForWeight(grams, item.unitPriceFen, item.priceBasis);
}
