/**
 * Everything that goes wrong between a store and head office, from seeds: answers lost after the
 * commit, requests lost, doubled, and arriving late; either side killed at any moment. In the end
 * head office holds the store's ledger bit for bit. `SEED=` replays one of them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pickBelow, seededRandom } from '../../drivers/random-for-tests.ts';
import { ioClock } from '../../drivers/wire/io-clock.ts';
import { openHttpWire } from '../../drivers/wire/request.ts';
import type { Clock, Random } from '../../edge/core/ports.ts';
import { type StoreFixture, silent, storeFixture } from '../store.fixture.ts';
import { createUplink, type Uplink } from '../uplink.ts';
import { decodeEvents, eventsPath, type HeadOfficeRequest, type Send } from '../wire.ts';
import {
  freshStoreId,
  type HeadOfficeProcess,
  headOfficeProcess,
  type TestDatabase,
  testDatabase,
  withoutBuild,
} from './head-office.fixture.ts';
import { systemClock } from './runtime.ts';

const TOKEN = 'a-token-of-the-store';
const FIRST = Number(process.env.SEED ?? 1);
const SEEDS = Array.from({ length: process.env.SEED ? 1 : 50 }, (_, at) => FIRST + at);
const STORES = new Map(SEEDS.map((seed) => [seed, freshStoreId()]));
const BATCHES = 12;
/** A busy machine takes its time; nothing here is judged by speed. */
const DEADLINE_MS = 120_000;

/** Retries come a thousand times sooner; nothing else changes. */
const hurried: Clock = {
  ...systemClock(),
  after: (delayMs, fn) => systemClock().after(delayMs / 1000, fn),
};

describe.skipIf(withoutBuild())('between a store and head office', () => {
  let database: TestDatabase;
  let headOffice: HeadOfficeProcess;
  let wire = openHttpWire('http://127.0.0.1:9', ioClock);
  const count = { lostAnswers: 0, lostRequests: 0, doubled: 0, late: 0, storeKills: 0, kills: 0 };

  const start = async (): Promise<void> => {
    headOffice = await headOfficeProcess([], {
      DATABASE_URL: database.url,
      YIKE_HQ_TOKENS: [...STORES.values()].map((storeId) => `${storeId}=${TOKEN}`).join(','),
    });
    wire = openHttpWire(headOffice.url, ioClock);
  };

  beforeAll(async () => {
    database = await testDatabase();
    await start();
  });

  afterAll(async () => {
    console.info(`faults: SEED=${FIRST} and on, ${JSON.stringify(count)}`);
    await headOffice?.stop();
    await wire.close();
    await database?.close();
  });

  const killHeadOffice = async (): Promise<void> => {
    count.kills += 1;
    await headOffice.kill();
    await wire.close();
    await start();
  };

  /** A way to head office on which anything may happen while `faults` lasts. */
  const roughWay = (random: Random, faults: { kills: number; on: boolean }): Send => {
    const kept: HeadOfficeRequest[] = [];
    let restarting: Promise<void> | undefined;
    const deliver: Send = async (request) => {
      await restarting;
      return wire.request(request);
    };
    return async (request) => {
      if (!faults.on) return deliver(request);
      kept.push(request);
      const what = pickBelow(random, 6);
      const late = kept[pickBelow(random, kept.length)] ?? request;
      if (faults.kills > 0 && pickBelow(random, 4) === 0) {
        faults.kills -= 1;
        const answer = deliver(request);
        restarting = new Promise<void>((over) => setTimeout(over, random() * 8)).then(
          killHeadOffice,
        );
        return answer.finally(() => restarting);
      }
      if (what === 0) {
        count.lostAnswers += 1;
        await deliver(request);
        throw new Error('the answer was lost');
      }
      if (what === 1) {
        count.lostRequests += 1;
        throw new Error('the request was lost');
      }
      if (what === 2) {
        count.doubled += 1;
        const [answer] = await Promise.all([deliver(request), deliver(request)]);
        return answer;
      }
      if (what === 3) {
        count.late += 1;
        const answers = await Promise.all([deliver(late), deliver(request)]);
        return answers[pickBelow(random, 2)] ?? answers[1];
      }
      return deliver(request);
    };
  };

  const uplinkOf = (store: StoreFixture, random: Random, send: Send): Uplink => {
    const batchEvents = 1 + pickBelow(random, 40);
    const shared = { storeId: store.storeId, token: TOKEN, clock: hurried, log: silent };
    return createUplink({ ...shared, source: store, random, send, batchEvents });
  };

  const heldThere = async (store: StoreFixture) => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const held = [];
    for (;;) {
      const path = `${eventsPath(store.storeId)}?after=${held.length}`;
      const { body } = await wire.request({ method: 'GET', path, headers, timeoutMs: 10_000 });
      const decoded = decodeEvents(Buffer.from(body).toString('utf8'));
      if (!decoded.ok) throw new Error(decoded.refusal.code);
      if (decoded.value.length === 0) return held;
      held.push(...decoded.value.map(({ seq, hash, record }) => ({ seq, hash, record })));
    }
  };

  it.each(SEEDS)(
    'whatever is lost, doubled, late or killed, both hold the same: seed %i',
    // Head office goes on holding what a first attempt sent it, so there is no second.
    { timeout: 2 * DEADLINE_MS, retry: 0 },
    async (seed) => {
      const random = seededRandom(seed);
      const store = storeFixture(STORES.get(seed) ?? '', { random });
      const faults = { kills: seed % 3 === 0 ? 1 : 0, on: true };
      const send = roughWay(random, faults);
      let uplink = uplinkOf(store, random, send);
      for (let batch = 0; batch < BATCHES; batch++) {
        store.sell(pickBelow(random, 60));
        uplink.nudge();
        await new Promise((resolve) => setTimeout(resolve, random() * 6));
        if (pickBelow(random, 4) === 0) {
          // A killed store: nothing of the old uplink lives on but what the ledger remembers.
          count.storeKills += 1;
          const old = uplink;
          const acked = store.acked();
          uplink = uplinkOf(store, random, send);
          expect(uplink.status().ackedSeq).toBeGreaterThanOrEqual(acked);
          await old.close();
        }
      }
      faults.on = false;
      const deadline = Date.now() + DEADLINE_MS;
      while (uplink.status().unsent > 0) {
        expect(Date.now(), uplink.status().lastError).toBeLessThan(deadline);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await uplink.close();
      expect(await heldThere(store), `SEED=${seed}`).toEqual(store.events);
    },
  );

  it('all of these things did happen', () => {
    if (!process.env.SEED)
      for (const times of Object.values(count)) expect(times).toBeGreaterThan(9);
  });
});
