import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { LedgerError } from './errors.ts';

export type Connection = Database.Database;

/** Called at named places so that a test can stop the process exactly there. */
export type CrashPoint = (name: string) => void;

/** Name of the ledger's file inside the store's directory. */
export const LEDGER_FILE = 'ledger.sqlite';
const LOCK_FILE = 'ledger.lock';
const SCHEMA = join(import.meta.dirname, 'schema');
const WAL_LIMIT_BYTES = 16 * 1024 * 1024;

export interface SchemaFile {
  version: number;
  sql: string;
}

/** The numbered schema files, oldest first; file n takes `user_version` from n-1 to n. */
export function schemaFiles(): SchemaFile[] {
  const names = readdirSync(SCHEMA).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name, index) => ({
    version: index + 1,
    sql: readFileSync(join(SCHEMA, name), 'utf8'),
  }));
}

/** better-sqlite3 13 drops Node 20; say so in a sentence before its binary fails to load. */
export function refuseUnfitRuntime(packageVersion: string, nodeVersion: string): void {
  const [sqliteMajor = 0] = packageVersion.split('.').map(Number);
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (sqliteMajor < 13 || major > 22 || (major === 22 && minor >= 14)) return;
  throw new LedgerError('OLD_NODE', `better-sqlite3 ${packageVersion}, Node ${nodeVersion}`);
}

/** Makes `dir` where it is missing and puts it on the disk, so the ledger in it survives too. */
export function prepareDirectory(dir: string): void {
  const { version } = createRequire(import.meta.url)('better-sqlite3/package.json');
  refuseUnfitRuntime(version, process.versions.node);
  makeDirectory(dir, DATA_DIRECTORY_MODE);
}

/** Others may pass through it, as head office's database does, and neither read nor write in it. */
export const DATA_DIRECTORY_MODE = 0o711;

/** Node's own `recursive` never returns below /proc: it takes ENOENT there for a missing parent. */
function makeDirectory(dir: string, mode?: number): void {
  if (existsSync(dir)) return;
  makeDirectory(dirname(dir));
  mkdirSync(dir, { mode });
}

export function syncDirectory(dir: string): void {
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * One process per ledger: an exclusive SQLite lock on a file of its own, which the kernel gives
 * back however the process ends, and which leaves the ledger readable for the verifier.
 * Returns the release. Throws LedgerError LOCKED naming the file.
 */
export function takeLock(dir: string): () => void {
  const file = join(dir, LOCK_FILE);
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') {
      throw new LedgerError('LOCKED', file, { cause: error });
    }
    throw error;
  }
  return () => lock.close();
}

/**
 * Opens the ledger for writing. Every pragma is set at every open: better-sqlite3 12 is compiled
 * with DEFAULT_WAL_SYNCHRONOUS=1, so a reopened WAL file silently runs synchronous=NORMAL and a
 * power cut then takes acknowledged sales.
 */
export function openDatabase(file: string): Connection {
  const db = new Database(file, { timeout: 250 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('recursive_triggers = ON');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma(`journal_size_limit = ${WAL_LIMIT_BYTES}`);
  return db;
}

/** Throws where the connection is not as durable or append-only as `openDatabase` asked. */
export function assertDurable(db: Connection): void {
  const found = {
    journal_mode: db.pragma('journal_mode', { simple: true }),
    synchronous: db.pragma('synchronous', { simple: true }),
    recursive_triggers: db.pragma('recursive_triggers', { simple: true }),
    foreign_keys: db.pragma('foreign_keys', { simple: true }),
  };
  const wanted = { journal_mode: 'wal', synchronous: 2, recursive_triggers: 1, foreign_keys: 1 };
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  throw new Error(`the ledger's connection is not durable: ${JSON.stringify(found)}`);
}

/**
 * Brings the schema up to date, one file per transaction: killed half-way, the next start resumes.
 * Throws LedgerError NEWER_SCHEMA where the file is ahead of this software.
 */
export function migrate(db: Connection, files: SchemaFile[], crashPoint: CrashPoint): void {
  const before = schemaVersion(db);
  if (before > files.length) {
    throw new LedgerError('NEWER_SCHEMA', `${before} > ${files.length}`);
  }
  for (const { version, sql } of files.slice(before)) {
    const step = db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
      crashPoint(`migrate.${version}.before-commit`);
    });
    step.immediate();
    crashPoint(`migrate.${version}.after-commit`);
  }
}

export function schemaVersion(db: Connection): number {
  return Number(db.pragma('user_version', { simple: true }));
}
