/**
 * The first real run: from the bytes of a scale to head office's database, in real processes, on
 * real ptys, seen in a real browser. One store's day from top to bottom; each test begins and
 * ends with the lane waiting for its next shopper.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CabinetView } from '../../core/views/cabinet-views.ts';
import { requireBrowser } from '../../web/browser.ts';
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
import { until } from './processes.fixture.ts';
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

const found = await requireBrowser();
const why = await withoutDemo();

const APPLES = { sku: '1001', name: '红富士苹果' };
const WATER = '矿泉水 550毫升';
const PAYS = '微信 · 立即付款成功';
const PAID_IN_SILENCE = '支付宝 · 没有回答，其实已付';

interface JournalEntry {
  what: 'captured' | 'reversed';
  orderNo: string;
  amountFen: number;
}

/** A busy machine takes its time over a whole store; nothing here is judged by speed. */
const PATIENCE_MS = 300_000;

describe.skipIf(!found || why)('the first real run', { timeout: PATIENCE_MS }, () => {
  let shop: Shop;
  let browser: Browser;
  let kiosk: Page;
  /** The water's GTIN, as its label has it. */
  let bottle: string;
  let dir: string;

  beforeAll(async () => {
    dir = shopFolder();
    shop = await openShop({ dir, flags: ['--learn', '4'] });
    browser = await chromium.launch(found);
    await learnt(shop, 4);
    const { goods } = await shop.world();
    bottle = goods.find(({ name }) => name.zh === WATER)?.gtin ?? '';
    kiosk = await open(browser, shop.at.kiosk, KIOSK);
  }, PATIENCE_MS);

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    removeShop(dir);
  });

  /** Three apples, 0.612 kg, on the lane's own scale; the tile is the real model's. */
  async function weighApples(): Promise<void> {
    await press(kiosk, '没有条码');
    await place(shop, 'plate-2', APPLES.sku, 3, 612);
    await tile(kiosk, APPLES.name, '¥7.32').waitFor();
    await shot(kiosk, 'tiles');
    await tile(kiosk, APPLES.name, '¥7.32').click();
    await line(kiosk, APPLES.name).waitFor();
    await clear(shop, 'plate-2');
  }

  async function scanBottle(): Promise<void> {
    await scan(shop, bottle);
    await line(kiosk, WATER).waitFor();
  }

  async function leave(): Promise<void> {
    await press(kiosk, '不买了');
    await kiosk.getByRole('dialog').getByRole('button', { name: '不买了' }).click();
    await kiosk.getByRole('button', { name: '开始结账' }).waitFor();
  }

  const basket = async () =>
    (await shop.lane()).sale?.lines.map(({ lineId, amountFen }) => ({ lineId, amountFen }));

  const journal = (): JournalEntry[] =>
    JSON.parse(readFileSync(join(dir, 'acquirer.json'), 'utf8')).journal;

  /** Nothing is missing, nothing was changed, and head office holds the same, byte for byte. */
  async function expectSoundBooks(): Promise<void> {
    const ledger = await yike('ledger', 'verify', '--data', dir);
    const store = await yike<{ violations: object[] }>('verify', dir);
    expect(ledger).toMatchObject({ ok: true, exit: 0 });
    expect(store).toMatchObject({ ok: true, exit: 0, data: { violations: [] } });
    if (!shop.at.headOffice) return;
    const records = await until('head office has everything', async () => {
      const { sync, ledger: kept } = await shop.status();
      return sync.ackedSeq === kept.headSeq && headOfficeRecords(shop, 'demo');
    });
    expect(records.map(({ record }) => record)).toEqual(await ledgerRecords(dir));
    expect(records.at(-1)?.hash).toBe((await shop.status()).ledger.headHash);
  }

  it('three apples and a bottle go from the plate to head office', async () => {
    await press(kiosk, '开始结账');
    await weighApples();
    await scanBottle();
    await shot(kiosk, 'basket');
    const { sale } = await shop.lane();
    expect(sale?.lines).toMatchObject([
      { how: 'weighed', sku: APPLES.sku, netGrams: 612, unitPriceFen: 1196, amountFen: 732 },
      { how: 'each', name: { zh: WATER }, quantity: 1 },
    ]);
    await pay(shop, kiosk, PAYS);
    await heading(kiosk, '付款成功');
    const { text } = await takePaper(shop, 'printer-1');
    await shot(kiosk, 'done');
    for (const printed of [APPLES.name, '0.612', '11.96', '7.32', WATER])
      expect(text).toContain(printed);
    expect(journal()).toMatchObject([{ what: 'captured', amountFen: sale?.totalFen }]);
    await finish(kiosk);
    const { recognition } = await shop.status();
    const events = (await ledgerRecords(dir)).map((record) => JSON.parse(record));
    const tapped = events.find(({ type }) => type === 'LineAdded').body.line.choice;
    expect(tapped).toMatchObject({ by: 'tile', rank: 1, packSha256: recognition.packSha256 });
    await expectSoundBooks();
  });

  it('a bag weighed and labelled at the counter is sold at the lane, once', async () => {
    const counter = await open(browser, shop.at.counter, COUNTER);
    await place(shop, 'plate-1', APPLES.sku, 2, 430);
    await tile(counter, APPLES.name, '¥5.14').waitFor();
    await shot(counter, 'counter-tiles');
    await tile(counter, APPLES.name, '¥5.14').click();
    await press(counter, '打印标签');
    await heading(counter, '请取标签，贴在袋子上');
    await counter.getByText('¥5.14').waitFor();
    await shot(counter, 'counter-label');
    const { codes } = await takePaper(shop, 'printer-2');
    const code = codes.find((each) => !/^\d{13}$/.test(each)) ?? '';
    await clear(shop, 'plate-1');
    await press(counter, '称下一件');
    await counter.close();

    await scan(shop, code);
    await line(kiosk, APPLES.name).filter({ hasText: '¥5.14' }).waitFor();
    expect((await shop.lane()).sale?.lines).toMatchObject([{ how: 'label', amountFen: 514 }]);
    await pay(shop, kiosk, PAYS);
    await heading(kiosk, '付款成功');
    await finish(kiosk);
    await scan(shop, code);
    await kiosk.getByText('这张价签已经付过款').waitFor();
    await shot(kiosk, 'label-again');
    // A dead label begins no sale: the first screen stays.
    await kiosk.getByRole('button', { name: '开始结账' }).waitFor();
    await expectSoundBooks();
  });

  it('a pulled scale cable is said on every screen, and put back it is forgotten', async () => {
    const admin = await open(browser, shop.at.admin, COUNTER);
    await setUpAccount(admin, shop.dir);
    await press(kiosk, '开始结账');
    await press(kiosk, '没有条码');
    await heading(kiosk, '请放上商品');
    await shop.act({ act: 'unplug', deviceId: 'scale-2' });
    await kiosk.getByText('秤没有回应').first().waitFor();
    const device = await until('the scale is known to be gone', async () =>
      (await shop.status()).devices.find(({ id, why: told }) => id === 'scale-2' && told),
    );
    const row = admin.getByRole('row').filter({ hasText: 'scale-2' });
    await row.filter({ hasText: device.why?.zh ?? '-' }).waitFor();
    await shot(kiosk, 'unplugged');
    await shot(admin, 'unplugged-admin');
    await shop.act({ act: 'plug', deviceId: 'scale-2' });
    await heading(kiosk, '请放上商品');
    await admin.getByRole('link', { name: '正常 秤 scale-2' }).waitFor();
    await press(kiosk, '返回');
    await leave();
    await admin.close();
  });

  it('without paper the sale is paid all the same, and its receipt is a page', async () => {
    await shop.act({ act: 'fault', deviceId: 'printer-1', fault: 'paper-out' });
    await scanBottle();
    await pay(shop, kiosk, PAYS);
    await heading(kiosk, '付款成功');
    await kiosk.getByText('小票没有打出来，请扫码领取电子小票').waitFor();
    await kiosk.getByRole('img', { name: '扫码领取电子小票' }).waitFor();
    await shot(kiosk, 'no-paper');
    const { done } = await shop.lane();
    const url = new URL(done?.receiptPath ?? '', shop.at.kiosk).href;
    const receipt = await open(browser, url, { width: 390, height: 844 });
    await line(receipt, WATER).waitFor();
    await receipt.getByText(done?.receiptNo ?? '-').waitFor();
    await shot(receipt, 'e-receipt');
    await receipt.close();
    await shop.act({ act: 'fault', deviceId: 'printer-1' });
    await finish(kiosk);
    await expectSoundBooks();
  });

  it('a cabinet on the network opens for a code and takes the money for what was kept', async () => {
    const cabinetId = 'cabinet-2';
    const url = new URL(`/api/cabinets/${cabinetId}`, shop.at.kiosk).href;
    const view = async (): Promise<CabinetView> => (await fetch(url)).json();
    const shows = (what: string, seen: (now: CabinetView) => boolean) =>
      until(what, async () => {
        const now = await view();
        return seen(now) && now;
      });
    const { wallets, cabinets } = await shop.world();
    const cells = cabinets.find((each) => each.cabinetId === cabinetId)?.cells ?? [];
    // They weigh so differently that nobody takes one for the other.
    const [kept = '', returned = ''] = [0, 3].map((at) => cells[at]?.slots[0]?.sku);
    const code = wallets.find(({ label }) => label.zh === PAYS)?.code ?? '';
    await shop.act({ act: 'pay-code', scannerId: 'scanner-3', code });
    await shows('the door is free', ({ screen }) => screen === 'pull' || screen === 'open');
    await shop.act({ act: 'cabinet-pull', cabinetId });
    await shop.act({ act: 'cabinet-take', cabinetId, sku: kept });
    await shows('one is in hand', ({ count }) => count === 1);
    await shop.act({ act: 'cabinet-take', cabinetId, sku: returned });
    await shows('two are in hand', ({ count }) => count === 2);
    await shop.act({ act: 'cabinet-put', cabinetId, at: 1 });
    await shows('one is in hand again', ({ count }) => count === 1);
    await shop.act({ act: 'cabinet-shut', cabinetId });
    const settled = await shows('it is paid', ({ payment }) => payment === 'paid');
    expect(settled).toMatchObject({ screen: 'settled', lines: [{ sku: kept, quantity: 1 }] });
    const { deposits } = JSON.parse(readFileSync(join(dir, 'acquirer.json'), 'utf8'));
    expect(deposits).toMatchObject([{ state: 'taken', takenFen: settled.totalFen, takings: 1 }]);
    await shop.act({ act: 'unplug', deviceId: 'unit-2' });
    await until('its will is read', async () =>
      (await shop.status()).devices.some(
        ({ id, reason }) => id === 'unit-2' && reason === 'MQTT_LWT',
      ),
    );
    await shop.act({ act: 'plug', deviceId: 'unit-2' });
    await until('it is back', async () =>
      (await shop.status()).devices.some(({ id, state }) => id === 'unit-2' && state === 'ok'),
    );
    await expectSoundBooks();
  });

  it('killed with a full basket, the same basket is there again', async () => {
    await press(kiosk, '开始结账');
    await weighApples();
    await scanBottle();
    const before = await basket();
    expect(before).toHaveLength(2);
    const ended = (await shop.kill()).map(({ command }) => command).join('\n');
    for (const part of ['onnx-child', ...(shop.at.headOffice ? ['head-office', 'postgres'] : [])])
      expect(ended).toContain(part);
    await kiosk.getByText('正在重新连接').waitFor();
    const hint = (await kiosk.getByText('购物内容已保存').textContent()) ?? '';
    const drawn = (words: string) => document.fonts.check('1em "Noto Sans SC Variable"', words);
    expect(await kiosk.evaluate(drawn, hint)).toBe(true);
    await shot(kiosk, 'reconnecting');
    shop = await openShop({ dir, flags: ['--learn', '0'], earlier: shop.at });
    await kiosk.getByText('正在重新连接').waitFor({ state: 'hidden' });
    await line(kiosk, APPLES.name).filter({ hasText: '¥7.32' }).waitFor();
    await line(kiosk, WATER).waitFor();
    await shot(kiosk, 'basket-again');
    expect(await basket()).toEqual(before);
  });

  it('killed while a payment is in the air, it is found paid and never charged again', async () => {
    const { sale } = await shop.lane();
    const before = journal().length;
    await pay(shop, kiosk, PAID_IN_SILENCE);
    await until('the acquirer has taken the money', () => journal().length > before);
    await shop.kill();
    const paidAtKill = journal().slice(before);
    const [newest] = (await ledgerRecords(dir)).slice(-1).map((record) => JSON.parse(record));
    expect(newest.type).toBe('TenderRequested');
    shop = await openShop({ dir, flags: ['--learn', '0'], earlier: shop.at });
    await heading(kiosk, '付款成功');
    await shot(kiosk, 'paid-again');
    expect((await shop.lane()).done?.totalFen).toBe(sale?.totalFen);
    expect(paidAtKill).toMatchObject([{ what: 'captured', amountFen: sale?.totalFen }]);
    expect(journal().slice(before)).toEqual(paidAtKill);
    await finish(kiosk);
    expect((await shop.status()).unresolvedPayments).toEqual([]);
    await expectSoundBooks();
  });

  it('with head office gone the store sells on and keeps what it has to tell', async () => {
    if (!shop.at.headOffice) return;
    const headOffice = shop.family().find(({ command }) => command.includes('head-office/main'));
    // A second attempt finds it gone.
    if (headOffice) process.kill(headOffice.pid, 'SIGKILL');
    await scanBottle();
    await pay(shop, kiosk, PAYS);
    await heading(kiosk, '付款成功');
    await finish(kiosk);
    const { sync } = await until('the status says so', async () => {
      const status = await shop.status();
      return status.sync.link === 'down' && status.sync.unsent > 0 && status;
    });
    expect(sync.ackedSeq).toBeLessThan(sync.headSeq);
  });
});
