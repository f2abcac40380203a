/** What shoppers type for a Chinese name: every reading of every name it goes by. */
import { describe, expect, test } from 'vitest';
import { demoCatalogue } from '../../../simulator/goods.ts';
import type { CatalogueItem } from './catalogue.ts';
import { pinyinInitials, searchReadings } from './initials.ts';
import { searchItems } from './search.ts';

const items: CatalogueItem[] = demoCatalogue().items.map((item) => ({
  ...item,
  pinyin: searchReadings(item),
}));
const readingsOf = (name: string) => items.find((item) => item.name.zh === name)?.pinyin;

describe('a shopper types initials', () => {
  test.each([
    ['红富士苹果', ['hfspg']],
    ['车厘子', ['clz', 'jlz']],
    ['番茄', ['fq', 'fj', 'pq', 'pj']],
    ['西红柿', ['xhs']],
    ['马铃薯', ['mls']],
    ['猕猴桃', ['mht']],
    ['鄂式藕', ['eso']],
    ['可乐', ['kl', 'ky']],
    ['阿八嚓哈丌咔那噢七呥仨他屲夕丫', ['abchjknoqrstwxy']],
    ['LED灯泡', ['leddp']],
  ])('%s is found under %j', (name, expected) => {
    expect(pinyinInitials(name)).toEqual(expected);
  });

  test.each([
    ['番茄', 'xhs'],
    ['土豆', 'mls'],
    ['红富士苹果', 'pg'],
    ['可乐 500毫升', 'kl'],
    ['啤酒 500毫升', 'pj'],
  ])('%s is also found under %s', (name, initials) => {
    expect(readingsOf(name)).toContain(initials);
  });

  test('and every article answers to at least one reading in plain letters', () => {
    for (const { pinyin, sku } of items) {
      expect(pinyin.length, sku).toBeGreaterThan(0);
      for (const initials of pinyin) expect(initials, sku).toMatch(/^[a-z0-9]+$/);
    }
  });
});

describe('an article is found by what people call it', () => {
  test.each([
    ['xhs', '番茄'],
    ['西红柿', '番茄'],
    ['fq', '番茄'],
    ['pj', '番茄'],
    ['马铃薯', '土豆'],
    ['mls', '土豆'],
    ['4131', '红富士苹果'],
    ['fuji', '红富士苹果'],
  ])('%s finds %s', (query, name) => {
    expect(searchItems(items, query, 5).map((item) => item.name.zh)).toContain(name);
  });

  test('a name of many characters with several readings stays within bounds', () => {
    expect(pinyinInitials('乐车长调重藏弹石参盛'.repeat(6))).toHaveLength(32);
  });
});
