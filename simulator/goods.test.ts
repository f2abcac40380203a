import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { demoCatalogue, demoGoods, gtin13, pictureFolder, pictureNames } from './goods.ts';

const goods = demoGoods();
const { items } = demoCatalogue();
const loose = items.filter((item) => item.plu !== undefined);
const packaged = items.filter((item) => item.gtin !== undefined);

const twice = (values: string[]) => values.filter((value, at) => values.indexOf(value) !== at);

describe('the demonstration store', () => {
  test('has at least 36 loose and 60 packaged articles, each on a shelf and in the price book', () => {
    expect(loose.length).toBeGreaterThanOrEqual(36);
    expect(packaged.length).toBeGreaterThanOrEqual(60);
    expect(goods.map((good) => good.sku)).toEqual(items.map((item) => item.sku));
    expect(loose.length + packaged.length).toBe(items.length);
  });

  test('gives no number twice', () => {
    expect(twice(items.map((item) => item.sku))).toEqual([]);
    expect(twice(loose.map((item) => item.plu ?? ''))).toEqual([]);
    expect(twice(packaged.map((item) => item.gtin ?? ''))).toEqual([]);
    expect(twice(items.map((item) => item.name.zh))).toEqual([]);
    expect(twice(items.map((item) => item.name.en))).toEqual([]);
  });

  test('gives every loose article a picture of its own, so that a camera can tell them apart', () => {
    expect(twice(loose.map((item) => item.picture))).toEqual([]);
  });

  test('keeps its package numbers under the demonstration prefix, with right check digits', () => {
    for (const { gtin = '' } of packaged) {
      expect(gtin).toMatch(/^952\d{10}$/);
      expect(gtin13(gtin.slice(0, 12))).toBe(gtin);
    }
    // The worked example of GS1 General Specifications 7.9.
    expect(gtin13('629104150021')).toBe('6291041500213');
  });

  test('uses PLU numbers as the IFPS gives them: four digits from 3000 to 4999', () => {
    for (const { plu } of loose) expect(plu).toMatch(/^[34]\d{3}$/);
  });

  test('prices everything in whole fen, by the kilogram, by the 市斤 and by the piece', () => {
    for (const item of items) {
      expect(Number.isInteger(item.unitPriceFen) && item.unitPriceFen > 0, item.sku).toBe(true);
      expect(item.tareGrams % 10, item.sku).toBe(0);
      expect([900, 1300], item.sku).toContain(item.vatBasisPoints);
    }
    expect(new Set(loose.map((item) => item.priceBasis))).toEqual(new Set(['kg', '500g']));
    expect(new Set(packaged.map((item) => item.priceBasis))).toEqual(new Set(['each']));
  });

  test('asks the age for alcohol and for nothing else, and holds one recalled article', () => {
    const adult = items.filter((item) => item.minimumAge === 18);
    expect(adult.map((item) => item.name.zh)).toContain('啤酒 500毫升');
    expect(new Set(adult.map((item) => item.category))).toEqual(new Set(['alcohol']));
    expect(items.filter((item) => !item.onSale).map((item) => item.sku)).toEqual(['20604']);
  });

  test('has a picture file for everything it sells', () => {
    for (const good of goods) expect(existsSync(good.picture), good.picture).toBe(true);
    for (const name of pictureNames()) expect(existsSync(join(pictureFolder(), name))).toBe(true);
    expect(new Set(pictureNames())).toEqual(new Set(items.map((item) => item.picture)));
  });
});
