import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, expect, test } from 'vitest';
import type { TopicWire } from '../contract.ts';
import { failureOf, failureOfClose } from '../failure.ts';
import { openWire } from './open.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listen(handle: (socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

/** A real broker; `sockets` so that a test can cut or freeze what goes through. */
async function broker() {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, user, password, done) =>
      done(null, user === undefined || `${password}` === 'right'),
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, subscription.topic.startsWith('secret') ? null : subscription),
  });
  const sockets: Socket[] = [];
  const { port } = await listen((socket) => {
    sockets.push(socket);
    aedes.handle(socket);
  });
  cleanUps.push(() => new Promise<void>((resolve) => aedes.close(resolve)));
  return { port, sockets };
}

async function opened(address: string): Promise<TopicWire> {
  const wire = await openWire(address);
  if (wire.kind !== 'topics') throw new Error(`a ${wire.kind} wire`);
  cleanUps.push(() => wire.close());
  return wire;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('a message reaches who subscribed, and a retained one who comes later', async () => {
  const { port } = await broker();
  const cabinet = await opened(`mqtt://cabinet:right@127.0.0.1:${port}`);
  await cabinet.publish('store/1/state', bytes('ready'), { qos: 1, retain: true });
  const wire = await opened(`mqtt://127.0.0.1:${port}`);
  const heard: string[] = [];
  wire.onMessage((topic, payload, retained) =>
    heard.push(`${topic} ${Buffer.from(payload)} ${retained}`),
  );
  await wire.subscribe('store/#');
  await cabinet.publish('store/1/door', bytes('shut'), { qos: 0 });
  await expect.poll(() => heard).toEqual(['store/1/state ready true', 'store/1/door shut false']);
  expect(cabinet.address).toBe(`mqtt://127.0.0.1:${port}`);
});

test('a wrong password is refused for good, and is not repeated in the error', async () => {
  const { port } = await broker();
  const opening = openWire(`mqtt://cabinet:wrong@127.0.0.1:${port}`);
  await expect(opening).rejects.toMatchObject({ code: 'LOGIN_REFUSED', retry: false });
  const error = await opening.catch((thrown) => thrown);
  expect(error.message).not.toContain('wrong');
  expect(failureOf(error)).toMatchObject({ state: 'fault', reason: 'MQTT_AUTH' });
});

test('a topic the account may not read says so', async () => {
  const { port } = await broker();
  const wire = await opened(`mqtt://127.0.0.1:${port}`);
  await expect(wire.subscribe('secret/#')).rejects.toMatchObject({ code: 'LOGIN_REFUSED' });
});

test('nobody listening, and somebody who never answers, are both a broker that is down', async () => {
  const { port, server } = await listen(() => undefined);
  const silent = openWire(`mqtt://127.0.0.1:${port}`);
  await expect(silent).rejects.toMatchObject({ code: 'BROKER_DOWN', retry: true });
  await new Promise((resolve) => {
    server.close(resolve);
    cleanUps.splice(0)[0]?.();
  });
  const refused = openWire(`mqtt://127.0.0.1:${port}`);
  await expect(refused).rejects.toMatchObject({ code: 'BROKER_DOWN', retry: true });
});

test('a frozen broker bounds the queue, and a cut one gives up what waits', async () => {
  const { port, sockets } = await broker();
  const wire = await opened(`mqtt://127.0.0.1:${port}`);
  const reasons: string[] = [];
  wire.onClose((reason) => reasons.push(reason));
  for (const socket of sockets) socket.pause().removeAllListeners('readable');
  const sent = Array.from({ length: 100 }, () =>
    wire.publish('a', bytes('x'), { qos: 1, timeoutMs: 60_000 }).then(
      () => 'confirmed',
      (error) => error.code,
    ),
  );
  for (const socket of sockets) socket.destroy();
  const outcomes = await Promise.all(sent);
  expect(outcomes.filter((one) => one === 'QUEUE_FULL')).toHaveLength(36);
  expect(outcomes.filter((one) => one === 'CLOSED')).toHaveLength(64);
  expect(reasons).toHaveLength(1);
  const failure = failureOfClose(`mqtt://127.0.0.1:${port}`, reasons[0] ?? '');
  expect(failure).toMatchObject({ state: 'offline', reason: 'MQTT_BROKER_DOWN' });
  await expect(wire.publish('a', bytes('x'), { qos: 1 })).rejects.toMatchObject({ code: 'CLOSED' });
});

test('a broker that stops answering ends the wire, so that nothing is sent late', async () => {
  const { port, sockets } = await broker();
  const wire = await opened(`mqtt://127.0.0.1:${port}`);
  const reasons: string[] = [];
  wire.onClose((reason) => reasons.push(reason));
  for (const socket of sockets) socket.removeAllListeners('readable').pause();
  const publishing = wire.publish('cmd', bytes('unlock'), { qos: 1, timeoutMs: 100 });
  await expect(publishing).rejects.toMatchObject({ code: 'WRITE_TIMEOUT' });
  expect(reasons).toEqual(['broker silent']);
});
