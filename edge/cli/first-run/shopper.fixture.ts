/** A shopper at the lane of a running demonstration: eyes and fingers are a browser's. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { LI } from '../../access/access.fixture.ts';
import { type Shop, yike } from './first-run.fixture.ts';
import { until } from './processes.fixture.ts';

export const KIOSK = { width: 1080, height: 1920 };
export const COUNTER = { width: 1280, height: 800 };
const PATIENCE_MS = 60_000;

/** A Chinese page of the store; with `YIKE_SHOTS=DIR` its screens are kept as pictures. */
export async function open(browser: Browser, url: string, viewport: typeof KIOSK): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  return page;
}

export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.YIKE_SHOTS;
  if (folder) await page.screenshot({ path: join(folder, `e2e-${name}.png`) });
}

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name }).click();

export const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name }).waitFor();

/** A line of the basket, or of a receipt. */
export const line = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ hasText: name });

/** A candidate's tile with the price for the weight on the plate. */
export const tile = (page: Page, name: string, price: string) =>
  page.getByRole('button', { name }).filter({ hasText: price });

export const place = (shop: Shop, plateId: string, sku: string, pieces: number, grams: number) =>
  shop.act({ act: 'place', plateId, sku, pieces, totalGrams: grams });

export const clear = (shop: Shop, plateId: string) =>
  shop.act({ act: 'take', plateId, pieceId: 'all' });

export const scan = (shop: Shop, code: string) =>
  shop.act({ act: 'scan', scannerId: 'scanner-1', code });

/** Goes to pay and holds up the phone of these words. */
export async function pay(shop: Shop, page: Page, phone: string): Promise<void> {
  await press(page, '去付款');
  await heading(page, '请把付款码对准下方扫码口');
  await shot(page, 'pay');
  const { wallets } = await shop.world();
  const code = wallets.find(({ label }) => label.zh === phone)?.code;
  if (!code) throw new Error(`no phone ${phone}`);
  await shop.act({ act: 'pay-code', scannerId: 'scanner-1', code });
}

export async function finish(page: Page): Promise<void> {
  await press(page, '完成');
  await page.getByRole('button', { name: '开始结账' }).waitFor();
}

/** The paper that hangs out of a printer now, its text and its codes; then it is torn off. */
export async function takePaper(shop: Shop, printerId: string) {
  const receipt = await until(`paper out of ${printerId}`, async () => {
    const printer = (await shop.world()).printers.find(({ id }) => id === printerId);
    return printer?.receipts.find(({ torn }) => !torn);
  });
  const text = await shop.paper(receipt.url);
  await shop.act({ act: 'tear', printerId });
  return { text, codes: receipt.codes ?? [] };
}

/** The operator's first visit: the one-time code as the box shows it, then an account. */
export async function setUpAccount(page: Page, dir: string): Promise<void> {
  const { data } = await yike<{ code: string }>('access', 'show', '--data', dir);
  const fields = {
    ...{ 一次性代码: data.code, 您的姓名: LI.name, 账号: LI.id, 密码: LI.password, PIN: LI.pin },
  };
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label).first().fill(value);
  await press(page, '建立账号');
}
