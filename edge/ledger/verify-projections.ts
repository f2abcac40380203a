/** Derives the projections from events by another way than the writer, and compares. */

import { EMPTY_CATALOGUE, evolveCatalogue } from '../core/catalogue/catalogue-state.ts';
import type { RecordedEvent } from '../core/events.ts';
import type { Text } from '../core/ports.ts';
import { pending } from '../core/sale/pending.ts';
import { evolveSale, type SaleState } from '../core/sale/sale.ts';
import { say } from '../core/say.ts';
import { type CabinetState, emptyCabinet, evolveCabinet } from '../core/visit/cabinet-state.ts';
import { VISIT_EVENT_TYPES } from '../core/visit/visit-events.ts';
import { actFinding } from './acts.ts';
import { CATALOGUE_TYPES } from './catalogue-projection.ts';
import type { Connection } from './database.ts';
import { differs } from './verify-difference.ts';
import { orderCheck } from './verify-orders.ts';
import { stockDue } from './verify-stock.ts';

/** Nothing is due of a file from before there was such a table. */
const hasTable = (db: Connection, table: string): boolean =>
  db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;

function goodsDifference(db: Connection): { reason: Text } | undefined {
  if (!hasTable(db, 'stock_rows')) return undefined;
  const { rows, demand } = stockDue(db);
  return difference(db, 'stock_rows', rows) ?? difference(db, 'demand_hours', demand);
}

const cabinetDifference = (db: Connection): { reason: Text } | undefined =>
  hasTable(db, 'cabinets') ? difference(db, 'cabinets', cabinetRows(db)) : undefined;

/** The changes of the price book, folded alone. */
function catalogueDifference(db: Connection): { reason: Text } | undefined {
  if (!hasTable(db, 'catalogue')) return undefined;
  const types = CATALOGUE_TYPES.map((type) => `'${type}'`).join();
  const records = db
    .prepare<[], string>(`SELECT record FROM events WHERE type IN (${types}) ORDER BY seq`)
    .pluck();
  let state = EMPTY_CATALOGUE;
  for (const record of records.iterate()) {
    const event: RecordedEvent = JSON.parse(record);
    state = evolveCatalogue(state, event, event.wallMs);
  }
  const rows: Row[] = state === EMPTY_CATALOGUE ? [] : [[1, JSON.stringify(state)]];
  return difference(db, 'catalogue', rows);
}

function actDifference(db: Connection): { reason: Text } | undefined {
  const row = actFinding(db);
  return row === undefined ? undefined : differs('acts', row);
}

/** One sale as its events tell it: folded at the end, not event by event beside the writer. */
export interface SaleHistory {
  saleId: string;
  events: RecordedEvent[];
  final: SaleState;
}

type Row = (string | number)[];
type Sum = [pieces: number, grams: number, amountFen: number, sales: number];

const HOUR_MS = 3_600_000;

/** Every sale with its events, one after the other; memory holds one sale at a time. */
export function* saleHistories(db: Connection): Generator<SaleHistory> {
  const rows = db
    .prepare<[], [string, string]>(
      "SELECT subject, record FROM events WHERE subject <> '' ORDER BY subject, seq",
    )
    .raw();
  let events: RecordedEvent[] = [];
  let subject = '';
  for (const [next, record] of rows.iterate()) {
    if (next !== subject) yield* historyOf(subject, events);
    if (next !== subject) events = [];
    subject = next;
    events.push(JSON.parse(record));
  }
  yield* historyOf(subject, events);
}

function historyOf(saleId: string, events: RecordedEvent[]): SaleHistory[] {
  let final: SaleState | undefined;
  for (const event of events) final = evolveSale(final, event);
  return final ? [{ saleId, events, final }] : [];
}

/** The first projection that differs from what the events say, in words; undefined where none. */
export function projectionFinding(db: Connection): { seq?: number; reason: Text } | undefined {
  const labels = labelsIssued(db);
  const open: Row[] = [];
  const completed: Row[] = [];
  const sums = new Map<string, Sum>();
  const days = new Map(
    db.prepare<[], [string, string]>('SELECT sale_id, day FROM completed_sales').raw().all(),
  );
  const orders = hasTable(db, 'orders') ? orderCheck(db) : undefined;
  for (const history of saleHistories(db)) {
    orders?.see(history);
    if (stillOpen(history.final)) open.push(openRow(history));
    for (const event of history.events) {
      if (event.type !== 'SaleCompleted') continue;
      const day = days.get(history.saleId) ?? '';
      if (!dayMatches(day, event.wallMs)) {
        return {
          seq: event.seq,
          reason: say('营业日与时间不符', 'The day of the sale is impossible'),
        };
      }
      completed.push([history.saleId, event.seq, day, event.body.totalFen]);
      addToDay(sums, day, history.final);
    }
    markLabels(labels, history.final);
  }
  const dayItems = [...sums].map(([key, sum]) => [...key.split('\0'), ...sum]);
  return (
    difference(db, 'open_sales', open) ??
    difference(db, 'completed_sales', completed) ??
    difference(db, 'day_items', dayItems) ??
    difference(db, 'stock', stockRows(db)) ??
    difference(db, 'labels', [...labels.values()]) ??
    goodsDifference(db) ??
    cabinetDifference(db) ??
    catalogueDifference(db) ??
    orders?.finding() ??
    (orders && actDifference(db))
  );
}

function stillOpen(state: SaleState): boolean {
  const over = state.phase === 'completed' || state.phase === 'cancelled';
  return !over || pending(state).length > 0;
}

function openRow({ saleId, events, final }: SaleHistory): Row {
  const first = events[0]?.seq ?? 0;
  const last = events.at(-1)?.seq ?? 0;
  const { laneId, priceBookVersion, phase, lines, totalFen } = final;
  return [saleId, first, last, laneId, priceBookVersion, phase, lines.length, totalFen];
}

/** Any zone of the earth: UTC-12 to UTC+14. */
function dayMatches(day: string, wallMs: number): boolean {
  const sinceMidnightMs = wallMs - Date.parse(`${day}T00:00:00Z`);
  return sinceMidnightMs >= -14 * HOUR_MS && sinceMidnightMs < 36 * HOUR_MS;
}

function addToDay(sums: Map<string, Sum>, day: string, { lines }: SaleState): void {
  const counted = new Set<string>();
  for (const line of lines) {
    const key = `${day}\0${line.sku}`;
    const [pieces, grams, amountFen, sales] = sums.get(key) ?? [0, 0, 0, 0];
    const each = line.how === 'each';
    sums.set(key, [
      pieces + (each ? line.quantity : 0),
      grams + (each ? 0 : (line.weighing?.netGrams ?? 0)),
      amountFen + line.amountFen,
      sales + (counted.has(line.sku) ? 0 : 1),
    ]);
    counted.add(line.sku);
  }
}

/** Labels as issued and voided; what baskets did to them comes from the sales' final states. */
function labelsIssued(db: Connection): Map<string, Row> {
  const rows = db
    .prepare<[], [number, string]>(
      "SELECT seq, record FROM events WHERE type IN ('LabelIssued', 'LabelVoided') ORDER BY seq",
    )
    .raw();
  const labels = new Map<string, Row>();
  for (const [seq, record] of rows.iterate()) {
    const event: RecordedEvent = JSON.parse(record);
    if (event.type === 'LabelIssued') {
      const { labelNumber, ean13 } = event.body.label;
      labels.set(labelNumber, [labelNumber, seq, ean13, 'live']);
    } else if (event.type === 'LabelVoided')
      labels.get(event.body.labelNumber)?.splice(3, 1, 'void');
  }
  return labels;
}

/** Sold beats void, void beats in-basket; a cancelled sale holds nothing. */
function markLabels(labels: Map<string, Row>, { phase, lines }: SaleState): void {
  if (phase === 'cancelled') return;
  for (const { labelNumber } of lines) {
    const row = labelNumber === undefined ? undefined : labels.get(labelNumber);
    if (!row) continue;
    if (phase === 'completed') row[3] = 'sold';
    else if (row[3] === 'live') row[3] = 'in-basket';
  }
}

/** Every cabinet folded alone, from the events that name it. */
function cabinetRows(db: Connection): Row[] {
  const types = VISIT_EVENT_TYPES.map((type) => `'${type}'`).join();
  const records = db
    .prepare<[], string>(`SELECT record FROM events WHERE type IN (${types}) ORDER BY seq`)
    .pluck();
  const cabinets = new Map<string, CabinetState>();
  for (const record of records.iterate()) {
    const event: RecordedEvent = JSON.parse(record);
    if (!('cabinetId' in event.body)) continue;
    const id = event.body.cabinetId;
    cabinets.set(id, evolveCabinet(cabinets.get(id) ?? emptyCabinet(id), event));
  }
  return [...cabinets].map(([id, state]) => [id, JSON.stringify(state)]);
}

function stockRows(db: Connection): Row[] {
  return db
    .prepare<[], Row>(
      `SELECT record ->> '$.body.move.sku' AS sku, record ->> '$.body.move.location' AS location,
       sum(record ->> '$.body.move.pieces'), sum(record ->> '$.body.move.grams')
       FROM events WHERE type = 'StockMoved' GROUP BY sku, location`,
    )
    .raw()
    .all();
}

function difference(db: Connection, table: string, expected: Row[]): { reason: Text } | undefined {
  const wanted = new Set(expected.map((row) => JSON.stringify(row)));
  const exists = db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table);
  // A ledger of an older schema lacks the table, and has no event that would call for a row.
  const stored = db.prepare<[], Row>(exists ? `SELECT * FROM ${table}` : 'SELECT 1 WHERE 0').raw();
  for (const row of stored.iterate()) {
    const text = JSON.stringify(row);
    if (!wanted.delete(text)) return differs(table, text);
  }
  const [missing] = wanted;
  return missing === undefined ? undefined : differs(table, missing);
}
