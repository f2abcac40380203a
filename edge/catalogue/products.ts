/** The table of articles: the price book in use, beside what head office says. */
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { LocalValue } from '../core/catalogue/catalogue-state.ts';
import { searchItems } from '../core/catalogue/search.ts';
import { grouped } from '../core/sale/grouped.ts';
import {
  type LocalValueView,
  PRODUCT_FILTERS,
  type ProductFilter,
  type ProductQuery,
  type ProductsView,
  type ProductView,
} from '../core/views/catalogue-view.ts';
import { type CatalogueParts, undoableEdits } from './keeper.ts';

type Values = ReadonlyMap<string, readonly LocalValue[]>;

const FITS: Record<ProductFilter, (item: CatalogueItem, values: Values) => boolean> = {
  all: () => true,
  'on-sale': ({ onSale }) => onSale,
  'off-sale': ({ onSale }) => !onSale,
  local: ({ sku }, values) => values.has(sku),
  locked: ({ priceLockedBy }) => priceLockedBy !== undefined,
};

export function productsView(
  parts: CatalogueParts,
  { text, filter, limit }: ProductQuery,
): ProductsView {
  const { ledger } = parts;
  const version = ledger.priceBookVersion();
  const items = ledger.items(version);
  const values: Values = grouped(ledger.catalogue().values, ({ sku }) => sku);
  const fitting = items.filter((item) => FITS[filter](item, values));
  const found = searchItems(fitting, text, fitting.length);
  const count = (each: ProductFilter): [ProductFilter, number] => [
    each,
    items.filter((item) => FITS[each](item, values)).length,
  ];
  return {
    wallMs: parts.clock.wallMs(),
    version,
    publishedVersion: ledger.publishedVersion(),
    total: found.length,
    products: found.slice(0, limit).map((item) => productView(item, values.get(item.sku) ?? [])),
    counts: Object.fromEntries(PRODUCT_FILTERS.map(count)) as ProductsView['counts'],
    undoable: undoableEdits(parts),
  };
}

function productView(item: CatalogueItem, values: readonly LocalValue[]): ProductView {
  const { sku, name, picture, category, plu, gtin, unitPriceFen, priceBasis } = item;
  const { memberPriceFen, minimumPriceFen, priceLockedBy, unitGrams } = item;
  return {
    ...{ sku, name, picture, category, unitPriceFen, priceBasis },
    ...{ pinyin: item.pinyin, tareGrams: item.tareGrams, onSale: item.onSale },
    ...(plu !== undefined && { plu }),
    ...(gtin !== undefined && { gtin }),
    ...(unitGrams !== undefined && { unitGrams }),
    ...(memberPriceFen !== undefined && { memberPriceFen }),
    ...(minimumPriceFen !== undefined && { minimumPriceFen }),
    ...(priceLockedBy !== undefined && { lockedBy: priceLockedBy }),
    local: values.map(
      ({ field, base, by, wallMs }): LocalValueView => ({ field, base, by: by.name, wallMs }),
    ),
  };
}
