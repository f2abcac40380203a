/**
 * What a durable decision costs: `node dist/bench/ledger.js`. Raw SQLite (eight rows, WAL,
 * synchronous=FULL, no hashes, no tables kept in step) and the ledger alternate in one run,
 * because only ratios taken together mean anything on a shared machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { DomainEvent } from '../edge/core/events.ts';
import { openLedger } from '../edge/ledger/open.ts';
import { CHOICE, ledgerOptions, WATER } from '../edge/ledger/shop.fixture.ts';
import { verifyLedger } from '../edge/ledger/verify.ts';
import type { BenchReport, BenchRow } from './recognition.ts';

const COMMITS_PER_ROUND = 200;
const GOAL_P50_RATIO = 0.8;
const GOAL_VERIFY_PER_S = 20_000;

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

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

function rowsOf(raw: Cost, ours: Cost, verifyPerS: number): BenchRow[] {
  const [limit, value] = [median(raw.timesMs), median(ours.timesMs)];
  const ratio = limit / value;
  const cpu = (cost: Cost) => cost.cpuUs / cost.timesMs.length;
  const goal = GOAL_P50_RATIO;
  const verifyGoal = GOAL_VERIFY_PER_S;
  return [
    { name: 'commit p50', value, unit: 'ms', limit, ratio, goal, met: ratio >= goal },
    {
      name: 'commit CPU',
      value: cpu(ours),
      unit: 'us',
      limit: cpu(raw),
      ratio: cpu(raw) / cpu(ours),
    },
    {
      name: 'verify',
      value: verifyPerS,
      unit: 'events/s',
      goal: verifyGoal,
      met: verifyPerS >= verifyGoal,
    },
  ];
}

/** Alternates raw commits and decisions for `rounds` rounds, then verifies what was written. */
export function benchLedger(rounds = 5): BenchReport {
  const dir = mkdtempSync(join(tmpdir(), 'yike-bench-ledger-'));
  const raw = rawCommit(join(dir, 'raw.sqlite'));
  const ledger = openLedger(ledgerOptions(dir));
  const costs = { raw: { timesMs: [], cpuUs: 0 }, ours: { timesMs: [], cpuUs: 0 } };
  for (let round = 0; round < rounds; round += 1) {
    measure(costs.raw, raw.commit);
    measure(costs.ours, (n) => {
      ledger.append({ source: 'lane-1', events: decision(`sale-${round}-${n}`) });
    });
  }
  const started = nowMs();
  const { events, ok, reason } = verifyLedger(dir);
  const verifyPerS = events / ((nowMs() - started) / 1000);
  raw.close();
  ledger.close();
  rmSync(dir, { recursive: true });
  if (!ok) throw new Error(`the bench's own ledger is broken: ${reason}`);
  const [cpu] = cpus();
  const machine = `${platform()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown'}`;
  return { machine, rounds, rows: rowsOf(costs.raw, costs.ours, verifyPerS) };
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(benchLedger(), null, 2)}\n`);
}
