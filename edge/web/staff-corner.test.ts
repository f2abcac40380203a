/** What staff do at a lane's own screen, behind a corner that no shopper finds. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { found, raise, type Stage, show, stand } from './stage.fixture.ts';
import { LANE_VIEWS } from './views.fixture.ts';

let stage: Stage;

describe.skipIf(!found)('the staff’s corner', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const shopper = (view: object | undefined, path?: string) => stand(stage, view, path);

  it('opens to three seconds of a finger, and to nothing else that is pressed there', async () => {
    const page = await shopper(LANE_VIEWS.attract);
    const calls = page.getByRole('button', { name: '呼叫店员' });
    const account = page.getByRole('dialog', { name: '店员账号' });
    const reach = page.getByRole('button', { name: '低位操作' });
    await reach.click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    expect(await account.count()).toBe(0);
    await show(stage, page, LANE_VIEWS.closed ?? {});
    await calls.click();
    await expect.poll(() => stage.server.posted.length).toBe(2);
    await page.mouse.move(30, 1920 - 30);
    await page.mouse.down();
    await account.waitFor();
    await page.mouse.up();
    const key = (name: string) =>
      page.getByRole('dialog').getByRole('button', { name, exact: true });
    for (const name of ['l', 'i', '下一步', '4', '8', '2', '9', '1', '3', '下一步', '正在换纸'])
      await key(name).click();
    await expect.poll(() => stage.server.posted.length).toBe(3);
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    const [, , posted] = stage.server.posted;
    expect(posted?.path).toBe('/api/lanes/lane-7/staff');
    expect(posted?.command).toEqual({ kind: 'lock', why: 'paper', id: 'li', pin: '482913' });
    expect(posted?.key).toMatch(/^[\da-f-]{32,36}$/);
  });

  it('gives the lane back by PIN, and says how long a wrong one costs', async () => {
    const page = await shopper(LANE_VIEWS.locked);
    const message = { zh: 'PIN 不对', en: 'Wrong PIN' };
    const next = { zh: '再试', en: 'Again' };
    const refusal = { code: 'LOCKED_OUT', message, next, detail: { seconds: 60 } };
    stage.server.answer = { status: 200, body: { ok: false, refusal } };
    await page.mouse.move(30, 1920 - 30);
    await page.mouse.down();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.mouse.up();
    const key = (name: string) => dialog.getByRole('button', { name, exact: true });
    for (const name of ['w', '下一步']) await key(name).click();
    for (const digit of '123789') await key(digit).click();
    await key('恢复使用').click();
    await expect
      .poll(() => page.getByRole('alert').textContent())
      .toMatch(/^PIN 不对。请等 1\s分钟再试$/);
    expect(await dialog.locator('output').textContent()).toBe('·');
    expect(stage.server.posted[0]?.command).toEqual({ kind: 'unlock', id: 'w', pin: '123789' });
  });
});
