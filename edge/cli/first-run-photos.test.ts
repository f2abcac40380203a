/** The same store with real photographs: taught from some of a fruit's, shown others of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireBrowser } from '../web/browser.ts';
import {
  learnt,
  openShop,
  removeShop,
  type Shop,
  shopFolder,
  withoutDemo,
} from './first-run.fixture.ts';
import {
  clear,
  finish,
  heading,
  KIOSK,
  line,
  open,
  pay,
  place,
  press,
  shot,
  tile,
} from './first-run-shopper.fixture.ts';

const PHOTOS = join(import.meta.dirname, '../../../shared/recognition/pictures');
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
