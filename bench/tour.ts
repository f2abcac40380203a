/**
 * The pictures of README's tour: a running demonstration store, played through its hands API and
 * photographed in a real browser. Run `npm start` first, wait until it has learnt its goods, then
 * `node dist/bench/tour.js`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { LI } from '../edge/access/access.fixture.ts';
import { requireBrowser } from '../edge/web/browser.ts';
import { settled } from './painted.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'edge/web/tour');
const KIOSK = process.env.YIKE_URL_KIOSK ?? 'http://127.0.0.1:8080';
const ADMIN = process.env.YIKE_URL_ADMIN ?? 'http://127.0.0.1:8090';
const HANDS = process.env.YIKE_URL_HANDS ?? 'http://127.0.0.1:8060';
const APPLE = '1001';

async function act(what: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${HANDS}/api/act`, {
    method: 'POST',
    headers,
    body: JSON.stringify(what),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function keep(page: Page, name: string, widthPx: number): Promise<void> {
  await settled(page);
  const picture = await page.screenshot();
  await sharp(picture)
    .resize(widthPx)
    .webp({ quality: 82 })
    .toFile(join(FOLDER, `${name}.webp`));
}

async function kioskTour(page: Page): Promise<void> {
  await page.goto(`${KIOSK}/kiosk/?lane=lane-1`);
  const start = page.getByRole('button', { name: /开始结账/ });
  await start.waitFor();
  await keep(page, 'kiosk-start', 300);
  await start.click();
  await page.getByRole('button', { name: /没有条码/ }).click();
  await act({ act: 'place', plateId: 'plate-2', sku: APPLE, pieces: 3, totalGrams: 612 });
  const tile = page.getByRole('button', { name: /红富士苹果.*7\.32/s }).first();
  await tile.waitFor();
  await keep(page, 'kiosk-weigh', 300);
  await tile.click();
  await page.getByText(/已添加/).waitFor();
  await act({ act: 'take', plateId: 'plate-2', pieceId: 'all' });
  const world = (await (await fetch(`${HANDS}/api/world`)).json()) as {
    goods: { gtin?: string }[];
    wallets: { code: string }[];
  };
  const bottle = world.goods.find((good) => good.gtin)?.gtin;
  await act({ act: 'scan', scannerId: 'scanner-1', code: bottle });
  await page.getByText('¥10.82').first().waitFor();
  await keep(page, 'kiosk-basket', 300);
  await page.getByRole('button', { name: /去付款/ }).click();
  await page
    .getByText(/付款码/)
    .first()
    .waitFor();
  await act({ act: 'pay-code', scannerId: 'scanner-1', code: world.wallets[0]?.code });
  await page
    .getByText(/付款成功/)
    .first()
    .waitFor();
  await keep(page, 'kiosk-done', 300);
}

async function counterTour(page: Page): Promise<void> {
  await page.goto(`${KIOSK}/counter/?counter=counter-1`);
  await act({ act: 'place', plateId: 'plate-1', sku: APPLE, pieces: 3, totalGrams: 612 });
  await page.getByRole('button', { name: /7\.32/ }).first().waitFor();
  await keep(page, 'counter', 620);
  await act({ act: 'take', plateId: 'plate-1', pieceId: 'all' });
}

/** The one-time code as the box shows it; undefined once there is an account. */
function setupCode(): string | undefined {
  const command = join(ROOT, 'dist/run/main.js');
  const said = spawnSync(process.execPath, [command, 'access', 'show', '--json'], {
    encoding: 'utf8',
  });
  const envelope = JSON.parse(said.stdout) as { data: { code: string | null } };
  return envelope.data.code ?? undefined;
}

async function operatorTour(page: Page): Promise<void> {
  await page.goto(`${ADMIN}/admin/`);
  const code = setupCode();
  const fields = code
    ? { 一次性代码: code, 您的姓名: LI.name, 账号: LI.id, 密码: LI.password, PIN: LI.pin }
    : { 账号: LI.id, 密码: LI.password };
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label).first().fill(value);
  await page.locator('button.primary').click();
  await page.getByText('scale-1').first().waitFor();
  await keep(page, 'status', 620);
  await page.goto(`${ADMIN}/admin/#/stock`);
  await page.getByText('fridge-1').first().waitFor();
  await keep(page, 'stock', 620);
}

const options = await requireBrowser();
if (options) {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch(options);
  const pageOf = async (width: number, height: number) =>
    (await browser.newContext({ viewport: { width, height }, locale: 'zh-CN' })).newPage();
  await counterTour(await pageOf(1280, 800));
  await kioskTour(await pageOf(1080, 1920));
  const hands = await pageOf(1440, 900);
  await hands.goto(HANDS);
  await hands.getByText('红富士苹果').first().waitFor();
  await keep(hands, 'hands', 620);
  await operatorTour(await pageOf(1440, 900));
  const cabinet = await pageOf(800, 1280);
  await cabinet.goto(`${KIOSK}/cabinet/?cabinet=cabinet-1`);
  await cabinet.getByText('自动结算').waitFor();
  await keep(cabinet, 'cabinet', 240);
  await browser.close();
}
