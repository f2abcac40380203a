/** Looks into a store's ledger without becoming its writer; the controller may be running. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RecordedEvent } from '../core/events.ts';
import { LEDGER_FILE } from './database.ts';

/** The newest `limit` events, oldest first; undefined where the directory holds no ledger. */
export function readTail(dir: string, limit: number): RecordedEvent[] | undefined {
  const file = join(dir, LEDGER_FILE);
  if (!existsSync(file)) return undefined;
  const db = new Database(file, { readonly: true });
  try {
    const newest = db.prepare<[number], { record: string }>(
      'SELECT record FROM events ORDER BY seq DESC LIMIT ?',
    );
    const rows = newest.all(limit);
    return rows.map(({ record }) => JSON.parse(record) as RecordedEvent).reverse();
  } finally {
    db.close();
  }
}
