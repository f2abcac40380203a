/** What shoppers do at the lane of a real store, in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { found, GOODS, openBrowser, openShop, type Shop } from './journeys.fixture.ts';

const { milk, cola, beer } = GOODS;
const LI = { by: { id: 'li', name: '李梅' }, reason: 'seen' };

describe.skipIf(!found)('a shopper at a real store', { timeout: 120_000 }, () => {
  let browser: Browser;
  let shop: Shop;
  let { store, page, scan, payWith, tap, until, says } = {} as Shop;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(() => open());
  afterEach(() => shop.close());

  async function open(options = {}) {
    shop = await openShop(browser, options);
    ({ store, page, scan, payWith, tap, until, says } = shop);
  }

  it('scans, pays and leaves with one tap after the last scan, and takes the receipt', async () => {
    await scan(milk);
    await scan(cola);
    await says(/共 2\s件/);
    await tap('去付款');
    await until('pay');
    await payWith('pays');
    await until('done');
    await says(/付款成功/);
    await store.run(5_000);
    await says(/请取小票/);
    expect(store.world.receipts()).toHaveLength(1);
  });

  it('two of one article are one line of two, and a scan too many is undone', async () => {
    await scan(milk);
    await scan(milk);
    await says(/数量改为 2/);
    await tap('撤销');
    await expect.poll(() => store.view().sale?.lines[0]?.quantity).toBe(1);
  });

  it('beer waits for staff to see how old the buyer is', async () => {
    await scan(beer);
    await says(/18\s?岁/);
    await tap('去付款');
    await says(/年龄/);
    expect(store.view().screen).toBe('basket');
    await store.lane().attend({ kind: 'approve-age' }, LI, 'approve-age-1');
    await page.waitForTimeout(600);
    await tap('去付款');
    await until('pay');
  });

  it('a bag that does not match is asked about, calmly, and holds only the payment', async () => {
    await shop.close();
    await open({ bagging: true });
    await scan(milk);
    await store.run(5_000);
    await says(/放进袋子/);
    await scan(cola);
    await says(/共 2\s件/);
    await tap('去付款');
    await says(/对不上/);
    expect(store.view().screen).toBe('basket');
    store.world.place('plate-3', milk.sku, 1);
    await store.run(3_000);
    await tap('这件不装袋');
    await expect.poll(() => store.view().bag?.trouble).toBeUndefined();
    await tap('去付款');
    await until('pay');
  });

  it('a payment without an answer that turns out paid ends with its receipt', async () => {
    await scan(milk);
    await tap('去付款');
    await until('pay');
    await payWith('timeout-paid');
    await says(/正在确认付款/);
    expect(await page.getByRole('button', { name: '去付款' }).count()).toBe(0);
    await store.screenIs('done', 300_000);
    await says(/付款成功/);
  });

  it('without paper the receipt is on the phone', async () => {
    store.world.fault('printer-1', 'paper-out');
    await store.run(3_000);
    await scan(milk);
    await tap('去付款');
    await until('pay');
    await payWith('pays');
    await until('done');
    await store.run(60_000, () => store.view().done?.receipt === 'failed');
    await says(/扫码领取电子小票/);
  });

  it('who is away is asked, then parked, and takes the basket up again by its code', async () => {
    await scan(milk);
    await store.run(61_000);
    await says(/您还在吗/);
    await store.run(31_000);
    const { code = '' } = store.view().parked ?? {};
    await says(new RegExp(code));
    await tap('完成');
    await until('attract');
    await tap('取单');
    for (const digit of code)
      await page.getByRole('dialog').getByRole('button', { name: digit, exact: true }).click();
    await until('basket');
    await says(/共 1\s件/);
  });

  it('a senior member is asked about large type and goes on in it to the receipt', async () => {
    const by = LI.by;
    store.controller().members.enrol('13800001111', { tier: 'member', senior: true }, by);
    await tap(/开始结账/);
    await tap('会员码');
    const pad = page.getByRole('dialog');
    for (const digit of '13800001111')
      await pad.getByRole('button', { name: digit, exact: true }).click();
    await pad.getByRole('button', { name: '确定' }).click();
    await tap('换成大字');
    await page.locator('html[data-large]').waitFor({ state: 'attached' });
    await scan(milk);
    await tap('去付款');
    await until('pay');
    await payWith('pays');
    await until('done');
    expect(store.view().large).toBe(true);
    await store.run(32_000);
    await expect.poll(() => page.locator('html[data-large]').count()).toBe(0);
  });

  it('a tourist buys in English, and the next shopper finds Chinese', async () => {
    await tap('English');
    await scan(milk);
    await says(/1 items? · Total/);
    await tap('Pay');
    await until('pay');
    await payWith('pays');
    await until('done');
    await says(/Payment complete/);
    await store.run(20_000);
    await page.getByRole('button', { name: /开始结账/ }).waitFor();
  });
});
