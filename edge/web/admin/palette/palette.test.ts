/** The palette by keys alone, and what a role does not see in it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';

let stage: Stage;

describe.skipIf(!found)('the palette', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = async (viewport = { width: 1440, height: 900 }) => {
    const { seen } = stage.server;
    stage.server.show(STATUS_VIEWS.good ?? {});
    const row = {
      ...{ seq: 512, saleId: 'sale-a', receiptNo: 'R000512', atWallMs: AFTERNOON_WALL_MS },
      ...{ place: 'lane-1', state: 'paid', dispute: '', totalFen: 1300, refundedFen: 0 },
      ...{ paidBy: ['wechat'], goods: [], unsent: false },
    };
    for (const q of ['R0', '0512', 'xyzzy'])
      seen.set(`/api/orders?q=${q}`, { rows: q === 'xyzzy' ? [] : [row], more: false });
    for (const q of encodedWords) seen.set(`/api/orders?q=${q}`, { rows: [], more: false });
    seen.set('/api/stock/items', { items: [] });
    seen.set('/api/audit', { rows: [], more: false });
    seen.set('/api/audit/people', { people: [], today: '2026-11-23' });
    return stage.open('/admin/', { viewport });
  };
  const encodedWords = ['审计', '日结'].map(encodeURIComponent);

  it('opens with Ctrl-K, finds a room by its name, and goes there with Enter', async () => {
    const page = await enter();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox');
    await box.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await box.fill('审计');
    await page.getByRole('option', { name: '审计', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '审计' }).waitFor();
    expect(await page.getByRole('combobox', { name: /找页面/ }).count()).toBe(0);
  });

  it('finds an order by the end of its number, one down from nothing else', async () => {
    const page = await enter();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('button', { name: '搜索' }).click();
    await page.getByRole('combobox').fill('0512');
    await page.getByRole('option', { name: /R000512/, selected: true }).waitFor();
    await page.getByRole('combobox').fill('xyzzy');
    await page.getByText('没有找到「xyzzy」').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('combobox').count()).toBe(0);
  });

  it('fits a phone', async () => {
    const page = await enter({ width: 390, height: 844 });
    await page.getByRole('button', { name: '搜索' }).click();
    await page.getByRole('option').first().waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('option', { selected: true }).textContent()).toBe('协助');
  });
});
