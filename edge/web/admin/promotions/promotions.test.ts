/** The promotions room in a browser: the calendar, a new rule beside its example, the end of one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Promotion } from '../../../core/sale/promotion.ts';
import type {
  ProductsView,
  ProductView,
  PromotionsView,
} from '../../../core/views/catalogue-view.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';
import { blank, type Draft, draftOf, exampleOf, ruleOf, troubleOf } from './rule.ts';

const product = (sku: string, unitPriceFen: number): ProductView => ({
  ...{ sku, name: { zh: `茶${sku}`, en: `Tea ${sku}` }, picture: '', category: '茶', unitPriceFen },
  ...{ priceBasis: 'each', pinyin: [], tareGrams: 0, onSale: true, local: [] },
});
const [GREEN, BLACK] = [product('g', 1000), product('b', 600)];
const draft = (more: Partial<Draft>): Draft => ({ ...blank('p-1', ''), zh: '茶节', ...more });

describe('a rule being written', () => {
  it.each([
    [{ zh: ' ' }, 'name'],
    [{ kind: 'multi-buy' }, 'articles'],
    [{ kind: 'multi-buy', products: [GREEN], pieces: '1' }, 'pieces'],
    [{ kind: 'multi-buy', products: [GREEN], pieces: '3', pay: 'x' }, 'pay'],
    [{ percent: '0' }, 'percent'],
    [{ kind: 'amount-off', off: '0' }, 'off'],
    [{ percent: '20', from: '-1' }, 'from'],
    [{ percent: '20', fromDay: '2026-11-23', toDay: '2026-11-22' }, 'days'],
    [{ percent: '20' }, undefined],
  ] as [Partial<Draft>, string | undefined][])('%j: %s', (more, trouble) => {
    expect(troubleOf(draft(more))).toBe(trouble);
  });

  it.each([
    [{ kind: 'multi-buy', products: [GREEN, BLACK], pieces: '3', pay: '20' }, 4800, 4000],
    [{ percent: '20', products: [GREEN] }, 2000, 1600],
    [{ kind: 'amount-off', off: '5', from: '30' }, 3200, 2700],
    [{ kind: 'amount-off', off: '5', from: '40' }, 3200, 3200],
    [{ percent: '50', membersOnly: true }, 3200, 1600],
  ] as [Partial<Draft>, number, number][])('%j makes %i into %i', (more, was, is) => {
    const whole = draft(more);
    const rule = ruleOf(whole)!;
    const shown = whole.products.length > 0 ? whole.products : [GREEN, BLACK];
    expect(exampleOf(rule, shown)).toMatchObject({ wasFen: was, isFen: is });
    expect(ruleOf(draftOf(rule, shown))).toEqual(rule);
  });
});

const rule = (id: string, more: object = {}): Promotion =>
  ({
    ...{ id, name: { zh: `第${id}号`, en: `No ${id}` }, kind: 'percent-off', percentOff: 20 },
    ...{ fromFen: 0, skus: ['g'], ...more },
  }) as Promotion;
const VIEW: PromotionsView = {
  ...{ today: '2026-11-23', clockTrusted: true },
  runs: [
    {
      ...{ promotion: rule('1', { toDay: '2026-11-30' }), origin: 'local', state: 'running' },
      ...{ by: { id: 'li', name: '李梅' }, fromWallMs: AFTERNOON_WALL_MS },
    },
    {
      ...{ promotion: rule('2', { fromDay: '2026-12-01' }), origin: 'head-office' },
      ...{ state: 'planned', fromWallMs: AFTERNOON_WALL_MS },
    },
    {
      ...{ promotion: rule('3'), origin: 'local', state: 'over', fromWallMs: 0 },
      ...{ by: { id: 'li', name: '李梅' }, untilWallMs: 86_400_000 },
    },
  ],
};
const FOUND = { products: [GREEN, BLACK] } as Partial<ProductsView>;

let stage: Stage;

describe.skipIf(!found)('the promotions room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = (view: PromotionsView, width = 1440, colorScheme: 'light' | 'dark' = 'light') => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.set('/api/promotions', view);
    stage.server.seen.set('/api/products?q=&limit=3', FOUND);
    stage.server.seen.set('/api/products?q=c&limit=6', FOUND);
    const viewport = { width, height: width > 900 ? 900 : 844 };
    return stage.open('/admin/#/promotions', { viewport, colorScheme });
  };

  it.each([
    [1440, 'light'],
    [390, 'dark'],
  ] as const)(
    'at %i px in the %s: what runs, what is planned, whose it is',
    async (width, scheme) => {
      const page = await enter({ ...VIEW, clockTrusted: false }, width, scheme);
      await page.getByRole('heading', { name: '进行中' }).waitFor();
      expect(await page.getByText('1 种商品，减 20%').count()).toBe(3);
      expect(await page.getByText('总部下发').count()).toBe(1);
      expect(await page.getByText('本机时间不准', { exact: false }).count()).toBe(1);
      expect(await page.getByRole('button', { name: '修改' }).count()).toBe(1);
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  it('a new one is shown on a basket before it is in force', async () => {
    const page = await enter({ ...VIEW, runs: [] });
    await page.getByText('还没有促销').waitFor();
    await page.getByRole('button', { name: '新建促销' }).click();
    await page.getByRole('button', { name: '几件优惠' }).click();
    await page.getByLabel('名称（小票上显示）').fill('两件十二');
    await page.getByRole('searchbox').fill('c');
    await page.getByRole('button', { name: '茶b' }).click();
    await page.getByLabel('一共付多少（元）').fill('10');
    await page.getByRole('row', { name: /茶b × 2 ¥12.00 ¥10.00/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('到哪天（可不填）').fill('2026-12-01');
    await page.getByRole('button', { name: '生效' }).click();
    await page.getByRole('button', { name: '新建促销' }).waitFor();
    expect(stage.server.posted).toMatchObject([
      {
        path: '/api/products/commands',
        command: {
          kind: 'set-promotion',
          promotion: {
            ...{ kind: 'multi-buy', name: { zh: '两件十二', en: '两件十二' }, skus: ['b'] },
            ...{ pieces: 2, payFen: 1000, fromDay: '2026-11-23', toDay: '2026-12-01' },
          },
        },
      },
    ]);
  });

  it('one is ended when asked twice', async () => {
    const page = await enter(VIEW);
    await page.getByRole('button', { name: '结束', exact: true }).click();
    expect(stage.server.posted).toEqual([]);
    await page.getByRole('button', { name: '确定结束？' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    expect(stage.server.posted[0]?.command).toEqual({ kind: 'end-promotion', promotionId: '1' });
  });
});
