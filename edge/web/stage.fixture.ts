/** A browser on the built pages, and the rulers that pages are held to. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { BUILT } from '../cli/built.fixture.ts';
import { type FoundBrowser, requireBrowser } from './browser.ts';
import { type FixtureServer, serveFixture } from './server.fixture.ts';
import { AFTERNOON_WALL_MS } from './views.fixture.ts';

const root = join(import.meta.dirname, '../..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Looked up once, so that a machine without one skips loudly before anything is built. */
export const found: FoundBrowser | undefined = await requireBrowser();

export interface Stage {
  server: FixtureServer;
  /** Opens a page on the fixture's afternoon; whatever it complains about lands in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Console errors, exceptions, and requests that left the machine. */
  complaints: string[];
  /** Closes every page; returns the complaints and forgets them, with what was posted. */
  strike(): Promise<string[]>;
  close(): Promise<void>;
}

/** A folder of the pages as they are now: those of `npm test`, or built for this file alone. */
async function builtPages(): Promise<{ folder: string; free(): void }> {
  if (BUILT) return { folder: join(root, 'dist/edge/web'), free() {} };
  const { build } = await import('./build.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'yike-pages-'));
  await build(root, folder);
  return { folder, free: () => rmSync(folder, { recursive: true }) };
}

export async function raise(): Promise<Stage> {
  const { folder, free } = await builtPages();
  const pictures = join(root, 'node_modules/@lobehub/fluent-emoji-3d/assets');
  const server = await serveFixture(folder, pictures);
  const browser: Browser = await chromium.launch(found);
  const complaints: string[] = [];
  return {
    server,
    complaints,
    async open(path, options = {}) {
      const context = await browser.newContext({
        locale: 'zh-CN',
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error')
          complaints.push(`${message.text()} ${message.location().url}`);
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(server.origin)) complaints.push(`left: ${request.url()}`);
      });
      await page.clock.setFixedTime(AFTERNOON_WALL_MS);
      await page.goto(server.origin + path);
      return page;
    },
    async strike() {
      const heard = complaints.splice(0);
      for (const context of browser.contexts()) await context.close();
      complaints.splice(0);
      server.posted.splice(0);
      server.seen.clear();
      server.answer = { status: 200, body: { ok: true } };
      return heard;
    },
    async close() {
      await browser.close();
      await server.close();
      free();
    },
  };
}

const KIOSK = { width: 1080, height: 1920 };
const COUNTER = { width: 1280, height: 800 };

/** A shopper before a lane's kiosk, or the counter where `path` names one, which shows `view`. */
export async function stand(
  stage: Stage,
  view: object | undefined,
  path = '/kiosk/?lane=lane-7',
): Promise<Page> {
  stage.server.show(view ?? {});
  const viewport = path.startsWith('/counter') ? COUNTER : KIOSK;
  const page = await stage.open(path, { viewport });
  await page.getByRole('main').waitFor();
  return page;
}

let shown = 0;

/** Shows a view under a shop name of its own, and waits until the page has drawn that one. */
export async function show<View extends object>(
  stage: Stage,
  page: Page,
  view: View,
): Promise<void> {
  shown += 1;
  const number = String(shown).padStart(4, '0');
  const storeName = { zh: `晨光里店${number}`, en: `Chenguangli ${number}` };
  stage.server.show({ ...view, storeName });
  await page.waitForFunction(
    (wanted) => (document.body.textContent ?? '').includes(wanted),
    number,
    {
      polling: 20,
    },
  );
}

/** Taps the buttons of these names, one after another. */
export async function press(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) await page.getByRole('button', { name }).click();
}

export interface Target {
  name: string;
  width: number;
  height: number;
}

/** Size in CSS pixels of everything a finger is meant for. */
export function targets(page: Page): Promise<Target[]> {
  const pressed = page.getByRole('button').or(page.getByRole('link'));
  return pressed.evaluateAll((elements: (HTMLElement | SVGElement)[]) =>
    elements.map((element) => {
      const { width, height } = element.getBoundingClientRect();
      const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
      return { name, width, height };
    }),
  );
}

/**
 * What sticks out: a page wider than its panel, a control outside it (lists that scroll apart),
 * a box that cuts its own content off, or a word of a key that is torn in two.
 */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // Letters of a face that is still on its way are of another width.
    await document.fonts.ready;
    const troubles: string[] = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > window.innerWidth) troubles.push(`page is ${wide} px wide`);
    const describe = (element: Element) =>
      `${element.className} "${(element.textContent ?? '').slice(0, 24)}"`;
    for (const button of document.querySelectorAll('.panel button, .cabinet button')) {
      const box = button.getBoundingClientRect();
      const inside = box.right <= window.innerWidth + 1 && box.bottom <= window.innerHeight + 1;
      if (!inside && !button.closest('.found, .lines, .tiles:not([data-few])'))
        troubles.push(`out: ${describe(button)}`);
    }
    const boxes =
      '.card, .half, .hero, .begin, .empty, .out, .figures, .teaching, .tile, .facts, .side, ' +
      '.dial, .eye, .choose, .notice, .button, .chip, .dialog';
    for (const box of document.querySelectorAll(boxes)) {
      const cut = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (cut) troubles.push(`cut: ${describe(box)}`);
    }
    for (const key of document.querySelectorAll(':is(.ways-out, .ways, footer) > button, .chip'))
      for (const node of key.childNodes)
        for (const { 0: word, index } of (node.nodeValue ?? '').matchAll(/[a-z]+/gi)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          if (range.getClientRects().length > 1) troubles.push(`torn: ${word}`);
        }
    return troubles;
  });
}

/**
 * Chips of a shopper's screen that one tap would not reach: missing, or with something in front.
 * 低位操作 is missed only where it would move anything.
 */
export function lostChips(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const lying = window.innerWidth > window.innerHeight;
    const at = (selector: string) => document.querySelector(selector) !== null;
    const moves = at('.counter') || (!lying && at('.panel, html[data-panel] .cabinet'));
    const low = moves ? ['[data-comfort="low"]'] : [];
    const chips = ['large', 'voice', 'contrast'].map((name) => `[data-comfort="${name}"]`);
    const wanted = [...chips, '.chip[lang]', ...low];
    return wanted.filter((selector) => {
      const chip = document.querySelector(selector);
      if (!chip) return true;
      const { left, top, width, height } = chip.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, top + height / 2);
      return !there || !chip.contains(there);
    });
  });
}

/** Keys of a search pad that a finger on their middle would not reach. */
export function coveredKeys(page: Page): Promise<string[]> {
  return page.locator('.keys .key').evaluateAll((keys) =>
    keys
      .filter((key) => {
        const { left, top, width, height } = key.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height / 2);
        return !there || !key.contains(there);
      })
      .map((key) => `covered: ${key.textContent || key.getAttribute('aria-label')}`),
  );
}

/**
 * Type in which a capital letter is seen under 0.7 degrees (EN 301 549 5.1.4) from half a metre;
 * on a panel of ten inches that lies, a scale's or a door's, from 44 cm: more has no room there.
 */
export const LARGE_TYPE_MM = { standing: 8.4, lying: 7.4 };

/** Words shown in letters of less than so many millimetres of type, with their size. */
export function smallLetters(page: Page, mmPerPx: number, leastMm: number): Promise<string[]> {
  const look = ({ scale, leastMm }: { scale: number; leastMm: number }) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const small: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = (node.textContent ?? '').trim();
      const parent = node.parentElement;
      if (!parent || words === '' || parent.closest('svg, script, style')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      if (range.getClientRects().length === 0) continue;
      const mm = Number.parseFloat(getComputedStyle(parent).fontSize) * scale;
      if (mm < leastMm - 0.05) small.push(`${mm.toFixed(1)} mm: ${parent.className} "${words}"`);
    }
    return small;
  };
  return page.evaluate(look, { scale: mmPerPx, leastMm });
}

/** Serious and critical findings of axe-core, as `rule: element`. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Compiling half a megabyte takes longer than what it then finds.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const runner = Reflect.get(window, 'axe');
    const result = await runner.run(document, { resultTypes: ['violations'] });
    const findings: string[] = [];
    for (const violation of result.violations) {
      if (!['serious', 'critical'].includes(violation.impact)) continue;
      for (const node of violation.nodes) findings.push(`${violation.id}: ${node.html}`);
    }
    return findings;
  });
}
