/** What stands in a list before anything is searched for: what this store sells often, by category. */
import type { CatalogueItem, PriceBasis } from './catalogue.ts';

export interface Browse {
  category?: string;
  /** Only goods sold by the piece, or by weight. */
  sold?: 'piece' | 'weight';
}

export interface Browsed {
  items: CatalogueItem[];
  /** Categories of what may be found this way, the best selling first. */
  categories: string[];
}

export const soldAs = ({ priceBasis }: { priceBasis: PriceBasis }, sold: Browse['sold']): boolean =>
  sold === undefined || (priceBasis === 'each') === (sold === 'piece');

/**
 * At most `limit` items, those sold most often first, then in the order of the book. Goods with a
 * barcode are scanned, so they are listed only where pieces alone are asked for.
 *
 * @param sales how often each SKU was sold of late.
 */
export function browse(
  items: readonly CatalogueItem[],
  { category, sold }: Browse,
  sales: ReadonlyMap<string, number>,
  limit: number,
): Browsed {
  const fit = items.filter((item) => soldAs(item, sold) && (sold === 'piece' || !item.gtin));
  const often = ({ sku }: CatalogueItem) => sales.get(sku) ?? 0;
  const totals = new Map<string, number>();
  for (const item of fit) totals.set(item.category, (totals.get(item.category) ?? 0) + often(item));
  const shown = fit.filter((item) => category === undefined || item.category === category);
  return {
    items: shown.toSorted((a, b) => often(b) - often(a)).slice(0, limit),
    categories: [...totals].sort(([, a], [, b]) => b - a).map(([name]) => name),
  };
}
