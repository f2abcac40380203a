import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, expect, test } from 'vitest';
import { tallCabinet } from '../../simulator/cabinet-spec.ts';
import { createCabinetWorld } from '../../simulator/cabinet-world.ts';
import { createRandom } from '../../simulator/random.ts';
import { realClock } from '../../simulator/runtime.ts';
import { dialMqtt } from '../../simulator/topics.ts';
import { type CabinetFault, startCabinetMqtt } from '../../simulator/twins/cabinet-mqtt.ts';
import type { CabinetUnit, DeviceEvent } from '../contract.ts';
import { supervise } from '../supervise.ts';
import { ioClock } from '../wire/io-clock.ts';
import { openWire } from '../wire/open.ts';
import { mqttCabinet } from './mqtt-cabinet.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const ROOT = 'store/s1/edge-1';

/** A real broker, the simulated cabinet on it, and the driver kept connected. */
async function cabinet() {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = realClock();
  const world = createCabinetWorld({
    spec: tallCabinet(createRandom(5), 1),
    clock,
    random: createRandom(5),
  });
  let fault: CabinetFault | undefined;
  const lamp = { on: true };
  const twin = startCabinetMqtt({
    dial: dialMqtt(() => url),
    root: ROOT,
    deviceId: 'cab-1',
    clock,
    ...{ bolts: world.bolts, lamp },
    cells: () => world.cells().map(({ shelfId, address }) => world.reading(shelfId, address)),
    deciCelsius: () => world.deciCelsius(),
    readingMs: 50,
    fault: () => fault,
  });
  const events: DeviceEvent[] = [];
  const kept = supervise<CabinetUnit>({
    driver: mqttCabinet,
    address: url,
    open: () => openWire(url),
    options: { root: ROOT, deviceId: 'cab-1', staleMs: 1000, minPulseGapMs: 0 },
    clock: ioClock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0,
    onEvent: (event) => events.push(event),
    onStatus: () => undefined,
  });
  cleanUps.push(
    () => void server.close(),
    () => new Promise<void>((resolve) => aedes.close(() => resolve())),
    () => twin.close(),
    () => kept.close(),
  );
  const state = () => `${kept.status().state} ${kept.status().reason ?? ''}`.trim();
  await expect.poll(state, { timeout: 5000 }).toBe('ok');
  return {
    ...{ world, twin, lamp, kept, events, state, sockets },
    set(next: CabinetFault | undefined) {
      fault = next;
    },
    unlock: () => kept.device()!.open(1, { deadlineMs: 2000 }),
  };
}

test('a visit: unlock, take, shut; the driver tells door, weights and cold', async () => {
  const { world, events, unlock, kept } = await cabinet();
  const grams = () =>
    events.findLast((event) => event.kind === 'shelf-weight' && event.cell === 1 && event.grams);
  await expect.poll(grams).toBeTruthy();
  expect(await unlock()).toEqual({ ok: true, state: 'open' });
  expect(await kept.device()!.state(1)).toBe('open');
  world.pull();
  const before = grams();
  const sku = world.cells()[0]!.pieces[0]!.sku;
  const piece = world.take(sku)!;
  world.shut();
  await expect
    .poll(() => events.findLast((event) => event.kind === 'lock-state'))
    .toMatchObject({ state: 'locked' });
  const lost = () => {
    const [was, is] = [before, grams()].map((e) => (e?.kind === 'shelf-weight' ? e.grams! : 0));
    return Math.abs(was! - is! - piece.grams);
  };
  await expect.poll(lost, { timeout: 5000 }).toBeLessThan(15);
  expect(events.findLast((event) => event.kind === 'temperature')).toMatchObject({ probe: 1 });
  expect(kept.status().identity).toMatchObject({ serialNumber: 'SIM-0001' });
});

test('its lights go off and on', async () => {
  const { lamp, kept } = await cabinet();
  expect(await kept.device()?.lights?.(false)).toEqual({ ok: true });
  expect(lamp.on).toBe(false);
  expect(await kept.device()?.lights?.(true)).toEqual({ ok: true });
  expect(lamp.on).toBe(true);
});

test('its plug pulled is MQTT_LWT at once, and it comes back by itself', async () => {
  const { twin, state } = await cabinet();
  twin.cut();
  await expect.poll(state, { timeout: 2000, interval: 5 }).toBe('offline MQTT_LWT');
  await expect.poll(state, { timeout: 8000 }).toBe('ok');
});

test('hung it is MQTT_STALE', async () => {
  const { set, state } = await cabinet();
  set('silent');
  await expect.poll(state, { timeout: 4000 }).toBe('offline MQTT_STALE');
});

test('jammed, unanswered and doubled are told apart, and one pulse is one pulse', async () => {
  const { set, unlock, world, kept } = await cabinet();
  set('jammed');
  expect(await unlock()).toEqual({ ok: false, reason: 'still-locked', sent: true });
  set('no-answer');
  expect(await unlock()).toEqual({ ok: false, reason: 'no-answer', sent: true });
  expect(world.bolts.pulses[0]).toBe(2);
  set('twice');
  expect(await unlock()).toEqual({ ok: true, state: 'open' });
  expect(world.bolts.pulses[0]).toBe(2);
  await expect.poll(() => kept.status().statistics.M_DuplicateCount).toBeGreaterThan(0);
});
