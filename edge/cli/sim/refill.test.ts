import { expect, it } from 'vitest';
import { streetDemand } from '../../../simulator/demand.ts';
import { weekdayOf } from '../../core/replenish/history.ts';
import { USUAL_TERMS } from '../../core/replenish/propose.ts';
import { comparePolicies, tuneOthers } from './refill.ts';
import { fixedPar, tuneWasteWeight, WARM_UP_DAYS } from './refill-policies.ts';
import { runItem } from './refill-run.ts';

const DAYS = WARM_UP_DAYS + 90;
const street = (seed: number) => streetDemand(seed, DAYS, 2);
const total = (values: number[][]) => values.flat().reduce((sum, each) => sum + each, 0);

it('wants the same of every policy, and loses no piece on the way', () => {
  for (const at of street(3)) {
    const outcome = runItem(at, fixedPar(1.5), 0);
    expect(outcome.wanted).toBe(total(at.wanted));
    expect(outcome.sold).toBeLessThanOrEqual(outcome.wanted);
    const opening = Math.min(at.item.capacity, Math.ceil(2 * at.item.perDay));
    expect(outcome.sold + outcome.wasted).toBeLessThanOrEqual(opening + outcome.received);
  }
});

it('is the same street for the same seed', () => {
  expect(street(5)).toEqual(street(5));
  expect(street(5)).not.toEqual(street(6));
});

it.runIf(process.env.YIKE_DEEP)(
  'over 20 seeds runs out less and wastes less than both tuned others',
  () => {
    const tuned = tuneOthers(street, 1);
    const runs = Array.from(
      { length: 20 },
      (_, at) => comparePolicies(street(1 + at), tuned).policies,
    );
    const mean = (policy: keyof (typeof runs)[0], rate: 'stockOutRate' | 'wasteRate') =>
      runs.reduce((sum, run) => sum + run[policy][rate], 0) / runs.length;
    for (const other of ['fixedPar', 'movingAverage'] as const)
      for (const rate of ['stockOutRate', 'wasteRate'] as const)
        expect(mean('ours', rate), `${rate} of ${other}`).toBeLessThan(mean(other, rate));
  },
  300_000,
);

it.runIf(process.env.YIKE_DEEP)(
  'weighs waste as a grid search on streets of their own says',
  () => {
    const firstDay = 20_000;
    const streets = Array.from({ length: 10 }, (_, at) =>
      streetDemand(9_001 + at, DAYS, weekdayOf(firstDay)),
    );
    const { serviceLevel, wasteWeight } = USUAL_TERMS;
    expect(tuneWasteWeight(streets, serviceLevel, firstDay)).toBe(wasteWeight);
  },
  300_000,
);
