/**
 * Projections follow from events alone, so they can be made anew: where a schema step brought a
 * table that the events of earlier days belong in as well, and where the ledger was cut.
 */
import type { Connection, CrashPoint } from './database.ts';
import { createProjector } from './projections.ts';
import { parseRecord } from './record.ts';
import { stockRows } from './stock-rows.ts';
import { partArchive, requireArchive } from './verify-archive.ts';

/** Tables that follow from events alone. */
export const PROJECTIONS = [
  'open_sales',
  'completed_sales',
  'day_items',
  'stock',
  'labels',
  'stock_rows',
  'demand_hours',
  'cabinets',
  'catalogue',
  'orders',
  'order_words',
  'sold_names',
  'acts',
] as const;

const PAGE_EVENTS = 2000;
/** The schema for which the stored projections were last made whole. */
const KEY = 'projected';

/** Folds every event, archived or not, into the projections of `schema`, which are empty. */
export function replayInto(
  db: Connection,
  schema: 'main' | 'temp',
  localDay: (wallMs: number) => string,
): void {
  const projector = createProjector(db, schema, localDay, new Map(), stockRows(db, schema, []));
  const page = db
    .prepare<[number, number], string>(
      'SELECT record FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    .pluck();
  for (let after = 0; ; ) {
    const events = page.all(after, PAGE_EVENTS).map(parseRecord);
    for (const event of events) projector.apply(event, event);
    projector.settle();
    projector.adopt();
    const last = events.at(-1);
    if (!last) return;
    after = last.seq;
  }
}

/** Makes the projections whole where they are not of this schema; killed half-way, begins again. */
export function refreshProjections(
  db: Connection,
  dir: string,
  schemaVersion: number,
  localDay: (wallMs: number) => string,
  crashPoint: CrashPoint,
): void {
  const known = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  if (Number(known.get(KEY) ?? 0) === schemaVersion) return;
  const anew = db.transaction(() => {
    requireArchive(db, dir);
    for (const table of PROJECTIONS) db.exec(`DELETE FROM ${table}`);
    replayInto(db, 'main', localDay);
    partArchive(db);
    db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(KEY, schemaVersion);
    crashPoint('projected.before-commit');
  });
  anew.immediate();
  crashPoint('projected.after-commit');
}

/** The next opening makes them anew. */
export function distrustProjections(db: Connection): void {
  db.prepare('DELETE FROM meta WHERE key = ?').run(KEY);
}
