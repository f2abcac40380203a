import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { item } from '../sale/sale.fixture.ts';
import type { CatalogueItem } from './catalogue.ts';
import { checkPriceBook } from './price-book.ts';
import { searchItems } from './search.ts';

const SEED = Number(process.env.SEED ?? 20261123);

const fuji = item('1001', {
  name: { zh: '红富士苹果', en: 'Fuji apple' },
  pinyin: ['hfspg', 'pg'],
  plu: '4131',
  priceBasis: 'kg',
});
const water = item('2001', {
  name: { zh: '矿泉水', en: 'Water' },
  pinyin: ['kqs'],
  gtin: '6901234567892',
});
const juice = item('2002', {
  name: { zh: '苹果汁', en: 'Apple juice' },
  pinyin: ['pgz'],
  gtin: '9521234543213',
});
const book = { storeId: 'store-1', version: 7, issuedWallMs: 0, items: [fuji, water, juice] };

const detail = (value: unknown): string => {
  const answer = checkPriceBook(value);
  if (answer.ok) return 'accepted';
  expect(answer.refusal.code).toBe('PRICE_BOOK_INVALID');
  const { where, problem } = answer.refusal.detail ?? {};
  return `${where}: ${problem}`;
};
const withItem = (change: Record<string, unknown>) => ({
  ...book,
  items: [fuji, { ...water, ...change }],
});

describe('a price book from head office', () => {
  it('is taken whole when everything in it is right', () => {
    expect(checkPriceBook(book)).toEqual({ ok: true, value: book });
    expect(detail({ ...book, items: [] })).toBe('accepted');
  });

  it.each<[unknown, string]>([
    [undefined, ': not an object'],
    [[], ': not an object'],
    ['book', ': not an object'],
    [{ ...book, version: 0 }, 'version: not a whole number'],
    [{ ...book, version: '7' }, 'version: not a whole number'],
    [{ ...book, storeId: '../store' }, 'storeId: not 1 to 64'],
    [{ ...book, items: {} }, 'items: not 100000 items'],
    [{ ...book, discount: 0.5 }, 'discount: unknown field'],
    [withItem({ discount: 0.5 }), 'items[1].discount: unknown field'],
    [{ ...book, items: [null] }, 'items[0].: not an object'],
    [withItem({ sku: '' }), 'items[1].sku: not 1 to 64'],
    [withItem({ sku: '1001' }), 'items[1].sku: twice'],
    [withItem({ name: 'Water' }), 'items[1].name: not a text in two'],
    [withItem({ name: { zh: '水' } }), 'items[1].name: not a text'],
    [withItem({ name: { zh: '水', en: 'Water', fr: 'Eau' } }), 'items[1].name: has an unknown'],
    [withItem({ name: { zh: '水\x1b@', en: 'Water' } }), 'items[1].name: has a control'],
    [withItem({ name: { zh: '水', en: 'Wa\u202eter' } }), 'items[1].name: has a control'],
    [withItem({ name: { zh: '水\ud800', en: 'Water' } }), 'items[1].name: has a control'],
    [withItem({ name: { zh: ' ', en: 'Water' } }), 'items[1].name: not 1 to 60'],
    [withItem({ name: { zh: '水'.repeat(61), en: 'Water' } }), 'items[1].name: not 1 to 60'],
    [withItem({ pinyin: 'kqs' }), 'items[1].pinyin: not at most'],
    [withItem({ aliases: '番茄' }), 'items[1].aliases: not at most'],
    [withItem({ aliases: [''] }), 'items[1].aliases: not at most'],
    [withItem({ pinyin: ['KQS'] }), 'items[1].pinyin: not at most'],
    [withItem({ gtin: '6901234567893' }), 'items[1].gtin: bad check digit'],
    [withItem({ gtin: 6901234567892 }), 'items[1].gtin: bad check digit'],
    [{ ...book, items: [water, { ...juice, gtin: '06901234567892' }] }, 'items[1].gtin: twice'],
    [withItem({ plu: '4131' }), 'items[1].plu: twice'],
    [withItem({ plu: '041' }), 'items[1].plu: not 4 or 5 digits'],
    [withItem({ unitPriceFen: 9.9 }), 'items[1].unitPriceFen: not a whole'],
    [withItem({ unitPriceFen: -1 }), 'items[1].unitPriceFen: not a whole'],
    [withItem({ unitPriceFen: null }), 'items[1].unitPriceFen: not a whole'],
    [withItem({ unitPriceFen: 1e21 }), 'items[1].unitPriceFen: not a whole'],
    [withItem({ priceBasis: 'lb' }), 'items[1].priceBasis: not each'],
    [withItem({ vatBasisPoints: 10_001 }), 'items[1].vatBasisPoints: not a whole'],
    [withItem({ tareGrams: -2 }), 'items[1].tareGrams: not a whole'],
    [withItem({ unitGrams: 0 }), 'items[1].unitGrams: not a whole'],
    [withItem({ minimumAge: 18.5 }), 'items[1].minimumAge: not a whole'],
    [withItem({ onSale: 'yes' }), 'items[1].onSale: not true or false'],
    [withItem({ picture: '../../etc/passwd' }), 'items[1].picture: not a plain file name'],
    [withItem({ picture: '.env' }), 'items[1].picture: not a plain file name'],
    [withItem({ category: undefined }), 'items[1].category: not a text'],
  ])('is refused at its mistake (%#): %o', (value, mistake) => {
    expect(detail(value)).toContain(mistake);
  });

  it.each([
    ['an article that is not in it', { sku: 'x' }, 'shelves[0] slots[0] sku "x" is not in'],
    ['a par above what fits', { par: 9 }, 'par 9 is not 0 to capacity 6'],
  ])('is refused for a lay-out with %s', (_, more, problem) => {
    const slot = {
      slotId: '1',
      sku: fuji.sku,
      capacity: 6,
      par: 6,
      facings: 1,
      unitWeightGrams: 9,
    };
    const planogram = {
      ...{ cabinetId: 'c-1', version: 1, origin: 'head-office' as const },
      shelves: [{ shelfId: '1', slots: [{ ...slot, ...more }] }],
    };
    const answer = checkPriceBook({ ...book, planograms: [planogram] });
    expect(answer.ok || answer.refusal.detail).toMatchObject({
      where: 'planograms[0]',
      problem: expect.stringContaining(problem),
    });
    const sound = { ...planogram, shelves: [{ shelfId: '1', slots: [slot] }] };
    expect(checkPriceBook({ ...book, planograms: [sound] }).ok).toBe(true);
    expect(checkPriceBook({ ...book, planograms: [sound, sound] }).ok).toBe(false);
  });

  it('is judged without a crash whatever arrives', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(checkPriceBook(value).ok).toBe(false);
        const items = [value] as unknown[];
        expect(checkPriceBook({ ...book, items }).ok).toBe(false);
      }),
      { seed: SEED },
    );
  });
});

describe('looking for an article', () => {
  const items: CatalogueItem[] = [juice, fuji, water];
  const found = (query: string, limit = 10) =>
    searchItems(items, query, limit).map(({ sku }) => sku);

  it.each([
    ['pg', ['1001', '2002']],
    ['PG', ['1001', '2002']],
    ['hf', ['1001']],
    ['苹果', ['2002', '1001']],
    ['apple', ['2002', '1001']],
    ['41', ['1001']],
    ['6901', ['2001']],
    [' kqs ', ['2001']],
    ['', ['2002', '1001', '2001']],
    ['西瓜', []],
  ])('"%s" finds %j', (query, skus) => expect(found(query)).toEqual(skus));

  it('stops at the number of places on the screen', () => {
    expect(found('', 2)).toEqual(['2002', '1001']);
    expect(found('p', 1)).toEqual(['2002']);
  });
});
