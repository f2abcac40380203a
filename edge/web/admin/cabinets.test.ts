/** The cabinet room in a browser: the evidence, and a person's answer to it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CabinetOverview, ReviewView } from '../../core/views/cabinet-views.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../stage.fixture.ts';
import { STATUS_VIEWS } from '../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../views.fixture.ts';

const COLA = { zh: '可乐 500毫升', en: 'Cola 500 ml' };
const ZERO = { zh: '无糖可乐 500毫升', en: 'Cola zero 500 ml' };
const TEA = { zh: '茉莉绿茶 500毫升', en: 'Jasmine tea 500 ml' };
const cola = { sku: '20202', location: 'cabinet-1/2/3', name: COLA };
const zero = { sku: '20203', location: 'cabinet-1/2/4', name: ZERO };
const tea = { sku: '20207', location: 'cabinet-1/3/1', name: TEA };

const CABINET: CabinetOverview = {
  ...{ cabinetId: 'cabinet-1', screen: 'ready', door: 'shut', temperatureDeciCelsius: 41 },
  ...{ astray: 1, debts: [], refunds: [] },
};
const REVIEW: ReviewView = {
  ...{ visitId: 'visit-a', cabinetId: 'cabinet-1', why: 'review', reasons: ['unsure'] },
  ...{ payerTail: '4417', atWallMs: AFTERNOON_WALL_MS - 600_000, totalFen: 0, disputes: [] },
  likeliest: { taken: [{ ...cola, pieces: 1 }], bp: 6_200 },
  runnerUp: { taken: [{ ...zero, pieces: 1 }], bp: 3_800 },
  steps: [{ cell: 'shelf-2:2', deltaGrams: -530 }],
  sights: [{ cell: 'shelf-2:2', name: COLA, bp: 7_100 }],
  cells: [{ cell: 'shelf-2:2', goods: [COLA, ZERO], beforeGrams: 8_480, afterGrams: 7_950 }],
  slots: [
    { ...cola, unitPriceFen: 350, near: true },
    { ...zero, unitPriceFen: 350, near: true },
    { ...tea, unitPriceFen: 400, near: false },
  ],
};
const DISPUTE: ReviewView = {
  ...{ ...REVIEW, visitId: 'visit-b', why: 'dispute', reasons: [], totalFen: 750, sights: [] },
  disputes: [{ disputeId: 'd-1', reason: 'not-taken', name: TEA, amountFen: 400 }],
};

let stage: Stage;

describe.skipIf(!found)('the cabinet room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = (width = 1440, more: object = {}) => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.set('/api/cabinet-room', { cabinets: [CABINET], reviews: [REVIEW, DISPUTE] });
    return stage.open('/admin/#/cabinets', { viewport: { width, height: 900 }, ...more });
  };
  const sent = () => stage.server.posted.map(({ path, command }) => [path, command]);

  it.each([
    [1440, 'zh-CN'],
    [390, 'zh-CN'],
    [390, 'en-GB'],
  ])('shows what it is judged by, at %i px in %s', async (width, locale) => {
    const page = await enter(width, { locale });
    await page
      .getByText(/7950\sg|7950\s克/)
      .first()
      .waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /^(别的答案|Another answer)$/ }).click();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('charges the likeliest answer only with a reason', async () => {
    const page = await enter();
    const charge = page.getByRole('button', { name: '按此扣款 · 可乐 500毫升×1' }).first();
    await charge.waitFor();
    expect(await charge.isDisabled()).toBe(true);
    await page.getByRole('button', { name: '看过重量变化' }).first().click();
    expect(await page.getByLabel('决定的依据').first().inputValue()).toBe('看过重量变化');
    await page.getByLabel('决定的依据').first().fill('看了录像');
    await charge.click();
    const { sku, location } = cola;
    await expect.poll(sent).toEqual([
      [
        '/api/cabinets/cabinet-1/decisions',
        {
          visitId: 'visit-a',
          note: '看了录像',
          kind: 'decide-review',
          taken: [{ sku, location, pieces: 1 }],
        },
      ],
    ]);
  });

  it('takes another answer, piece by piece, with its sum', async () => {
    const page = await enter();
    await page.getByLabel('决定的依据').first().fill('看了录像');
    await page.getByRole('button', { name: '别的答案' }).click();
    const other = page.getByRole('group', { name: '顾客拿了什么？' });
    expect(await other.getByText('茉莉绿茶').count()).toBe(0);
    await other.getByRole('button', { name: '全部商品' }).click();
    await other.getByRole('button', { name: `${TEA.zh} +` }).click();
    await other.getByRole('button', { name: `${COLA.zh} +`, exact: true }).click();
    await other.getByRole('button', { name: `${COLA.zh} +`, exact: true }).click();
    await other.getByRole('button', { name: /按此扣款 · ¥11\.00/ }).click();
    const taken = [
      { sku: cola.sku, location: cola.location, pieces: 2 },
      { sku: tea.sku, location: tea.location, pieces: 1 },
    ];
    await expect
      .poll(sent)
      .toEqual([
        [
          '/api/cabinets/cabinet-1/decisions',
          { visitId: 'visit-a', note: '看了录像', kind: 'decide-review', taken },
        ],
      ]);
  });
});
