/**
 * `yike sim run refill-90d`: one cabinet, 90 days, three ways to order, the same street. The two
 * others are tuned by grid search on other streets; ours is the product's own code. The street is
 * made of people and weather (simulator/demand.ts) and knows nothing of levels or factors.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ItemDemand } from '../../../simulator/demand.ts';
import { weekdayOf } from '../../core/replenish/history.ts';
import { USUAL_TERMS } from '../../core/replenish/propose.ts';
import { refillChart } from './refill-chart.ts';
import { keepRefillLedger } from './refill-ledger.ts';
import {
  type ByKind,
  type OursTerms,
  ours,
  tuneFixedPar,
  tuneMovingAverage,
  WARM_UP_DAYS,
} from './refill-policies.ts';
import { addUp, type Outcome, runItem } from './refill-run.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';

const DAYS = 90;
const TUNING_STREETS = 10;
/** 4 October 2024. */
const FIRST_DAY = 20_000;

export interface PolicyFigures {
  /** Share of open item-hours with nothing to sell. */
  stockOutRate: number;
  /** Share of what was delivered that was thrown away past its date. */
  wasteRate: number;
  /** Share of wanted pieces that were there. */
  serviceLevel: number;
}

const share = (part: number, whole: number): number =>
  whole > 0 ? Number((part / whole).toFixed(5)) : 0;

const figuresOf = (outcome: Outcome): PolicyFigures => ({
  stockOutRate: share(outcome.emptyHours, outcome.openHours),
  wasteRate: share(outcome.wasted, outcome.received),
  serviceLevel: share(outcome.sold, outcome.wanted),
});

interface Errors {
  absolute: number;
  naive: number;
  wanted: number;
}

/** Forecasts of tomorrow against what was wanted, and against the same weekday a week ago. */
function judge(errors: Errors, at: ItemDemand, day: number, expected: number): void {
  const total = (which: number) => (at.wanted[which] ?? []).reduce((all, each) => all + each, 0);
  if (day < WARM_UP_DAYS || day >= at.wanted.length) return;
  errors.absolute += Math.abs(expected - total(day));
  errors.naive += Math.abs(total(day - 7) - total(day));
  errors.wanted += total(day);
}

export interface Tuned {
  fixedPar: ByKind;
  movingAverage: ByKind;
}

type Street = (seed: number) => ItemDemand[];

/** Streets of other seeds, far from any that is judged. */
export function tuneOthers(street: Street, seed: number): Tuned {
  const streets = Array.from({ length: TUNING_STREETS }, (_, at) =>
    street(1_000_003 + seed * 97 + at),
  );
  return { fixedPar: tuneFixedPar(streets), movingAverage: tuneMovingAverage(streets) };
}

export function comparePolicies(
  street: ItemDemand[],
  tuned: Tuned,
  terms: OursTerms = USUAL_TERMS,
) {
  const errors: Errors = { absolute: 0, naive: 0, wanted: 0 };
  const policy = ours(terms, FIRST_DAY, (at, day, expected) => judge(errors, at, day, expected));
  const run = (of: (at: ItemDemand) => Parameters<typeof runItem>[1]) =>
    figuresOf(addUp(street.map((at) => runItem(at, of(at), WARM_UP_DAYS))));
  return {
    policies: {
      ours: run(() => policy),
      fixedPar: run(({ item }) => tuned.fixedPar[item.kind]),
      movingAverage: run(({ item }) => tuned.movingAverage[item.kind]),
    },
    wape: share(errors.absolute, errors.wanted),
    mase: share(errors.absolute, errors.naive),
  };
}

export type Comparison = ReturnType<typeof comparePolicies>;

/** With `--count N` the seeds from `seed` on: their means, and each of them in the chart. */
export async function refill90d(call: ScenarioCall): Promise<ScenarioResult> {
  const { streetDemand } = await import('../../../simulator/demand.ts');
  const firstWeekday = weekdayOf(FIRST_DAY);
  const street: Street = (seed) => streetDemand(seed, WARM_UP_DAYS + DAYS, firstWeekday);
  const seeds = Array.from({ length: call.count ?? 1 }, (_, at) => call.seed + at);
  const tuned = tuneOthers(street, call.seed);
  const runs = seeds.map((seed) => {
    const run = comparePolicies(street(seed), tuned);
    call.progress({ zh: `种子 ${seed}`, en: `seed ${seed} ${JSON.stringify(run.policies)}` });
    return { seed, ...run };
  });
  writeFileSync(join(call.dataDir, 'refill-90d.svg'), refillChart(runs));
  const kept = keepRefillLedger(call, street(call.seed), FIRST_DAY);
  const traceHash = createHash('sha256')
    .update(JSON.stringify(runs))
    .update(kept.headHash)
    .digest('hex');
  return {
    traceHash,
    simulatedMs: DAYS * 86_400_000,
    sales: kept.sales,
    violations: kept.violations,
    figures: { ...meanOf(runs), seeds: runs.length, better: betterOf(runs), orders: kept.orders },
  };
}

/** Seeds in which ours runs out less and wastes less than both others. */
const betterOf = (runs: Comparison[]): number =>
  runs.filter(({ policies: { ours: mine, fixedPar, movingAverage } }) =>
    [fixedPar, movingAverage].every(
      (other) => mine.stockOutRate < other.stockOutRate && mine.wasteRate < other.wasteRate,
    ),
  ).length;

function meanOf(runs: Comparison[]): Comparison {
  const mean = (of: (run: Comparison) => number) =>
    Number((runs.reduce((all, run) => all + of(run), 0) / runs.length).toFixed(5));
  const policy = (name: keyof Comparison['policies']): PolicyFigures => ({
    stockOutRate: mean((run) => run.policies[name].stockOutRate),
    wasteRate: mean((run) => run.policies[name].wasteRate),
    serviceLevel: mean((run) => run.policies[name].serviceLevel),
  });
  return {
    policies: {
      ours: policy('ours'),
      fixedPar: policy('fixedPar'),
      movingAverage: policy('movingAverage'),
    },
    wape: mean((run) => run.wape),
    mase: mean((run) => run.mase),
  };
}
