/**
 * A store that sells is killed (SIGKILL) at named places and at any moment, started again on what
 * is left, and killed again. What it acknowledged is written outside its directory, and so is the
 * acquirer's book: nothing acknowledged may be missing, nothing may be paid twice or half sold.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoCatalogue } from '../simulator/goods.ts';
import { createRandom, pick, whole } from '../simulator/random.ts';
import { bundle } from './cli/bundle.mjs';
import type { RecordedEvent } from './core/events.ts';
import { checkInvariants } from './ledger/invariants.ts';
import { MEMORY_DISK } from './ledger/memory-disk.fixture.ts';
import { openLedger } from './ledger/open.ts';
import { rebuildAndCompare } from './ledger/rebuild.ts';
import { buildChild } from './ledger/selling.fixture.ts';
import { ledgerOptions, localDay } from './ledger/shop.fixture.ts';
import { verifyLedger } from './ledger/verify.ts';

const DEEP = process.env.YIKE_DEEP === '1';
const KILLS = DEEP ? 1000 : 60;
const STORES = DEEP ? 10 : 2;
const SEED = Number(process.env.SEED ?? 20_261_128);
const ROOT = join(import.meta.dirname, '..');

const dir = mkdtempSync(join(MEMORY_DISK, 'yike-killed-'));
/** As a store is bundled: module by module, most of a run would be loading. */
const bundled = join(dir, 'child');
beforeAll(async () => {
  buildChild();
  const entry = join(import.meta.dirname, 'killed.child.mjs');
  await bundle({ entry, compiled: join(ROOT, 'dist'), out: bundled });
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Run {
  killed: boolean;
  /** Points passed, by how often; only where it was not killed. */
  passed: Record<string, number>;
  /** Real milliseconds until it sold again. */
  sellingMs: number;
}

function runChild(
  store: string,
  run: number,
  seed: number,
  point?: string,
  times = 1,
  killMs?: number,
) {
  const words = [
    join(bundled, 'main.js'),
    'start',
    store,
    String(run),
    String(seed),
    ...(point ? [point, String(times)] : []),
  ];
  const startedMs = performance.now();
  return new Promise<Run>((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let complaint = '';
    let sellingMs = 0;
    child.stderr.on('data', (bytes) => {
      complaint += bytes;
    });
    child.stdout.on('data', (bytes) => {
      if (said === '') {
        sellingMs = performance.now() - startedMs;
        if (killMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killMs);
      }
      said += bytes;
    });
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ killed: true, passed: {}, sellingMs });
      else if (code === 0)
        resolve({ killed: false, passed: JSON.parse(said.split('\n')[1] ?? '{}'), sellingMs });
      else reject(new Error(`run ${run} of ${store} ended with ${code}: ${complaint}`));
    });
  });
}

function eventsOf(store: string): RecordedEvent[] {
  const ids = (prefix: string) => `${prefix}-judge`;
  const ledger = openLedger(
    ledgerOptions(store, { storeId: demoCatalogue().storeId, ids, localDay }),
  );
  const events = ledger.readAfter(0, Number.MAX_SAFE_INTEGER);
  ledger.close();
  return events.map(({ record }) => JSON.parse(record) as RecordedEvent);
}

/** Holds the store against what it had acknowledged and what the acquirer kept. */
function judge(folder: string) {
  const store = join(folder, 'store');
  expect(verifyLedger(store)).toMatchObject({ ok: true });
  const events = eventsOf(store);
  const lines = new Set(events.flatMap((e) => (e.type === 'LineAdded' ? e.body.line.lineId : [])));
  const completed = events.flatMap((e) => (e.type === 'SaleCompleted' ? e.body : []));
  const sold = new Set(completed.map(({ saleId }) => saleId));
  const acks = existsSync(join(folder, 'acknowledged.txt'))
    ? readFileSync(join(folder, 'acknowledged.txt'), 'utf8').trim().split('\n')
    : [];
  const lost = acks.filter((ack) => {
    const [what, id = ''] = ack.split(' ');
    return what === 'line' ? !lines.has(id) : !sold.has(id);
  });
  const { journal } = JSON.parse(readFileSync(join(folder, 'bank.json'), 'utf8')) as {
    journal: { what: string; amountFen: number }[];
  };
  const keptFen = journal.reduce(
    (sum, { what, amountFen }) => sum + (what === 'captured' ? amountFen : -amountFen),
    0,
  );
  const soldFen = completed.reduce((sum, { totalFen }) => sum + totalFen, 0);
  expect({ lost, twice: completed.length - sold.size, keptFen }).toEqual({
    ...{ lost: [], twice: 0, keptFen: soldFen },
  });
  expect(checkInvariants(store).violations).toEqual([]);
  expect(rebuildAndCompare(store, localDay)).toEqual([]);
  return { acknowledged: acks.length, sales: completed.length };
}

/** Who led a store to a place, and how often in one run. */
interface Led {
  seed: number;
  times: number;
}

/** Every place that a store passes while it sells, from runs that nobody kills. */
async function placesOf(folder: string): Promise<Map<string, Led[]>> {
  const places = new Map<string, Led[]>();
  for (let run = 0; run < 6; run += 1) {
    const { passed } = await runChild(folder, run, SEED + run);
    for (const [place, times] of Object.entries(passed))
      if (!place.startsWith('migrate.'))
        places.set(place, [...(places.get(place) ?? []), { seed: SEED + run, times }]);
  }
  return places;
}

/** The place that was aimed at least often so far, by chance among equals. */
function leastTried(places: string[], tried: Map<string, number>, random: () => number): string {
  const least = Math.min(...places.map((place) => tried.get(place) ?? 0));
  const open = places.filter((place) => (tried.get(place) ?? 0) === least);
  return open[Math.floor(random() * open.length)] ?? '';
}

it(`a store killed ${KILLS} times, at every named place and at any moment, loses and doubles nothing (SEED=${SEED})`, async () => {
  const random = createRandom(SEED);
  const first = join(dir, 'first');
  mkdirSync(join(first, 'store'), { recursive: true });
  const places = await placesOf(first);
  expect(places.size).toBeGreaterThanOrEqual(40);
  const tried = new Map<string, number>();
  const hit = new Set<string>();
  const waits: number[] = [];
  let sums = { acknowledged: 0, sales: 0 };
  for (let at = 0; at < STORES; at += 1) {
    const folder = join(dir, `store-${at}`);
    mkdirSync(join(folder, 'store'), { recursive: true });
    let run = 0;
    for (let kill = 0; kill < KILLS / STORES && run < (KILLS / STORES) * 3; run += 1) {
      const anyMoment = random() < 0.25;
      const place = leastTried([...places.keys()], tried, random);
      const led = pick(random, places.get(place) ?? []);
      const times = whole(random, 1, Math.min(2, led.times));
      if (!anyMoment) tried.set(place, (tried.get(place) ?? 0) + 1);
      const ran = anyMoment
        ? await runChild(folder, run, SEED + at, undefined, 1, whole(random, 0, 400))
        : await runChild(folder, run, led.seed, place, times);
      if (ran.sellingMs > 0) waits.push(ran.sellingMs);
      if (ran.killed && !anyMoment) hit.add(place);
      if (ran.killed) kill += 1;
      expect(verifyLedger(join(folder, 'store')), 'before anybody reopens it').toMatchObject({
        ok: true,
      });
    }
    await runChild(folder, run, SEED);
    const judged = judge(folder);
    sums = {
      acknowledged: sums.acknowledged + judged.acknowledged,
      sales: sums.sales + judged.sales,
    };
    rmSync(folder, { recursive: true });
  }
  const p99 = waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? 0;
  process.stdout.write(
    `killed: ${places.size} places, ${hit.size} hit, ${sums.acknowledged} acknowledgements, ${sums.sales} sales, selling again p99 ${p99.toFixed(0)} ms, SEED=${SEED}\n`,
  );
}, 3_600_000);
