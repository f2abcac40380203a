import { mkdtempSync, readFileSync } from 'node:fs';
import { connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { manualClock } from '../../drivers/clock-for-tests.ts';
import { seededRandom, testSeed } from '../../drivers/random-for-tests.ts';
import { ioClock } from '../../drivers/wire/io-clock.ts';
import type { BrokerAlarm } from '../core/views/mqtt-views.ts';
import { openBroker } from './mqtt-broker.ts';
import { createHeaderReader, MAX_CONNECT_BYTES } from './mqtt-guard.ts';
import { identitiesIn } from './mqtt-identities.ts';
import { insideWire } from './mqtt-inside.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const ROOT = 'store/s1/edge';
const bytes = (text: string) => new TextEncoder().encode(text);

async function store(clock: { after: typeof ioClock.after } = ioClock) {
  const dir = mkdtempSync(join(tmpdir(), 'yike-broker-'));
  const identities = identitiesIn(dir);
  const alarms: BrokerAlarm[] = [];
  const broker = await openBroker({
    host: '127.0.0.1',
    port: 0,
    root: ROOT,
    identities,
    clock,
    onAlarm: (alarm) => alarms.push(alarm),
  });
  cleanUps.push(() => broker.close());
  const password = identities.issue('cab-1');
  return { dir, identities, alarms, broker, password };
}

/** MQTT 3.1.1 string: two bytes of length, then UTF-8. */
const text = (value: string) => {
  const utf8 = Buffer.from(value);
  return Buffer.concat([Buffer.from([utf8.length >> 8, utf8.length & 0xff]), utf8]);
};
const packet = (type: number, ...parts: Uint8Array[]) => {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; ; left = left >> 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([type, ...length]), body]);
};
const hello = (id: string, user: string, password: string) =>
  packet(0x10, text('MQTT'), Buffer.from([4, 0xc2, 0, 30]), text(id), text(user), text(password));

/** A device of bare bytes, from an address of this machine. */
async function bare(port: number, first: Uint8Array, localAddress = '127.0.0.1') {
  const socket = dial({ port, host: '127.0.0.1', localAddress, noDelay: true });
  cleanUps.push(() => void socket.destroy());
  const heard: Buffer[] = [];
  socket.on('data', (data) => heard.push(data)).on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(first);
  return { socket, heard: () => Buffer.concat(heard).toString('hex') };
}

const CONNACK = '20020000';
const gone = (socket: Socket) => socket.destroyed || socket.readableEnded || socket.closed;

async function inside(broker: Awaited<ReturnType<typeof store>>['broker']) {
  const wire = insideWire(broker.aedes);
  const heard: string[] = [];
  wire.onMessage((topic, payload, retained) =>
    heard.push(`${topic} ${Buffer.from(payload)}${retained ? ' (kept)' : ''}`),
  );
  await wire.subscribe(`${ROOT}/dev/#`);
  return { wire, heard };
}

test('a device with its account writes under its name and hears its commands', async () => {
  const { broker, password, alarms } = await store();
  const { wire, heard } = await inside(broker);
  const device = await bare(broker.port, hello('cab-1', 'cab-1', password));
  await expect.poll(device.heard).toBe(CONNACK);
  expect(broker.stat().connected).toEqual(['cab-1']);
  const subscribe = packet(
    0x82,
    Buffer.from([0, 1]),
    text(`${ROOT}/dev/cab-1/cmd/+`),
    Buffer.of(1),
  );
  device.socket.write(subscribe);
  await expect.poll(device.heard).toBe(`${CONNACK}9003000101`);
  device.socket.write(packet(0x30, text(`${ROOT}/dev/cab-1/reading`), bytes('42')));
  await expect.poll(() => heard).toEqual([`${ROOT}/dev/cab-1/reading 42`]);
  await wire.publish(`${ROOT}/dev/cab-1/cmd/unlock`, bytes('now'), { qos: 0 });
  await expect.poll(device.heard).toContain(Buffer.from('now').toString('hex'));
  expect(alarms).toEqual([]);
});

test.each([
  ['a wrong password', 'cab-1', 'cab-1', 'wrong', '20020005', 'wrong-password'],
  ['no account', 'cab-9', 'cab-9', 'x', '20020005', 'wrong-password'],
  ['an account of Object.prototype', 'toString', 'toString', 'x', '20020005', 'wrong-password'],
  ['a foreign client id', 'cab-2', 'cab-1', undefined, '20020002', 'wrong-password'],
])('%s is refused and alarmed', async (_name, id, user, given, answer, kind) => {
  const { broker, password, alarms } = await store();
  const device = await bare(broker.port, hello(id, user, given ?? password));
  await expect.poll(device.heard).toBe(answer);
  expect(alarms).toMatchObject([{ kind, deviceId: user, address: '127.0.0.1' }]);
});

test('a second login from elsewhere is refused and alarmed; from the same place it takes over', async () => {
  const { broker, password, alarms } = await store();
  const first = await bare(broker.port, hello('cab-1', 'cab-1', password));
  await expect.poll(first.heard).toBe(CONNACK);
  const thief = await bare(broker.port, hello('cab-1', 'cab-1', password), '127.0.0.2');
  await expect.poll(thief.heard).toBe('20020002');
  expect(alarms).toMatchObject([{ kind: 'second-login', deviceId: 'cab-1', address: '127.0.0.2' }]);
  expect(gone(first.socket)).toBe(false);
  const again = await bare(broker.port, hello('cab-1', 'cab-1', password));
  await expect.poll(again.heard).toBe(CONNACK);
  await expect.poll(() => gone(first.socket)).toBe(true);
});

test('what it may not write is acknowledged, dropped, counted and reaches nobody', async () => {
  const { broker, password, alarms } = await store();
  const { heard } = await inside(broker);
  const device = await bare(broker.port, hello('cab-1', 'cab-1', password));
  await expect.poll(device.heard).toBe(CONNACK);
  for (const topic of ['dev/cab-2/state', 'dev/cab-1/cmd/unlock', 'dev/cab-1/resp/a/b'])
    device.socket.write(packet(0x32, text(`${ROOT}/${topic}`), Buffer.from([0, 7]), bytes('evil')));
  await expect.poll(device.heard).toBe(`${CONNACK}${'40020007'.repeat(3)}`);
  await expect.poll(() => broker.stat().counts['foreign-topic']).toBe(3);
  expect(alarms[0]).toMatchObject({ topic: `${ROOT}/dev/cab-2/state`, bytes: 4 });
  expect(heard).toEqual([]);
  expect(gone(device.socket)).toBe(false);
});

test('it may read nothing but its commands', async () => {
  const { broker, password } = await store();
  const device = await bare(broker.port, hello('cab-1', 'cab-1', password));
  for (const filter of ['#', `${ROOT}/dev/cab-2/cmd/+`, '$dropped', `${ROOT}/dev/+/cmd/+`])
    device.socket.write(packet(0x82, Buffer.from([0, 1]), text(filter), Buffer.of(1)));
  await expect.poll(device.heard).toBe(`${CONNACK}${'9003000180'.repeat(4)}`);
});

test('only its description and state are kept, whatever it asks for', async () => {
  const { broker, password } = await store();
  const device = await bare(broker.port, hello('cab-1', 'cab-1', password));
  for (const name of ['state', 'reading', 'description', 'resp/1'])
    device.socket.write(packet(0x31, text(`${ROOT}/dev/cab-1/${name}`), bytes(name)));
  await expect
    .poll(async () => (await inside(broker)).heard.sort())
    .toEqual([
      `${ROOT}/dev/cab-1/description description (kept)`,
      `${ROOT}/dev/cab-1/state state (kept)`,
    ]);
});

test('64 MiB before CONNECT are not collected', async () => {
  const { broker, alarms } = await store();
  // A CONNECT that says it is 64 MiB long, and one that is no CONNECT at all.
  for (const first of [
    Buffer.from([0x10, 0x80, 0x80, 0x80, 0x20]),
    Buffer.alloc(64 * 1024, 0x30),
  ]) {
    const device = await bare(broker.port, first);
    for (let sent = 0; sent < 64 && !device.socket.destroyed; sent++)
      device.socket.write(Buffer.alloc(1024 * 1024));
    await expect.poll(() => gone(device.socket)).toBe(true);
  }
  expect(alarms.map(({ kind }) => kind)).toEqual(['too-large', 'not-mqtt']);
});

test('who says nothing for five seconds is gone, who said hello stays', async () => {
  const clock = manualClock();
  const { broker, password, alarms } = await store(clock);
  const silent = await bare(broker.port, new Uint8Array(), '127.0.0.2');
  const slow = await bare(broker.port, hello('cab-1', 'cab-1', password).subarray(0, 9));
  const good = await bare(broker.port, hello('cab-1', 'cab-1', password));
  await expect.poll(good.heard).toBe(CONNACK);
  await clock.advance(5000);
  await expect.poll(() => gone(silent.socket) && gone(slow.socket)).toBe(true);
  expect(alarms.map(({ kind }) => kind)).toEqual(['connect-timeout', 'connect-timeout']);
  expect(gone(good.socket)).toBe(false);
});

test('a packet over 64 KiB after CONNECT ends the connection', async () => {
  const { broker, password, alarms } = await store();
  const device = await bare(broker.port, hello('cab-1', 'cab-1', password));
  await expect.poll(device.heard).toBe(CONNACK);
  device.socket.write(packet(0x30, text(`${ROOT}/dev/cab-1/reading`), Buffer.alloc(70_000)));
  await expect.poll(() => gone(device.socket)).toBe(true);
  expect(alarms).toMatchObject([{ kind: 'too-large' }]);
});

const ROUNDS = process.env.YIKE_DEEP === '1' ? 3000 : 300;
test(`${ROUNDS} malformed connections leave the broker well`, async () => {
  const { broker, password } = await store();
  const good = await bare(broker.port, hello('cab-1', 'cab-1', password));
  await expect.poll(good.heard).toBe(CONNACK);
  const random = seededRandom(testSeed('malformed mqtt'));
  const whole = hello('cab-1', 'cab-1', password);
  for (let round = 0; round < ROUNDS; round++) {
    const bad = Buffer.from(whole);
    for (let flips = 0; flips < 3; flips++) bad[Math.floor(random() * bad.length)] = random() * 256;
    const noise = Buffer.from(Array.from({ length: 40 }, () => random() * 256));
    const socket = dial({ port: broker.port, host: '127.0.0.1', localAddress: '127.0.0.3' });
    await new Promise<void>((resolve) => {
      socket.on('error', () => resolve());
      socket.once('connect', () => {
        socket.write(Buffer.concat([bad.subarray(0, random() * 80), noise]), () => resolve());
      });
    });
    socket.destroy();
  }
  const { heard } = await inside(broker);
  good.socket.write(packet(0x30, text(`${ROOT}/dev/cab-1/reading`), bytes('still here')));
  await expect.poll(() => heard).toEqual([`${ROOT}/dev/cab-1/reading still here`]);
  expect(broker.stat().connected).toEqual(['cab-1']);
}, 60_000);

test('passwords are kept as hashes, and a new one ends the old', async () => {
  const { dir, identities, password } = await store();
  expect(readFileSync(join(dir, 'mqtt-identities.json'), 'utf8')).not.toContain(password);
  const next = identities.issue('cab-1');
  expect(identities.opens('cab-1', bytes(password))).toBe(false);
  expect(identities.opens('cab-1', bytes(next))).toBe(true);
  expect(identities.list()).toEqual(['cab-1']);
  expect(identities.remove('cab-1')).toBe(true);
  expect(identities.remove('cab-1')).toBe(false);
  expect(identities.opens('cab-1', bytes(next))).toBe(false);
});

test('the header reader takes any split', () => {
  const stream = Buffer.concat([
    hello('cab-1', 'cab-1', 'x'),
    packet(0x30, text('a'), Buffer.alloc(300)),
    packet(0xc0),
  ]);
  const reader = createHeaderReader();
  for (const byte of stream) expect(reader.read(Uint8Array.of(byte))).toBeUndefined();
  expect(reader.connected()).toBe(true);
  const half = createHeaderReader();
  half.read(stream.subarray(0, 10));
  expect(half.connected()).toBe(false);
  const large = packet(0x10, Buffer.alloc(MAX_CONNECT_BYTES + 1));
  expect(createHeaderReader().read(large)).toBe('too-large');
});

test('the wire inside says when the broker is gone', async () => {
  const { broker } = await store();
  const { wire } = await inside(broker);
  const why: string[] = [];
  wire.onClose((reason) => why.push(reason));
  await broker.close();
  cleanUps.length = 0;
  expect(why).toEqual(['the broker closed']);
  await expect(wire.publish('a', bytes('b'), { qos: 0 })).rejects.toMatchObject({ code: 'CLOSED' });
});
