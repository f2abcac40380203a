/** On a phone the tab of the page that is open is in sight, however many stand beside it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StockView } from '../../core/views/stock-view.ts';
import { found, raise, type Stage } from '../stage.fixture.ts';
import { STATUS_VIEWS } from '../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../views.fixture.ts';
import { ROOM } from './recognition/room.fixture.ts';

const PHONE = { width: 390, height: 844 };
const STOCK: StockView = {
  ...{ wallMs: AFTERNOON_WALL_MS, clockTrusted: true, orders: [], holds: [], expiring: [] },
  ...{ storeRoom: [], recalls: [], pick: { lines: [], takeOut: [] }, cabinets: [] },
};
const ROOMS: [string, string[]][] = [
  ['recognition', ['versions', 'queue', 'learnt', 'rates', 'teach']],
  ['reports', ['losses', '', 'selling', 'past']],
  ['stock', ['cold', 'shelves', 'dates', 'refill', 'orders']],
  ['audit', ['ledger', '']],
];
let stage: Stage;

describe.skipIf(!found)('tabs of a room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage.close());
  // Rooms without their numbers complain; this is about their tabs alone.
  afterEach(() => stage.strike());

  const cases = ROOMS.flatMap(([room, tabs]) =>
    (['zh-CN', 'en'] as const).map((locale) => [room, locale, tabs] as const),
  );
  it.each(cases)('of %s, in %s: the open one is whole in sight', async (room, locale, tabs) => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.set('/api/recognition', ROOM);
    stage.server.seen.set('/api/stock', STOCK);
    const [first, ...others] = tabs;
    const page = await stage.open(`/admin/#/${room}/${first}`, { viewport: PHONE, locale });
    const seen = async (tab: string) => {
      const link = page.locator(`main .tabs a[href$="#/${tab ? `${room}/${tab}` : room}"]`);
      await expect.poll(() => link.getAttribute('aria-current')).toBe('page');
      const { x = -1, width = 0 } = (await link.boundingBox()) ?? {};
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(PHONE.width);
      expect(await page.evaluate(() => scrollY + scrollX)).toBe(0);
    };
    await seen(first ?? '');
    for (const tab of others) {
      await page.evaluate((hash) => (location.hash = hash), `/${room}/${tab}`);
      await seen(tab);
    }
  });
});
