/**
 * Room on the disk, watched before it runs out. A ballast file keeps the last 32 MiB: when a write
 * is refused it is given back, so that what was begun can be finished. Whether a small write just
 * worked says nothing: SQLite's full disk refuses one and takes the next (reliability: F7).
 */
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { EventType } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';
import type { StatusView } from '../core/views/status-view.ts';
import type { Ledger } from '../ledger/contract.ts';
import { LedgerError } from '../ledger/errors.ts';
import type { Log } from '../log.ts';

const MEBIBYTE = 1024 * 1024;
/** Free space below which: people are told; pictures and debug lines stop; nothing new is begun. */
export const WATERMARKS = { low: 500 * MEBIBYTE, tight: 200 * MEBIBYTE, last: 64 * MEBIBYTE };
const LOOK_EVERY_MS = 10_000;
const BALLAST_FILE = 'ballast';
export const BALLAST_BYTES = 32 * MEBIBYTE;

export type DiskLevel = 'ok' | 'low' | 'tight' | 'last' | 'full';

/** What begins something that needs more room before it is finished. */
const BEGINNINGS: readonly EventType[] = ['SaleStarted', 'LabelIssued', 'VisitStarted'];

export interface Disk {
  view(): NonNullable<StatusView['disk']>;
  /** The same ledger: begins nothing on a last reserve, and gives the ballast up for the rest. */
  guard(ledger: Ledger): Ledger;
  onChange(listener: () => void): void;
  close(): void;
}

export interface DiskOptions {
  dataDir: string;
  clock: Clock;
  log: Log;
  /** 0 keeps none, for stores that live a minute. */
  ballastBytes: number;
  /** Bytes that this user may still write; the file system's own answer where left out. */
  freeBytes?: () => number;
}

export function levelOf(freeBytes: number): DiskLevel {
  if (freeBytes >= WATERMARKS.low) return 'ok';
  if (freeBytes >= WATERMARKS.tight) return 'low';
  return freeBytes >= WATERMARKS.last ? 'tight' : 'last';
}

function freeBytesOf(dataDir: string): number {
  const { bavail, bsize } = statfsSync(dataDir);
  return bavail * bsize;
}

export function watchDisk(options: DiskOptions): Disk {
  const { dataDir, clock, log, ballastBytes, freeBytes = () => freeBytesOf(dataDir) } = options;
  const ballast = join(dataDir, BALLAST_FILE);
  const listeners: (() => void)[] = [];
  const usual = log.level;
  let seen = { freeBytes: freeBytes(), level: levelOf(freeBytes()) };
  let cancel = () => {};

  function look(refused = false): void {
    const free = freeBytes();
    const level = refused ? 'full' : levelOf(free);
    if (level === 'ok' || level === 'low') placeBallast(ballast, ballastBytes, log);
    const changed = level !== seen.level;
    seen = { freeBytes: free, level };
    if (!changed) return;
    // Fewer lines while there is little room; the money's own book is not touched.
    if (usual !== 'silent') log.level = level === 'ok' || level === 'low' ? usual : 'warn';
    log.warn({ level, freeBytes: free }, 'disk');
    for (const listener of listeners) listener();
  }
  function lookAgain(): void {
    look();
    cancel = clock.after(LOOK_EVERY_MS, lookAgain);
  }
  lookAgain();

  const append =
    (ledger: Ledger): Ledger['append'] =>
    (request) => {
      const begins = request.events.some(({ type }) => BEGINNINGS.includes(type));
      const { level } = seen;
      if (begins && (level === 'last' || level === 'full'))
        throw new LedgerError('DISK_LOW', `${Math.round(seen.freeBytes / MEBIBYTE)} MiB`);
      try {
        return ledger.append(request);
      } catch (error) {
        if (!(error instanceof LedgerError) || error.code !== 'DISK_FULL') throw error;
        look(true);
        if (begins || !existsSync(ballast)) throw error;
        rmSync(ballast, { force: true });
        return ledger.append(request);
      }
    };
  return {
    view: () => ({ ...seen }),
    guard: (ledger) => ({ ...ledger, append: append(ledger) }),
    onChange: (listener) => listeners.push(listener),
    close: () => cancel(),
  };
}

/** Written, not only promised: some file systems keep no room for a hole. */
function placeBallast(path: string, bytes: number, log: Log): void {
  if (bytes === 0 || existsSync(path)) return;
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      const block = Buffer.alloc(MEBIBYTE, 0x5a);
      for (let at = 0; at < bytes; at += block.length) writeSync(file, block);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(path, { force: true });
    log.warn({ error: String(error) }, 'no room for the ballast');
  }
}
