/** The cabinet of the demonstration store: twelve articles, and hands that reach into it. */
import { planogramOf, type SimulatedCabinet, startCabinet } from './cabinet.ts';
import type { CabinetSpec, SpecShelf } from './cabinet-spec.ts';
import type { CabinetPiece, CabinetWorld } from './cabinet-world.ts';
import type { ScannerFault } from './faults.ts';
import type { Good } from './goods.ts';
import type { CabinetAct, CabinetSeen } from './hands-cabinet.ts';
import type { Cable } from './port.ts';
import type { Clock, Random } from './runtime.ts';
import { startScannerSerial } from './twins/scanner-serial.ts';
import type { World } from './world.ts';

export const CABINET_SCANNER_ID = 'scanner-2';
const PIECES = 6;

/** Two articles a cell that cannot be taken for one another; what weighs alike stands apart. */
const CELLS: [shelf: string, ...skus: string[]][] = [
  ['1', '20202', '20204'],
  ['1', '20203', '20103'],
  ['1', '20205', '20504'],
  ['2', '20501', '20503'],
  ['2', '20502', '20508'],
  ['2', '20104', '20401'],
];

/** Undefined where the store sells other goods. */
export function demoCabinetSpec(goods: readonly Good[]): CabinetSpec | undefined {
  const grams = new Map(goods.map(({ sku, unitGrams }) => [sku, unitGrams]));
  if (CELLS.some(([, ...skus]) => skus.some((sku) => !grams.has(sku)))) return undefined;
  const shelf = (shelfId: string): SpecShelf => ({
    shelfId,
    device: `shelf-${shelfId}`,
    cells: CELLS.filter(([on]) => on === shelfId).map(([, ...skus], cell) => ({
      address: cell + 1,
      slots: skus.map((sku, slot) => ({
        slotId: `${cell * 2 + slot + 1}`,
        sku,
        unitGrams: grams.get(sku) ?? 1,
        pieces: PIECES,
        capacity: 8,
      })),
    })),
  });
  return { cabinetId: 'cabinet-1', shelves: [shelf('1'), shelf('2')] };
}

export interface DemoCabinet {
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
}

/** Fits the cabinet and its scanner; undefined where the store sells other goods. */
export function fitDemoCabinet(parts: DemoCabinetParts): DemoCabinet | undefined {
  const { goods, world, clock, random, cable, addressOf } = parts;
  const spec = demoCabinetSpec(goods);
  if (!spec) return undefined;
  const port = cable(CABINET_SCANNER_ID);
  const fault = () => world.faultOf(CABINET_SCANNER_ID) as ScannerFault | undefined;
  world.addDevice({
    id: CABINET_SCANNER_ID,
    kind: 'scanner',
    unplug: () => port.unplug(),
    plug: () => port.plug(),
    scan: startScannerSerial(port, { fault }).scan,
  });
  const cabinet = startCabinet({ spec, clock, random, port: cable });
  const scanner = {
    id: CABINET_SCANNER_ID,
    driver: 'serial-scanner',
    options: { aimId: 'on', suffix: 'CR' },
  };
  const devices = [...cabinet.devices, scanner].map((each) => ({
    ...each,
    address: addressOf(each.id),
  }));
  return { devices, planogram: planogramOf(spec), pieces: PIECES, ...handsOf(cabinet, goods) };
}

function handsOf(cabinet: SimulatedCabinet, goods: readonly Good[]) {
  const { world } = cabinet;
  const hand: CabinetPiece[] = [];
  const listeners: (() => void)[] = [];
  const nameOf = (sku: string) => {
    const { name = { zh: sku, en: sku } } = goods.find((each) => each.sku === sku) ?? {};
    return name;
  };
  return {
    seen: (): CabinetSeen => ({
      locked: world.bolts.locked[0] === true,
      open: world.isOpen(),
      deciCelsius: world.deciCelsius(),
      hand: hand.map(({ sku }, at) => ({ at, sku, name: nameOf(sku) })),
      cells: world.cells().map(({ shelfId, address, slots, pieces }) => ({
        shelfId,
        address,
        slots: slots.map(({ sku }) => ({
          sku,
          name: nameOf(sku),
          pieces: pieces.filter((piece) => piece.sku === sku).length,
        })),
        strays: pieces
          .filter(({ sku }) => !slots.some((slot) => slot.sku === sku))
          .map(({ sku }) => nameOf(sku)),
      })),
    }),
    act(act: CabinetAct): void {
      reach(world, hand, act);
      for (const listener of listeners) listener();
    },
    onChange: (listener: () => void) => void listeners.push(listener),
    close: cabinet.close,
  };
}

/** What a hand does; nothing happens to goods behind a shut door. */
function reach(world: CabinetWorld, hand: CabinetPiece[], act: CabinetAct): void {
  if (act.act === 'cabinet-pull') world.pull();
  if (act.act === 'cabinet-shut' && world.isOpen()) world.shut();
  if (!world.isOpen()) return;
  if (act.act === 'cabinet-take') {
    const piece = world.take(act.sku);
    if (piece) hand.push(piece);
  }
  if (act.act === 'cabinet-put') {
    const [piece] = hand.splice(act.at, 1);
    if (!piece) return;
    const { shelfId, address } = act;
    world.put(piece, shelfId && address ? { shelfId, address } : undefined);
  }
}
