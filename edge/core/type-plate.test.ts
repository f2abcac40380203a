import { expect, test } from 'vitest';
import { isPossible, typePlateOf } from './type-plate.ts';

test.each([
  ['40,15000,5', 40, 15_000, 5],
  ['40g,15kg,5g', 40, 15_000, 5],
  ['100 g，30 kg，10 g', 100, 30_000, 10],
  ['0,6.0kg,2', 0, 6000, 2],
])('%s is a plate', (text, minGrams, maxGrams, divisionGrams) =>
  expect(typePlateOf(text)).toEqual({ minGrams, maxGrams, divisionGrams }),
);

test.each([
  '',
  'MIN,MAX,D',
  '40,15000',
  '40,15000,2,1',
  '15000,40,2',
  '40,15000,0',
  '40,15000,20kg',
  '40,1.0005kg,2',
  '-40,15000,2',
])('"%s" is none', (text) => expect(typePlateOf(text)).toBeUndefined());

test('a plate whose Min is its Max weighs nothing', () =>
  expect(isPossible({ minGrams: 40, maxGrams: 40, divisionGrams: 2 })).toBe(false));
