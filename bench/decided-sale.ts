/** A paid sale of a bench's shop as its events, decided as a lane decides. */
import type { CatalogueItem } from '../edge/core/catalogue/catalogue.ts';
import type { DomainEvent } from '../edge/core/events.ts';
import {
  decideSale,
  evolveSale,
  type SaleCommand,
  type SaleState,
} from '../edge/core/sale/sale.ts';
import { captured, requestTender, WATER } from '../edge/ledger/shop.fixture.ts';
import { systemIds } from '../edge/runtime.ts';

export const ARTICLES = 500;

/** One of `ARTICLES`, each with a name, a price and initials of its own. */
export const article = (n: number): CatalogueItem => ({
  ...WATER,
  ...{ sku: `SKU${String(n).padStart(5, '0')}`, gtin: undefined, pinyin: [`sp${n}`] },
  ...{ name: { zh: `商品${n}`, en: `Article ${n}` }, unitPriceFen: 99 + ((n * 37) % 4000) },
});

export interface DecidedSale {
  events: DomainEvent[];
  state: SaleState | undefined;
}

/** One piece each of `articles`. Ids are of chance, as a store has them: they do not compress. */
export function decidedSale(laneId: string, articles: readonly number[]): DecidedSale {
  const saleId = systemIds('sale');
  const events: DomainEvent[] = [];
  let state: SaleState | undefined;
  const carryOut = (command: SaleCommand) => {
    const decision = decideSale(state, command);
    if (!decision.ok) throw new Error(`refused: ${command.kind} ${decision.refusal.code}`);
    for (const event of decision.value) state = evolveSale(state, event);
    events.push(...decision.value);
  };
  carryOut({ kind: 'start', saleId, laneId, priceBookVersion: 1 });
  for (const n of articles) {
    const lineId = systemIds('line');
    const item = article(n % ARTICLES);
    carryOut({ kind: 'add-item', lineId, item, quantity: 1, choice: { by: 'scan' } });
  }
  const tenderId = systemIds('tender');
  carryOut(requestTender(tenderId));
  carryOut(captured(tenderId, state?.totalFen ?? 0, saleId));
  carryOut({ kind: 'record-receipt-printed', jobId: `${saleId}-job` });
  return { events, state };
}
