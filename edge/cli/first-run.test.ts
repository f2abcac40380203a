/**
 * The first real run: from the bytes of a scale to head office's database, in real processes, on
 * real ptys, seen in a real browser. One store's day from top to bottom; each test begins and
 * ends with the lane waiting for its next shopper.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireBrowser } from '../web/browser.ts';
import {
  headOfficeRecords,
  learnt,
  ledgerRecords,
  openShop,
  removeShop,
  type Shop,
  shopFolder,
  withoutDemo,
  yike,
} from './first-run.fixture.ts';
import { until } from './first-run-processes.fixture.ts';

const found = await requireBrowser();
const why = await withoutDemo();

const FUJI = '1001';
const FUJI_NAME = '红富士苹果';
const BOTTLE = { gtin: '', zh: '', amount: '' };

interface JournalEntry {
  what: 'captured' | 'reversed';
  orderNo: string;
  amountFen: number;
}

describe.skipIf(!found || why)('the first real run', () => {
  let shop: Shop;
  let browser: Browser;
  let kiosk: Page;
  const dir = shopFolder();

  beforeAll(async () => {
    [shop, browser] = await Promise.all([
      openShop({ dir, flags: ['--learn', '4'] }),
      chromium.launch(found),
    ]);
    await learnt(shop, 4);
    const { goods } = await shop.world();
    const bottle = goods.find(({ gtin }) => gtin !== undefined);
    Object.assign(BOTTLE, { gtin: bottle?.gtin, zh: bottle?.name.zh });
    kiosk = await open(shop.at.kiosk, { width: 1080, height: 1920 });
  });

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    removeShop(dir);
  });

  async function open(url: string, viewport: { width: number; height: number }): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(url);
    return page;
  }

  const press = (page: Page, name: RegExp | string) => page.getByRole('button', { name }).click();
  const line = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });
  const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

  async function shot(page: Page, name: string): Promise<void> {
    const folder = process.env.YIKE_SHOTS;
    if (folder) await page.screenshot({ path: join(folder, `e2e-${name}.png`) });
  }

  /** Three apples, 0.612 kg, on the lane's own scale; the tile is the real model's. */
  async function weighApples(): Promise<void> {
    await press(kiosk, '没有条码');
    await shop.act({
      act: 'place',
      plateId: 'plate-2',
      sku: FUJI,
      pieces: 3,
      totalGrams: 612,
    });
    const tile = kiosk.getByRole('button', { name: FUJI_NAME }).filter({ hasText: '¥7.32' });
    await tile.waitFor();
    await shot(kiosk, 'tiles');
    await tile.click();
    await line(kiosk, FUJI_NAME).waitFor();
    await shop.act({ act: 'take', plateId: 'plate-2', pieceId: 'all' });
  }

  const scan = (code: string) => shop.act({ act: 'scan', scannerId: 'scanner-1', code });

  async function scanBottle(): Promise<void> {
    await scan(BOTTLE.gtin);
    await line(kiosk, BOTTLE.zh).waitFor();
  }

  async function holdUp(phone: string): Promise<void> {
    await press(kiosk, '去付款');
    await heading(kiosk, '请把付款码对准下方扫码口');
    await shot(kiosk, 'pay');
    const code = await shop.phone(phone);
    await shop.act({ act: 'pay-code', scannerId: 'scanner-1', code });
  }

  async function finish(): Promise<void> {
    await press(kiosk, '完成');
    await kiosk.getByRole('button', { name: '开始结账' }).waitFor();
  }

  const journal = (): JournalEntry[] =>
    JSON.parse(readFileSync(join(dir, 'acquirer.json'), 'utf8')).journal;

  /** Head office and store hold the same records, byte for byte, and the same chain. */
  async function expectSameBooks(): Promise<void> {
    if (!shop.at.headOffice) return;
    const records = await until('head office has everything', async () => {
      const { sync, ledger } = await shop.status();
      return sync.ackedSeq === ledger.headSeq && headOfficeRecords(shop, 'demo');
    });
    expect(records.map(({ record }) => record)).toEqual(await ledgerRecords(dir));
    const { ledger } = await shop.status();
    expect(records.at(-1)?.hash).toBe(ledger.headHash);
  }

  async function expectSoundBooks(): Promise<void> {
    const ledger = await yike('ledger', 'verify', '--data', dir);
    const store = await yike<{ violations: object[] }>('verify', dir);
    expect(ledger).toMatchObject({ ok: true, exit: 0 });
    expect(store).toMatchObject({ ok: true, exit: 0, data: { violations: [] } });
  }

  it('three apples and a bottle go from the plate to head office', async () => {
    await press(kiosk, '开始结账');
    await weighApples();
    await scanBottle();
    await shot(kiosk, 'basket');
    const { sale } = await shop.lane();
    expect(
      sale?.lines.map(({ how, netGrams, amountFen }) => ({ how, netGrams, amountFen })),
    ).toEqual([
      { how: 'weighed', netGrams: 612, amountFen: 732 },
      { how: 'each', netGrams: undefined, amountFen: expect.any(Number) },
    ]);
    await holdUp('微信 · 立即付款成功');
    await heading(kiosk, '付款成功');
    const receipt = await until('the paper hangs out of the printer', async () => {
      const printer = (await shop.world()).printers.find(({ id }) => id === 'printer-1');
      return printer?.receipts.find(({ torn }) => !torn);
    });
    await shot(kiosk, 'done');
    const paper = await shop.paper(receipt.url);
    for (const text of [FUJI_NAME, '0.612', '11.96', '7.32', BOTTLE.zh])
      expect(paper).toContain(text);
    const { recognition } = await shop.status();
    const tapped = (await ledgerRecords(dir)).map((record) => JSON.parse(record));
    expect(tapped.find(({ type }) => type === 'LineAdded').body.line.choice).toMatchObject({
      by: 'tile',
      packSha256: recognition.packSha256,
      rank: 1,
    });
    expect(journal()).toMatchObject([{ what: 'captured', amountFen: sale?.totalFen }]);
    await finish();
    await expectSoundBooks();
    await expectSameBooks();
  });

  it('a bag weighed and labelled at the counter is sold at the lane', async () => {
    const counter = await open(shop.at.counter, { width: 1280, height: 800 });
    await shop.act({
      act: 'place',
      plateId: 'plate-1',
      sku: FUJI,
      pieces: 2,
      totalGrams: 430,
    });
    const tile = counter.getByRole('button', { name: FUJI_NAME }).filter({ hasText: '¥5.14' });
    await tile.waitFor();
    await shot(counter, 'counter-tiles');
    await tile.click();
    await counter.getByRole('button', { name: '打印标签' }).waitFor();
    await shot(counter, 'counter-confirm');
    await press(counter, '打印标签');
    await heading(counter, '请取标签，贴在袋子上');
    await shot(counter, 'counter-label');
    const code = await until('the label is out', async () => {
      const printer = (await shop.world()).printers.find(({ id }) => id === 'printer-2');
      return printer?.receipts.at(-1)?.codes?.find((text) => !/^\d{13}$/.test(text));
    });
    await shop.act({ act: 'take', plateId: 'plate-1', pieceId: 'all' });
    await press(counter, '称下一件');
    await scan(code);
    await line(kiosk, FUJI_NAME).filter({ hasText: '¥5.14' }).waitFor();
    await scan(code);
    await kiosk.getByRole('alert').waitFor();
    await shot(kiosk, 'label-twice');
    expect((await shop.lane()).sale?.lines).toMatchObject([{ how: 'label', amountFen: 514 }]);
    await holdUp('支付宝 · 立即付款成功');
    await heading(kiosk, '付款成功');
    await finish();
    await expectSoundBooks();
  });
});
