import { expect, it } from 'vitest';
import { countOftenSold } from './often-sold.ts';
import { systemClock } from './runtime.ts';

const DAY_MS = 86_400_000;

it('counts fourteen days by article, and no oftener than once a minute', () => {
  let [monoMs, reads] = [0, 0];
  const clock = { ...systemClock(), monoMs: () => monoMs, wallMs: () => 20 * DAY_MS };
  const item = { pieces: 0, grams: 500, amountFen: 100 };
  const days: Record<string, { sku: string; sales: number }[]> = {
    'day-20': [
      { sku: 'apple', sales: 3 },
      { sku: 'pear', sales: 1 },
    ],
    'day-7': [{ sku: 'apple', sales: 2 }],
    'day-6': [{ sku: 'apple', sales: 99 }],
  };
  const daySales = (day: string) => {
    reads += 1;
    return (days[day] ?? []).map((sold) => ({ ...item, ...sold }));
  };
  const localDay = (wallMs: number) => `day-${wallMs / DAY_MS}`;
  const often = countOftenSold({ ledger: { daySales }, clock, localDay });
  expect([...often()]).toEqual([
    ['apple', 5],
    ['pear', 1],
  ]);
  monoMs = 59_000;
  days['day-20'] = [{ sku: 'pear', sales: 7 }];
  expect(often().get('pear')).toBe(1);
  expect(reads).toBe(14);
  monoMs = 61_000;
  expect(often().get('pear')).toBe(7);
});
