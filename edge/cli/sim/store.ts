/**
 * A whole store in simulated time: the real controller, ledger, drivers and recognition; the
 * simulator's twins at the far ends of links in memory. Real work (inference, pictures, head
 * office) is awaited before time moves on, so a seed replays.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestWire, Wire } from '../../../drivers/contract.ts';
import type { Recogniser } from '../../../models/contract.ts';
import type { Pack } from '../../../models/pack.ts';
import type { Good } from '../../../simulator/goods.ts';
import type { SimulatedClock } from '../../../simulator/simulated-clock.ts';
import type { Acquirer } from '../../../simulator/twins/acquirer.ts';
import type { Safe } from '../../../simulator/twins/acquirer-orders.ts';
import type { TerminalTransaction } from '../../../simulator/twins/terminal-zvt.ts';
import type { Wallets } from '../../../simulator/wallets.ts';
import type { World } from '../../../simulator/world.ts';
import type { PriceBook } from '../../core/catalogue/catalogue.ts';
import type { Random } from '../../core/ports.ts';
import { silentLog } from '../../log.ts';
import { type Controller, createController } from '../../main.ts';
import { storeConfig } from '../demo/store-config.ts';
import { joinAcquirer, joinCable, joinCamera } from './links.ts';
import { hashOf, idsFrom, realWork, runUntil, type Track } from './time.ts';

export interface SimulatedStore {
  clock: SimulatedClock;
  world: World;
  wallets: Wallets;
  acquirer: Acquirer;
  /** What the card terminal booked, oldest first. */
  /** What the card terminal keeps; another till on the same terminal may add to it. */
  cardJournal: TerminalTransaction[];
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
  /** When the simulated day begins; left out, with the year. */
  startWallMs?: number;
  /** Lane 1 has a bagging area. */
  bagging?: boolean;
  /** Keeps the acquirer's book when the process ends. */
  safe?: Safe;
  /** For tests that end the process at a named place. */
  crashPoint?: (name: string) => void;
}

export async function simulateStore(options: SimulateOptions): Promise<SimulatedStore> {
  const { createSimulatedClock } = await import('../../../simulator/simulated-clock.ts');
  const { createRandom } = await import('../../../simulator/random.ts');
  const clock = createSimulatedClock(options.startWallMs);
  const random = createRandom(options.seed);
  const work = realWork();
  const { track } = work;
  const { store: floor, open } = await buildFloor(options, clock, track);
  const catalogueFile = join(options.dataDir, 'catalogue.json');
  writeFileSync(catalogueFile, JSON.stringify(options.catalogue));
  const config = storeConfig({
    devices: floor.devices,
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
      ids: idsFrom(random),
      log: silentLog,
      recogniser: options.recogniser(track),
      ...(options.pack && { pack: options.pack }),
      ...(options.crashPoint && { crashPoint: options.crashPoint }),
      openWire: open,
      ...(options.headOffice && { openHeadOffice: () => options.headOffice!.open(track) }),
    });
    if (!made.ok) throw new Error(made.refusal.message.en);
    return made.value;
  };
  let controller = start();
  return {
    clock,
    world: floor.world,
    wallets: floor.wallets,
    acquirer: floor.acquirer,
    cardJournal: floor.cardJournal,
    random,
    controller: () => controller,
    run: (ms, until = () => false) => runUntil(clock, work, ms, until),
    real: track,
    async powerCut() {
      // Ending a child process takes real time; simulated time waits for it.
      await track(controller.close());
      controller = start();
    },
    traceHash: () => hashOf(controller.ledger.readAfter(0, Number.MAX_SAFE_INTEGER)),
    async close() {
      await controller.close();
      floor.close();
    },
  };
}

/** The shop floor in memory, and how an address of the configuration finds its device. */
async function buildFloor(
  { goods, seed, safe, crashPoint, bagging = false }: SimulateOptions,
  clock: SimulatedClock,
  track: Track,
) {
  const [{ createMemoryStore }, { composeFrame }, { LAYOUT }, { createRandom }] = await Promise.all(
    [
      import('../../../simulator/store.ts'),
      import('../../../simulator/camera-frame.ts'),
      import('../../../simulator/layout.ts'),
      import('../../../simulator/random.ts'),
    ],
  );
  const store = createMemoryStore({ goods, seed, clock, bagging, ...(safe && { safe }) });
  const { world, acquirer, cables } = store;
  const plugged = (id: string) => world.devices().some((each) => each.id === id && each.plugged);
  const open = async (address: string): Promise<Wire> => {
    const id = address.slice('memory:'.length);
    const cable = cables.get(id);
    if (cable) return joinCable(address, cable);
    const plate = LAYOUT.plates.find(({ camera }) => camera === id);
    if (!plate) return watched(joinAcquirer(acquirer, clock), crashPoint);
    // A lens of its own noise for every connection, from the seed alone.
    const lens = createRandom(seed + plate.plateId.length);
    return joinCamera({
      scene: () => world.scene(plate.plateId),
      compose: (scene) => track(composeFrame(scene, lens)),
      plugged: () => plugged(id),
      clock,
    });
  };
  return { store, open };
}

/** The acquirer's wire with a named place before each question and after each answer. */
function watched(wire: RequestWire, crashPoint: SimulateOptions['crashPoint']): RequestWire {
  if (!crashPoint) return wire;
  return {
    ...wire,
    async request(asked) {
      const what = asked.path.split('/').at(-1)?.split('?')[0];
      crashPoint(`acquirer.before-asking.${what}`);
      const answer = await wire.request(asked);
      crashPoint(`acquirer.after-answer.${what}`);
      return answer;
    },
  };
}
