/** The cabinets of the demonstration store, and hands that reach into them. */
import {
  COOLER_ID,
  LOCK_ID,
  planogramOf,
  type SimulatedCabinet,
  startCabinet,
  startMqttCabinet,
} from './cabinet.ts';
import { cabinetHands } from './cabinet-hands.ts';
import type { CabinetSpec, SpecShelf } from './cabinet-spec.ts';
import type { Words } from './errors.ts';
import type { DeviceKind, ScannerFault } from './faults.ts';
import type { Good } from './goods.ts';
import type { CabinetAct, CabinetSeen } from './hands-cabinet.ts';
import type { Cable } from './port.ts';
import type { Clock, Random } from './runtime.ts';
import type { Dial } from './topics.ts';
import type { CabinetFault } from './twins/cabinet-mqtt.ts';
import type { LockFault } from './twins/lock-8a.ts';
import type { ModbusFault } from './twins/modbus-slaves.ts';
import { startScannerSerial } from './twins/scanner-serial.ts';
import type { World } from './world.ts';

const PIECES = 6;
/** Topics of the store's devices begin with it. */
export const DEMO_ROOT = 'store/demo/edge';

type Layout = readonly (readonly [shelf: string, ...skus: string[]])[];

/**
 * Two articles a cell that cannot be taken for one another; what weighs alike stands apart. The
 * first hangs on cables, shelf by shelf; the second is one device on the network.
 */
export const CABINETS: readonly {
  cabinetId: string;
  label: Words;
  unit?: string;
  cells: Layout;
}[] = [
  {
    cabinetId: 'cabinet-1',
    label: { zh: '智能柜 1（串口）', en: 'Cabinet 1 (cables)' },
    cells: [
      ['1', '20202', '20204'],
      ['1', '20203', '20103'],
      ['1', '20205', '20504'],
      ['2', '20501', '20503'],
      ['2', '20502', '20508'],
      ['2', '20104', '20401'],
    ],
  },
  {
    cabinetId: 'cabinet-2',
    label: { zh: '智能柜 2（网络）', en: 'Cabinet 2 (MQTT)' },
    unit: 'unit-2',
    cells: [
      ['1', '20207', '20210'],
      ['1', '20208', '20211'],
      ['1', '20101', '20209'],
      ['2', '20505', '20406'],
      ['2', '20507', '20407'],
      ['2', '20702', '20402'],
    ],
  },
];

/** Undefined where the store sells other goods. */
export function demoCabinetSpec(
  goods: readonly Good[],
  { cabinetId, unit, cells }: (typeof CABINETS)[number] = CABINETS[0]!,
): CabinetSpec | undefined {
  const grams = new Map(goods.map(({ sku, unitGrams }) => [sku, unitGrams]));
  if (cells.some(([, ...skus]) => skus.some((sku) => !grams.has(sku)))) return undefined;
  let address = 0;
  const shelf = (shelfId: string): SpecShelf => {
    // Every bus counts its own cells; one device counts all of them.
    if (!unit) address = 0;
    return {
      shelfId,
      device: unit ?? `shelf-${shelfId}`,
      cells: cells
        .filter(([on]) => on === shelfId)
        .map(([, ...skus], cell) => ({
          address: ++address,
          slots: skus.map((sku, slot) => ({
            ...{ slotId: `${cell * 2 + slot + 1}`, sku, unitGrams: grams.get(sku) ?? 1 },
            ...{ pieces: PIECES, capacity: 8 },
          })),
        })),
    };
  };
  return { cabinetId, shelves: [shelf('1'), shelf('2')] };
}

export interface DemoCabinet {
  cabinetId: string;
  label: Words;
  scannerId: string;
  devices: { id: string; driver: string; address: string; options: Record<string, unknown> }[];
  planogram: ReturnType<typeof planogramOf>;
  pieces: number;
  seen(): CabinetSeen;
  act(act: CabinetAct): void;
  onChange(listener: () => void): void;
  close(): void;
}

export interface DemoCabinetParts {
  goods: readonly Good[];
  world: World;
  clock: Clock;
  random: Random;
  cable(id: string): Cable;
  addressOf(id: string): string;
  /** The network behind the cabinet that speaks MQTT. */
  dial: Dial;
}

/** Fits the cabinets and their scanners; none where the store sells other goods. */
export function fitDemoCabinets(parts: DemoCabinetParts): DemoCabinet[] {
  return CABINETS.flatMap((layout, at): DemoCabinet[] => {
    const spec = demoCabinetSpec(parts.goods, layout);
    if (!spec) return [];
    const { cabinetId, label, unit } = layout;
    const scannerId = `scanner-${at + 2}`;
    const scanner = fitScanner(parts, scannerId);
    const cabinet = unit ? fitOnNetwork(parts, spec, unit) : fitOnCables(parts, spec);
    const devices = [
      ...cabinet.devices.map((each) => ({
        ...each,
        address: unit ? 'broker:' : parts.addressOf(each.id),
      })),
      scanner,
    ];
    const place = { cabinetId, label };
    const planogram = planogramOf(spec);
    return [
      {
        ...place,
        scannerId,
        devices,
        planogram,
        pieces: PIECES,
        close: cabinet.close,
        ...cabinetHands(cabinet.world, parts.goods, place),
      },
    ];
  });
}

function fitScanner({ world, cable, addressOf }: DemoCabinetParts, id: string) {
  const port = cable(id);
  const fault = () => world.faultOf(id) as ScannerFault | undefined;
  const { scan } = startScannerSerial(port, { fault });
  world.addDevice({ ...plugOf(id, 'scanner', port), scan });
  const options = { aimId: 'on', suffix: 'CR' };
  return { id, driver: 'serial-scanner', address: addressOf(id), options };
}

const plugOf = (id: string, kind: DeviceKind, cable: Pick<Cable, 'unplug' | 'plug'>) => ({
  ...{ id, kind },
  unplug: () => cable.unplug(),
  plug: () => cable.plug(),
});

function fitOnCables(parts: DemoCabinetParts, spec: CabinetSpec): SimulatedCabinet {
  const { world, clock, random, cable } = parts;
  const kindOf = (id: string): DeviceKind =>
    id === LOCK_ID ? 'lock' : id === COOLER_ID ? 'cooler' : 'shelf';
  const port = (id: string) => {
    const made = cable(id);
    world.addDevice(plugOf(id, kindOf(id), made));
    return made;
  };
  return startCabinet({
    ...{ spec, clock, random, port },
    lockFault: () => world.faultOf(LOCK_ID) as LockFault | undefined,
    shelfFault: (device) => world.faultOf(device) as ModbusFault | undefined,
    coolerFault: () => world.faultOf(COOLER_ID) as ModbusFault | undefined,
  });
}

function fitOnNetwork(parts: DemoCabinetParts, spec: CabinetSpec, id: string): SimulatedCabinet {
  const { world, clock, random, dial } = parts;
  const fault = () => world.faultOf(id) as CabinetFault | undefined;
  const cabinet = startMqttCabinet({
    ...{ spec, clock, random, dial, root: DEMO_ROOT, deviceId: id, fault },
  });
  world.addDevice(plugOf(id, 'cabinet', cabinet.unit));
  return cabinet;
}
