/** What a shopper hears: prompts where the voice is on, a tone where it is not. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { found, press, raise, type Stage, show, stand } from './stage.fixture.ts';
import { LANE_VIEWS } from './views.fixture.ts';

/** Counts the clips and tones that the page starts, in the page. */
function hearSound(): void {
  Reflect.set(window, 'clipsStarted', 0);
  Reflect.set(window, 'tonesStarted', 0);
  const count = (node: { prototype: AudioScheduledSourceNode }, name: string) => {
    const { start } = node.prototype;
    node.prototype.start = function counted(...when: []) {
      Reflect.set(window, name, Reflect.get(window, name) + 1);
      start.apply(this, when);
    };
  };
  count(AudioBufferSourceNode, 'clipsStarted');
  count(OscillatorNode, 'tonesStarted');
}

let stage: Stage;

describe.skipIf(!found)('a shopper’s ears', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const shopper = (view: object | undefined, path?: string) => stand(stage, view, path);

  it('hear the prompts and every scan with the voice on, and stop it', async () => {
    const page = await shopper(LANE_VIEWS['basket-empty']);
    await page.evaluate(hearSound);
    const asked: string[] = [];
    page.on('request', (request) => {
      const [, clip] = /\/voice\/(.*)\.mp3$/.exec(request.url()) ?? [];
      if (clip) asked.push(clip);
    });
    const heard = (name: string) => page.evaluate((key) => Reflect.get(window, key), name);
    await press(page, ['语音']);
    await expect.poll(() => stage.server.posted[0]?.command).toEqual({ kind: 'voice', on: true });
    await expect.poll(() => asked).toEqual(['zh/a11y.voice', 'zh/k1.prompt']);
    await expect.poll(() => heard('clipsStarted')).toBe(2);
    expect(await heard('tonesStarted')).toBe(0);
    await page.getByRole('button', { name: '停' }).click();
    await page.getByRole('button', { name: '再说一遍' }).click();
    await expect.poll(() => heard('clipsStarted')).toBe(4);
    const added = { ...LANE_VIEWS.basket, voice: true };
    const { notice } = added;
    await show(stage, page, { ...added, notice: { ...notice, code: 'ADDED' } });
    await expect
      .poll(() => asked.slice(2))
      .toEqual([...['zh/k1.added', 'zh/n.10', 'zh/n.2', 'zh/n.yuan', 'zh/n.9', 'zh/n.jiao']]);
    await expect.poll(() => heard('clipsStarted')).toBe(10);
    expect(await heard('tonesStarted')).toBe(1);
  });

  it('hear a tone for a scan and not a word without it', async () => {
    const page = await shopper(LANE_VIEWS['basket-empty']);
    await page.evaluate(hearSound);
    await page.getByRole('main').click({ position: { x: 10, y: 10 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await show(stage, page, LANE_VIEWS.basket ?? {});
    await expect.poll(() => page.evaluate(() => Reflect.get(window, 'tonesStarted'))).toBe(1);
    expect(asked.filter((url) => url.includes('/voice/'))).toEqual([]);
  });
});
