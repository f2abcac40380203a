/** The same store with real photographs: taught from some of a fruit's, shown others of it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireBrowser } from '../../web/browser.ts';
import {
  learnt,
  openShop,
  removeShop,
  type Shop,
  shopFolder,
  withoutDemo,
} from './first-run.fixture.ts';
import {
  COUNTER,
  clear,
  finish,
  heading,
  KIOSK,
  line,
  open,
  pay,
  place,
  press,
  scan,
  setUpAccount,
  shot,
  takePaper,
  tile,
} from './shopper.fixture.ts';

const PHOTOS = join(import.meta.dirname, '../../../../shared/recognition/pictures');
const found = await requireBrowser();
const why = (await withoutDemo()) ?? withoutPhotos();

/** They are no part of the project: where they are missing it is said, also under CI. */
function withoutPhotos(): string | undefined {
  if (existsSync(join(PHOTOS, 'index.csv'))) return undefined;
  process.stderr.write(`\n*** photographs SKIPPED: no ${PHOTOS} ***\n\n`);
  return PHOTOS;
}

describe.skipIf(!found || why)('a store of photographs', () => {
  let shop: Shop;
  let browser: Browser;
  let dir: string;

  beforeAll(async () => {
    dir = shopFolder();
    shop = await openShop({ dir, flags: ['--photos', PHOTOS, '--learn', '4'] });
    browser = await chromium.launch(found);
    await learnt(shop, 4);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    removeShop(dir);
  });

  it('an apple photographed on another day is among the tiles, and is sold', async () => {
    const { goods } = await shop.world();
    const apple = goods[0];
    const name = apple?.name.zh ?? '';
    const kiosk = await open(browser, shop.at.kiosk, KIOSK);
    await press(kiosk, '开始结账');
    await press(kiosk, '没有条码');
    await place(shop, 'plate-2', apple?.sku ?? '', 1, 204);
    await tile(kiosk, name, '¥').waitFor();
    await shot(kiosk, 'photo-tiles');
    await tile(kiosk, name, '¥').click();
    await line(kiosk, name).waitFor();
    await clear(shop, 'plate-2');
    await pay(shop, kiosk, '微信 · 立即付款成功');
    await heading(kiosk, '付款成功');
    await finish(kiosk);
    const { today } = await shop.status();
    expect(today).toMatchObject({ sales: 1, items: [{ sku: apple?.sku, grams: 204 }] });
  });
});

/** The index of some of the photographs, with their folders linked beside it. */
function someOf(names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'yike-some-photos-'));
  const [header = '', ...rows] = readFileSync(join(PHOTOS, 'index.csv'), 'utf8').split('\n');
  const of = (name: string) => rows.filter((row) => row.split(',')[3] === name);
  writeFileSync(join(folder, 'index.csv'), [header, ...names.flatMap(of)].join('\n'));
  for (const split of ['train', 'val']) symlinkSync(join(PHOTOS, split), join(folder, split));
  return folder;
}

const KINDS = ['granny-smith', 'orange', 'banana', 'pineapple', 'lemon', 'mango', 'kiwi'];
const KIWI = '猕猴桃';
const PHONE = { width: 390, height: 844 };

describe.skipIf(!found || why || !process.env.YIKE_DEEP)('a shopper at the produce scale', () => {
  let shop: Shop;
  let browser: Browser;
  let counter: Page;
  const dir = shopFolder();
  let photos: string;

  beforeAll(async () => {
    photos = someOf(KINDS);
    shop = await openShop({ dir, flags: ['--photos', photos, '--learn', '6'] });
    browser = await chromium.launch(found);
    await learnt(shop, 6);
    counter = await open(browser, shop.at.counter, COUNTER);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    removeShop(dir);
    rmSync(photos, { recursive: true });
  });

  const names = () => counter.locator('.tile .name').allInnerTexts();
  const nameOf = async (sku: string) =>
    (await shop.world()).goods.find((good) => good.sku === sku)?.name.zh ?? '';
  async function lay(...skus: string[]): Promise<string[]> {
    await clear(shop, 'plate-1');
    await expect.poll(names, { timeout: 20_000 }).toEqual([]);
    await counter.waitForTimeout(2_500);
    for (const sku of skus) await shop.act({ act: 'place', plateId: 'plate-1', sku, pieces: 2 });
    await tile(counter, '', '¥').first().waitFor();
    await expect.poll(async () => (await names()).length).toBeGreaterThan(3);
    return names();
  }
  /** Lays the goods down, chooses their tile and answers the code on the label. */
  async function buy(sku: string): Promise<string> {
    const name = await nameOf(sku);
    expect(await lay(sku), sku).toContain(name);
    await tile(counter, name, '¥').click();
    await counter.getByRole('button', { name: /打印/ }).click();
    const { text, codes } = await takePaper(shop, 'printer-2');
    expect(text).toContain(name);
    return codes.at(-1) ?? '';
  }

  it('buys five kinds, one in a bag, is shown both of a mixed bag, and pays at the lane', async () => {
    const codes: string[] = [];
    for (const sku of KINDS.slice(0, 5)) codes.push(await buy(sku));
    const mango = await nameOf('mango');
    await lay('mango');
    await shop.act({ act: 'bag', plateId: 'plate-1' });
    await expect.poll(names).toContain(mango);
    const mixed = (await lay('orange', 'banana')).slice(0, 4);
    expect(mixed).toEqual(expect.arrayContaining([await nameOf('orange'), await nameOf('banana')]));
    await clear(shop, 'plate-1');
    const kiosk = await open(browser, shop.at.kiosk, KIOSK);
    for (const [at, code] of codes.entries()) {
      await scan(shop, code);
      await expect.poll(() => kiosk.locator('.lines .line').count()).toBe(at + 1);
    }
    await pay(shop, kiosk, '微信 · 立即付款成功');
    await heading(kiosk, '付款成功');
    expect((await shop.status()).today.sales).toBe(1);
  }, 240_000);

  it('finds what nobody taught in the list; taught, it is a tile and is sold', async () => {
    expect(await lay('kiwi')).not.toContain(KIWI);
    await counter.getByRole('button', { name: '都不是' }).click();
    for (const key of 'MHT') await counter.getByRole('button', { name: key, exact: true }).click();
    await counter.getByRole('button', { name: new RegExp(KIWI) }).waitFor();
    await press(counter, '返回');
    const operator = await open(browser, shop.at.admin, PHONE);
    await setUpAccount(operator, dir);
    await operator.getByRole('navigation').first().waitFor();
    await operator.goto(`${shop.at.admin}#/recognition/teach/kiwi`);
    await operator.getByRole('button', { name: /打开/ }).click();
    for (let shots = 1; shots <= 10; shots += 1) {
      await clear(shop, 'plate-1');
      await counter.waitForTimeout(900);
      await shop.act({ act: 'place', plateId: 'plate-1', sku: 'kiwi', pieces: 1 + (shots % 3) });
      await counter.waitForTimeout(1_500);
      await press(operator, '拍这一张');
      await operator.getByText(`${shots} 张`, { exact: true }).first().waitFor();
    }
    await shot(operator, 'teach-kiwi');
    await operator.getByRole('button', { name: '发布', exact: true }).click();
    await expect.poll(() => operator.getByText('有新学的内容还没有发布').count()).toBe(0);
    await operator.close();
    const code = await buy('kiwi');
    await clear(shop, 'plate-1');
    const kiosk = await open(browser, shop.at.kiosk, KIOSK);
    await scan(shop, code);
    await line(kiosk, KIWI).waitFor();
    await pay(shop, kiosk, '微信 · 立即付款成功');
    await heading(kiosk, '付款成功');
    expect((await shop.status()).today.items.map(({ sku }) => sku)).toContain('kiwi');
  }, 240_000);
});
