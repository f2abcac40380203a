/** Work on the ledger of a store that is not running, under its lock. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Connection,
  type CrashPoint,
  LEDGER_FILE,
  migrate,
  openDatabase,
  schemaFiles,
  takeLock,
} from './database.ts';
import { asLedgerError, LedgerError } from './errors.ts';

/**
 * What `work` makes of the ledger in `dir`, brought up to this program's schema. Throws
 * LedgerError `NO_LEDGER`, `LOCKED`, `CORRUPT`, `DISK_FULL`, `NOT_WRITABLE`, `NEWER_SCHEMA`.
 */
export function offline<T>(
  dir: string,
  work: (db: Connection) => T,
  crashPoint: CrashPoint = () => {},
): T {
  const file = join(dir, LEDGER_FILE);
  if (!existsSync(file)) throw new LedgerError('NO_LEDGER', dir);
  const undo: (() => void)[] = [];
  try {
    undo.push(takeLock(dir));
    const db = openDatabase(file);
    undo.unshift(() => db.close());
    migrate(db, schemaFiles(), crashPoint);
    return work(db);
  } catch (error) {
    throw asLedgerError(error, file);
  } finally {
    for (const step of undo) step();
  }
}
