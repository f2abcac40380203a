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
import type { Wallets } from '../../simulator/wallets.ts';
import type { World } from '../../simulator/world.ts';
import type { PriceBook } from '../core/catalogue.ts';
import type { Random } from '../core/ports.ts';
import { silentLog } from '../log.ts';
import { type Controller, createController } from '../main.ts';
import { joinAcquirer, joinCable, joinCamera } from './sim-links.ts';
import { storeConfig } from './store-config.ts';

export interface SimulatedStore {
  clock: SimulatedClock;
  world: World;
  wallets: Wallets;
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
      ids: (prefix) => `${prefix}-${hex(random)}${hex(random)}`,
      log: silentLog,
      recogniser: options.recogniser(track),
      ...(options.pack && { pack: options.pack }),
      openWire: open,
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
    wallets: floor.wallets,
    acquirer: floor.acquirer,
    random,
    controller: () => controller,
    run,
    real: track,
    async powerCut() {
      // Ending a child process takes real time; simulated time waits for it.
      await track(controller.close());
      controller = start();
    },
    traceHash: () => traceHash(controller),
    async close() {
      await controller.close();
      floor.close();
    },
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

/** The shop floor in memory, and how an address of the configuration finds its device. */
async function buildFloor({ goods, seed }: SimulateOptions, clock: SimulatedClock, track: Track) {
  const [{ createMemoryStore }, { composeFrame }, { LAYOUT }] = await Promise.all([
    import('../../simulator/store.ts'),
    import('../../simulator/camera-frame.ts'),
    import('../../simulator/layout.ts'),
  ]);
  const store = createMemoryStore({ goods, seed, clock });
  const { world, acquirer, cables } = store;
  const plugged = (id: string) => world.devices().some((each) => each.id === id && each.plugged);
  const open = async (address: string): Promise<Wire> => {
    const id = address.slice('memory:'.length);
    const cable = cables.get(id);
    if (cable) return joinCable(address, cable);
    const plate = LAYOUT.plates.find(({ camera }) => camera === id);
    if (!plate) return joinAcquirer(acquirer, clock);
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
