import { describe, expect, it } from 'vitest';
import { cumulative, outlived } from './chance.ts';

describe('chances', () => {
  it('rise to one, and have the mean they were given', () => {
    for (const [mean, variance] of [
      [0.4, 0.5],
      [3, 3],
      [8, 20],
    ] as const) {
      const chances = cumulative(mean, variance, 200);
      expect(chances.at(-1)).toBeCloseTo(1, 6);
      expect(chances.reduce((sum, chance) => sum + (1 - chance), 0)).toBeCloseTo(mean, 2);
    }
  });

  it('that new pieces outlive their date are the same with nothing before them', () => {
    const second = { mean: 5, variance: 7 };
    const alone = outlived({ mean: 0, variance: 0 }, second, 0, 12);
    for (const [at, chance] of cumulative(5, 7, 12).entries())
      expect(alone[at]).toBeCloseTo(chance, 9);
    const behind = outlived({ mean: 3, variance: 4 }, second, 6, 12);
    expect(behind[4]).toBeLessThan(1);
    expect(behind[4]).toBeGreaterThan(outlived({ mean: 9, variance: 12 }, second, 6, 12)[4] ?? 1);
  });
});
