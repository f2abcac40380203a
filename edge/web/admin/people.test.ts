/** The people room in a browser: roles, ends, new secrets, and goodbye. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_NAMES } from '../../access/roles.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../stage.fixture.ts';
import { STATUS_VIEWS } from '../status.fixture.ts';

const person = (id: string, name: string, role: string, lastDay = '', disabled = false) => ({
  ...{ id, name, role, lastDay, disabled },
});
const REGISTER = {
  roles: ROLE_NAMES,
  people: [
    person('li', '李梅', 'operator'),
    person('wang', '王强', 'attendant', '2026-12-31'),
    person('qian', '钱进', 'auditor', '2026-11-01'),
    person('zhao', '赵工', 'technician', '', true),
  ],
};

let stage: Stage;

describe.skipIf(!found)('the people room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage?.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = async (viewport = { width: 1440, height: 900 }, dark = false) => {
    stage.server.show(STATUS_VIEWS.good ?? {});
    stage.server.seen.set('/api/people', REGISTER);
    const page = await stage.open('/admin/#/people', {
      viewport,
      colorScheme: dark ? 'dark' : 'light',
    });
    await page.getByRole('heading', { name: '账号', level: 1 }).waitFor();
    return page;
  };
  const sent = () =>
    stage.server.posted.map(({ method = 'POST', path, command }) => [method, path, command]);

  it.each([
    [1440, 900, false],
    [390, 844, true],
  ])('shows who may what, and until when, at %i px', async (width, height, dark) => {
    const page = await enter({ width, height }, dark);
    await page.getByText(/到 2026-12-31\s为止/).waitFor();
    await page.getByText(/2026-11-01\s已到期/).waitFor();
    await page.getByText('已停用').waitFor();
    await page.getByRole('button', { name: '修改 王强' }).click();
    await page.getByText('体检、重启、安装设备').waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '新增账号' }).click();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('changes a role and an end, and leaves the secrets alone', async () => {
    const page = await enter();
    await page.getByRole('button', { name: '修改 王强' }).click();
    await page.getByRole('radio', { name: /技术员/ }).check();
    await page.getByLabel('最后一天').fill('2027-01-31');
    await page.getByRole('button', { name: '保存' }).click();
    await expect
      .poll(sent)
      .toEqual([
        [
          ...['PATCH', '/api/people/wang'],
          { name: '王强', role: 'technician', lastDay: '2027-01-31' },
        ],
      ]);
  });

  it('gives a new PIN, disables, and removes only when asked twice', async () => {
    const page = await enter();
    await page.getByRole('button', { name: '修改 王强' }).click();
    await page.getByRole('button', { name: '停用' }).click();
    await page.getByRole('button', { name: '删除账号' }).click();
    await expect.poll(() => sent().length).toBe(1);
    await page.getByRole('button', { name: /再点一次，删除 王强/ }).click();
    await expect.poll(sent).toEqual([
      ['PATCH', '/api/people/wang', { disabled: true }],
      ['DELETE', '/api/people/wang', {}],
    ]);
  });

  it('changes one’s own password and PIN, and nothing else of oneself', async () => {
    const page = await enter();
    await page.getByRole('button', { name: '修改 李梅' }).click();
    expect(await page.getByRole('radio').count()).toBe(0);
    await page.getByLabel('新 PIN（不改就留空）').fill('551734');
    await page.getByRole('button', { name: '保存' }).click();
    await expect.poll(sent).toEqual([['PATCH', '/api/session/me', { pin: '551734' }]]);
  });
});
