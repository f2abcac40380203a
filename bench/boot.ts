/**
 * What a starting box costs: an empty `node` and `yike start` (ledger open, pages served) in turn.
 * Processor time is what the kernel counted until the store said that it is up.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from '../models/metrics.ts';
import type { BenchReport, BenchRow } from './recognition.ts';

/** Issue of the operator's page: ready for at most four empty nodes, resident in at most two. */
const GOAL_CPU_RATIO = 4;
const GOAL_RSS_RATIO = 2;
const GOAL_CHILD_RSS_RATIO = 4;
/** Empty nodes end within one tick of the kernel's clock, so several are measured as one. */
const EMPTY_AT_ONCE = 10;
const MAIN = join(import.meta.dirname, '../run/main.js');

interface Cost {
  cpuMs: number;
  rssMb: number;
  childRssMb: number;
  readyMs: number;
}

/** User and system time of a process so far, in milliseconds (proc(5), 100 ticks a second). */
function cpuMsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function rssMbOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

async function emptyNode(): Promise<Pick<Cost, 'cpuMs' | 'rssMb'>> {
  const script = `const { user, system } = process.cpuUsage();
process.stdout.write(\`\${(user + system) / 1000} \${process.memoryUsage.rss() / 1048576}\`)`;
  const all: number[][] = [];
  for (let n = 0; n < EMPTY_AT_ONCE; n += 1) {
    const child = spawn(process.execPath, ['-e', script]);
    let said = '';
    child.stdout.on('data', (bytes) => {
      said += bytes;
    });
    await ended(child);
    all.push(said.split(' ').map(Number));
  }
  const column = (at: number) =>
    percentile(
      all.map((row) => row[at] ?? 0),
      0.5,
    );
  return { cpuMs: column(0), rssMb: column(1) };
}

async function startStore(dir: string): Promise<Cost> {
  const config = join(dir, 'store.json');
  const store = { id: 'store-boot', name: { zh: '店', en: 'Store' } };
  writeFileSync(config, JSON.stringify({ store, listen: { kioskPort: 0, adminPort: 0 } }));
  const startedMs = performance.now();
  const args = [MAIN, 'start', '--config', config, '--data', join(dir, 'data'), '--lang', 'en'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const pid = child.pid ?? 0;
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (bytes) => String(bytes).includes('Controller up') && resolve());
    child.once('exit', (code) => reject(new Error(`the store ended with ${code}`)));
  });
  const readyMs = performance.now() - startedMs;
  const cpuMs = cpuMsOf(pid);
  await wait(2000);
  const childRssMb = Math.max(0, ...childrenOf(pid).map(rssMbOf));
  const cost = { cpuMs, readyMs, rssMb: rssMbOf(pid), childRssMb };
  child.removeAllListeners('exit');
  child.kill('SIGTERM');
  await ended(child);
  return cost;
}

const row = (name: string, unit: string, value: number, limit: number, goal: number): BenchRow => ({
  ...{ name, value, unit, limit, ratio: value / limit, goal, met: value / limit <= goal },
});

/** `rounds` starts, each beside ten empty nodes. */
export async function benchBoot(rounds = 5): Promise<BenchReport> {
  const dir = mkdtempSync(join(tmpdir(), 'yike-bench-boot-'));
  const empty: Pick<Cost, 'cpuMs' | 'rssMb'>[] = [];
  const ours: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    empty.push(await emptyNode());
    ours.push(await startStore(dir));
  }
  rmSync(dir, { recursive: true });
  const mid = (values: number[]) => percentile(values, 0.5);
  const [emptyCpu, emptyRss] = [mid(empty.map((e) => e.cpuMs)), mid(empty.map((e) => e.rssMb))];
  const mine = (name: keyof Cost) => mid(ours.map((each) => each[name]));
  return {
    machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
    rounds,
    rows: [
      row('processor time until ready', 'ms', mine('cpuMs'), emptyCpu, GOAL_CPU_RATIO),
      row('memory of the controller', 'MB', mine('rssMb'), emptyRss, GOAL_RSS_RATIO),
      row(
        'memory of the recognition child',
        'MB',
        mine('childRssMb'),
        emptyRss,
        GOAL_CHILD_RSS_RATIO,
      ),
      { name: 'start until ready', value: mine('readyMs'), unit: 'ms' },
    ],
  };
}
