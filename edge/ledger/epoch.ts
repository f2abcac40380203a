/** Who this ledger is and which of its lives this is: store, epoch, key, and what was signed. */
import { GENESIS } from '../core/events.ts';
import { newestAnchor } from './anchors.ts';
import type { Head } from './append.ts';
import type { ArchiveReader } from './archive-read.ts';
import type { SignedHead } from './contract.ts';
import type { Connection } from './database.ts';
import type { DeviceKey } from './device-key.ts';
import { LedgerError } from './errors.ts';
import { newestHead } from './heads.ts';

/** A new epoch that the next opening begins; kept in `meta` until its first commit. */
export interface Beginning {
  epoch: number;
  cause: 'backup' | 'accepted-cut';
  epochBefore: number;
  anchoredSeq: number;
}

export interface Identity {
  epoch: number;
  /** Present where this opening begins the epoch. */
  beginning?: Beginning;
}

const BEGINNING = 'beginning';
const keyOf = (epoch: number): string => `device_key.${epoch}`;

export function metaValue(db: Connection, key: string): string | undefined {
  return db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key);
}

/** Reads or founds the ledger's identity. Throws LedgerError `WRONG_STORE`. */
export function identify(db: Connection, storeId: string): Identity {
  const found = db.prepare("INSERT INTO meta VALUES ('store', ?), ('epoch', '1'), ('acked', '0')");
  if (metaValue(db, 'store') === undefined) found.run(storeId);
  const known = metaValue(db, 'store');
  if (known !== storeId) throw new LedgerError('WRONG_STORE', `${known} ≠ ${storeId}`);
  const beginning = metaValue(db, BEGINNING);
  if (beginning === undefined) return { epoch: Number(metaValue(db, 'epoch')) };
  const parsed: Beginning = JSON.parse(beginning);
  return { epoch: parsed.epoch, beginning: parsed };
}

/** Writes down that the next opening begins a new epoch. */
export function announceEpoch(db: Connection, beginning: Beginning): void {
  const text = JSON.stringify(beginning);
  db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(BEGINNING, text);
}

/** Part of the commit of the epoch's first events. */
export function beginEpoch(db: Connection, epoch: number): void {
  db.prepare("UPDATE meta SET value = ? WHERE key = 'epoch'").run(String(epoch));
  db.prepare('DELETE FROM meta WHERE key = ?').run(BEGINNING);
}

/** Binds the epoch to the box's key at its first boot. Throws LedgerError `KEY_CHANGED` later. */
export function bindKey(db: Connection, epoch: number, key: DeviceKey): void {
  const known = metaValue(db, keyOf(epoch));
  const signed = newestHead(db, epoch)?.key ?? key.publicKey;
  if (known === undefined && signed === key.publicKey)
    db.prepare('INSERT INTO meta VALUES (?, ?)').run(keyOf(epoch), key.publicKey);
  else if (known !== key.publicKey)
    throw new LedgerError('KEY_CHANGED', `${key.publicKey} ≠ ${known ?? signed}`);
}

export function readHead(db: Connection): Head {
  const guards = db
    .prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events'")
    .pluck()
    .get();
  if (guards !== 3) throw new LedgerError('CORRUPT', 'the append-only triggers of events are gone');
  const last = db.prepare<[], Head>('SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1').get();
  return last ?? { seq: 0, hash: GENESIS };
}

/** The heads a ledger is held to before it is opened: the newest in its table and in the file. */
export function newestSigned(db: Connection, dir: string, epoch: number, key: string) {
  const heads = [newestHead(db, epoch), newestAnchor(dir, key)];
  return heads.filter((head): head is SignedHead => head !== undefined && head.epoch >= epoch);
}

/**
 * Throws LedgerError `TAIL_CUT` where the ledger is shorter than a signed head, or has another
 * hash there. Heads of earlier epochs are the verifier's business: a person accepted their end.
 */
export function refuseCutTail(
  db: Connection,
  archive: ArchiveReader,
  dir: string,
  epoch: number,
  key: string,
): void {
  const stored = db.prepare<[number], string>('SELECT hash FROM events WHERE seq = ?').pluck();
  const hash = (seq: number) => stored.get(seq) ?? archive.at(seq)?.hash;
  for (const head of newestSigned(db, dir, epoch, key)) {
    if (head.epoch === epoch && hash(head.seq) === head.hash) continue;
    const { seq } = readHead(db);
    throw new LedgerError('TAIL_CUT', `${dir}: ${seq} < ${head.seq}, epoch ${head.epoch}`);
  }
}
