/**
 * What a shopper waits for, in a real browser at a demonstration store with its devices on ptys:
 * from the finger, the code or the goods to the painted frame. Each row is the 95th percentile
 * beside the longest that people shall wait for it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { CabinetView } from '../edge/core/views/cabinet-views.ts';
import { demoCatalogue } from '../simulator/goods.ts';
import { payerCode } from '../simulator/twins/acquirer-behaviours.ts';
import { type DemoStore, startDemoStore } from './demo-store.ts';
import { noteTaps, tapPaintsMs, untilPainted } from './painted.ts';
import type { BenchReport } from './recognition.ts';
import { benchWaits, type Waits as WaitsOf } from './waits.ts';

/** Longest waits at the 95th percentile, ms. */
const LIMIT_MS = {
  'tap: painted': 100,
  'tap: the store has answered': 200,
  'scan: line shown': 250,
  'goods placed: tiles shown': 1_500,
  '"pay" tapped: the way to pay shown': 1_000,
  'payer’s code: paid, with the receipt’s QR': 2_000,
  'cabinet door opened: list shown': 300,
  'cabinet: piece taken, its shelf said to be weighed': 300,
  'cabinet: piece taken, the same on the phone': 300,
  'cabinet: piece taken, line shown': 1_500,
  'cabinet door shut: counting shown': 300,
  'process started: first screen usable': 10_000,
} as const;
type Waits = WaitsOf<keyof typeof LIMIT_MS>;

const LEARNT = 6;
const SCANS = 12;
const PLACINGS = 5;
const APPLE = '1001';
const LANE_CODES = 'scanner-1';
const BOTTLES = demoCatalogue()
  .items.filter(({ gtin, onSale, minimumAge }) => gtin && onSale && !minimumAge)
  .slice(0, 4);
const CABINET = 'cabinet-2';
const CABINET_CODES = 'scanner-3';

interface Bench {
  store: DemoStore;
  kiosk: Page;
  counter: Page;
  cabinet: Page;
  waits: Waits;
  payers: number;
}

const newPayer = (bench: Bench): string => payerCode('wechat', 'pays', 5_000 + ++bench.payers);

/** One basket: scans, one line counted up and down, and paid. */
async function oneBasket(bench: Bench): Promise<void> {
  const { store, kiosk, waits } = bench;
  const scan = (at: number) =>
    store.act({
      act: 'scan',
      scannerId: LANE_CODES,
      code: BOTTLES[at % BOTTLES.length]?.gtin ?? '',
    });
  for (let n = 1; n <= SCANS; n += 1)
    waits['scan: line shown'].push(
      await untilPainted(kiosk, new RegExp(`共 ${n}\\s件`), () => scan(n)),
    );
  for (const [name, count] of [
    ['加一件', SCANS + 1],
    ['减一件', SCANS],
  ] as const)
    waits['tap: the store has answered'].push(
      await untilPainted(kiosk, new RegExp(`共 ${count}\\s件`), () => tap(kiosk, name)),
    );
  waits['"pay" tapped: the way to pay shown'].push(
    await untilPainted(kiosk, /请把付款码对准/, () => tap(kiosk, '去付款')),
  );
  waits['payer’s code: paid, with the receipt’s QR'].push(
    await untilPainted(kiosk, /付款成功.*电子小票/, () =>
      store.act({ act: 'scan', scannerId: LANE_CODES, code: newPayer(bench) }),
    ),
  );
  await kiosk
    .getByText(/请取小票/)
    .first()
    .waitFor();
  await untilPainted(kiosk, /开始结账/, () => tap(kiosk, '完成'));
}

const tap = (page: Page, name: string) => page.getByRole('button', { name }).first().click();

async function placings({ store, counter, waits }: Bench): Promise<void> {
  for (let n = 0; n < PLACINGS; n += 1) {
    await counter.getByText('请放上商品').first().waitFor();
    waits['goods placed: tiles shown'].push(
      await untilPainted(counter, /红富士苹果.*\d\.\d\d/, () =>
        store.act({ act: 'place', plateId: 'plate-1', sku: APPLE, pieces: 3, totalGrams: 612 }),
      ),
    );
    await store.act({ act: 'take', plateId: 'plate-1', pieceId: 'all' });
  }
}

const WEIGHING = /正在称第/;
const RESTED_MS = 1500;

/** At rest, and still so a while later: what a hand put back is weighed once it has let go. */
async function atRest(page: Page): Promise<void> {
  const weighing = page.getByText(WEIGHING);
  do {
    await weighing.waitFor({ state: 'detached' });
    await sleep(RESTED_MS);
  } while ((await weighing.count()) > 0);
}

/** The shopper's own page of the visit under way. */
async function phoneOf({ store, cabinet }: Bench): Promise<Page> {
  const { visitId } = (await (
    await fetch(`${store.origin}/api/cabinets/${CABINET}`)
  ).json()) as CabinetView;
  const browser = cabinet.context().browser();
  if (!browser || visitId === undefined) throw new Error('no visit under way');
  const url = `${store.origin}/cabinet/?cabinet=${CABINET}&visit=${visitId}`;
  const phone = await openPage(browser, url, 390, 844);
  await phone
    .getByText(/请取商品/)
    .first()
    .waitFor();
  return phone;
}

async function oneVisit(bench: Bench): Promise<void> {
  const { store, cabinet, waits } = bench;
  const { cells = [] } =
    (await store.world()).cabinets.find(({ cabinetId }) => cabinetId === CABINET) ?? {};
  const sku = cells[0]?.slots[0]?.sku ?? '';
  const hand = (act: 'cabinet-pull' | 'cabinet-shut') => store.act({ act, cabinetId: CABINET });
  await untilPainted(cabinet, /请拉门/, () =>
    store.act({ act: 'scan', scannerId: CABINET_CODES, code: newPayer(bench) }),
  );
  waits['cabinet door opened: list shown'].push(
    await untilPainted(cabinet, /请取商品/, () => hand('cabinet-pull')),
  );
  const take = async (page: Page, words: RegExp) => {
    await atRest(cabinet);
    await atRest(page);
    const tookMs = await untilPainted(page, words, () =>
      store.act({ act: 'cabinet-take', cabinetId: CABINET, sku }),
    );
    await cabinet
      .getByText(/已取 1\s件/)
      .first()
      .waitFor();
    await store.act({ act: 'cabinet-put', cabinetId: CABINET, at: 0 });
    await cabinet
      .getByText(/请取商品/)
      .first()
      .waitFor();
    return tookMs;
  };
  const phone = await phoneOf(bench);
  waits['cabinet: piece taken, its shelf said to be weighed'].push(await take(cabinet, WEIGHING));
  waits['cabinet: piece taken, the same on the phone'].push(await take(phone, WEIGHING));
  waits['cabinet: piece taken, line shown'].push(await take(cabinet, /已取 1\s件/));
  await phone.close();
  waits['cabinet door shut: counting shown'].push(
    await untilPainted(cabinet, /正在核对/, () => hand('cabinet-shut')),
  );
  await cabinet
    .getByText(/没有取商品/)
    .first()
    .waitFor();
  await untilPainted(cabinet, /扫码/, () => tap(cabinet, '完成'));
}

/** A box that was switched on: nothing ran before, and the first screen is there to be tapped. */
async function firstScreen(browser: Browser, dir: string, waits: Waits): Promise<DemoStore> {
  const begunMs = performance.now();
  const store = await startDemoStore(dir, LEARNT);
  const page = await browser.newPage();
  await page.goto(`${store.origin}/kiosk/?lane=lane-1`);
  await page.getByRole('button', { name: /开始结账/ }).click({ trial: true });
  waits['process started: first screen usable'].push(performance.now() - begunMs);
  await page.close();
  return store;
}

async function openPage(browser: Browser, url: string, width: number, height: number) {
  const page = await (await browser.newContext({ viewport: { width, height } })).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  return page;
}

async function measure(browser: Browser, dir: string, rounds: number, waits: Waits) {
  // The first start makes the store: its database, its prices. Every start after that is a boot.
  await (await startDemoStore(dir, LEARNT)).close();
  for (let round = 1; round < rounds; round += 1)
    await (await firstScreen(browser, dir, waits)).close();
  const store = await firstScreen(browser, dir, waits);
  const page = (path: string, width: number, height: number) =>
    openPage(browser, store.origin + path, width, height);
  const kiosk = await page('/kiosk/?lane=lane-1', 1080, 1920);
  const counter = await page('/counter/?counter=counter-1', 1280, 800);
  const cabinet = await page(`/cabinet/?cabinet=${CABINET}`, 800, 1280);
  const bench: Bench = { store, kiosk, counter, cabinet, waits, payers: 0 };
  await counter.getByText('请放上商品').first().waitFor();
  await noteTaps(kiosk);
  for (let round = 0; round < rounds; round += 1) {
    await oneBasket(bench);
    await placings(bench);
    await oneVisit(bench);
  }
  waits['tap: painted'].push(...(await tapPaintsMs(kiosk)));
  await store.close();
}

/** `rounds` starts, baskets, visits to a cabinet, and five times as many weighings. */
export const benchScreens = (rounds = 5): Promise<BenchReport> =>
  benchWaits({ limitMs: LIMIT_MS, rounds, measure });
