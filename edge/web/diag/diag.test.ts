/**
 * The technician's page on a real store: the controller as a process of its own, a scale and a
 * lock board of the simulator on ptys, and a browser that only knows roles and names.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPty, ptyUnavailable } from '../../../simulator/pty.ts';
import { createRandom } from '../../../simulator/random.ts';
import { realClock } from '../../../simulator/runtime.ts';
import { startScaleEnqDc1 } from '../../../simulator/twins/scale-enq-dc1.ts';
import { LI } from '../../access/access.fixture.ts';
import { build } from '../../cli/built.fixture.ts';
import { type Started, start, temporaryDirectory } from '../../cli/cli.fixture.ts';
import { axeFindings, found } from '../stage.fixture.ts';

const PAGES = join(import.meta.dirname, '../../../dist/edge/web/diag/index.html');
const why =
  ptyUnavailable() ??
  (found ? undefined : 'no browser') ??
  (existsSync(PAGES) ? undefined : 'no built pages: node build.mjs');
if (why) console.warn(`*** the technician’s page is not tested: ${why} ***`);
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

describe.skipIf(why)('a technician at the page', () => {
  const { dir, free } = temporaryDirectory();
  const config = join(dir, 'store.json');
  const clock = realClock();
  const plate = { grams: 0 };
  const link = (name: string) => join(dir, 'dev', name);
  const stops: (() => void)[] = [];
  let cable: ReturnType<typeof openPty>;
  let store: Started;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    build();
    mkdirSync(join(dir, 'dev'));
    const load = () => ({ ...plate, moving: false, overload: false });
    stops.push(openPty({ link: link('silent'), clock }).close);
    for (const name of ['scale', 'spare']) {
      const pty = openPty({ link: link(name), clock });
      if (name === 'scale') cable = pty;
      const world = { clock, random: createRandom(1), dialect: 'cas' as const };
      const twin = startScaleEnqDc1(pty, { ...world, load, fault: () => undefined });
      stops.push(twin.close, pty.close);
    }
    const scale = {
      ...{ id: 'scale-1', driver: 'enq-dc1', address: `pty:${link('scale')}` },
      plate: { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 },
    };
    const content = {
      store: { id: 'bare-1', name: { zh: '空店', en: 'Bare' } },
      listen: { kioskPort: 0, adminPort: 0 },
      devices: [scale],
    };
    writeFileSync(config, JSON.stringify(content));
    store = start(['start', '--config', config, '--data', join(dir, 'data')], { YIKE_LANG: 'en' });
    const [, code = ''] = await store.says(/one-time code (\w+)/);
    const [, admin = ''] = await store.says(/admin (http:\S+)/);
    browser = await chromium.launch(found);
    const context = await browser.newContext({
      ...{ locale: 'zh-CN', viewport: { width: 1440, height: 900 }, acceptDownloads: true },
    });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${admin}/diag/`);
    await page.evaluate(
      async (body) => {
        const headers = { 'content-type': 'application/json' };
        await fetch('/api/session/set-up', { method: 'POST', headers, body });
      },
      JSON.stringify({ code, ...LI }),
    );
    await page.reload();
  });
  afterAll(async () => {
    await browser?.close();
    store.child.kill('SIGTERM');
    await store.ended;
    for (const stop of stops) stop();
    free();
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const tab = (name: string) => page.getByRole('tab', { name }).click();
  const text = (words: string | RegExp) => page.getByText(words).first().waitFor();

  test('sees the health of a device, measured and with limits, and copies it', async () => {
    await button(/scale-1/).click();
    await page.getByRole('row', { name: /应答时间.*n=\d+ p50 \d+ ms.*≤ 200 ms/ }).waitFor();
    await page.getByRole('row', { name: /数据帧.*\d+ B.*≤ 1 %/ }).waitFor();
    await text(/Internal HCheck: Successful/);
    await button('外部').click();
    await page.getByRole('row', { name: /零点.*0 g.*±2 g/ }).waitFor();
    await text(/External HCheck: Successful/);
    await button('复制 JSON').click();
    await page.getByRole('status').filter({ hasText: '已复制' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('plays its part where a check asks for it', async () => {
    await button('交互').click();
    await text('请在 20 秒内往秤盘上放一件东西');
    await page.getByRole('progressbar', { name: '正在检查' }).waitFor();
    await button('取消').click();
    await button('取消').waitFor({ state: 'detached', timeout: 2_000 });
    expect(await page.getByRole('alert').count()).toBe(0);
    await button('交互').click();
    plate.grams = 500;
    await text(/Interactive HCheck: Successful/);
    plate.grams = 0;
  });

  test('sees live values, how regular the line is, and what was counted', async () => {
    await tab('实时');
    await page.getByRole('definition').filter({ hasText: 'zero' }).waitFor();
    plate.grams = 612;
    await page.getByRole('definition').filter({ hasText: '612' }).waitFor();
    plate.grams = 0;
    await page
      .getByRole('listitem')
      .filter({ hasText: /帧率.*\/s/ })
      .waitFor();
    expect(await page.getByRole('table', { name: '两帧之间的间隔' }).getByRole('row').count()).toBe(
      11,
    );
    await page.getByRole('row', { name: /GoodWeightReadCount \d+/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('watches the wire: filtered, searched, paused without losing a line, marked, saved', async () => {
    await tab('监视');
    const log = page.getByRole('log');
    await log.getByText('{"kind":"zero","grams":0}').first().waitFor();
    expect(await log.textContent()).toMatch(/tx05.*rx06/);
    await button('发').click();
    expect(await log.getByText('← rx').count()).toBe(0);
    await button('全部').click();
    await page.getByRole('searchbox', { name: '搜索十六进制或含义' }).fill('ack');
    expect(await log.getByText('"grams"').count()).toBe(0);
    await page.getByRole('searchbox').fill('');
    await button('暂停').click();
    await button(/继续（暂停期间 \+[1-9]\d* 行）/).click();
    await page.getByRole('textbox', { name: '在记录里写一句' }).fill('插拔过');
    await button('标记').click();
    await log.getByText(/mark 李梅: 插拔过/).waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '.ytrace' }).click(),
    ]);
    const file = join(dir, 'page.ytrace');
    await saved.saveAs(file);
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"ytrace":1[\s\S]*插拔过/);
    expect(await axeFindings(page)).toEqual([]);
  });

  test('speaks to it by hand: a preset at once, other bytes after "I know"', async () => {
    const answered = page.getByRole('status').filter({ hasText: /→ 05.*← 06/ });
    // A twin on a busy machine may answer once too late.
    await vi.waitFor(async () => {
      await button(/^在吗/).click();
      await answered.waitFor({ timeout: 3000 });
    }, 25_000);
    expect(await page.getByRole('textbox', { name: '十六进制字节' }).count()).toBe(0);
    await page.getByRole('checkbox', { name: /^我知道/ }).check();
    await page.getByRole('textbox', { name: '十六进制字节' }).fill('05 05');
    await button('发送').click();
    await page.getByRole('status').filter({ hasText: '→ 05 05' }).waitFor();
  });

  test('calibrates with weights and has a sheet to print', async () => {
    await vi.waitFor(() => text('正常'), 20_000);
    await tab('校准');
    for (const grams of [0, 1000]) {
      plate.grams = grams;
      await page.getByRole('textbox', { name: '放上（克）' }).fill(String(grams));
      await page
        .getByRole('status')
        .filter({ hasText: new RegExp(`^${grams} g$`) })
        .waitFor();
      await button('记下').click();
      await page.getByRole('row', { name: `${grams} g ${grams} g 0 g` }).waitFor();
    }
    await button(/^保存记录（李梅）/).click();
    await page.getByRole('heading', { name: '校准记录' }).waitFor();
    await text('合格');
    await button('打印').waitFor();
    plate.grams = 0;
    expect(await axeFindings(page)).toEqual([]);
  });

  test('changes a setting, sees the difference first, and it is kept once it answers', async () => {
    await tab('配置');
    await page.getByRole('spinbutton', { name: /^pollMs/ }).fill('200');
    await page.getByRole('row', { name: 'pollMs 110 → 200' }).waitFor();
    await button('试用一分钟').click();
    await page.getByRole('status').filter({ hasText: '新设置已保存' }).waitFor();
    const [device] = JSON.parse(readFileSync(config, 'utf8')).devices;
    expect(device).toMatchObject({ id: 'scale-1', options: { pollMs: 200 } });
    const address = page.getByRole('combobox', { name: '地址' });
    await address.fill(`pty:${link('spare')}`);
    await button('探测').click();
    await page.getByRole('status').filter({ hasText: 'enq-dc1' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  // A whole minute of waiting; `device-changes.test.ts` has it in simulated time.
  test.runIf(process.env.YIKE_DEEP === '1')(
    'a setting that stays silent for a minute is taken back',
    async () => {
      await page.getByRole('combobox', { name: '地址' }).fill('pty:/nowhere/at/all');
      await button('试用一分钟').click();
      await page
        .getByRole('status')
        .filter({ hasText: /试用中：\d+\s秒/ })
        .waitFor();
      const undone = page.getByRole('status').filter({ hasText: '已退回原来的设置' });
      await undone.waitFor({ timeout: 100_000 });
      const [device] = JSON.parse(readFileSync(config, 'utf8')).devices;
      expect(device.address).toBe(`pty:${link('scale')}`);
    },
  );

  test('a pulled plug is said with its reason and next step', async () => {
    cable.unplug();
    const reason = page.getByText('PORT_MISSING', { exact: true });
    await reason.waitFor();
    await text('插回数据线，插到原来的口');
    cable.plug();
    await reason.waitFor({ state: 'detached' });
  });

  test('replays a trace without the device, and makes a test of it', async () => {
    await button(/^工作台/).click();
    const file = join(dir, 'page.ytrace');
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByText('选一个 .ytrace 文件').click(),
    ]);
    await chooser.setFiles(file);
    await text(/enq-dc1 · \d+\s件事，0\s处不同/);
    const player = page.getByRole('region', { name: '回放' });
    const now = player.locator('[aria-current=step]');
    const place = player.getByRole('slider', { name: '播放位置' });
    await player.getByText(/^第\s1\s帧，共\s\d+\s帧/).waitFor();
    await button('下一帧').click();
    await button('下一帧').click();
    await button('上一帧').click();
    expect(await place.inputValue()).toBe('1');
    expect(await now.textContent()).toMatch(/^\d+\.\d{3} s(← rx|→ tx|ev|note)/);
    await button('10×').click();
    await button('播放').click();
    await button('暂停播放').waitFor();
    await expect.poll(async () => Number(await place.inputValue())).toBeGreaterThan(5);
    await button('最快').click();
    const last = await place.getAttribute('max');
    await expect.poll(() => place.inputValue(), { timeout: 20_000 }).toBe(last);
    await button('播放').waitFor();
    await button('做成测试').click();
    await text(/rx [0-9A-F ]+ ; \{"kind":/);
  });

  test('asks every free port, calls it off, and adds what answers with the plate read off it', async () => {
    const listed = [link('scale'), link('spare'), link('silent')].map((path, at) => ({
      ...{ path, stablePath: `pty:${path}` },
      ...(at === 0 && { heldBy: 'scale-1' }),
    }));
    // The kernel of this box knows no serial ports: the list is given, every question is real.
    await page.route('**/api/diag/ports', (route) =>
      route.fulfill({ json: { ports: listed, drivers: [] } }),
    );
    await page.reload();
    await button(/^工作台/).click();
    const asked = page.getByRole('list', { name: '询问所有空闲串口' }).getByRole('listitem');
    await button('询问所有空闲串口').click();
    await page.getByRole('progressbar', { name: '询问所有空闲串口' }).waitFor();
    await button('取消').click();
    await asked.filter({ hasText: /silent.*没有问/ }).waitFor({ timeout: 3000 });
    await button('询问所有空闲串口').click();
    await asked.filter({ hasText: /spare.*CAS/ }).waitFor({ timeout: 60_000 });
    await asked.filter({ hasText: /silent.*没有认得的设备/ }).waitFor({ timeout: 60_000 });
    expect(await asked.count()).toBe(2);
    const add = button('加入');
    expect(await add.isDisabled()).toBe(true);
    const field = (name: string) => page.getByRole('textbox', { name });
    for (const name of ['Min（克）', 'Max（克）', 'd（克）'])
      expect(await field(name).inputValue()).toBe('');
    await field('Min（克）').fill('15000');
    await field('Max（克）').fill('40');
    await field('d（克）').fill('5');
    expect(await add.isDisabled()).toBe(true);
    await field('Min（克）').fill('100');
    await field('Max（克）').fill('30000');
    expect(await axeFindings(page)).toEqual([]);
    await add.click();
    await page.getByRole('status').filter({ hasText: '已加入 scale-2' }).waitFor();
    const { devices } = JSON.parse(readFileSync(config, 'utf8'));
    expect(devices[1]).toMatchObject({
      ...{ id: 'scale-2', driver: 'enq-dc1' },
      plate: { minGrams: 100, maxGrams: 30_000, divisionGrams: 5 },
    });
    await page.unroute('**/api/diag/ports');
  });

  test('takes the bundle along, with a summary to photograph', async () => {
    await button('二维码摘要').click();
    await page.getByRole('img', { name: '二维码摘要' }).waitFor();
    await text(/YIKE .* bare-1/);
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载支持包' }).click(),
    ]);
    expect(saved.suggestedFilename()).toMatch(/^yike-support-bare-1-.*\.tar\.gz$/);
    await page.getByRole('row', { name: /账本落盘 synchronous=2，\d+ 条记录/ }).waitFor();
    const box = page.getByRole('table').filter({ hasText: '账本落盘' });
    // What is no name, number or path is in the reader's language.
    for (const value of ['运行中，', '就绪', '没有设总部，', /设备 \d、自助收银 0/])
      await box.getByRole('cell', { name: value }).waitFor();
    expect(await box.textContent()).not.toMatch(/\b(up|ok|ready|unsent|devices|events)\b/);
    expect(await axeFindings(page)).toEqual([]);
  });

  test('on a phone, in English, nothing is wider than the glass', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await button('English').click();
    await button(/scale-1/).click();
    for (const name of ['Health', 'Live', 'Monitor', 'Calibrate', 'Set-up']) {
      await tab(name);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([name, wide]).toEqual([name, 0]);
      // A finger needs 44 px; the chosen button is not smaller than the others.
      const low = await page.evaluate(() =>
        [...document.querySelectorAll('.diag .plain, .diag .primary')]
          .filter((each) => each.getBoundingClientRect().height < 44)
          .map((each) => each.textContent),
      );
      expect([name, low]).toEqual([name, []]);
      expect(await axeFindings(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
