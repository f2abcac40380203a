/** One article's days in one cabinet, as its sales tell them. */
import type { DemandHour } from '../stock/demand.ts';

export const HOURS = 24;

/** What makes people buy more in different ways: a lower price, or several at once. */
export type PromotionKind = 'multi-buy' | 'percent-off' | 'amount-off';
/** Days since 1970 on which an article is or was on promotion, and of which kind. */
export type PromotedDays = ReadonlyMap<number, PromotionKind>;

export interface HistoryDay {
  /** Days since 1970 by the store's calendar; 0 was a Thursday. */
  day: number;
  /** Pieces sold in each local hour. */
  sold: number[];
  /** Share of each local hour in which there was something to sell, 0 to 1. */
  inStock: number[];
  /** The kind of promotion it was on, where it was on one. */
  promoted?: PromotionKind;
}

/** 0 Monday … 6 Sunday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

export interface HistoryOptions {
  /** First and last day wanted, both whole. */
  fromDay: number;
  toDay: number;
  /** Added to UTC to get the store's local time. */
  offsetHours: number;
  promoted: PromotedDays;
}

const emptyDay = (day: number, promoted: PromotionKind | undefined): HistoryDay => ({
  day,
  sold: new Array<number>(HOURS).fill(0),
  inStock: new Array<number>(HOURS).fill(1),
  ...(promoted && { promoted }),
});

/**
 * The hours of all slots of one article, as days. It was out of stock only while every slot that
 * has it stood empty, so an hour's empty time is the least of the slots'.
 */
export function historyOf(
  hours: readonly DemandHour[],
  slots: number,
  { fromDay, toDay, offsetHours, promoted }: HistoryOptions,
): HistoryDay[] {
  const days = new Map<number, HistoryDay>();
  for (let day = fromDay; day <= toDay; day += 1) days.set(day, emptyDay(day, promoted.get(day)));
  const empty = new Map<number, number[]>();
  for (const { hour, sold, emptyMs } of hours) {
    const local = hour + offsetHours;
    const found = days.get(Math.floor(local / HOURS));
    if (!found) continue;
    const at = ((local % HOURS) + HOURS) % HOURS;
    found.sold[at] = (found.sold[at] ?? 0) + sold;
    if (emptyMs > 0) empty.set(local, [...(empty.get(local) ?? []), emptyMs]);
  }
  for (const [local, spans] of empty) {
    if (spans.length < slots) continue;
    const found = days.get(Math.floor(local / HOURS));
    const at = ((local % HOURS) + HOURS) % HOURS;
    if (found) found.inStock[at] = Math.max(0, 1 - Math.min(...spans) / 3_600_000);
  }
  return [...days.values()];
}
