/**
 * A cabinet on its cables, a lock board, a bus of load cells for every shelf, a cooler; or one that
 * has a computer of its own and speaks for all of them over MQTT.
 */
import type { CabinetSpec } from './cabinet-spec.ts';
import {
  type CabinetPhysics,
  type CabinetWorld,
  createCabinetWorld,
  NOMINAL,
} from './cabinet-world.ts';
import type { Port } from './port.ts';
import type { Clock, Random } from './runtime.ts';
import type { Dial } from './topics.ts';
import { type CabinetFault, type CabinetMqtt, startCabinetMqtt } from './twins/cabinet-mqtt.ts';
import { type LockFault, startLock8a } from './twins/lock-8a.ts';
import {
  coolingController,
  type ModbusFault,
  startModbusSlaves,
  weighingCell,
} from './twins/modbus-slaves.ts';

export const LOCK_ID = 'lock-1';
export const COOLER_ID = 'cooler-1';

export interface CabinetOptions {
  spec: CabinetSpec;
  clock: Clock;
  random: Random;
  physics?: CabinetPhysics;
  port(id: string): Port;
  lockFault?: () => LockFault | undefined;
  shelfFault?: (device: string) => ModbusFault | undefined;
  coolerFault?: () => ModbusFault | undefined;
}

export interface SimulatedCabinet {
  world: CabinetWorld;
  /** As a store's configuration names them. */
  devices: { id: string; driver: string; options: Record<string, unknown> }[];
  close(): void;
}

/** Puts the twins on their ports, all of them looking at one world. */
export function startCabinet(options: CabinetOptions): SimulatedCabinet {
  const { spec, clock, random, physics, port } = options;
  const { lockFault = none, shelfFault = none, coolerFault = none } = options;
  const world = createCabinetWorld({ spec, clock, random, ...(physics && { physics }) });
  const stops = [
    startLock8a(port(LOCK_ID), { clock, bolts: world.bolts, fault: lockFault }),
    startModbusSlaves(port(COOLER_ID), {
      clock,
      slaves: new Map([[1, coolingController(() => [world.deciCelsius()])]]),
      fault: coolerFault,
    }),
    ...spec.shelves.map(({ shelfId, device, cells }) =>
      startModbusSlaves(port(device), {
        clock,
        slaves: new Map(
          cells.map(({ address }) => [
            address,
            weighingCell(() => world.reading(shelfId, address)),
          ]),
        ),
        fault: () => shelfFault(device),
      }),
    ),
  ];
  return {
    world,
    devices: devicesOf(spec, physics),
    close() {
      for (const each of [...stops, world]) each.close();
    },
  };
}

const none = () => undefined;

export interface MqttCabinetOptions
  extends Omit<CabinetOptions, 'port' | 'lockFault' | 'shelfFault' | 'coolerFault'> {
  dial: Dial;
  /** `store/<storeId>/<edgeId>`. */
  root: string;
  deviceId: string;
  fault?: () => CabinetFault | undefined;
  readingMs?: number;
}

/** The same physics behind one device; every shelf of the spec names that device. */
export function startMqttCabinet(
  options: MqttCabinetOptions,
): SimulatedCabinet & { unit: CabinetMqtt } {
  const { spec, clock, random, physics, root, deviceId, fault = none } = options;
  const { dial, readingMs = 100 } = options;
  const world = createCabinetWorld({ spec, clock, random, ...(physics && { physics }) });
  const cells = spec.shelves.flatMap((shelf) =>
    shelf.cells.map(({ address }) => ({ address, shelfId: shelf.shelfId })),
  );
  const unit = startCabinetMqtt({
    ...{ dial, root, deviceId, clock, bolts: world.bolts, lamp: { on: true }, fault, readingMs },
    steadyGrams: steadyGrams(physics),
    cells: () => cells.map(({ shelfId, address }) => world.reading(shelfId, address)),
    deciCelsius: world.deciCelsius,
  });
  return {
    ...{ world, unit },
    devices: [{ id: deviceId, driver: 'mqtt-cabinet', options: { root, deviceId } }],
    close() {
      unit.close();
      world.close();
    },
  };
}

/** The technician sets the stability band to what the cell shows when nobody is near. */
const steadyGrams = ({ noiseGrams }: CabinetPhysics = NOMINAL): number =>
  Math.max(4, Math.ceil(3 * noiseGrams));

function devicesOf(
  { shelves }: CabinetSpec,
  physics: CabinetPhysics | undefined,
): SimulatedCabinet['devices'] {
  return [
    {
      id: LOCK_ID,
      driver: 'lock-8a',
      options: { locks: 1, feedbackPolarity: 'closed-when-locked', pollMs: 150 },
    },
    { id: COOLER_ID, driver: 'modbus-cooler', options: {} },
    ...shelves.map(({ device, cells }) => ({
      id: device,
      driver: 'modbus-shelf',
      options: {
        cells: cells.map(({ address }) => address),
        maxGrams: 60_000,
        steadyGrams: steadyGrams(physics),
        pollMs: 60,
      },
    })),
  ];
}

/** The planogram as a store keeps it, in its own words. */
export function planogramOf({ cabinetId, shelves }: CabinetSpec) {
  return {
    cabinetId,
    version: 1,
    origin: 'local' as const,
    shelves: shelves.map(({ shelfId, device, cells }) => ({
      shelfId,
      shelfDevice: device,
      slots: cells.flatMap(({ address, slots }) =>
        slots.map(({ slotId, sku, unitGrams, pieces, capacity }) => ({
          slotId,
          sku,
          capacity,
          par: pieces,
          facings: 1,
          unitWeightGrams: unitGrams,
          cell: address,
        })),
      ),
    })),
  };
}
