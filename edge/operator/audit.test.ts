/** The audit over HTTP: who did what, a ledger verified beside the store, backups made and taken. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import type { Access } from '../access/access.ts';
import type { LedgerFilesView } from '../core/views/audit-views.ts';
import { silentLog } from '../log.ts';
import { createServer } from '../server/http.ts';
import { openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';
import { ledgerRooms, sharedByDoors } from './ledger-rooms.ts';

let store: TestStore;
let server: FastifyInstance;
let shared: ReturnType<typeof sharedByDoors>;

beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue: demoCatalogue() });
  withoutPlates(store);
  await store.ready();
  server = createServer({ log: silentLog, hosts: ['box'] });
  const shop = { controller: store.controller(), dataDir: store.dir };
  const people = [{ id: 'li', name: '李梅', role: 'operator', lastDay: '', disabled: false }];
  const access = { people: () => people } as Partial<Access> as Access;
  shared = sharedByDoors(shop);
  await ledgerRooms(
    server,
    shop,
    access,
    shared,
    () => [],
    () => '',
  );
  const body = { personId: 'li', surface: 'admin' };
  shop.controller.ledger.append({ source: 'store', events: [{ type: 'PersonSignedIn', body }] });
});
afterAll(async () => {
  shared.close();
  await server.close();
  await store.free();
});

const ask = async (method: 'GET' | 'POST', url: string) => {
  const headers = { host: 'box' };
  return (await server.inject({ method, url, headers })).json();
};
const work = (): Promise<LedgerFilesView> => ask('GET', '/api/ledger/work');
const ended = () =>
  expect.poll(async () => (await work()).work?.state, { timeout: 60_000 }).not.toBe('running');

describe('who did what', () => {
  it('names the person, in both languages, and by kind', async () => {
    const { rows } = await ask('GET', '/api/audit?kind=access');
    expect(rows).toMatchObject([{ person: '李梅', what: { zh: '登录' }, kind: 'access' }]);
    expect((await ask('GET', '/api/audit?kind=access&person=wang')).rows).toEqual([]);
    expect((await ask('GET', '/api/audit/people')).people).toEqual([{ id: 'li', name: '李梅' }]);
  });

  it('is taken away as CSV', async () => {
    const url = '/api/audit/file?language=zh&kind=access';
    const { body } = await server.inject({ url, headers: { host: 'box' } });
    expect(body.startsWith('\uFEFF序号,')).toBe(true);
    expect(body).toContain('李梅,账号,登录');
  });
});

describe('the ledger’s files', () => {
  it('are verified in a process of their own, one at a time', async () => {
    expect(await ask('POST', '/api/ledger/verify')).toMatchObject({ ok: true });
    expect(await ask('POST', '/api/ledger/verify')).toMatchObject({
      refusal: { code: 'WORK_UNDER_WAY' },
    });
    await ended();
    const { headSeq } = store.controller().ledger.health();
    expect((await work()).work).toMatchObject({ state: 'done', verified: { ok: true, headSeq } });
  }, 90_000);

  it('are not verified any more once it was called off', async () => {
    await ask('POST', '/api/ledger/verify');
    await ask('POST', '/api/ledger/cancel');
    expect((await work()).work?.state).toBe('cancelled');
  });

  it('are copied, listed, verified and taken away', async () => {
    await ask('POST', '/api/ledger/backup');
    await ended();
    const { backups, work: done } = await work();
    expect(done).toMatchObject({ kind: 'backup', state: 'done' });
    const [{ name = '', seq = 0 } = {}] = backups;
    expect(seq).toBeGreaterThan(0);
    const url = `/api/ledger/backups/${name}`;
    const { rawPayload } = await server.inject({ url, headers: { host: 'box' } });
    expect(gunzipSync(rawPayload).includes('SQLite format 3')).toBe(true);
    writeFileSync(join(store.dir, 'backups', name, 'ledger.sqlite'), 'broken');
    await ask('POST', `${url}/verify`);
    await ended();
    expect((await work()).work).toMatchObject({ state: 'done', verified: { ok: false } });
    expect(await ask('POST', '/api/ledger/backups/2001-01-01T000000/verify')).toMatchObject({
      refusal: { code: 'NO_SUCH_BACKUP' },
    });
  }, 120_000);
});

it('the first page has a week in hours, and says that there is no backup older than a week', async () => {
  const { heat, toDos, stock } = await ask('GET', '/api/overview');
  expect(heat).toHaveLength(7);
  expect(heat[0].hours).toHaveLength(24);
  expect(stock).toMatchObject({ empty: 0 });
  expect(toDos.map(({ what }: { what: string }) => what)).not.toContain('backup');
});
