/**
 * Whole journeys in a real browser against the real controller: its pages, its stream, its ledger,
 * with the simulator's twins at the far ends of the links. The store's time is simulated and runs
 * only where the journey says so.
 */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import type { LaneView } from '../core/views.ts';
import { silentLog } from '../log.ts';
import { type Served, serve } from '../serve.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';
import { requireBrowser } from './browser.ts';

const found = await requireBrowser();
const catalogue = demoCatalogue();
const goods = demoGoods();
const sold = catalogue.items.filter((item) => item.gtin && item.onSale);
const [milk, cola] = sold.filter(({ minimumAge, unitGrams = 0 }) => !minimumAge && unitGrams > 200);
const beer = sold.find(({ minimumAge }) => minimumAge === 18);
if (!milk?.gtin || !cola?.gtin || !beer?.gtin) throw new Error('the demonstration lacks goods');
const LI = { by: { id: 'li', name: '李梅' }, reason: 'seen' };

describe.skipIf(!found)('a shopper at a real store', { timeout: 120_000 }, () => {
  let browser: Browser;
  let store: TestStore;
  let served: Served;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch(found);
  });
  afterAll(() => browser.close());
  beforeEach(() => open(false));
  afterEach(async () => {
    await page.context().close();
    await served.close();
    await store.free();
  });

  async function open(bagging: boolean) {
    store = await openTestStore({ goods, catalogue, bagging });
    for (const id of ['scale-1', 'camera-1', 'scale-2', 'camera-2']) store.world.unplug(id);
    await store.ready();
    const running = store.controller();
    const listen = { ...running.config.listen, host: '127.0.0.1', kioskPort: 0, adminPort: 0 };
    const controller = { ...running, config: { ...running.config, listen } };
    const { clock, dir: dataDir } = store;
    const opened = await serve({ controller, dataDir, clock, log: silentLog });
    if (!opened.ok) throw new Error(opened.refusal.message.en);
    served = opened.value;
    const context = await browser.newContext({ viewport: { width: 1080, height: 1920 } });
    page = await context.newPage();
    await page.goto(`${served.kioskUrl}/kiosk/?lane=lane-1`);
    await page.getByRole('button', { name: /开始结账/ }).waitFor();
  }

  let payers = 0;
  const scan = (item: { gtin?: string }) => store.scan(item.gtin ?? '');
  const payWith = (behaviour: string) => {
    payers += 1;
    return store.scan(payerCode('wechat', behaviour, payers));
  };
  const tap = (name: string | RegExp) => page.getByRole('button', { name }).first().click();
  /** Waits in real time for the tap to arrive, in the store's for what follows from it. */
  const until = async (screen: LaneView['screen'], ms = 20_000) => {
    await expect
      .poll(() => store.run(200).then(() => store.view().screen), { timeout: 9_000 })
      .toBe(screen)
      .catch(async (error: unknown) => {
        if (!(await store.screenIs(screen, ms))) throw error;
      });
  };
  const says = (words: RegExp) =>
    expect.poll(() => page.locator('#page').textContent(), { timeout: 9_000 }).toMatch(words);

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
    await page.context().close();
    await served.close();
    await store.free();
    await open(true);
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
    await store.run(20_000);
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
