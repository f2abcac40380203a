/**
 * The cabinets' driver on a mosquitto of its own: started here, with the files `yike mqtt
 * mosquitto` writes. Skipped, loudly, where there is none; `CI=true` wants it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { mqttCabinet } from '../../drivers/cabinet/mqtt-cabinet.ts';
import type { CabinetUnit, DeviceEvent } from '../../drivers/contract.ts';
import { supervise } from '../../drivers/supervise.ts';
import { ioClock } from '../../drivers/wire/io-clock.ts';
import { openWire } from '../../drivers/wire/open.ts';
import { tallCabinet } from '../../simulator/cabinet-spec.ts';
import { createCabinetWorld } from '../../simulator/cabinet-world.ts';
import { createRandom } from '../../simulator/random.ts';
import { realClock } from '../../simulator/runtime.ts';
import { dialMqtt } from '../../simulator/topics.ts';
import { startCabinetMqtt } from '../../simulator/twins/cabinet-mqtt.ts';
import { mqttMosquitto } from '../cli/devices/mqtt-mosquitto.ts';
import { identitiesIn } from './mqtt-identities.ts';

const PROGRAM = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', 'mosquitto'].find(
  (path) => spawnSync(path, ['-h']).status !== null,
);
if (!PROGRAM)
  console.warn('没有 mosquitto，外部消息服务器的测试跳过 No mosquitto: its tests are skipped');
if (process.env.CI === 'true')
  test('CI has a mosquitto', () => expect(PROGRAM, 'apt-get install mosquitto').toBeDefined());

const ROOT = 'store/s1/edge-1';
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = dial(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** A mosquitto with the files of the command, and accounts for two cabinets. */
async function mosquitto() {
  const dir = mkdtempSync(join(tmpdir(), 'yike-mosquitto-'));
  cleanUps.push(() => rmSync(dir, { recursive: true, force: true }));
  const identities = identitiesIn(dir);
  const passwords = { 'cab-1': identities.issue('cab-1'), 'cab-2': identities.issue('cab-2') };
  const port = await freePort();
  const answer = await mqttMosquitto({
    ...{ words: [join(dir, 'm')], flags: { port: String(port), root: ROOT }, dataDir: dir },
    ...{ language: 'en', say: () => undefined, signal: new AbortController().signal },
  });
  expect(answer).toMatchObject({ exit: 0, data: { accounts: ['cab-1', 'cab-2'], anew: [] } });
  const { address } = answer.data as { address: string };
  // mosquitto gives up root's rights before it reads its files.
  chmodSync(dir, 0o755);
  for (const name of ['acl', 'passwd']) chmodSync(join(dir, 'm', name), 0o644);
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(PROGRAM ?? '', ['-c', join(dir, 'm', 'mosquitto.conf')], {
      stdio: 'ignore',
    });
    cleanUps.push(() => child.kill('SIGKILL'));
    await expect.poll(() => listens(port), { timeout: 10_000 }).toBe(true);
    return child;
  };
  return { dir, port, address, passwords, child: await start(), start };
}

/** The simulated cabinet at one end, the driver kept connected at the other. */
async function cabinet() {
  const at = await mosquitto();
  const clock = realClock();
  const [spec, random] = [tallCabinet(createRandom(5), 1), createRandom(5)];
  const world = createCabinetWorld({ spec, clock, random });
  const twin = startCabinetMqtt({
    dial: dialMqtt(() => `mqtt://cab-1:${at.passwords['cab-1']}@127.0.0.1:${at.port}`),
    ...{ root: ROOT, deviceId: 'cab-1', clock, bolts: world.bolts, readingMs: 50 },
    cells: () => world.cells().map(({ shelfId, address }) => world.reading(shelfId, address)),
    deciCelsius: () => world.deciCelsius(),
  });
  cleanUps.push(() => twin.close());
  const events: DeviceEvent[] = [];
  const keep = (deviceId: string) => {
    const kept = supervise<CabinetUnit>({
      ...{ driver: mqttCabinet, address: at.address, open: () => openWire(at.address) },
      options: { root: ROOT, deviceId, staleMs: 2000, minPulseGapMs: 0 },
      ...{ clock: ioClock, log: { debug: () => undefined, warn: () => undefined } },
      ...{ random: () => 0, onStatus: () => undefined },
      onEvent: (event) => void events.push(event),
    });
    cleanUps.push(() => kept.close());
    return kept;
  };
  const kept = keep('cab-1');
  const state = () => `${kept.status().state} ${kept.status().reason ?? ''}`.trim();
  await expect.poll(state, { timeout: 10_000 }).toBe('ok');
  return { ...at, world, twin, kept, keep, events, state };
}

/** A client as somebody's cabinet would be, and what it was told. */
async function client(port: number, user: string, password: string) {
  const url = `mqtt://127.0.0.1:${port}`;
  const settings = { clientId: user, username: user, password, reconnectPeriod: 0 };
  const one: MqttClient = connect(url, { ...settings, protocolVersion: 4 });
  cleanUps.push(() => void one.end(true));
  const heard: string[] = [];
  one.on('message', (topic, payload) => void heard.push(`${topic} ${payload}`));
  const outcome = await new Promise<string>((resolve) => {
    one.once('connect', () => resolve('in'));
    one.once('error', (error) => resolve('code' in error ? `refused ${error.code}` : 'refused'));
  });
  return { one, heard, outcome };
}

describe.skipIf(!PROGRAM)('a cabinet behind a mosquitto', () => {
  test('opens, weighs and tells its door; its plug pulled is known at once', async () => {
    const { kept, world, events, twin, state } = await cabinet();
    await expect.poll(() => events.some((event) => event.kind === 'shelf-weight')).toBe(true);
    expect(await kept.device()?.open(1, { deadlineMs: 2000 })).toEqual({ ok: true, state: 'open' });
    expect(world.bolts.pulses[0]).toBe(1);
    twin.cut();
    await expect.poll(state, { timeout: 5000, interval: 5 }).toBe('offline MQTT_LWT');
    await expect.poll(state, { timeout: 10_000 }).toBe('ok');
  }, 40_000);

  test('is known at once by who comes later: its state is kept by the broker', async () => {
    const { port, address } = await cabinet();
    const { username, password } = new URL(address);
    const { one, heard } = await client(port, username, password);
    await one.subscribeAsync(`${ROOT}/dev/cab-1/#`);
    await expect
      .poll(() => heard.map((each) => each.split(' ')[0]))
      .toContain(`${ROOT}/dev/cab-1/state`);
    expect(heard.find((each) => each.includes('/description '))).toContain('"locks":1');
  }, 40_000);

  test('two wires of the store’s one account do not throw each other out', async () => {
    const { keep, kept } = await cabinet();
    const other = keep('cab-1');
    await expect.poll(() => other.status().state, { timeout: 10_000 }).toBe('ok');
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
  }, 40_000);

  test('cannot write for another, nor a command, nor read another’s', async () => {
    const { port, passwords, address } = await mosquitto();
    const store = new URL(address);
    const listener = await client(port, store.username, store.password);
    await listener.one.subscribeAsync(`${ROOT}/#`);
    const { one, heard, outcome } = await client(port, 'cab-2', passwords['cab-2']);
    expect(outcome).toBe('in');
    await one.subscribeAsync(`${ROOT}/dev/cab-1/cmd/+`).catch(() => undefined);
    await one.subscribeAsync(`${ROOT}/dev/cab-2/cmd/+`);
    for (const topic of ['cab-1/state', 'cab-2/cmd/unlock', 'cab-2/other', 'cab-2/event'])
      await one.publishAsync(`${ROOT}/dev/${topic}`, '{}', { qos: 1 });
    await expect.poll(() => listener.heard).toEqual([`${ROOT}/dev/cab-2/event {}`]);
    for (const id of ['cab-1', 'cab-2'])
      await listener.one.publishAsync(`${ROOT}/dev/${id}/cmd/read`, id, { qos: 1 });
    await expect.poll(() => heard).toEqual([`${ROOT}/dev/cab-2/cmd/read cab-2`]);
  }, 40_000);

  test('with a wrong password is refused, and the driver says MQTT_AUTH', async () => {
    const { port, passwords } = await mosquitto();
    expect((await client(port, 'cab-1', passwords['cab-2'])).outcome).toBe('refused 5');
    await expect(openWire(`mqtt://yike-store:wrong@127.0.0.1:${port}`)).rejects.toMatchObject({
      ...{ code: 'LOGIN_REFUSED', retry: false },
    });
  }, 40_000);

  test('the broker killed is MQTT_BROKER_DOWN, and all is well again once it is back', async () => {
    const { child, start, state } = await cabinet();
    child.kill('SIGKILL');
    await expect.poll(state, { timeout: 5000, interval: 5 }).toBe('offline MQTT_BROKER_DOWN');
    await start();
    await expect.poll(state, { timeout: 20_000 }).toBe('ok');
  }, 60_000);
});

test('an account of before mosquitto was known is named, to be given a new password', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'yike-mosquitto-'));
  cleanUps.push(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'mqtt-identities.json'), JSON.stringify({ 'cab-9': 'ab'.repeat(32) }));
  const answer = await mqttMosquitto({
    ...{ words: [join(dir, 'm')], flags: {}, dataDir: dir, language: 'en' as const },
    ...{ say: () => undefined, signal: new AbortController().signal },
  });
  expect(answer).toMatchObject({ exit: 0, data: { accounts: [], anew: ['cab-9'] } });
  expect(readFileSync(join(dir, 'm', 'passwd'), 'utf8')).toMatch(/^yike-store:\$7\$101\$\S+\n$/);
});
