/** Price rules at a lane: what the basket at hand should cost by the price book it began with. */
import { USUAL_POLICY } from '../config/config.ts';
import type { DomainEvent, SaleLine } from '../core/events.ts';
import { isPriced, priceBasket } from '../core/sale/promotion.ts';
import type { SaleState } from '../core/sale/sale.ts';
import { keptFen } from '../core/sale/tender.ts';
import type { LaneParts } from './inside.ts';

/** The one event that brings a basket's discounts up to date; undefined where they are. */
export type Repricer = (sale: SaleState) => DomainEvent | undefined;

export function repricerOf({ ledger, config }: Pick<LaneParts, 'ledger' | 'config'>): Repricer {
  const lowerWins = (config.policy ?? USUAL_POLICY).lowerPriceWins;
  return (sale) => {
    const { saleId, lines, member, priceBookVersion: version, phase } = sale;
    if (phase !== 'open' || keptFen(sale.tenders) > 0) return undefined;
    const newest = ledger.priceBookVersion();
    const discounts = priceBasket({
      lines,
      promotions: ledger.promotions(version),
      ...(member && { member }),
      itemOf: (sku) => ledger.item(version, sku),
      ...(lowerWins && newest !== version && { newestOf: (sku) => ledger.item(newest, sku) }),
      percentOffLot: (line) => percentOffLot({ ledger }, line),
    });
    if (isPriced(lines, discounts)) return undefined;
    return { type: 'BasketRepriced', body: { saleId, discounts } };
  };
}

/** By the batch on the package; without one nobody can tell which piece was taken. */
function percentOffLot({ ledger }: Pick<LaneParts, 'ledger'>, { sku, lot }: SaleLine): number {
  if (lot?.supplierLot === undefined) return 0;
  for (const known of ledger.stockState().lots.values())
    if (known.sku === sku && known.supplierLot === lot.supplierLot) return known.percentOff;
  return 0;
}
