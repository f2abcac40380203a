/**
 * A store's process under attack over HTTP, as a deep run with all of it, as every run with a
 * tenth: it lives, it sells meanwhile, it holds no more connections and memory than before.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, whole } from '../simulator/random.ts';
import {
  attacker,
  closed,
  dribble,
  type LoneStore,
  malformed,
  pause,
  SHOP_EVERY_MS,
  type Shopper,
  SLOW_BODY,
  SLOW_HEADERS,
  shopperAt,
  startLoneStore,
} from './assault.fixture.ts';
import { build, MAIN } from './cli/built.fixture.ts';

const PART = process.env.YIKE_DEEP === '1' ? 1 : 0.1;
const MALFORMED = 10_000 * PART;
const SLOW_LORIS = 1_000 * PART;
const SLOW_BODIES = 200 * PART;
const SEED = Number(process.env.SEED ?? 20_261_129);
/** Garbage that was not yet collected, and what a busy heap keeps. */
const RSS_GROWTH_MB = 64;

const dir = mkdtempSync(join(tmpdir(), 'yike-assault-'));
let store: LoneStore;
let shopper: Shopper;

beforeAll(async () => {
  build();
  store = await startLoneStore(MAIN, dir);
  shopper = shopperAt(store.port);
}, 120_000);
afterAll(async () => {
  shopper.hangUp();
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const rssMb = () => {
  const status = readFileSync(`/proc/${store.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
};

/** Shops until the attack is over, at least once. */
async function shopWhile<T>(attack: Promise<T>): Promise<T> {
  let over = false;
  const done = attack.finally(() => {
    over = true;
  });
  do {
    await shopper.shop();
    await pause(SHOP_EVERY_MS);
  } while (!over);
  return done;
}

const many = (count: number) =>
  Promise.all(Array.from({ length: count }, () => attacker(store.port)));

describe('a store under attack', { timeout: 600_000 }, () => {
  it(`of ${MALFORMED} malformed requests lives, sells, and forgets them (SEED=${SEED})`, async () => {
    await shopper.shop();
    const beforeMb = rssMb();
    const random = createRandom(SEED);
    const one = async () => {
      const socket = await attacker(store.port);
      socket.end(malformed((n) => whole(random, 0, n - 1)));
      if (!(await closed(socket, 8_000))) socket.destroy();
    };
    const all = async () => {
      for (let sent = 0; sent < MALFORMED; sent += 50)
        await Promise.all(Array.from({ length: 50 }, one));
    };
    await shopWhile(all());
    await shopper.shop();
    expect(store.ended()).toBeUndefined();
    expect(rssMb() - beforeMb).toBeLessThan(RSS_GROWTH_MB);
  });

  it(`of ${SLOW_LORIS} that never finish their headers sells, and cuts them`, async () => {
    const sockets = await many(SLOW_LORIS);
    for (const socket of sockets) socket.write(SLOW_HEADERS);
    const drip = setInterval(() => sockets.forEach(dribble), 500);
    const cut = await shopWhile(Promise.all(sockets.map((socket) => closed(socket, 12_000))));
    clearInterval(drip);
    expect(cut.filter((each) => !each)).toEqual([]);
    expect(store.ended()).toBeUndefined();
  });

  it(`of ${SLOW_BODIES} that drip their bodies sells to newcomers, and cuts them`, async () => {
    const sockets = await many(SLOW_BODIES);
    for (const socket of sockets) socket.write(SLOW_BODY);
    const drip = setInterval(() => sockets.forEach(dribble), 200);
    shopper.hangUp();
    const cut = await shopWhile(Promise.all(sockets.map((socket) => closed(socket, 14_000))));
    clearInterval(drip);
    expect(cut.filter((each) => !each)).toEqual([]);
    expect(store.ended()).toBeUndefined();
  });
});
