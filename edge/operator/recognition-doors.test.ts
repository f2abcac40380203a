/** The recognition routes over HTTP, in a store with the real model: each, who may, bounds, refusals. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildChild } from '../../models/fixtures.ts';
import { DEFAULT_PACK_DIR, openPack } from '../../models/pack.ts';
import { type CatalogueArticle, demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { LI } from '../access/access.fixture.ts';
import { openAccess } from '../access/access.ts';
import { realRecogniser } from '../cli/sim/recognition.ts';
import type { RecognitionRoomView } from '../core/views/recognition-view.ts';
import { accessRoutes } from '../server/access.ts';
import { guardOperator } from '../server/guard.ts';
import { createServer } from '../server/http.ts';
import { recognitionRoutes } from '../server/recognition.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';
import { modelsOf } from './model-choice.ts';
import { countRecognitionDays } from './recognition-days.ts';
import { recognitionDoors } from './recognition-doors.ts';

const catalogue = demoCatalogue();
const [apple, pear] = catalogue.items.filter(
  ({ plu, priceBasis, onSale }) => plu && priceBasis !== 'each' && onSale,
) as [CatalogueArticle, CatalogueArticle];
const WANG = { id: 'wang', name: '王强', password: 'quiet-harbour-7', pin: '739102' };
const SUN = { id: 'sun', name: '孙岚', password: 'silver-window-3', pin: '640917' };

let store: TestStore;
let server: FastifyInstance;
const sessions = new Map<string, Record<string, string>>();

beforeAll(async () => {
  buildChild();
  const opened = openPack(DEFAULT_PACK_DIR);
  if (!opened.ok) throw new Error(opened.detail);
  const goods = demoGoods();
  store = await openTestStore({ goods, catalogue, recogniser: realRecogniser, pack: opened.pack });
  await store.ready();
  const { clock } = store;
  const access = openAccess({ dataDir: store.dir, clock, today: () => '2026-01-01', tell() {} });
  await access.setUp(access.setupCode() ?? '', LI);
  await access.add({ ...WANG, role: 'attendant' }, 'li');
  await access.add({ ...SUN, role: 'auditor' }, 'li');
  server = createServer({ log: { error: () => {} }, frames: "'none'" });
  const door = { access, secure: false };
  guardOperator(server, door);
  await server.register(accessRoutes, door);
  const controller = store.controller();
  const days = countRecognitionDays(controller);
  await server.register(
    recognitionRoutes,
    recognitionDoors(controller, days, modelsOf(controller, store.dir)),
  );
  for (const { id, password } of [LI, WANG, SUN]) {
    const url = '/api/session';
    const answer = await server.inject({ method: 'POST', url, payload: { id, password } });
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    sessions.set(id, { cookie, 'x-csrf-token': answer.json().csrf });
  }
}, 60_000);
afterAll(async () => {
  await server.close();
  await store.free();
});

async function ask(who: string, route: string, payload?: object) {
  const [method, path] = route.split(' ') as ['GET' | 'POST', string];
  const headers = { ...sessions.get(who) };
  const url = `/api/recognition${path}`;
  const sent = server.inject({ method, url, headers, ...(payload && { payload }) });
  const answer = await store.real(Promise.resolve(sent));
  const isJson = String(answer.headers['content-type']).includes('json');
  const body = isJson ? answer.json() : {};
  return { status: answer.statusCode, body, bytes: answer.rawPayload, headers: answer.headers };
}
/** The code of a refusal, `done`, or the status where it was no answer at all. */
async function said(who: string, route: string, payload: object = {}) {
  const { status, body } = await ask(who, route, payload);
  if (status !== 200) return body.error?.code ?? status;
  return body.ok === false ? body.refusal.code : 'done';
}
const room = async (): Promise<RecognitionRoomView> => (await ask('li', 'GET ')).body;
const handled = () =>
  store
    .controller()
    .ledger.tail(300)
    .flatMap((event) => (event.type === 'GalleryHandled' ? [event.body] : []));

async function lay(sku: string, pieces = 3) {
  store.world.take('plate-1', 'all');
  await store.run(1_500);
  store.world.place('plate-1', sku, pieces);
  await store.run(2_500);
}
const at = (route: string, sku: string) => ask('wang', `GET /counters/${route}/look?sku=${sku}`);
const shots = (sku: string) => said('wang', 'POST /counters/counter-1/shots', { sku });

describe('who may', () => {
  /** Every route with a body that would do, and the first role of the table that may not. */
  const ROUTES: [string, object | undefined, 'sun' | 'wang' | 'nobody'][] = [
    ['GET ', undefined, 'nobody'],
    ['GET /versions', undefined, 'nobody'],
    ['GET /packs', undefined, 'nobody'],
    ['GET /samples/1001', undefined, 'nobody'],
    ['GET /pictures/review-1', undefined, 'sun'],
    ['POST /review/review-1', { verdict: 'skip' }, 'sun'],
    ['GET /counters/counter-1/look?sku=1001', undefined, 'sun'],
    ['POST /counters/counter-1/shots', { sku: '1001' }, 'sun'],
    ['POST /counters/counter-1/end', {}, 'sun'],
    ['POST /samples/s-1/remove', {}, 'sun'],
    ['POST /refit', { what: 'rehearse' }, 'sun'],
    ['POST /forget', {}, 'sun'],
    ['POST /roll-back', { version: 1 }, 'wang'],
    ['POST /pack', { name: 'shipped' }, 'wang'],
    ['GET /gallery', undefined, 'wang'],
    ['POST /gallery', { base64: '' }, 'wang'],
  ];

  it('the table is every route there is', async () => {
    const { paths } = (await server.inject('/api/openapi.json')).json();
    const there = Object.entries<Record<string, { 'x-audience': string }>>(paths)
      .filter(([path]) => path.startsWith('/api/recognition'))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, about]) => {
          expect(about['x-audience']).toBe('operator');
          return `${method.toUpperCase()} ${path.replace('/api/recognition', '')}`;
        }),
      );
    const shape = (route: string) => route.replaceAll(/\{\w+\}/g, '*').replace(/\?.*/, '');
    const known = ROUTES.map(([route]) =>
      route.replace(/\?.*/, '').replace(/(review-1|s-1|counter-1|1001)/, '*'),
    );
    expect(there.map(shape).sort()).toEqual(known.sort());
  });

  it.each(ROUTES)(
    '%s is shut to strangers, and to whom it is not for',
    async (route, body, not) => {
      expect(await said('nobody', route, body ?? {})).toBe('SESSION_ENDED');
      if (not !== 'nobody') expect(await said(not, route, body ?? {})).toBe('ROLE_REFUSED');
      if (not === 'wang') expect(await said('sun', route, body ?? {})).toBe('ROLE_REFUSED');
      if (not === 'nobody') expect((await ask('sun', route)).status).toBe(200);
    },
  );

  it('a change without the session’s token is refused', async () => {
    const { cookie = '' } = sessions.get('li') ?? {};
    const url = '/api/recognition/forget';
    const answer = await server.inject({ method: 'POST', url, headers: { cookie }, payload: {} });
    expect(answer.statusCode).toBe(403);
  });
});

describe('bounds', () => {
  it.each<[string, object | undefined, number]>([
    ['POST /review/review-1', { verdict: 'burn' }, 400],
    ['POST /review/review-1', { verdict: 'relabel' }, 400],
    ['POST /review/review-1', { verdict: 'skip', sku: '1001' }, 400],
    [`POST /review/${'a'.repeat(121)}`, { verdict: 'skip' }, 414],
    ['GET /pictures/..%2F..%2Fetc', undefined, 400],
    ['GET /pictures/none-such', undefined, 404],
    [`GET /samples/${'a'.repeat(65)}`, undefined, 400],
    ['GET /counters/counter-1/look', undefined, 400],
    ['GET /counters/counter-9/look?sku=1001', undefined, 404],
    ['POST /counters/counter-9/shots', { sku: '1001' }, 404],
    ['POST /counters/counter-1/shots', {}, 400],
    ['POST /counters/counter-1/shots', { sku: '1001', count: 20 }, 400],
    ['POST /refit', { what: 'everything' }, 400],
    ['POST /roll-back', { version: 0 }, 400],
    ['POST /roll-back', { version: 1.5 }, 400],
    ['POST /gallery', { base64: 'not base64!' }, 400],
  ])('%s %o answers %i', async (route, body, status) => {
    expect((await ask('li', route, body)).status).toBe(status);
  });
});

describe('teaching, in the order of a person at the scale', () => {
  it('an empty plate is looked at and not taught', async () => {
    store.world.take('plate-1', 'all');
    await store.run(2_500);
    const { body } = await at('counter-1', apple.sku);
    expect(body).toMatchObject({ ok: true, value: { verdict: 'empty', candidates: [] } });
    expect(await shots(apple.sku)).toBe('TEACH_PLATE_EMPTY');
  });

  it('goods are seen, taught, listed by sample, and the act is in the ledger by name', async () => {
    for (const { sku } of [apple, pear])
      for (const pieces of [2, 3, 4]) {
        await lay(sku, pieces);
        const { body } = await at('counter-1', sku);
        expect(['fine', 'same']).toContain(body.value.verdict);
        expect(Buffer.from(body.value.jpeg, 'base64').readUInt16BE(0)).toBe(0xffd8);
        expect(await shots(sku)).toBe('done');
      }
    expect((await room()).counters[0]?.teaching).toEqual({ sku: pear.sku, shots: 3 });
    expect(await said('wang', 'POST /counters/counter-1/end')).toBe('done');
    expect((await room()).counters[0]?.teaching).toBeUndefined();
    expect(handled().slice(-2)).toMatchObject([
      { act: 'teach', by: WANG.name, sku: apple.sku, samples: 3 },
      { act: 'teach', by: WANG.name, sku: pear.sku, samples: 3 },
    ]);
    const { samples } = (await ask('sun', `GET /samples/${apple.sku}`)).body;
    expect(samples).toHaveLength(3);
    expect(samples[0]).toMatchObject({ origin: 'taught', pictured: false });
    expect(await room()).toMatchObject({ items: 2, samples: 6, unpublished: true });
  });

  it('goods that still move, and more shots than help, are refused', async () => {
    store.world.press('plate-1', 900);
    await store.run(5_000, () => store.counter().view().weigh.weight.kind === 'moving');
    expect(await shots(pear.sku)).toBe('TEACH_GOODS_MOVING');
    store.world.press('plate-1', 0);
    await store.run(2_500);
    for (let shot = 0; shot < 20; shot += 1) expect(await shots(pear.sku)).toBe('done');
    expect(await shots(pear.sku)).toBe('TEACH_ENOUGH');
    await said('wang', 'POST /counters/counter-1/end');
    await said('li', 'POST /forget');
    expect(await room()).toMatchObject({ samples: 0, unpublished: false });
  }, 30_000);
});

describe('publishing and going back', () => {
  async function taught(pieces: number[]) {
    for (const { sku } of [apple, pear])
      for (const each of pieces) {
        await lay(sku, each);
        expect(await shots(sku)).toBe('done');
      }
    await said('wang', 'POST /counters/counter-1/end');
  }
  async function refit(what: 'rehearse' | 'publish') {
    expect(await said('wang', 'POST /refit', { what })).toBe('done');
    await expect.poll(async () => (await room()).refit?.state, { timeout: 9_000 }).toBe('done');
    return (await room()).refit;
  }

  it('is tried, published, listed, taken back by sample and by version', async () => {
    await taught([1, 2, 3, 4]);
    expect(await refit('rehearse')).toMatchObject({ what: 'rehearse', worse: false });
    expect((await room()).version).toBe(0);
    expect(await refit('publish')).toMatchObject({ what: 'publish', version: 1 });
    const { samples } = (await ask('li', `GET /samples/${pear.sku}`)).body;
    const remove = `POST /samples/${samples[0].sampleId}/remove`;
    expect([await said('wang', remove), await said('wang', remove)]).toEqual([
      ...['done', 'SAMPLE_UNKNOWN'],
    ]);
    expect(await refit('publish')).toMatchObject({ version: 2 });
    const { versions } = (await ask('sun', 'GET /versions')).body;
    expect(versions).toMatchObject([
      { version: 2, samples: 7 },
      { version: 1, samples: 8 },
    ]);
    expect(await said('li', 'POST /roll-back', { version: 99 })).toBe('VERSION_UNKNOWN');
    expect(await said('li', 'POST /roll-back', { version: 1 })).toBe('done');
    expect(await room()).toMatchObject({ version: 3, samples: 8 });
    expect(handled().at(-1)).toMatchObject({ act: 'roll-back', by: LI.name, version: 1 });
  }, 30_000);

  it('knows which model it was taught with; another is refused where there is none', async () => {
    const { packs } = (await ask('sun', 'GET /packs')).body;
    const { sha256 } = packs[0];
    expect(packs).toMatchObject([{ name: 'shipped', state: 'current', items: 2 }]);
    expect((await room()).model).toMatchObject({ packSha256: sha256 });
    expect(await said('li', 'POST /pack', { name: 'produce-9' })).toBe('PACK_UNKNOWN');
    expect(await said('li', 'POST /pack', { name: 'shipped' })).toBe('done');
    expect(handled().at(-1)).toMatchObject({ act: 'use-pack', by: LI.name, pack: 'shipped' });
  });

  it('travels to another scale as a file, and a file that is none is refused', async () => {
    const { status, bytes, headers } = await ask('li', 'GET /gallery');
    expect([status, headers['content-disposition']]).toEqual([
      ...[200, expect.stringContaining('yike-learnt.ykg')],
    ]);
    const base64 = bytes.toString('base64');
    const again = await ask('li', 'POST /gallery', { base64 });
    expect(again.body).toMatchObject({ ok: true, value: { added: 0, items: 2 } });
    const broken = base64.slice(0, 400);
    expect(await said('li', 'POST /gallery', { base64: broken })).toBe('GALLERY_BROKEN');
    expect(await said('li', 'POST /gallery', { base64: '' })).toBe('GALLERY_BROKEN');
  });
});

describe('a second look', () => {
  it('of what is not there is refused; of what is, relabelled, undone, skipped, once each', async () => {
    const { recognition, review, stations } = store.controller();
    expect(await said('wang', 'POST /review/none', { verdict: 'skip' })).toBe('REVIEW_UNKNOWN');
    await lay(apple.sku, 3);
    const scale = store.controller().config.counters[0]!.scale;
    await store.run(5_000, () => stations.get(scale)?.lying()?.sighting !== undefined);
    const sightingId = stations.get(scale)?.lying()?.sighting?.sightingId ?? '';
    expect(recognition.sighting(sightingId)).toBeDefined();
    const doubtful = { sightingId, at: 'counter-1', chosenSku: pear.sku } as const;
    expect(await review.offer({ ...doubtful, why: 'contradicted' })).toBe(true);
    const [entry] = (await room()).queue;
    expect(entry).toMatchObject({
      chosen: { sku: pear.sku },
      why: 'contradicted',
      pictured: false,
    });
    const decide = (payload: object) => said('wang', `POST /review/${entry!.reviewId}`, payload);
    const before = recognition.samplesOf(apple.sku);
    expect(await decide({ verdict: 'undo' })).toBe('REVIEW_DECIDED');
    expect(await decide({ verdict: 'relabel', sku: apple.sku })).toBe('done');
    expect(recognition.samplesOf(apple.sku)).toBe(before + 1);
    expect(await decide({ verdict: 'skip' })).toBe('REVIEW_DECIDED');
    expect(await decide({ verdict: 'undo' })).toBe('done');
    expect(recognition.samplesOf(apple.sku)).toBe(before);
    expect(await decide({ verdict: 'skip' })).toBe('done');
    expect((await room()).queue).toEqual([]);
    expect(handled().slice(-3)).toMatchObject([
      { act: 'relabel', by: WANG.name, sku: apple.sku },
      { act: 'undo-review' },
      { act: 'skip' },
    ]);
  });
});

it('a camera that is away is said so, in words', async () => {
  store.world.unplug('camera-1');
  await store.run(5_000);
  expect((await at('counter-1', apple.sku)).body).toMatchObject({
    ...{ ok: false, refusal: { code: 'CAMERA_SILENT' } },
  });
  expect(await shots(apple.sku)).toBe('CAMERA_SILENT');
});
