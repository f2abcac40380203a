/** The alerts room in a browser: what is so, muting, rules, ways, and a notification that speaks up. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, AlertsView, Delivery } from '../../../core/views/alert-views.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';

const ago = (minutes: number) => AFTERNOON_WALL_MS - minutes * 60_000;
const ALERT: Alert = {
  ...{ id: 'alert-1', key: 'device:scanner-1:PORT_MISSING', code: 'PORT_MISSING' },
  ...{ severity: 'bad', subject: 'scanner-1', told: 1 },
  text: { zh: '串口不存在', en: 'The port is missing' },
  next: { zh: '插回 USB', en: 'Plug it back' },
  ...{ sinceWallMs: ago(14), raisedWallMs: ago(14) },
};
const sent = (id: string, more: Partial<Delivery> = {}): Delivery => ({
  ...{ id, channel: 'browser', kind: 'raised', alert: ALERT, atWallMs: ago(14), attempts: 0 },
  doneWallMs: ago(14),
  ...more,
});
const VIEW: AlertsView = {
  rules: [
    {
      ...{ id: 'serious', name: '', on: true, codes: [], least: 'bad' },
      ...{ holdSeconds: 10, repeatMinutes: 30, channels: ['browser', 'webhook'] },
    },
  ],
  mutes: [{ what: 'PAPER_LOW', untilWallMs: ago(-90), by: '李梅' }],
  channels: {
    webhook: { on: true, url: 'https://hooks.example/yike', hasSecret: true },
    mqtt: { on: true, available: true, topic: 'store/yike/edge/alerts' },
  },
  open: [ALERT],
  history: [{ ...ALERT, id: 'alert-0', clearedWallMs: ago(5) }],
  deliveries: [
    sent('m-1'),
    sent('m-2', { channel: 'webhook', attempts: 3, lastError: 'HTTP 503' }),
  ].map(({ doneWallMs, ...each }) =>
    each.lastError ? each : { ...each, doneWallMs: doneWallMs! },
  ),
  codes: [{ code: 'PAPER_OUT', text: { zh: '没纸', en: 'out of paper' } }],
};
const QUIET: AlertsView = { ...VIEW, mutes: [], open: [], history: [], deliveries: [] };

let stage: Stage;

describe.skipIf(!found)('the alerts room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage?.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const SIZES = [
    { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
    { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
    { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
    { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  ] as const;
  const enter = async (view: AlertsView, size: (typeof SIZES)[number] = SIZES[0]) => {
    stage.server.show(STATUS_VIEWS.bad ?? {});
    stage.server.seen.set('/api/alerts', view);
    const page = await stage.open('/admin/#/alerts', size);
    await page.getByRole('heading', { name: '通知', level: 1 }).waitFor();
    return page;
  };

  it.each(SIZES)('shows what is so, what was, and what was sent: %j', async (size) => {
    const page = await enter(VIEW, size);
    await page.getByRole('heading', { name: '1 件事需要处理' }).waitFor();
    await page.getByText('→ 插回 USB').first().waitFor();
    await page.getByText(/正在发送，已试 3\s次 · HTTP 503/).waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '修改' }).click();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('says so where there is nothing', async () => {
    const page = await enter(QUIET);
    for (const words of [
      '现在没有需要通知的事',
      '没有静音的通知',
      '还没有过去的通知',
      '还没有发送过',
    ])
      await page.getByText(words).waitFor();
  });

  it('mutes one thing for a while, and unmutes', async () => {
    const page = await enter(VIEW);
    await page.getByRole('button', { name: /静音 2\s小时/ }).click();
    await page.getByRole('button', { name: '取消静音' }).click();
    await expect
      .poll(() => stage.server.posted.map(({ command }) => command))
      .toEqual([
        { what: ALERT.key, minutes: 120 },
        { what: 'PAPER_LOW', minutes: 0 },
      ]);
  });

  it('changes a rule', async () => {
    const page = await enter(VIEW);
    await page.getByRole('button', { name: '修改' }).click();
    await page.getByLabel('持续多少秒才通知').fill('30');
    await page.getByRole('checkbox', { name: 'MQTT 主题' }).check();
    await page.getByLabel(/只管这些原因/).selectOption('PAPER_OUT');
    await page.getByRole('form', { name: '修改' }).getByRole('button', { name: '保存' }).click();
    await expect
      .poll(() => stage.server.posted[0]?.command)
      .toEqual({
        rules: [
          {
            ...{ id: 'serious', name: '严重的事', on: true, codes: ['PAPER_OUT'], least: 'bad' },
            ...{ holdSeconds: 30, repeatMinutes: 30, channels: ['browser', 'webhook', 'mqtt'] },
          },
        ],
      });
  });

  it('sends a test, and shows a new secret once', async () => {
    const page = await enter(VIEW);
    const webhook = page.getByRole('region', { name: 'Webhook' });
    await webhook.getByRole('button', { name: '发一条测试' }).click();
    await webhook.getByRole('button', { name: '换一个密钥' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(2);
    const [test, channels] = stage.server.posted.map(({ command }) => command);
    expect(test).toEqual({ channel: 'webhook' });
    const { secret } = (channels as { webhook: { secret: string } }).webhook;
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    await webhook.getByText(secret).waitFor();
  });

  it('speaks up over the browser in whichever room, once for each message', async () => {
    stage.server.show(STATUS_VIEWS.bad ?? {});
    stage.server.seen.set('/api/alerts', QUIET);
    const page = await stage.open('/admin/#/');
    await page.addInitScript(() => {
      const heard: string[] = [];
      Reflect.set(window, 'heard', heard);
      class Spoken {
        static permission = 'granted';
        constructor(title: string) {
          heard.push(title);
        }
      }
      Reflect.set(window, 'Notification', Spoken);
    });
    await page.reload();
    await page.getByRole('link', { name: '通知' }).waitFor();
    await page.waitForResponse((response) => response.url().endsWith('/api/alerts'));
    stage.server.seen.set('/api/alerts', VIEW);
    await expect
      .poll(() => page.evaluate(() => Reflect.get(window, 'heard')), { timeout: 15_000 })
      .toEqual(['scanner-1\u00a0出问题了']);
    await page.getByRole('link', { name: /通知 1/ }).waitFor();
  });

  it('goes with the system’s light, until the reader chooses', async () => {
    const page = await enter(QUIET, SIZES[2]);
    const worn = () => page.evaluate(() => document.documentElement.dataset.theme);
    expect(await worn()).toBe('dark');
    await page.getByRole('button', { name: '浅色' }).click();
    expect(await worn()).toBe('light');
    await page.reload();
    await page.getByRole('button', { name: '深色' }).waitFor();
    expect(await worn()).toBe('light');
    expect(await axeFindings(page)).toEqual([]);
  });
});
