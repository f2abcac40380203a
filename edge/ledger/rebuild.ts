import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Connection, LEDGER_FILE } from './database.ts';
import { asLedgerError } from './errors.ts';
import { PROJECTIONS, replayInto } from './projected.ts';
import { requireArchive } from './verify-archive.ts';

export interface ProjectionDifference {
  table: (typeof PROJECTIONS)[number];
  /** Rows that the events call for and the stored table lacks or holds differently. */
  missing: number;
  /** Rows stored that the events do not call for. */
  extra: number;
}

/**
 * Builds every projection again from the events of the ledger in `dir`, into temporary tables,
 * and compares them with the stored ones value for value. Empty where all are equal. Reads only,
 * so the store may be selling. Throws LedgerError `CORRUPT` or `NOT_WRITABLE`.
 */
export function rebuildAndCompare(
  dir: string,
  localDay: (wallMs: number) => string,
): ProjectionDifference[] {
  const file = join(dir, LEDGER_FILE);
  let db: Connection | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: 1000 });
    return compareInSnapshot(db, dir, localDay);
  } catch (error) {
    throw asLedgerError(error, file);
  } finally {
    db?.close();
  }
}

function compareInSnapshot(
  db: Connection,
  dir: string,
  localDay: (wallMs: number) => string,
): ProjectionDifference[] {
  db.pragma('temp_store = MEMORY');
  return db.transaction(() => {
    requireArchive(db, dir);
    createFreshTables(db);
    replayInto(db, 'temp', localDay);
    return PROJECTIONS.map((table) => compareTable(db, table)).filter(
      ({ missing, extra }) => missing + extra > 0,
    );
  })();
}

function createFreshTables(db: Connection): void {
  const sql = db.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck();
  for (const table of PROJECTIONS) {
    db.exec((sql.get(table) ?? '').replace('CREATE TABLE', 'CREATE TEMP TABLE'));
  }
}

function compareTable(db: Connection, table: (typeof PROJECTIONS)[number]): ProjectionDifference {
  const count = (left: string, right: string) =>
    Number(
      db
        .prepare(`SELECT count(*) FROM (SELECT * FROM ${left} EXCEPT SELECT * FROM ${right})`)
        .pluck()
        .get(),
    );
  const [stored, fresh] = [`main.${table}`, `temp.${table}`];
  return { table, missing: count(fresh, stored), extra: count(stored, fresh) };
}
