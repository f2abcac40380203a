/**
 * Starts and stops the PostgreSQL that comes with the package: one cluster per data directory,
 * reached over a unix socket only, with fsync on. It never outlives this process: a guard waits
 * for the end of a pipe that only this process holds, and then asks the database to stop.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Clock } from '../../edge/core/ports.ts';
import type { SyncLog } from '../wire.ts';
import { HeadOfficeError } from './errors.ts';
import { type Place, placeFor } from './place.ts';

export interface Postgres {
  /** For `pg`: a unix socket that only the database's user and root can reach. */
  url: string;
  pid: number;
  /** Resolves when the database has ended, whoever ended it. */
  ended: Promise<void>;
  close(): Promise<void>;
}

export interface PostgresOptions {
  dataDir: string;
  clock: Clock;
  log: SyncLog;
}

const START_TIMEOUT_MS = 60_000;
/** How long a database whose head office was killed may take to notice and stop. */
const HANDOVER_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** Throws HeadOfficeError `DATABASE_NOT_INSTALLED`, `DATA_DIR_IN_USE`, `DATABASE_NOT_STARTED`. */
export async function startPostgres({ dataDir, clock, log }: PostgresOptions): Promise<Postgres> {
  const place = placeFor(dataDir, log);
  const cluster = join(place.base, 'cluster');
  await previousOneEnded(cluster, clock);
  if (!existsSync(join(cluster, 'PG_VERSION'))) await makeCluster(place, cluster);

  const sockets = socketFolder(place);
  const settings = ['listen_addresses=', 'shared_buffers=32MB', 'log_checkpoints=off'];
  const server = launch(place, 'postgres', [
    ...['-D', cluster, '-k', sockets],
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  let running = true;
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => {
      running = false;
      resolve();
    });
  });
  const guard = guardOf(server, place);
  guard.once('error', ({ message }) => log.warn({ message }, 'No guard: a kill leaves a database'));
  const url = `postgres://postgres@/postgres?host=${encodeURIComponent(sockets)}`;
  const close = async (): Promise<void> => {
    if (running) server.kill('SIGINT');
    const late = clock.after(STOP_TIMEOUT_MS, () => server.kill('SIGQUIT'));
    await ended;
    late();
    guard.kill('SIGKILL');
    if (sockets !== place.base) rmSync(sockets, { recursive: true, force: true });
  };
  if (!(await answers(url, () => running, clock))) {
    await close();
    throw new HeadOfficeError('DATABASE_NOT_STARTED', join(place.base, 'postgres.log'));
  }
  return { url, pid: server.pid ?? 0, ended, close };
}

/** A unix socket's path holds 107 bytes (unix(7)); a deep data directory needs a short one. */
function socketFolder({ base, ids }: Place): string {
  if (Buffer.byteLength(base) <= 80) return base;
  const sockets = mkdtempSync(join(tmpdir(), 'yike-pg-'));
  if (ids.uid !== undefined) chownSync(sockets, ids.uid, ids.gid ?? 0);
  return sockets;
}

/** A process of its own group, so that Ctrl-C reaches head office first; words go to a file. */
function launch({ native, base, ids }: Place, program: string, args: string[]): ChildProcess {
  const words = openSync(join(base, 'postgres.log'), 'a');
  const child = spawn(join(native, 'bin', program), args, {
    ...ids,
    cwd: base,
    detached: true,
    env: { PATH: process.env.PATH ?? '', HOME: base, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', words, words],
  });
  child.once('error', () => child.emit('exit', 127, null));
  closeSync(words);
  return child;
}

/** Ends the database when this process is gone, even by SIGKILL: `cat` then reads the end. */
function guardOf(server: ChildProcess, { ids }: Place): ChildProcess {
  return spawn('/bin/sh', ['-c', 'cat > /dev/null; kill -INT "$1"', 'sh', String(server.pid)], {
    ...ids,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

/** Made beside its place and renamed, so that a kill on the way leaves no half cluster. */
async function makeCluster(place: Place, cluster: string): Promise<void> {
  const half = `${cluster}.new`;
  rmSync(half, { recursive: true, force: true });
  const args = ['-D', half, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  const initdb = launch(place, 'initdb', args);
  const status = await new Promise((resolve) => initdb.once('exit', resolve));
  if (status !== 0) {
    throw new HeadOfficeError('DATABASE_NOT_STARTED', join(place.base, 'postgres.log'));
  }
  renameSync(half, cluster);
}

/**
 * After a kill the guard is stopping the database; wait for that. A pid that now belongs to
 * another program is stale, and PostgreSQL would take it for its own.
 */
async function previousOneEnded(cluster: string, clock: Clock): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  const until = clock.monoMs() + HANDOVER_TIMEOUT_MS;
  while (existsSync(lock)) {
    const pid = readFileSync(lock, 'utf8').split('\n')[0] ?? '';
    if (!serves(pid, cluster)) return rmSync(lock, { force: true });
    if (clock.monoMs() > until) throw new HeadOfficeError('DATA_DIR_IN_USE', cluster);
    await pause(clock);
  }
}

function serves(pid: string, cluster: string): boolean {
  const command = `/proc/${pid}/cmdline`;
  if (!/^\d+$/.test(pid) || !existsSync(command)) return false;
  return readFileSync(command, 'utf8').split('\0').includes(cluster);
}

async function answers(url: string, running: () => boolean, clock: Clock): Promise<boolean> {
  const until = clock.monoMs() + START_TIMEOUT_MS;
  while (running() && clock.monoMs() < until) {
    const client = new pg.Client({ connectionString: url });
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end();
    if (connected) return true;
    await pause(clock);
  }
  return false;
}

const pause = (clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    clock.after(POLL_MS, resolve);
  });
