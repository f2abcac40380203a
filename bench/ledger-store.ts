/** What a store's past costs: its size on the disk, to verify it, and to ask for today's figures. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { archiveLedger } from '../edge/ledger/archive-offline.ts';
import type { Ledger } from '../edge/ledger/contract.ts';
import { LEDGER_FILE } from '../edge/ledger/database.ts';
import { openLedger } from '../edge/ledger/open.ts';
import { ledgerOptions, localDay, testClock } from '../edge/ledger/shop.fixture.ts';
import { chainFinding, inspect, startOfChain, verifyLedger } from '../edge/ledger/verify.ts';
import { systemIds } from '../edge/runtime.ts';
import { median, nowMs } from './clock.ts';
import { type DecidedSale, decidedSale } from './decided-sale.ts';
import type { BenchRow } from './recognition.ts';

const DAYS = 20;
const SALES_PER_DAY = 100;
const LINES = 8;
const DAY_MS = 86_400_000;
const GOAL = { verify: 1.8, live: 1.1, archived: 0.35, figures: 150 };

function sale(day: number, n: number): DecidedSale {
  const lines = Array.from({ length: LINES }, (_, line) => day * 7919 + n * 131 + line * 61);
  return decidedSale('lane-1', lines);
}

/** Days of sales in `dir`; the clock stays on the last. Also one JSON body a sale, to compare. */
async function fill(dir: string): Promise<{ ledger: Ledger; today: string; bodies: string[] }> {
  const clock = testClock();
  const ledger = openLedger(ledgerOptions(dir, { clock, ids: systemIds }));
  const bodies: string[] = [];
  for (let day = 0; day < DAYS; day += 1) {
    const sales = Array.from({ length: SALES_PER_DAY }, (_, n) => sale(day, n));
    bodies.push(...sales.map(({ state }) => JSON.stringify(state)));
    const soon = sales.map(({ events }) => ledger.appendSoon({ source: 'lane-1', events }));
    await Promise.all(soon);
    if (day < DAYS - 1) clock.advance(DAY_MS);
  }
  return { ledger, today: localDay(clock.wallMs()), bodies };
}

/** Size of a file that holds one body and its hash a row, and nothing else. */
function plainSize(file: string, bodies: Iterable<string>): number {
  const db = new Database(file);
  db.exec('CREATE TABLE entry (seq INTEGER PRIMARY KEY, ts INT, body BLOB, hash BLOB)');
  const insert = db.prepare('INSERT INTO entry VALUES (NULL, ?, ?, ?)');
  db.transaction(() => {
    for (const body of bodies) insert.run(Date.now(), Buffer.from(body), Buffer.alloc(32, 7));
  })();
  db.close();
  return statSync(file).size;
}

function timed(work: () => void): number {
  const started = nowMs();
  work();
  return nowMs() - started;
}

/** Milliseconds of `limit` and `ours`, alternating; medians. */
function alternate(rounds: number, limit: () => void, ours: () => void): [number, number] {
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    a.push(timed(limit));
    b.push(timed(ours));
  }
  return [median(a), median(b)];
}

/** Read every stored event and hash it on with createHash, as is usually done. */
function usualLoop(dir: string): void {
  const db = new Database(join(dir, LEDGER_FILE), { readonly: true });
  const rows = db.prepare<[], [string, string]>('SELECT record, hash FROM events ORDER BY seq');
  for (const [record, hash] of rows.raw().iterate())
    if (createHash('sha256').update(record).digest('hex') !== hash) throw new Error('broken');
  db.close();
}

const faster = (name: string, limit: number, value: number, goal?: number): BenchRow => ({
  ...{ name, value, unit: 'ms', limit, ratio: limit / value },
  ...(goal !== undefined && { goal, met: limit / value >= goal }),
});
const smaller = (name: string, limit: number, value: number, goal?: number): BenchRow => ({
  ...{ name, value: value / 1000, unit: 'kB', limit: limit / 1000, ratio: value / limit },
  ...(goal !== undefined && { goal, met: value / limit <= goal }),
});

function verifyRows(dir: string, rounds: number): BenchRow[] {
  const chain = () => {
    const finding = inspect(dir, (db) => chainFinding(db, startOfChain()));
    if (finding) throw new Error(finding.reason.en);
  };
  const whole = () => {
    const { ok, reason } = verifyLedger(dir);
    if (!ok) throw new Error(`the bench's own ledger is broken: ${reason?.en}`);
  };
  const [loop, chainMs] = alternate(rounds, () => usualLoop(dir), chain);
  const [again, wholeMs] = alternate(rounds, () => usualLoop(dir), whole);
  return [
    faster('verify: chain, columns and boots to a createHash loop', loop, chainMs, GOAL.verify),
    faster('verify: everything, projections too, to a createHash loop', again, wholeMs),
  ];
}

function figureRow(dir: string, ledger: Ledger, today: string, rounds: number): BenchRow {
  const db = new Database(join(dir, LEDGER_FILE), { readonly: true });
  const sinceWallMs = Date.parse(`${today}T00:00:00+08:00`);
  const scan = db.prepare<[number], { sku: string; amountFen: number }>(
    `SELECT record ->> '$.body.line.sku' AS sku, sum(record ->> '$.body.line.quantity') AS pieces,
     sum(record ->> '$.body.line.amountFen') AS amountFen FROM events
     WHERE type = 'LineAdded' AND record ->> '$.wallMs' >= ? GROUP BY sku ORDER BY sku`,
  );
  const total = (rows: { sku: string; amountFen: number }[]) =>
    JSON.stringify(rows.map(({ sku, amountFen }) => [sku, amountFen]));
  if (total(scan.all(sinceWallMs)) !== total(ledger.daySales(today)))
    throw new Error('the figures differ from the events');
  const [scanMs, ours] = alternate(
    Math.max(5, rounds),
    () => scan.all(sinceWallMs),
    () => ledger.daySales(today),
  );
  return faster('sales of today by item to a scan of events', scanMs, ours, GOAL.figures);
}

/** Two thousand sales of eight lines in twenty days. */
export async function storeRows(dir: string, rounds: number): Promise<BenchRow[]> {
  const { ledger, today, bodies } = await fill(dir);
  const figures = figureRow(dir, ledger, today, rounds);
  ledger.setAcked(ledger.head().seq);
  const records = ledger.readAfter(0, 1e9).map(({ record }) => record);
  ledger.close();
  const verify = verifyRows(dir, rounds);
  const perEvent = plainSize(join(dir, 'per-event.sqlite'), records);
  const perSale = plainSize(join(dir, 'per-sale.sqlite'), bodies);
  const live = statSync(join(dir, LEDGER_FILE)).size;
  const { bytes } = archiveLedger(dir, { seq: 1e9 });
  const { ok, reason } = verifyLedger(dir);
  if (!ok) throw new Error(`the archived ledger does not verify: ${reason}`);
  return [
    figures,
    ...verify,
    smaller('size: live, to a JSON body and hash per sale', perSale, live, GOAL.live),
    smaller('size: live, to a JSON body and hash per event', perEvent, live),
    smaller('size: archived, to a JSON body and hash per event', perEvent, bytes, GOAL.archived),
    smaller('size: archived, to a JSON body and hash per sale', perSale, bytes),
  ];
}
