/** The products room in a browser: find, choose ten, see every new price, change them, take it back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PlacedView, ProductsView, ProductView } from '../../../core/views/catalogue-view.ts';
import type { Posted } from '../../server.fixture.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';
import { hundredthsOf } from './reprice.tsx';

describe('a typed number', () => {
  it.each([
    ['-10', -1000],
    ['＋0.5', 50],
    ['－3.25', -325],
    ['12', 1200],
    ['', undefined],
    ['1.234', undefined],
    ['1e3', undefined],
    ['一', undefined],
  ])('%j is %s hundredths', (typed, value) => expect(hundredthsOf(typed)).toBe(value));
});

const product = (at: number, more: Partial<ProductView> = {}): ProductView => ({
  ...{ sku: `s${at}`, name: { zh: `茶${at}号`, en: `Tea ${at}` }, picture: '', category: '茶' },
  ...{ unitPriceFen: 1000 + at, priceBasis: 'each', pinyin: [`c${at}h`], tareGrams: 0 },
  ...{ gtin: '6901234567892', onSale: true, local: [] },
  ...more,
});
const LIST = Array.from({ length: 12 }, (_, at) => product(at));
const VIEW: ProductsView = {
  ...{ wallMs: AFTERNOON_WALL_MS, version: 8, publishedVersion: 7, total: 12, products: LIST },
  counts: { all: 12, 'on-sale': 12, 'off-sale': 0, local: 0, locked: 0 },
  undoable: [],
};
const MIXED: ProductsView = {
  ...VIEW,
  products: [
    product(0, { lockedBy: '总部定价组' }),
    product(1, { minimumPriceFen: 990 }),
    product(2, { onSale: false }),
    product(3, {
      local: [{ field: 'unitPriceFen', base: 1200, by: '李梅', wallMs: AFTERNOON_WALL_MS }],
    }),
  ],
  counts: { all: 4, 'on-sale': 3, 'off-sale': 1, local: 1, locked: 1 },
  total: 40,
};

let stage: Stage;

describe.skipIf(!found)('the products room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const tell = (view: ProductsView, q = '', filter = 'all') =>
    stage.server.seen.set(`/api/products?q=${q}&filter=${filter}&limit=100`, view);
  const enter = async (
    view: ProductsView,
    viewport = { width: 1440, height: 900 },
    colorScheme: 'light' | 'dark' = 'light',
  ) => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    tell(view);
    return stage.open('/admin/#/products', { viewport, colorScheme });
  };

  it.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('at %i px in the %s: whose price it is, what is off sale', async (width, scheme) => {
    const page = await enter(MIXED, { width, height: width > 900 ? 900 : 844 }, scheme);
    await page.getByText('总部定价组').waitFor();
    expect(await page.getByText('李梅 改的，总部 ¥12.00').count()).toBe(1);
    expect(await page.getByRole('button', { name: '总部管价 1' }).count()).toBe(1);
    expect(await page.getByRole('button', { name: '再显示一些（4 / 40）' }).count()).toBe(1);
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('changes ten prices after showing each of them, and takes them back', async () => {
    const page = await enter(VIEW);
    for (let at = 0; at < 10; at += 1)
      await page.getByRole('checkbox', { name: `选中「茶${at}号」` }).check();
    await page.getByRole('button', { name: '改价' }).click();
    await page.getByLabel('涨跌多少（%）').fill('-10');
    await page.getByRole('row', { name: /茶9号 ¥10.09\/件 ¥9.08/ }).waitFor();
    expect(stage.server.posted).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    const undoable = [
      {
        editId: 'e1',
        by: '李梅',
        changes: 10,
        wallMs: 0,
        untilWallMs: AFTERNOON_WALL_MS + 1_800_000,
      },
    ];
    tell({ ...VIEW, undoable });
    await page.getByRole('button', { name: /^改 10\s种的价格$/ }).click();
    await page.getByText('还可撤销 30:00').waitFor();
    const [{ path, command }] = stage.server.posted as [Posted];
    expect(path).toBe('/api/products/commands');
    expect(command).toMatchObject({ kind: 'edit' });
    expect((command.changes as object[]).slice(8)).toEqual([
      { sku: 's8', field: 'unitPriceFen', was: 1008, is: 907 },
      { sku: 's9', field: 'unitPriceFen', was: 1009, is: 908 },
    ]);
    tell(VIEW);
    await page.getByRole('button', { name: '撤销' }).click();
    await page.getByText(/已撤销，10\s种恢复原样/).waitFor();
    expect(stage.server.posted[1]?.command).toEqual({ kind: 'undo', editId: 'e1' });
  });

  it('leaves out what may not have that price, and says why', async () => {
    const page = await enter(MIXED);
    await page.getByRole('checkbox', { name: /选中这 4\s种/ }).check();
    await page.getByRole('button', { name: '改价' }).click();
    await page.getByRole('button', { name: '统一定价' }).click();
    await page.getByLabel('新价格（元）').fill('8,8');
    await page.getByText('请输入数字，最多两位小数').waitFor();
    await page.getByLabel('新价格（元）').fill('9.8');
    await page.getByText('总部定价组 管价，不改').waitFor();
    expect(await page.getByText('低于最低价 ¥9.90，不改').count()).toBe(1);
    expect(await page.getByRole('button', { name: /^改 2\s种的价格$/ }).isEnabled()).toBe(true);
  });

  it('shows each tag as it will be, prints them one after another, and keeps what is left', async () => {
    const placed: PlacedView[] = [
      { kind: 'text', x: 16, y: 16, scale: 2, bold: true, text: '茶0号' },
      { kind: 'bar', x: 16, y: 84, widthDots: 448, heightDots: 2 },
      {
        ...{ kind: 'ean13', x: 60, y: 100, moduleDots: 2, heightDots: 80 },
        digits: '6901234567892',
      },
    ];
    const paper = { widthDots: 480, heightDots: 480, placed };
    const tags = [
      { sku: 's0', papers: [paper, paper] },
      { sku: 's1', papers: [] },
    ];
    stage.server.seen.set('/api/products/tags?kind=shelf&skus=s0%2Cs1', { tags });
    const page = await enter(VIEW);
    await page.getByRole('checkbox', { name: '选中「茶0号」' }).check();
    await page.getByRole('checkbox', { name: '选中「茶1号」' }).check();
    await page.getByRole('button', { name: '打印价签' }).click();
    // What does not fit on one label is on the next, and is seen to be.
    const labels = page.getByRole('img', { name: '茶0号 EAN-13 6901234567892' });
    await labels.nth(1).waitFor();
    await page.getByText('接上打印机，就能看到标签的样子').waitFor();
    const drawn = await labels
      .first()
      .locator('rect')
      .evaluateAll((all) => all.length);
    // A rule and the 30 bars of an EAN-13, each as wide as its modules.
    expect(drawn).toBeGreaterThanOrEqual(31);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /^打印 2\s张$/ }).click();
    await page.getByText(/已打印 2\s张/).waitFor();
    expect(stage.server.posted.map(({ command }) => command)).toEqual([
      ...[
        { sku: 's0', kind: 'shelf' },
        { sku: 's1', kind: 'shelf' },
      ],
    ]);
    const refusal = {
      code: 'TAGS_NOT_PRINTED',
      message: { zh: '没有打印完', en: 'Not all' },
      next: { zh: '看看打印机', en: 'See to it' },
    };
    stage.server.answer = { status: 200, body: { ok: false, refusal } };
    await page.getByRole('checkbox', { name: '选中「茶0号」' }).check();
    await page.getByRole('checkbox', { name: '选中「茶1号」' }).check();
    await page.getByRole('button', { name: '打印价签' }).click();
    await page.getByRole('button', { name: /^打印 2\s张$/ }).click();
    await page.getByRole('alert').getByText('没有打印完').waitFor();
    expect(await page.getByRole('button', { name: /^打印 2\s张$/ }).count()).toBe(1);
  });

  it('takes off sale, says what the box refuses, and finds nothing in words', async () => {
    const page = await enter(VIEW);
    const refusal = {
      code: 'EDIT_STALE',
      message: { zh: '这个商品刚被别人改过，没有保存', en: 'Changed meanwhile' },
      next: { zh: '刷新后再改', en: 'Reload' },
    };
    stage.server.answer = { status: 200, body: { ok: false, refusal } };
    await page.getByRole('checkbox', { name: '选中「茶3号」' }).check();
    await page.getByRole('button', { name: '停售' }).click();
    await page.getByRole('alert').getByText('刚被别人改过', { exact: false }).waitFor();
    expect(stage.server.posted[0]?.command).toEqual({
      ...{ kind: 'edit', changes: [{ sku: 's3', field: 'onSale', was: true, is: false }] },
    });
    tell({ ...VIEW, products: [], total: 0 }, 'zzz');
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('没有找到').waitFor();
  });
});
