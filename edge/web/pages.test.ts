/** The pages in a real browser, against a stand-in edge: sizes, reach, language, what is sent. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { COUNTER_VIEWS } from './counter-views.fixture.ts';
import {
  axeFindings,
  coveredKeys,
  found,
  LARGE_TYPE_MM,
  lostChips,
  overflows,
  press,
  raise,
  type Stage,
  show,
  smallLetters,
  type Target,
  targets,
} from './stage.fixture.ts';
import { STATUS_VIEWS } from './status.fixture.ts';
import { FAILED, LANE_VIEWS } from './views.fixture.ts';

/** What a tile's picture has of it, its outline aside. */
const PICTURE_SHARE = 0.38;
/** Weights that a buyer reads for themselves (OIML R 76). */
const DIRECT_SALE_MM = 9.5;
const TARGET_MM = 20;
const DEEP = process.env.YIKE_DEEP === '1';

/** Panels of the trade: millimetres per CSS pixel from diagonal and resolution. */
const KIOSKS = [
  { panel: '21.5" standing', width: 1080, height: 1920, mmPerPx: 0.248 },
  { panel: '15.6" 1366x768', width: 1366, height: 768, mmPerPx: 0.253 },
  { panel: '24" standing', width: 1080, height: 1920, mmPerPx: 0.277 },
  { panel: '15.6" 1920x1080', width: 1920, height: 1080, mmPerPx: 0.18 },
].slice(0, DEEP ? 4 : 2);
const COUNTERS = [
  { panel: '10.1" 1280x800', width: 1280, height: 800, mmPerPx: 0.17 },
  { panel: '13.3" 1920x1080', width: 1920, height: 1080, mmPerPx: 0.153 },
].slice(0, DEEP ? 2 : 1);
const VOICES: { voice: string; names: string[] }[] = [
  { voice: 'Chinese', names: [] },
  { voice: 'English, large', names: ['大字', 'English'] },
  { voice: 'English, spoken', names: ['语音', 'English'] },
  { voice: 'English, spoken, within reach', names: ['低位操作', '语音', 'English'] },
  { voice: 'English', names: ['English'] },
  { voice: 'Chinese, large', names: ['大字'] },
  { voice: 'Chinese, within reach', names: ['低位操作'] },
  { voice: 'English, large, within reach', names: ['低位操作', '大字', 'English'] },
];
/** What a quick run walks on the second kiosk: the shortest words, and the longest in the largest letters. */
const EXTREMES = ['Chinese', 'English, large'];

let stage: Stage;

describe.skipIf(!found)('the pages in a browser', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  /** Names of those under 20 mm. */
  const undersized = (sized: Target[], mmPerPx: number) =>
    sized
      .filter(({ width, height }) => Math.min(width, height) * mmPerPx < TARGET_MM - 0.05)
      .map(({ name }) => name);
  const tooSmall = async (page: Page, mmPerPx: number) => undersized(await targets(page), mmPerPx);

  /** Walks a page through views; says which control is too small or which box overflows. */
  async function walk(
    page: Page,
    views: Record<string, object | undefined>,
    mmPerPx: number,
    rulerMmPerPx = mmPerPx,
    typeMm = LARGE_TYPE_MM.standing,
  ) {
    const troubles: string[] = [];
    for (const [name, view] of Object.entries(views)) {
      await show(stage, page, { ...view, mmPerPx });
      const sized = await targets(page);
      if (sized.length < 2) troubles.push(`${name}: nothing to press`);
      const small = undersized(sized, rulerMmPerPx);
      troubles.push(...small.map((words) => `${name}: small: ${words}`));
      troubles.push(...(await overflows(page)).map((trouble) => `${name}: ${trouble}`));
      troubles.push(...(await lostChips(page)).map((chip) => `${name}: no chip ${chip}`));
      const large = await page.locator('html[data-large]').count();
      const letters = large > 0 ? await smallLetters(page, rulerMmPerPx, typeMm) : [];
      troubles.push(...letters.map((words) => `${name}: ${words}`));
      const more = page.locator('.more');
      if ((await more.count()) === 0) continue;
      await more.click();
      troubles.push(...(await overflows(page)).map((trouble) => `${name}, all: ${trouble}`));
    }
    return troubles;
  }

  /** Words of what is pressed above the bottom 60 % of a standing panel. */
  const tooHigh = (page: Page) =>
    page.locator('.panel button').evaluateAll((buttons) =>
      buttons
        .filter((button) => button.getClientRects().length > 0)
        .filter((button) => button.getBoundingClientRect().top < window.innerHeight * 0.4 - 1)
        .map((button) => button.textContent ?? ''),
    );

  /** With 低位操作, what is pressed lies in the bottom 60 %. */
  async function outOfReach(page: Page, views: Record<string, object | undefined>) {
    const high: string[] = [];
    for (const [name, view] of Object.entries(views)) {
      await show(stage, page, view ?? {});
      high.push(...(await tooHigh(page)).map((words) => `${name}: too high: ${words}`));
    }
    return high;
  }

  /** The questions that a tap brings up. */
  async function askedByHand(page: Page, mmPerPx: number) {
    const back = page.getByRole('dialog').getByRole('button', { name: /返回|继续购物|Back|Keep/ });
    for (const name of [/会员码|Member/, /不买了|Leave/]) {
      await show(stage, page, {
        ...LANE_VIEWS['basket-member'],
        sale: LANE_VIEWS.basket?.sale,
        mmPerPx,
      });
      await page.getByRole('button', { name }).click();
      await back.waitFor();
      expect([await overflows(page), await lostChips(page)]).toEqual([[], []]);
      expect(await tooSmall(page, mmPerPx)).toEqual([]);
      await back.click();
    }
  }

  /** The least share of a tile that its picture has. */
  const pictureShare = (page: Page) =>
    page.locator('.tile:not(.none)').evaluateAll((tiles) => {
      const area = (element: Element | null) => {
        const { width = 0, height = 0 } = element?.getBoundingClientRect() ?? {};
        return width * height;
      };
      return Math.min(...tiles.map((tile) => area(tile.querySelector('.picture')) / area(tile)));
    });

  /** What is wrong with the open search pad, while something is said and after. */
  async function padTroubles(page: Page, view: object | undefined, mmPerPx: number) {
    const troubles: string[] = [];
    for (const notice of [FAILED, undefined]) {
      stage.server.show({ ...view, notice, mmPerPx });
      await page.locator('.notice').waitFor({ state: notice ? 'visible' : 'detached' });
      const small = (await tooSmall(page, mmPerPx)).map((name) => `small: ${name}`);
      troubles.push(...small, ...(await coveredKeys(page)), ...(await overflows(page)));
      troubles.push(...(await lostChips(page)).map((chip) => `no chip ${chip}`));
    }
    return troubles;
  }

  /** Height of the weight's digits on the glass. */
  async function digitsMm(page: Page, mmPerPx: number): Promise<number> {
    const pixels = await page.getByRole('region', { name: /重量|Weight/ }).evaluate((dial) => {
      const shown = dial.querySelector('.digits');
      return shown ? Number.parseFloat(getComputedStyle(shown).fontSize) : 0;
    });
    return pixels * 0.727 * mmPerPx;
  }

  describe.each(KIOSKS)('kiosk on $panel', ({ width, height, mmPerPx }) => {
    const standing = height > width;
    const heard =
      standing || DEEP ? VOICES : VOICES.filter(({ voice }) => EXTREMES.includes(voice));
    it.each(heard.filter(({ names }) => standing || !names.includes('低位操作')))(
      'targets are 20 mm and nothing is cut off in $voice',
      async ({ names }) => {
        const { attract, 'attract-limited': limited, ...busy } = LANE_VIEWS;
        stage.server.show({ ...LANE_VIEWS.basket, mmPerPx });
        const page = await stage.open('/kiosk/?lane=lane-1', { viewport: { width, height } });
        await press(page, names);
        expect(await walk(page, busy, mmPerPx)).toEqual([]);
        await show(stage, page, { ...LANE_VIEWS.find, mmPerPx });
        expect(await digitsMm(page, mmPerPx)).toBeGreaterThanOrEqual(DIRECT_SALE_MM);
        if (!names.includes('大字'))
          expect(await pictureShare(page)).toBeGreaterThan(PICTURE_SHARE);
        await page.getByRole('button', { name: /都不是|None/ }).click();
        expect(await digitsMm(page, mmPerPx)).toBeGreaterThanOrEqual(DIRECT_SALE_MM);
        expect(await walk(page, { search: LANE_VIEWS.find ?? {} }, mmPerPx)).toEqual([]);
        expect(await padTroubles(page, LANE_VIEWS.find, mmPerPx)).toEqual([]);
        if (names.length === 0) {
          expect(await walk(page, { attract, limited }, mmPerPx)).toEqual([]);
        }
        if (names.includes('低位操作')) expect(await outOfReach(page, busy)).toEqual([]);
        await askedByHand(page, mmPerPx);
      },
    );
  });

  describe.each(COUNTERS)('counter on $panel', ({ width, height, mmPerPx }) => {
    it.each(VOICES)('targets are 20 mm, nothing is cut off, in $voice', async (voice) => {
      stage.server.show({ ...COUNTER_VIEWS.tiles, mmPerPx });
      const page = await stage.open('/counter/', { viewport: { width, height } });
      await press(page, voice.names);
      const { ready, teaching, help, ...busy } = COUNTER_VIEWS;
      expect(await walk(page, busy, mmPerPx, mmPerPx, LARGE_TYPE_MM.lying)).toEqual([]);
      if (voice.names.includes('低位操作')) {
        const pressed = await outOfReach(page, { ...busy, help });
        expect(pressed).toEqual([]);
        await show(stage, page, { ...COUNTER_VIEWS.tiles, mmPerPx });
        for (const keys of [/都不是|None/, /数字|123/]) {
          await page.getByRole('button', { name: keys }).click();
          await page.getByRole('list', { name: /本店商品|Items in/ }).waitFor();
          expect(await padTroubles(page, COUNTER_VIEWS.tiles, mmPerPx)).toEqual([]);
          expect(await tooHigh(page)).toEqual([]);
        }
        return;
      }
      if (voice.names.length === 0) {
        expect(await walk(page, { ready, teaching, help }, mmPerPx)).toEqual([]);
      }
      await show(stage, page, { ...COUNTER_VIEWS.tiles, mmPerPx });
      expect(await digitsMm(page, mmPerPx)).toBeGreaterThanOrEqual(20 - 0.05);
      await page.getByRole('button', { name: /都不是|None/ }).click();
      await expect.poll(() => page.getByRole('button', { name: 'Q' }).count()).toBe(1);
      expect(await padTroubles(page, COUNTER_VIEWS.tiles, mmPerPx)).toEqual([]);
      stage.server.show({ ...COUNTER_VIEWS.tiles, help: help?.help, mmPerPx });
      await page.getByRole('dialog').waitFor();
      expect([await overflows(page), await lostChips(page)]).toEqual([[], []]);
      expect(await tooSmall(page, mmPerPx)).toEqual([]);
    });
  });

  it('the ruler itself notices targets under 20 mm and controls off the glass', async () => {
    stage.server.show(LANE_VIEWS.basket ?? {});
    const page = await stage.open('/kiosk/', { viewport: { width: 480, height: 700 } });
    const { basket } = LANE_VIEWS;
    const troubles = await walk(page, { basket }, 0.248, 0.124);
    expect(troubles).toContain('basket: small: 呼叫店员');
    expect(troubles.filter((trouble) => /page is|out:|cut:/.test(trouble))).not.toEqual([]);
  });

  describe('the operator', () => {
    const sizes = [
      { name: 'at the desk', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
      { name: 'at night', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
      { name: 'on the phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
    ] as const;

    it.each(sizes)('reads every state of the store $name', async ({ viewport, colorScheme }) => {
      stage.server.show(STATUS_VIEWS.good ?? {});
      const page = await stage.open('/admin/', { viewport, colorScheme });
      for (const view of Object.values(STATUS_VIEWS)) {
        await show(stage, page, view);
        expect(await overflows(page)).toEqual([]);
        expect(await axeFindings(page)).toEqual([]);
      }
    });

    it('sees which device, since when, why, and what to do now', async () => {
      stage.server.show(STATUS_VIEWS.bad ?? {});
      const page = await stage.open('/admin/', { viewport: { width: 1440, height: 900 } });
      const row = page.getByRole('row', { name: /scanner-1/ });
      await expect
        .poll(() => row.textContent())
        .toMatch(/离线[\s\S]*14\s分钟[\s\S]*不存在[\s\S]*插回 USB/);
      await page.getByRole('link', { name: /lane-1/ }).waitFor();
    });
  });
});
