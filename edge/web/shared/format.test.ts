import { afterEach, describe, expect, it } from 'vitest';
import { ago, duration, kilograms, unitPrice, yuan } from './format.ts';
import { language, pick, t, unitsInWords } from './language.ts';
import { priceForWeight } from './price.ts';
import { applyPatch } from './session.ts';

afterEach(() => {
  language.value = 'zh';
  unitsInWords.value = false;
});

it('large type says the unit of an amount, in Chinese', () => {
  unitsInWords.value = true;
  expect(yuan(-123_456)).toBe('-1,234.56\u00a0元');
  expect(unitPrice(1196, 'kg')).toBe('11.96\u00a0元/千克');
  language.value = 'en';
  expect(yuan(990)).toBe('¥9.90');
});

it.each([
  [0, '¥0.00'],
  [5, '¥0.05'],
  [2225, '¥22.25'],
  [123_456_789, '¥1,234,567.89'],
  [-990, '-¥9.90'],
])('%d fen reads %s', (fen, words) => {
  expect(yuan(fen)).toBe(words);
});

it('a weight keeps its three decimals and never parts from its unit', () => {
  expect(kilograms(865)).toBe('0.865 千克');
  language.value = 'en';
  expect(kilograms(12_000)).toBe('12.000 kg');
  expect(pick({ zh: '', en: 'wait 12 min' })).toBe('wait 12\u00a0min');
  language.value = 'zh';
  expect(t('time.minutes', { n: 12 })).toBe('12\u00a0分钟');
});

it('a unit price names what it is for', () => {
  expect(unitPrice(1196, 'kg')).toBe('¥11.96/千克');
  expect(unitPrice(350, 'each')).toBe('¥3.50/件');
  expect(unitPrice(598, '500g')).toBe('¥5.98/500克');
});

describe('ages', () => {
  it.each([
    [999, '0\u00a0秒'],
    [-5000, '0\u00a0秒'],
    [59_000, '59\u00a0秒'],
    [12 * 60_000, '12\u00a0分钟'],
    [26 * 3_600_000, '1\u00a0天'],
  ])('%d ms is said as %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('the last three seconds are just now', () => {
    expect(ago(1000, 3999)).toBe('刚刚');
    expect(ago(1000, 64_000)).toBe('1\u00a0分钟前');
  });
});

describe('price for the weight shown', () => {
  const apple = { unitPriceFen: 1196, priceBasis: 'kg' as const };
  const plate = { tareGrams: 0, divisionGrams: 5, maxGrams: 15_000 };

  it('rounds as the ledger does', () => {
    expect(priceForWeight(apple, { ...plate, kind: 'stable', grams: 865 })).toBe(1035);
  });

  it('leaves the bag out', () => {
    const bagged = { ...plate, tareGrams: 10, kind: 'stable' as const, grams: 875 };
    expect(priceForWeight(apple, bagged)).toBe(1035);
  });

  it('is not told while the plate moves, though a grams figure is there', () => {
    expect(priceForWeight(apple, { ...plate, kind: 'moving', grams: 865 })).toBeUndefined();
  });

  it('needs no weight for goods sold by the piece', () => {
    const milk = { unitPriceFen: 350, priceBasis: 'each' as const };
    expect(priceForWeight(milk, { ...plate, kind: 'zero' })).toBe(350);
  });
});

it('a patch replaces what it names, deletes what it names null, and leaves the rest', () => {
  const before = { screen: 'pay', pay: { amountFen: 1 }, sale: { count: 2 } };
  expect(applyPatch(before, { screen: 'basket', pay: null })).toEqual({
    screen: 'basket',
    sale: { count: 2 },
  });
  expect(before.screen).toBe('pay');
});
