import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoGoods } from '../goods.ts';
import { type SimulatedStore, startStore } from '../store.ts';

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium, loudly missed where there is none; under `CI=true` that is a failure. */
async function findChromium(): Promise<string | undefined> {
  const found = process.env.YIKE_BROWSER ?? installed.find((path) => existsSync(path));
  if (found !== undefined) return found;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return await packaged.executablePath();
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    process.stderr.write(`\n*** hands page not tested: no Chromium (${String(error)}) ***\n\n`);
    return undefined;
  }
}

const executablePath = await findChromium();

let folder: string;
let store: SimulatedStore;
let browser: Browser;
let page: Page;
let wrong: string[];

beforeAll(async () => {
  if (executablePath === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'yike-hands-'));
  const { buildPage }: { buildPage(outDir: string): Promise<void> } = await import(
    join(import.meta.dirname, 'build.mjs')
  );
  const pagesDir = join(folder, 'pages');
  await buildPage(pagesDir);
  const goods = demoGoods();
  store = await startStore({ goods, dir: folder, seed: 5, handsPort: 0, pagesDir });
  browser = await chromium.launch({ executablePath, args: quiet });
  ({ page, wrong } = await atThePage(1440, 900));
}, 60_000);

afterAll(async () => {
  if (executablePath === undefined) return;
  await browser?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A person at the page, and what went wrong meanwhile. */
async function atThePage(width: number, height: number) {
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('http://127.0.0.1:')) wrong.push(request.url());
  });
  await page.goto(store.handsUrl);
  await page.waitForSelector('.good');
  return { page, wrong, leave: () => context.close() };
}

const lanePlate = (page: Page) => page.locator('.plate').nth(1);
const laneDisplay = (page: Page, text: string, stable: boolean) =>
  lanePlate(page).locator(`.display[data-stable="${stable}"] .digits`, { hasText: text }).waitFor();
const unplugged = () =>
  store.world
    .devices()
    .filter(({ plugged }) => !plugged)
    .map(({ id }) => id);
const button = (page: Page, text: string) => page.locator('button', { hasText: text });

describe.skipIf(executablePath === undefined)('on the hands page, a person', () => {
  test('lays three apples of 612 g on the lane’s scale, presses on it, and takes them off', async () => {
    await page.locator('.good', { hasText: '红富士苹果' }).click();
    await page.locator('.pieces button', { hasText: '×3' }).click();
    await page.locator('.together input').fill('612');
    await page.locator('.places button').last().click();
    await laneDisplay(page, '0.612', true);
    expect(await lanePlate(page).locator('.piece').count()).toBe(3);
    expect(store.world.pieces('plate-2').map(({ sku }) => sku)).toEqual(['1001', '1001', '1001']);
    expect(await page.locator('.hand').count()).toBe(0);
    await lanePlate(page).locator('button', { hasText: '用手压住' }).click();
    await laneDisplay(page, '', false);
    await lanePlate(page).locator('button', { hasText: '松手' }).click();
    await lanePlate(page).locator('button', { hasText: '全部拿走' }).click();
    await laneDisplay(page, '0.000', true);
  });

  test('drags a good from the shelf onto a pan', async () => {
    const banana = page.locator('.good', { hasText: '香蕉' });
    await banana.dragTo(lanePlate(page).locator('.pan'));
    await lanePlate(page).locator('.piece').waitFor();
    await lanePlate(page).locator('.piece').click();
    await laneDisplay(page, '0.000', true);
  });

  test('finds a bottle by its name and scans it, and pulls the scanner’s cable and puts it back', async () => {
    await page.locator('input[type=search]').fill('cola zero');
    expect(await page.locator('.good').count()).toBe(1);
    await page.locator('.good').click();
    await button(page, '扫码器扫码').click();
    const scanner = page.locator('.cables li', { hasText: 'scanner-1' });
    await scanner.locator('button').click();
    await page.locator('.cables li[data-state=out]').waitFor();
    expect(unplugged()).toEqual(['scanner-1']);
    await scanner.locator('button').click();
    await page.locator('.cables li[data-state=out]').waitFor({ state: 'detached' });
    expect(unplugged()).toEqual([]);
    await page.locator('input[type=search]').fill('');
  });

  test('is told in two languages when the store cannot do what hands ask', async () => {
    await page.locator('.good').first().click();
    await page.locator('.together input').fill('99999');
    await button(page, '放上').first().click();
    expect(await page.locator('.complaint').textContent()).toMatch(/\p{Script=Han}[\s\S]*[a-z]/u);
    await page.locator('.hand .plain').click();
    expect(await page.locator('.hand').count()).toBe(0);
  });

  test('covers a camera’s lens and repairs it', async () => {
    const camera = page.locator('.cables li', { hasText: 'camera-2' });
    await camera.locator('select').selectOption('dark');
    await page.locator('.cables li[data-state=faulty]').waitFor();
    expect(store.world.faultOf('camera-2')).toBe('dark');
    await camera.locator('select').selectOption('');
    await page.locator('.cables li[data-state=faulty]').waitFor({ state: 'detached' });
  });

  test('sees a receipt as a picture in its own characters and tears it off', async () => {
    // ESC @, 谢谢 in GB18030, LF, GS V 0: what a controller would send to this printer.
    const slip = Buffer.from('1b40d0bbd0bb0a1d5600', 'hex');
    appendFileSync(join(folder, 'dev/printer-1'), slip);
    await page.locator('.print text', { hasText: '谢谢' }).waitFor();
    await page.locator('.printer').first().locator('button', { hasText: '撕下小票' }).click();
    await page.locator('.paper[data-torn=true]').waitFor();
  });

  test('plays the shopper on a phone, with nothing wider than the glass', async () => {
    const phone = await atThePage(390, 844);
    const { page: glass } = phone;
    for (const part of ['秤', '扫码', '小票', '线缆', '货架']) {
      await glass.locator('nav').locator('button', { hasText: part }).click();
      const wide = await glass.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, part).toBeLessThanOrEqual(0);
    }
    await glass.locator('.good', { hasText: '番茄' }).first().click();
    await button(glass, '放上').first().click();
    expect(phone.wrong).toEqual([]);
    await phone.leave();
  });

  test('meets no serious barrier: names, contrast and roles are in order', async () => {
    await page.locator('.good').first().click();
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    await page.evaluate(readFileSync(axe, 'utf8'));
    const found = await page.evaluate<{ id: string; impact: string; nodes: { html: string }[] }[]>(
      '(async () => (await axe.run({ exclude: ["iframe"] })).violations)()',
    );
    const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(wrong).toEqual([]);
  });
});
