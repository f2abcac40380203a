/**
 * Says, signed, how far the ledger has come. Never inside an append: a decision waits for its own
 * fsync and for nothing else.
 */
import type { Clock } from '../core/ports.ts';
import { appendAnchor, newestAnchor, signedText } from './anchors.ts';
import type { Head } from './append.ts';
import type { ArchiveReader } from './archive-read.ts';
import type { HeadReason, SignedHead } from './contract.ts';
import type { Connection, CrashPoint } from './database.ts';
import type { DeviceKey } from './device-key.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { parseRecord } from './record.ts';

/** A cut tail shorter than this may go unseen until head office is asked. */
export const SIGN_EVERY_EVENTS = 500;
/** Head office may acknowledge every decision by itself; each of them a line would be a flood. */
const SIGN_ACKNOWLEDGED_EVENTS = 50;
const TOTALS_PAGE_EVENTS = 4000;

export interface HeadSigner {
  /** Signs the head where that was not done yet. Throws LedgerError `DISK_FULL`, `NOT_WRITABLE`. */
  sign(reason: HeadReason): SignedHead;
  /** Signs soon after this call where enough events have come since the last time. */
  appended(): void;
  acknowledged(): void;
  state(): { seq: number; failure?: string };
  /** Signs what was not signed yet and stops; a disk that refuses it is in `state`. */
  close(): void;
}

export interface SignerParts {
  db: Connection;
  dir: string;
  head: Head;
  clock: Clock;
  key: DeviceKey;
  store: string;
  epoch: number;
  write<T>(work: () => T): T;
  crashPoint: CrashPoint;
  archive: ArchiveReader;
}

type Totals = Pick<SignedHead, 'sales' | 'soldFen' | 'capturedFen'>;

/** Takes up where the last boot stopped: a head stored but not yet in the file goes there next. */
export function headSigner(parts: SignerParts): HeadSigner {
  const { db, dir, head, clock, key, epoch, crashPoint } = parts;
  const keep = headKeeper(parts);
  let newest = newestHead(db, epoch);
  const inFile = newestAnchor(dir, key.publicKey);
  const waiting = newest && newest.signature !== inFile?.signature ? [newest] : [];
  let failure: string | undefined;
  let cancel: (() => void) | undefined;
  let closed = false;

  function sign(reason: HeadReason): SignedHead {
    if (newest?.seq !== head.seq) {
      newest = keep(reason, newest);
      waiting.push(newest);
      crashPoint('head.after-commit');
    }
    for (const signed of [...waiting]) {
      anchor(dir, signed);
      waiting.shift();
    }
    crashPoint('head.after-anchor');
    failure = undefined;
    return newest;
  }

  /** Where the disk refuses, the next decision tries again; until then the status says so. */
  function attempt(reason: HeadReason): void {
    cancel = undefined;
    try {
      sign(reason);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      failure = error.message;
    }
  }

  function after(events: number, reason: HeadReason): void {
    const due = waiting.length > 0 || head.seq - (newest?.seq ?? 0) >= events;
    if (due && !closed) cancel ??= clock.after(0, () => attempt(reason));
  }

  return {
    sign,
    appended: () => after(SIGN_EVERY_EVENTS, 'count'),
    acknowledged: () => after(SIGN_ACKNOWLEDGED_EVENTS, 'sync'),
    state: () => ({ seq: newest?.seq ?? 0, ...(failure !== undefined && { failure }) }),
    close() {
      cancel?.();
      if (!closed) attempt('close');
      closed = true;
    },
  };
}

function anchor(dir: string, signed: SignedHead): void {
  try {
    appendAnchor(dir, signed);
  } catch (error) {
    throw asLedgerError(error, dir);
  }
}

/** The newest signed head of `epoch`. */
export function newestHead(db: Connection, epoch: number): SignedHead | undefined {
  return db
    .prepare<[number], SignedHead>(
      `SELECT (SELECT value FROM meta WHERE key = 'store') AS store, epoch, seq, hash, sales,
       sold_fen AS soldFen, captured_fen AS capturedFen, wall_ms AS wallMs, reason, key, signature
       FROM heads WHERE epoch = ? ORDER BY seq DESC LIMIT 1`,
    )
    .get(epoch);
}

/** Totals go on from the head before; the first of an epoch reads the whole ledger once. */
function headKeeper(parts: SignerParts) {
  const { db, head, clock, key, store, epoch, write, crashPoint, archive } = parts;
  const insert = db.prepare('INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const since = db.prepare<[number, number], Totals>(
    `SELECT count(*) FILTER (WHERE type = 'SaleCompleted') AS sales,
     coalesce(sum(record ->> '$.body.totalFen'), 0) AS soldFen,
     coalesce(sum(record ->> '$.body.amountFen'), 0) AS capturedFen
     FROM events WHERE seq > ? AND seq <= ? AND type IN ('SaleCompleted', 'TenderCaptured')`,
  );
  return (reason: HeadReason, before: SignedHead | undefined): SignedHead =>
    write(() => {
      const { seq, hash } = head;
      const added = since.get(before?.seq ?? 0, seq);
      const known = before ?? archivedTotals(archive);
      const sales = known.sales + (added?.sales ?? 0);
      const soldFen = known.soldFen + (added?.soldFen ?? 0);
      const capturedFen = known.capturedFen + (added?.capturedFen ?? 0);
      const wallMs = Math.round(clock.wallMs());
      const claim = { store, epoch, seq, hash, sales, soldFen, capturedFen, wallMs, reason };
      const signed = { ...claim, key: key.publicKey, signature: key.sign(signedText(claim)) };
      const totals = [sales, soldFen, capturedFen];
      insert.run(epoch, seq, hash, ...totals, wallMs, reason, signed.key, signed.signature);
      crashPoint('head.before-commit');
      return signed;
    });
}

/** What the archived events of all epochs come to; asked once in an epoch. */
function archivedTotals(archive: ArchiveReader): Totals {
  const totals = { sales: 0, soldFen: 0, capturedFen: 0 };
  for (let page = archive.after(0, TOTALS_PAGE_EVENTS); page.length > 0; ) {
    for (const { type, body } of page.map(({ record }) => parseRecord(record))) {
      if (type === 'SaleCompleted') totals.sales += 1;
      if (type === 'SaleCompleted') totals.soldFen += body.totalFen;
      if (type === 'TenderCaptured') totals.capturedFen += body.amountFen;
    }
    page = archive.after(page.at(-1)?.seq ?? 0, TOTALS_PAGE_EVENTS);
  }
  return totals;
}
