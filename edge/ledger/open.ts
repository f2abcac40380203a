import { statSync } from 'node:fs';
import { join } from 'node:path';
import { GENESIS } from '../core/events.ts';
import type { Clock, Ids } from '../core/ports.ts';
import { appender, type Head } from './append.ts';
import type { Ledger, LedgerHealth } from './contract.ts';
import {
  assertDurable,
  type Connection,
  type CrashPoint,
  LEDGER_FILE,
  migrate,
  openDatabase,
  prepareDirectory,
  schemaFiles,
  schemaVersion,
  syncDirectory,
  takeLock,
} from './database.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { openPriceBooks, type PriceBooks } from './price-books.ts';
import { createProjector, openSalesOf } from './projections.ts';
import { openReaders } from './read.ts';

export interface LedgerOptions {
  /** The store's directory; made where it is missing. */
  dir: string;
  storeId: string;
  ids: Ids;
  clock: Clock;
  softwareVersion: string;
  weighCore: { version: string; sha256: string };
  /** The store's local date of a wall time, `2026-11-23`. */
  localDay: (wallMs: number) => string;
  crashPoint?: CrashPoint;
}

/** Commands whose answers are kept; a repeat older than this many commands would run again. */
const KEPT_COMMANDS = 100_000;

/**
 * Opens the store's ledger for its one writer and records `Booted`. Throws LedgerError: `LOCKED`,
 * `NOT_WRITABLE`, `NEWER_SCHEMA`, `CORRUPT`, `WRONG_STORE`, `DISK_FULL`, `OLD_NODE`.
 * Nothing else in this process may open the files while it is held: POSIX drops a process's locks
 * when it closes any handle to the same file.
 */
export function openLedger(options: LedgerOptions): Ledger {
  const file = join(options.dir, LEDGER_FILE);
  const schema = schemaFiles();
  const undo: (() => void)[] = [];
  try {
    prepareDirectory(options.dir);
    undo.push(takeLock(options.dir));
    const db = openDatabase(file);
    undo.push(() => db.close());
    migrate(db, schema, options.crashPoint ?? (() => {}));
    syncDirectory(options.dir);
    const close = () => {
      for (const step of undo.splice(0).reverse()) step();
    };
    return assemble(db, file, options, close);
  } catch (error) {
    for (const step of undo.splice(0).reverse()) step();
    throw asLedgerError(error, file);
  }
}

function assemble(db: Connection, file: string, options: LedgerOptions, close: () => void): Ledger {
  const epoch = identify(db, options.storeId);
  const head = readHead(db);
  pruneCommands(db);
  const boot = options.ids('boot');
  const books = openPriceBooks(db);
  const projector = createProjector(db, 'main', options.localDay, openSalesOf(db));
  const { clock, ids, storeId } = options;
  const crashPoint = options.crashPoint ?? (() => {});
  const writer = appender({
    db,
    head,
    projector,
    clock,
    ids,
    crashPoint,
    file,
    fixed: { epoch, storeId, boot },
  });
  recordBoot(db, writer.append, options);
  return {
    storeId,
    boot,
    epoch,
    append: writer.append,
    answerOf: writer.answerOf,
    ...openReaders(db, projector, head),
    ...acknowledgements(db, head, writer.write),
    ...priceBookMethods(books, storeId, writer),
    health: () => health(db, file, head, epoch),
    close,
  };
}

/** Reads or founds the ledger's identity and returns its epoch. */
function identify(db: Connection, storeId: string): number {
  const found = db.prepare("INSERT INTO meta VALUES ('store', ?), ('epoch', '1'), ('acked', '0')");
  const get = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  if (get.get('store') === undefined) found.run(storeId);
  const known = get.get('store');
  if (known !== storeId) throw new LedgerError('WRONG_STORE', `${known} ≠ ${storeId}`);
  return Number(get.get('epoch'));
}

function readHead(db: Connection): Head {
  const guards = db
    .prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events'")
    .pluck()
    .get();
  if (guards !== 3) throw new LedgerError('CORRUPT', 'the append-only triggers of events are gone');
  const last = db.prepare<[], Head>('SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1').get();
  return last ?? { seq: 0, hash: GENESIS };
}

function pruneCommands(db: Connection): void {
  db.prepare('DELETE FROM commands WHERE number <= (SELECT max(number) FROM commands) - ?').run(
    KEPT_COMMANDS,
  );
}

function recordBoot(db: Connection, append: Ledger['append'], options: LedgerOptions): void {
  const { softwareVersion, weighCore } = options;
  const body = {
    softwareVersion,
    weighCoreVersion: weighCore.version,
    weighCoreSha256: weighCore.sha256,
    schemaVersion: schemaVersion(db),
  };
  append({ source: 'store', events: [{ type: 'Booted', body }] });
  assertDurable(db);
}

function acknowledgements(db: Connection, head: Head, write: <T>(work: () => T) => T) {
  const get = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'acked'").pluck();
  const set = db.prepare("UPDATE meta SET value = ? WHERE key = 'acked'");
  const acked = () => Number(get.get());
  const setAcked = (seq: number) => {
    if (seq > head.seq) throw new LedgerError('ACK_AHEAD', `${seq} > ${head.seq}`);
    if (seq > acked()) write(() => set.run(String(seq)));
  };
  return { acked, setAcked };
}

function priceBookMethods(
  books: PriceBooks,
  storeId: string,
  writer: ReturnType<typeof appender>,
): Pick<Ledger, 'activatePriceBook' | 'priceBookVersion' | 'item' | 'items'> &
  Pick<Ledger, 'itemByGtin' | 'itemByPlu'> {
  const { item, itemByGtin, itemByPlu, items } = books;
  return {
    activatePriceBook(book, sha256) {
      const { version } = book;
      if (book.storeId !== storeId) throw new LedgerError('WRONG_STORE', book.storeId);
      if (books.sha256Of(version) === sha256 && version === books.version()) return;
      if (version <= books.version()) {
        throw new LedgerError('OLD_PRICE_BOOK', `${version} ≤ ${books.version()}`);
      }
      const body = { version, sha256, items: book.items.length };
      const event = { type: 'PriceBookActivated' as const, body };
      writer.append({ source: 'store', events: [event] }, () => {
        books.store(book, sha256);
        books.prune();
      });
    },
    priceBookVersion: books.version,
    item,
    itemByGtin,
    itemByPlu,
    items,
  };
}

function health(db: Connection, file: string, head: Head, epoch: number): LedgerHealth {
  return {
    synchronous: Number(db.pragma('synchronous', { simple: true })),
    recursiveTriggers: Number(db.pragma('recursive_triggers', { simple: true })),
    journalMode: String(db.pragma('journal_mode', { simple: true })),
    walBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    events: head.seq,
    headSeq: head.seq,
    headHash: head.hash,
    epoch,
    schemaVersion: schemaVersion(db),
  };
}
