/**
 * The shop as it physically is: goods with mass on plates, codes held up to scanners, paper
 * hanging from printers, cables in and out. Device twins look at it; people change it, only by
 * acts a person could do.
 */
import type { Acted } from './errors.ts';
import { done, refused } from './errors.ts';
import type { DeviceKind, Fault } from './faults.ts';
import { faultWords } from './faults.ts';
import type { Good } from './goods.ts';
import type { Load, PlateScale } from './plate.ts';
import { RETAIL_SCALE } from './plate.ts';
import { createPlates, type Plate, plateActs } from './plate-acts.ts';
import type { Clock, Random } from './runtime.ts';

/** One piece as it lies there. Ratios are of the picture's width and height, from the top left. */
export interface ScenePiece {
  pieceId: string;
  sku: string;
  /** Absolute path of the picture that the camera composes. */
  picture: string;
  xRatio: number;
  yRatio: number;
  turnDegrees: number;
  scale: number;
}

/** What a camera over a plate sees. */
export interface Scene {
  pieces: ScenePiece[];
  /** A hand presses on the plate. */
  pressed: boolean;
  bagged?: true;
}

export interface Piece extends ScenePiece {
  name: Good['name'];
  /** Real mass, which nobody but the scale knows. */
  grams: number;
}

/** Paper that came out of a printer. */
export interface Receipt {
  n: number;
  printerId: string;
  /** What a person reads on it, line by line. */
  lines: string[];
  /** The same paper as a picture. */
  svg: string;
  /** Codes on it, as a scanner would read them. */
  codes: string[];
  torn: boolean;
}

/** What the world needs to know of a device twin; optional abilities are optional members. */
export interface DeviceHooks {
  id: string;
  kind: DeviceKind;
  unplug(): void;
  plug(): void;
  /** Called when the fault changed; twins may also ask `faultOf`. */
  faultChanged?(fault: Fault | undefined): void;
  /** A code was held up to it. `aimId` e.g. `]E0`. */
  scan?(code: string, aimId: string): void;
}

export interface DeviceInWorld {
  id: string;
  kind: DeviceKind;
  plugged: boolean;
  fault?: Fault;
}

export type World = ReturnType<typeof createWorld>;

const MAX_CODE_CHARACTERS = 512;

/**
 * AIM symbology identifier of the symbol that would carry this text on a package, label or phone:
 * EAN-13 `]E0`, EAN-8 `]E4`, GS1 element string in a QR symbol `]Q3`, any other QR symbol `]Q1`.
 */
export function aimIdOf(code: string): string {
  if (/^\d{13}$/.test(code)) return ']E0';
  if (/^\d{8}$/.test(code)) return ']E4';
  if (/^01\d{14}./s.test(code) || code.includes('\x1d')) return ']Q3';
  return ']Q1';
}

type DeviceEntry = DeviceInWorld & { hooks: DeviceHooks };

/** What hands do to devices: cables, faults, codes held up. */
function deviceActs(devices: Map<string, DeviceEntry>, changed: () => void) {
  const setPlugged = (deviceId: string, plugged: boolean): Acted => {
    const device = devices.get(deviceId);
    if (!device) return refused('DEVICE_UNKNOWN', deviceId);
    if (device.plugged === plugged) return done(undefined);
    device.plugged = plugged;
    if (plugged) device.hooks.plug();
    else device.hooks.unplug();
    changed();
    return done(undefined);
  };
  return {
    unplug: (deviceId: string) => setPlugged(deviceId, false),
    plug: (deviceId: string) => setPlugged(deviceId, true),
    /** Breaks a device in one way, or mends it (undefined). */
    fault(deviceId: string, fault: string | undefined): Acted {
      const device = devices.get(deviceId);
      if (!device) return refused('DEVICE_UNKNOWN', deviceId);
      if (fault !== undefined && !faultWords(device.kind, fault))
        return refused('FAULT_UNKNOWN', fault);
      device.fault = fault as Fault | undefined;
      device.hooks.faultChanged?.(device.fault);
      changed();
      return done(undefined);
    },
    /** Holds a code up to a scanner; the AIM identifier is guessed where none is given. */
    scan(scannerId: string, code: string, aimId = aimIdOf(code)): Acted {
      const device = devices.get(scannerId);
      if (!device?.hooks.scan) return refused('DEVICE_UNKNOWN', scannerId);
      if (code.length < 1 || code.length > MAX_CODE_CHARACTERS)
        return refused('CODE_EMPTY', code.length);
      if (device.plugged) device.hooks.scan(code, aimId);
      return done(undefined);
    },
  };
}

/** Paper: what printers gave, and tearing it off. */
function paperActs(devices: Map<string, DeviceEntry>, changed: () => void) {
  const receipts: Receipt[] = [];
  return {
    /** Every paper that ever came out, oldest first. */
    receipts: (): readonly Receipt[] => receipts,
    /** A printer cut its paper: it hangs there until somebody tears it off. */
    hangReceipt(printerId: string, lines: string[], svg: string, codes: string[] = []): void {
      receipts.push({ n: receipts.length + 1, printerId, lines, svg, codes, torn: false });
      changed();
    },
    /** Tears off everything that hangs from a printer; answers the numbers of the papers. */
    tearReceipt(printerId: string): Acted<number[]> {
      if (devices.get(printerId)?.kind !== 'printer') return refused('DEVICE_UNKNOWN', printerId);
      const hanging = receipts.filter((it) => it.printerId === printerId && !it.torn);
      if (hanging.length === 0) return refused('NO_RECEIPT', printerId);
      for (const receipt of hanging) receipt.torn = true;
      changed();
      return done(hanging.map((receipt) => receipt.n));
    },
  };
}

/** Makes an empty shop floor with the given plates; devices are added by whoever builds the store. */
export function createWorld(options: {
  goods: Good[];
  clock: Clock;
  random: Random;
  plateIds: string[];
  scale?: PlateScale;
}) {
  const { clock, random, plateIds, scale = RETAIL_SCALE } = options;
  const goods = new Map(options.goods.map((good) => [good.sku, good]));
  const plates = createPlates(clock, random, plateIds, scale);
  const devices = new Map<string, DeviceEntry>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const known = (plateId: string): Plate => {
    const plate = plates.get(plateId);
    if (!plate) throw new Error(`no such plate: ${plateId}`);
    return plate;
  };
  return {
    goods: options.goods,
    plateIds,
    ...plateActs({ goods, plates, random, changed }),
    ...deviceActs(devices, changed),
    ...paperActs(devices, changed),
    /** A device stands in the shop from now on. */
    addDevice(hooks: DeviceHooks): void {
      devices.set(hooks.id, { id: hooks.id, kind: hooks.kind, plugged: true, hooks });
    },
    devices: (): DeviceInWorld[] => [...devices.values()].map(({ hooks, ...device }) => device),
    faultOf: (deviceId: string): Fault | undefined => devices.get(deviceId)?.fault,
    /** What the scale under this plate shows now. Throws on an unknown plate: a wiring mistake. */
    load: (plateId: string): Load => known(plateId).physics.read(),
    pieces: (plateId: string): readonly Piece[] => known(plateId).pieces,
    /** Force of a hand on this plate, in grams; 0 where nobody presses. */
    pressedGrams: (plateId: string): number => known(plateId).pressGrams,
    /** What the camera over this plate sees now. */
    scene(plateId: string): Scene {
      const plate = known(plateId);
      const pieces = plate.pieces.map(({ name, grams, ...seen }) => seen);
      return { pieces, pressed: plate.pressGrams > 0, ...(plate.bagged && { bagged: true }) };
    },
    /** Calls back after every act; the returned function stops it. */
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
