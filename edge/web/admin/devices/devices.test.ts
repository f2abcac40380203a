/** The devices room in a browser: trouble first, filters, many at once, and one device's day. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceTimeline } from '../../../core/device-timeline.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';

const BAD = STATUS_VIEWS.bad!;
const ago = (minutes: number) => AFTERNOON_WALL_MS - minutes * 60_000;
const DAY: DeviceTimeline = {
  fromWallMs: ago(1440),
  toWallMs: ago(0),
  segments: [
    { fromWallMs: ago(1440), toWallMs: ago(400), state: 'ok' },
    { fromWallMs: ago(400), toWallMs: ago(381), state: 'offline', reason: 'NO_REPLY' },
    { fromWallMs: ago(381), toWallMs: ago(14), state: 'ok' },
    { fromWallMs: ago(14), toWallMs: ago(0), state: 'offline', reason: 'PORT_MISSING' },
  ],
  outages: [
    { fromWallMs: ago(14), reason: 'PORT_MISSING' },
    { fromWallMs: ago(400), toWallMs: ago(381), reason: 'NO_REPLY' },
  ],
};
const LIVE = {
  ...BAD.devices.find(({ id }) => id === 'scanner-1'),
  ...{ title: 'Serial scanner', options: {}, lifecycle: 'opened', upos: 108, can: [] },
  trace: { firstSeq: 0, lastSeq: 0, bytes: 0 },
  live: { event: { kind: 'code', characters: 13 }, ageMs: 840_000 },
};
const REPORT = {
  ...{ id: 'scale-1', level: 'internal', status: 'ok', checkHealthText: 'x', atWallMs: 0, ms: 3 },
  steps: [
    { id: 'seen', status: 'pass', title: { zh: '最近通信', en: 'last heard' }, value: '40 ms' },
  ],
};

let stage: Stage;

describe.skipIf(!found)('the devices room', { timeout: 60_000 }, () => {
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
  const enter = async (path = '', size: (typeof SIZES)[number] = SIZES[0]) => {
    stage.server.show(BAD);
    stage.server.seen.set('/api/diag/devices/scanner-1', { ok: true, value: LIVE });
    stage.server.seen.set('/api/devices/scanner-1/timeline', DAY);
    return stage.open(`/admin/#/devices${path}`, size);
  };

  it.each(SIZES)('shows trouble first, with reason and next step: %j', async (size) => {
    const page = await enter('', size);
    await page.getByRole('heading', { name: '设备', level: 1 }).waitFor();
    const links = page.getByRole('main').getByRole('link', { name: /-1 / });
    await expect.poll(() => links.count()).toBe(5);
    expect(await links.first().textContent()).toContain('scanner-1');
    await page.getByText('→ 插回 USB，插到原来的口').waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('is filtered by state and by words', async () => {
    const page = await enter();
    const rows = page.getByRole('main').getByRole('checkbox');
    await page.getByRole('button', { name: /^离线 1/ }).click();
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole('button', { name: /^全部 5/ }).click();
    await page.getByRole('searchbox', { name: '搜索设备' }).fill('打印');
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole('searchbox', { name: '搜索设备' }).fill('没有的');
    await page.getByText('没有符合的设备').waitFor();
  });

  it('checks many at once, skips what is offline and says so', async () => {
    const page = await enter();
    for (const id of ['scanner-1', 'scale-1', 'camera-1'])
      await page.getByRole('checkbox', { name: `选择 ${id}` }).check();
    stage.server.answer = { status: 200, body: { ok: true, value: REPORT } };
    await page.getByRole('button', { name: '体检' }).click();
    const results = page.getByRole('status', { name: '结果' });
    await expect
      .poll(() => results.textContent())
      .toBe('scanner-1 跳过：离线，做不了scale-1 正常camera-1 跳过：已停用');
    expect(stage.server.posted.map(({ path }) => path)).toEqual([
      '/api/diag/devices/scale-1/check',
    ]);
  });

  it('asks why before it disables, and tells the ledger', async () => {
    const page = await enter('/scanner-1');
    await page.getByRole('button', { name: '停用' }).click();
    expect(stage.server.posted).toEqual([]);
    await page.getByLabel('为什么停用').fill('换线');
    await page.getByRole('button', { name: '停用' }).last().click();
    await page.getByText('scanner-1 完成').waitFor();
    expect(stage.server.posted[0]).toMatchObject({
      path: '/api/diag/devices/scanner-1/act',
      command: { act: 'disable', why: '换线' },
    });
  });

  it.each(SIZES)('has a page for each, with its day and its outages: %j', async (size) => {
    const page = await enter('/scanner-1', size);
    await page.getByRole('heading', { name: '扫码器 scanner-1', level: 1 }).waitFor();
    await page.getByRole('img', { name: '最近 24 小时的状态：断开 2 次' }).waitFor();
    await page.getByText(/^断开 \d\d:\d\d → 恢复 \d\d:\d\d$/).waitFor();
    await page.getByText(/→ 还没恢复/).waitFor();
    await page.getByText('characters').waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('follows a change of state at once', async () => {
    const page = await enter('/scanner-1');
    await page.getByText('离线', { exact: true }).first().waitFor();
    const devices = BAD.devices.map((each) =>
      each.id === 'scanner-1' ? { ...each, state: 'ok' as const } : each,
    );
    stage.server.patch({ devices });
    await page.getByText('正常', { exact: true }).first().waitFor({ timeout: 2000 });
  });

  it('says so where there is no such device, and where there is none at all', async () => {
    const page = await enter('/scale-9');
    await page.getByText('没有叫「scale-9」的设备').waitFor();
    stage.server.show({ ...BAD, devices: [] });
    await page.getByRole('link', { name: '全部设备' }).click();
    await page.getByText('还没有设备').waitFor();
    await stage.strike();
  });
});
