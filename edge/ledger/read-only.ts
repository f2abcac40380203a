/** Looks into a store's ledger without becoming its writer; the controller may be running. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RecordedEvent, StoredEvent } from '../core/events.ts';
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

const PAGE = 1000;

/**
 * Every event as it is stored, oldest first, the archived ones with them; how many there were, or
 * undefined where the directory holds no ledger. Throws LedgerError where a segment is damaged.
 */
export function eachStored(
  dir: string,
  visit: (event: Pick<StoredEvent, 'hash' | 'record'>) => void,
): number | undefined {
  const file = join(dir, LEDGER_FILE);
  if (!existsSync(file)) return undefined;
  const db = new Database(file, { readonly: true });
  try {
    let count = 0;
    const tell = (event: Pick<StoredEvent, 'hash' | 'record'>) => {
      visit(event);
      count += 1;
    };
    const archive = hasArchive(db) ? archiveReader(db, dir) : undefined;
    for (let seq = 0; archive && seq < archive.lastSeq(); seq += PAGE)
      for (const event of archive.after(seq, Math.min(PAGE, archive.lastSeq() - seq))) tell(event);
    const kept = db.prepare<[], { hash: string; record: string }>(
      'SELECT hash, record FROM events ORDER BY seq',
    );
    for (const event of kept.iterate()) tell(event);
    return count;
  } finally {
    db.close();
  }
}

const hasArchive = (db: Connection): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'segments'").get() !== undefined;

/** A ledger of an older schema has no archive. */
function archivedTail(db: Connection, dir: string, limit: number): { record: string }[] {
  if (!hasArchive(db)) return [];
  const archive = archiveReader(db, dir);
  return archive.after(Math.max(0, archive.lastSeq() - limit), limit);
}
