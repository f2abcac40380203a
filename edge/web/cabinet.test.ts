/** The cabinet's page in a browser, on a phone and on the door panel, in both languages. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CabinetView } from '../core/views/cabinet-views.ts';
import { CABINET_VIEWS } from './cabinet-views.fixture.ts';
import {
  found,
  LARGE_TYPE_MM,
  lostChips,
  overflows,
  press,
  raise,
  type Stage,
  show,
  smallLetters,
  targets,
} from './stage.fixture.ts';

const TARGET_MM = 20;
/** A door has a panel of so many millimetres a pixel; a phone is its owner's. */
const SIZES = {
  phone: { width: 390, height: 844 },
  panel: { width: 800, height: 1280, mmPerPx: 0.17, leastMm: LARGE_TYPE_MM.standing },
  /** 10.1 inches, lying. */
  wide: { width: 1280, height: 800, mmPerPx: 0.17, leastMm: LARGE_TYPE_MM.lying },
};
const VOICES = [[], ['English'], ['大字'], ['大字', 'English']];
/** These have lists, which scroll; whatever else is said is on the glass at once. */
const LISTS: CabinetView['screen'][] = ['open', 'settled', 'review'];

/** Whether the page is on a screen whose words are not all to be seen. */
const hidden = (page: Page) =>
  page.getByRole('main').evaluate((main) => main.scrollHeight > main.clientHeight + 1);

describe.skipIf(!found)('the cabinet', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(async () => stage?.close());
  afterEach(async () => {
    expect(await stage.strike()).toEqual([]);
  });

  async function open(size: keyof typeof SIZES, names: string[]): Promise<Page> {
    const { width, height, mmPerPx } = { mmPerPx: undefined, ...SIZES[size] };
    stage.server.show({ ...CABINET_VIEWS.open, mmPerPx });
    const page = await stage.open('/cabinet/', { viewport: { width, height } });
    await press(page, names);
    return page;
  }

  it.each(
    (['phone', 'panel', 'wide'] as const).flatMap((size) =>
      VOICES.map((names) => ({ size, names })),
    ),
  )('fits a $size in every state, $names', { timeout: 60_000 }, async ({ size, names }) => {
    const page = await open(size, names);
    const { mmPerPx, leastMm } = { mmPerPx: undefined, leastMm: 0, ...SIZES[size] };
    const leastPx = mmPerPx === undefined ? 44 : TARGET_MM / mmPerPx;
    const troubles: string[] = [];
    const { ready, ...busy } = CABINET_VIEWS;
    // Last, since a door that waits forgets what the last shopper chose.
    for (const [name, view] of [...Object.entries(busy), ['ready', ready] as const]) {
      await show(stage, page, { ...view, mmPerPx });
      if (name === 'ready') await press(page, names);
      const small = (await targets(page)).filter(
        (target) => Math.min(target.width, target.height) < leastPx - 0.5,
      );
      troubles.push(...small.map((target) => `${name}: small: ${target.name}`));
      troubles.push(...(await overflows(page)).map((trouble) => `${name}: ${trouble}`));
      troubles.push(...(await lostChips(page)).map((chip) => `${name}: no chip ${chip}`));
      if (mmPerPx !== undefined && names.includes('大字'))
        troubles.push(
          ...(await smallLetters(page, mmPerPx, leastMm)).map((words) => `${name}: ${words}`),
        );
      if (!LISTS.includes(view.screen) && (await hidden(page))) troubles.push(`${name}: scrolls`);
    }
    expect(troubles).toEqual([]);
  });

  it('shows its codes dark on white, with high contrast too', async () => {
    const page = await open('panel', ['高对比']);
    await show(stage, page, { ...CABINET_VIEWS.settled, mmPerPx: SIZES.panel.mmPerPx });
    const code = page.getByRole('img', { name: '扫码在手机上看账单' });
    expect(await code.evaluate((qr) => getComputedStyle(qr).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
  });

  it.each([[[]], [['大字', 'English']]])(
    'within reach (%s), is pressed in the bottom 60 % of a standing panel alone',
    async (names) => {
      const page = await open('panel', ['低位操作', ...names]);
      const { mmPerPx } = SIZES.panel;
      const { ready: _, ...busy } = CABINET_VIEWS;
      const high: string[] = [];
      const look = async (name: string) => {
        const tops = await page.getByRole('button').evaluateAll((buttons) =>
          buttons.map((button) => ({
            words: button.textContent ?? '',
            share: button.getBoundingClientRect().top / window.innerHeight,
          })),
        );
        high.push(...tops.flatMap((at) => (at.share < 0.4 - 0.001 ? `${name}: ${at.words}` : [])));
      };
      for (const [name, view] of Object.entries(busy)) {
        await show(stage, page, { ...view, mmPerPx });
        await look(name);
        high.push(...(await overflows(page)).map((trouble) => `${name}: ${trouble}`));
      }
      await show(stage, page, { ...busy.settled, mmPerPx });
      await page.locator('.ask').first().click();
      await page.getByRole('dialog').waitFor();
      const dialog = await page.getByRole('dialog').getByRole('button').all();
      expect(await lostChips(page)).toEqual([]);
      for (const button of dialog)
        expect((await button.boundingBox())?.y).toBeGreaterThanOrEqual(SIZES.panel.height * 0.4);
      expect(high).toEqual([]);
    },
  );

  it('asks about one line with two taps, and says which', { timeout: 60_000 }, async () => {
    stage.server.show(CABINET_VIEWS.settled);
    const page = await stage.open('/cabinet/', { viewport: SIZES.phone });
    await page.getByRole('button', { name: '有疑问' }).click();
    await page.getByRole('button', { name: '我没有拿' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    expect(stage.server.posted[0]).toMatchObject({
      path: '/api/cabinets/cabinet-1/commands',
      command: {
        kind: 'dispute',
        visitId: CABINET_VIEWS.settled.visitId,
        lineId: 'l1',
        reason: 'not-taken',
      },
    });
  });
});
