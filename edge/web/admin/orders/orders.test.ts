/** The room of orders in a browser: found, narrowed, opened, given back, taken away as a file. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OrderRowView, OrderView } from '../../../core/views/order-views.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';
import { leftOf, worthFen } from './refunding.tsx';

const MINUTE_MS = 60_000;
const milk = { zh: '鲜牛奶 ×2', en: 'Fresh milk ×2' };
const ROW: OrderRowView = {
  ...{ seq: 512, saleId: 'sale-a', receiptNo: 'R000512', atWallMs: AFTERNOON_WALL_MS - MINUTE_MS },
  ...{ place: 'lane-1', state: 'paid', dispute: '', totalFen: 1300, refundedFen: 0 },
  ...{ paidBy: ['wechat'], goods: [milk], unsent: true },
};
const DISPUTED: OrderRowView = {
  ...ROW,
  ...{ seq: 301, saleId: 'sale-b', receiptNo: 'R000301', place: 'cabinet-1', dispute: 'open' },
  ...{ atWallMs: AFTERNOON_WALL_MS - 6 * 86_400_000, unsent: false },
};
const line = {
  ...{ lineId: 'l-1', sku: 'milk', name: { zh: '鲜牛奶', en: 'Fresh milk' }, picture: '' },
  ...{ how: 'each' as const, quantity: 2, unitPriceFen: 650, priceBasis: 'each' as const },
  amountFen: 1300,
};
const ORDER: OrderView = {
  sale: {
    ...{ saleId: 'sale-a', laneId: 'lane-1', phase: 'completed', receiptNo: 'R000512' },
    ...{ atWallMs: AFTERNOON_WALL_MS - MINUTE_MS, lines: [line], count: 2, totalFen: 1300 },
    tenders: [
      {
        ...{ tenderId: 't', channel: 'wechat', orderNo: 'W0001', amountFen: 1300 },
        ...{ capturedFen: 1300, state: 'captured' },
      },
    ],
    refunds: [],
  },
  ...{ state: 'paid', unsent: true, receiptPath: '/receipt/?id=sale-a' },
  paper: [{ text: '晨光里店', align: 'centre', size: 2 }, { rule: true }, { cut: true }],
  history: [
    {
      ...{ seq: 508, atWallMs: AFTERNOON_WALL_MS - 2 * MINUTE_MS, type: 'SaleStarted' },
      ...{ what: { zh: '开始结账', en: 'Sale started' }, source: 'lane-1' },
    },
  ],
};
const EVIDENCE: OrderView['evidence'] = {
  ...{ visitId: 'v', cabinetId: 'cabinet-1', probabilityBp: 9950 },
  ...{ openedWallMs: AFTERNOON_WALL_MS - 9000, shutWallMs: AFTERNOON_WALL_MS - 4000 },
  cells: [{ cell: '1-1', beforeGrams: 1508, afterGrams: 1000, goods: [milk] }],
  disputes: [{ disputeId: 'd', reason: 'not-taken' }],
};

const LOOKS: OrderView['looks'] = [
  {
    ...{ lineId: 'l-1', name: { zh: '番茄', en: 'Tomato' }, grams: 612, by: 'tile' },
    // Any picture of the page's own.
    ...{ confidenceBp: 9_712, picture: '/admin/icons.svg' },
  },
  {
    ...{ lineId: 'l-2', name: { zh: '油桃', en: 'Nectarine' }, grams: 300, by: 'list' },
    first: { zh: '番茄', en: 'Tomato' },
  },
];

describe('what is left of a line', () => {
  const refunds = (quantity: number, amountFen: number) => [
    {
      ...{ refundId: 'r', amountFen, parts: [], reason: '' },
      lines: [
        {
          ...{ lineId: 'l-1', sku: 'milk', quantity, amountFen },
          ...{ vatBasisPoints: 900, goods: 'shelf' as const },
        },
      ],
    },
  ];
  it.each([
    [[], 2, 1300],
    [refunds(1, 650), 1, 650],
    [refunds(0, 100), 2, 1200],
    [refunds(2, 1300), 0, 0],
  ])('after %j is %i pieces worth %i fen', (given, quantity, amountFen) => {
    expect(leftOf({ refunds: given }, line)).toEqual({ quantity, amountFen });
  });
  it('three for ten yuan give back three times a third, and the last one the rest', () => {
    const three = { ...line, quantity: 3, amountFen: 1000 };
    expect(worthFen(three, { quantity: 3, amountFen: 1000 }, 1)).toBe(333);
    expect(worthFen(three, { quantity: 1, amountFen: 334 }, 1)).toBe(334);
  });
});

let stage: Stage;

describe.skipIf(!found)('the room of orders', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = async (path: string, viewport = { width: 1440, height: 900 }) => {
    const { seen } = stage.server;
    stage.server.show(STATUS_VIEWS.good ?? {});
    const places = [
      { id: 'lane-1', kind: 'lane' },
      { id: 'cabinet-1', kind: 'cabinet' },
    ];
    seen.set('/api/orders/places', { places, today: '2026-11-23' });
    const totals = { orders: 214, totalFen: 648_230, refundedFen: 700 };
    if (!seen.has('/api/orders'))
      seen.set('/api/orders', { rows: [ROW, DISPUTED], more: true, totals });
    seen.set('/api/orders?before=301', { rows: [{ ...ROW, seq: 7, saleId: 's7' }], more: false });
    const one = { orders: 1, totalFen: 1300, refundedFen: 0 };
    const disputed = { rows: [DISPUTED], more: false, totals: one };
    seen.set('/api/orders?state=disputed', disputed);
    seen.set('/api/orders?state=disputed&from=2026-11-17', disputed);
    seen.set('/api/orders?state=disputed&from=2026-11-17&to=2026-11-17', disputed);
    seen.set('/api/orders?q=xn', { rows: [ROW], more: false, totals: one });
    seen.set('/api/orders?q=zz', { rows: [], more: false, totals: one });
    seen.set('/api/orders/sale-a', ORDER);
    seen.set('/api/orders/sale-b', { ...ORDER, evidence: EVIDENCE });
    seen.set('/api/orders/sale-c', { ...ORDER, looks: LOOKS });
    return stage.open(`/admin/#/${path}`, { viewport });
  };

  it.each([
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ])('lists what was sold at $width px', async (size) => {
    const page = await enter('orders', size);
    await page.getByText(/214\s笔 · 合计 ¥6,482.30/).waitFor();
    await page.getByText('待上传').waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '更早的交易' }).click();
    await page.getByRole('row').nth(3).waitFor();
  });

  it('finds the disputed order of last Tuesday in three touches, with its evidence', async () => {
    const page = await enter('orders');
    await page.getByRole('button', { name: '有争议' }).click();
    await page.getByLabel('从').fill('2026-11-17');
    await page.getByLabel('到').fill('2026-11-17');
    await page.getByRole('link', { name: /R000301/ }).click();
    await page.getByText(/层板 1-1：1508\s克 → 1000\s克/).waitFor();
    await page.getByRole('link', { name: '去处理争议' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it.each([
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ])('shows what the camera saw of a line, or that it is forgotten, at $width px', async (size) => {
    const page = await enter('orders/sale-c', size);
    await page.getByRole('img', { name: '秤盘上的番茄' }).waitFor();
    await page.getByText(/0.612\s千克 · 点图选的 · 把握 97%/).waitFor();
    await page.getByText(/列表里选的 · 摄像头先认成「番茄」/).waitFor();
    expect(await page.getByText('照片不在了').count()).toBe(1);
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('finds by pinyin while it is typed; nothing found says what to do', async () => {
    const page = await enter('orders');
    const box = page.getByRole('searchbox', { name: '搜索' });
    await box.fill('xn');
    await page.getByText(/1\s笔 · 合计 ¥13.00/).waitFor();
    await box.fill('zz');
    await page.getByText('没有找到交易').waitFor();
    await page.getByRole('button', { name: '清除条件' }).click();
    await page.getByText(/214\s笔/).waitFor();
  });

  it('gives one of two back, with a reason, in the name of who is signed in', async () => {
    const page = await enter('orders/sale-a');
    await page.getByRole('checkbox', { name: '退 鲜牛奶' }).check();
    await page.getByRole('spinbutton').fill('1');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '退款 ¥6.50' }).click();
    await page.getByText('以 李梅 的名义记入账本').waitFor();
    await page.getByRole('button', { name: '商品变质' }).click();
    await page.getByText('已完成：退款 ¥6.50').waitFor();
    const command = {
      kind: 'refund',
      receiptNo: 'R000512',
      lines: [{ lineId: 'l-1', quantity: 1 }],
    };
    expect(stage.server.posted).toMatchObject([
      { path: '/api/lanes/lane-1/money', command: { command, reason: '商品变质' } },
    ]);
    await stage.strike();
  });

  it('fits a phone', async () => {
    const page = await enter('orders/sale-b', { width: 390, height: 844 });
    await page.getByText('晨光里店', { exact: true }).waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('takes what was found away as a file', async () => {
    const page = await enter('orders');
    stage.server.seen.set('/api/orders/file?kind=csv&language=zh', { rows: [] });
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出 CSV' }).click();
    expect((await downloading).suggestedFilename()).toBe('orders.csv');
  });

  it('says so when there is nothing yet, and when the box does not answer', async () => {
    stage.server.seen.set('/api/orders', { rows: [], more: false });
    const page = await enter('orders');
    await page.getByText('还没有交易').waitFor();
    await stage.strike();
    stage.server.show(STATUS_VIEWS.good ?? {});
    const other = await stage.open('/admin/#/orders');
    await other.getByRole('alert').waitFor();
    await stage.strike();
  });
});
