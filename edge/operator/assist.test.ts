/** What staff ask over HTTP: the lanes, a sale, money back, the day and the members. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import { LI } from '../access/access.fixture.ts';
import { openAccess } from '../access/access.ts';
import { silentLog } from '../log.ts';
import { createServer } from '../server/http.ts';
import { openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';
import { assistBox, kioskStaff } from './assist-doors.ts';

const catalogue = demoCatalogue();
const bottle = catalogue.items.find((it) => it.gtin && it.onSale && !it.minimumAge)!;
let store: TestStore;
let server: FastifyInstance;
let keys = 0;

beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue });
  withoutPlates(store);
  await store.ready();
  server = createServer({ log: silentLog, hosts: ['box'] });
  await assistBox(server, store.controller());
});
afterAll(async () => {
  await server.close();
  await store.free();
});

const get = async (url: string) => {
  const answer = await server.inject({ url, headers: { host: 'box' } });
  return { status: answer.statusCode, body: answer.json() };
};
async function post(url: string, payload: object, key: string | undefined = `box-key-${++keys}`) {
  const headers = { host: 'box', ...(key && { 'idempotency-key': key }) };
  const answer = await server.inject({ method: 'POST', url, headers, payload });
  return { status: answer.statusCode, body: answer.json() };
}
const act = (command: object, more: object = { by: 'Li', reason: 'asked' }, where = 'assist') =>
  post(`/api/lanes/lane-1/${where}`, { command, ...more });
const refusal = (code: string) => ({ body: { ok: false, refusal: { code } } });

describe('staff over HTTP', () => {
  it('see the lanes and what waits for a person, and take cash', async () => {
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'pay' });
    await store.press({ kind: 'pay-cash' });
    const { body } = await get('/api/assist');
    expect(body.lanes).toMatchObject([{ laneId: 'lane-1', screen: 'paying' }]);
    expect(body.byHand).toMatchObject([{ what: 'take-cash', amountFen: bottle.unitPriceFen }]);
    const cash = { kind: 'take-cash', receivedFen: bottle.unitPriceFen };
    expect(await act(cash, { reason: 'asked' })).toMatchObject(refusal('NAME_MISSING'));
    expect(await act(cash)).toMatchObject({ body: { ok: true } });
    const { receiptNo } = store.view().done!;
    const sale = await get(`/api/sales/${receiptNo}`);
    expect(sale.body).toMatchObject({
      phase: 'completed',
      tenders: [{ channel: 'cash', by: 'Li' }],
    });
    expect((await get('/api/sales/R999999')).status).toBe(404);
  });

  it('give money back only over the way for money, and only with a key', async () => {
    const refund = { kind: 'refund', receiptNo: store.view().done!.receiptNo, lines: [] };
    const who = { by: 'Li', reason: 'spoilt' };
    expect(await act(refund)).toMatchObject(refusal('MONEY_ELSEWHERE'));
    expect(await post('/api/lanes/lane-1/money', { command: refund, ...who }, '')).toMatchObject({
      status: 400,
    });
    expect((await post('/api/lanes/lane-9/money', { command: refund, ...who })).status).toBe(404);
    expect((await act({ kind: 'dance' })).status).toBe(400);
    expect(await act({ ...refund, receiptNo: 'R9' }, who, 'money')).toMatchObject(
      refusal('RECEIPT_NOT_FOUND'),
    );
    expect(await act(refund, who, 'money')).toMatchObject({ body: { ok: true } });
    expect(await act(refund, who, 'money')).toMatchObject(refusal('NOTHING_TO_REFUND'));
  });

  it('close the day once under one key, see it again, and hold a statement against it', async () => {
    expect((await get('/api/day')).body).toMatchObject({ kind: 'X', totals: { sales: 1 } });
    const close = () => post('/api/day/close', { by: 'Li', print: false }, 'close-key-1');
    expect(await close()).toMatchObject({ body: { report: { kind: 'Z', closeNo: 1 } } });
    expect(await close()).toMatchObject({ body: { report: { closeNo: 1, copy: true } } });
    expect((await get('/api/day/closes/last')).body).toMatchObject({ closeNo: 1 });
    expect((await get('/api/day/closes/7')).status).toBe(404);
    expect((await get('/api/day/closes')).body).toMatchObject({
      closes: [{ closeNo: 1, by: 'Li', sales: 1, netFen: 0 }],
      more: false,
    });
    expect((await get('/api/day/closes?before=1')).body).toEqual({ closes: [], more: false });
    expect((await post('/api/day/print', { by: 'Li', closeNo: 7 })).status).toBe(404);
    expect((await post('/api/day/print', {})).status).toBe(400);
    expect((await post('/api/day/close', { print: false })).status).toBe(400);
    expect((await post('/api/day/close', { by: 'Li', print: false }, '')).status).toBe(400);
    const bill = { by: 'Li', text: 'no statement' };
    expect(await post('/api/day/reconcile', bill)).toMatchObject(refusal('STATEMENT_UNREADABLE'));
    expect((await post('/api/day/reconcile', { text: '' })).status).toBe(400);
  });

  it('enrol and erase members', async () => {
    const member = { number: '13800002222', tier: 'gold', senior: true, by: 'Li' };
    expect(await post('/api/members', member)).toMatchObject({ body: { ok: true } });
    expect(await post('/api/members', member)).toMatchObject(refusal('MEMBER_EXISTS'));
    const erase = { number: member.number, reason: 'asked', by: 'Li' };
    expect(await post('/api/members/erase', erase)).toMatchObject({ body: { ok: true } });
    expect(await post('/api/members/erase', erase)).toMatchObject(refusal('MEMBER_UNKNOWN'));
    expect((await post('/api/members', { ...member, by: undefined })).status).toBe(400);
  });

  it('recall what was parked', async () => {
    await store.press({ kind: 'finish' });
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'park' });
    const { parked } = (await get('/api/assist')).body;
    expect(await act({ kind: 'recall', code: parked[0].code })).toMatchObject({
      body: { ok: true },
    });
    await store.press({ kind: 'pay' });
    await store.scan(payerCode('wechat', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
  });
});

it('staff at a kiosk take it out of service by PIN, and it is seen from afar and put back', async () => {
  const { dir: dataDir, clock } = store;
  const access = openAccess({ dataDir, clock, today: () => '2026-11-23', tell: () => {} });
  await access.setUp(access.setupCode() ?? '', LI);
  const kiosk = createServer({ log: silentLog, hosts: ['box'] });
  await kioskStaff(kiosk, store.controller(), access);
  const ask = async (pin: string) => {
    const payload = { kind: 'lock', why: 'cleaning', id: LI.id, pin };
    const headers = { host: 'box', 'idempotency-key': `kiosk-key-${++keys}` };
    const url = '/api/lanes/lane-1/staff';
    return (await kiosk.inject({ method: 'POST', url, headers, payload })).json();
  };
  const lane = async () => (await get('/api/assist')).body.lanes[0];
  await store.press({ kind: 'finish' });
  expect(await ask('000000')).toMatchObject({ refusal: { code: 'SIGN_IN_WRONG' } });
  expect(await lane()).not.toHaveProperty('locked');
  expect(await ask(LI.pin)).toEqual({ ok: true });
  expect(await lane()).toMatchObject({ locked: true });
  const [event] = store.controller().ledger.about('lane:lane-1');
  expect(event?.body).toMatchObject({ why: 'cleaning', by: { id: LI.id, name: LI.name } });
  expect(JSON.stringify(store.controller().ledger.tail(50))).not.toContain(LI.pin);
  expect(await act({ kind: 'unlock' })).toMatchObject({ body: { ok: true } });
  expect(await lane()).not.toHaveProperty('locked');
  await kiosk.close();
});
