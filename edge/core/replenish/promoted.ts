/** Days on which each article is or was on promotion, from the calendar of price rules. */
import type { PromotionRun } from '../catalogue/catalogue-state.ts';
import type { PromotedDays, PromotionKind } from './history.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** As far ahead as orders ever look. */
const AHEAD_DAYS = 70;

interface Now {
  offsetHours: number;
  wallMs: number;
}

/**
 * Only rules for named articles count: one for the whole basket lifts no article above another. A
 * day with two rules counts as the one that began later.
 */
export function promotedDays(
  runs: readonly PromotionRun[],
  now: Now,
): (sku: string) => PromotedDays {
  const bySku = new Map<string, Map<number, PromotionKind>>();
  for (const run of runs) {
    const { kind, skus = [] } = run.promotion;
    const [first, last] = spanOf(run, now);
    for (const sku of skus) {
      const days = bySku.get(sku) ?? new Map<number, PromotionKind>();
      for (let day = first; day <= last; day += 1) days.set(day, kind);
      bySku.set(sku, days);
    }
  }
  return (sku) => bySku.get(sku) ?? NEVER;
}

const NEVER: PromotedDays = new Map();

/** First and last local day, since 1970, both included; none where the last is before the first. */
function spanOf(
  { promotion: { fromDay, toDay }, fromWallMs, untilWallMs }: PromotionRun,
  { offsetHours, wallMs }: Now,
): [number, number] {
  const local = (ms: number) => Math.floor((ms + offsetHours * HOUR_MS) / DAY_MS);
  const begun = local(fromWallMs);
  const ended = untilWallMs === undefined ? local(wallMs) + AHEAD_DAYS : local(untilWallMs);
  return [
    Math.max(begun, fromDay === undefined ? begun : dayOf(fromDay)),
    Math.min(ended, toDay === undefined ? ended : dayOf(toDay)),
  ];
}

/** Days since 1970 of `2026-11-23`. */
const dayOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS;
