/** Three ways to order: ours, a fixed par, a moving average; the last two tuned by grid search. */
import type { DemandItem, ItemDemand } from '../../../simulator/demand.ts';
import { expectedDays, forecast } from '../../core/replenish/forecast.ts';
import type { HistoryDay, PromotedDays } from '../../core/replenish/history.ts';
import { adviseOrder } from '../../core/replenish/order.ts';
import { addUp, type Closing, type Outcome, type Policy, runItem } from './refill-run.ts';

/** One order a day. */
const REVIEW_DAYS = 1;
export const WARM_UP_DAYS = 35;

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

const packsFor = (item: DemandItem, target: number, { onHand, onOrder }: Closing): number => {
  const position = sum(onHand.map(({ pieces }) => pieces)) + onOrder;
  return Math.max(0, Math.ceil((target - position) / item.packSize));
};

/** Orders up to `cover` times the usual day, set once from the warm-up weeks and left alone. */
export function fixedPar(cover: number): Policy {
  const pars = new Map<ItemDemand, number>();
  return {
    name: 'fixedPar',
    packs(closing) {
      const { at, sold } = closing;
      const days = at.item.leadDays + REVIEW_DAYS - 1;
      const usual = sum(sold.map(sum)) / sold.length;
      // While it warms up the par follows; then it stays as an operator would leave it.
      const par = closing.day < WARM_UP_DAYS ? undefined : pars.get(at);
      const now = par ?? Math.ceil(cover * days * usual);
      if (par === undefined) pars.set(at, now);
      return packsFor(at.item, now, closing);
    },
  };
}

/** Orders up to `cover` times the average of the last `window` days of sales. */
export function movingAverage(window: number, cover: number): Policy {
  return {
    name: 'movingAverage',
    packs(closing) {
      const { at, sold } = closing;
      const recent = sold.slice(-window).map(sum);
      const days = at.item.leadDays + REVIEW_DAYS - 1;
      return packsFor(at.item, Math.ceil((cover * days * sum(recent)) / recent.length), closing);
    },
  };
}

export interface OursTerms {
  serviceLevel: number;
  wasteWeight: number;
}

export const historyDays = ({ at, sold, inStock }: Closing, firstDay: number): HistoryDay[] =>
  sold.map((pieces, day) => ({
    day: firstDay + day,
    sold: pieces,
    inStock: inStock[day] ?? [],
    ...promotedOn(at, day),
  }));

const promotedOn = ({ promoted }: ItemDemand, day: number): Pick<HistoryDay, 'promoted'> => {
  const kind = promoted.get(day);
  return kind ? { promoted: kind } : {};
};

/** A street's days as days since 1970. */
export const shifted = (promoted: PromotedDays, firstDay: number): PromotedDays =>
  new Map([...promoted].map(([day, kind]) => [day + firstDay, kind]));

/** Product code: `edge/core/replenish`, as the store runs it. `told` hears each day's forecast. */
export function ours(
  { serviceLevel, wasteWeight }: OursTerms,
  firstDay: number,
  told: (at: ItemDemand, day: number, expected: number) => void = () => {},
): Policy {
  return {
    name: 'ours',
    packs(closing) {
      const { at, day, onHand, onOrder } = closing;
      const { packSize, capacity, leadDays, shelfDays } = at.item;
      const known = forecast(historyDays(closing, firstDay));
      const promoted = shifted(at.promoted, firstDay);
      const reach = leadDays + (shelfDays ?? REVIEW_DAYS);
      const today = firstDay + day;
      const expected = expectedDays(known, today, today + 1, reach, promoted);
      told(at, day + 1, expected[0] ?? 0);
      const { packs } = adviseOrder(
        {
          leadDays,
          reviewDays: REVIEW_DAYS,
          packSize,
          capacity,
          ...(shelfDays !== undefined && { shelfDays }),
          serviceLevel,
          wasteWeight,
        },
        { expected, dispersion: known.dispersion, doubt: known.doubt, onHand, onOrder },
      );
      return packs;
    },
  };
}

/** The two rates that are reported, each counting the same. */
const lossOf = ({ emptyHours, openHours, wasted, received }: Outcome): number =>
  emptyHours / Math.max(1, openHours) + wasted / Math.max(1, received);

const KINDS = ['fresh', 'chilled', 'drink', 'snack'] as const;
export type ByKind = Record<DemandItem['kind'], Policy>;

/** 0.7 to 3.4 times the mean, in steps of a tenth. */
const COVERS = Array.from({ length: 28 }, (_, at) => 0.7 + at / 10);
const WINDOWS = [5, 7, 14, 28];

/** For each kind of goods the candidate that loses least on the streets given. */
function tuned(streets: ItemDemand[][], candidates: (() => Policy)[]): ByKind {
  const best = KINDS.map((kind): [string, Policy] => {
    const items = streets.flat().filter(({ item }) => item.kind === kind);
    const scores = candidates.map((make) => {
      const policy = make();
      return lossOf(addUp(items.map((at) => runItem(at, policy, WARM_UP_DAYS))));
    });
    const at = scores.indexOf(Math.min(...scores));
    return [kind, (candidates[at] ?? candidates[0]!)()];
  });
  return Object.fromEntries(best) as ByKind;
}

export const tuneFixedPar = (streets: ItemDemand[][]): ByKind =>
  tuned(
    streets,
    COVERS.map((cover) => () => fixedPar(cover)),
  );

export const tuneMovingAverage = (streets: ItemDemand[][]): ByKind =>
  tuned(
    streets,
    WINDOWS.flatMap((window) => COVERS.map((cover) => () => movingAverage(window, cover))),
  );

/** Around the least loss of a first look from 0.05 to 2. */
const WASTE_WEIGHTS = Array.from({ length: 13 }, (_, at) => (8 + at) / 20);

/** The weight of waste at which our own ordering loses least on the streets given. */
export function tuneWasteWeight(
  streets: ItemDemand[][],
  serviceLevel: number,
  firstDay: number,
): number {
  const scores = WASTE_WEIGHTS.map((wasteWeight) => {
    const policy = ours({ serviceLevel, wasteWeight }, firstDay);
    return lossOf(addUp(streets.flat().map((at) => runItem(at, policy, WARM_UP_DAYS))));
  });
  return WASTE_WEIGHTS[scores.indexOf(Math.min(...scores))] ?? 1;
}
