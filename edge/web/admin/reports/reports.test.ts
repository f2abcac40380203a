/** The reports room in a browser: the day so far, closing it with a PIN, closed days, CSV. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { csvCell, csvOf } from '../../../core/csv.ts';
import type { Report } from '../../../core/sale/close-report.ts';
import type { LossesView } from '../../../core/views/loss-views.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';

const tender = { reversedFen: 0, refundedFen: 0, byHandFen: 0 };
const X: Report = {
  ...{ kind: 'X', storeName: { zh: '晨光里', en: 'Chenguangli' }, closeNo: 4, by: '李梅' },
  ...{
    fromSeq: 301,
    toSeq: 512,
    atLocal: '2026-11-23 17:42',
    grandSoldFen: 0,
    grandRefundedFen: 0,
  },
  totals: {
    ...{ sales: 38, soldFen: 123_456, discountFen: 1_200, refunds: 1, refundedFen: 700 },
    ...{ lineVoids: { shopper: 3, staff: 1 }, cancelledSales: 2 },
    tenders: [
      { ...tender, channel: 'wechat', payments: 30, capturedFen: 103_456, refundedFen: 700 },
      { ...tender, channel: 'cash', payments: 8, capturedFen: 20_000 },
    ],
    categories: [{ category: '=fruit', soldFen: 123_456, refundedFen: 700 }],
    lanes: [{ laneId: 'lane-1', sales: 38, soldFen: 123_456 }],
    rates: [
      {
        ...{ vatBasisPoints: 900, soldFen: 123_456, soldVatFen: 10_194 },
        ...{ refundedFen: 700, refundedVatFen: 58 },
      },
    ],
  },
  unresolved: [
    {
      ...{ what: 'payment', saleId: 's', laneId: 'lane-1', channel: 'wechat', orderNo: 'o' },
      ...{ number: 't', amountFen: 990 },
    },
  ],
};
const Z: Report = { ...X, kind: 'Z', closeNo: 3, unresolved: [] };
const ROW = { closeNo: 3, atLocal: '2026-11-22 22:01', by: '李梅', sales: 38, netFen: 122_756 };

const LOSSES: LossesView = {
  ...{ days: 7, fromDay: '2026-11-17', toDay: '2026-11-23' },
  rows: [
    {
      ...{ kind: 'pair', sku: 'apple', name: { zh: '红富士苹果', en: 'Fuji apple' } },
      ...{ seenSku: 'cherry', seenName: { zh: '车厘子', en: 'Cherries' }, asked: 6, stood: 4 },
      differenceFen: 12_840,
    },
    {
      ...{ kind: 'heavier', sku: 'grape', name: { zh: '阳光玫瑰葡萄', en: 'Shine Muscat' } },
      ...{ times: 3, grams: 1_240, differenceFen: 4_712 },
    },
    {
      ...{ kind: 'removals', laneId: 'lane-2', hour: 21, removed: 23, added: 188 },
      ...{ perMille: 122, usualPerMille: 31 },
    },
    { kind: 'weights', what: 'said', place: 'lane-1', times: 4, grams: 860 },
    { kind: 'weights', what: 'review', place: 'cabinet-1', times: 2, grams: 0 },
    {
      ...{ kind: 'stock', sku: 'milk', name: { zh: '=鲜牛奶', en: '=Fresh milk' }, pieces: 5 },
      ...{ grams: 0, differenceFen: 6_450, locations: ['cabinet-1/2/3', ''] },
    },
  ],
};

describe('a cell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+8613', "'+8613"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['茶', '茶'],
    [-12.5, '-12.5'],
  ])('%j is written %j', (value, cell) => expect(csvCell(value)).toBe(cell));

  it('a file begins with its mark and ends each row with CRLF', () => {
    expect(csvOf([['a', 1], ['b']])).toBe('\uFEFFa,1\r\nb\r\n');
  });
});

let stage: Stage;

describe.skipIf(!found)('the reports room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = async (path: string, viewport = { width: 1440, height: 900 }) => {
    const { seen } = stage.server;
    stage.server.show(STATUS_VIEWS.good ?? {});
    seen.set('/api/day', X);
    seen.set('/api/day/closes/3', Z);
    if (!seen.has('/api/day/closes')) seen.set('/api/day/closes', { closes: [ROW], more: true });
    seen.set('/api/day/closes?before=3', { closes: [{ ...ROW, closeNo: 2 }], more: false });
    return stage.open(`/admin/#/${path}`, { viewport });
  };

  it.each([
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ])('shows the day so far at $width px', async (size) => {
    const page = await enter('reports', size);
    await page.getByRole('table', { name: '付款方式' }).waitFor();
    expect(await page.getByRole('row', { name: /微信支付 30 ¥1,034.56 ¥7.00/ }).count()).toBe(1);
    expect(await page.getByText('1 笔钱还没有结果', { exact: false }).count()).toBe(1);
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('closes only when asked twice, with what was sold meanwhile, and shows the closed day', async () => {
    const page = await enter('reports');
    await page.getByRole('table', { name: '付款方式' }).waitFor();
    stage.server.seen.set('/api/day', { ...X, totals: { ...X.totals, sales: 39 } });
    await page.getByRole('button', { name: '日结（Z）' }).click();
    await page.getByText(/日结到此刻为止的 39\s笔/).waitFor();
    expect(stage.server.posted).toEqual([]);
    stage.server.answer = { status: 200, body: { report: Z, printed: false } };
    await page.getByRole('button', { name: '确认日结' }).click();
    await page.getByText(/第 3\s号日结完成.*没有打印出来/).waitFor();
    await page.getByRole('heading', { name: /^第 3\s号/ }).waitFor();
    expect(stage.server.posted).toMatchObject([
      { path: '/api/day/close', command: { print: true } },
    ]);
    stage.server.answer = { status: 200, body: { printed: true } };
    await page.getByRole('button', { name: '打印小票' }).click();
    await page.getByText('已送打印机').waitFor();
    expect(stage.server.posted.at(-1)).toMatchObject({
      path: '/api/day/print',
      command: { closeNo: 3 },
    });
  });

  it('lists closed days and pages back; none yet is said', async () => {
    const page = await enter('reports/past');
    await page.getByText('第 3 号').waitFor();
    await page.getByRole('button', { name: '更早的' }).click();
    await page.getByText('第 2 号').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    stage.server.seen.set('/api/day/closes', { closes: [], more: false });
    const other = await enter('reports/past');
    await other.getByText('还没有日结过').waitFor();
  });

  it('exports what it shows, safe to open', async () => {
    const page = await enter('reports');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出 CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('X-4.csv');
    const text = readFileSync(await download.path(), 'utf8');
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(text).toContain("'=fruit,1234.56,7\r\n");
    expect(text).toContain('微信支付,30,1034.56,7\r\n');
  });

  it.each([
    [1440, 'light', 'zh-CN'],
    [390, 'dark', 'zh-CN'],
    [390, 'light', 'en-GB'],
  ] as const)(
    'at %i px in the %s (%s): loss suspects, each with what to do next',
    async (width, colorScheme, locale) => {
      stage.server.show(STATUS_VIEWS.good ?? {});
      stage.server.seen.set('/api/reports/losses?days=7', LOSSES);
      const viewport = { width, height: width > 900 ? 900 : 844 };
      const page = await stage.open('/admin/#/reports/losses', { viewport, colorScheme, locale });
      const zh = locale === 'zh-CN';
      await page
        .getByText(zh ? /镜头看是「车厘子」.*4\s次仍照原样/ : /left as it was 4×/)
        .waitFor();
      expect(await page.getByText(/占 12.2%；全店中位数 3.1%|12.2%.*is 3.1%/).count()).toBe(1);
      expect(await page.getByText('¥128.40').count()).toBe(1);
      expect(await page.locator('.losses .next').count()).toBe(LOSSES.rows.length);
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  it('takes loss suspects away, and says so where there are none', async () => {
    stage.server.seen.set('/api/reports/losses?days=30', LOSSES);
    stage.server.seen.set('/api/reports/losses?days=1', { ...LOSSES, days: 1, rows: [] });
    const page = await enter('reports/losses/30');
    let downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出 CSV' }).click();
    const csv = await downloading;
    expect(csv.suggestedFilename()).toBe('losses-2026-11-17-2026-11-23.csv');
    expect(readFileSync(await csv.path(), 'utf8')).toContain(',128.4,');
    downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出 Excel' }).click();
    expect((await downloading).suggestedFilename()).toMatch(/\.xlsx$/);
    const [{ path, command } = { path: '', command: {} }] = stage.server.posted;
    expect(path).toBe('/api/reports/sheet');
    expect((command as { rows: unknown[] }).rows).toHaveLength(LOSSES.rows.length + 2);
    await page.getByRole('link', { name: '今天' }).click();
    await page.getByText('这段时间没有损耗线索').waitFor();
    expect(await page.getByRole('button', { name: '导出 CSV' }).count()).toBe(0);
  });

  it('takes what sells away: goods, categories, the week in hours', async () => {
    const page = await enter('reports/selling');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出 CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^selling-\d{4}-\d{2}-\d{2}\.csv$/);
    const text = readFileSync(await download.path(), 'utf8');
    expect(text).toMatch(/项目,件数,重量（千克）,销售额\r\n[^,]+,\d+,[\d.]+,[\d.]+\r\n/);
    expect(text).toMatch(/日期,0:00,.*,23:00\r\n\d{4}-\d{2}-\d{2},/);
  });

  it('on paper is black on white, with nothing to press', async () => {
    const page = await enter('reports');
    await page.getByRole('table', { name: '付款方式' }).waitFor();
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'dark';
    });
    await page.emulateMedia({ media: 'print' });
    const shown = page.locator(':is(button, nav, header.bar):visible');
    expect(await shown.count()).toBe(0);
    const [ink, ground] = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [color, backgroundColor];
    });
    expect([ink, ground]).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
    expect(await page.getByRole('table', { name: '付款方式' }).isVisible()).toBe(true);
  });

  it('says what is wrong when the box does not answer', async () => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    const page = await stage.open('/admin/#/reports');
    await page.getByRole('alert').waitFor();
    await stage.strike(); // the browser complains of the 404 itself
  });
});
