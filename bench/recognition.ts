/**
 * What recognition costs the controller: `node dist/bench/recognition.js`. Idle and busy rounds
 * alternate in one run, because only ratios taken together mean anything on a shared machine.
 */
import { arch, cpus, platform } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Recogniser } from '../models/contract.ts';
import { percentile } from '../models/metrics.ts';
import { DEFAULT_PACK_DIR } from '../models/pack.ts';
import { startRecogniser } from '../models/recogniser.ts';
import { composeFrame } from '../simulator/camera-frame.ts';
import { demoGoods } from '../simulator/goods.ts';
import { createRandom } from '../simulator/random.ts';
import { realClock } from '../simulator/runtime.ts';

export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** The best that can be had on this machine, measured in the same run. */
  limit?: number;
  ratio?: number;
  goal?: number;
  met?: boolean;
}

export interface BenchReport {
  machine: string;
  rounds: number;
  rows: BenchRow[];
}

const ROUND_MS = 2000;
/** Loop delay may at most double while goods are recognised. */
const GOAL_LOOP_RATIO = 2;
const GOAL_EMBED_P95_MS = 200;
const MEGABYTE = 1e6;

const clock = realClock();
const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

/** Five rounds by default, each of two seconds idle and two of picture after picture. */
export async function benchRecognition(rounds = 5): Promise<BenchReport> {
  const recogniser = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock });
  try {
    const frame = await demoFrame();
    const warm = await recogniser.embed(frame, 20_000);
    if (!warm.ok) throw new Error(`${warm.code}: ${warm.detail}`);
    const idle: number[] = [];
    const busy: number[] = [];
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      idle.push(await loopDelayMs(() => wait(ROUND_MS)));
      busy.push(await loopDelayMs(() => recogniseFor(ROUND_MS, recogniser, frame, times)));
    }
    const resident = (await recogniser.residentBytes()) ?? 0;
    return {
      machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
      rounds,
      rows: rowsOf(percentile(idle, 0.5), percentile(busy, 0.5), times, resident),
    };
  } finally {
    await recogniser.close();
  }
}

function rowsOf(idleMs: number, busyMs: number, times: number[], childBytes: number): BenchRow[] {
  const p95Ms = percentile(times, 0.95);
  return [
    {
      name: 'event-loop delay p99 while recognising',
      value: busyMs,
      unit: 'ms',
      limit: idleMs,
      ratio: busyMs / idleMs,
      goal: GOAL_LOOP_RATIO,
      met: busyMs / idleMs <= GOAL_LOOP_RATIO,
    },
    { name: 'picture to embedding p50', value: percentile(times, 0.5), unit: 'ms' },
    {
      name: 'picture to embedding p95',
      value: p95Ms,
      unit: 'ms',
      goal: GOAL_EMBED_P95_MS,
      met: p95Ms <= GOAL_EMBED_P95_MS,
    },
    { name: 'pictures', value: times.length, unit: '' },
    { name: 'memory of this process', value: process.memoryUsage.rss() / MEGABYTE, unit: 'MB' },
    { name: 'memory of the recognition child', value: childBytes / MEGABYTE, unit: 'MB' },
  ];
}

/** The 99th percentile of how late the loop came round while `work` ran. */
async function loopDelayMs(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.percentile(99) / 1e6;
}

async function recogniseFor(
  ms: number,
  recogniser: Recogniser,
  frame: Uint8Array,
  times: number[],
): Promise<void> {
  const endMs = clock.monoMs() + ms;
  while (clock.monoMs() < endMs) {
    const outcome = await recogniser.embed(frame, 20_000);
    if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.detail}`);
    times.push(outcome.prepareMs + outcome.runMs);
  }
}

/** One VGA frame of the simulated camera. */
async function demoFrame(): Promise<Uint8Array> {
  const [good] = demoGoods();
  if (good === undefined) throw new Error('the demo store has no goods');
  const middle = { xRatio: 0.5, yRatio: 0.5, turnDegrees: 0, scale: 1 };
  const piece = { pieceId: 'bench', sku: good.sku, picture: good.picture, ...middle };
  return composeFrame({ pieces: [piece], pressed: false }, createRandom(1));
}

if (process.argv[1] === import.meta.filename) {
  console.log(JSON.stringify(await benchRecognition(), null, 2));
}
