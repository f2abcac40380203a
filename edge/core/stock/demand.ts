/** What one event says about demand in a cabinet: pieces sold, and hours without any to sell. */
import type { DomainEvent } from '../events.ts';
import { cabinetOf } from './planogram.ts';
import { placeKey, type StockReader } from './stock.ts';

const HOUR_MS = 3_600_000;
/** An empty slot says nothing about demand after this long: it may have been given up. */
const LONGEST_EMPTY_MS = 60 * 24 * HOUR_MS;

export interface DemandHour {
  location: string;
  sku: string;
  /** Hours since 1970, UTC. */
  hour: number;
  sold: number;
  emptyMs: number;
}

/** The hours of a span and how much of it lies in each. */
export function hoursOf(fromMs: number, toMs: number): { hour: number; ms: number }[] {
  const spans: { hour: number; ms: number }[] = [];
  let at = Math.max(fromMs, toMs - LONGEST_EMPTY_MS);
  while (at < toMs) {
    const hour = Math.floor(at / HOUR_MS);
    const end = Math.min(toMs, (hour + 1) * HOUR_MS);
    spans.push({ hour, ms: end - at });
    at = end;
  }
  return spans;
}

/** To be asked before the event is applied: `read` still sees the place as it was. */
export function demandOf(read: StockReader, event: DomainEvent, wallMs: number): DemandHour[] {
  if (event.type !== 'StockMoved') return [];
  const { cause, move } = event.body;
  const { location, sku, pieces } = move;
  if (!cabinetOf(location) || pieces === 0) return [];
  if (cause === 'sale' && pieces < 0) {
    return [{ location, sku, hour: Math.floor(wallMs / HOUR_MS), sold: -pieces, emptyMs: 0 }];
  }
  const before = read('places', placeKey(location, sku));
  const { emptySinceWallMs } = before ?? {};
  if (emptySinceWallMs === undefined || (before?.pieces ?? 0) + pieces <= 0) return [];
  return hoursOf(emptySinceWallMs, wallMs).map(({ hour, ms }) => {
    return { location, sku, hour, sold: 0, emptyMs: ms };
  });
}
