/**
 * What an operator waits for, in a real browser of a phone's size at a demonstration store with its
 * devices on ptys: the first paint with nothing cached, a pulled cable on the page, a price that was
 * saved in the basket of a lane; each the 95th percentile beside the longest wait there may be. And
 * what may mean a loss, over a month of a ledger.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { LI } from '../edge/access/access.fixture.ts';
import { demoCatalogue } from '../simulator/goods.ts';
import { type DemoStore, startDemoStore } from './demo-store.ts';
import { lossRows } from './losses.ts';
import { untilPainted } from './painted.ts';
import type { BenchReport } from './recognition.ts';
import { benchWaits, type Waits as WaitsOf } from './waits.ts';

const MAIN = join(import.meta.dirname, '../run/main.js');
const LIMIT_MS = {
  'first paint, nothing cached': 1_000,
  'cable pulled: said on the page': 2_000,
  'price saved: in a lane’s basket': 5_000,
} as const;
type Waits = WaitsOf<keyof typeof LIMIT_MS>;

const PHONE = { viewport: { width: 390, height: 844 }, locale: 'zh-CN' };
const SCANNER = 'scanner-1';
const BOTTLE = demoCatalogue().items.find(
  ({ gtin, onSale, minimumAge }) => gtin && onSale && !minimumAge,
);

async function signIn(page: Page, { admin }: DemoStore, dir: string): Promise<void> {
  await page.goto(`${admin}/admin/`);
  const said = spawnSync(process.execPath, [MAIN, 'access', 'show', '--json', '--data', dir]);
  const { data } = JSON.parse(said.stdout.toString()) as { data: { code: string } };
  const fields = {
    一次性代码: data.code,
    您的姓名: LI.name,
    账号: LI.id,
    密码: LI.password,
    PIN: LI.pin,
  };
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label).first().fill(value);
  await page.locator('button.primary').click();
  await page.getByRole('navigation').first().waitFor();
}

/** The browser's own figure, in a context that never saw the page. */
async function firstPaint(browser: Browser, { admin }: DemoStore): Promise<number> {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.goto(`${admin}/admin/`);
  await page.locator('.door').waitFor();
  const paints = await page.evaluate(() =>
    performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime),
  );
  await context.close();
  return paints[0] ?? Number.NaN;
}

async function pulledCable(page: Page, store: DemoStore): Promise<number> {
  await page.goto(`${store.admin}/admin/#/`);
  const named = new RegExp(`${SCANNER}：`);
  await page.locator('.verdict').filter({ hasNotText: named }).waitFor();
  const took = await untilPainted(page, named, () =>
    store.act({ act: 'unplug', deviceId: SCANNER }),
  );
  await store.act({ act: 'plug', deviceId: SCANNER });
  await page.locator('.verdict').filter({ hasNotText: named }).waitFor();
  return took;
}

let keys = 0;
const press = ({ origin }: DemoStore, kind: string) =>
  fetch(`${origin}/api/lanes/lane-1/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `bench-operator-${++keys}` },
    body: JSON.stringify({ kind }),
  });

/** Typed and saved as an operator does it; from the last tap to the lane's painted basket. */
async function savedPrice(page: Page, kiosk: Page, store: DemoStore, fen: number): Promise<number> {
  const { gtin = '' } = BOTTLE ?? {};
  const yuan = (fen / 100).toFixed(2);
  await page.goto(`${store.admin}/admin/#/products`);
  await page.getByRole('searchbox').fill(gtin);
  await page.locator('.goods tbody tr').nth(1).waitFor({ state: 'detached' });
  await page.locator('.goods tbody input[type="checkbox"]').click();
  await page.getByRole('button', { name: '改价' }).click();
  await page.getByRole('button', { name: '统一定价' }).click();
  await page
    .getByLabel(/新价格|定价|元/)
    .last()
    .fill(yuan);
  const save = page.getByRole('button', { name: /^改 1\s种的价格$/ });
  await kiosk.getByRole('button', { name: /开始结账/ }).waitFor();
  const took = await untilPainted(kiosk, new RegExp(`¥${yuan}`), async () => {
    await save.click();
    await page
      .getByText(/已改 1\s种/)
      .first()
      .waitFor();
    await store.act({ act: 'scan', scannerId: SCANNER, code: gtin });
  });
  await press(store, 'discard');
  return took;
}

async function measure(browser: Browser, dir: string, rounds: number, waits: Waits) {
  const store = await startDemoStore(dir, 1);
  try {
    const page = await (await browser.newContext(PHONE)).newPage();
    const kiosk = await browser.newPage({
      viewport: { width: 1080, height: 1920 },
      locale: 'zh-CN',
    });
    await kiosk.goto(`${store.origin}/kiosk/?lane=lane-1`);
    await signIn(page, store, dir);
    for (let round = 0; round < rounds; round += 1) {
      for (let n = 0; n < 4; n += 1)
        waits['first paint, nothing cached'].push(await firstPaint(browser, store));
      waits['cable pulled: said on the page'].push(await pulledCable(page, store));
      const price = (BOTTLE?.unitPriceFen ?? 0) + 11 * (round + 1);
      waits['price saved: in a lane’s basket'].push(await savedPrice(page, kiosk, store, price));
    }
  } finally {
    await store.close();
  }
}

/** `rounds` cables and prices, four times as many first paints, and a month of suspected losses. */
export async function benchOperator(rounds = 5): Promise<BenchReport> {
  const report = await benchWaits({ limitMs: LIMIT_MS, rounds, measure });
  return { ...report, rows: [...report.rows, ...(await lossRows(rounds))] };
}
