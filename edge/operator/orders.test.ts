/** Orders over HTTP, in a store that really sold them: found, looked at, taken away as files. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import type { Access } from '../access/access.ts';
import { silentLog } from '../log.ts';
import { createServer } from '../server/http.ts';
import { openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';
import { assistBox } from './assist-doors.ts';
import { ledgerRooms, sharedByDoors } from './ledger-rooms.ts';
import { startOfDay } from './orders.ts';

const catalogue = demoCatalogue();
const bottle = catalogue.items.find((it) => it.gtin && it.onSale && !it.minimumAge)!;
let store: TestStore;
let server: FastifyInstance;
let shared: ReturnType<typeof sharedByDoors>;
let receiptNo: string;
const access = { people: () => [] } as Partial<Access> as Access;
let keys = 0;

async function buyWithCash(): Promise<string> {
  await store.scan(bottle.gtin!);
  await store.press({ kind: 'pay' });
  await store.press({ kind: 'pay-cash' });
  await act({ kind: 'take-cash', receivedFen: bottle.unitPriceFen }, 'assist');
  const { receiptNo: number } = store.view().done!;
  await store.press({ kind: 'finish' });
  return number;
}
const act = (command: object, where: string) =>
  server.inject({
    ...{ method: 'POST', url: `/api/lanes/lane-1/${where}` },
    headers: { host: 'box', 'idempotency-key': `order-key-${++keys}` },
    payload: { command, by: 'Li', reason: 'asked' },
  });
async function get(url: string) {
  const answer = await server.inject({ url, headers: { host: 'box' } });
  return { status: answer.statusCode, body: answer.json() };
}
const rows = async (query: string) => (await get(`/api/orders?${query}`)).body.rows;

beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue });
  withoutPlates(store);
  await store.ready();
  server = createServer({ log: silentLog, hosts: ['box'] });
  const controller = store.controller();
  await assistBox(server, controller);
  const shop = { controller, dataDir: store.dir };
  shared = sharedByDoors(shop);
  await ledgerRooms(
    server,
    shop,
    access,
    shared,
    () => [],
    () => 'http://shop',
  );
  receiptNo = await buyWithCash();
  await buyWithCash();
});
afterAll(async () => {
  shared.close();
  await server.close();
  await store.free();
});

describe('an order', () => {
  it.each([
    ['number', () => receiptNo, 1],
    ['last digits', () => receiptNo.slice(-4), 1],
    ['name', () => encodeURIComponent(bottle.name.zh.slice(0, 2)), 2],
    ['pinyin initials', () => bottle.pinyin[0] ?? '', 2],
    ['amount', () => (bottle.unitPriceFen / 100).toFixed(2), 2],
    ['nothing it has', () => 'zzzz', 0],
  ])('is found by its %s', async (_, q, count) => {
    expect(await rows(`q=${q()}`)).toHaveLength(count);
  });

  it('is narrowed by day, place and state', async () => {
    const { today, places } = (await get('/api/orders/places')).body;
    expect(places).toContainEqual({ id: 'lane-1', kind: 'lane' });
    expect(await rows(`from=${today}&to=${today}&place=lane-1&state=paid`)).toHaveLength(2);
    expect(await rows('to=2001-01-01')).toEqual([]);
    expect(await rows('place=counter-1')).toEqual([]);
    expect(await rows('state=disputed')).toEqual([]);
    expect((await get('/api/orders?state=lost')).status).toBe(400);
  });

  it('is shown with its receipt, its history in words and what is not sent yet', async () => {
    const [{ saleId, unsent }] = await rows(`q=${receiptNo}`);
    expect(unsent).toBe(true);
    const { body } = await get(`/api/orders/${saleId}`);
    expect(body).toMatchObject({ state: 'paid', unsent: true });
    expect(body.receiptPath).toBe(`http://shop/receipt/?id=${saleId}`);
    expect(JSON.stringify(body.paper)).toContain(receiptNo);
    const said = body.history.map((each: { what: { zh: string } }) => each.what.zh);
    expect(said).toEqual(expect.arrayContaining(['开始结账', '添加商品', '收款成功', '交易完成']));
    expect((await get('/api/orders/nothing')).status).toBe(404);
    // A bottle was scanned: no camera looked at it.
    expect(body.looks).toBeUndefined();
    const [{ lineId }] = body.sale.lines;
    expect((await get(`/api/orders/${saleId}/pictures/${lineId}`)).status).toBe(404);
  });

  it('is found as refunded once it was given back', async () => {
    const [{ totalFen }] = await rows(`q=${receiptNo}`);
    await act({ kind: 'refund', receiptNo, lines: [] }, 'money');
    expect(await rows('state=refunded')).toMatchObject([{ receiptNo, refundedFen: totalFen }]);
    expect(await rows('state=paid')).toHaveLength(1);
  });
});

describe('a file of orders', () => {
  const file = (query: string) =>
    server.inject({ url: `/api/orders/file?${query}`, headers: { host: 'box' } });

  it('is CSV that a spreadsheet opens right', async () => {
    const { headers, body } = await file('kind=csv&language=zh');
    expect(headers['content-disposition']).toMatch(/filename="orders-.*\.csv"/);
    expect(body.startsWith('\uFEFF单号,时间')).toBe(true);
    expect(body.trim().split('\r\n')).toHaveLength(3);
    expect(body).toContain(receiptNo);
  });

  it('is an xlsx with numbers that can be added up', async () => {
    const { rawPayload } = await file('kind=xlsx&language=en&state=paid');
    expect(rawPayload.subarray(0, 2).toString()).toBe('PK');
    const { strFromU8, unzipSync } = await import('fflate');
    const sheet = strFromU8(unzipSync(rawPayload)['xl/worksheets/sheet1.xml']!);
    expect(sheet).toContain(`<v>${bottle.unitPriceFen / 100}</v>`);
    expect(sheet.match(/<row /g)).toHaveLength(2);
  });
});

describe('the reports room asks', () => {
  it('for what may mean a loss in a period', async () => {
    const found = store.controller();
    const today = found.localDay(found.clock.wallMs());
    const move = { sku: bottle.sku, location: '', pieces: -3, grams: 0 };
    const body = { cause: 'counted', reason: 'miscount', move } as const;
    found.ledger.append({ source: 'store', events: [{ type: 'StockMoved', body }] });
    const row = {
      ...{ kind: 'stock', sku: bottle.sku, name: bottle.name, pieces: 3, grams: 0 },
      ...{ differenceFen: 3 * bottle.unitPriceFen, locations: [''] },
    };
    for (const days of [1, 7, 30]) {
      const { body: view } = await get(`/api/reports/losses?days=${days}`);
      expect(view).toMatchObject({ days, toDay: today, rows: [row] });
    }
    expect((await get('/api/reports/losses?days=2')).status).toBe(400);
  });

  it('for its rows as a sheet, in which a text is never a formula', async () => {
    const { rawPayload, headers } = await server.inject({
      ...{ method: 'POST', url: '/api/reports/sheet', headers: { host: 'box' } },
      payload: { rows: [['第 3 号', '2026-11-22'], [], ['=1+1', 2, 12.5]] },
    });
    expect(headers['content-type']).toContain('spreadsheetml');
    const { strFromU8, unzipSync } = await import('fflate');
    const sheet = strFromU8(unzipSync(rawPayload)['xl/worksheets/sheet1.xml']!);
    expect(sheet).toContain('<v>12.5</v>');
    expect(sheet).not.toContain('<f>');
  });
});

it.each(['Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati', 'Etc/GMT+12'])(
  'a day begins when it does in %s',
  (timeZone) => {
    const localDay = (ms: number) => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(ms);
    for (const day of ['2026-03-08', '2026-11-01', '2026-12-31']) {
      const first = startOfDay(day, localDay);
      expect([localDay(first - 1) < day, localDay(first)]).toEqual([true, day]);
    }
  },
);
