/** The assist room in a browser: what a lane shows, who calls, and what is sent in whose name. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AssistView } from '../../../core/views/assist-views.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS, SALE } from '../../views.fixture.ts';
import { newCalls } from '../ring.ts';

const [line] = SALE.lines;
const BUSY: AssistView = {
  lanes: [
    { laneId: 'lane-1', screen: 'basket', sale: SALE, helpSinceWallMs: AFTERNOON_WALL_MS - 95_000 },
    {
      laneId: 'lane-2',
      screen: 'pay',
      sale: SALE,
      hold: { minimumAge: 18, lineIds: [line?.lineId ?? ''] },
    },
    { laneId: 'lane-3', screen: 'attract' },
  ],
  parked: [{ saleId: 's-9', laneId: 'lane-1', code: '4821', totalFen: 3560, lines: 3 }],
  byHand: [
    {
      what: 'take-cash',
      saleId: 's-8',
      laneId: 'lane-2',
      orderNo: 'o-8',
      amountFen: 1250,
      tenderId: 't-8',
    },
    {
      what: 'refund-by-hand',
      saleId: 's-7',
      laneId: 'lane-1',
      orderNo: 'o-7',
      amountFen: 800,
      refundNo: 'rf-7',
      receiptNo: 'R000017',
    },
    {
      what: 'settle-by-hand',
      saleId: 's-6',
      laneId: 'lane-3',
      orderNo: 'o-6',
      amountFen: 4590,
      tenderId: 't-6',
    },
    {
      what: 'settle-refund-by-hand',
      saleId: 's-8',
      laneId: 'lane-1',
      orderNo: 'o-8',
      amountFen: 620,
      refundNo: 'rf-8',
      receiptNo: 'R000018',
    },
  ],
};
const QUIET: AssistView = {
  lanes: [{ laneId: 'lane-1', screen: 'attract' }],
  parked: [],
  byHand: [],
};
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

it('a call rings once; taken and made again, it rings again', () => {
  const [screen] = STATUS_VIEWS.good?.screens ?? [];
  const calling = (helpSinceWallMs: number) => [{ ...screen!, id: 'lane-1', helpSinceWallMs }];
  const first = newCalls(new Set(), calling(1));
  expect(first.fresh).toHaveLength(1);
  expect(newCalls(first.now, calling(1)).fresh).toEqual([]);
  expect(newCalls(first.now, calling(2)).fresh).toHaveLength(1);
  expect(newCalls(first.now, []).now.size).toBe(0);
});

let stage: Stage;

describe.skipIf(!found)('the assist room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = async (view: AssistView, viewport = DESK) => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.set('/api/assist', view);
    const page = await stage.open('/admin/#/assist', { viewport });
    await page.getByRole('heading', { name: '协助', level: 1 }).waitFor();
    return page;
  };
  const sent = () => stage.server.posted.map(({ path, command }) => ({ path, ...command }));

  it.each([DESK, PHONE])('shows calls, lanes and money that waits at $width px', async (size) => {
    const page = await enter(BUSY, size);
    await expect.poll(() => page.getByText('lane-1 请求协助').count()).toBe(1);
    expect(await page.getByText(/已等 1\s分钟/).count()).toBe(1);
    expect(await page.getByRole('article').count()).toBe(3);
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '作废整篮' }).first().click();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('a shopper whose beer waits is counted in the menu before they call; one answer stands out', async () => {
    const [lane, ...others] = STATUS_VIEWS.good?.screens ?? [];
    const screens = [{ ...lane!, held: true as const }, ...others];
    const call = { ...BUSY.lanes[1]!, helpSinceWallMs: AFTERNOON_WALL_MS - 5_000 };
    const page = await enter({ ...QUIET, lanes: [call] }, PHONE);
    stage.server.show({ ...STATUS_VIEWS.good, screens });
    await page.getByRole('link', { name: /协助\s*1/ }).waitFor();
    expect(await page.locator('main .primary').allTextContents()).toEqual(['同意']);
    expect(await page.locator('.lane [data-held]').count()).toBe(1);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('says so when nobody calls', async () => {
    const page = await enter(QUIET);
    await page.getByText('现在没有人求助').waitFor();
  });

  it('says what is wrong when the box does not answer', async () => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.delete('/api/assist');
    const page = await stage.open('/admin/#/assist', { viewport: DESK });
    await page.getByRole('alert').waitFor();
    await stage.strike(); // the browser complains of the 404 itself
  });

  it('a room whose code does not come says so, with its icons, and offers another try', async () => {
    const page = await enter(QUIET);
    await page.route(/\/assets\/|icons\.svg/, (route) => route.abort());
    await page.goto(page.url().replace('#/assist', '#/promotions'));
    await page.getByRole('heading', { name: '促销', level: 1 }).waitFor();
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: '再试一次' }).waitFor();
    const lost = () =>
      [...document.querySelectorAll('use')].filter(
        (use) => !document.querySelector(use.getAttribute('href') ?? ''),
      ).length;
    expect(await page.evaluate(lost)).toBe(0);
    await stage.strike(); // the browser complains of what did not come
  });

  it('answers a call with a reason, and nothing before one is given', async () => {
    const page = await enter(BUSY);
    await page.getByRole('button', { name: '我来处理' }).click();
    await page.getByText('以 李梅 的名义记入账本').waitFor();
    expect(sent()).toEqual([]);
    await page.getByRole('button', { name: '去帮顾客' }).click();
    await page.getByText(/已完成：我来处理/).waitFor();
    const reason = '去帮顾客';
    expect(sent()).toEqual([
      { path: '/api/lanes/lane-1/assist', command: { kind: 'answer-help' }, reason },
    ]);
  });

  it.each([
    ['lane-2', '同意', '看过身份证', { kind: 'approve-age' }],
    ['lane-2', '不同意，移除这些商品', '没有证件', { kind: 'refuse-age' }],
    ['lane-1', /^删除「/, '扫错了', { kind: 'void-line', lineId: line?.lineId }],
    ['lane-1', '作废整篮', '顾客走了', { kind: 'void-sale' }],
  ] as const)('at %s: %s, since %s', async (lane, act, reason, command) => {
    const page = await enter(BUSY);
    const card = page.getByRole('article', { name: lane });
    const name = typeof act === 'string' ? { name: act, exact: true } : { name: act };
    await card.getByRole('button', name).first().click();
    await page.getByRole('button', { name: reason }).click();
    await page.getByText(/^已完成/).waitFor();
    expect(sent()).toEqual([{ path: `/api/lanes/${lane}/assist`, command, reason }]);
  });

  it.each([
    ['正在换纸', 'paper', '正在换纸'],
    ['今天已经打烊', 'closing', '今天已经打烊'],
    [undefined, 'other', '等电工来看插座'],
  ] as const)('a lane out of service, the tapped reason %s: %s', async (word, why, reason) => {
    const page = await enter(QUIET, PHONE);
    await page.getByRole('button', { name: '暂停使用 lane-1' }).click();
    const dialog = page.getByRole('dialog');
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    if (word) await dialog.getByRole('button', { name: word }).click();
    else {
      await dialog.getByLabel('其他原因').fill(` ${reason} `);
      await dialog.getByRole('button', { name: '暂停使用' }).click();
    }
    await page.getByText(/^已完成/).waitFor();
    expect(sent()).toEqual([
      { path: '/api/lanes/lane-1/assist', command: { kind: 'lock', why }, reason },
    ]);
  });

  it('a lane out of service says why, and offers to put it back', async () => {
    const reason = { zh: '正在清洁', en: 'It is being cleaned' };
    const outOfService = { reason, next: reason, sinceWallMs: AFTERNOON_WALL_MS - 60_000 };
    const lane = {
      laneId: 'lane-1',
      screen: 'out-of-service',
      locked: true,
      outOfService,
    } as const;
    const page = await enter({ ...QUIET, lanes: [lane] });
    const card = page.getByRole('article', { name: 'lane-1' });
    await card.getByText('正在清洁').waitFor();
    await card.getByRole('button', { name: '恢复使用 lane-1' }).waitFor();
    const { outOfService: _, ...serving } = { ...lane, screen: 'basket' as const, sale: SALE };
    stage.server.seen.set('/api/assist', { ...QUIET, lanes: [serving] });
    stage.server.show(STATUS_VIEWS.good ?? {});
    await card.getByText('这一篮结束后暂停使用').waitFor();
  });

  it('recalls a parked basket at a free lane, takes cash, and sends money back over its own way', async () => {
    const page = await enter(BUSY);
    const press = async (name: string, reason: RegExp | string) => {
      await page.getByRole('button', { name }).click();
      await page.getByRole('button', { name: reason }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await press('在 lane-3 取回', '顾客回来了');
    await press('收现金 ¥12.50 · lane-2', '已收到 ¥12.50');
    await press('现金代退 ¥8.00 · lane-1', '已交给顾客 ¥8.00');
    await press('没有扣款 ¥45.90 · lane-3', '看过终端流水');
    expect(sent()).toMatchObject([
      { path: '/api/lanes/lane-3/assist', command: { kind: 'recall', code: '4821' } },
      { path: '/api/lanes/lane-2/assist', command: { kind: 'take-cash', receivedFen: 1250 } },
      { path: '/api/lanes/lane-1/money', command: { kind: 'refund-by-hand', refundNo: 'rf-7' } },
      { path: '/api/lanes/lane-3/money', command: { kind: 'settle-by-hand', charged: false } },
    ]);
  });

  it('what was done stands a while; a parked basket without a free lane says so', async () => {
    const [busy] = BUSY.lanes;
    const page = await enter({ ...BUSY, byHand: [], lanes: [busy!] });
    await page.getByText('等一台收银台空出来').waitFor();
    await page.clock.install();
    await page.getByRole('button', { name: '我来处理' }).click();
    await page.getByRole('button', { name: '去帮顾客' }).click();
    await page.getByText(/^已完成/).waitFor();
    await page.clock.runFor(21_000);
    await page.getByText(/^已完成/).waitFor({ state: 'detached' });
  });

  it('money asks for the PIN over the open question, and goes on with it', async () => {
    const page = await enter(BUSY);
    const message = { zh: '请再证明一次', en: 'Prove it again' };
    const error = { code: 'ASK_AGAIN', message, next: message };
    stage.server.answer = { status: 403, body: { error } };
    await page.getByRole('button', { name: '现金代退 ¥8.00 · lane-1' }).click();
    await page.getByRole('button', { name: '已交给顾客 ¥8.00' }).click();
    await page.getByLabel('PIN').fill('482913');
    const permissions = ['view', 'assist', 'money'];
    const inside = { state: 'in', person: { id: 'li', name: '李梅', role: 'operator' } };
    const body = { ok: true, ...inside, permissions, csrf: 'csrf' };
    stage.server.answer = { status: 200, body };
    await page.getByRole('dialog').last().getByRole('button', { name: '继续' }).click();
    await page.getByText(/^已完成/).waitFor();
    expect(sent().map(({ path }) => path)).toEqual([
      '/api/lanes/lane-1/money',
      '/api/session/again',
      '/api/lanes/lane-1/money',
    ]);
    expect(stage.complaints.splice(0)).toEqual([expect.stringContaining('403')]);
  });

  it('above the limit of one, a second person signs with id and PIN', async () => {
    const page = await enter(BUSY);
    const message = { zh: '要两个人', en: 'Two people' };
    const refusal = { code: 'SECOND_PERSON_NEEDED', message, next: message };
    stage.server.answer = { status: 200, body: { ok: false, refusal } };
    await page.getByRole('button', { name: '作废整篮' }).first().click();
    await page.getByRole('button', { name: '顾客走了' }).click();
    await page.getByLabel('第二人的账号').fill('wang');
    await page.getByLabel('第二人的 PIN').fill('551734');
    stage.server.answer = { status: 200, body: { ok: true } };
    await page.getByRole('button', { name: '两人确认' }).click();
    await page.getByText(/^已完成/).waitFor();
    expect(sent().at(-1)).toMatchObject({ second: { id: 'wang', pin: '551734' } });
  });
});
