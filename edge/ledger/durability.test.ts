import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from './contract.ts';
import { LEDGER_FILE, refuseUnfitRuntime } from './database.ts';
import { asLedgerError, LEDGER_ERRORS, LedgerError } from './errors.ts';
import { checkInvariants } from './invariants.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import { buildChild, CHILD } from './selling.fixture.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const KILLS = process.env.YIKE_DEEP ? 200 : 10;
const SEED = Number(process.env.SEED ?? 20261123);

let dir: string;
let free: () => void;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => free());

beforeAll(buildChild);

const open = (run: string, changes = {}) =>
  openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds(run), ...changes }));

test('a directory made for a store can be read by nobody else', () => {
  dir = join(dir, 'made/for/it');
  open('a').close();
  expect(statSync(dir).mode & 0o066).toBe(0);
});

describe('after a restart', () => {
  test('every commit is still as durable as on the first day', () => {
    for (const run of ['a', 'b', 'c']) {
      const ledger = open(run);
      shop.sellApples(ledger, `sale-${run}`);
      expect(ledger.health()).toMatchObject({
        synchronous: 2,
        recursiveTriggers: 1,
        journalMode: 'wal',
        epoch: 1,
        schemaVersion: 10,
      });
      ledger.close();
    }
    expect(verifyLedger(dir)).toMatchObject({ ok: true, epoch: 1, anchored: true });
  });

  const strace = spawnSync('strace', ['-c', 'true']);
  const why = strace.status === 0 ? '' : ' (skipped: strace is not here or may not trace)';

  test.skipIf(why)(`each decision reaches the disk with one fsync${why}`, () => {
    open('first').close();
    const fsyncs = (run: string, sales: number) => {
      const log = join(dir, `${run}.strace`);
      const traced = ['-f', '-e', 'trace=fsync,fdatasync', '-o', log];
      const out = execFileSync('strace', [
        ...traced,
        process.execPath,
        CHILD,
        dir,
        run,
        String(sales),
      ]);
      const calls = readFileSync(log, 'utf8').match(/f(data)?sync\(.*= 0/g) ?? [];
      return { fsyncs: calls.length, commits: String(out).trim().split('\n').length };
    };
    const few = fsyncs('few', 5);
    const many = fsyncs('many', 45);
    const perCommit = (many.fsyncs - few.fsyncs) / (many.commits - few.commits);
    expect(many.commits - few.commits).toBe(40 * 6);
    expect(perCommit).toBeGreaterThanOrEqual(1);
    expect(perCommit).toBeLessThanOrEqual(1.1);
  });
});

/** Starts the selling child; resolves with the last acknowledged head once it is dead. */
function sellUntilKilled(run: string, acknowledgements: number): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, dir, run], { stdio: 'pipe' });
  let said = '';
  let complaint = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      complaint += String(chunk);
    });
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      if (said.split('\n').length > acknowledgements) child.kill('SIGKILL');
    });
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`it ended by itself: ${complaint}`));
      else resolve(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1) ?? '');
    });
  });
}

/** The acquirer says no to every payment left in flight, as a lane would ask after a restart. */
function settle(ledger: Ledger): void {
  for (const { saleId, tenders } of ledger.unfinishedSales()) {
    for (const { tenderId } of tenders) {
      shop.carryOut(ledger, saleId, { kind: 'record-declined', tenderId, reason: 'not found' });
    }
  }
}

const kills = `a store killed ${KILLS} times while selling loses nothing it acknowledged`;

test(`${kills} (SEED=${SEED})`, async () => {
  for (let kill = 0; kill < KILLS; kill += 1) {
    const acknowledgements = 1 + ((SEED + kill * 7919) % 61);
    const last = await sellUntilKilled(`${kill}`, acknowledgements);
    const [seq = 0, hash] = [Number(last.split(' ')[0]), last.split(' ')[1]];
    expect(verifyLedger(dir), 'read before anybody reopened it').toMatchObject({ ok: true });
    const ledger = open(`after-${kill}`);
    expect(ledger.head().seq).toBeGreaterThan(seq);
    expect(ledger.readAfter(seq - 1, 1)[0]?.hash).toBe(hash);
    settle(ledger);
    ledger.close();
  }
  expect(verifyLedger(dir)).toMatchObject({ ok: true });
  expect(checkInvariants(dir).violations).toEqual([]);
  expect(rebuildAndCompare(dir, shop.localDay)).toEqual([]);
}, 60_000);

describe('a full disk', () => {
  const mounted = mkdtempSync(join(tmpdir(), 'yike-small-disk-'));
  afterAll(() => rmSync(mounted, { recursive: true }));
  const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mounted]);
  /** Lazily, so that a failed test which left its ledger open leaves no disk behind. */
  const unmount = () => spawnSync('umount', ['-l', mounted]);
  const permitted = mount().status === 0;
  if (permitted) unmount();
  const why = permitted ? '' : ' (skipped: this user may not mount a tmpfs)';

  test.skipIf(why)(
    `stops the sale with words, and selling goes on once there is room${why}`,
    () => {
      mount();
      try {
        const ledger = openLedger(shop.ledgerOptions(mounted));
        const filler = join(mounted, 'filler');
        expect(() => writeFileSync(filler, Buffer.alloc(4_000_000))).toThrow(/ENOSPC/);
        let sold = 0;
        let failure: unknown;
        for (; failure === undefined && sold < 10_000; sold += 1) {
          try {
            shop.sellApples(ledger, `sale-${sold}`);
          } catch (error) {
            failure = error;
          }
        }
        expect(failure).toMatchObject({ code: 'DISK_FULL', retry: true });
        const { seq } = ledger.head();
        expect(ledger.readAfter(seq - 1, 10)).toHaveLength(1);
        expect(verifyLedger(mounted)).toMatchObject({ ok: true, headSeq: seq });
        rmSync(filler);
        shop.sellApples(ledger, 'sale-after');
        expect(ledger.sale('sale-after')?.phase).toBe('completed');
        ledger.close();
        expect(verifyLedger(mounted)).toMatchObject({ ok: true });
      } finally {
        unmount();
      }
    },
  );
});

describe('opening', () => {
  test('is refused while another process holds the ledger, naming the file', () => {
    const ledger = open('a');
    expect(() => open('b')).toThrow(/LOCKED.*ledger\.lock/);
    ledger.close();
    open('c').close();
  });

  test('is possible at once after the holder was killed', async () => {
    await sellUntilKilled('killed', 3);
    open('b').close();
  });

  test('a ledger of a newer version is refused and left as it was', () => {
    open('a').close();
    const db = new Database(join(dir, LEDGER_FILE));
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(join(dir, LEDGER_FILE));
    expect(() => open('b')).toThrow(expect.objectContaining({ code: 'NEWER_SCHEMA' }));
    expect(readFileSync(join(dir, LEDGER_FILE)).equals(before)).toBe(true);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/Newer software wrote it \(99\)/) },
    });
  });

  test('where nothing can be written says so, and which file', () => {
    const file = join(dir, 'a-file');
    writeFileSync(file, '');
    for (const bad of [file, join(file, 'below'), '/proc/yike']) {
      expect(() => openLedger(shop.ledgerOptions(bad))).toThrow(
        expect.objectContaining({ code: 'NOT_WRITABLE', detail: expect.stringContaining(bad) }),
      );
    }
  });

  test('a file that is no database says it is damaged', () => {
    writeFileSync(join(dir, LEDGER_FILE), 'receipts '.repeat(1000));
    expect(() => open('a')).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/cannot be read|damaged|broken/) },
    });
  });

  test("another store's ledger is refused", () => {
    open('a').close();
    expect(() => open('b', { storeId: 'store-2' })).toThrow(
      expect.objectContaining({ code: 'WRONG_STORE' }),
    );
  });

  test.each([1, 2, 3, 4, 5])(
    'goes on where it stopped when schema step %i was cut short',
    (step) => {
      for (const moment of ['before-commit', 'after-commit']) {
        const crashPoint = (name: string) => {
          if (name === `migrate.${step}.${moment}`) throw new Error('power cut');
        };
        const fresh = join(dir, moment);
        const options = shop.ledgerOptions(fresh, { crashPoint });
        expect(() => openLedger(options)).toThrow('power cut');
        const ledger = openLedger(shop.ledgerOptions(fresh));
        shop.sellApples(ledger, 'sale-a');
        ledger.close();
        expect(verifyLedger(fresh)).toMatchObject({ ok: true });
      }
    },
  );

  test.each([
    ['12.11.1', '20.20.2', true],
    ['12.11.1', '22.0.0', true],
    ['13.0.0', '22.14.0', true],
    ['13.0.0', '24.1.0', true],
    ['13.0.0', '20.20.2', false],
    ['13.2.1', '22.13.9', false],
  ])('with better-sqlite3 %s on Node %s: fit %s', (sqlite, node, fit) => {
    const attempt = () => refuseUnfitRuntime(sqlite, node);
    if (fit) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(expect.objectContaining({ code: 'OLD_NODE' }));
  });
});

describe("the ledger's errors", () => {
  test.each([
    ['SQLITE_FULL', 'DISK_FULL'],
    ['ENOSPC', 'DISK_FULL'],
    ['SQLITE_CORRUPT_INDEX', 'CORRUPT'],
    ['SQLITE_NOTADB', 'CORRUPT'],
    ['SQLITE_BUSY_SNAPSHOT', 'LOCKED'],
    ['SQLITE_READONLY_DIRECTORY', 'NOT_WRITABLE'],
    ['SQLITE_CANTOPEN', 'NOT_WRITABLE'],
    ['SQLITE_IOERR_FSYNC', 'NOT_WRITABLE'],
    ['EROFS', 'NOT_WRITABLE'],
  ])('%s is called %s', (reported, code) => {
    const cause = Object.assign(new Error('as reported'), { code: reported });
    expect(asLedgerError(cause, 'ledger.sqlite')).toMatchObject({ code, cause });
  });

  test('leave bugs as they are', () => {
    for (const bug of [new TypeError('x is not a function'), new LedgerError('LOCKED', 'x')]) {
      expect(asLedgerError(bug, 'ledger.sqlite')).toBe(bug);
    }
  });

  test('say in two languages what happened and what to do', () => {
    for (const { message, next } of Object.values(LEDGER_ERRORS)) {
      for (const { zh, en } of [message, next]) {
        expect(zh).toMatch(/[\u4e00-\u9fff]/);
        expect(en).toMatch(/^[A-Z][\x20-\x7e]+$/);
      }
    }
  });
});
