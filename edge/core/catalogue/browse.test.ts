import { describe, expect, it } from 'vitest';
import { demoCatalogue } from '../../../simulator/goods.ts';
import { browse } from './browse.ts';

const items = demoCatalogue().items.filter((item) => item.onSale);
const loose = items.filter((item) => !item.gtin);
const skus = (list: { sku: string }[]) => list.map(({ sku }) => sku);

describe('before anything is searched for', () => {
  it('what this store sells often comes first, then the order of the book', () => {
    const [first, second, third, ...rest] = skus(loose);
    const sales = new Map([
      [third!, 9],
      [second!, 4],
    ]);
    const { items: listed } = browse(items, {}, sales, 200);
    expect(skus(listed)).toEqual([third, second, first, ...rest]);
    expect(skus(browse(items, {}, sales, 2).items)).toEqual([third, second]);
  });

  it('what has a barcode is not listed, unless only pieces can be sold', () => {
    expect(browse(items, {}, new Map(), 500).items.some(({ gtin }) => gtin)).toBe(false);
    const pieces = browse(items, { sold: 'piece' }, new Map(), 500).items;
    expect(skus(pieces)).toEqual(skus(items.filter(({ priceBasis }) => priceBasis === 'each')));
    expect(pieces.length).toBeGreaterThan(20);
  });

  it('a category narrows the list, and the categories stay, the best selling first', () => {
    const nut = loose.find(({ category }) => category === 'nut')!;
    const { categories } = browse(items, {}, new Map(), 5);
    expect(categories.toSorted()).toEqual([...new Set(loose.map((i) => i.category))].sort());
    const found = browse(items, { category: 'nut', sold: 'weight' }, new Map([[nut.sku, 3]]), 50);
    expect(found.categories[0]).toBe('nut');
    expect(new Set(found.items.map(({ category }) => category))).toEqual(new Set(['nut']));
    expect(browse(items, { category: 'none such' }, new Map(), 5).items).toEqual([]);
  });
});
