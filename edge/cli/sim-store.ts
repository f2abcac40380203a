/**
 * A whole store in simulated time: the real controller, ledger, drivers and recognition; the
 * simulator's twins at the far ends of links in memory. Real work (inference, pictures, head
 * office) is awaited before time moves on, so a seed replays.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestWire, Wire } from '../../drivers/contract.ts';
import type { Recogniser } from '../../models/contract.ts';
import type { Pack } from '../../models/pack.ts';
import type { Good } from '../../simulator/goods.ts';
import { createRandom } from '../../simulator/random.ts';
import type { SimulatedClock } from '../../simulator/simulated-clock.ts';
import type { Acquirer } from '../../simulator/twins/acquirer.ts';
import type { World } from '../../simulator/world.ts';
import { type Config, checkConfig } from '../config.ts';
import type { PriceBook } from '../core/catalogue.ts';
import type { Random } from '../core/ports.ts';
import { silentLog } from '../log.ts';
import { type Controller, createController } from '../main.ts';
import { joinAcquirer, joinCable, joinCamera } from './sim-links.ts';

export interface SimulatedStore {
  clock: SimulatedClock;
  world: World;
  acquirer: Acquirer;
  random: Random;
  controller(): Controller;
  /** Runs simulated time; real work under way is awaited before time moves on. */
  run(ms: number, until?: () => boolean): Promise<boolean>;
  /** Waits for real work so that simulated time stands still meanwhile. */
  real<T>(work: Promise<T>): Promise<T>;
  /** Drops the controller as a power cut would and starts a new one on the same directory. */
  powerCut(): Promise<void>;
  /** Rolling SHA-256 of everything in the ledger, in order. */
  traceHash(): string;
  close(): Promise<void>;
}

export interface SimulateOptions {
  seed: number;
  dataDir: string;
  goods: Good[];
  catalogue: PriceBook;
  recogniser: (track: Track) => Recogniser;
  pack?: Pack;
  headOffice?: { url: string; token: string; open: (track: Track) => RequestWire };
}

/** Counts real work, so that simulated time waits for it. */
export type Track = <T>(work: Promise<T>) => Promise<T>;

const DEVICES = {
  'scale-1': { kind: 'scale', plateId: 'plate-1' },
  'scale-2': { kind: 'scale', plateId: 'plate-2' },
  'scanner-1': { kind: 'scanner' },
  'printer-1': { kind: 'printer' },
  'printer-2': { kind: 'printer' },
  'camera-1': { kind: 'camera', plateId: 'plate-1' },
  'camera-2': { kind: 'camera', plateId: 'plate-2' },
  'payment-1': { kind: 'payment' },
} as const;
type DeviceId = keyof typeof DEVICES;

/** The demonstration store's lay-out, as its configuration says it. */
export function storeConfig(parts: {
  devices: { id: string; driver: string; address: string; options?: Record<string, unknown> }[];
  storeId: string;
  storeName: { zh: string; en: string };
  listen?: Partial<Config['listen']>;
  headOffice?: { url: string; token: string };
  files?: { catalogueFile?: string; picturesFolder?: string };
}): Config {
  const plate = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
  const checked = checkConfig(
    {
      store: { id: parts.storeId, name: parts.storeName, phone: '400-000-0000' },
      devices: parts.devices.map((each) => ({
        ...each,
        ...(each.driver === 'enq-dc1' && { plate }),
      })),
      lanes: [
        {
          id: 'lane-1',
          scanner: 'scanner-1',
          scale: 'scale-2',
          camera: 'camera-2',
          printer: 'printer-1',
          payment: 'payment-1',
          panel: { diagonalInches: 21.5, widthPx: 1080, heightPx: 1920 },
        },
      ],
      counters: [
        {
          id: 'counter-1',
          scale: 'scale-1',
          camera: 'camera-1',
          printer: 'printer-2',
          panel: { diagonalInches: 10.1, widthPx: 1280, heightPx: 800 },
        },
      ],
      ...(parts.listen && { listen: parts.listen }),
      ...(parts.headOffice && { headOffice: parts.headOffice }),
      ...parts.files,
    },
    'demo',
  );
  if (!checked.ok) throw new Error(checked.refusal.message.en);
  return checked.value;
}

const DRIVER = {
  scale: 'enq-dc1',
  scanner: 'serial-scanner',
  printer: 'escpos',
  camera: 'mjpeg',
  payment: 'code-pay',
} as const;

export async function simulateStore(options: SimulateOptions): Promise<SimulatedStore> {
  const { createSimulatedClock } = await import('../../simulator/simulated-clock.ts');
  const clock = createSimulatedClock();
  const random = createRandom(options.seed);
  const underWay = new Set<Promise<unknown>>();
  const track: Track = (work) => {
    const settled: Promise<unknown> = work.then(
      () => underWay.delete(settled),
      () => underWay.delete(settled),
    );
    underWay.add(settled);
    return work;
  };
  const floor = await buildFloor(options, clock, random, track);
  const catalogueFile = join(options.dataDir, 'catalogue.json');
  writeFileSync(catalogueFile, JSON.stringify(options.catalogue));
  const config = storeConfig({
    devices: (Object.keys(DEVICES) as DeviceId[]).map((id) => ({
      id,
      driver: DRIVER[DEVICES[id].kind],
      address: `memory:${id}`,
      ...(id === 'payment-1' && { options: floor.paymentOptions }),
    })),
    storeId: options.catalogue.storeId,
    storeName: { zh: '模拟店', en: 'Simulated store' },
    ...(options.headOffice && {
      headOffice: { url: options.headOffice.url, token: options.headOffice.token },
    }),
    files: { catalogueFile },
  });
  const start = (): Controller => {
    const made = createController({
      config,
      dataDir: options.dataDir,
      clock,
      random,
      ids: (prefix) => `${prefix}-${hex(random)}${hex(random)}`,
      log: silentLog,
      recogniser: options.recogniser(track),
      ...(options.pack && { pack: options.pack }),
      openWire: floor.open,
      ...(options.headOffice && { openHeadOffice: () => options.headOffice!.open(track) }),
    });
    if (!made.ok) throw new Error(made.refusal.message.en);
    return made.value;
  };
  let controller = start();
  const run = async (ms: number, until?: () => boolean): Promise<boolean> => {
    const endMs = clock.monoMs() + ms;
    for (;;) {
      while (underWay.size > 0) await Promise.all(underWay);
      if (until?.()) return true;
      const leftMs = endMs - clock.monoMs();
      if (leftMs <= 0) return false;
      await clock.run(leftMs, () => underWay.size > 0 || (until?.() ?? false));
    }
  };
  return {
    clock,
    world: floor.world,
    acquirer: floor.acquirer,
    random,
    controller: () => controller,
    run,
    real: track,
    async powerCut() {
      await controller.close();
      controller = start();
    },
    traceHash: () => traceHash(controller),
    close: () => controller.close(),
  };
}

const hex = (random: Random) =>
  Math.floor(random() * 2 ** 40)
    .toString(16)
    .padStart(10, '0');

/** Wall time is simulated too, so the records themselves replay; the chain's head says it all. */
function traceHash({ ledger }: Controller): string {
  const trace = createHash('sha256');
  for (let seq = 0; ; ) {
    const events = ledger.readAfter(seq, 1000);
    for (const event of events) trace.update(event.hash);
    const last = events.at(-1);
    if (!last) return trace.digest('hex');
    seq = last.seq;
  }
}

/** The shop floor: world, twins on cables in memory, acquirer, and how an address finds them. */
async function buildFloor(
  { goods }: SimulateOptions,
  clock: SimulatedClock,
  random: Random,
  track: Track,
) {
  const [{ createWorld }, { memoryPort }, scales, scanners, printers, acquirers, frames] =
    await Promise.all([
      import('../../simulator/world.ts'),
      import('../../simulator/port.ts'),
      import('../../simulator/twins/scale-enq-dc1.ts'),
      import('../../simulator/twins/scanner-serial.ts'),
      import('../../simulator/twins/printer-escpos.ts'),
      import('../../simulator/twins/acquirer.ts'),
      import('../../simulator/camera-frame.ts'),
    ]);
  const world = createWorld({ goods, clock, random, plateIds: ['plate-1', 'plate-2'] });
  const acquirer = acquirers.createAcquirer({
    clock,
    random,
    fault: () => world.faultOf('payment-1') as never,
  });
  const plugged = (id: string) => world.devices().find((each) => each.id === id)?.plugged ?? false;
  const openers = new Map<string, () => Promise<Wire>>();
  for (const [id, device] of Object.entries(DEVICES)) {
    const { kind } = device;
    if (kind === 'payment') {
      world.addDevice({ id, kind, unplug() {}, plug() {} });
      openers.set(`memory:${id}`, async () => joinAcquirer(acquirer, () => plugged(id), clock));
    } else if (kind === 'camera') {
      const { plateId } = device as { plateId: string };
      const lens = createRandom(seedOfName(id));
      const compose = (scene: ReturnType<World['scene']>) =>
        track(frames.composeFrame(scene, lens));
      world.addDevice({ id, kind, unplug() {}, plug() {} });
      openers.set(`memory:${id}`, async () =>
        joinCamera({
          scene: () => world.scene(plateId),
          compose,
          plugged: () => plugged(id),
          clock,
        }),
      );
    } else {
      const cable = memoryPort(clock);
      const fault = () => world.faultOf(id) as never;
      const hooks = { id, kind, unplug: () => cable.unplug(), plug: () => cable.plug() };
      if (kind === 'scale') {
        const { plateId } = device as { plateId: string };
        scales.startScaleEnqDc1(cable, { clock, random, load: () => world.load(plateId), fault });
        world.addDevice(hooks);
      } else if (kind === 'scanner') {
        const twin = scanners.startScannerSerial(cable, { fault });
        world.addDevice({ ...hooks, scan: (code, aimId) => twin.scan(code, aimId) });
      } else {
        const onReceipt = (paper: { lines: string[]; svg: string }) =>
          world.hangReceipt(id, paper.lines, paper.svg);
        printers.startPrinterEscpos(cable, { fault, onReceipt });
        world.addDevice(hooks);
      }
      openers.set(`memory:${id}`, () => joinCable(`memory:${id}`, cable));
    }
  }
  const open = (address: string): Promise<Wire> => openers.get(address)!();
  const { DEMO_ACCOUNT: account } = acquirers;
  return { world, acquirer, open, paymentOptions: { ...account } as Record<string, unknown> };
}

const seedOfName = (name: string) =>
  [...name].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) | 0;
