/**
 * How much to order: pack by pack while the next pack is worth it. A piece is worth having where
 * demand until the next delivery but one may need it; it costs where it may outlive its date.
 */
import { cumulative, outlived } from './chance.ts';

/**
 * A slow article's empty slot is as empty as a quick one's: what a piece gains is counted in hours
 * of its slot, as if each article sold this many a day. What it may waste it can waste only once
 * in its life, while it serves on every day of it; so the risk is shared out over those days.
 */
const USUAL_A_DAY = 4;

export interface OrderTerms {
  /** Days from ordering to the delivery; 1 is tomorrow morning. */
  leadDays: number;
  /** Days between two orders. */
  reviewDays: number;
  packSize: number;
  /** Most pieces the cabinet's slots hold. */
  capacity: number;
  /** Days of sale from delivery, the first included; left out for goods that keep. */
  shelfDays?: number;
  /** Wanted chance of not running out before the next delivery, 0 to 1. */
  serviceLevel: number;
  /** How many thrown away weigh as much as one sale lost. */
  wasteWeight: number;
}

/** Pieces on hand by the days they may still be sold, today excluded: 1 is tomorrow only. */
export interface AgedPieces {
  pieces: number;
  daysLeft: number;
}

export interface OrderSituation {
  /** Pieces expected tomorrow, the day after, …; long enough for lead, review and shelf life. */
  expected: readonly number[];
  dispersion: number;
  doubt: number;
  onHand: readonly AgedPieces[];
  /** Pieces on order that arrive before or with this one. */
  onOrder: number;
}

export interface OrderAdvice {
  packs: number;
  pieces: number;
  /** Pieces that will be there and still good when the order arrives. */
  usable: number;
  /** Expected demand from tomorrow to the delivery after this one. */
  expectedPieces: number;
  coverDays: number;
  /** What stopped it: enough, no room, or the date. */
  limitedBy: 'enough' | 'capacity' | 'shelf-life';
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** What of the pieces on hand will sell before its date, first expired first, at the mean. */
export function usablePieces(onHand: readonly AgedPieces[], expected: readonly number[]): number {
  const byDate = [...onHand].sort((one, other) => one.daysLeft - other.daysLeft);
  let used = 0;
  for (const { pieces, daysLeft } of byDate) {
    const room = sum(expected.slice(0, daysLeft)) - used;
    const isLong = daysLeft >= expected.length;
    used += isLong ? pieces : Math.max(0, Math.min(pieces, Math.ceil(room)));
  }
  return used;
}

/** Variance of a span: chance of its days, and doubt about the level they share. */
const varianceOf = (mean: number, { dispersion, doubt }: OrderSituation): number =>
  mean * dispersion + doubt * mean * mean;

const span = (situation: OrderSituation, days: number, most: number) => {
  const mean = sum(situation.expected.slice(0, days));
  return { mean, atMost: cumulative(mean, varianceOf(mean, situation), most) };
};

/**
 * Advice for one article in one cabinet. `packs` is 0 where nothing is worth ordering. Never
 * negative, never so much that the cabinet could not take it all; the same for the same facts.
 */
export function adviseOrder(terms: OrderTerms, situation: OrderSituation): OrderAdvice {
  const { leadDays, reviewDays, packSize, capacity, shelfDays, serviceLevel, wasteWeight } = terms;
  const coverDays = leadDays + reviewDays - 1;
  const usable = usablePieces(situation.onHand, situation.expected) + situation.onOrder;
  const physical = sum(situation.onHand.map(({ pieces }) => pieces)) + situation.onOrder;
  const need = span(situation, coverDays, capacity + 1);
  const wasted = wasteChance(terms, situation);
  const room = capacity - physical;
  const perDay = Math.max(0.5, need.mean / coverDays);
  let [packs, limitedBy]: [number, OrderAdvice['limitedBy']] = [0, 'enough'];
  for (;;) {
    const from = usable + packs * packSize;
    if ((packs + 1) * packSize > room) {
      if (shortOf(need.atMost, from) > 1 - serviceLevel) limitedBy = 'capacity';
      break;
    }
    let [gain, risk, short] = [0, 0, 0];
    for (let piece = 0; piece < packSize; piece += 1) {
      const chance = shortOf(need.atMost, from + piece);
      gain += chance;
      short = Math.max(short, chance);
      risk += wasted(packs * packSize + piece);
    }
    if (short <= 1 - serviceLevel) break;
    if ((gain * USUAL_A_DAY) / perDay < (risk * wasteWeight) / (shelfDays ?? 1)) {
      limitedBy = 'shelf-life';
      break;
    }
    packs += 1;
  }
  const pieces = packs * packSize;
  return { packs, pieces, usable, expectedPieces: need.mean, coverDays, limitedBy };
}

/**
 * Chance that the piece after `ahead` others of the same delivery outlives its date. Older goods
 * go first, but only until their own date: what they leave unsold is not in the way any more.
 */
function wasteChance(terms: OrderTerms, situation: OrderSituation): (ahead: number) => number {
  const { leadDays, shelfDays, capacity } = terms;
  if (shelfDays === undefined) return () => 0;
  const life = leadDays - 1 + shelfDays;
  const older = situation.onHand.filter(({ daysLeft, pieces }) => pieces > 0 && daysLeft < life);
  const until = Math.max(0, ...older.map(({ daysLeft }) => daysLeft));
  const blocking = sum(older.map(({ pieces }) => pieces));
  const same = sum(situation.onHand.map(({ pieces }) => pieces)) - blocking + situation.onOrder;
  const days = (from: number, to: number) => {
    const mean = sum(situation.expected.slice(from, to));
    return { mean, variance: varianceOf(mean, situation) };
  };
  const chances = outlived(days(0, until), days(until, life), blocking, capacity + 1);
  return (ahead) => chances[Math.min(same + ahead, chances.length - 1)] ?? 1;
}

/** Chance that demand goes beyond `pieces`: that one piece more would have been wanted. */
const shortOf = (atMost: readonly number[], pieces: number): number =>
  pieces < 0 ? 1 : 1 - (atMost[Math.min(pieces, atMost.length - 1)] ?? 1);
