import type { PriceBasis } from '../../core/catalogue.ts';
import type { WeightView } from '../../core/views.ts';
import { amountForWeight } from '../../core/weigh/amount.ts';

/**
 * What an article would cost at the weight shown, in fen: a preview by the edge's own rule; the
 * edge computes the price that counts. Undefined for a weighed article without a stable weight.
 */
export function priceForWeight(
  item: { unitPriceFen: number; priceBasis: PriceBasis },
  weight: WeightView,
): number | undefined {
  if (item.priceBasis === 'each') return item.unitPriceFen;
  if (weight.kind !== 'stable' || weight.grams === undefined || weight.grams < 0) return undefined;
  return amountForWeight(weight.grams, item.unitPriceFen, item.priceBasis);
}
