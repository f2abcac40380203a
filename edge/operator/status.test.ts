import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import type { StatusView } from '../core/views/status-view.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';
import { devicePlaces } from './device-places.ts';
import { statusView } from './status.ts';

const catalogue = demoCatalogue();
const bottle = catalogue.items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;
let store: TestStore;

beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue });
  await store.ready();
});
afterAll(() => store.free());

const idle = { link: 'up', unsent: 0, ackedSeq: 9, headSeq: 9 } as const;

let room: StatusView['disk'];

function status(
  sync: Omit<StatusView['sync'], 'priceBookVersion'> = idle,
  safe?: true,
  screens: StatusView['screens'] = [],
): StatusView {
  const { controller, clock } = store;
  const { config, ledger, devices, recognition, recogniser } = controller();
  const { localDay, startedWallMs } = controller();
  return statusView({
    ...{
      storeId: 'store-1',
      storeName: { zh: '店', en: 'Store' },
      timeZone: 'UTC',
      softwareVersion: '0',
    },
    ...{ weighCore: { version: '1', sha256: '' }, ledger, devices, recognition },
    // The other one has no model, which is said: see troubles.test.ts.
    recogniser: { ...recogniser, state: () => ({ state: 'ready' }) },
    places: devicePlaces(config),
    ...{ localDay, startedWallMs, clock, sync: () => sync, screens: () => screens },
    disk: () => room,
    ...(safe && { safe }),
    teaching: () => undefined,
  });
}

describe('the operator’s one sentence', () => {
  it('is "all good" while nothing is unsent and everything works', () => {
    expect(status().verdict).toEqual({ level: 'ok', text: { zh: '一切正常', en: 'All good' } });
    expect(status({ ...idle, link: 'off', unsent: 50 }).verdict.level).toBe('ok');
  });

  it.each([
    ['up', 'warn', '7 笔', 'Uploading 7'],
    ['down', 'warn', '断开 12 分钟', 'HQ link down 12 min · 7 unsent'],
  ] as const)('with seven sales unsent and the link %s is a warning', (link, level, zh, en) => {
    const lastSuccessWallMs = store.clock.wallMs() - 12 * 60_000;
    const { verdict } = status({ ...idle, link, unsent: 7, lastSuccessWallMs });
    expect(verdict.level).toBe(level);
    expect(verdict.text.zh).toContain(zh);
    expect(verdict.text.en).toContain(en);
  });

  it('counts the devices that need a hand', async () => {
    store.world.fault('printer-1', 'paper-low');
    await store.run(60_000, () => status().verdict.level === 'warn');
    const [printer] = status().devices.filter(({ id }) => id === 'printer-1');
    expect(status().verdict).toMatchObject({
      level: 'warn',
      text: {
        zh: `lane-1 printer-1：${printer?.why?.zh}`,
        en: `lane-1 printer-1: ${printer?.why?.en}`,
      },
    });
    store.world.unplug('scanner-1');
    await store.run(20_000, () => status().verdict.level === 'bad');
    expect(status().verdict).toMatchObject({ level: 'bad', text: { zh: '2 台设备需处理' } });
    store.world.fault('printer-1', undefined);
    store.world.plug('scanner-1');
    expect(await store.run(60_000, () => status().verdict.level === 'ok')).toBe(true);
  });

  it('says first that a shopper calls, and where', () => {
    const lane = (id: string) => ({ id, kind: 'lane' as const, screen: 'basket', path: `/${id}` });
    const calls = (...ids: string[]) => {
      const screens = ids.map((id) => ({ ...lane(id), helpSinceWallMs: 1 }));
      return status(idle, undefined, screens).verdict.text;
    };
    expect(status(idle, undefined, [lane('lane-1')]).verdict.level).toBe('ok');
    expect(calls('lane-1').zh).toBe('lane-1 有顾客求助');
    expect(calls('lane-1', 'lane-2')).toEqual({ zh: '2 位顾客求助', en: '2 shoppers call' });
  });

  it.each([
    ['low', 'warn', '磁盘只剩 300 MiB，请清理'],
    ['last', 'bad', '磁盘只剩 300 MiB，已停止新交易，请清理'],
  ] as const)('says that the disk is %s, and what to do', (level, verdict, text) => {
    room = { level, freeBytes: 300 * 1_048_576 };
    expect(status()).toMatchObject({ verdict: { level: verdict, text: { zh: text } }, disk: room });
    room = undefined;
  });

  it('says that it started without devices, whatever else there is to say', () => {
    const { text, level } = status(idle, true).verdict;
    expect([level, text.zh.slice(0, 4)]).toEqual(['bad', '安全模式']);
  });

  it('names a payment without an outcome once it is overdue, with its order number', async () => {
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'pay' });
    await store.scan(payerCode('wechat', 'never-confirms', 1));
    const [payment] = status().unresolvedPayments;
    expect(payment).toMatchObject({ laneId: 'lane-1', amountFen: bottle.unitPriceFen });
    expect(payment?.orderNo).toMatch(/^W/);
    expect(store.clock.wallMs() - payment!.sinceWallMs).toBeLessThan(2_000);
    expect(status().verdict.level).toBe('ok');
    store.world.fault('payment-1', 'server-error');
    await store.run(301_000);
    expect(status().verdict.text.zh).toContain('1 笔付款没有结果');
    expect(status().verdict.text.en).toContain('1 payment(s) unresolved');
    expect(status().troubles).toMatchObject([{ code: 'PAYMENT_OVERDUE', level: 'bad' }]);
    store.world.fault('payment-1', undefined);
    expect(await store.screenIs('pay', 900_000)).toBe(true);
    expect(status().unresolvedPayments).toEqual([]);
  });

  it('adds up what was sold today, dearest first', async () => {
    await store.scan(payerCode('alipay', 'pays', 2));
    expect(await store.screenIs('done')).toBe(true);
    expect(status().today).toMatchObject({
      ...{ sales: 1, amountFen: bottle.unitPriceFen },
      items: [{ sku: bottle.sku, name: bottle.name, pieces: 1 }],
    });
  });
});
