/**
 * Finding one of a hundred thousand orders, and a month of them as files, beside the limits people
 * were promised: `yike bench orders`. A year of a shop, four lines a sale.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, loadavg, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainEvent } from '../edge/core/events.ts';
import type { OrderQuery } from '../edge/core/views/order-views.ts';
import type { Ledger } from '../edge/ledger/contract.ts';
import { openLedger } from '../edge/ledger/open.ts';
import {
  ledgerOptions,
  localDay,
  priceBook,
  type TestClock,
  testClock,
} from '../edge/ledger/shop.fixture.ts';
import type { Controller } from '../edge/main.ts';
import { orderFile } from '../edge/operator/order-file.ts';
import { type Orders, ordersOf } from '../edge/operator/orders.ts';
import { localTimeOf, systemIds } from '../edge/runtime.ts';
import { median, nowMs } from './clock.ts';
import { ARTICLES, article, decidedSale } from './decided-sale.ts';
import type { BenchReport, BenchRow } from './recognition.ts';

export const ORDERS = Number(process.env.YIKE_BENCH_ORDERS ?? 100_000);
const DAYS = 365;
const LINES = 4;
export const DAY_MS = 86_400_000;
const SEARCH_LIMIT_MS = 300;
const MONTH_LIMIT_MS = 3000;

function sale(n: number): DomainEvent[] {
  const lines = Array.from(
    { length: LINES },
    (_, line) => n * 131 + line * 61 + Math.floor(n / 7) * line,
  );
  return decidedSale(`lane-${n % 3}`, lines).events;
}

/** So many orders, evenly over so many days; the clock ends with the last of them. */
export async function fill(ledger: Ledger, clock: TestClock, days = DAYS): Promise<void> {
  ledger.activatePriceBook(
    priceBook(
      1,
      Array.from({ length: ARTICLES }, (_, n) => article(n)),
    ),
    'b'.repeat(64),
  );
  const perDay = Math.ceil(ORDERS / days);
  for (let n = 0; n < ORDERS; n += perDay) {
    await sell(ledger, n, Math.min(perDay, ORDERS - n));
    clock.advance(DAY_MS);
  }
}

export async function sell(ledger: Ledger, first: number, count: number): Promise<void> {
  const sales = Array.from({ length: count }, (_, at) => sale(first + at));
  await Promise.all(sales.map((events) => ledger.appendSoon({ source: 'lane-1', events })));
}

/** The parts of a controller that finding orders needs. */
export function controllerOf(ledger: Ledger, clock: TestClock): Controller {
  const store = { id: 'store-1', timeZone: 'Asia/Shanghai' };
  const lanes = ['lane-0', 'lane-1', 'lane-2'].map((id) => ({ id }));
  const losses = {
    fewestLines: 20,
    fewestRemoved: 5,
    timesUsual: 2,
    leastGrams: 20,
    ownBagGrams: 300,
  };
  const config = { store, counters: [], lanes, losses };
  const parts = { ledger, clock, localDay, config, lanes: [], counters: [], cabinets: [] };
  return parts as object as Controller;
}

const QUERIES = (lastDay: string, end: string): [string, OrderQuery][] => [
  ['the newest', {}],
  ['pinyin initials', { q: 'sp77' }],
  ['part of a name, a fifth of all orders', { q: '商品1' }],
  ['the end of a number', { q: end }],
  ['an amount', { q: '45.20' }],
  ['a word that nothing has', { q: 'zzzz' }],
  ['a day, a lane and a state', { from: lastDay, to: lastDay, place: 'lane-1', state: 'paid' }],
  ['disputed ones, of which there are none', { state: 'disputed' }],
];

function searchRows(orders: Orders, rounds: number, lastDay: string): BenchRow[] {
  const [newest] = orders.find({}).rows;
  const end = newest?.receiptNo?.slice(-5) ?? '';
  return QUERIES(lastDay, end).map(([name, query]) => {
    const times = Array.from({ length: Math.max(5, rounds) }, () => {
      const began = nowMs();
      orders.find(query);
      return nowMs() - began;
    });
    return limited(`search of ${ORDERS}: ${name}`, median(times), SEARCH_LIMIT_MS);
  });
}

export const limited = (name: string, value: number, limit: number): BenchRow => ({
  ...{ name, value, unit: 'ms', limit, ratio: value / limit },
  ...{ goal: 1, met: value <= limit },
});

async function fileRow(orders: Orders, clock: TestClock, kind: 'csv' | 'xlsx'): Promise<BenchRow> {
  const to = localDay(clock.wallMs() - DAY_MS);
  const from = localDay(clock.wallMs() - 31 * DAY_MS);
  const localTime = localTimeOf('Asia/Shanghai');
  const files = { pages: orders.pages, localTime, storeId: 'store-1', today: () => to };
  const began = nowMs();
  const { content } = await orderFile(files, { from, to }, kind, 'zh');
  let size = 0;
  if (content instanceof Buffer) size = content.length;
  else for await (const part of content as AsyncIterable<string>) size += part.length;
  if (size < ORDERS / DAYS) throw new Error(`a month of orders is only ${size} bytes`);
  return limited(`a month of them as ${kind}`, nowMs() - began, MONTH_LIMIT_MS);
}

export async function benchOrders(rounds = 5): Promise<BenchReport> {
  const dir = mkdtempSync(join(tmpdir(), 'yike-bench-orders-'));
  const clock = testClock();
  const ledger = openLedger(ledgerOptions(dir, { clock, ids: systemIds }));
  try {
    await fill(ledger, clock);
    const orders = ordersOf(controllerOf(ledger, clock), () => '');
    const searches = searchRows(orders, rounds, localDay(clock.wallMs() - DAY_MS));
    const files = [await fileRow(orders, clock, 'csv'), await fileRow(orders, clock, 'xlsx')];
    const [cpu] = cpus();
    const load = loadavg()[0]?.toFixed(1);
    const machine = `${platform()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown'}, load ${load}`;
    return { machine, rounds, rows: [...searches, ...files] };
  } finally {
    ledger.close();
    rmSync(dir, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await benchOrders(), null, 2)}\n`);
}
