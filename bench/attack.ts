/**
 * What a shopper at the kiosk notices of an attack: taps of a store at rest beside taps while another
 * machine sends malformed requests without a pause, holds a thousand connections whose headers never
 * end, and drips two hundred bodies. The attacker is a process of its own.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  attacker,
  closed,
  dribble,
  malformed,
  pause,
  SHOP_EVERY_MS,
  type Shopper,
  SLOW_BODY,
  SLOW_HEADERS,
  shopperAt,
  startLoneStore,
} from '../edge/assault.fixture.ts';
import { percentile } from '../models/metrics.ts';
import { createRandom, whole } from '../simulator/random.ts';
import type { BenchReport } from './recognition.ts';

/** As compiled, wherever the command that runs it was bundled to. */
const SELF = join(import.meta.dirname, 'attack.js');
const MAIN = join(import.meta.dirname, '../edge/cli/main.js');
const BASKETS = 25;
const SLOW_LORIS = 1_000;
const SLOW_BODIES = 200;
/** As many at once as the server lets one address hold, less what is slow. */
const AT_ONCE = 20;
const PACE_MS = 40;
const GOAL_RATIO = 2;

/** Attacks until it is killed; says so once all of it is under way. */
async function attack(port: number): Promise<void> {
  const random = createRandom(20_261_129);
  const held = async (count: number, words: string, everyMs: number) => {
    const again = async () => {
      for (;;) {
        const socket = await attacker(port);
        socket.write(words);
        const drip = setInterval(() => dribble(socket), everyMs);
        await closed(socket, 30_000);
        clearInterval(drip);
        await pause(everyMs);
      }
    };
    for (let one = 0; one < count; one += 1) void again();
  };
  await held(SLOW_LORIS, SLOW_HEADERS, 500);
  await held(SLOW_BODIES, SLOW_BODY, 200);
  await pause(1_000);
  process.send?.('under way');
  for (let sent = 0; ; sent += AT_ONCE) {
    const one = async () => {
      const socket = await attacker(port);
      socket.end(malformed((n) => whole(random, 0, n - 1)));
      if (!(await closed(socket, 2_000))) socket.destroy();
    };
    await Promise.all([pause(PACE_MS), ...Array.from({ length: AT_ONCE }, one)]);
    process.send?.(sent + AT_ONCE);
  }
}

/** Milliseconds of every tap of so many baskets. */
async function taps(shopper: Shopper): Promise<number[]> {
  const took: number[] = [];
  for (let basket = 0; basket < BASKETS; basket += 1) {
    took.push(...(await shopper.shop()));
    await pause(SHOP_EVERY_MS);
  }
  return took;
}

/** At rest and under attack in turn, `rounds` times. */
export async function benchAttack(rounds = 5): Promise<BenchReport> {
  const dir = mkdtempSync(join(tmpdir(), 'yike-attack-'));
  const store = await startLoneStore(MAIN, dir);
  const shopper = shopperAt(store.port);
  const [atRest, attacked]: [number[], number[]] = [[], []];
  let requests = 0;
  await taps(shopper);
  for (let round = 0; round < rounds; round += 1) {
    atRest.push(...(await taps(shopper)));
    const attacking = fork(SELF, [String(store.port)]);
    await once(attacking, 'message');
    let sent = 0;
    attacking.on('message', (count) => {
      sent = Number(count);
    });
    attacked.push(...(await taps(shopper)));
    requests += sent;
    attacking.kill();
    await once(attacking, 'exit');
  }
  const ended = store.ended();
  shopper.hangUp();
  await store.close();
  rmSync(dir, { recursive: true, force: true });
  if (ended !== undefined) throw new Error(ended);
  const row = (name: string, share: number) => {
    const [value, limit] = [percentile(attacked, share), percentile(atRest, share)];
    const ratio = value / limit;
    const goal = { goal: GOAL_RATIO, met: ratio <= GOAL_RATIO };
    return { name: `a tap under attack, ${name}`, unit: 'ms', value, limit, ratio, ...goal };
  };
  return {
    machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
    rounds,
    rows: [
      row('median', 0.5),
      row(`p99 of ${attacked.length}`, 0.99),
      { name: 'malformed requests meanwhile', unit: 'requests', value: requests },
    ],
  };
}

const [, script, port] = process.argv;
if (script === SELF && process.send) await attack(Number(port));
