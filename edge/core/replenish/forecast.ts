/**
 * What an article will sell tomorrow and after: a level that follows the days, a damped trend, a
 * factor for each weekday, an uplift for each kind of promotion, and a profile over the hours by which days
 * that ran out are filled up to what they would have sold. Every factor is pulled towards
 * "nothing special" until there is evidence, so that a new or slow article is not chased.
 */
import {
  type HistoryDay,
  HOURS,
  type PromotedDays,
  type PromotionKind,
  weekdayOf,
} from './history.ts';

export interface Forecast {
  /** Pieces a day before weekday and promotion. */
  level: number;
  /** Pieces a day that the level gains from one day to the next, damped. */
  trend: number;
  /** Monday first; 1 is an average day. */
  weekday: number[];
  promotion: Uplifts;
  /** What this article's own promoted days say, for what others are to be expected to do. */
  promotedDays: Record<PromotionKind, UpliftEvidence>;
  /** Share of a day's demand in each hour. */
  profile: number[];
  /** Variance of a day over its mean; 1 is chance alone. */
  dispersion: number;
  /** Variance of the level itself over its square: how sure the forecast is of itself. */
  doubt: number;
  /** Days of the history that ran out, and what they are thought to have lost. */
  shortDays: number;
  lostPieces: number;
}

/** Demand on a promoted day over that of a plain one, by kind. */
export type Uplifts = Record<PromotionKind, number>;

/** Weighted sum of such ratios, and of their weights: days of evidence. */
export interface UpliftEvidence {
  top: number;
  base: number;
}

/** Before anything was seen: what promotions of packaged food and drink usually do. */
export const USUAL_UPLIFTS: Uplifts = { 'multi-buy': 1.4, 'percent-off': 1.4, 'amount-off': 1.4 };
const PROMOTION_KINDS = ['multi-buy', 'percent-off', 'amount-off'] as const;

const DAMPING = 0.9;
/** Weight of a day `age` days ago: half after six weeks. */
const weightOf = (age: number): number => 0.5 ** (age / 42);
const ALPHAS = [0.06, 0.12, 0.2, 0.3] as const;
const BETA = 0.02;
/** How fast a level that nobody can see returns to the usual one: nothing is given up unseen. */
const FORGIVENESS = 0.1;

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** Sales in each hour for the time there was anything to sell, smoothed over a flat start. */
export function hourProfile(days: readonly HistoryDay[]): number[] {
  const sold = new Array<number>(HOURS).fill(0);
  const open = new Array<number>(HOURS).fill(0);
  for (const day of days)
    for (let hour = 0; hour < HOURS; hour += 1) {
      sold[hour] = (sold[hour] ?? 0) + (day.sold[hour] ?? 0);
      open[hour] = (open[hour] ?? 0) + (day.inStock[hour] ?? 1);
    }
  const all = sum(sold) / Math.max(1, sum(open));
  const rates = sold.map((pieces, hour) => (pieces + all) / ((open[hour] ?? 0) + 1));
  const total = sum(rates);
  return total > 0 ? rates.map((rate) => rate / total) : new Array<number>(HOURS).fill(1 / HOURS);
}

/** Share of a day's demand that fell into hours with something to sell. */
const shareInStock = (day: HistoryDay, profile: readonly number[]): number =>
  sum(profile.map((share, hour) => share * (day.inStock[hour] ?? 1)));

/**
 * What a day would have sold: its sales, and for the share it was out the rate that its own sales
 * and the expectation together suggest (a gamma prior worth half a day).
 */
const PRIOR_SHARE = 0.5;

export function filledUp(sold: number, share: number, expected: number): number {
  if (share >= 0.999) return sold;
  const rate = (PRIOR_SHARE * expected + sold) / (PRIOR_SHARE + share);
  return sold + (1 - share) * rate;
}

interface Factors {
  weekday: number[];
  promotion: Uplifts;
}

const PLAIN: Factors = {
  weekday: [1, 1, 1, 1, 1, 1, 1],
  promotion: { 'multi-buy': 1, 'percent-off': 1, 'amount-off': 1 },
};
/** Days of evidence that "nothing special" counts for. */
const PRIOR_DAYS = 4;
/** Days of all articles' evidence that the usual uplift of a kind counts for. */
const PRIOR_KIND_DAYS = 12;

type OfDay = Pick<HistoryDay, 'day' | 'promoted'>;

const factorOf = ({ day, promoted }: OfDay, factors: Factors): number =>
  (factors.weekday[weekdayOf(day)] ?? 1) * (promoted ? factors.promotion[promoted] : 1);

const upliftOf = (prior: number, priorDays: number, { top, base }: UpliftEvidence): number =>
  Math.max(1, (prior * priorDays + top) / (priorDays + base));

const byKind = <Value>(of: (kind: PromotionKind) => Value) =>
  Object.fromEntries(PROMOTION_KINDS.map((kind) => [kind, of(kind)])) as Record<
    PromotionKind,
    Value
  >;

/** What all articles together say of each kind, pulled towards the usual. */
export function pooledUplifts(known: readonly Pick<Forecast, 'promotedDays'>[]): Uplifts {
  return byKind((kind) => {
    const [top, base] = known.reduce(
      ([tops, bases], { promotedDays }) => [
        tops + promotedDays[kind].top,
        bases + promotedDays[kind].base,
      ],
      [0, 0],
    );
    return upliftOf(USUAL_UPLIFTS[kind], PRIOR_KIND_DAYS, { top, base });
  });
}

/** Demand over what a flat day of that time would have had, by weekday and on promotion. */
function factorsOf(
  { days, demand, seen }: Observed,
  last: number,
  usual: Uplifts,
): Factors & Pick<Forecast, 'promotedDays'> {
  const mean = Math.max(0.05, sum(demand) / Math.max(1, demand.length));
  const local = demand.map((_, at) => {
    const around = demand.slice(Math.max(0, at - 10), at + 11);
    return Math.max(0.3 * mean, sum(around) / around.length);
  });
  const top = new Array<number>(7).fill(PRIOR_DAYS);
  const base = new Array<number>(7).fill(PRIOR_DAYS);
  const promotedDays = byKind(() => ({ top: 0, base: 0 }));
  days.forEach((day, at) => {
    const weight = weightOf(last - day.day) * (seen[at] ?? 1);
    const ratio = (demand[at] ?? 0) / (local[at] ?? mean);
    const weekday = weekdayOf(day.day);
    if (day.promoted) {
      promotedDays[day.promoted].top += weight * ratio;
      promotedDays[day.promoted].base += weight;
    } else {
      top[weekday] = (top[weekday] ?? 0) + weight * ratio;
      base[weekday] = (base[weekday] ?? 0) + weight;
    }
  });
  const raw = top.map((each, at) => each / (base[at] ?? 1));
  const average = sum(raw) / 7;
  return {
    weekday: raw.map((each) => each / average),
    promotion: byKind((kind) => upliftOf(usual[kind], PRIOR_DAYS, promotedDays[kind])),
    promotedDays,
  };
}

/** What is known of the days: filled-up demand, and how much of each day was seen. */
interface Observed {
  days: readonly HistoryDay[];
  demand: readonly number[];
  /** Share of each day with something to sell: a day that was out tells nothing. */
  seen: readonly number[];
}

interface Path {
  level: number;
  trend: number;
  /** One-day-ahead expectations. */
  expected: number[];
  squaredError: number;
}

function follow({ days, demand, seen }: Observed, factors: Factors, alpha: number): Path {
  const start = usualLevel({ days, demand, seen }, factors);
  let level = start;
  let trend = 0;
  let squaredError = 0;
  const expected = days.map((day, at) => {
    const factor = factorOf(day, factors);
    const weight = seen[at] ?? 1;
    const ahead = Math.max(0, level + DAMPING * trend);
    const error = (demand[at] ?? 0) / factor - ahead;
    const before = level;
    const unseen = (1 - weight) * FORGIVENESS * (start - ahead);
    level = Math.max(0, ahead + alpha * weight * error + unseen);
    trend = DAMPING * trend * (1 - BETA) + BETA * (level - before);
    if (at >= 7) squaredError += (weight * (error * factor) ** 2) / Math.max(0.5, ahead * factor);
    return ahead * factor;
  });
  return { level, trend, expected, squaredError };
}

/** A flat day of the whole history, by what was seen of it. */
function usualLevel({ days, demand, seen }: Observed, factors: Factors): number {
  const flat = days.map(
    (day, at) => ((demand[at] ?? 0) * (seen[at] ?? 1)) / factorOf(day, factors),
  );
  return sum(flat) / Math.max(0.1, sum(seen));
}

const bestPath = (observed: Observed, factors: Factors): Path & { alpha: number } =>
  ALPHAS.map((alpha) => ({ ...follow(observed, factors, alpha), alpha })).reduce((best, each) =>
    each.squaredError < best.squaredError ? each : best,
  );

/** Variance over mean of the last weeks, robust to one odd day, towards 1.3 with few days. */
function dispersionOf({ demand, seen }: Observed, expected: readonly number[]): number {
  const from = Math.max(0, demand.length - 56);
  let [top, weights] = [1.3 * 7, 7];
  for (let at = from; at < demand.length; at += 1) {
    const mean = Math.max(0.3, expected[at] ?? 0.3);
    const weight = seen[at] ?? 1;
    top += weight * Math.min(9, ((demand[at] ?? 0) - mean) ** 2 / mean);
    weights += weight;
  }
  return Math.max(1, top / weights);
}

/**
 * Forecasts from whole days, oldest first. An article without a day is forecast at nothing.
 * `uplifts`: what to expect of promotions until its own days say otherwise.
 */
export function forecast(days: readonly HistoryDay[], uplifts: Uplifts = USUAL_UPLIFTS): Forecast {
  const profile = hourProfile(days);
  const sales = days.map((day) => sum(day.sold));
  const seen = days.map((day) => shareInStock(day, profile));
  const last = days.at(-1)?.day ?? 0;
  const usual = sum(sales) / Math.max(0.1, sum(seen));
  let demand = sales.map((sold, at) => filledUp(sold, seen[at] ?? 1, usual));
  let factors = factorsOf({ days, demand, seen }, last, uplifts);
  let path = bestPath({ days, demand, seen }, PLAIN);
  // Twice round: what a day lost depends on what was expected, and the other way about.
  for (let round = 0; round < 2; round += 1) {
    factors = factorsOf({ days, demand, seen }, last, uplifts);
    path = bestPath({ days, demand, seen }, factors);
    const { expected } = path;
    demand = sales.map((sold, at) => filledUp(sold, seen[at] ?? 1, expected[at] ?? sold));
  }
  const dispersion = dispersionOf({ days, demand, seen }, path.expected);
  const level = Math.max(0, path.level);
  return {
    level,
    trend: path.trend,
    ...factors,
    profile,
    dispersion,
    doubt: level > 0 ? ((path.alpha / (2 - path.alpha)) * dispersion) / level : 0,
    shortDays: seen.filter((share) => share < 0.999).length,
    lostPieces: sum(demand) - sum(sales),
  };
}

/** Pieces expected on each of `count` days from `firstDay`; `lastDay` is the history's newest. */
export function expectedDays(
  { level, trend, weekday, promotion }: Forecast,
  lastDay: number,
  firstDay: number,
  count: number,
  promoted: PromotedDays,
): number[] {
  return Array.from({ length: count }, (_, at) => {
    const day = firstDay + at;
    const ahead = day - lastDay;
    const grown = trend * DAMPING * ((1 - DAMPING ** ahead) / (1 - DAMPING));
    const kind = promoted.get(day);
    const factor = factorOf({ day, ...(kind && { promoted: kind }) }, { weekday, promotion });
    return Math.max(0, level + grown) * factor;
  });
}
