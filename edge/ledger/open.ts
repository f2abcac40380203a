import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainEvent } from '../core/events.ts';
import type { Clock, Ids } from '../core/ports.ts';
import { type DateClock, whyUnsellable } from '../core/stock/stock-rules.ts';
import { type Appender, appender, type Head } from './append.ts';
import { archiveAtOpening } from './archive.ts';
import { type ArchiveReader, archiveReader } from './archive-read.ts';
import { cabinetsOf } from './cabinet-projection.ts';
import { storedCatalogue } from './catalogue-projection.ts';
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
import { type DeviceKey, openDeviceKey } from './device-key.ts';
import { type Editioner, editioner, priceBookMethods } from './editions.ts';
import { beginEpoch, bindKey, type Identity, identify, readHead, refuseCutTail } from './epoch.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { type HeadSigner, headSigner } from './heads.ts';
import { openPriceBooks } from './price-books.ts';
import { refreshProjections } from './projected.ts';
import { createProjector, openSalesOf, type Projector } from './projections.ts';
import { openReaders } from './read.ts';
import { stockRows, storedStock } from './stock-rows.ts';

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
  /** Acknowledged events older than this move to archive segments at opening; all stay without. */
  keepMs?: number;
}

/** Commands whose answers are kept; a repeat older than this many commands would run again. */
const KEPT_COMMANDS = 100_000;

/**
 * Opens the store's ledger for its one writer and records `Booted`. Throws LedgerError: `LOCKED`,
 * `NOT_WRITABLE`, `NEWER_SCHEMA`, `CORRUPT`, `WRONG_STORE`, `DISK_FULL`, `OLD_NODE`; `TAIL_CUT`
 * and `KEY_CHANGED` where signed heads or the box's key do not fit: it then sells nothing.
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
    const crashPoint = options.crashPoint ?? (() => {});
    migrate(db, schema, crashPoint);
    refreshProjections(db, options.dir, schema.length, options.localDay, crashPoint);
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
  const { dir, clock, ids, storeId } = options;
  const identity = identify(db, storeId);
  const { epoch } = identity;
  const head = readHead(db);
  const archive = archiveReader(db, dir);
  const key = openDeviceKey(dir);
  refuseCutTail(db, archive, dir, epoch, key.publicKey);
  pruneCommands(db);
  const boot = options.ids('boot');
  const books = openPriceBooks(db);
  const projector = projectorOf(db, archive, options);
  const crashPoint = options.crashPoint ?? (() => {});
  const fixed = { epoch, storeId, boot };
  const dates = dateClock(options);
  const item = (sku: string) => books.item(books.version(), sku);
  const parts = { db, head, projector, clock, ids, crashPoint, file, fixed, dates, item };
  const writer = appender(parts);
  recordBoot(db, writer, options, identity, key);
  const { write } = writer;
  const signed = { store: storeId, epoch, write, crashPoint, archive };
  const signer = headSigner({ db, dir, head, clock, key, ...signed });
  signer.appended();
  const toArchive = { db, dir, epoch, key: key.publicKey, crashPoint };
  const archiving = archiveAtOpening(toArchive, clock, options.keepMs);
  archive.refresh();
  const edition = editioner(books, projector);
  const { append, appendSoon } = appending(writer, signer, edition);
  return {
    ...{ storeId, boot, epoch },
    append: (request) => append(request),
    appendSoon,
    answerOf: writer.answerOf,
    whyUnrecordable: writer.whyUnrecordable,
    whyUnsellable: (wanted) => whyUnsellable(projector.stock, wanted, dates()),
    ...openReaders(db, archive, projector, head),
    ...acknowledgements(db, head, write, signer),
    catalogue: projector.catalogue,
    ...priceBookMethods(books, storeId, append, projector, edition.prune, dates),
    signHead: signer.sign,
    health: () => health(db, file, head, epoch, signer, archive, archiving),
    close() {
      try {
        if (db.open) writer.flush();
        if (db.open) signer.close();
      } finally {
        close();
      }
    },
  };
}

/** Both ways to append: heads are signed as it grows, new editions written beside their events. */
function appending(
  writer: Appender,
  signer: HeadSigner,
  edition: Editioner,
): Pick<Appender, 'append' | 'appendSoon'> {
  const append: Appender['append'] = (request, beside = edition.beside(request)) => {
    const result = writer.append(request, beside);
    signer.appended();
    return result;
  };
  return {
    append,
    async appendSoon(request) {
      // A new edition of the prices is a commit of its own.
      if (edition.beside(request)) return append(request);
      const result = await writer.appendSoon(request);
      signer.appended();
      return result;
    },
  };
}

const dateClock =
  ({ clock, localDay }: LedgerOptions) =>
  (): DateClock => {
    const wallMs = clock.wallMs();
    return { wallMs, today: localDay(wallMs), trusted: clock.wallQuality() === 'trusted' };
  };

function projectorOf(
  db: Connection,
  archive: ArchiveReader,
  { localDay }: LedgerOptions,
): Projector {
  const goods = stockRows(db, 'main', storedStock(db));
  const sales = openSalesOf(db, archive);
  const known = { cabinets: cabinetsOf(db), catalogue: storedCatalogue(db) };
  return createProjector(db, 'main', localDay, sales, goods, known, archive);
}

function pruneCommands(db: Connection): void {
  db.prepare('DELETE FROM commands WHERE number <= (SELECT max(number) FROM commands) - ?').run(
    KEPT_COMMANDS,
  );
}

/** A new epoch begins in the very commit that says so. */
function recordBoot(
  db: Connection,
  writer: Appender,
  options: LedgerOptions,
  { epoch, beginning }: Identity,
  key: DeviceKey,
): void {
  const { softwareVersion, weighCore } = options;
  const body = {
    softwareVersion,
    weighCoreVersion: weighCore.version,
    weighCoreSha256: weighCore.sha256,
    schemaVersion: schemaVersion(db),
  };
  const events: DomainEvent[] = [{ type: 'Booted', body }];
  if (beginning) {
    const { cause, epochBefore, anchoredSeq } = beginning;
    events.unshift({ type: 'Restored', body: { cause, epochBefore, anchoredSeq } });
  }
  writer.append({ source: 'store', events }, () => {
    bindKey(db, epoch, key);
    if (beginning) beginEpoch(db, epoch);
  });
  assertDurable(db);
}

function acknowledgements(
  db: Connection,
  head: Head,
  write: Appender['write'],
  signer: HeadSigner,
): Pick<Ledger, 'acked' | 'setAcked'> {
  const get = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'acked'").pluck();
  const set = db.prepare(
    `WITH held AS (SELECT seq, hash FROM events WHERE seq = ?)
     INSERT OR REPLACE INTO meta
     SELECT 'acked', seq FROM held UNION ALL SELECT 'acked_hash', hash FROM held`,
  );
  const acked = () => Number(get.get());
  const setAcked = (seq: number) => {
    if (seq > head.seq) throw new LedgerError('ACK_AHEAD', `${seq} > ${head.seq}`);
    if (seq <= acked()) return;
    write(() => set.run(seq));
    signer.acknowledged();
  };
  return { acked, setAcked };
}

function health(
  db: Connection,
  file: string,
  head: Head,
  epoch: number,
  signer: HeadSigner,
  archive: ArchiveReader,
  archiving: string | undefined,
): LedgerHealth {
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
    signed: signer.state(),
    archived: {
      seq: archive.lastSeq(),
      ...(archiving !== undefined && { failure: archiving }),
    },
  };
}
