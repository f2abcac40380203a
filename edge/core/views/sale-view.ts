/** A sale as the shopper's screen shows it, and prices in words. */
import type { PriceBasis } from '../catalogue/catalogue.ts';
import type { SaleLine } from '../events.ts';
import { formatYuan } from '../money.ts';
import type { Text } from '../ports.ts';
import { grossFen } from '../sale/promotion.ts';
import type { SaleState } from '../sale/sale.ts';
import type { LineView, SaleView } from './views.ts';

const PER: Record<PriceBasis, Text> = {
  each: { zh: '件', en: 'each' },
  kg: { zh: '千克', en: 'kg' },
  '500g': { zh: '500克', en: '500 g' },
};

/** `12.90 元/千克`, `12.90 yuan/kg`. */
export function unitPriceText(unitPriceFen: number, basis: PriceBasis): Text {
  const yuan = formatYuan(unitPriceFen);
  return { zh: `${yuan} 元/${PER[basis].zh}`, en: `${yuan} yuan/${PER[basis].en}` };
}

function lineView(line: SaleLine): LineView {
  const { lineId, sku, name, picture, how, quantity, weighing } = line;
  const { unitPriceFen, priceBasis, amountFen } = line;
  const weights = weighing && { netGrams: weighing.netGrams, tareGrams: weighing.tareGrams };
  const fixed = { lineId, sku, name, picture, how, quantity, unitPriceFen, priceBasis, amountFen };
  const discounts = line.discounts?.map(({ name, amountFen }) => ({ name, amountFen }));
  return { ...fixed, ...weights, ...(discounts && { discounts }) };
}

/** Lines oldest first; `count` is pieces plus weighed lines. */
export function saleView({ saleId, lines, totalFen, member }: SaleState): SaleView {
  const count = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const newest = lines.at(-1);
  const savedFen = lines.reduce((sum, line) => sum + grossFen(line) - line.amountFen, 0);
  return {
    saleId,
    lines: lines.map(lineView),
    count,
    totalFen,
    ...(savedFen > 0 && { savedFen }),
    ...(member && { member: true as const }),
    ...(newest ? { newestLineId: newest.lineId } : {}),
  };
}
