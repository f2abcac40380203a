/** `yike start`: the running store, asked, and how it ends. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { STORE_ID } from '../../ledger/shop.fixture.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import { envelopeOf, type Started, start, yike } from '../cli.fixture.ts';
import { ANY_PORT, expectRefused, keptStart, STORE, scale } from './start.fixture.ts';

const { fileOf, freshData } = keptStart();

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
