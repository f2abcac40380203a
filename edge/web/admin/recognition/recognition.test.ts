/** The recognition room in a browser: a second look, the figures, teaching, versions. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type LookView,
  type PackView,
  type RecognitionRoomView,
  SHOTS_WANTED,
} from '../../../core/views/recognition-view.ts';
import { recognitionRefusal } from '../../../recognition/refusals.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';
import { PACKS, panPicture, ROOM, VERSIONS } from './room.fixture.ts';

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
let stage: Stage;
let pan: Buffer;

describe.skipIf(!found)('the recognition room', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
    pan = await panPicture();
  }, 120_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const enter = async (path: string, viewport = DESK, room: RecognitionRoomView = ROOM) => {
    const { seen } = stage.server;
    stage.server.show(STATUS_VIEWS.good ?? {});
    seen.set('/api/recognition', room);
    for (const id of ['review-1', 's-1']) seen.set(`/api/recognition/pictures/${id}`, pan);
    seen.set('/api/recognition/versions', { versions: VERSIONS });
    seen.set('/api/recognition/packs', { packs: PACKS });
    return stage.open(`/admin/#/recognition/${path}`, { viewport });
  };
  const told = () => stage.server.posted.map(({ path, command }) => [path, command]);

  it.each([DESK, PHONE])(
    'one tap says what lay there, another undoes it, at $width px',
    async (size) => {
      const page = await enter('queue', size);
      await page.getByRole('heading', { name: '选的和看到的不一样' }).waitFor();
      await page.getByRole('button', { name: /红富士苹果 像\s?91%/ }).click();
      await page.getByRole('button', { name: '看不出，跳过' }).first().click();
      await page.getByRole('button', { name: '撤销', exact: true }).first().click();
      await expect
        .poll(() => told())
        .toEqual([
          ['/api/recognition/review/review-1', { verdict: 'relabel', sku: 'apple' }],
          ['/api/recognition/review/review-1', { verdict: 'skip' }],
          ['/api/recognition/review/review-9', { verdict: 'undo' }],
        ]);
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  it('an article that is none of those offered is found by its pinyin', async () => {
    const page = await enter('queue');
    await page.getByRole('button', { name: '都不是，找一种' }).first().click();
    await page.getByRole('searchbox').fill('xl');
    await page.getByRole('button', { name: '雪梨 还没有学过' }).click();
    await expect
      .poll(() => told())
      .toEqual([['/api/recognition/review/review-1', { verdict: 'relabel', sku: 'snow-pear' }]]);
  });

  it('without pictures nothing can be told apart, and the page says how to keep some', async () => {
    const { keeps: _, ...room } = ROOM;
    const queue = ROOM.queue.map((each) => ({ ...each, pictured: false }));
    const page = await enter('queue', DESK, { ...room, queue });
    await page.getByText('recognition.keepPictures', { exact: false }).waitFor();
    expect(await page.getByRole('button', { name: /像/ }).count()).toBe(0);
    expect(await page.getByText('没有留照片').count()).toBe(2);
  });

  it.each([DESK, PHONE])(
    'the figures stand as shares, a chart and a table at $width px',
    async (size) => {
      const page = await enter('rates', size);
      await page.locator('.chart canvas').waitFor();
      expect(await page.locator('[data-colour="first"] dd').textContent()).toBe('88%');
      await page.getByText('看每天的数字').click();
      expect(await page.getByRole('row').count()).toBe(ROOM.days.length + 1);
      await page.getByText(/问过顾客 6\s次，4\s次没改 · 14\s次里 9\s次选了便宜的/).waitFor();
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  it.each([DESK, PHONE])(
    'teaching opens the camera only when asked to, at $width px',
    async (size) => {
      const page = await enter('teach/snow-pear', size);
      const look: LookView = {
        ...{ jpeg: pan.toString('base64'), verdict: 'empty', candidates: [], grams: 0 },
      };
      const path = '/api/recognition/counters/counter-1/look?sku=snow-pear';
      stage.server.seen.set(path, { ok: true, value: look });
      await page.getByRole('button', { name: '打开摄像头' }).click();
      await page.getByText('秤盘是空的').waitFor();
      expect(await page.getByRole('button', { name: '拍这一张' }).isDisabled()).toBe(true);
      const apple = { ...ROOM.learnt[0]!, confidenceBp: 5_200 };
      const fine: LookView = { ...look, verdict: 'fine', grams: 612, candidates: [apple] };
      stage.server.seen.set(path, { ok: true, value: fine });
      await page.getByText(/现在会认成「红富士苹果」52%/).waitFor();
      stage.server.answer = { status: 200, body: { ok: true, value: { sampleId: 's-1' } } };
      await page.getByRole('button', { name: '拍这一张' }).click();
      await page.getByRole('button', { name: /删除第\s1\s张/ }).click();
      await page.getByRole('img', { name: /第\s1\s张/ }).waitFor({ state: 'detached' });
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('link', { name: '返回' }).click();
      await page.getByText('教哪一种？').waitFor();
      await expect
        .poll(() => told().map(([at]) => at))
        .toEqual([
          '/api/recognition/counters/counter-1/shots',
          '/api/recognition/samples/s-1/remove',
          '/api/recognition/counters/counter-1/end',
        ]);
    },
  );

  it.each([DESK, PHONE])(
    'ten pictures taken, publishing is in sight at $width px',
    async (size) => {
      const page = await enter('teach/snow-pear', size, { ...ROOM, unpublished: true });
      const look = { jpeg: pan.toString('base64'), verdict: 'fine', candidates: [], grams: 612 };
      const path = '/api/recognition/counters/counter-1/look?sku=snow-pear';
      stage.server.seen.set(path, { ok: true, value: look });
      await page.getByRole('button', { name: '打开摄像头' }).click();
      for (let shots = 1; shots <= SHOTS_WANTED; shots += 1) {
        const value = { sampleId: `s-${shots}` };
        stage.server.answer = { status: 200, body: { ok: true, value } };
        await page.getByRole('button', { name: '拍这一张' }).click();
        await page.getByRole('button', { name: new RegExp(`第\\s${shots}\\s张`) }).waitFor();
      }
      await page.evaluate(() => scrollTo(0, 0));
      const publish = page.getByRole('button', { name: '发布', exact: true });
      await publish.click({ trial: true, timeout: 2_000 });
      const { y, height } = (await publish.boundingBox())!;
      expect(y).toBeGreaterThan(0);
      expect(y + height).toBeLessThan(size.height);
      expect(await page.evaluate(() => scrollY)).toBe(0);
      expect(await overflows(page)).toEqual([]);
    },
  );

  it('ends teaching only once the last look is answered, which would begin it anew', async () => {
    const page = await enter('teach/snow-pear', PHONE);
    const order: string[] = [];
    let asked = () => {};
    let answer = () => {};
    const lookAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/counters/counter-1/look?*', async (route) => {
      asked();
      await mayAnswer;
      order.push('look');
      await route.fulfill({ json: { ok: true, value: { verdict: 'empty', candidates: [] } } });
    });
    await page.route('**/counters/counter-1/end', async (route) => {
      order.push('end');
      await route.fulfill({ json: { ok: true } });
    });
    await page.getByRole('button', { name: '打开摄像头' }).click();
    await lookAsked;
    await page.getByRole('link', { name: '返回' }).click();
    await page.getByText('教哪一种？').waitFor();
    answer();
    await expect.poll(() => order).toEqual(['look', 'end']);
  });

  it('says before and after of a trial, and why a publication was refused', async () => {
    const page = await enter('versions', DESK, {
      ...ROOM,
      refit: {
        ...{ what: 'rehearse', state: 'done', heldOut: 72, rightBefore: 70, rightAfter: 66 },
        ...{ worse: true, lost: [{ ...ROOM.learnt[0]!, pictures: 4 }] },
      },
    });
    await page.getByText('认对 66 / 72').waitFor();
    await page.getByText('红富士苹果 −4').waitFor();
    await page.getByRole('button', { name: '先试算' }).click();
    await page.getByRole('button', { name: '退回这一版' }).first().click();
    await page.getByText(/会认的商品从 \d+\s种变成 \d+\s种/).waitFor();
    await page.getByRole('button', { name: '确认退回第 6 版' }).click();
    await expect
      .poll(() => told())
      .toEqual([
        ['/api/recognition/refit', { what: 'rehearse' }],
        ['/api/recognition/roll-back', { version: 6 }],
      ]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it.each([DESK, PHONE])(
    'says which model an update brought, and changes over to it, at $width px',
    async (size) => {
      const room = { ...ROOM, unpublished: false, waitingFromSales: 0 };
      const model = { ...ROOM.model, newer: 4 };
      const page = await enter('queue', size, { ...room, model });
      await page.getByText(/新的识别模型（第\s4\s版）/).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('link', { name: '看看用哪一个' }).click();
      await page.getByText('随更新带来，还没用').waitFor();
      await page.getByRole('button', { name: '换用', exact: true }).click();
      await page.getByText(/认得的商品从 38\s种变成 0\s种/).waitFor();
      const [old, fresh] = PACKS as [PackView, PackView];
      const packs = [
        { ...fresh, state: 'current' },
        { ...old, state: 'previous' },
      ];
      stage.server.seen.set('/api/recognition/packs', { packs });
      await page.getByRole('button', { name: /确认换用第\s4\s版/ }).click();
      await page.getByText('正在换上，几秒钟就好').waitFor();
      expect(await page.getByRole('button', { name: '换用', exact: true }).isDisabled()).toBe(true);
      expect(told()).toEqual([['/api/recognition/pack', { name: 'shipped' }]]);
      // The controller has changed over; what it was taught belongs to the other model.
      const galleryRefusal = recognitionRefusal('GALLERY_OTHER_PACK', { why: 'another' });
      const after = { ...room, items: 0, galleryRefusal };
      const answering = { ...ROOM.model, packSha256: fresh.sha256 };
      stage.server.seen.set('/api/recognition', { ...after, model: answering });
      stage.server.seen.set('/api/recognition/versions', { versions: [] });
      await page.clock.setFixedTime(AFTERNOON_WALL_MS + 2_000);
      await page.getByText('已学的商品属于另一个识别模型').waitFor();
      await page.getByText('还没有发布过').waitFor();
      await page.getByText('认得 38 种商品').waitFor();
      await expect
        .poll(() => page.getByRole('button', { name: '换用', exact: true }).isEnabled())
        .toBe(true);
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  it('a model changed back answers with its own newest version, whatever the other one reached', async () => {
    const page = await enter('versions', DESK, { ...ROOM, version: 9 });
    const newest = page.getByRole('listitem').filter({ hasText: /第\s7\s版/ });
    await newest.getByText('正在用').waitFor();
    await page.getByRole('button', { name: '退回这一版' }).first().click();
    await page.getByText(/从 38\s种变成 37\s种/).waitFor();
  });

  it('takes in what another scale learnt, and says how much of it was new', async () => {
    const page = await enter('versions');
    stage.server.answer = { status: 200, body: { ok: true, value: { added: 38 } } };
    const buffer = Buffer.from('YKG1 of another scale');
    const file = { name: 'other.ykg', mimeType: 'application/octet-stream', buffer };
    await page.getByLabel('导入').setInputFiles(file);
    await page.getByText(/加入了 38\s张/).waitFor();
    await expect
      .poll(() => told())
      .toEqual([['/api/recognition/gallery', { base64: buffer.toString('base64') }]]);
  });

  it('shows every picture of an item with where it came from', async () => {
    const samples = [
      { sampleId: 's-1', origin: 'taught', pictured: false },
      { sampleId: 's-2', origin: 'reviewed', pictured: false },
    ];
    stage.server.seen.set('/api/recognition/samples/apple', { samples });
    const page = await enter('learnt/apple');
    await page.getByText('核对时教的').waitFor();
    await page.getByRole('button', { name: /删除第\s2\s张/ }).click();
    await expect.poll(() => told()).toEqual([['/api/recognition/samples/s-2/remove', {}]]);
    expect(await axeFindings(page)).toEqual([]);
  });
});
