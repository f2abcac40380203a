import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pickBelow, seededRandom, testSeed } from '../../drivers/random-for-tests.ts';
import {
  batchText,
  type FixtureOptions,
  type StoreFixture,
  saleOf,
  silent,
  storeFixture,
} from '../store.fixture.ts';
import { eventsPath, storePath } from '../wire.ts';
import {
  freshStoreId,
  type TestDatabase,
  testDatabase,
  withoutPostgres,
} from './head-office.fixture.ts';
import { type HeadOffice, startHeadOffice } from './head-office.ts';
import { systemClock } from './runtime.ts';

const TOKEN = 'a-token-of-the-store';
const TODAY_MS = Date.now();

describe.skipIf(withoutPostgres())('head office', () => {
  let database: TestDatabase;
  let headOffice: HeadOffice;
  /** Filled as stores are made; head office reads it at every request. */
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    headOffice = await startHeadOffice({
      port: 0,
      dataDir: '',
      databaseUrl: database.url,
      tokens,
      operatorToken: 'the-operators-token',
      clock: systemClock(),
      log: silent,
    });
  });

  afterAll(async () => {
    await headOffice?.close();
    await database?.close();
  });

  const newStore = (options?: FixtureOptions): StoreFixture => {
    const storeId = freshStoreId();
    tokens[storeId] = TOKEN;
    return storeFixture(storeId, options);
  };

  const post = (store: StoreFixture, text: string, headers: Record<string, string> = {}) =>
    postBytes(store, gzipSync(text), headers);
  const postBytes = async (
    store: StoreFixture,
    bytes: Uint8Array,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(headOffice.url + eventsPath(store.storeId), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
        ...headers,
      },
      body: new Uint8Array(bytes),
    });
    return { status: response.status, body: await response.json() };
  };
  const send = (store: StoreFixture, from: number, to: number) =>
    post(store, batchText(store, from, to));

  const held = (store: StoreFixture) => headOffice.events(store.storeId, 0, 100_000);
  const refused = (status: number, code: string) => ({
    status,
    body: { code, message: expect.anything(), next: expect.anything() },
  });

  it('holds what a store sent, byte for byte, and says how far', async () => {
    const store = newStore({ random: seededRandom(testSeed('ingest')) });
    store.sell(200);
    const answer = await send(store, 1, 200);
    expect(answer).toEqual({ status: 200, body: { acked: 200, epoch: 1, quarantined: [] } });
    expect(await held(store)).toEqual(store.events);
    const state = await headOffice.state(store.storeId);
    expect(state).toMatchObject({ headSeq: 200, headHash: store.events[199]?.hash, events: 200 });
  });

  it('takes the same batch three times and overlapping ones without doubling anything', async () => {
    const store = newStore();
    store.sell(30);
    for (const [from, to] of [
      [1, 10],
      [1, 10],
      [1, 10],
      [5, 20],
      [1, 20],
      [18, 30],
      [2, 3],
    ] as const) {
      expect((await send(store, from, to)).status).toBe(200);
    }
    expect(await held(store)).toEqual(store.events);
    expect(await headOffice.state(store.storeId)).toMatchObject({ events: 30, headSeq: 30 });
  });

  it('a batch from beyond what it holds is not taken, and the answer says where to go on', async () => {
    const store = newStore();
    store.sell(9);
    expect((await send(store, 4, 6)).body).toEqual({ acked: 0, epoch: 0, quarantined: [] });
    await send(store, 1, 3);
    expect((await send(store, 7, 9)).body).toMatchObject({ acked: 3 });
    expect(await held(store)).toEqual(store.events.slice(0, 3));
    expect((await post(store, '')).body).toMatchObject({ acked: 3 });
  });

  it('random splits in random order end at the same ledger, and at any time a prefix of it', async () => {
    const seed = testSeed('splits');
    const random = seededRandom(seed);
    const store = newStore({ random });
    store.sell(60);
    for (let step = 0; (await held(store)).length < 60; step++) {
      expect(step, `SEED=${seed}`).toBeLessThan(2000);
      const from = 1 + pickBelow(random, 60);
      await send(store, from, Math.min(60, from + pickBelow(random, 25)));
      const prefix = await held(store);
      expect(prefix, `SEED=${seed}`).toEqual(store.events.slice(0, prefix.length));
    }
  });

  it('two batches at the same moment are taken one after the other', async () => {
    const store = newStore();
    store.sell(50);
    const answers = await Promise.all([1, 1, 1, 1, 1].map(() => send(store, 1, 50)));
    expect(answers.map(({ body }) => body.acked)).toEqual([50, 50, 50, 50, 50]);
    expect(await headOffice.state(store.storeId)).toMatchObject({ events: 50 });
  });

  it('two boxes under one store: the second one is told of the fork, and nothing of it is merged', async () => {
    const store = newStore();
    store.sell(5);
    const clone = storeFixture(store.storeId, { events: store.events.slice(0, 3) });
    clone.append(saleOf(1));
    clone.append(saleOf(2));
    clone.sell(3);
    await send(store, 1, 5);
    expect(await send(clone, 4, 5)).toMatchObject(refused(409, 'FORK'));
    expect(await send(clone, 1, 8)).toMatchObject(refused(409, 'FORK'));
    expect(await send(clone, 6, 8)).toMatchObject(refused(409, 'FORK'));
    expect(await held(store)).toEqual(store.events);
    expect((await send(store, 5, 5)).status).toBe(200);
  });

  it('a restored ledger goes on under a new epoch; the box it replaced is turned away', async () => {
    const store = newStore();
    store.sell(6);
    await send(store, 1, 5);
    const restored = storeFixture(store.storeId, { epoch: 2, events: store.events.slice(0, 3) });
    restored.append(saleOf(700));
    restored.sell(1);
    expect((await send(restored, 2, 3)).body).toMatchObject({ acked: 5, epoch: 1 });
    expect((await send(restored, 3, 5)).body).toMatchObject({ acked: 5, epoch: 2 });
    expect(await held(store)).toEqual(restored.events);
    expect(await headOffice.state(store.storeId)).toMatchObject({ epoch: 2, events: 7 });
    expect(await send(store, 5, 6)).toMatchObject(refused(409, 'OLD_EPOCH'));
    expect((await send(store, 1, 5)).status).toBe(200);
    const again = storeFixture(store.storeId, { epoch: 2, events: store.events.slice(0, 2) });
    again.append(saleOf(1));
    expect(await send(again, 1, 3)).toMatchObject(refused(409, 'FORK'));
  });

  it('what it does not understand is kept, listed, and holds up nothing', async () => {
    const store = newStore();
    store.sell(1);
    store.append({ type: 'DroneLanded', body: {} });
    store.appendBroken();
    store.append({ type: 'Booted', body: {} }, { v: 9 });
    store.append({ type: 'SaleCompleted', body: { totalFen: 'many' } });
    store.append({ type: 'SaleCompleted', body: [] });
    store.sell(1);
    for (let time = 0; time < 2; time++) {
      const { body } = await send(store, 1, 7);
      expect(body).toEqual({ acked: 7, epoch: 1, quarantined: [2, 3, 4, 5, 6] });
    }
    expect(await held(store)).toEqual(store.events);
    const state = await headOffice.state(store.storeId);
    expect(state?.quarantined.map(({ reason }) => reason)).toEqual([
      'unknown type DroneLanded',
      'unreadable body',
      'unknown version 9',
      'no total',
      'unreadable body',
    ]);
  });

  it('a changed byte, a changed hash, a missing event and a foreign one are refused whole', async () => {
    const store = newStore();
    store.sell(2);
    store.append(saleOf(500));
    const text = batchText(store, 1, 3);
    const lines = text.split('\n');
    const wrong: [string, number, string][] = [
      [text.replace('"totalFen":500', '"totalFen":501'), 409, 'BAD_HASH'],
      [text.replace(/"hash":"./, '"hash":"x'), 422, 'BAD_LINE'],
      [text.replace(/"hash":"\w{64}/, `"hash":"${'0'.repeat(64)}`), 409, 'BAD_HASH'],
      [`${lines[0]}\n${lines[2]}\n`, 409, 'BROKEN_CHAIN'],
      [`${lines[1]}\n${lines[0]}\n`, 409, 'BROKEN_CHAIN'],
      ['{"seq":1}\n', 422, 'BAD_LINE'],
    ];
    for (const [body, status, code] of wrong) {
      expect(await post(store, body)).toMatchObject(refused(status, code));
    }
    const foreign = newStore();
    foreign.sell(1);
    expect(await post(store, batchText(foreign, 1, 1))).toMatchObject(refused(422, 'WRONG_STORE'));
    const rootless = newStore();
    rootless.append(saleOf(1), { prev: 'a'.repeat(64) });
    expect(await send(rootless, 1, 1)).toMatchObject(refused(409, 'BROKEN_CHAIN'));
    expect(await held(store)).toEqual([]);
  });

  it('whatever byte is changed on the way, nothing false is kept and nothing breaks', async () => {
    const seed = testSeed('changed bytes');
    const random = seededRandom(seed);
    const store = newStore({ random });
    store.sell(12);
    await send(store, 1, 4);
    const sound = Buffer.from(batchText(store, 3, 12));
    for (let change = 0; change < 150; change++) {
      const text = Buffer.from(sound);
      const packed = change % 3 === 0;
      const bytes = packed ? gzipSync(text) : text;
      const at = pickBelow(random, bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + pickBelow(random, 255));
      const { status } = await postBytes(store, packed ? bytes : gzipSync(bytes));
      // A changed byte of gzip's own header may still unpack to the same text.
      const allowed = packed ? [200, 409, 415, 422] : [409, 422];
      expect(allowed, `byte ${at}, SEED=${seed}`).toContain(status);
    }
    const kept = await held(store);
    expect(kept).toEqual(store.events.slice(0, kept.length));
  });

  it('a wrong token, no token and an unknown store get the same answer', async () => {
    const store = newStore();
    store.sell(1);
    const text = batchText(store, 1, 1);
    const unknown = { ...store, storeId: freshStoreId() };
    for (const [of, authorization] of [
      [store, 'Bearer another-token'],
      [store, ''],
      [store, TOKEN],
      [unknown, `Bearer ${TOKEN}`],
      [{ ...store, storeId: 'constructor' }, `Bearer ${TOKEN}`],
      [store, 'Bearer the-operators-token'],
    ] as const) {
      expect(await post(of, text, { authorization })).toMatchObject(refused(401, 'TOKEN_REFUSED'));
    }
  });

  it('a small body that would unpack to gigabytes is refused, and so is one that is not gzip', async () => {
    const store = newStore();
    const bomb = '0'.repeat(17 * 1024 * 1024);
    expect(await post(store, bomb)).toMatchObject(refused(413, 'BODY_TOO_LARGE'));
    const plain = { 'content-encoding': 'identity' };
    expect(await post(store, '', plain)).toMatchObject(refused(415, 'BODY_NOT_GZIP'));
    const rubbish = Buffer.from('not gzip');
    expect(await postBytes(store, rubbish)).toMatchObject(refused(415, 'BODY_NOT_GZIP'));
  });

  it('adds up what was sold today, and shows it on its page without a script', async () => {
    const store = newStore();
    store.append(saleOf(1234), { wallMs: TODAY_MS });
    store.append(saleOf(100_066), { wallMs: TODAY_MS });
    store.append(saleOf(5), { wallMs: TODAY_MS - 3 * 86_400_000 });
    await send(store, 1, 3);
    const state = await headOffice.state(store.storeId);
    expect(state).toMatchObject({ todaySales: 2, todayFen: 101_300 });
    const response = await fetch(headOffice.url);
    const html = await response.text();
    expect(html).toContain(store.storeId);
    expect(html).toContain('¥1013.00');
    expect(html).toContain('今日销售额');
    expect(html).toContain('交易完成<small>SaleCompleted</small>');
    expect(html).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('a name from outside is text on the page, never markup', async () => {
    const store = newStore();
    store.append({ type: '<b>Odd</b>', body: {} }, { wallMs: TODAY_MS + 60_000 });
    await send(store, 1, 1);
    const html = await (await fetch(headOffice.url)).text();
    expect(html).toContain('&lt;b&gt;Odd&lt;/b&gt;');
  });

  it('gives a store its ledger back, as it was sent', async () => {
    const store = newStore();
    store.sell(5);
    await send(store, 1, 5);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const url = `${headOffice.url}${eventsPath(store.storeId)}?after=2&limit=2`;
    expect(await (await fetch(url, { headers })).text()).toBe(batchText(store, 3, 4));
    const odd = await fetch(url.replace('after=2', 'after=two'), { headers });
    expect([odd.status, (await odd.json()).code]).toEqual([400, 'BAD_REQUEST']);
    const state = await fetch(headOffice.url + storePath(store.storeId), { headers });
    expect(await state.json()).toMatchObject({ storeId: store.storeId, headSeq: 5 });
  });

  it('is well, and has no page of another name', async () => {
    expect((await fetch(`${headOffice.url}/healthz`)).status).toBe(200);
    for (const path of ['/admin', '/fonts/none.css', '/fonts/..%2f..%2fpackage.json']) {
      const missing = await fetch(headOffice.url + path);
      expect([missing.status, (await missing.json()).code]).toEqual([404, 'NOT_FOUND']);
    }
  });
});
