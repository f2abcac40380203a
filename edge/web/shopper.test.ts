/** What a shopper does on a page, and what the page then sends, shows and says. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { COUNTER_VIEWS } from './counter-views.fixture.ts';
import {
  axeFindings,
  found,
  overflows,
  press,
  raise,
  type Stage,
  show,
  stand,
  targets,
} from './stage.fixture.ts';
import { AFTERNOON_WALL_MS, LANE_VIEWS } from './views.fixture.ts';

let stage: Stage;

describe.skipIf(!found)('a shopper', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const shopper = (view: object | undefined, path?: string) => stand(stage, view, path);

  it('who taps twice in a moment buys once', async () => {
    const page = await shopper(LANE_VIEWS.find);
    await page.getByRole('button', { name: /红富士苹果/ }).dblclick();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    const [posted] = stage.server.posted;
    expect(posted?.path).toBe('/api/lanes/lane-7/commands');
    expect(posted?.command).toEqual({ kind: 'choose', sku: 'apple-fuji', by: 'tile' });
    expect(posted?.key).toMatch(/^[\da-f-]{32,36}$/);
    expect(stage.server.posted).toHaveLength(1);
  });

  it('whose tap met a restarting service is served by that tap, under one key', async () => {
    const page = await shopper(LANE_VIEWS.basket);
    stage.server.answer = { status: 503, body: {} };
    await page.getByRole('button', { name: '去付款' }).click();
    await expect.poll(() => stage.server.posted.length).toBeGreaterThanOrEqual(2);
    stage.server.answer = { status: 200, body: { ok: true } };
    await expect.poll(() => new Set(stage.server.posted.map((one) => one.key)).size).toBe(1);
    expect(stage.complaints.splice(0).every((words) => words.includes('503'))).toBe(true);
  });

  it('is told in words why not, and what to do', async () => {
    const page = await shopper(LANE_VIEWS.find);
    const message = { zh: '重量还在变', en: 'The weight is moving' };
    const next = { zh: '放稳后再点', en: 'Tap again once it is still' };
    const refusal = { code: 'WEIGHT_MOVING', message, next };
    stage.server.answer = { status: 200, body: { ok: false, refusal } };
    await page.getByRole('button', { name: /番茄/ }).click();
    const alert = page.getByRole('alert');
    await expect.poll(() => alert.textContent()).toMatch(/重量还在变[\s\S]*放稳后再点/);
    await page.getByRole('button', { name: '知道了' }).click();
    expect(await alert.count()).toBe(0);
  });

  it('is asked about a label once, and answers with one tap while paying stays open', async () => {
    const page = await shopper(LANE_VIEWS['label-looks']);
    await page.getByText('摄像头也许看错了', { exact: false }).waitFor();
    expect(await page.getByRole('button', { name: '去付款' }).isEnabled()).toBe(true);
    await page.getByRole('button', { name: '标签没错' }).click();
    await show(stage, page, LANE_VIEWS['label-heavier'] ?? {});
    await page.getByRole('button', { name: '拿掉，重新称' }).click();
    await expect
      .poll(() => stage.server.posted.map(({ command }) => command))
      .toEqual([{ kind: 'label-right' }, { kind: 'label-wrong' }]);
  });

  it('finds what is bought often, and narrows it by category', async () => {
    const page = await shopper(LANE_VIEWS.find);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).search));
    await page.getByRole('button', { name: '都不是' }).click();
    const narrow = (name: string) => page.getByRole('button', { name, exact: true });
    await narrow('常买').waitFor();
    expect(await narrow('熟食区').count(), 'a store’s own category').toBe(1);
    await press(page, ['English']);
    await narrow('Deli').waitFor();
    await press(page, ['中文']);
    await narrow('水果').click();
    await expect.poll(() => narrow('水果').getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => asked.at(-1)).toContain('category=fruit');
    await page.getByRole('button', { name: 'P', exact: true }).click();
    await expect.poll(() => narrow('常买').count()).toBe(0);
    await expect.poll(() => asked.at(-1)).toBe('?q=p&limit=20');
  });

  it('sees the basket stay, greyed and deaf, while the service is away', async () => {
    const page = await shopper(LANE_VIEWS.basket);
    const pay = page.getByRole('button', { name: '去付款' });
    await pay.waitFor();
    stage.server.cut();
    await expect.poll(() => pay.isDisabled(), { timeout: 10_000 }).toBe(true);
    expect(await page.getByRole('list', { name: '已选商品' }).textContent()).toContain('纯牛奶');
    stage.server.show(LANE_VIEWS.basket ?? {});
    await expect.poll(() => pay.isEnabled(), { timeout: 15_000 }).toBe(true);
    stage.complaints.splice(0);
  });

  it('sees one key change when one key was patched', async () => {
    const page = await shopper(LANE_VIEWS.help);
    await page.getByRole('dialog', { name: '呼叫店员' }).waitFor();
    stage.server.patch({ help: null });
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: '去付款' }).waitFor();
  });

  it('who leaves takes the language and the large type along', async () => {
    const page = await shopper(LANE_VIEWS.basket);
    await press(page, ['大字', 'English']);
    await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
    await expect
      .poll(() => stage.server.posted.map(({ command }) => command))
      .toEqual([
        { kind: 'large', on: true },
        { kind: 'english', on: true },
      ]);
    await show(stage, page, LANE_VIEWS.attract ?? {});
    await page.getByRole('button', { name: '开始结账' }).waitFor();
    const large = page.getByRole('button', { name: '大字' });
    expect(await large.getAttribute('aria-pressed')).toBe('false');
  });

  it('whose screen the edge keeps low and stark finds it so after a refresh, until they leave', async () => {
    const kept = { low: true, contrast: true, english: true } as const;
    const page = await shopper({ ...LANE_VIEWS.basket, ...kept });
    await press(page, ['Lower screen']);
    await expect.poll(() => stage.server.posted[0]?.command).toEqual({ kind: 'low', on: false });
    await page.reload();
    const root = page.locator('html[data-low][data-contrast][lang=en]');
    await root.waitFor({ state: 'attached' });
    expect(await axeFindings(page)).toEqual([]);
    await show(stage, page, LANE_VIEWS.attract ?? {});
    await expect.poll(() => root.count()).toBe(0);
  });

  it('cannot pinch, reload, print, go back or open a menu', async () => {
    const page = await shopper(LANE_VIEWS.basket);
    await page.evaluate(() => Reflect.set(window, 'stillHere', true));
    const stopped = await page.evaluate(() => {
      const events = [
        new MouseEvent('contextmenu', { bubbles: true, cancelable: true }),
        new WheelEvent('wheel', { ctrlKey: true, bubbles: true, cancelable: true }),
        new MouseEvent('mouseup', { button: 3, bubbles: true, cancelable: true }),
        ...['F5', 'F11', 'F12', 'BrowserBack', 'ContextMenu'].map(
          (key) => new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
        ),
        ...['r', 'p', 'w', 't', '+', '0'].map(
          (key) =>
            new KeyboardEvent('keydown', { key, ctrlKey: true, bubbles: true, cancelable: true }),
        ),
        new KeyboardEvent('keydown', {
          ...{ key: 'ArrowLeft', altKey: true, bubbles: true, cancelable: true },
        }),
      ];
      return events.filter((event) => document.body.dispatchEvent(event)).length;
    });
    expect(stopped).toBe(0);
    for (const keys of ['F5', 'Control+r', 'Alt+ArrowLeft']) await page.keyboard.press(keys);
    const cdp = await page.context().newCDPSession(page);
    const pinch = { x: 500, y: 900, scaleFactor: 2, gestureSourceType: 'mouse' as const };
    await cdp.send('Input.synthesizePinchGesture', pinch);
    expect(await page.evaluate(() => window.visualViewport?.scale)).toBe(1);
    expect(await page.evaluate(() => Reflect.get(window, 'stillHere'))).toBe(true);
  });

  it('is told before the first scan what cannot be paid with, and where cash goes', async () => {
    const page = await shopper(LANE_VIEWS['attract-limited']);
    const ways = page.locator('.ways');
    await expect.poll(() => ways.textContent()).toMatch(/微信 · 支付宝暂停银行卡现金请找店员/);
    await page.getByText('只看商品，不认人脸，照片 48 小时后删除').waitFor();
    await show(stage, page, LANE_VIEWS.attract ?? {});
    await page.getByText('只看商品，不认人脸，不留照片').waitFor();
  });

  it('finds goods by pinyin and gets them at the weight on the plate', async () => {
    const page = await shopper(LANE_VIEWS.find);
    await press(page, ['都不是', 'B']);
    const row = page.getByRole('list', { name: '找到的商品' }).getByRole('button');
    await expect
      .poll(() => row.allTextContents())
      .toEqual([expect.stringMatching(/香蕉[\s\S]*6.04/)]);
    await row.click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    expect(stage.server.posted[0]?.command).toEqual({
      kind: 'choose',
      sku: 'banana',
      by: 'list',
    });
  });

  it('whose scale is unplugged is told once, and still buys what is sold by the piece', async () => {
    const page = await shopper(LANE_VIEWS['find-silent']);
    const row = page.getByRole('list', { name: '本店商品' }).getByRole('button');
    await expect.poll(() => row.allTextContents()).toEqual([expect.stringContaining('纯牛奶')]);
    expect((await page.getByRole('main').textContent())?.match(/秤没有回应/g)).toHaveLength(1);
    expect(await page.getByRole('button', { name: /都不是|输入货号/ }).count()).toBe(0);
    await row.click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    const command = { kind: 'choose', sku: 'milk-250', by: 'list' };
    expect(stage.server.posted[0]?.command).toEqual(command);
  });

  it('who is offered three candidates finds 都不是 in the fourth place', async () => {
    const page = await shopper(LANE_VIEWS['find-three']);
    await page.getByRole('button', { name: '都不是' }).click();
    await page.getByRole('button', { name: 'Q', exact: true }).waitFor();
  });

  it.each([
    ['at the kiosk', '/kiosk/', LANE_VIEWS.find, LANE_VIEWS['find-three']],
    ['at the counter', '/counter/', COUNTER_VIEWS.tiles, COUNTER_VIEWS.three],
  ])(
    '%s sees the two likeliest in large type, the rest when asked',
    async (_, path, four, three) => {
      const page = await shopper(four, path);
      await press(page, ['大字']);
      const shown = () => page.locator('.tile:not(.skeleton) .name').allTextContents();
      await expect.poll(shown).toEqual(['红富士苹果', '青苹果']);
      await press(page, ['更多']);
      await expect.poll(shown).toEqual(['红富士苹果', '青苹果', '番茄', '油桃']);
      await page.getByRole('button', { name: '更多' }).waitFor({ state: 'detached' });
      await show(stage, page, three ?? {});
      await expect.poll(shown).toEqual(['红富士苹果', '青苹果']);
      await page.getByRole('button', { name: '都不是' }).waitFor();
    },
  );

  it('whose scale waits with a crumb on it is asked to clear it, after a while', async () => {
    const { ready } = COUNTER_VIEWS;
    const weigh = { ...ready?.weigh, weight: { ...ready?.weigh.weight, kind: 'stable', grams: 5 } };
    const page = await shopper({ ...ready, weigh }, '/counter/');
    await page.getByRole('heading', { name: '请放上商品' }).waitFor();
    await page.clock.setFixedTime(AFTERNOON_WALL_MS + 31_000);
    await page.getByRole('heading', { name: '请先清空秤盘，再点「置零」' }).waitFor();
    await press(page, ['置零']);
    await expect.poll(() => stage.server.posted.at(-1)?.command).toMatchObject({ kind: 'zero' });
    await show(stage, page, ready ?? {});
    await page.getByRole('heading', { name: '请放上商品' }).waitFor();
    expect(await page.getByRole('button', { name: '置零' }).count()).toBe(0);
  });

  it('at a counter that is being taught is asked to wait, and for nothing else', async () => {
    const page = await shopper(COUNTER_VIEWS.teaching, '/counter/');
    await page.getByRole('heading', { name: '正在学习，请稍候' }).waitFor();
    expect(await page.getByRole('main').textContent()).not.toMatch(/放上|清空|查找|货号/);
  });

  it('whose payment is unresolved is never asked to pay again', async () => {
    const page = await shopper(LANE_VIEWS.unknown);
    await page.getByRole('heading', { name: /请不要重复付款/ }).waitFor();
    const names = (await targets(page)).map((target) => target.name);
    expect(names.filter((name) => /付款|支付|Pay/.test(name))).toEqual([]);
    expect(await page.getByRole('main').textContent()).toContain('YK20261123150400731');
  });

  it('who wants to leave is asked once, and nothing is lost by mistake', async () => {
    const page = await shopper(LANE_VIEWS.basket);
    await press(page, ['不买了', '继续购物']);
    expect(stage.server.posted).toEqual([]);
    await press(page, ['不买了']);
    await page.getByRole('dialog').getByRole('button', { name: '不买了' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    expect(stage.server.posted[0]?.command).toEqual({ kind: 'discard' });
  });

  it('who wants nothing any more says so to the question whether they are there', async () => {
    const page = await shopper(LANE_VIEWS.idle);
    const question = page.getByRole('dialog', { name: '您还在吗？' });
    for (const answer of ['我还在', '先放着', '不买了'])
      await question.getByRole('button', { name: answer }).waitFor();
    await question.getByRole('button', { name: '不买了' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    const { idle: _, ...basket } = LANE_VIEWS.idle ?? {};
    await show(stage, page, basket);
    await page.getByRole('dialog').getByRole('button', { name: '不买了' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(2);
    await show(stage, page, LANE_VIEWS.discarded ?? {});
    await press(page, ['我要找回来']);
    await expect.poll(() => stage.server.posted.length).toBe(3);
    expect(stage.server.posted.map(({ command }) => command)).toEqual([
      { kind: 'here' },
      { kind: 'discard' },
      { kind: 'recall', code: '4071' },
    ]);
  });

  it('at the counter takes the bag off, prints, and may void the label', async () => {
    const page = await shopper(COUNTER_VIEWS.confirm, '/counter/?counter=counter-3');
    await press(page, ['20 克', '打印标签']);
    await show(stage, page, COUNTER_VIEWS['take-label'] ?? {});
    await press(page, ['选错了？作废这张标签']);
    await expect.poll(() => stage.server.posted.length).toBe(3);
    expect(stage.server.posted.map((one) => one.command)).toEqual([
      { kind: 'set-tare', tareGrams: 20 },
      { kind: 'print' },
      { kind: 'void-label' },
    ]);
    expect(stage.server.posted[0]?.path).toBe('/api/counters/counter-3/commands');
  });

  it('opens the e-receipt on a phone, or is told that there is none', async () => {
    const phone = { viewport: { width: 390, height: 844 } };
    const page = await stage.open('/receipt/?id=5f1c0a7e9b', phone);
    await page.getByRole('heading', { name: '晨光里便民店' }).waitFor();
    expect(await page.getByRole('main').textContent()).toMatch(/红富士苹果[\s\S]*¥177\.05/);
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.goto(`${stage.server.origin}/receipt/?id=nothing`);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('没有找到这张小票');
    expect(stage.complaints.splice(0)).toEqual([expect.stringContaining('404')]);
  });
});
