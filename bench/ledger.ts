/**
 * What a durable decision costs: `node dist/bench/ledger.js`. Raw SQLite (eight rows, WAL,
 * synchronous=FULL, no hashes, no tables kept in step) and the ledger alternate in one run,
 * because only ratios taken together mean anything on a shared machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, cpus, loadavg, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { DomainEvent } from '../edge/core/events.ts';
import type { Ledger } from '../edge/ledger/contract.ts';
import { openLedger } from '../edge/ledger/open.ts';
import { CHOICE, ledgerOptions, testClock, WATER } from '../edge/ledger/shop.fixture.ts';
import { verifyLedger } from '../edge/ledger/verify.ts';
import { median, nowMs } from './clock.ts';
import { storeRows } from './ledger-store.ts';
import type { BenchReport, BenchRow } from './recognition.ts';

const COMMITS_PER_ROUND = 200;
const CALLERS = 20;
const GOAL = { p50: 0.95, cpu: 2.5, group: 5, fsyncs: 1.1 };

interface Cost {
  timesMs: number[];
  cpuUs: number;
}

/** Runs one commit many times and adds what it cost to `cost`. */
function measure(cost: Cost, commit: (n: number) => void): void {
  const before = process.cpuUsage();
  for (let n = 0; n < COMMITS_PER_ROUND; n += 1) {
    const started = nowMs();
    commit(n);
    cost.timesMs.push(nowMs() - started);
  }
  const { user, system } = process.cpuUsage(before);
  cost.cpuUs += user + system;
}

/** Eight rows of seven columns in one transaction: the least SQLite can do and be durable. */
function rawCommit(file: string): { commit: () => void; close: () => void } {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE line (id INTEGER PRIMARY KEY, a INT, b INT, c INT, d INT, e INT, f INT)');
  const insert = db.prepare('INSERT INTO line VALUES (NULL, ?, ?, ?, ?, ?, ?)');
  const commit = db.transaction(() => {
    for (let row = 0; row < 8; row += 1) insert.run(row, 2, 3, 4, 5, 6);
  });
  return { commit, close: () => db.close() };
}

/** One decision of eight events: a basket begun, six lines, given up. */
function decision(saleId: string): DomainEvent[] {
  const { sku, name, unitPriceFen, priceBasis, vatBasisPoints } = WATER;
  const priced = { unitPriceFen, priceBasis, amountFen: unitPriceFen, vatBasisPoints };
  const kept = { quantity: 1, choice: CHOICE, picture: '', how: 'each' as const };
  const lines = [1, 2, 3, 4, 5, 6].map((n): DomainEvent => {
    const line = { lineId: `${saleId}-${n}`, sku, name, ...priced, ...kept };
    return { type: 'LineAdded', body: { saleId, line } };
  });
  return [
    { type: 'SaleStarted', body: { saleId, laneId: 'lane-1', priceBookVersion: 1 } },
    ...lines,
    { type: 'SaleCancelled', body: { saleId, reason: 'bench' } },
  ];
}

/** Twenty callers a turn of the loop, each told before it asks again. */
async function measureGroups(cost: Cost, ledger: Ledger, name: string): Promise<void> {
  for (let turn = 0; turn < COMMITS_PER_ROUND / CALLERS; turn += 1) {
    const started = nowMs();
    const callers = Array.from({ length: CALLERS }, (_, n) =>
      ledger.appendSoon({ source: 'lane-1', events: decision(`${name}-${turn}-${n}`) }),
    );
    await Promise.all(callers);
    cost.timesMs.push((nowMs() - started) / CALLERS);
  }
}

/** A clock whose work for soon is done by `work`, between decisions, as the loop does it. */
function benchClock() {
  const due: (() => void)[] = [];
  const clock = {
    ...testClock(),
    after(_: number, fn: () => void) {
      due.push(fn);
      return () => {};
    },
  };
  return { clock, work: () => due.splice(0).forEach((fn) => void fn()) };
}

/** Syncs of the disk by commit after a reopen, counted from outside; undefined without strace. */
function fsyncsPerCommit(dir: string): number | undefined {
  const built = (name: string) => JSON.stringify(join(import.meta.dirname, '../edge/ledger', name));
  const child = `
    const { openLedger } = await import(${built('open.js')});
    const shop = await import(${built('shop.fixture.js')});
    const [dir, commits] = process.argv.slice(1).map((each, at) => at === 0 ? each : Number(each));
    const ids = shop.countingIds('f' + commits + '-');
    const ledger = openLedger(shop.ledgerOptions(dir, { ids }));
    for (let n = 0; n < commits; n += 1) ledger.append({ source: 'lane-1', events: [{ type: 'SaleStarted',
      body: { saleId: 'f' + commits + '-' + n, laneId: 'lane-1', priceBookVersion: 0 } }] });
    ledger.close();`;
  const count = (commits: number): number => {
    const log = join(dir, `${commits}.strace`);
    const traced = ['-f', '-e', 'trace=fsync,fdatasync', '-o', log, process.execPath];
    const script = ['--input-type=module', '-e', child, join(dir, 'fsyncs'), String(commits)];
    const { status } = spawnSync('strace', [...traced, ...script]);
    if (status !== 0) return Number.NaN;
    return (readFileSync(log, 'utf8').match(/f(data)?sync\(.*= 0/g) ?? []).length;
  };
  count(1);
  const perCommit = (count(210) - count(10)) / 200;
  return Number.isNaN(perCommit) ? undefined : perCommit;
}

type Costs = Record<'raw' | 'ours' | 'group', Cost>;

function rowsOf({ raw, ours, group }: Costs, fsyncs: number | undefined): BenchRow[] {
  const [limit, value, each] = [raw, ours, group].map(({ timesMs }) => median(timesMs)) as [
    number,
    number,
    number,
  ];
  const cpu = (cost: Cost) => cost.cpuUs / cost.timesMs.length;
  const cpuRatio = cpu(ours) / cpu(raw);
  const [ratio, rise] = [limit / value, value / each];
  return [
    {
      ...{ name: 'commit p50 to raw SQLite', value, unit: 'ms', limit },
      ...{ ratio, goal: GOAL.p50, met: ratio >= GOAL.p50 },
    },
    {
      ...{ name: 'commit CPU to raw SQLite', value: cpu(ours), unit: 'us', limit: cpu(raw) },
      ...{ ratio: cpuRatio, goal: GOAL.cpu, met: cpuRatio <= GOAL.cpu },
    },
    {
      ...{ name: `${CALLERS} callers to one at a time`, value: each, unit: 'ms', limit: value },
      ...{ ratio: rise, goal: GOAL.group, met: rise >= GOAL.group },
    },
    fsyncs === undefined
      ? { name: 'fsyncs: not counted, strace is not here', value: 0, unit: 'fsync/commit' }
      : {
          ...{ name: 'fsyncs after a reopen', value: fsyncs, unit: 'fsync/commit' },
          ...{ goal: GOAL.fsyncs, met: fsyncs <= GOAL.fsyncs },
        },
  ];
}

/** Alternates raw commits, decisions and groups for `rounds` rounds. */
async function commitRows(dir: string, rounds: number): Promise<BenchRow[]> {
  const raw = rawCommit(join(dir, 'raw.sqlite'));
  const { clock, work } = benchClock();
  const ledger = openLedger(ledgerOptions(join(dir, 'commits'), { clock }));
  const cost = (): Cost => ({ timesMs: [], cpuUs: 0 });
  const costs: Costs = { raw: cost(), ours: cost(), group: cost() };
  for (let round = 0; round < rounds; round += 1) {
    measure(costs.raw, raw.commit);
    measure(costs.ours, (n) => {
      ledger.append({ source: 'lane-1', events: decision(`sale-${round}-${n}`) });
      // Heads are signed between decisions; it is paid for here.
      work();
    });
    await measureGroups(costs.group, ledger, `group-${round}`);
    work();
  }
  raw.close();
  ledger.close();
  const { ok, reason } = verifyLedger(join(dir, 'commits'));
  if (!ok) throw new Error(`the bench's own ledger is broken: ${reason}`);
  return rowsOf(costs, fsyncsPerCommit(dir));
}

/** Commits, groups, figures, verification and sizes, in one run. */
export async function benchLedger(rounds = 5): Promise<BenchReport> {
  const dir = mkdtempSync(join(tmpdir(), 'yike-bench-ledger-'));
  try {
    const commits = await commitRows(dir, rounds);
    const past = await storeRows(join(dir, 'store'), rounds);
    const [cpu] = cpus();
    const load = loadavg()[0]?.toFixed(1);
    const machine = `${platform()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown'}, load ${load}`;
    return { machine, rounds, rows: [...commits, ...past] };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await benchLedger(), null, 2)}\n`);
}
