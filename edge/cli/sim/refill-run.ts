/** One cabinet over many days under one ordering policy: deliveries, sales, dates, waste. */
import type { ItemDemand } from '../../../simulator/demand.ts';

/** What a policy knows at closing time of `day`. */
export interface Closing {
  at: ItemDemand;
  day: number;
  /** Sales and in-stock share of every hour so far, by day. */
  sold: number[][];
  inStock: number[][];
  onHand: { pieces: number; daysLeft: number }[];
  onOrder: number;
}

export interface Policy {
  name: string;
  /** Packs to order now; what the cabinet cannot take is cut off by `room`. */
  packs(closing: Closing): number;
}

export interface Outcome {
  wanted: number;
  sold: number;
  received: number;
  wasted: number;
  /** Hours open with nothing to sell. */
  emptyHours: number;
  openHours: number;
}

const OPENS = 6;
const CLOSES = 23;
export const OPEN_HOURS = CLOSES - OPENS;
/** Days kept so that what does not expire needs no case of its own. */
const FOR_EVER = 100_000;

interface Batch {
  pieces: number;
  /** Last day of sale. */
  lastDay: number;
}

interface Shelf {
  batches: Batch[];
  coming: { pieces: number; day: number }[];
  sold: number[][];
  inStock: number[][];
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
const piecesOf = (batches: readonly Batch[]): number => sum(batches.map(({ pieces }) => pieces));

function takeFirst(batches: Batch[], wanted: number): number {
  let left = wanted;
  for (const batch of batches) {
    const taken = Math.min(left, batch.pieces);
    batch.pieces -= taken;
    left -= taken;
  }
  return wanted - left;
}

/** A day's hours: how much sold in each and whether there was any. */
function sellDay(shelf: Shelf, wanted: number[], outcome: Outcome, counts: boolean): void {
  const sold = new Array<number>(24).fill(0);
  const inStock = new Array<number>(24).fill(1);
  for (let hour = OPENS; hour < CLOSES; hour += 1) {
    const asked = wanted[hour] ?? 0;
    const before = piecesOf(shelf.batches);
    const taken = takeFirst(shelf.batches, asked);
    sold[hour] = taken;
    // Ran out within the hour: open for about the share of it that its goods lasted.
    if (before === 0) inStock[hour] = 0;
    else if (taken === before) inStock[hour] = asked > taken ? taken / asked : 1;
    if (!counts) continue;
    outcome.wanted += asked;
    outcome.sold += taken;
    outcome.openHours += 1;
    outcome.emptyHours += 1 - (inStock[hour] ?? 1);
  }
  shelf.sold.push(sold);
  shelf.inStock.push(inStock);
}

function deliver(shelf: Shelf, day: number, capacity: number, shelfDays: number): number {
  const arrived = shelf.coming.filter((each) => each.day <= day);
  shelf.coming = shelf.coming.filter((each) => each.day > day);
  const room = capacity - piecesOf(shelf.batches);
  const pieces = Math.min(room, sum(arrived.map((each) => each.pieces)));
  if (pieces > 0) shelf.batches.push({ pieces, lastDay: day + shelfDays - 1 });
  return pieces;
}

function discard(shelf: Shelf, day: number): number {
  const over = shelf.batches.filter((batch) => batch.lastDay <= day);
  shelf.batches = shelf.batches.filter((batch) => batch.lastDay > day && batch.pieces > 0);
  return piecesOf(over);
}

/** Runs one article; the first `warmUp` days are history and do not count. */
export function runItem(at: ItemDemand, policy: Policy, warmUp: number): Outcome {
  const { item, wanted } = at;
  const shelfDays = item.shelfDays ?? FOR_EVER;
  const outcome = { wanted: 0, sold: 0, received: 0, wasted: 0, emptyHours: 0, openHours: 0 };
  const opening = Math.min(item.capacity, Math.ceil(2 * item.perDay));
  const shelf: Shelf = {
    batches: [{ pieces: opening, lastDay: shelfDays - 1 }],
    coming: [],
    sold: [],
    inStock: [],
  };
  wanted.forEach((hours, day) => {
    const counts = day >= warmUp;
    const received = deliver(shelf, day, item.capacity, shelfDays);
    sellDay(shelf, hours, outcome, counts);
    const wasted = discard(shelf, day);
    if (counts) {
      outcome.received += received;
      outcome.wasted += wasted;
    }
    order(shelf, at, day, policy);
  });
  return outcome;
}

function order(shelf: Shelf, at: ItemDemand, day: number, policy: Policy): void {
  const { packSize, leadDays, capacity } = at.item;
  const onHand = shelf.batches.map(({ pieces, lastDay }) => ({ pieces, daysLeft: lastDay - day }));
  const onOrder = sum(shelf.coming.map(({ pieces }) => pieces));
  const { sold, inStock } = shelf;
  const asked = policy.packs({ at, day, sold, inStock, onHand, onOrder });
  // The same limit for everyone: never more than fits beside what lies there and is on its way.
  const room = capacity - onOrder - piecesOf(shelf.batches);
  const packs = Math.max(0, Math.min(asked, Math.floor(room / packSize)));
  if (packs > 0) shelf.coming.push({ pieces: packs * packSize, day: day + leadDays });
}

export const addUp = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce(
    (all, each) => ({
      wanted: all.wanted + each.wanted,
      sold: all.sold + each.sold,
      received: all.received + each.received,
      wasted: all.wasted + each.wasted,
      emptyHours: all.emptyHours + each.emptyHours,
      openHours: all.openHours + each.openHours,
    }),
    { wanted: 0, sold: 0, received: 0, wasted: 0, emptyHours: 0, openHours: 0 },
  );
