/** The shelves in a browser: whose lay-out is in force, and putting the one before it back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Planogram } from '../../../core/stock/planogram.ts';
import type { SlotView, StockView } from '../../../core/views/stock-view.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';

const slot = { slotId: '1', sku: 'cola', capacity: 8, par: 6, facings: 1, unitWeightGrams: 330 };
const drawn = (version: number, origin: Planogram['origin']): Planogram => ({
  ...{ cabinetId: 'cabinet-1', version, origin, shelves: [{ shelfId: '1', slots: [slot] }] },
});
const shown: SlotView = {
  ...{ ...slot, location: 'cabinet-1/1/1', name: { zh: '可乐', en: 'Cola' } },
  ...{ picture: '', pieces: 4 },
};
const VIEW: StockView = {
  ...{ wallMs: AFTERNOON_WALL_MS, clockTrusted: true, orders: [], holds: [], expiring: [] },
  ...{ storeRoom: [], recalls: [], pick: { lines: [], takeOut: [] } },
  cabinets: [
    {
      planogram: drawn(3, 'head-office'),
      before: { planogram: drawn(2, 'local'), untilWallMs: AFTERNOON_WALL_MS - 60_000 },
      shelves: [{ shelfId: '1', slots: [shown] }],
    },
  ],
};

let stage: Stage;

describe.skipIf(!found)('the shelves', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  it.each([
    [1440, 'light'],
    [390, 'dark'],
  ] as const)(
    'at %i px in the %s: say that head office drew over ours, and put ours back',
    async (width, colorScheme) => {
      stage.server.show(STATUS_VIEWS.good ?? {});
      stage.server.seen.set('/api/stock', VIEW);
      const viewport = { width, height: width > 900 ? 900 : 844 };
      const page = await stage.open('/admin/#/stock', { viewport, colorScheme });
      await page.getByText(/本店画的第 2\s版已被替换/).waitFor();
      expect(await page.getByText(/第 3\s版 · 总部下发/).count()).toBe(1);
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: /^恢复第 2\s版$/ }).click();
      expect(stage.server.posted).toEqual([]);
      await page.getByRole('button', { name: /确定恢复/ }).click();
      await expect.poll(() => stage.server.posted.length).toBe(1);
      expect(stage.server.posted[0]?.command).toEqual({
        ...{ kind: 'publish-planogram', basedOn: 3, planogram: drawn(4, 'local') },
      });
    },
  );

  it('prints the pick list: by product, with places and a box for each', async () => {
    const cola = { sku: 'cola', name: { zh: '可乐', en: 'Cola' }, picture: '', storePieces: 9 };
    const at = (location: string, wantedPieces: number) => ({
      ...{ location, cabinetId: 'cabinet-1', havePieces: 2, par: 6, wantedPieces, shortPieces: 0 },
    });
    const slots = [at('cabinet-1/2/3', 4), at('cabinet-1/1/1', 3)];
    const lines = [{ ...cola, wantedPieces: 7, shortPieces: 0, slots }];
    stage.server.show(STATUS_VIEWS.good ?? {});
    const old = { ...cola, location: 'cabinet-1/3/1', pieces: 2, code: 'LOT_EXPIRED' };
    stage.server.seen.set('/api/stock', { ...VIEW, pick: { lines, takeOut: [old] } });
    const page = await stage.open('/admin/#/stock/refill', { colorScheme: 'dark' });
    await page.evaluate(() => {
      window.print = () => document.body.setAttribute('data-printed', '');
    });
    await page.getByRole('button', { name: '打印补货单' }).click();
    expect(await page.locator('body[data-printed]').count()).toBe(1);
    expect(await page.locator('.pick-paper').isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    const rows = page.locator('.pick-paper tbody tr:visible');
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(/^先取出来/),
      expect.stringMatching(/^可乐\s+cabinet-1\s第\s3\s层第\s1\s格 · 已过期，请取出\s+2/),
      expect.stringMatching(/^可乐 cola\s+7/),
      expect.stringMatching(/^cabinet-1\s第\s1\s层第 1\s格\s+2 \/ 6\s+3/),
      expect.stringMatching(/^cabinet-1\s第\s2\s层第 3\s格\s+2 \/ 6\s+4/),
    ]);
    expect(await page.locator('.tick span:visible').count()).toBe(3);
    expect(await page.locator(':is(button, nav, header):visible').count()).toBe(0);
  });
});
