import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
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
  /** One cluster for every test that leaves it whole: making one takes most of a second. */
  const shared = temporaryDir();
  afterAll(() => rmSync(shared, { recursive: true, force: true }));
  const clusterOf = (dataDir: string) => join(placeFor(dataDir, silent).base, 'cluster');

  it('writes to the disk before it says so, is reached by socket only, and finds its own cluster again', async () => {
    const first = await start(shared);
    expect(await ask(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await ask(first.url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await ask(first.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    await ask(first.url, 'CREATE TABLE kept (n int)');
    await first.close();
    expect(alive(first.pid)).toBe(false);
    const second = await start(shared);
    expect(await ask(second.url, 'SELECT * FROM kept')).toEqual([]);
    await second.close();
  });

  it('starts although an old lock names a process that is gone, or one that is another program', async () => {
    await (await start(shared)).close();
    const lock = join(clusterOf(shared), 'postmaster.pid');
    for (const pid of [4_000_000, process.pid]) {
      writeFileSync(lock, `${pid}\n${clusterOf(shared)}\n`);
      const again = await start(shared);
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
    const first = await start(shared);
    let steps = 0;
    const clock = { ...systemClock(), monoMs: () => 10_000 * steps++ };
    await expect(start(shared, clock)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      retry: true,
    });
    expect(await ask(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.close();
  });

  it('a deep data directory is no obstacle', async () => {
    const started = await start(join(newDir(), 'a-long-name/'.repeat(12)));
    expect(await ask(started.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await started.close();
  });

  // Only root becomes nobody; everybody else reaches their own directories.
  it.skipIf(process.getuid?.() !== 0)(
    "works in root's home, which nobody can enter, and finds the same place again",
    async () => {
      const home = newDir();
      chmodSync(home, 0o700);
      const dataDir = join(home, 'store');
      const native = join(home, 'native');
      cpSync(placeFor(newDir(), silent).native, native, {
        recursive: true,
        verbatimSymlinks: true,
      });
      const place = placeFor(dataDir, silent, native);
      dirs.push(place.base, place.native);
      expect(placeFor(dataDir, silent, native)).toEqual(place);
      const postgres = join(place.native, 'bin/postgres');
      const { stdout } = spawnSync(postgres, ['--version'], { ...place.ids, encoding: 'utf8' });
      expect(stdout).toMatch(/^postgres \(PostgreSQL\)/);
      const started = await start(dataDir);
      expect(await ask(started.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await started.close();
      rmSync(place.base, { recursive: true });
      symlinkSync(home, place.base);
      await expect(start(dataDir)).rejects.toThrow(/DATABASE_NOT_STARTED.*not ours/);
    },
  );

  it('a port in use is said, and the database is stopped again', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => taken.once('listening', listening));
    const { port } = taken.address() as { port: number };
    const options = { port, dataDir: shared, tokens: {}, clock: systemClock(), log: silent };
    await expect(startHeadOffice(options)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(existsSync(join(clusterOf(shared), 'postmaster.pid'))).toBe(false);
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
    const database = await start(shared);
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
    const back = await start(shared);
    expect((await send(headOffice.url, batchText(store, 1, 1))).status).toBe(200);
    await headOffice.close();
    await back.close();
  });

  it('a damaged cluster is an error that says where to read, and nothing is left running', async () => {
    await (await start(shared)).close();
    const cluster = clusterOf(shared);
    rmSync(join(cluster, 'global'), { recursive: true });
    await expect(start(shared)).rejects.toMatchObject({
      code: 'DATABASE_NOT_STARTED',
      message: expect.stringContaining('postgres.log'),
    });
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
    const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
    // 0 would be every process of this one's group.
    if (!(pid > 1)) throw new Error(`no process in ${lock}`);
    return pid;
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
