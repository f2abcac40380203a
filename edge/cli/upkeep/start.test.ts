/** `yike start`: what stops it, in words, and nothing half-made; then the running store, asked. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LEDGER_FILE } from '../../ledger/database.ts';
import { openLedger } from '../../ledger/open.ts';
import { ledgerOptions, STORE_ID } from '../../ledger/shop.fixture.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import { type Ended, envelopeOf, keptCommand, type Started, start, yike } from '../cli.fixture.ts';

const { dir, run } = keptCommand();

const STORE = { store: { id: STORE_ID, name: { zh: '一店', en: 'Store One' } } };
const ANY_PORT = { listen: { kioskPort: 0, adminPort: 0 } };
const PLATE = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
const scale = (id: string, changes: object = {}) => ({
  id,
  driver: 'enq-dc1',
  address: 'serial:/dev/serial/by-id/no-such-scale',
  plate: PLATE,
  ...changes,
});

let files = 0;
function fileOf(content: unknown, name = `config-${files++}.json`): string {
  const file = join(dir, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const freshData = () => join(dir, `data-${files++}`);

interface Refused {
  exit: number;
  code: string;
  zh: RegExp;
  en: RegExp;
}

/** Starts it and expects the refusal in both languages: what, what next, and no stack. */
async function expectRefused(
  args: string[],
  { exit, code, zh, en }: Refused,
  run: (line: string[]) => Promise<Ended> = yike,
) {
  const ended = await run(['start', ...args, '--json', '--lang', 'en']);
  const { error } = envelopeOf(ended);
  expect({ exit: ended.exit, code: error?.code }).toEqual({ exit, code });
  expect(`${error?.message.zh}\n${error?.hint.zh}`).toMatch(zh);
  expect(`${error?.message.en}\n${error?.hint.en}`).toMatch(en);
  expect(ended.stderr).toMatch(/^yike: .*\(E_\w+( \d+)?\)\n {2}try: {3}\S/);
  expect(ended.stderr).not.toMatch(/\n\s+at |node:internal|E_BUG/);
}

describe.concurrent('a configuration with a mistake is refused, naming it', () => {
  const bad: [string, unknown, RegExp, RegExp, string?][] = [
    ['not JSON', '{"store":', /读不了/, /cannot be read.*JSON/],
    [
      'an unknown key of a device',
      { ...STORE, devices: [{ id: 'scale-1', driver: 'enq-dc1', adress: 'x' }] },
      /没有「devices\.0\.adress \(scale-1\)」这个选项/,
      /no option "devices\.0\.adress \(scale-1\)"/,
    ],
    [
      'a lane with a scale there is none of',
      { ...STORE, lanes: [{ id: 'lane-1', scale: 'scale-9' }] },
      /lane-1 的 scale 指向「scale-9」/,
      /lane-1\.scale names "scale-9"/,
    ],
    [
      'an unknown driver',
      { ...STORE, devices: [scale('scale-1', { driver: 'abacus' })] },
      /设备 scale-1.*没有叫「abacus」的驱动[\s\S]*yike driver list/,
      /Device scale-1.*no driver "abacus"[\s\S]*yike driver list/,
      'E_DRIVER_UNKNOWN',
    ],
    [
      'a driver’s option out of range',
      { ...STORE, devices: [scale('scale-1', { options: { pollMs: 1 } })] },
      /设备 scale-1.*pollMs/,
      /Device scale-1.*pollMs.*50/,
      'E_OPTIONS_INVALID',
    ],
    [
      'a scale without its type plate',
      { ...STORE, devices: [scale('scale-1', { plate: undefined })] },
      /设备 scale-1.*铭牌/,
      /Device scale-1.*type plate/,
      'E_PLATE_MISSING',
    ],
  ];
  test.each(bad)('%s', async (_, content, zh, en, code = 'E_CONFIG_INVALID') => {
    const args = ['--config', fileOf(content), '--data', freshData()];
    await expectRefused(args, { exit: 2, code, zh, en }, run);
  });

  test('a file that is not there', async () => {
    const args = ['--config', join(dir, 'none.json'), '--data', freshData()];
    const refusal = { exit: 2, code: 'E_CONFIG_INVALID', zh: /none\.json：读不了/, en: /ENOENT/ };
    await expectRefused(args, refusal, run);
  });

  test('no file named at all', async () => {
    const refusal = {
      exit: 2,
      code: 'E_USAGE',
      zh: /需要 --config/,
      en: /--config FILE is needed/,
    };
    await expectRefused([], refusal, run);
  });

  test('a port in the environment that is no port', async () => {
    const args = ['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', freshData()];
    const refusal = {
      exit: 2,
      code: 'E_USAGE',
      zh: /YIKE_PORT_KIOSK 应为/,
      en: /YIKE_PORT_KIOSK is a port/,
    };
    await expectRefused(args, refusal, (line) => yike(line, { YIKE_PORT_KIOSK: 'eighty' }));
  });

  test('leaves no store behind', async () => {
    const data = freshData();
    await yike(['start', '--config', fileOf({ ...STORE, lanez: [] }), '--data', data]);
    expect(readdirSync(dir)).not.toContain(data.slice(dir.length + 1));
  });
});

describe.concurrent('a box that is not ready is told apart', () => {
  test.each(['kioskPort', 'adminPort'])('%s is held by another program', async (name) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => holder.once('listening', listening));
    const { port } = holder.address() as AddressInfo;
    const data = freshData();
    const listen = { ...ANY_PORT.listen, [name]: port };
    try {
      await expectRefused(['--config', fileOf({ ...STORE, listen }), '--data', data], {
        exit: 113,
        code: 'E_PORT_IN_USE',
        zh: new RegExp(`端口已被占用：port ${port}（${name}）[\\s\\S]*换一个端口`),
        en: new RegExp(`port ${port} \\(${name}\\) is in use[\\s\\S]*another port`),
      });
    } finally {
      holder.close();
    }
    expect(verifyLedger(data)).toMatchObject({ ok: true });
  });

  const aFile = () => fileOf('here already', `plain-${files++}`);
  const unwritable: [string, () => string][] = [
    ['below a plain file', () => join(aFile(), 'store')],
    ['a plain file itself', aFile],
    ['where the kernel allows no directory', () => '/proc/yike-store'],
  ];
  test.each(unwritable)('the data directory cannot be made: %s', async (_, where) => {
    const data = where();
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 111,
      code: 'E_NOT_WRITABLE',
      zh: new RegExp(`无法写入（.*${data}`),
      en: new RegExp(`cannot be written \\(.*${data}`),
    });
  });

  function withLedger(storeId = STORE_ID): { data: string; file: string } {
    const data = freshData();
    openLedger({ ...ledgerOptions(data), storeId }).close();
    return { data, file: join(data, LEDGER_FILE) };
  }

  test('the ledger is of a newer version, and stays as it is', async () => {
    const { data, file } = withLedger();
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const before = readFileSync(file);
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 106,
      code: 'E_NEWER_SCHEMA',
      zh: /更新版本的软件写成（99 > \d+）[\s\S]*升级软件/,
      en: /newer version.*\(99 > \d+\)[\s\S]*Upgrade/,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('the ledger is another store’s, and gains no event', async () => {
    const { data } = withLedger('store-2');
    const before = verifyLedger(data);
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 106,
      code: 'E_WRONG_STORE',
      zh: /不是本店的数据.*store-2/,
      en: /another store.*store-2/,
    });
    expect(verifyLedger(data)).toEqual(before);
  });

  test('the ledger is damaged', async () => {
    const data = freshData();
    mkdirSync(data);
    writeFileSync(join(data, LEDGER_FILE), 'not a database, '.repeat(512));
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 6,
      code: 'E_CORRUPT',
      zh: /账本文件已损坏[\s\S]*备份/,
      en: /ledger file is damaged[\s\S]*backup/,
    });
  });
});

const UP = /(?:kiosk|收银) (http:\S+) .*(?:admin|管理) (http:\S+)/;

/** A running store; `ask` runs another command on it. */
async function open(config: object): Promise<{
  running: Started;
  data: string;
  kiosk: string;
  admin: string;
  configFile: string;
  ask(line: string): ReturnType<typeof yike>;
}> {
  const data = freshData();
  const configFile = fileOf(config);
  const running = start(['start', '--config', configFile, '--data', data]);
  const [, kiosk = '', admin = ''] = await running.says(UP);
  const ask = (line: string) => yike([...line.split(' '), '--data', data]);
  return { running, data, kiosk, admin, configFile, ask };
}

async function endOf({ child, ended }: Started, signal: NodeJS.Signals = 'SIGTERM') {
  const asked = performance.now();
  child.kill(signal);
  const end = await ended;
  return { ...end, withinFiveSeconds: performance.now() - asked < 5_000 };
}

describe('a store with no devices', () => {
  let store: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    store = await open({ ...STORE, ...ANY_PORT });
  });
  afterAll(() => store.running.child.kill('SIGKILL'));

  test.each(['kiosk', 'admin'] as const)('describes itself on its %s port', async (port) => {
    const answer = await fetch(`${store[port]}/api/openapi.json`);
    const described = (await answer.json()) as { openapi: string; paths: object };
    expect(answer.status).toBe(200);
    expect(described.openapi).toMatch(/^3\./);
    expect(Object.keys(described.paths).length).toBeGreaterThan(1);
  });

  test('answers for its status, devices and sync', async () => {
    const status = envelopeOf(await store.ask('status --json'));
    expect(status).toMatchObject({
      exit: 0,
      level: 'ok',
      data: { storeId: STORE_ID, verdict: { level: 'ok' }, devices: [], ledger: { headSeq: 1 } },
    });
    expect((await store.ask('status --lang en')).stdout).toMatch(/^Store One {2}All good\n/);
    expect((await store.ask('status --lang zh')).stdout).toMatch(/^一店 {2}一切正常\n/);
    expect(envelopeOf(await store.ask('device list --json'))).toMatchObject({
      exit: 0,
      data: { devices: [] },
    });
    expect(envelopeOf(await store.ask('sync status --json'))).toMatchObject({
      exit: 0,
      data: { link: 'off' },
    });
  });

  test('says that it has no scale, and no such device', async () => {
    const zh = await store.ask('scale read --lang zh');
    const en = await store.ask('scale read --lang en');
    expect(zh).toMatchObject({
      exit: 109,
      stderr: expect.stringMatching(/没有配置秤[\s\S]*devices/),
    });
    expect(en).toMatchObject({
      exit: 109,
      stderr: expect.stringMatching(/no scale[\s\S]*devices/),
    });
    expect(await store.ask('device show scale-1')).toMatchObject({ exit: 109 });
  });

  test('cannot be started twice on one ledger, and the first goes on', async () => {
    await expectRefused(['--config', store.configFile, '--data', store.data], {
      exit: 113,
      code: 'E_LOCKED',
      zh: /另一个程序正在使用这个账本（.*ledger\.lock）[\s\S]*先停止另一个 yike 进程/,
      en: /Another process is using this ledger \(.*ledger\.lock\)[\s\S]*Stop the other/,
    });
    expect(envelopeOf(await store.ask('status --json')).exit).toBe(0);
  });

  test('its ledger can be read and verified while it runs', async () => {
    expect(envelopeOf(await store.ask('ledger verify --json'))).toMatchObject({ exit: 0 });
    expect((await store.ask('ledger tail')).stdout).toMatch(/^1 .* store +Booted /);
  });

  test('ends in order on SIGTERM, and is then told as not running', async () => {
    expect(await endOf(store.running)).toMatchObject({ exit: 0, withinFiveSeconds: true });
    expect(verifyLedger(store.data)).toMatchObject({ ok: true, events: 1 });
    expect((await store.ask('status')).exit).toBe(4);
  });
});

test('after a power cut the store is told as not running, and starts again on the same ledger', async () => {
  const { running, data, configFile, ask } = await open({ ...STORE, ...ANY_PORT });
  expect(await endOf(running, 'SIGKILL')).toMatchObject({ exit: 'SIGKILL' });
  expect(readdirSync(data)).toContain('ctl.sock');
  expect(await ask('status')).toMatchObject({ exit: 4 });
  const again = start(['start', '--config', configFile, '--data', data]);
  await again.says(UP);
  expect(envelopeOf(await ask('status --json'))).toMatchObject({
    data: { ledger: { headSeq: 2 } },
  });
  expect(await endOf(again)).toMatchObject({ exit: 0 });
  expect(verifyLedger(data)).toMatchObject({ ok: true, events: 2 });
});

describe('a store whose scales do not answer', () => {
  let store: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    store = await open({
      ...STORE,
      ...ANY_PORT,
      devices: [scale('scale-1'), scale('scale-2'), scale('spare')],
      counters: [{ id: 'counter-1', scale: 'scale-1' }],
      lanes: [{ id: 'lane-1', scale: 'scale-2' }],
    });
    await vi.waitFor(
      async () => {
        const { stdout } = await store.ask('device list');
        expect(stdout.match(/PORT_MISSING/g)).toHaveLength(3);
      },
      { timeout: 15_000, interval: 100 },
    );
  });
  afterAll(() => {
    store.running.child.kill('SIGKILL');
  });

  test('warns by its exit code, and says which device and why', async () => {
    const listed = await store.ask('device list --lang zh');
    expect(listed.exit).toBe(3);
    expect(listed.stdout).toMatch(/^scale-1 +scale +\S+ .*no-such-scale +PORT_MISSING/m);
    expect(listed.stdout).toContain('下一步：yike device show scale-1');
    expect(envelopeOf(await store.ask('status --json'))).toMatchObject({ level: 'warn' });
  });

  test('shows one device by name, by the beginning of it, and not by a name two could have', async () => {
    const shown = await store.ask('device show scale-1 --lang en');
    expect(shown).toMatchObject({ exit: 3, stdout: expect.stringMatching(/^next +\S/m) });
    expect((await store.ask('device show sp --lang en')).stdout).toMatch(/^id +spare$/m);
    const both = await store.ask('device show scale --lang en');
    expect(both).toMatchObject({ exit: 2, stderr: expect.stringContaining('scale-1, scale-2') });
    const none = await store.ask('device show till-1 --lang zh');
    expect(none).toMatchObject({
      exit: 109,
      stderr: expect.stringMatching(/「till-1」[\s\S]*spare/),
    });
  });

  test('gives no weight, but the reason, after the time it was given', async () => {
    const read = envelopeOf(await store.ask('scale read scale-1 --timeout 200ms --json'));
    expect(read).toMatchObject({ exit: 108, error: { code: 'E_OFFLINE', device: 'scale-1' } });
    expect(read.data).not.toHaveProperty('grams');
  });

  test('asks a scale that no lane or counter uses all the same', async () => {
    const read = await store.ask('scale read spare --timeout 200ms --lang en');
    expect(read).toMatchObject({
      exit: 108,
      stderr: expect.stringMatching(/spare: The scale does not answer/),
    });
  });

  test('has a lane taken out of service and put back: who and why are in its ledger', async () => {
    const done = async (line: string, exit = 0) => {
      const answer = envelopeOf(await store.ask(`${line} --json --lang zh`));
      expect(answer, line).toMatchObject({ exit });
      return answer;
    };
    expect(await done('lane lock lane-1 --reason paper --by Li')).toMatchObject({
      data: { done: 'lock', by: 'Li' },
    });
    expect((await store.ask('lane list --lang zh')).stdout).toMatch(
      /^lane-1 +out-of-service +- +正在换纸$/m,
    );
    await done('lane unlock lane-1 --by Li');
    await done('lane lock lane-1 --reason fitter --by Li');
    expect((await store.ask('lane list --lang en')).stdout).toMatch(/^lane-1 .*Staff have paused/m);
    expect(JSON.stringify(await done('ledger tail -n 5'))).toMatch(
      /LaneLocked.*"why":"paper".*LaneUnlocked.*LaneLocked.*"why":"other".*"reason":"fitter"/,
    );
    await done('lane unlock lane-1 --by Li');
    expect(await done('lane lock lane-9 --reason paper --by Li', 109)).toMatchObject({
      error: { message: { zh: '没有收银台「lane-9」' } },
    });
    await done('lane lock lane-1 --by Li', 2);
    await done('lane lock lane-1 --reason paper', 2);
  });

  test('is stopped by Ctrl-C as well', async () => {
    expect(await endOf(store.running, 'SIGINT')).toMatchObject({
      exit: 0,
      withinFiveSeconds: true,
    });
  });
});
