/** The rooms of head office and of the audit in a browser. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActView, LedgerFilesView, LedgerWorkView } from '../../../core/views/audit-views.ts';
import { axeFindings, found, overflows, raise, type Stage } from '../../stage.fixture.ts';
import { STATUS_VIEWS } from '../../status.fixture.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';

const ACT: ActView = {
  ...{ seq: 512, atWallMs: AFTERNOON_WALL_MS - 60_000, type: 'RefundRequested', source: 'lane-1' },
  ...{ what: { zh: '发起退款', en: 'Refund requested' }, kind: 'money', person: '李梅' },
  ...{ detail: { zh: '¥6.50 · 商品变质', en: '¥6.50 · Spoilt' }, saleId: 'sale-a' },
};
const RUNNING: LedgerWorkView = {
  ...{ kind: 'verify', state: 'running', phase: 'chain', done: 2000, of: 4158 },
  ...{ startedWallMs: AFTERNOON_WALL_MS, by: '李梅' },
};
const HASH = 'a3f1'.repeat(16);
const DONE: LedgerWorkView = {
  ...{ ...RUNNING, state: 'done', endedWallMs: AFTERNOON_WALL_MS },
  verified: {
    ...{ ok: true, events: 4158, epoch: 1, headSeq: 4158, headHash: HASH },
    ...{ anchored: true, anchoredSeq: 4000 },
  },
};
const BACKUP = {
  ...{ name: '2026-11-23T090100', atWallMs: AFTERNOON_WALL_MS, seq: 4011, epoch: 1 },
  ...{ bytes: 12_400_000, sha256: 'bc'.repeat(32) },
};

let stage: Stage;

describe.skipIf(!found)('in a browser', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const SIZES = [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ];
  const enter = (path: string, viewport = SIZES[0]!, status = STATUS_VIEWS.good) => {
    const { seen } = stage.server;
    stage.server.show(status ?? {});
    seen.set('/api/audit', { rows: [ACT], more: false });
    seen.set('/api/audit?kind=access', { rows: [], more: false });
    const people = [{ id: 'li', name: '李梅' }];
    seen.set('/api/audit/people', { people, today: '2026-11-23' });
    if (!seen.has('/api/ledger/work')) show({ backups: [BACKUP], work: DONE });
    const room = { freeBytes: 41e9, bytesPerDay: 9.4e6, days: 4361 };
    const said = { wallMs: AFTERNOON_WALL_MS - 9000, level: 'warn', kind: 'said', words: '连不上' };
    seen.set('/api/sync/room', { messages: [said], room });
    const odd = { epoch: 1, seq: 3021, reason: 'unknown type Sneezed' };
    const standing = { epoch: 1, headSeq: 4120, quarantined: [odd], roundTripMs: 42 };
    seen.set('/api/sync/standing', { ...standing, skewMs: 190_000 });
    return stage.open(`/admin/#/${path}`, { viewport });
  };
  const show = (files: LedgerFilesView) => stage.server.seen.set('/api/ledger/work', files);

  it.each(SIZES)('who did what is listed and narrowed at $width px', async (size) => {
    const page = await enter('audit', size);
    await page.getByText('发起退款').waitFor();
    expect(await page.getByRole('link', { name: '看这笔交易' }).count()).toBe(1);
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '账号' }).click();
    await page.getByText('没有符合条件的记录').waitFor();
  });

  it.each(SIZES)('a whole ledger shows its head and anchors at $width px', async (size) => {
    const page = await enter('audit/ledger', size);
    await page.getByText(/账本完整：4158/).waitFor();
    await page.getByText(HASH).waitFor();
    await page.getByText(/锚点到第 4000/).waitFor();
    expect(await overflows(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '检查备份 2026-11-23T090100' }).click();
    await expect
      .poll(() => stage.server.posted.map(({ path }) => path))
      .toEqual(['/api/ledger/backups/2026-11-23T090100/verify']);
  });

  it('work under way shows how far it is, and can be called off', async () => {
    show({ backups: [], work: RUNNING });
    const page = await enter('audit/ledger');
    const bar = page.getByRole('progressbar', { name: /逐条核对 2000/ });
    await bar.waitFor();
    expect(await bar.getAttribute('max')).toBe('4158');
    expect(await page.getByRole('button', { name: '立即备份' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: '取消' }).click();
    await expect.poll(() => stage.server.posted.at(-1)?.path).toBe('/api/ledger/cancel');
  });

  it('a broken ledger says where, and what not to do', async () => {
    const reason = { zh: '哈希链断开', en: 'The chain to the event before is broken' };
    const verified = { ...DONE.verified!, ok: false, firstBadSeq: 77, reason };
    show({ backups: [], work: { ...DONE, verified } });
    const page = await enter('audit/ledger');
    await page.getByText(/从第 77/).waitFor();
    await page.getByText('不要改动文件', { exact: false }).waitFor();
    await page.getByText('还没有备份').waitFor();
  });

  it.each(SIZES)(
    'with head office down, link and records are two facts at $width px',
    async (size) => {
      const page = await enter('sync', size, STATUS_VIEWS.bad);
      await page.getByRole('heading', { name: '与总部的连接' }).waitFor();
      await page.getByText('连不上总部，照常营业，记录都在本机').waitFor();
      await page.getByText(/38\s条待上传/).waitFor();
      await page.getByText('unknown type Sneezed').waitFor();
      await page.getByText(/总部快 3\s分钟/).waitFor();
      expect(await page.locator('.sync-facts [data-level="ok"]').count()).toBe(0);
      expect(await overflows(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: '立即重试' }).click();
      await expect.poll(() => stage.server.posted.at(-1)?.path).toBe('/api/sync/try');
    },
  );

  it('is linked and not green while one record is unsent', async () => {
    const good = STATUS_VIEWS.good!;
    const sync = { ...good.sync, link: 'up' as const, unsent: 1 };
    const page = await enter('sync', SIZES[0]!, { ...good, sync });
    await page.getByText('已连上总部').waitFor();
    const records = page.locator('.sync-facts .card', { hasText: /1\s条待上传/ });
    expect(await records.getAttribute('data-level')).toBe('warn');
  });
});
