import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { tallCabinet } from '../simulator/cabinet-spec.ts';
import { createCabinetWorld } from '../simulator/cabinet-world.ts';
import { createRandom } from '../simulator/random.ts';
import { dialMqtt } from '../simulator/topics.ts';
import { startCabinetMqtt } from '../simulator/twins/cabinet-mqtt.ts';
import { keepBroker } from './broker.ts';
import { busHardware, type CellReading, type Door } from './cabinet/hardware.ts';
import { checkConfig } from './config/config.ts';
import { openDevices } from './devices/devices.ts';
import { identitiesIn } from './devices/mqtt-identities.ts';
import { silentLog } from './log.ts';
import { systemClock } from './runtime.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function store(port: number) {
  const checked = checkConfig(
    {
      store: { id: 's1', name: { zh: '店', en: 'Store' } },
      mqtt: { port, root: 'store/s1/edge' },
      devices: [
        {
          id: 'cab-1',
          driver: 'mqtt-cabinet',
          address: 'broker:',
          options: { root: 'store/s1/edge', deviceId: 'cab-1', staleMs: 2000 },
        },
      ],
      cabinets: [{ id: 'cabinet-1', lock: 'cab-1', shelves: ['cab-1'], cooler: 'cab-1' }],
    },
    'test',
  );
  if (!checked.ok) throw new Error(checked.refusal.message.en);
  const config = checked.value;
  const dataDir = mkdtempSync(join(tmpdir(), 'yike-mqtt-'));
  const clock = systemClock();
  const broker = keepBroker({ config, dataDir, clock, log: silentLog });
  const opened = openDevices({
    ...{ devices: config.devices, clock, random: () => 0, log: silentLog },
    open: broker.open,
  });
  if (!opened.ok) throw new Error(opened.refusal.message.en);
  const devices = opened.value;
  cleanUps.push(
    () => broker.close(),
    () => devices.close(),
  );
  const state = () => {
    const { state, reason = '' } = devices.find('cab-1')!.status();
    return `${state} ${reason}`.trim();
  };
  return { config, dataDir, clock, broker, devices, state };
}

test('one cabinet behind the store’s own broker stands in for lock, shelves and cooler', async () => {
  const { config, dataDir, clock, broker, devices, state } = store(0);
  await expect.poll(() => broker.stat()?.port).toBeGreaterThan(0);
  const password = identitiesIn(dataDir).issue('cab-1');
  const random = createRandom(3);
  const world = createCabinetWorld({ spec: tallCabinet(random, 1), clock, random });
  const hardware = busHardware(config.cabinets[0]!, devices);
  const doors: Door[] = [];
  const weights: CellReading[] = [];
  hardware.onDoor((door) => doors.push(door));
  hardware.onWeight((reading) => weights.push(reading));
  const twin = startCabinetMqtt({
    dial: dialMqtt(() => `mqtt://cab-1:${password}@127.0.0.1:${broker.stat()?.port}`),
    ...{ root: 'store/s1/edge', deviceId: 'cab-1', clock, bolts: world.bolts, readingMs: 50 },
    cells: () => world.cells().map(({ shelfId, address }) => world.reading(shelfId, address)),
    deciCelsius: () => world.deciCelsius(),
  });
  cleanUps.push(() => twin.close());
  await expect.poll(state, { timeout: 5000 }).toBe('ok');
  await expect.poll(() => doors).toEqual(['shut']);
  expect(await hardware.unlock(2000)).toEqual({ ok: true, state: 'open' });
  expect(await hardware.lookAtDoor()).toBe('open');
  await expect.poll(() => weights.find(({ grams }) => grams)?.cell).toBe('cab-1:1');
  world.pull();
  world.shut();
  await expect.poll(() => doors).toEqual(['shut', 'open', 'shut']);
  twin.cut();
  await expect.poll(state, { timeout: 2000, interval: 5 }).toBe('offline MQTT_LWT');
  expect(hardware.door()).toBe('unknown');
  expect(await hardware.unlock(2000)).toEqual({ ok: false, reason: 'closed', sent: false });
  expect(broker.stat()?.alarms).toEqual([]);
}, 15_000);

test('a taken port is MQTT_BROKER_DOWN, and mends when it is free', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { broker, state } = store(port);
  await expect.poll(state).toBe('offline MQTT_BROKER_DOWN');
  await new Promise((resolve) => other.close(resolve));
  await expect.poll(() => broker.stat()?.port, { timeout: 8000 }).toBe(port);
}, 15_000);

test('broker: without a mqtt section says what is missing', async () => {
  const broker = keepBroker({ config: {}, dataDir: '/', clock: systemClock(), log: silentLog });
  await expect(broker.open('broker:')).rejects.toMatchObject({ code: 'BROKER_DOWN', retry: false });
});
