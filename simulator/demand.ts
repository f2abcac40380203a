/**
 * What a street wants from one cabinet, hour by hour: made of people, weather and chance, not of
 * levels and factors. Shoppers come in groups, avoid rain, like cold drinks when it is hot, drift
 * from one article to another, stock up on promotions and buy less after, each kind of promotion
 * in its own way, and take new habits from one day to the next.
 */
import { createRandom } from './random.ts';

export interface DemandItem {
  sku: string;
  kind: 'fresh' | 'chilled' | 'drink' | 'snack';
  /** Pieces on a usual day. */
  perDay: number;
  /** Days it may be sold, the day of delivery included; undefined for goods that keep. */
  shelfDays?: number;
  packSize: number;
  capacity: number;
  /** Days from ordering to delivery. */
  leadDays: number;
}

export interface ItemDemand {
  item: DemandItem;
  /** Pieces wanted by day and hour. */
  wanted: number[][];
  /** Days on promotion and its kind, known beforehand. */
  promoted: ReadonlyMap<number, Promotion>;
}

/** A lower price wakes more people; several for less makes the same people take more. */
export type Promotion = 'percent-off' | 'multi-buy';

type Random = () => number;

/** Fresh goods come in small packs every day; what keeps comes in boxes every other day. */
const KINDS = [
  { kind: 'fresh', count: 7, perDay: [2, 9], shelfDays: [2, 3], packs: [1, 2], leadDays: 1 },
  { kind: 'chilled', count: 8, perDay: [1.5, 8], shelfDays: [5, 14], packs: [3, 6], leadDays: 1 },
  { kind: 'drink', count: 8, perDay: [3, 14], packs: [6, 12], leadDays: 2 },
  { kind: 'snack', count: 7, perDay: [1, 6], packs: [4, 10], leadDays: 2 },
] as const;

/** The articles of one cabinet. */
export function demandItems(random: Random): DemandItem[] {
  const between = ([low, high]: readonly [number, number]) => low + random() * (high - low);
  return KINDS.flatMap((each) =>
    Array.from({ length: each.count }, (_, at): DemandItem => {
      const perDay = between(each.perDay);
      const packSize = Math.round(between(each.packs));
      const days = each.kind === 'fresh' ? 4 : 5.5;
      return {
        sku: `${each.kind}-${at + 1}`,
        kind: each.kind,
        perDay,
        ...('shelfDays' in each && { shelfDays: Math.round(between(each.shelfDays)) }),
        packSize,
        capacity: Math.max(2 * packSize + 4, Math.ceil(perDay * days)),
        leadDays: each.leadDays,
      };
    }),
  );
}

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function poisson(random: Random, mean: number): number {
  let [count, product] = [0, random()];
  const limit = Math.exp(-mean);
  while (product > limit) {
    count += 1;
    product *= random();
  }
  return count;
}

interface StreetDay {
  /** How many are about, 1 usual. */
  crowd: number;
  warmth: number;
  rain: boolean;
}

/** Weather that lasts, and a street whose mood lasts too; three days of feast somewhere. */
function street(random: Random, days: number): StreetDay[] {
  let [mood, warmth] = [0, 0];
  let raining = false;
  const feast = Math.floor(random() * days);
  const feastCrowd = random() < 0.5 ? 0.6 : 1.5;
  return Array.from({ length: days }, (_, day) => {
    mood = 0.8 * mood + 0.09 * normal(random);
    warmth = 0.85 * warmth + 0.4 * normal(random);
    raining = random() < (raining ? 0.55 : 0.12);
    const isFeast = day >= feast && day < feast + 3;
    return { crowd: Math.exp(mood) * (isFeast ? feastCrowd : 1), warmth, rain: raining };
  });
}

const HABITS = {
  fresh: {
    peaks: [7.5, 12, 18.5],
    weights: [0.4, 0.4, 0.2],
    weekend: 0.7,
    warmth: -0.04,
    rain: 0.85,
  },
  chilled: { peaks: [8, 19], weights: [0.45, 0.55], weekend: 1.15, warmth: 0.02, rain: 0.85 },
  drink: {
    peaks: [10, 15, 20],
    weights: [0.25, 0.45, 0.3],
    weekend: 1.25,
    warmth: 0.16,
    rain: 0.7,
  },
  snack: { peaks: [15.5, 21], weights: [0.4, 0.6], weekend: 1.3, warmth: 0, rain: 0.95 },
} as const;

const OPENS = 6;
const CLOSES = 23;

/** Shares of the day's hours; the peaks wander from day to day. */
function hoursOfDay(random: Random, kind: DemandItem['kind']): number[] {
  const { peaks, weights } = HABITS[kind];
  const wander = 0.5 * normal(random);
  const shares = Array.from({ length: 24 }, (_, hour) => {
    if (hour < OPENS || hour >= CLOSES) return 0;
    return peaks.reduce((total, peak, at) => {
      const away = (hour + 0.5 - peak - wander) / 1.6;
      return total + (weights[at] ?? 0) * Math.exp(-0.5 * away * away) + 0.01;
    }, 0);
  });
  const total = shares.reduce((all, each) => all + each, 0);
  return shares.map((share) => share / total);
}

/** One to three short promotions, announced. */
function promotions(random: Random, days: number): Map<number, Promotion> {
  const promoted = new Map<number, Promotion>();
  for (let run = 0; run < 1 + Math.floor(random() * 3); run += 1) {
    const first = Math.floor(random() * days);
    const kind = random() < 0.5 ? 'multi-buy' : 'percent-off';
    const last = Math.min(days, first + 4 + Math.floor(random() * 4));
    for (let day = first; day < last; day += 1) promoted.set(day, kind);
  }
  return promoted;
}

/** A promotion wakes interest that wears off while it runs, and leaves full cupboards behind. */
function appetite(
  promoted: ItemDemand['promoted'],
  day: number,
  uplift: Record<Promotion, number>,
): number {
  const kind = promoted.get(day);
  if (kind) {
    let running = 0;
    while (promoted.has(day - running - 1)) running += 1;
    return 1 + (uplift[kind] - 1) * 0.9 ** running;
  }
  const since = [1, 2, 3].map((ago) => promoted.get(day - ago)).find((each) => each);
  // A full cupboard is emptied first: fuller after several for less than after a lower price.
  return since ? (since === 'multi-buy' ? 0.75 : 0.88) : 1;
}

function itemDemand(
  random: Random,
  item: DemandItem,
  weather: StreetDay[],
  firstWeekday: number,
): ItemDemand {
  const habit = HABITS[item.kind];
  const promoted = random() < 0.6 ? promotions(random, weather.length) : new Map();
  const uplift = { 'percent-off': 1.4 + random() * 1.1, 'multi-buy': 1.05 + random() * 0.25 };
  const weekday = Array.from({ length: 7 }, (_, at) => {
    const base = at >= 5 ? habit.weekend : 1;
    return base * Math.exp(0.12 * normal(random));
  });
  let liking = 0;
  const wanted = weather.map(({ crowd, warmth, rain }, day) => {
    liking += 0.012 * normal(random);
    if (random() < 1 / 70) liking += random() < 0.5 ? -0.3 : 0.28;
    const groups =
      (item.perDay / 1.25) *
      crowd *
      Math.exp(liking + habit.warmth * warmth) *
      (rain ? habit.rain : 1) *
      (weekday[(day + firstWeekday) % 7] ?? 1) *
      appetite(promoted, day, uplift);
    const several = promoted.get(day) === 'multi-buy' ? 0.45 : 0.2;
    return hoursOfDay(random, item.kind).map((share) => purchases(random, groups * share, several));
  });
  return { item, wanted, promoted };
}

/** Groups come by chance; one in five takes two, and more where two cost less. */
function purchases(random: Random, groups: number, several: number): number {
  let pieces = 0;
  for (let group = poisson(random, groups); group > 0; group -= 1)
    pieces += 1 + (random() < several ? 1 : 0) + (random() < several / 4 ? 1 : 0);
  return pieces;
}

/** Every article's wanted pieces over `days`; the same seed is the same street. */
export function streetDemand(seed: number, days: number, firstWeekday: number): ItemDemand[] {
  const random = createRandom(seed);
  const weather = street(random, days);
  return demandItems(random).map((item) => itemDemand(random, item, weather, firstWeekday));
}
