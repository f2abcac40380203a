/** The odds of unknown: what made the answers is found again, and no input makes them infinite. */
import { describe, expect, test } from 'vitest';
import { seeded } from './chance.ts';
import { mean } from './metrics.ts';
import { fitOdds, type Sight } from './odds.ts';

const SEED = Number(process.env.SEED ?? 20261130);
const log = (p: number) => Math.log(p / (1 - p));

/** Sights as a store sees them, unknown by the chance that `odds` give. */
function drawn(count: number, odds: { offset: number; score: number; margin: number }) {
  const random = seeded(SEED);
  const [known, unknown]: [Sight[], Sight[]] = [[], []];
  for (let at = 0; at < count; at += 1) {
    const sight = { best: 0.2 + 0.7 * random(), lead: 0.4 * random() };
    const logOdds = odds.offset + odds.score * sight.best + odds.margin * sight.lead;
    const kind = random() < 1 / (1 + Math.exp(-logOdds)) ? unknown : known;
    kind.push(sight);
  }
  return { known, unknown };
}

describe(`odds of unknown, SEED=${SEED}`, () => {
  test.each([
    { offset: 3, score: -8, margin: 0.5 },
    { offset: 1, score: -4, margin: -3 },
    { offset: 4, score: -9, margin: -2 },
  ])('that made the pictures are found again: $offset $score $margin', (odds) => {
    const { known, unknown } = drawn(40_000, odds);
    const share = unknown.length / (known.length + unknown.length);
    const fit = fitOdds(known, unknown, share);
    expect(fit.offset).toBeCloseTo(odds.offset, 0);
    expect(Math.abs(fit.score - odds.score)).toBeLessThan(0.5);
    expect(Math.abs(fit.margin - odds.margin)).toBeLessThan(0.6);
  });

  test('another share of unknown goods moves all the odds alike', () => {
    const { known, unknown } = drawn(20_000, { offset: 3, score: -8, margin: 0.5 });
    const share = unknown.length / (known.length + unknown.length);
    const [as, tenth] = [fitOdds(known, unknown, share), fitOdds(known, unknown, 0.1)];
    expect(tenth.offset - as.offset).toBeCloseTo(log(0.1) - log(share), 0);
  });

  test('the doubts of a fitted set add up to the share it was given', () => {
    const { known, unknown } = drawn(5_000, { offset: 2, score: -7, margin: -1 });
    const { offset, score, margin } = fitOdds(known, unknown, 0.1);
    const doubts = (sights: Sight[]) =>
      mean(
        sights.map(
          ({ best, lead }) => 1 / (1 + Math.exp(-(offset + score * best + margin * lead))),
        ),
      );
    expect(0.9 * doubts(known) + 0.1 * doubts(unknown)).toBeCloseTo(0.1, 3);
  });

  test('kinds told apart without a mistake give numbers all the same', () => {
    const known = [0.8, 0.9, 0.95].map((best) => ({ best, lead: 0.3 }));
    const unknown = [0.2, 0.3, 0.1].map((best) => ({ best, lead: 0 }));
    const fit = fitOdds(known, unknown, 0.1);
    expect(Object.values(fit).every(Number.isFinite)).toBe(true);
    expect(fit.score).toBeLessThan(0);
  });

  test('without pictures of both kinds there is nothing to fit', () => {
    expect(() => fitOdds([], [{ best: 0.1, lead: 0 }], 0.1)).toThrow(RangeError);
  });
});
