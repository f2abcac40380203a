/**
 * What can be wrong with the store itself, each brought about for real, and followed to where
 * people see it: the status page with its sentence, an alert, the doctor.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf, SYNC_REFUSALS } from '../../cloud-sync/errors.ts';
import type { Recogniser } from '../../models/contract.ts';
import { DEFAULT_PACK_DIR } from '../../models/pack.ts';
import { startRecogniser } from '../../models/recogniser.ts';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import { openCertificate, ownCertificate } from '../access/certificate.ts';
import { WATERMARKS, watchDisk } from '../box/disk.ts';
import { noteStart } from '../box/starts.ts';
import type { Config } from '../config/config.ts';
import { conditionsIn } from '../core/alert-conditions.ts';
import { STORE_REASON_CODES, type StoreReason } from '../core/store-reasons.ts';
import { CERTIFICATE_WARNING_MS, SLOWEST_P95_MS } from '../core/store-troubles.ts';
import type { StatusView } from '../core/views/status-view.ts';
import { startSynchronising } from '../head-office/synchronise.ts';
import { openLedger } from '../ledger/open.ts';
import { ledgerOptions, sellApples, temporaryDirectory } from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { systemClock } from '../runtime.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';
import { examineBox } from '../technician/doctor.ts';
import { keepLedgerChecked } from './ledger-check.ts';
import { ledgerWork } from './ledger-work.ts';
import { type StatusParts, statusView } from './status.ts';

const DAY_MS = 86_400_000;
let store: TestStore;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue: demoCatalogue() });
  await store.ready();
});
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});
afterAll(() => store.free());

const readyModel: Recogniser = {
  state: () => ({ state: 'ready' }),
  onState: () => undefined,
  packId: 'pack',
  packSha256: '',
  embed: async () => ({ ok: false, code: 'CLOSED', detail: '' }),
  residentBytes: async () => undefined,
  close: async () => undefined,
};

function statusWith(parts: Partial<StatusParts>): StatusView {
  const { controller, clock } = store;
  const { ledger, devices, recognition, localDay, startedWallMs } = controller();
  return statusView({
    ...{ storeId: 'store-1', storeName: { zh: '店', en: 'Store' }, softwareVersion: '0' },
    ...{ weighCore: { version: '1', sha256: '' }, ledger, devices, recognition, clock },
    ...{ timeZone: 'UTC', localDay, startedWallMs, screens: () => [], teaching: () => undefined },
    ...{ recogniser: readyModel, disk: () => undefined },
    sync: () => ({ link: 'off', unsent: 0, ackedSeq: 0, headSeq: 0 }),
    ...parts,
  });
}

/** The code is on the page with its sentence, in an alert, and found by the doctor. */
function tells(status: StatusView, code: StoreReason, level: 'warn' | 'bad', words: RegExp): void {
  expect(status.troubles).toMatchObject([{ code, level }]);
  expect(status.verdict.level).toBe(level);
  expect(`${status.verdict.text.zh} ${status.verdict.text.en}`).toMatch(words);
  expect(conditionsIn(status)).toMatchObject([{ code, severity: level }]);
  const { checks } = examineBox({
    ...{ dataDir: store.dir, wallMs: store.clock.wallMs(), wallQuality: 'trusted', status },
    config: { ...store.controller().config, listen: LISTEN },
  });
  const found = checks.find(({ reason }) => reason === code);
  expect(found, code).toMatchObject({ status: level === 'bad' ? 'fail' : 'warn' });
  expect(found?.hint?.zh).toMatch(/\p{Script=Han}/u);
}
const LISTEN: Config['listen'] = {
  ...{ host: '127.0.0.1', kioskPort: 0, adminPort: 0 },
  operator: { host: '127.0.0.1', port: 0, hosts: [] },
};

it('a store with nothing wrong has no trouble, no alert and no reason at the doctor', () => {
  const status = statusWith({});
  expect([status.troubles, conditionsIn(status), status.verdict.level]).toEqual([[], [], 'ok']);
});

describe('told to people by its code:', () => {
  it('three starts that crashed: SAFE_MODE', () => {
    const dir = temporaryDirectory();
    undo.push(dir.free);
    const safe = Array.from(
      { length: 4 },
      () => noteStart(dir.dir, createSimulatedClock()).safe,
    ).at(-1);
    tells(statusWith({ ...(safe && { safe }) }), 'SAFE_MODE', 'bad', /安全模式.*Safe mode/);
  });

  it('a disk with little room: DISK_LOW', () => {
    const disk = watchDisk({
      ...{ dataDir: store.dir, clock: store.clock, log: silentLog, ballastBytes: 0 },
      freeBytes: () => WATERMARKS.tight,
    });
    undo.push(disk.close);
    tells(statusWith({ disk: disk.view }), 'DISK_LOW', 'warn', /只剩 200 MiB.*200 MiB of disk/);
  });

  it('a certificate that ends: CERT_EXPIRING', async () => {
    const wallMs = store.clock.wallMs();
    const { lastDayMs } = await openCertificate(store.dir, wallMs - 810 * DAY_MS);
    undo.push(() => rmSync(join(ownCertificate(store.dir).certFile, '..'), { recursive: true }));
    expect(lastDayMs - wallMs).toBeLessThan(CERTIFICATE_WARNING_MS);
    const status = statusWith({ certificate: { lastDayWallMs: lastDayMs, own: true } });
    tells(status, 'CERT_EXPIRING', 'warn', /还有 \d+ 天到期.*ends in \d+ day/);
    expect(status.troubles[0]?.next.en).toContain('Restart the controller');
    const ended = statusWith({ certificate: { lastDayWallMs: wallMs - 1, own: false } });
    expect(ended.troubles).toMatchObject([
      { level: 'bad', why: { zh: expect.stringMatching(/已过期/) } },
    ]);
  });

  it('a box whose clock fell back to the year it was made: CLOCK_SKEW', () => {
    const clock = { ...store.clock, wallQuality: () => 'unsure' as const };
    const status = statusWith({ clock });
    tells(status, 'CLOCK_SKEW', 'bad', /时钟不可信.*clock cannot be believed/);
  });

  it('a ledger that does not write through: LEDGER_WEAK', () => {
    const { ledger } = store.controller();
    const weak = { ...ledger, health: () => ({ ...ledger.health(), synchronous: 1 }) };
    tells(statusWith({ ledger: weak }), 'LEDGER_WEAK', 'bad', /没有逐笔落盘.*write every sale/);
  });
});

describe('the model', () => {
  it('that is not there: MODEL_MISSING', async () => {
    const recogniser = startRecogniser({ packDir: '/nonexistent/pack', clock: systemClock() });
    undo.push(recogniser.close);
    tells(statusWith({ recogniser }), 'MODEL_MISSING', 'warn', /模型文件不存在.*is missing/);
  });

  it('that is damaged: MODEL_BROKEN', () => {
    const dir = mkdtempSync(join(store.dir, 'pack-'));
    writeFileSync(join(dir, 'pack.json'), '{');
    const recogniser = startRecogniser({ packDir: dir, clock: systemClock() });
    undo.push(recogniser.close);
    expect(recogniser.state().reason).toBe('MODEL_BROKEN');
    tells(statusWith({ recogniser }), 'MODEL_BROKEN', 'warn', /不能用.*does not work/);
  });

  it('that never finishes loading, or answers late: MODEL_SLOW', async () => {
    const childPath = join(mkdtempSync(join(store.dir, 'child-')), 'child.mjs');
    writeFileSync(childPath, "process.on('message', () => {});");
    const recogniser = startRecogniser({
      ...{ packDir: DEFAULT_PACK_DIR, clock: systemClock(), childPath, loadLimitMs: 50 },
    });
    undo.push(recogniser.close);
    await expect.poll(() => recogniser.state().reason, { timeout: 20_000 }).toBe('MODEL_SLOW');
    tells(statusWith({ recogniser }), 'MODEL_SLOW', 'warn', /识别变慢.*is slow/);
    const { recognition } = store.controller();
    const late = (p95Ms: number) => ({
      ...recognition,
      stats: () => ({ ...recognition.stats(), p95Ms }),
    });
    const slow = statusWith({ recognition: late(SLOWEST_P95_MS + 1) });
    tells(slow, 'MODEL_SLOW', 'warn', /1501 毫秒.*p95 1501 ms/);
    expect(statusWith({ recognition: late(SLOWEST_P95_MS) }).troubles).toEqual([]);
  });
});

describe('a head office, over a real connection,', () => {
  /** Answers everything with `status`, its own clock `aheadMs` from ours. */
  async function answering(status: number, body: object | undefined, aheadMs = 0) {
    const server = createServer((_, response) => {
      const date = new Date(Date.now() + aheadMs).toUTCString();
      response.writeHead(status, { date }).end(body && JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    undo.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  function talkingTo(url: string) {
    const dir = temporaryDirectory();
    const ledger = openLedger(ledgerOptions(dir.dir));
    const { config } = store.controller();
    const sync = startSynchronising({
      config: { ...config, headOffice: { url, token: 't' } },
      ...{ ledger, clock: systemClock(), random: () => 0, log: silentLog, onChange() {} },
    });
    undo.push(dir.free, () => ledger.close(), sync.close);
    return sync;
  }

  it('that does not know the token: SYNC_REFUSED, and not out of reach', async () => {
    const { status } = SYNC_REFUSALS.TOKEN_REFUSED;
    const sync = talkingTo(await answering(status, refusalOf('TOKEN_REFUSED')));
    await expect.poll(() => sync.status().refused?.code, { timeout: 10_000 }).toBe('TOKEN_REFUSED');
    const seen = statusWith({ sync: sync.status });
    tells(seen, 'SYNC_REFUSED', 'bad', /同步被拒：总部不认这个令牌.*Sync refused: .*this token/);
    expect(seen.troubles[0]?.next.zh).toContain('令牌');
  });

  it('that holds events without understanding them: SYNC_REFUSED', async () => {
    const answer = { acked: 1, epoch: 1, quarantined: [1] };
    const sync = talkingTo(await answering(200, answer));
    await expect.poll(() => sync.status().quarantined, { timeout: 10_000 }).toBeGreaterThan(0);
    const { quarantined = 0 } = sync.status();
    const held = { link: 'up', unsent: 0, ackedSeq: 1, headSeq: 1, quarantined } as const;
    tells(statusWith({ sync: () => held }), 'SYNC_REFUSED', 'warn', /没有看懂 \d+ 条.*understand/);
  });

  it.each([
    [7_200_000, '慢', /比总部慢 7\d\d\d 秒.*behind head office/],
    [-7_200_000, '快', /比总部快 7\d\d\d 秒.*ahead of head office/],
  ])('whose clock is %d ms from ours: CLOCK_SKEW, ours is %s', async (aheadMs, _, words) => {
    const sync = talkingTo(await answering(204, undefined, aheadMs));
    await expect.poll(() => sync.status().skewMs, { timeout: 10_000 }).toBeDefined();
    const { skewMs = 0 } = sync.status();
    const idle = { link: 'up', unsent: 0, ackedSeq: 1, headSeq: 1, skewMs } as const;
    tells(statusWith({ sync: () => idle }), 'CLOCK_SKEW', 'warn', words);
  });

  it('that is not there: SYNC_DOWN', async () => {
    const sync = talkingTo('http://127.0.0.1:1');
    await expect.poll(() => sync.status().lastError, { timeout: 10_000 }).toBeDefined();
    tells(statusWith({ sync: sync.status }), 'SYNC_DOWN', 'warn', /总部断开.*HQ link down/);
  });
});

describe('the ledger is verified by itself,', () => {
  function nightly(damage: boolean) {
    const dir = temporaryDirectory();
    const shop = openLedger(ledgerOptions(dir.dir));
    sellApples(shop, 'sale-1');
    shop.close();
    const file = join(dir.dir, 'ledger.sqlite');
    const bytes = readFileSync(file);
    const text = bytes.toString('latin1');
    for (const { index } of damage ? text.matchAll(/LineAdded/g) : [])
      bytes.write('lineAdded', index);
    writeFileSync(file, bytes);
    const clock = createSimulatedClock();
    const localTime = (wallMs: number) => new Date(wallMs).toISOString().replace('T', ' ');
    const work = ledgerWork({ dataDir: dir.dir, clock, headSeq: () => 1, localTime });
    let told = 0;
    const onChange = () => {
      told += 1;
    };
    const check = keepLedgerChecked({ dataDir: dir.dir, clock, work, localTime, onChange });
    undo.push(dir.free, work.close, check.close);
    return { dir: dir.dir, clock, check, work, localTime, told: () => told };
  }

  it('and what does not hold together is told: LEDGER_CHECK', async () => {
    const { clock, check, told, ...parts } = nightly(true);
    clock.advance(30 * 60_000);
    await expect.poll(check.last, { timeout: 60_000 }).toMatchObject({ ok: false });
    expect(told()).toBe(1);
    mkdirSync(store.dir, { recursive: true });
    const kept = join(store.dir, 'ledger-checked.json');
    writeFileSync(kept, readFileSync(join(parts.dir, 'ledger-checked.json')));
    undo.push(() => rmSync(kept));
    tells(statusWith({ checked: check.last }), 'LEDGER_CHECK', 'bad', /账本检查没有通过/);
    // The finding outlives a restart.
    const again = keepLedgerChecked({ dataDir: parts.dir, clock, ...parts, onChange() {} });
    undo.push(again.close);
    expect(again.last()).toEqual(check.last());
  }, 90_000);

  it('once a night while all is well', async () => {
    const { clock, check, work } = nightly(false);
    const began: number[] = [];
    for (let half = 0; half < 48 * 3; half += 1) {
      const before = work.view().work?.startedWallMs;
      clock.advance(30 * 60_000);
      const now = work.view().work?.startedWallMs;
      if (now === before || now === undefined) continue;
      began.push(new Date(now).getUTCHours());
      await expect.poll(() => work.view().work?.state, { timeout: 60_000 }).toBe('done');
    }
    expect(check.last()).toMatchObject({ ok: true });
    // The first one soon after the store was made; then in quiet hours.
    expect(began.length).toBeLessThanOrEqual(4);
    expect(began.slice(1).every((hour) => hour >= 2 && hour < 5)).toBe(true);
  }, 90_000);
});

it('every code there is has its test here or at the payments', () => {
  const own = readFileSync(import.meta.filename, 'utf8');
  const missing = STORE_REASON_CODES.filter((code) => !own.includes(`'${code}', '`));
  expect(missing).toEqual(['PAYMENT_OVERDUE']);
});
