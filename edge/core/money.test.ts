import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addFen, fen, formatYuan } from './money.ts';
import { formatKilograms, grams } from './sale/quantity.ts';
import { unitPriceText } from './views/sale-view.ts';

const SEED = Number(process.env.SEED ?? 20261123);

it.each([
  [0, '0.00'],
  [5, '0.05'],
  [1035, '10.35'],
  [-5, '-0.05'],
  [-1035, '-10.35'],
  [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
])('%i fen is %s yuan', (amount, text) => expect(formatYuan(amount)).toBe(text));

it.each([
  [0, '0.000'],
  [612, '0.612'],
  [12_005, '12.005'],
  [-2, '-0.002'],
])('%i g is %s kg', (weight, text) => expect(formatKilograms(weight)).toBe(text));

it('every amount and weight reads back from what is shown', () => {
  fc.assert(
    fc.property(fc.integer(), (whole) => {
      expect(Number(formatYuan(whole).replace('.', ''))).toBe(whole === 0 ? 0 : whole);
      expect(Number(formatKilograms(whole).replace('.', ''))).toBe(whole === 0 ? 0 : whole);
    }),
    { seed: SEED },
  );
});

it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is no amount', (amount) => {
  expect(() => fen(amount)).toThrow(RangeError);
  expect(() => grams(amount)).toThrow(RangeError);
  expect(() => formatYuan(amount)).toThrow(RangeError);
});

it('amounts add up exactly or not at all', () => {
  expect(addFen(1, 2, 3)).toBe(6);
  expect(addFen()).toBe(0);
  expect(() => addFen(Number.MAX_SAFE_INTEGER, 1)).toThrow(RangeError);
});

it('a unit price names what it is for', () => {
  expect(unitPriceText(1290, 'kg').zh).toBe('12.90 元/千克');
  expect(unitPriceText(645, '500g')).toEqual({ zh: '6.45 元/500克', en: '6.45 yuan/500 g' });
  expect(unitPriceText(350, 'each').zh).toBe('3.50 元/件');
});
