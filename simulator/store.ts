/**
 * The simulated store: a counter and a lane, each with its devices, on cables that the controller
 * cannot tell from real ones. On ptys and HTTP for a running controller, or in memory for a
 * scenario in simulated time; the twins are the same.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DemoCabinet, fitDemoCabinets } from './cabinet-demo.ts';
import { startCamera } from './camera.ts';
import { fitCardTerminal } from './card-terminal.ts';
import type { Words } from './errors.ts';
import type {
  CameraFault,
  PaymentFault,
  PrinterFault,
  ScaleFault,
  ScannerFault,
} from './faults.ts';
import type { Good } from './goods.ts';
import { startHands } from './hands.ts';
import type { ScreenSeen } from './hands-api.ts';
import { LAYOUT, platesOf } from './layout.ts';
import type { Cable, MemoryCable } from './port.ts';
import { memoryPort } from './port.ts';
import { openPty } from './pty.ts';
import { createRandom } from './random.ts';
import type { Clock, Random } from './runtime.ts';
import { realClock } from './runtime.ts';
import { deviceList, type StoreDevice } from './store-devices.ts';
import { dialMqtt } from './topics.ts';
import type { Acquirer } from './twins/acquirer.ts';
import { createAcquirer, serveAcquirer } from './twins/acquirer.ts';
import type { Safe } from './twins/acquirer-orders.ts';
import type { PaperState } from './twins/printer-escpos.ts';
import { startPrinterEscpos } from './twins/printer-escpos.ts';
import { startScaleEnqDc1 } from './twins/scale-enq-dc1.ts';
import { startScannerSerial } from './twins/scanner-serial.ts';
import type { Wallets } from './wallets.ts';
import { createWallets } from './wallets.ts';
import type { Scene, World } from './world.ts';
import { createWorld } from './world.ts';

const BAUD: Record<'scale' | 'scanner' | 'printer' | 'terminal', number> = {
  terminal: 9_600,
  scale: 9_600,
  scanner: 9_600,
  printer: 19_200,
};

/** What the twins look at and are put on. */
interface Furnishing {
  world: World;
  clock: Clock;
  random: Random;
  cable: (id: string, kind: keyof typeof BAUD) => Cable;
  bagging?: boolean | undefined;
}

type Fitted = { stop: () => void; paper: Record<string, () => PaperState> };

/** Puts a scale under every plate, a scanner and the printers, each on its cable. */
function fitSerialDevices({ world, clock, random, cable, bagging }: Furnishing): Fitted {
  const stops: (() => void)[] = [];
  const paper: Fitted['paper'] = {};
  const cabled = (id: string, kind: 'scale' | 'scanner' | 'printer') => {
    const port = cable(id, kind);
    return { port, hooks: { id, kind, unplug: () => port.unplug(), plug: () => port.plug() } };
  };
  for (const { plateId, scale } of platesOf(bagging)) {
    const { port, hooks } = cabled(scale, 'scale');
    const load = () => world.load(plateId);
    const fault = () => world.faultOf(scale) as ScaleFault | undefined;
    stops.push(startScaleEnqDc1(port, { clock, random, load, fault }).close);
    world.addDevice(hooks);
  }
  for (const { id, columns } of LAYOUT.printers) {
    const { port, hooks } = cabled(id, 'printer');
    const printer = startPrinterEscpos(port, {
      columns,
      fault: () => world.faultOf(id) as PrinterFault | undefined,
      onReceipt: ({ lines, svg, codes }) => world.hangReceipt(id, lines, svg, codes),
    });
    paper[id] = printer.paper;
    world.addDevice({ ...hooks, faultChanged: printer.faultChanged });
  }
  const { id } = LAYOUT.scanner;
  const { port, hooks } = cabled(id, 'scanner');
  const fault = () => world.faultOf(id) as ScannerFault | undefined;
  world.addDevice({ ...hooks, scan: startScannerSerial(port, { fault }).scan });
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    paper,
  };
}

/** The acquirer; its cable out is the same as its silence. */
function fitAcquirer(furnishing: Omit<Furnishing, 'cable'>, safe?: Safe): Acquirer {
  const { world, clock, random } = furnishing;
  const { id } = LAYOUT.payment;
  let plugged = true;
  world.addDevice({
    id,
    kind: 'payment',
    unplug: () => {
      plugged = false;
    },
    plug: () => {
      plugged = true;
    },
  });
  const fault = () => (plugged ? (world.faultOf(id) as PaymentFault | undefined) : 'silence');
  return createAcquirer({ clock, random, fault, ...(safe ? { safe } : {}) });
}

/** A file that is replaced whole, so that a kill at any moment leaves the old or the new one. */
function fileSafe(file: string): Safe {
  return {
    read: () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    write(text) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
  };
}

type Show = (scene: Scene) => Scene;

export interface StoreOptions {
  goods: Good[];
  /** The store's run directory: serial devices under `<dir>/dev`, the acquirer's book. */
  dir: string;
  seed: number;
  /** Lane 1 has a bagging area with a scale of its own. */
  bagging?: boolean;
  clock?: Clock;
  /** 0 takes any free port; 8060 unless told. */
  handsPort?: number;
  storeName?: Words;
  /** Pages of the store to be shown beside the hands. */
  screens?: ScreenSeen[];
  /** Changes what cameras see, e.g. to photographs. */
  show?: Show;
  /** The store's MQTT broker with the account of its cabinet; undefined while it is not known. */
  brokerUrl?: () => string | undefined;
  /** Built hands page; found beside the compiled simulator where not given. */
  pagesDir?: string;
}

export interface SimulatedStore {
  devices: StoreDevice[];
  world: World;
  acquirer: Acquirer;
  wallets: Wallets;
  handsUrl: string;
  /** None where the store sells other goods. */
  cabinets: DemoCabinet[];
  /** Shows these pages of the store beside the hands from now on. */
  setScreens(screens: ScreenSeen[]): void;
  close(): Promise<void>;
}

type Closers = (() => Promise<void> | void)[];

async function fitCameras(furnishing: Omit<Furnishing, 'cable'>, closers: Closers, show: Show) {
  const { world, clock, random } = furnishing;
  const urls = new Map<string, string>();
  for (const { plateId, camera: id } of LAYOUT.plates) {
    const scene = () => show(world.scene(plateId));
    const camera = await startCamera({ scene, clock, random });
    closers.push(camera.close);
    const faulty = () => camera.setFault(world.faultOf(id) as CameraFault | undefined);
    world.addDevice({
      id,
      kind: 'camera',
      unplug: () => camera.setFault('gone'),
      plug: faulty,
      faultChanged: faulty,
    });
    urls.set(id, camera.url);
  }
  return urls;
}

/** Builds the store; what must be closed again is in `closers`, the last one first. */
async function build(options: StoreOptions, closers: Closers) {
  const { goods, dir, seed, bagging } = options;
  const { clock = realClock(), show = (scene: Scene) => scene } = options;
  const random = createRandom(seed);
  const plateIds = platesOf(bagging).map(({ plateId }) => plateId);
  const world = createWorld({ goods, clock, random, plateIds });
  const link = (id: string) => path.resolve(dir, 'dev', id);
  const cable = (id: string, kind: keyof typeof BAUD) => {
    const opened = openPty({ link: link(id), clock, baudRate: BAUD[kind] });
    closers.push(opened.close);
    return opened;
  };
  const serial = fitSerialDevices({ world, clock, random, cable, bagging });
  closers.push(serial.stop);
  const safe = fileSafe(path.resolve(dir, 'acquirer.json'));
  const acquirer = fitAcquirer({ world, clock, random }, safe);
  const port = cable(LAYOUT.terminal.id, 'terminal');
  const cards = fitCardTerminal({ world, clock, port }, fileSafe(path.resolve(dir, 'cards.json')));
  closers.push(cards.close);
  const served = await serveAcquirer(acquirer);
  closers.push(served.close);
  const cameras = await fitCameras({ world, clock, random }, closers, show);
  const wallets = createWallets(clock);
  const addressOf = (id: string) =>
    id === LAYOUT.payment.id ? served.url : (cameras.get(id) ?? `pty:${link(id)}`);
  const scannerCable = (id: string) => cable(id, 'scanner');
  const dial = dialMqtt(options.brokerUrl ?? (() => undefined));
  const inCabinets = { goods, world, clock, random, addressOf, cable: scannerCable, dial };
  const cabinets = fitDemoCabinets(inCabinets);
  for (const cabinet of cabinets) closers.push(cabinet.close);
  const { storeName = { zh: '一刻模拟店', en: 'Yike simulated store' } } = options;
  const floor = {
    ...options,
    world,
    wallets,
    clock,
    storeName,
    paper: serial.paper,
    cameras,
    cabinets,
  };
  const hands = await startHands(floor, options.handsPort);
  closers.push(hands.close);
  const { url: handsUrl, setScreens } = hands;
  const devices = deviceList(addressOf, bagging);
  return { devices, world, acquirer, wallets, handsUrl, setScreens, cabinets };
}

/**
 * Starts the whole simulated store: serial devices on ptys, cameras, acquirer and hands page on
 * HTTP, all on this machine only. Rejects where the machine has no ptys or a port is taken, and
 * leaves nothing behind then.
 */
export async function startStore(options: StoreOptions): Promise<SimulatedStore> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await build(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `safe` keeps the acquirer's book when the process ends; a bank never forgets. */
type MemoryStoreOptions = {
  goods: Good[];
  seed: number;
  clock: Clock;
  safe?: Safe;
  bagging?: boolean;
};

/**
 * The same store in memory: every serial cable can be joined to a wire by its `connect()`, and the
 * acquirer is a function. Cameras are left out; `world.scene` says what they would see.
 */
export function createMemoryStore({ goods, seed, clock, safe, bagging }: MemoryStoreOptions) {
  const random = createRandom(seed);
  const plateIds = platesOf(bagging).map(({ plateId }) => plateId);
  const world = createWorld({ goods, clock, random, plateIds });
  const cables = new Map<string, MemoryCable>();
  const cable = (id: string, kind: keyof typeof BAUD) => {
    const made = memoryPort(clock, BAUD[kind]);
    cables.set(id, made);
    return made;
  };
  const serial = fitSerialDevices({ world, clock, random, cable, bagging });
  const acquirer = fitAcquirer({ world, clock, random }, safe);
  const cards = fitCardTerminal({ world, clock, port: cable(LAYOUT.terminal.id, 'terminal') });
  for (const { camera: id } of LAYOUT.plates)
    world.addDevice({ id, kind: 'camera', unplug: () => undefined, plug: () => undefined });
  return {
    devices: deviceList((id) => `memory:${id}`, bagging),
    world,
    cables,
    acquirer,
    /** The card terminal's own journal. */
    cardJournal: cards.journal,
    wallets: createWallets(clock),
    close(): void {
      cards.close();
      serial.stop();
      for (const made of cables.values()) made.close();
    },
  };
}
