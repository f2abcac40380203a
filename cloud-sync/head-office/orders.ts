/** The receiving side of replenishment: what every store has ordered and not yet received. */
import type { RecordedEvent } from '../../edge/core/events.ts';
import type { StockEventBodies } from '../../edge/core/stock/stock-events.ts';
import type { Database } from './database.ts';

export type StoreOrder = StockEventBodies['ReplenishmentOrdered'] & {
  store: string;
  orderedWallMs: number;
};

/** Asked order by order, so that a store's whole history is never read. */
const OPEN = `
  SELECT store, record FROM events o
  WHERE type = 'ReplenishmentOrdered' AND ($1::text IS NULL OR store = $1)
    AND NOT EXISTS (
      SELECT 1 FROM events e
      WHERE e.store = o.store AND e.type IN ('ReplenishmentReceived', 'ReplenishmentCancelled')
        AND e.record::json -> 'body' ->> 'orderId' = o.record::json -> 'body' ->> 'orderId')
  ORDER BY wall_ms, store, seq LIMIT 1000`;

/** Open orders, oldest first: of one store, or of all; at most a thousand. */
export async function openOrders(database: Database, storeId?: string): Promise<StoreOrder[]> {
  const rows = await database.query<{ store: string; record: string }>(OPEN, [storeId ?? null]);
  return rows.flatMap(({ store, record }) => {
    const event: RecordedEvent = JSON.parse(record);
    if (event.type !== 'ReplenishmentOrdered') return [];
    return [{ store, ...event.body, orderedWallMs: event.wallMs }];
  });
}
