import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { batchText, silent, storeFixture } from '../store.fixture.ts';
import { decodeEvents, eventsPath } from '../wire.ts';
import { HEAD_OFFICE_ERRORS } from './errors.ts';
import {
  headOfficeProcess,
  temporaryDir,
  withoutBuild,
  withoutPostgres,
} from './head-office.fixture.ts';
import { startHeadOffice } from './head-office.ts';
import { placeFor } from './place.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { systemClock } from './runtime.ts';

const TOKEN = 'a-token-of-the-store';
const dirs: string[] = [];
const newDir = (): string => {
  const dir = temporaryDir();
  dirs.push(dir);
  return dir;
};

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
};

describe.skipIf(withoutPostgres() || process.env.DATABASE_URL)('the embedded database', () => {
  const start = (dataDir: string, clock = systemClock()): Promise<Postgres> =>
    startPostgres({ dataDir, clock, log: silent });
  const clusterOf = (dataDir: string) => join(placeFor(dataDir, silent).base, 'cluster');

  it('writes to the disk before it says so, is reached by socket only, and finds its own cluster again', async () => {
    const dataDir = newDir();
    const first = await start(dataDir);
    expect(await ask(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await ask(first.url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await ask(first.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    await ask(first.url, 'CREATE TABLE kept (n int)');
    await first.close();
    expect(alive(first.pid)).toBe(false);
    const second = await start(dataDir);
    expect(await ask(second.url, 'SELECT * FROM kept')).toEqual([]);
    await second.close();
  });

  it('starts although an old lock names a process that is gone, or one that is another program', async () => {
    const dataDir = newDir();
    await (await start(dataDir)).close();
    const lock = join(clusterOf(dataDir), 'postmaster.pid');
    for (const pid of [4_000_000, process.pid]) {
      writeFileSync(lock, `${pid}\n${clusterOf(dataDir)}\n`);
      const again = await start(dataDir);
      expect(await ask(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await again.close();
    }
  });

  it('begins afresh where a first start was cut short', async () => {
    const dataDir = newDir();
    mkdirSync(`${clusterOf(dataDir)}.new/base`, { recursive: true });
    const started = await start(dataDir);
    await started.close();
    expect(existsSync(`${clusterOf(dataDir)}.new`)).toBe(false);
  });

  it('one directory serves one head office at a time', async () => {
    const dataDir = newDir();
    const first = await start(dataDir);
    let steps = 0;
    const clock = { ...systemClock(), monoMs: () => 10_000 * steps++ };
    await expect(start(dataDir, clock)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      retry: true,
    });
    expect(await ask(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.close();
  });

  it('a damaged cluster is an error that says where to read, and nothing is left running', async () => {
    const dataDir = newDir();
    await (await start(dataDir)).close();
    const cluster = clusterOf(dataDir);
    rmSync(join(cluster, 'global'), { recursive: true });
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'DATABASE_NOT_STARTED',
      message: expect.stringContaining('postgres.log'),
    });
  });

  it('a port in use is said, and the database is stopped again', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => taken.once('listening', listening));
    const dataDir = newDir();
    const { port } = taken.address() as { port: number };
    const options = { port, dataDir, tokens: {}, clock: systemClock(), log: silent };
    await expect(startHeadOffice(options)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(existsSync(join(clusterOf(dataDir), 'postmaster.pid'))).toBe(false);
    await new Promise((closed) => taken.close(closed));
  });

  it('a platform without one is told of DATABASE_URL', () => {
    const { arch } = process;
    Object.defineProperty(process, 'arch', { value: 's390x' });
    try {
      expect(() => placeFor(newDir(), silent)).toThrow(/DATABASE_NOT_INSTALLED.*DATABASE_URL/);
    } finally {
      Object.defineProperty(process, 'arch', { value: arch });
    }
  });

  it('a store is told that the database is away, and the batch is taken when it is back', async () => {
    const database = await start(newDir());
    const tokens = { S1: TOKEN };
    const headOffice = await startHeadOffice({
      ...{ port: 0, dataDir: '', databaseUrl: database.url, tokens },
      ...{ clock: systemClock(), log: silent },
    });
    await database.close();
    const store = storeFixture('S1');
    store.sell(1);
    const response = await send(headOffice.url, batchText(store, 1, 1));
    expect([response.status, (await response.json()).code]).toEqual([503, 'DATABASE_DOWN']);
    await headOffice.close();
  });
});

function send(url: string, text: string): Promise<Response> {
  return fetch(url + eventsPath('S1'), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    },
    body: new Uint8Array(gzipSync(text)),
  });
}

describe.skipIf(withoutBuild() || process.env.DATABASE_URL)('head office as a process', () => {
  const pidOf = (dataDir: string): number => {
    const lock = join(placeFor(dataDir, silent).base, 'cluster/postmaster.pid');
    return Number(readFileSync(lock, 'utf8').split('\n')[0]);
  };

  it('killed outright with its database, it starts again at once and has lost nothing it acknowledged', async () => {
    const dataDir = newDir();
    const store = storeFixture('S1');
    const args = ['--data', dataDir, '--token', `S1=${TOKEN}`];
    for (const kill of ['head office', 'both', 'neither']) {
      const headOffice = await headOfficeProcess(args);
      store.sell(100);
      const from = store.events.length - 99;
      const answer = await send(headOffice.url, batchText(store, from, from + 99));
      expect(await answer.json()).toMatchObject({ acked: from + 99 });
      const held = await fetch(`${headOffice.url}${eventsPath('S1')}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      const decoded = decodeEvents(await held.text());
      expect(decoded.ok && decoded.value.map(({ hash, record }) => hash + record)).toEqual(
        store.events.map(({ hash, record }) => hash + record),
      );
      const database = pidOf(dataDir);
      if (kill === 'both') process.kill(database, 'SIGKILL');
      if (kill === 'neither') expect(await headOffice.stop()).toBe(0);
      else await headOffice.kill();
      const deadline = Date.now() + 15_000;
      while (alive(database) && Date.now() < deadline) await new Promise((r) => setTimeout(r, 20));
      expect(alive(database)).toBe(false);
    }
  });

  it('ends when whoever started it is gone, and when its database ends by itself', async () => {
    const dataDir = newDir();
    const guided = await headOfficeProcess(['--data', dataDir, '--until-stdin-ends']);
    guided.child.stdin?.end();
    expect(await guided.exited).toBe(0);
    const orphan = await headOfficeProcess(['--data', dataDir]);
    process.kill(pidOf(dataDir), 'SIGKILL');
    expect(await orphan.exited).toBe(1);
  });

  it.each([
    ['no data directory', []],
    ['a port that is none', ['--data', '/tmp', '--port', '70000']],
    ['a token too short', ['--data', '/tmp', '--token', 'S1=short']],
    ['an unknown option', ['--data', '/tmp', '--colour']],
  ])('says how it is used, and exits 2: %s', async (_what, args) => {
    await expect(headOfficeProcess(args)).rejects.toThrow(/ended with 2: BAD_OPTION.*--token/s);
  });
});

describe('the words of head office', () => {
  it.each(Object.entries(HEAD_OFFICE_ERRORS))(
    '%s in both languages',
    (_code, { message, next }) => {
      for (const { zh, en } of [message, next]) {
        expect(zh).toMatch(/\p{Script=Han}/u);
        expect(en).toMatch(/^[A-Z]/);
      }
    },
  );
});
