/**
 * Contact sheets of everything a shopper's screen can be, so that looking at all of it is cheap:
 * the states of the page tests on each panel, in both languages, type sizes and modes.
 * `node dist/bench/sheets.js --out DIR [--only kiosk|lying|counter|cabinet|phone]`, after a build;
 * `--only` takes any beginning of a sheet's name.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { requireBrowser } from '../edge/web/browser.ts';
import { CABINET_VIEWS } from '../edge/web/cabinet-views.fixture.ts';
import { COUNTER_VIEWS } from '../edge/web/counter-views.fixture.ts';
import { type FixtureServer, serveFixture } from '../edge/web/server.fixture.ts';
import { AFTERNOON_WALL_MS, LANE_VIEWS } from '../edge/web/views.fixture.ts';
import { settled } from './painted.ts';

const DIST = join(import.meta.dirname, '..');
const PICTURES = join(DIST, '../node_modules/@lobehub/fluent-emoji-3d/assets');

interface Panel {
  size: string;
  path: string;
  views: Record<string, object>;
  /** Absent on a phone, which has the size of its owner's. */
  mmPerPx?: number;
  /** Each in both languages; comforts that are on, joined by `+`. */
  modes: string[];
  /** Thumbnails of one sheet. */
  grid: [columns: number, rows: number, widthPx: number];
  /** A state after taps of one's own: `state>selector>selector`. */
  tapped: string[];
}

const KIOSK: Omit<Panel, 'size' | 'modes' | 'grid'> = {
  ...{ path: '/kiosk/', views: LANE_VIEWS, mmPerPx: 0.248 },
  tapped: [
    'find>.ways-out .button:nth-child(2)',
    'find>.ways-out .button:nth-child(3)',
    'find-unsure>.more',
    'attract>.recall',
    'basket>.ways-out .button:nth-child(2)',
    'basket>.ways-out .button:nth-child(5)',
  ],
};
const TALL: Panel['grid'] = [4, 1, 350];
const WIDE: Panel['grid'] = [3, 2, 475];
const EVERY = ['plain', 'large', 'contrast', 'low', 'large+low'];
const DOOR = { path: '/cabinet/', views: CABINET_VIEWS, tapped: ['settled>.ask'] };

const PANELS: Record<string, Panel[]> = {
  kiosk: [{ ...KIOSK, size: '1080x1920', modes: EVERY, grid: TALL }],
  lying: [
    { ...KIOSK, size: '1366x768', mmPerPx: 0.253, modes: EVERY.slice(0, 3), grid: WIDE },
    { ...KIOSK, size: '1920x1080', mmPerPx: 0.18, modes: EVERY.slice(0, 3), grid: WIDE },
  ],
  counter: [
    {
      ...{ size: '1280x800', path: '/counter/', views: COUNTER_VIEWS, mmPerPx: 0.17 },
      ...{ modes: EVERY, grid: WIDE },
      tapped: ['tiles>.ways-out .button:nth-last-child(2)', 'unsure>.more'],
    },
  ],
  cabinet: [
    { ...DOOR, size: '800x1280', mmPerPx: 0.17, modes: ['plain', 'large', 'low'], grid: TALL },
    { ...DOOR, size: '1280x800', mmPerPx: 0.17, modes: ['plain', 'large'], grid: WIDE },
  ],
  phone: [
    {
      ...{ ...DOOR, path: '/cabinet/?visit=visit-1', size: '390x844' },
      ...{ modes: ['plain', 'large'], grid: [6, 1, 235] },
    },
  ],
};

let shown = 0;

async function show(server: FixtureServer, page: Page, view: object): Promise<void> {
  shown += 1;
  const number = String(shown).padStart(4, '0');
  server.show({ ...view, storeName: { zh: `晨光里店${number}`, en: `Chenguangli ${number}` } });
  await page.waitForFunction((own) => document.body.textContent?.includes(own), number);
}

/** Every state of one panel in one mode, as JPEGs by name. */
async function shoot(browser: Browser, server: FixtureServer, panel: Panel, mode: string) {
  const [language, ...comforts] = mode.split('+').filter((word) => word !== 'plain');
  const [width = 0, height = 0] = panel.size.split('x').map(Number);
  const drawn = { viewport: { width, height }, deviceScaleFactor: panel.grid[2] / width };
  const options = { ...drawn, reducedMotion: 'reduce' as const };
  const page = await (await browser.newContext({ ...options, locale: 'zh-CN' })).newPage();
  await page.clock.setFixedTime(AFTERNOON_WALL_MS);
  const chosen = [...comforts, ...(language === 'en' ? ['english'] : [])];
  const on = Object.fromEntries(chosen.map((comfort) => [comfort, true]));
  const shots: { name: string; jpeg: Buffer }[] = [];
  for (const name of [...Object.keys(panel.views), ...panel.tapped]) {
    const [state = '', ...taps] = name.split('>');
    if (shots.length === 0 || taps.length > 0) await page.goto(server.origin + panel.path);
    await show(server, page, { ...panel.views[state], mmPerPx: panel.mmPerPx, ...on });
    // A visitor's phone keeps for itself what was chosen there.
    for (const comfort of panel.mmPerPx ? [] : chosen) {
      const off = `html:not([data-${comfort}]) .chip[data-comfort="${comfort}"]`;
      const chip = page.locator(comfort === 'english' ? 'html:lang(zh) .chip[lang]' : off);
      if ((await chip.count()) > 0) await chip.dispatchEvent('click');
    }
    for (const tap of taps)
      if ((await page.locator(tap).count()) > 0) await page.locator(tap).first().click();
    await settled(page);
    shots.push({ name, jpeg: await page.screenshot({ type: 'jpeg', quality: 92 }) });
  }
  await page.context().close();
  return shots;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string' } } });
  if (!values.out) throw new Error('--out DIR: where the sheets go');
  const found = await requireBrowser();
  if (!found) return;
  mkdirSync(values.out, { recursive: true });
  const browser = await chromium.launch(found);
  const server = await serveFixture(join(DIST, 'edge/web'), PICTURES);
  const sheet = await browser.newPage();
  for (const [kind, panels] of Object.entries(PANELS))
    for (const panel of panels)
      for (const mode of panel.modes.flatMap((each) => [`zh+${each}`, `en+${each}`])) {
        const name = `${kind}-${panel.size}-${mode}`;
        if (!name.startsWith(values.only ?? '')) continue;
        const [columns, rows, widthPx] = panel.grid;
        const shots = await shoot(browser, server, panel, mode);
        await sheet.setViewportSize({ width: columns * (widthPx + 8) + 8, height: 10 });
        for (let at = 0; at < shots.length; at += columns * rows) {
          const pictures = shots.slice(at, at + columns * rows).map(
            ({ name, jpeg }) => `<figure style="margin:0;width:${widthPx}px">${name}
              <img style="display:block" src="data:image/jpeg;base64,${jpeg.toString('base64')}">`,
          );
          await sheet.setContent(`<body style="margin:8px;display:flex;flex-wrap:wrap;gap:8px;
            background:#889;font:14px sans-serif">${pictures.join('</figure>')}`);
          const part = String(at / (columns * rows)).padStart(2, '0');
          const file = join(values.out, `${name}-${part}.png`);
          writeFileSync(file, await sheet.screenshot({ fullPage: true }));
        }
      }
  await browser.close();
  await server.close();
}

await main();
