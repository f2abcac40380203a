/** A cabinet on its cables: a lock board, a bus of load cells for every shelf, a cooler. */
import type { CabinetSpec } from './cabinet-spec.ts';
import { type CabinetPhysics, type CabinetWorld, createCabinetWorld } from './cabinet-world.ts';
import type { Port } from './port.ts';
import type { Clock, Random } from './runtime.ts';
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
    devices: devicesOf(spec, physics?.noiseGrams ?? 2),
    close() {
      for (const each of [...stops, world]) each.close();
    },
  };
}

const none = () => undefined;

function devicesOf({ shelves }: CabinetSpec, noiseGrams: number): SimulatedCabinet['devices'] {
  // The technician sets the stability band to what the cell shows when nobody is near.
  const steadyGrams = Math.max(4, Math.ceil(3 * noiseGrams));
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
        steadyGrams,
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
