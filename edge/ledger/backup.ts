/**
 * A copy of the ledger that proves itself, and the way back from one. Called by a process that
 * does not hold the ledger open: closing a second handle would give the store's lock away.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { newestAnchor } from './anchors.ts';
import { copySegments } from './archive-files.ts';
import type { Connection } from './database.ts';
import { LEDGER_FILE, prepareDirectory, syncDirectory, takeLock } from './database.ts';
import { isSignedBy, KEY_FILE, openDeviceKey } from './device-key.ts';
import { announceEpoch, type Beginning, metaValue, newestSigned, readHead } from './epoch.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { offline } from './offline.ts';
import { distrustProjections } from './projected.ts';
import { verifyLedger } from './verify.ts';

/** Written last: a folder without it is no backup. */
export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 'yike-backup-1';

export interface BackupManifest {
  format: typeof FORMAT;
  store: string;
  epoch: number;
  seq: number;
  hash: string;
  /** Of the copied file, hex. */
  sha256: string;
  bytes: number;
  wallMs: number;
  /** Public key of the box and its signature over the manifest without it; '' without a key. */
  key: string;
  signature: string;
}

/** Everything before the signature, in this order, as JSON. */
function manifestText(manifest: BackupManifest): string {
  const { signature, ...claims } = manifest;
  return JSON.stringify(claims);
}

/**
 * Copies the ledger of `dir` with its archive into `folder` while the store may be selling, and verifies the copy.
 * Throws LedgerError `NO_LEDGER`, `NOT_EMPTY` (the folder holds something), `CORRUPT` (the ledger
 * does not verify), `DISK_FULL`, `NOT_WRITABLE`.
 */
export async function backupLedger(
  dir: string,
  folder: string,
  wallMs: number,
  watch: (phase: 'copy' | 'chain' | 'tables', done: number) => void = () => {},
): Promise<BackupManifest> {
  const source = join(dir, LEDGER_FILE);
  if (!existsSync(source)) throw new LedgerError('NO_LEDGER', dir);
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) throw new LedgerError('NOT_EMPTY', folder);
    const copy = join(folder, LEDGER_FILE);
    watch('copy', 0);
    await copyDatabase(source, copy);
    copySegments(folder, dir, folder);
    const report = verifyLedger(folder, watch);
    if (!report.ok) throw new LedgerError('CORRUPT', `${source}: ${report.reason?.en}`);
    const manifest = describe(dir, copy, wallMs);
    writeSynced(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    syncDirectory(folder);
    return manifest;
  } catch (error) {
    throw asLedgerError(error, folder);
  }
}

/** All pages after the first hundred in one step: a store that sells cannot make it begin anew. */
async function copyDatabase(source: string, copy: string): Promise<void> {
  const from = new Database(source, { readonly: true, timeout: 1000 });
  try {
    await from.backup(copy, { progress: () => 2 ** 31 - 1 });
  } finally {
    from.close();
  }
  const db = new Database(copy);
  // One file by itself, not one of three.
  db.pragma('journal_mode = DELETE');
  db.close();
  syncFile(copy);
}

function describe(dir: string, copy: string, wallMs: number): BackupManifest {
  const db = new Database(copy, { readonly: true });
  const { seq, hash } = readHead(db);
  const [store, epoch] = [metaValue(db, 'store') ?? '', Number(metaValue(db, 'epoch'))];
  const owner = metaValue(db, `device_key.${epoch}`);
  db.close();
  const key = owner === undefined ? undefined : openDeviceKey(dir);
  if (key && key.publicKey !== owner) throw new LedgerError('KEY_CHANGED', join(dir, KEY_FILE));
  const manifest: BackupManifest = {
    ...{ format: FORMAT, store, epoch, seq, hash },
    ...{ sha256: sha256Of(copy), bytes: statSync(copy).size, wallMs },
    ...{ key: key?.publicKey ?? '', signature: '' },
  };
  return { ...manifest, signature: key?.sign(manifestText(manifest)) ?? '' };
}

const sha256Of = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

function writeSynced(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o644);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Puts the backup in `folder` into `dir`, which holds no ledger; the next opening begins a new
 * epoch, above every one known here and at least `minimumEpoch` (head office may know of more).
 * A file left by a restore that was cut short is replaced. Throws LedgerError `BACKUP_BAD`,
 * `NOT_EMPTY`, `LOCKED`, `DISK_FULL`, `NOT_WRITABLE`.
 */
export function restoreLedger(folder: string, dir: string, minimumEpoch = 0): Beginning {
  const manifest = checkedManifest(folder);
  const half = join(dir, `${LEDGER_FILE}.restoring`);
  const undo: (() => void)[] = [];
  try {
    prepareDirectory(dir);
    undo.push(takeLock(dir));
    for (const name of [LEDGER_FILE, `${LEDGER_FILE}-wal`])
      if (existsSync(join(dir, name))) throw new LedgerError('NOT_EMPTY', join(dir, name));
    for (const name of [half, `${half}-journal`]) rmSync(name, { force: true });
    copyFileSync(join(folder, LEDGER_FILE), half);
    const beginning = announced(half, dir, manifest, minimumEpoch);
    syncFile(half);
    copySegments(folder, folder, dir);
    renameSync(half, join(dir, LEDGER_FILE));
    syncDirectory(dir);
    return beginning;
  } catch (error) {
    throw asLedgerError(error, dir);
  } finally {
    for (const step of undo) step();
  }
}

function announced(half: string, dir: string, manifest: BackupManifest, minimum: number) {
  const db = new Database(half);
  try {
    const anchored = existsSync(join(dir, KEY_FILE))
      ? newestAnchor(dir, openDeviceKey(dir).publicKey)
      : undefined;
    const epochBefore = Math.max(manifest.epoch, anchored?.epoch ?? 0);
    const anchoredSeq = Math.max(manifest.seq, anchored?.seq ?? 0);
    const epoch = Math.max(epochBefore + 1, minimum);
    const beginning: Beginning = { epoch, cause: 'backup', epochBefore, anchoredSeq };
    announceEpoch(db, beginning);
    return beginning;
  } finally {
    db.close();
  }
}

/** The manifest, where the file beside it is the very one it describes, signed and whole. */
function checkedManifest(folder: string): BackupManifest {
  const file = join(folder, MANIFEST_FILE);
  const copy = join(folder, LEDGER_FILE);
  const bad = (why: string) => new LedgerError('BACKUP_BAD', `${file}: ${why}`);
  if (!existsSync(file) || !existsSync(copy)) throw bad('missing');
  const manifest = manifestOf(readFileSync(file, 'utf8'));
  if (manifest?.format !== FORMAT) throw bad('not a manifest');
  if (sha256Of(copy) !== manifest.sha256) throw bad('SHA-256');
  const report = verifyLedger(folder);
  if (!report.ok) throw bad(report.reason?.en ?? '');
  const { key, signature, seq, hash, epoch } = manifest;
  const told = JSON.stringify([seq, hash, epoch, key]);
  if (
    told !== JSON.stringify([report.headSeq, report.headHash, report.epoch, report.deviceKey ?? ''])
  )
    throw bad('head');
  if (key !== '' && !isSignedBy(key, manifestText(manifest), signature)) throw bad('signature');
  return manifest;
}

function manifestOf(text: string): BackupManifest | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Takes the ledger in `dir` as it is, though its end was cut off, its past differs from what was
 * signed, or its key is lost: the next opening begins a new epoch, which says so for good.
 * Throws LedgerError `NO_LEDGER`, `LOCKED`, `CORRUPT`, `NOT_WRITABLE`.
 */
export function acceptCut(dir: string, minimumEpoch = 0): Beginning {
  return offline(dir, (db) => {
    distrustProjections(db);
    return acceptedIn(db, dir, minimumEpoch);
  });
}

function acceptedIn(db: Connection, dir: string, minimumEpoch: number): Beginning {
  const known = Number(metaValue(db, 'epoch') ?? 1);
  const { publicKey } = openDeviceKey(dir);
  const signed = newestSigned(db, dir, known, publicKey);
  const epochBefore = Math.max(known, ...signed.map(({ epoch }) => epoch));
  const anchoredSeq = Math.max(0, ...signed.map(({ seq }) => seq));
  const epoch = Math.max(epochBefore + 1, minimumEpoch);
  const beginning: Beginning = { epoch, cause: 'accepted-cut', epochBefore, anchoredSeq };
  announceEpoch(db, beginning);
  return beginning;
}
