/** What may be sold, what expires when, and at which discount. Every rule is asked at the ledger. */
import type { DomainEvent } from '../events.ts';
import type { Refusal } from '../ports.ts';
import { FLOOR, type KnownLot, type Place, placeKey, type StockState } from './stock.ts';
import { refuseStock, type StockRefusalCode } from './stock-refusals.ts';

/** Wall time for dates; `trusted` is false while the clock cannot be believed. */
export interface DateClock {
  wallMs: number;
  /** The store's local day of `wallMs`, `2026-11-23`. */
  today: string;
  trusted: boolean;
}

/** What somebody wants to sell: as scanned where the code carried a batch or a date. */
export interface Wanted {
  sku: string;
  location: string;
  supplierLot?: string;
  /** Last local day of sale, `2026-11-23` (AI 17). */
  expiresOn?: string;
}

export const HOUR_MS = 3_600_000;

/** Hours to the end of a lot's life → percent off; the first rung that reaches it counts. */
export const MARKDOWN_LADDER = [
  { hoursLeft: 4, percentOff: 50 },
  { hoursLeft: 12, percentOff: 30 },
  { hoursLeft: 24, percentOff: 15 },
] as const;

const no = (code: StockRefusalCode, detail: Refusal['detail']): Refusal =>
  refuseStock(code, detail).refusal;

/** A date only counts by a clock that can be believed: without one nothing dated is sold. */
function overdue(
  isOver: boolean | undefined,
  { trusted }: DateClock,
  detail: Record<string, string>,
): Refusal | undefined {
  if (isOver === undefined) return undefined;
  if (!trusted) return no('CLOCK_UNSURE', detail);
  return isOver ? no('LOT_EXPIRED', detail) : undefined;
}

const isRecalled = (state: StockState, sku: string, supplierLot: string | undefined): boolean =>
  [...state.recalls.values()].some(
    (recall) =>
      recall.sku === sku &&
      (recall.supplierLot === undefined || recall.supplierLot === supplierLot),
  );

function lotProblem(
  state: StockState,
  lot: KnownLot,
  clock: DateClock,
  location: string,
): Refusal | undefined {
  const detail = { sku: lot.sku, lot: lot.supplierLot ?? lot.lotId, location };
  if (isRecalled(state, lot.sku, lot.supplierLot)) return no('LOT_RECALLED', detail);
  const { expiresWallMs } = lot;
  const isOver = expiresWallMs === undefined ? undefined : expiresWallMs <= clock.wallMs;
  return overdue(isOver, clock, detail);
}

/**
 * Why `wanted` may not be sold now, or undefined where it may. A code that names its batch is
 * judged by it; otherwise one bad lot among those at the place stops the article there, since
 * nobody can tell which piece was taken.
 */
export function whyUnsellable(
  state: StockState,
  wanted: Wanted,
  clock: DateClock,
): Refusal | undefined {
  const { sku, location, supplierLot, expiresOn } = wanted;
  const detail = { sku, location, ...(supplierLot && { lot: supplierLot }) };
  if (isRecalled(state, sku, supplierLot)) return no('LOT_RECALLED', detail);
  const held = [...state.holds.values()].some((hold) => hold.locations.includes(location));
  if (held) return no('SLOT_HELD', detail);
  const named = supplierLot !== undefined || expiresOn !== undefined;
  const isOver = expiresOn === undefined ? undefined : expiresOn < clock.today;
  if (named) return overdue(isOver, clock, detail);
  for (const { lotId } of state.places.get(placeKey(location, sku))?.lots ?? []) {
    const lot = state.lots.get(lotId);
    const problem = lot && lotProblem(state, lot, clock, location);
    if (problem) return problem;
  }
  return undefined;
}

/** The same question for an event about to be recorded; goods by label lie on the floor too. */
export function whyUnrecordable(
  state: StockState,
  event: DomainEvent,
  dates: () => DateClock,
): Refusal | undefined {
  if (event.type === 'LineAdded') {
    const { sku, lot, location = FLOOR } = event.body.line;
    return whyUnsellable(state, { sku, location, ...lot }, dates());
  }
  if (event.type !== 'LabelIssued') return undefined;
  return whyUnsellable(state, { sku: event.body.label.sku, location: FLOOR }, dates());
}

export interface ExpiryLine {
  location: string;
  sku: string;
  lotId: string;
  supplierLot?: string;
  expiresWallMs: number;
  pieces: number;
  grams: number;
  /** Negative once it is over. */
  hoursLeft: number;
  /** What the ladder gives it now, and what it has been given. */
  dueOff: number;
  percentOff: number;
}

/** The discount due with `hoursLeft`; none once the date is over: then it is not sold at all. */
export function markdownDue(hoursLeft: number): number {
  if (hoursLeft <= 0) return 0;
  return MARKDOWN_LADDER.find((rung) => hoursLeft <= rung.hoursLeft)?.percentOff ?? 0;
}

function linesOf({ location, sku, lots }: Place, state: StockState, wallMs: number): ExpiryLine[] {
  return lots.flatMap(({ lotId, expiresWallMs, pieces, grams }) => {
    if (expiresWallMs === undefined) return [];
    const { supplierLot, percentOff = 0 } = state.lots.get(lotId) ?? {};
    const hoursLeft = Math.floor((expiresWallMs - wallMs) / HOUR_MS);
    const dueOff = markdownDue(hoursLeft);
    const named = supplierLot === undefined ? {} : { supplierLot };
    const left = { pieces, grams, hoursLeft, dueOff, percentOff };
    return [{ location, sku, lotId, ...named, expiresWallMs, ...left }];
  });
}

/** Everything with a date up to `withinHours` from now, soonest first. */
export function expiring(state: StockState, wallMs: number, withinHours: number): ExpiryLine[] {
  return [...state.places.values()]
    .flatMap((place) => linesOf(place, state, wallMs))
    .filter(({ hoursLeft }) => hoursLeft <= withinHours)
    .sort((one, other) => one.expiresWallMs - other.expiresWallMs);
}

/** Markdowns that are due and not yet given: one for each lot. None by an unsure clock. */
export function markdownsDue(
  state: StockState,
  clock: Pick<DateClock, 'wallMs' | 'trusted'>,
): DomainEvent[] {
  if (!clock.trusted) return [];
  const [longest] = MARKDOWN_LADDER.map(({ hoursLeft }) => hoursLeft).sort((a, b) => b - a);
  const due = new Map<string, number>();
  for (const line of expiring(state, clock.wallMs, longest ?? 0))
    if (line.dueOff > line.percentOff) due.set(line.lotId, line.dueOff);
  return [...due].map(([lotId, percentOff]) => ({
    type: 'LotMarkedDown',
    body: { lotId, percentOff },
  }));
}
