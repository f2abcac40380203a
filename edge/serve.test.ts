/** A running store's three doors: shoppers, the operator, and the box's own socket. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../simulator/goods.ts';
import { payerCode } from '../simulator/twins/acquirer-behaviours.ts';
import { setUpOperator } from './access/access.fixture.ts';
import { CONTROL_SOCKET } from './cli/socket.ts';
import type { Config } from './config/config.ts';
import type { Clock } from './core/ports.ts';
import { silentLog } from './log.ts';
import { type Served, serve } from './serve.ts';
import { openTestStore, type TestStore, withoutPlates } from './store.fixture.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const bottle = catalogue.items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;

let store: TestStore;
let served: Served | undefined;
/** Heartbeats that the servers asked for and did not cancel. */
const beating = new Set<object>();

beforeEach(async () => {
  store = await openTestStore({ goods, catalogue });
  withoutPlates(store);
  await store.ready();
});
afterEach(async () => {
  await served?.close();
  served = undefined;
  expect(beating.size, 'closing leaves no heartbeat').toBe(0);
  await store.free();
});

async function open(listen: Partial<Config['listen']> = {}, more: Partial<Config> = {}) {
  const running = store.controller();
  const ports = { host: '127.0.0.1', kioskPort: 0, adminPort: 0, ...listen };
  const controller = { ...running, config: { ...running.config, ...more, listen: ports } };
  const { dir: dataDir } = store;
  const clock: Clock = {
    ...store.clock,
    after(delayMs, fn) {
      const timer = {};
      beating.add(timer);
      const cancel = store.clock.after(delayMs, () => beating.delete(timer) && fn());
      return () => {
        beating.delete(timer);
        cancel();
      };
    },
  };
  const outcome = await serve({ controller, dataDir, clock, log: silentLog });
  if (outcome.ok) served = outcome.value;
  return outcome;
}

interface Description {
  paths: Record<string, Record<string, { 'x-audience': string }>>;
}

async function described(url: string): Promise<[string, string, string][]> {
  const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as Description;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { 'x-audience': audience }]): [string, string, string] => [audience, method, path],
    ),
  );
}

/** One request to the box's own socket. */
const askBox = (method: string, path: string, body?: object) =>
  new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const text = body && JSON.stringify(body);
    const headers = { host: 'box', ...(text && { 'content-type': 'application/json' }) };
    const socketPath = join(store.dir, CONTROL_SOCKET);
    const asked = request({ socketPath, method, path, headers }, async (answer) => {
      let heard = '';
      for await (const chunk of answer) heard += chunk;
      resolve({ status: answer.statusCode ?? 0, body: heard ? JSON.parse(heard) : undefined });
    });
    asked.on('error', reject);
    asked.end(text);
  });

type Schema = Record<string, unknown>;

/** The body's schema first, then those of path and query. */
function schemasOf(about: Schema): (Schema | undefined)[] {
  const { requestBody, parameters = [] } = about as {
    requestBody?: { content: { 'application/json': { schema: Schema } } };
    parameters?: { schema: Schema }[];
  };
  return [
    requestBody?.content['application/json'].schema,
    ...parameters.map(({ schema }) => schema),
  ];
}

/** Where a schema would take something of any size; what the core checks whole has its own. */
function unbounded(schema: unknown, where: string, loose: Set<string>): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { type, pattern, properties, items, anyOf, ...more } = schema as Schema;
  const told = (what: string) => loose.add(`${where}: ${what}`);
  if (/(options|planogram|promotion|values)$/.test(where)) return;
  if ((type === 'integer' || type === 'number') && !('minimum' in more && 'maximum' in more))
    told('a number without bounds');
  if (type === 'string' && !pattern && !('maxLength' in more) && !('const' in more))
    told('an endless text');
  if (type === 'array' && !('maxItems' in more)) told('an endless list');
  if (type === 'object' && more.additionalProperties !== false) told('an open object');
  for (const [name, each] of Object.entries(properties ?? {}))
    unbounded(each, `${where}.${name}`, loose);
  unbounded(items, `${where}[]`, loose);
  for (const each of (anyOf as unknown[]) ?? []) unbounded(each, where, loose);
}

describe('the doors of a store', () => {
  it('are for one audience each: nothing of the operator or the box answers a shopper', async () => {
    await open();
    const { kioskUrl, adminUrl } = served!;
    const shoppers = await described(kioskUrl);
    const operators = await described(adminUrl);
    expect(new Set(shoppers.map(([audience]) => audience))).toEqual(new Set(['shopper']));
    expect(operators.map(([audience]) => audience)).toContain('operator');
    const paths = shoppers.map(([, method, path]) => `${method} ${path}`);
    expect(paths).toEqual(
      expect.arrayContaining([
        'post /api/lanes/{id}/commands',
        'post /api/lanes/{id}/staff',
        'get /api/lanes/{id}/stream',
        'post /api/counters/{id}/commands',
        'get /api/items',
        'get /api/receipts/{id}',
      ]),
    );
    const shared = ['/', '/api/openapi.json', '/pictures/*'];
    const box = ['/status', '/devices', '/teach', '/teach/publish', '/sync', '/scales/scale-1'];
    const closed = operators.map(([, , path]) => path).filter((path) => !shared.includes(path));
    expect(closed.length).toBeGreaterThanOrEqual(2);
    for (const path of [...closed, '/admin/', ...box]) {
      for (const method of ['GET', 'POST']) {
        const answer = await fetch(kioskUrl + path, { method });
        expect([path, method, answer.status]).toEqual([path, method, 404]);
      }
    }
  });

  it('let only their owner at the box’s own socket', async () => {
    await open();
    const mode = statSync(join(store.dir, CONTROL_SOCKET)).mode & 0o777;
    expect(mode).toBe(0o600);
    expect(await askBox('GET', '/status')).toMatchObject({
      status: 200,
      body: { storeId: catalogue.storeId },
    });
    expect((await askBox('GET', '/devices')).status).toBe(200);
    expect((await askBox('GET', '/scales/scale-9')).status).toBe(404);
    expect((await askBox('POST', '/devices/nothing/restart')).status).toBe(404);
    expect((await askBox('POST', '/devices/printer-1/restart')).status).toBe(200);
    expect((await askBox('POST', '/sync')).status).toBe(200);
    const teach = { counterId: 'counter-1', sku: bottle.sku };
    expect(await askBox('POST', '/teach', teach)).toMatchObject({
      body: { ok: false, refusal: { code: 'CAMERA_SILENT' } },
    });
    await askBox('POST', '/teach/progress', { done: 1, of: 5, sku: bottle.sku });
    expect(store.counter().view().teaching).toMatchObject({ shots: 1, wanted: 5 });
    await askBox('POST', '/teach/progress', { done: 5, of: 5 });
    expect(store.counter().view().teaching).toBeUndefined();
  });

  it('take nothing without an end: every object is closed, every number and text has its bounds', async () => {
    await open();
    const { kioskUrl, adminUrl } = served!;
    const box = (await askBox('GET', '/api/openapi.json')).body;
    const doors = await Promise.all(
      [kioskUrl, adminUrl].map(async (url) => (await fetch(`${url}/api/openapi.json`)).json()),
    );
    const loose = new Set<string>();
    let seen = 0;
    for (const { paths } of [box, ...doors] as { paths: Record<string, object> }[])
      for (const [path, methods] of Object.entries(paths))
        for (const [method, about] of Object.entries(methods)) {
          const [body, ...parameters] = schemasOf(about);
          if (['post', 'put', 'patch'].includes(method) && !body) continue;
          seen += 1;
          for (const each of [body, ...parameters]) unbounded(each, `${method} ${path}`, loose);
        }
    expect(seen).toBeGreaterThan(60);
    expect([...loose]).toEqual([]);
  });

  it('show the operator what is wrong and who needs help', async () => {
    await open();
    await store.press({ kind: 'help' });
    const { adminUrl, setupCode } = served!;
    expect((await fetch(`${adminUrl}/api/status`)).status).toBe(401);
    const visitor = await setUpOperator(adminUrl, setupCode ?? '');
    const status = await (await fetch(`${adminUrl}/api/status`, visitor)).json();
    expect(status).toMatchObject({
      verdict: { level: 'bad' },
      screens: [{ id: 'lane-1', helpSinceWallMs: expect.any(Number) }, { id: 'counter-1' }],
      ledger: { synchronous: 2 },
    });
  });

  it('give a receipt to whoever knows its name, and to nobody else', async () => {
    await open();
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'pay' });
    await store.scan(payerCode('wechat', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
    const id = store.view().done!.receiptPath.split('id=')[1];
    const found = await (await fetch(`${served!.kioskUrl}/api/receipts/${id}`)).json();
    expect(found).toMatchObject({ totalFen: bottle.unitPriceFen, lines: [{ sku: bottle.sku }] });
    expect(JSON.stringify(found)).not.toMatch(/codeTail|orderNo|payer/);
    expect((await fetch(`${served!.kioskUrl}/api/receipts/sale-1`)).status).toBe(404);
  });
});

describe('a door that cannot be opened', () => {
  it('because another program holds the port, says so and leaves no other open', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const outcome = await open({ adminPort: port });
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'PORT_IN_USE' } });
    if (!outcome.ok) expect(outcome.refusal.message.en).toContain(`${port} (adminPort)`);
    expect(beating.size).toBe(0);
    await new Promise((resolve) => holder.close(resolve));
    expect((await open({ adminPort: port })).ok).toBe(true);
  });

  it('because the address is not this box’s, says so', async () => {
    const outcome = await open({ host: '203.0.113.1' });
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'CANNOT_LISTEN' } });
    if (!outcome.ok) expect(outcome.refusal.message.zh).toContain('kioskPort');
  });
});

it('a store speaks with its own voice, and with ours where it has not recorded one', async () => {
  const voiceFolder = join(store.dir, 'voice');
  mkdirSync(join(voiceFolder, 'zh'), { recursive: true });
  writeFileSync(join(voiceFolder, 'zh/k1.prompt.mp3'), 'our own clerk');
  await open({}, { voiceFolder });
  const clip = (name: string) => fetch(`${served?.kioskUrl}/voice/${name}`);
  expect(await (await clip('zh/k1.prompt.mp3')).text()).toBe('our own clerk');
  const ours = await clip('zh/k1.added.mp3');
  expect([ours.status, ours.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
  expect((await clip('zh/none.mp3')).status).toBe(404);
});
