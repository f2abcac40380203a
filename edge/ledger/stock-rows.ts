import type { DomainEvent } from '../core/events.ts';
import { type DemandHour, demandOf } from '../core/stock/demand.ts';
import {
  STOCK_FAMILIES,
  type StockChange,
  type StockReader,
  type StockState,
  stockChanges,
} from '../core/stock/stock.ts';
import { stockFold } from '../core/stock/stock-fold.ts';
import type { Connection } from './database.ts';

/** Keeps 005-stock.sql and its copy in memory in step with events, inside the caller's commit. */
export interface StockRows {
  /** As of the last commit. */
  readonly state: StockState;
  apply(event: DomainEvent, wallMs: number): void;
  settle(): void;
  adopt(): void;
  forget(): void;
}

const touchedKey = ({ family, key }: { family: string; key: string }) => `${family}\t${key}`;

export function stockRows(
  db: Connection,
  schema: 'main' | 'temp',
  stored: StockChange[],
): StockRows {
  const fold = stockFold();
  for (const row of stored) fold.put(row);
  const write = rowWriter(db, schema);
  const touched = new Map<string, StockChange>();
  const read: StockReader = (family, key) => {
    const change = touched.get(touchedKey({ family, key }));
    return change
      ? (change.value as ReturnType<typeof fold.read<typeof family>>)
      : fold.read(family, key);
  };
  return {
    state: fold.state,
    apply(event, wallMs) {
      for (const hour of demandOf(read, event, wallMs)) write.demand(hour);
      for (const change of stockChanges(read, event, wallMs))
        touched.set(touchedKey(change), change);
    },
    settle() {
      for (const change of touched.values()) write.row(change);
    },
    adopt() {
      for (const change of touched.values()) fold.put(change);
      touched.clear();
    },
    forget: () => touched.clear(),
  };
}

function rowWriter(db: Connection, schema: string) {
  const put = db.prepare(
    `INSERT INTO ${schema}.stock_rows VALUES (?, ?, ?) ON CONFLICT (family, key)
     DO UPDATE SET value = excluded.value`,
  );
  const remove = db.prepare(`DELETE FROM ${schema}.stock_rows WHERE family = ? AND key = ?`);
  const add = db.prepare(
    `INSERT INTO ${schema}.demand_hours VALUES (?, ?, ?, ?, ?) ON CONFLICT (location, sku, hour)
     DO UPDATE SET sold = sold + excluded.sold, empty_ms = empty_ms + excluded.empty_ms`,
  );
  return {
    row({ family, key, value }: StockChange) {
      if (value === undefined) remove.run(family, key);
      else put.run(family, key, JSON.stringify(value));
    },
    demand({ location, sku, hour, sold, emptyMs }: DemandHour) {
      add.run(location, sku, hour, sold, emptyMs);
    },
  };
}

/** The rows of a reopened ledger. */
export function storedStock(db: Connection): StockChange[] {
  const rows = db
    .prepare<[], { family: string; key: string; value: string }>('SELECT * FROM stock_rows')
    .all();
  return rows.flatMap(({ family, key, value }) => {
    const known = STOCK_FAMILIES.find((each) => each === family);
    return known ? [{ family: known, key, value: JSON.parse(value) } as StockChange] : [];
  });
}

/** What slots sold and how long they stood empty, hour by hour, from `sinceHour` on. */
export function demandReader(db: Connection): (sinceHour: number) => DemandHour[] {
  const select = db.prepare<[number], DemandHour>(
    `SELECT location, sku, hour, sold, empty_ms AS emptyMs FROM demand_hours
     WHERE hour >= ? ORDER BY location, sku, hour`,
  );
  return (sinceHour) => select.all(sinceHour);
}
