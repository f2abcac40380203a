/**
 * A whole store in one folder, taken while it sells: the ledger's own backup, and beside it what the
 * store keeps in files: accounts, members, settings, what was learnt, photos. Left out are pictures
 * of the pan, logs and traces, which nobody needs back, and the box's key: a restored store is
 * another box, and says so with a new epoch. Holds secrets: readable by its owner alone.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type BackupManifest, backupLedger, restoreLedger } from '../ledger/backup.ts';
import type { Beginning } from '../ledger/epoch.ts';
import { LedgerError } from '../ledger/errors.ts';
import { replaceFile } from './durable-file.ts';

/** Names under the store's directory; a name with an ending is a file. */
export const BELONGINGS = [
  ...['access', 'alerts', 'gallery', 'models', 'notes', 'photos', 'settings'],
  ...['devices.json', 'members.json', 'mqtt-identities.json', 'piece-weights.json', 'review.json'],
];
const FOLDER = 'files';
/** Written last: without it only the ledger is backed up. */
const LIST_FILE = 'files.json';
/** Files come and go while a store sells. */
const TRIES = 5;

interface Belonging {
  path: string;
  sha256: string;
  mode: number;
}

export interface StoreBackup {
  manifest: BackupManifest;
  files: number;
}

/** Throws LedgerError as `backupLedger` does. */
export async function backupStore(dir: string, to: string, wallMs: number): Promise<StoreBackup> {
  const manifest = await backupLedger(dir, to, wallMs);
  chmodSync(to, 0o700);
  const list = copiedWhole(dir, join(to, FOLDER));
  replaceFile(join(to, LIST_FILE), JSON.stringify(list, undefined, 1));
  return { manifest, files: list.length };
}

/** Begins anew where a file was gone before it was read. */
function copiedWhole(dir: string, to: string): Belonging[] {
  for (let tried = 1; ; tried += 1)
    try {
      return BELONGINGS.flatMap((name) => filesUnder(dir, name)).map((path) =>
        copied(dir, to, path),
      );
    } catch (error) {
      if (tried === TRIES || !isGone(error)) throw error;
    }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

function filesUnder(dir: string, name: string): string[] {
  const path = join(dir, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((inside) => join(name, inside))
    .filter((inside) => !inside.endsWith('.half') && statSync(join(dir, inside)).isFile())
    .sort();
}

function copied(dir: string, to: string, path: string): Belonging {
  const bytes = readFileSync(join(dir, path));
  place(join(to, path), bytes, 0o600);
  return { path, sha256: sha256Of(bytes), mode: statSync(join(dir, path)).mode & 0o777 };
}

function place(file: string, bytes: Uint8Array, mode: number): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, bytes, { mode });
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Restored {
  beginning: Beginning;
  /** Files beside the ledger; none where the backup is of the ledger alone. */
  files: number;
}

/**
 * Puts the backup in `from` into `dir`, which holds no store: the files first, the ledger last, so
 * that one cut short can be begun again. Throws LedgerError `BACKUP_BAD` (a file is missing or was
 * changed), `NOT_EMPTY` (another file is there), and what `restoreLedger` throws.
 */
export function restoreStore(from: string, dir: string, minimumEpoch = 0): Restored {
  const list = belongingsIn(from);
  const contents = list.map((each) => checked(from, dir, each));
  for (const [at, { path, mode }] of list.entries()) {
    const bytes = contents[at];
    if (bytes) place(join(dir, path), bytes, mode);
  }
  return { beginning: restoreLedger(from, dir, minimumEpoch), files: list.length };
}

function belongingsIn(from: string): Belonging[] {
  const file = join(from, LIST_FILE);
  if (!existsSync(file)) return [];
  const list = JSON.parse(readFileSync(file, 'utf8')) as Belonging[];
  for (const { path } of list)
    if (!BELONGINGS.includes(path.split('/')[0] ?? '') || path.split('/').includes('..'))
      throw new LedgerError('BACKUP_BAD', `${file}: ${path}`);
  return list;
}

/** Its bytes; nothing where the very same file is there already. */
function checked(from: string, dir: string, { path, sha256 }: Belonging): Uint8Array | undefined {
  const [copy, there] = [join(from, FOLDER, path), join(dir, path)];
  if (!existsSync(copy)) throw new LedgerError('BACKUP_BAD', `${copy}: missing`);
  const bytes = readFileSync(copy);
  if (sha256Of(bytes) !== sha256) throw new LedgerError('BACKUP_BAD', `${copy}: SHA-256`);
  if (!existsSync(there)) return bytes;
  if (sha256Of(readFileSync(there)) !== sha256) throw new LedgerError('NOT_EMPTY', there);
  return undefined;
}
