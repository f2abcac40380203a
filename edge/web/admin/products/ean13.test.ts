import { expect, it } from 'vitest';
import { ean13Modules } from './ean13.ts';

it('draws the bars of the standard: guards, parity of the first digit, 95 modules', () => {
  // 4 006381 333931, worked out by hand from the tables of the standard.
  const left = ['0001101', '0100111', '0101111', '0111101', '0001001', '0110011'];
  const right = ['1000010', '1000010', '1000010', '1110100', '1000010', '1100110'];
  expect(ean13Modules('4006381333931')).toBe(`101${left.join('')}01010${right.join('')}101`);
  expect(ean13Modules('6901234567892')).toHaveLength(95);
  expect(ean13Modules('690123456789')).toBe('');
});
