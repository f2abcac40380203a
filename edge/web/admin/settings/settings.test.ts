/** The settings room in a browser: what there is, what changes, what was, on every screen and theme. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { settingsForm } from '../../../config/form.ts';
import { HIDDEN, type SettingsView } from '../../../core/views/settings-views.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';
import { placed } from './draft.ts';

const VIEW: SettingsView & { canRestart: boolean } = {
  form: settingsForm(),
  values: {
    store: { id: 'store-1', name: { zh: '晨光里', en: 'Chenguangli' } },
    lanes: [{ id: 'lane-1', panel: { diagonalInches: 21.5, widthPx: 1080, heightPx: 1920 } }],
    headOffice: { url: 'https://hq.example', token: HIDDEN },
  },
  basedOn: 'a'.repeat(64),
  file: '/etc/yike/store.json',
  history: [
    {
      ...{ version: 1, atWallMs: AFTERNOON_WALL_MS - 86_400_000, by: '李梅' },
      changes: [{ path: 'store.phone', before: '1', after: '2' }],
    },
    { version: 0, atWallMs: AFTERNOON_WALL_MS - 9e8, by: '', changes: [] },
  ],
  waiting: [{ path: 'store.phone', before: '1', after: '2' }],
  canRestart: false,
};
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

it.each([
  [{ a: 1 }, ['a'], 2, { a: 2 }],
  [{ a: 1 }, ['a'], undefined, {}],
  [{}, ['a', 'b'], 1, { a: { b: 1 } }],
  [{ l: [{ x: 1 }] }, ['l', 0, 'x'], 2, { l: [{ x: 2 }] }],
  [{ l: [1, 2] }, ['l', 0], undefined, { l: [2] }],
  [{ l: [1] }, ['l', 1], '', { l: [1, ''] }],
])('%j with %j as %j is %j', (values, path, value, wanted) => {
  expect(placed(values, path, value)).toEqual(wanted);
});

let stage: Stage;

describe.skipIf(!found)('the settings room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage?.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = async (more: object = {}, viewport = DESK, colorScheme?: 'dark') => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.set('/api/settings', { ...VIEW, ...more });
    const options = { viewport, ...(colorScheme && { colorScheme }) };
    const page = await stage.open('/admin/#/settings', options);
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    return page;
  };

  it.each([
    [DESK, undefined],
    [DESK, 'dark'],
    [PHONE, undefined],
    [PHONE, 'dark'],
  ] as const)('every part fits and can be read aloud at %j %s', async (size, scheme) => {
    const page = await enter({}, size, scheme);
    for (const part of ['门店', '自助收银', '网络与端口', '总部', '商品识别']) {
      await page.getByRole('button', { name: part, exact: true }).click();
      expect([part, await overflows(page)]).toEqual([part, []]);
      expect([part, await axeFindings(page)]).toEqual([part, []]);
    }
  });

  it('shows default, range and unit; looks at a change before it saves it; undoes it', async () => {
    const page = await enter();
    await page.getByRole('searchbox', { name: '搜索设置' }).fill('挂单');
    await page.getByText('lane-1').click();
    await page.getByRole('checkbox', { name: '启用收银规则' }).check();
    const park = page.getByRole('textbox', { name: /挂单保留/ });
    await page.getByText(/默认 15\s分钟 · 5\s到 240\s分钟/).waitFor();
    await park.fill('30');
    const change = { path: 'lanes.lane-1.policy', after: { parkMinutes: 30 } };
    stage.server.answer = { status: 200, body: { ok: true, value: [change] } };
    await page.getByRole('button', { name: '查看改动' }).click();
    await page.getByRole('row', { name: /lanes\.lane-1\.policy/ }).waitFor();
    const version = { version: 2, atWallMs: AFTERNOON_WALL_MS, by: '李梅', changes: [change] };
    stage.server.answer = { status: 200, body: { ok: true, value: version } };
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText(/已保存 1\s项改动/).waitFor();
    const [, sent] = stage.server.posted;
    expect(sent).toMatchObject({
      path: '/api/settings',
      command: { basedOn: VIEW.basedOn, values: { lanes: [{ policy: { parkMinutes: 30 } }] } },
    });
    const before = { ok: true, value: VIEW.values };
    stage.server.seen.set('/api/settings/versions/1', before);
    await page.getByRole('button', { name: '撤销' }).click();
    await expect.poll(() => stage.server.posted.length).toBeGreaterThanOrEqual(2);
  });

  it('says in words what is wrong, and keeps what was written', async () => {
    const page = await enter();
    await page.getByRole('textbox', { name: /求助电话/ }).fill('021-5555');
    const message = { zh: '配置文件 x：「store.phone」不对', en: 'wrong' };
    const refusal = { code: 'CONFIG_INVALID', message, next: { zh: '改正', en: 'Correct it' } };
    stage.server.answer = { status: 200, body: { ok: false, refusal } };
    await page.getByRole('button', { name: '查看改动' }).click();
    await page
      .getByRole('alert')
      .getByText(/store\.phone/)
      .waitFor();
    expect(await page.getByRole('textbox', { name: /求助电话/ }).inputValue()).toBe('021-5555');
    await page.getByRole('button', { name: '放弃改动' }).click();
    expect(await page.getByRole('textbox', { name: /求助电话/ }).inputValue()).toBe('');
  });

  it('never shows a secret, sends it back hidden, and takes a new one', async () => {
    const page = await enter();
    await page.getByRole('button', { name: '总部', exact: true }).click();
    const token = page.getByLabel(/令牌/);
    expect([await token.inputValue(), await token.getAttribute('type')]).toEqual(['', 'password']);
    await token.fill('a-new-token-of-office');
    stage.server.answer = { status: 200, body: { ok: true, value: [] } };
    await page.getByRole('button', { name: '查看改动' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    expect(stage.server.posted[0]?.command).toMatchObject({
      values: { headOffice: { token: 'a-new-token-of-office' } },
    });
  });

  it('exports without secrets; imports as a draft; says what waits for a restart', async () => {
    const page = await enter();
    await page.getByText(/1\s项改动已保存，重启后生效/).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出' }).click();
    const file = await (await downloading).path();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(VIEW.values);
    const changed = { ...VIEW.values, store: { id: 'store-2', name: { zh: '二', en: 'Two' } } };
    stage.server.answer = { status: 200, body: { ok: true, value: [] } };
    await page.getByLabel('导入').setInputFiles({
      ...{ name: 'x.json', mimeType: 'application/json' },
      buffer: Buffer.from(JSON.stringify(changed)),
    });
    await expect.poll(() => stage.server.posted[0]?.command).toMatchObject({ values: changed });
  });

  it('of a store without a file says that it can only be looked at', async () => {
    const { file: _, ...fileless } = VIEW;
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.set('/api/settings', fileless);
    const page = await stage.open('/admin/#/settings');
    await page.getByText(/只能查看/).waitFor();
  });
});
