/** Looks into a store's ledger without becoming its writer; the controller may be running. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RecordedEvent } from '../core/events.ts';
import { archiveReader } from './archive-read.ts';
import { type Connection, LEDGER_FILE } from './database.ts';

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
    const archived = rows.length < limit ? archivedTail(db, dir, limit - rows.length) : [];
    return [...archived, ...rows.reverse()].map(({ record }) => JSON.parse(record));
  } finally {
    db.close();
  }
}

/** A ledger of an older schema has no archive. */
function archivedTail(db: Connection, dir: string, limit: number): { record: string }[] {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'segments'").get()) return [];
  const archive = archiveReader(db, dir);
  return archive.after(Math.max(0, archive.lastSeq() - limit), limit);
}
