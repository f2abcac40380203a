/**
 * A command's way: a device tells something (QoS 1), the controller's driver hears it and sends a
 * command (QoS 1), the device has it. Beside two TCP echoes, and beside aedes and mqtt.js as they
 * come. Then 200 devices that all speak at once: nothing may be lost.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import type { CabinetUnit, DeviceNotes } from '../drivers/contract.ts';
import { keepBroker } from '../edge/broker.ts';
import { openDevices } from '../edge/devices/devices.ts';
import { identitiesIn } from '../edge/devices/mqtt-identities.ts';
import { silentLog } from '../edge/log.ts';
import { systemClock } from '../edge/runtime.ts';
import { deviceNotesIn } from '../edge/technician/device-notes.ts';
import { percentile } from '../models/metrics.ts';
import { type BareDevice, bareDevice, publishBytes } from './mqtt-device.ts';
import type { BenchReport } from './recognition.ts';

const TRIPS = 200;
const DEFAULT_TRIPS = 15;
const DEVICES = 200;
const MESSAGES = 100;
const GOAL_OF_ECHOES = 4;
const GOAL_OF_DEFAULT = 0.02;
const ROOT = 'store/s1/edge';

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

async function twoEchoes(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const all: number[] = [];
  for (let trip = 0; trip < TRIPS; trip += 1) {
    const fromMs = nowMs();
    for (const word of ['weigh', 'weigh']) {
      socket.write(word);
      await once(socket, 'data');
    }
    all.push(nowMs() - fromMs);
  }
  socket.destroy();
  server.close();
  return percentile(all, 0.5);
}

async function asTheyCome(): Promise<number> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [controller, device] = [mqtt.connect(url), mqtt.connect(url)];
  const told = (client: mqtt.MqttClient, event: 'connect' | 'message') =>
    new Promise<void>((done) => client.once(event, () => done()));
  await Promise.all([told(controller, 'connect'), told(device, 'connect')]);
  await controller.subscribeAsync('up', { qos: 1 });
  await device.subscribeAsync('down', { qos: 1 });
  controller.on('message', (_topic, payload) => controller.publish('down', payload, { qos: 1 }));
  const all: number[] = [];
  for (let trip = 0; trip < DEFAULT_TRIPS; trip += 1) {
    const fromMs = nowMs();
    device.publish('up', 'weigh', { qos: 1 });
    await told(device, 'message');
    all.push(nowMs() - fromMs);
  }
  controller.end(true);
  device.end(true);
  await new Promise<void>((done) => aedes.close(() => done()));
  server.close();
  return percentile(all, 0.5);
}

/** A store with its broker and `count` cabinets behind it. */
async function openStore(count: number, notes?: (dir: string) => (id: string) => DeviceNotes) {
  const dir = mkdtempSync(join(tmpdir(), 'yike-bench-mqtt-'));
  const clock = systemClock();
  const config = { mqtt: { host: '127.0.0.1', port: 0, root: ROOT } };
  const broker = keepBroker({ config, dataDir: dir, clock, log: silentLog });
  while (broker.stat() === undefined) await wait(5);
  const { port = 0 } = broker.stat() ?? {};
  const identities = identitiesIn(dir);
  const ids = Array.from({ length: count }, (_, at) => `cab-${at}`);
  const far: BareDevice[] = [];
  for (const id of ids) far.push(await bareDevice(port, id, identities.issue(id)));
  const opened = openDevices({
    devices: ids.map((id) => ({
      id,
      driver: 'mqtt-cabinet',
      address: 'broker:',
      options: { root: ROOT, deviceId: id, minPulseGapMs: 0, staleMs: 60_000 },
    })),
    ...{ clock, random: Math.random, log: silentLog, open: broker.open },
    ...(notes && { notes: notes(dir) }),
  });
  if (!opened.ok) throw new Error(opened.refusal.message.en);
  const devices = opened.value;
  await wait(50);
  for (const [at, device] of far.entries()) device.socket.write(birth(ids[at] ?? ''));
  while (devices.all().some((each) => each.status().state !== 'ok')) await wait(5);
  const close = async (): Promise<void> => {
    await devices.close();
    for (const { socket } of far) socket.destroy();
    await broker.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { devices, far, ids, close };
}

const head = (seq: number) => ({ v: 1, session: 1, seq, uptimeMs: Math.floor(nowMs()) });
const locks = [{ lock: 1, state: 'open' }];

function birth(id: string): Buffer {
  const about = { v: 1, kind: 'description', session: 1, locks: 1, cells: 24, probes: 1 };
  const state = { ...head(1), kind: 'state', online: true, locks };
  const base = `${ROOT}/dev/${id}`;
  return Buffer.concat([
    publishBytes(`${base}/description`, about, 1),
    publishBytes(`${base}/state`, state, 1),
  ]);
}

/** Median of: event up, through driver and listener, command down. */
async function roundTrip(notes?: (dir: string) => (id: string) => DeviceNotes): Promise<number> {
  const { devices, far, close } = await openStore(1, notes);
  const [device] = far;
  const kept = devices.find('cab-0');
  if (!device || !kept) throw new Error('one cabinet was opened');
  device.subscribe(`${ROOT}/dev/cab-0/cmd/+`);
  let arrived: (commandId: string) => void = () => undefined;
  device.onPayload((payload) => arrived(JSON.parse(payload).commandId));
  let opening: Promise<unknown> | undefined;
  kept.onEvent((event) => {
    if (event.kind === 'temperature')
      opening = kept.current<CabinetUnit>()?.open(1, { deadlineMs: 2000 });
  });
  const all: number[] = [];
  let seq = 1;
  await wait(50);
  for (let trip = 0; trip < TRIPS; trip += 1) {
    const came = new Promise<string>((done) => {
      arrived = done;
    });
    const news = { ...head(++seq), kind: 'temperature', probe: 1, deciCelsius: trip };
    // What the device itself takes to put its words together is not the controller's time.
    const bytes = publishBytes(`${ROOT}/dev/cab-0/reading`, news, 1);
    const fromMs = nowMs();
    device.socket.write(bytes);
    const commandId = await came;
    all.push(nowMs() - fromMs);
    const answer = { ...head(++seq), kind: 'answer', commandId, outcome: 'done', locks };
    device.publish(`${ROOT}/dev/cab-0/resp/${commandId}`, answer, 1);
    await opening;
  }
  await close();
  return percentile(all, 0.5);
}

/** Readings heard of 200 devices that all speak at once, and how long that took. */
async function manyDevices(): Promise<{ lost: number; perSecond: number }> {
  const { devices, far, ids, close } = await openStore(DEVICES);
  let heard = 0;
  for (const device of devices.all())
    device.onEvent((event) => {
      if (event.kind === 'shelf-weight') heard += 1;
    });
  const cells = [{ cell: 1, state: 'stable', grams: 1234 }];
  const bytes = ids.map((id) =>
    Buffer.concat(
      Array.from({ length: MESSAGES }, (_, at) =>
        publishBytes(`${ROOT}/dev/${id}/reading`, { ...head(at + 2), kind: 'weights', cells }, 0),
      ),
    ),
  );
  const fromMs = nowMs();
  for (const [at, { socket }] of far.entries()) socket.write(bytes[at] ?? Buffer.alloc(0));
  while (heard < DEVICES * MESSAGES && nowMs() - fromMs < 30_000) await wait(2);
  const tookMs = nowMs() - fromMs;
  await close();
  return { lost: DEVICES * MESSAGES - heard, perSecond: (heard / tookMs) * 1000 };
}

const median = (values: number[]): number => percentile(values, 0.5);

export async function benchMqtt(rounds: number): Promise<BenchReport> {
  const taken: Record<'echo' | 'asCome' | 'ours' | 'durable' | 'lost' | 'rate', number[]> = {
    ...{ echo: [], asCome: [], ours: [], durable: [], lost: [], rate: [] },
  };
  for (let round = 0; round < rounds; round += 1) {
    taken.echo.push(await twoEchoes());
    taken.ours.push(await roundTrip());
    taken.durable.push(await roundTrip(deviceNotesIn));
    taken.asCome.push(await asTheyCome());
    const { lost, perSecond } = await manyDevices();
    taken.lost.push(lost);
    taken.rate.push(perSecond);
  }
  const [echo, asCome, ours] = [median(taken.echo), median(taken.asCome), median(taken.ours)];
  const durable = median(taken.durable);
  const lost = Math.max(...taken.lost);
  const row = (name: string, value: number, limit: number, goal: number) => {
    const ratio = value / limit;
    return { name, value, unit: 'ms', limit, ratio, goal, met: ratio <= goal };
  };
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? '?'}, ${platform()} ${arch()}, node ${process.version}`,
    rounds,
    rows: [
      row('command round trip, of two TCP echoes', ours, echo, GOAL_OF_ECHOES),
      row('command round trip, of aedes + mqtt.js', ours, asCome, GOAL_OF_DEFAULT),
      {
        name: 'the same, pulse noted on the disk',
        value: durable,
        unit: 'ms',
        limit: echo,
        ratio: durable / echo,
      },
      {
        name: 'lost of 200 devices × 100',
        value: lost,
        unit: 'messages',
        goal: 0,
        met: lost === 0,
      },
      { name: '200 devices, readings heard', value: median(taken.rate), unit: '1/s' },
    ],
  };
}
