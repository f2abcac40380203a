/** What a shopper meets when something behind the screen fails, in a real browser at a real store. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, withoutPostgres } from '../../cloud-sync/head-office/head-office.fixture.ts';
import { startHeadOffice } from '../../cloud-sync/head-office/head-office.ts';
import { trackedWire } from '../cli/sim/head-office.ts';
import { silentLog } from '../log.ts';
import { systemClock } from '../runtime.ts';
import { catalogue, found, GOODS, openBrowser, openShop, type Shop } from './journeys.fixture.ts';

const { milk, apple } = GOODS;
const TOKEN = 'a-token-of-the-store';

describe.skipIf(!found)('a shopper at a store in trouble', { timeout: 120_000 }, () => {
  let browser: Browser;
  let shop: Shop;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    await shop.close();
    for (const each of undo.splice(0).reverse()) await each();
  });

  async function payBegun(behaviour: string) {
    shop = await openShop(browser);
    await shop.scan(milk);
    await shop.tap('去付款');
    await shop.until('pay');
    await shop.payWith(behaviour);
  }

  it('whose acquirer is silent for a minute is told not to pay again; not charged, pays anew', async () => {
    await payBegun('timeout-unpaid');
    const { store, page, until, says, payWith } = shop;
    store.world.fault('payment-1', 'silence');
    expect(await store.screenIs('unknown', 90_000)).toBe(true);
    await says(/请不要重复付款/);
    expect(await page.getByRole('button', { name: /付款/ }).count()).toBe(0);
    const { orderNo = '' } = store.view().pay ?? {};
    expect(orderNo).not.toBe('');
    await says(new RegExp(orderNo));
    await payWith('pays');
    expect(store.view().screen).toBe('unknown');
    store.world.fault('payment-1', undefined);
    expect(await store.screenIs('pay', 600_000)).toBe(true);
    await says(/没有扣款|没有成功/);
    await payWith('pays');
    await until('done');
    await says(/付款成功/);
    const taken = store.acquirer.journal().filter(({ what }) => what === 'captured');
    expect(taken).toHaveLength(1);
    expect(taken[0]?.amountFen).toBe(milk.unitPriceFen);
  });

  it('who voided a label at the counter is refused it at the lane, in a sentence, and weighs again', async () => {
    shop = await openShop(browser, { plates: true });
    const { store, open, says, scan } = shop;
    const counter = await open('/counter/?counter=counter-1', { width: 1280, height: 800 });
    const press = (name: string | RegExp) => counter.getByRole('button', { name }).first().click();
    const until = (what: () => boolean) =>
      expect.poll(() => store.run(200).then(what), { timeout: 9_000 }).toBe(true);
    store.world.place('plate-1', apple.sku, 3, 612);
    await until(() => store.counter().view().weigh.hint === undefined);
    await press('输入货号');
    for (const digit of apple.plu ?? '') await press(new RegExp(`^${digit}$`));
    await press(new RegExp(apple.name.zh));
    await until(() => store.counter().view().screen === 'confirm');
    await press('打印标签');
    await until(() => store.counter().view().screen === 'take-label');
    const { ean13 = '', elementString = '' } = store.counter().view().label ?? {};
    await press(/作废这张标签/);
    await says(/这张标签已作废/, counter);
    await scan({ gtin: ean13 });
    await says(/这张标签不能用了[\s\S]*重新称/);
    await scan({ gtin: elementString });
    await says(/这张价签已作废[\s\S]*重新称/);
    expect(store.view().sale?.lines ?? []).toEqual([]);
  });

  it.skipIf(withoutPostgres())(
    'whose head office is down notices nothing; the sale gets there once it is up',
    async () => {
      const database = await testDatabase();
      undo.push(database.close);
      const { storeId } = catalogue;
      const office = (port: number) =>
        startHeadOffice({
          ...{ port, dataDir: '', databaseUrl: database.url, tokens: { [storeId]: TOKEN } },
          ...{ clock: systemClock(), log: silentLog },
        });
      const first = await office(0);
      const { url } = first;
      await first.close();
      const open = (track: Parameters<typeof trackedWire>[1]) => trackedWire(url, track);
      shop = await openShop(browser, { headOffice: { url, token: TOKEN, open } });
      const { store, page, scan, tap, until, payWith, says } = shop;
      const sync = () => store.controller().sync.status();
      await scan(milk);
      await tap('去付款');
      await until('pay');
      await payWith('pays');
      await until('done');
      await says(/付款成功/);
      await store.run(5_000);
      await says(/请取小票/);
      expect(await page.locator('#page').textContent()).not.toMatch(/总部|网络|离线|同步|连接/);
      expect(sync()).toMatchObject({ link: 'down' });
      expect(sync().unsent).toBeGreaterThan(0);
      const second = await office(Number(new URL(url).port));
      undo.push(second.close);
      expect(await store.run(600_000, () => sync().unsent === 0)).toBe(true);
      const { ledger } = store.controller();
      const held = await second.events(storeId, 0, 1_000);
      expect(held).toEqual(ledger.readAfter(0, held.length));
      expect(held.at(-1)?.seq).toBe(ledger.head().seq);
      expect(held.filter(({ record }) => record.includes('"SaleCompleted"'))).toHaveLength(1);
    },
  );
});
