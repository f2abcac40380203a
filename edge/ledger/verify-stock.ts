/** Derives the rows of 005-stock.sql from events by folding them all at once, for the verifier. */

import type { RecordedEvent } from '../core/events.ts';
import { demandOf } from '../core/stock/demand.ts';
import { STOCK_FAMILIES } from '../core/stock/stock.ts';
import { STOCK_EVENT_TYPES } from '../core/stock/stock-events.ts';
import { stockFold } from '../core/stock/stock-fold.ts';
import type { Connection } from './database.ts';

type Row = (string | number)[];

/** Rows that `stock_rows` and `demand_hours` must hold. */
export function stockDue(db: Connection): { rows: Row[]; demand: Row[] } {
  const fold = stockFold();
  const hours = new Map<string, [sold: number, emptyMs: number]>();
  const records = db
    .prepare<string[], string>(
      `SELECT record FROM events WHERE type IN (${STOCK_EVENT_TYPES.map(() => '?').join()}) ORDER BY seq`,
    )
    .pluck();
  for (const record of records.iterate(...STOCK_EVENT_TYPES)) {
    const event: RecordedEvent = JSON.parse(record);
    for (const { location, sku, hour, sold, emptyMs } of demandOf(fold.read, event, event.wallMs)) {
      const key = JSON.stringify([location, sku, hour]);
      const [soldBefore, emptyBefore] = hours.get(key) ?? [0, 0];
      hours.set(key, [soldBefore + sold, emptyBefore + emptyMs]);
    }
    fold.apply(event, event.wallMs);
  }
  const rows = STOCK_FAMILIES.flatMap((family) =>
    [...fold.state[family]].map(([key, value]): Row => [family, key, JSON.stringify(value)]),
  );
  const demand = [...hours].map(([key, sums]): Row => [...JSON.parse(key), ...sums]);
  return { rows, demand };
}
