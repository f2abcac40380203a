/** One cabinet in simulated time: the real controller and drivers, twins at the far ends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Wire } from '../../drivers/contract.ts';
import type { SimulatedCabinet } from '../../simulator/cabinet.ts';
import type { CabinetSpec } from '../../simulator/cabinet-spec.ts';
import type { CabinetPhysics } from '../../simulator/cabinet-world.ts';
import type { MemoryCable } from '../../simulator/port.ts';
import type { SimulatedClock } from '../../simulator/simulated-clock.ts';
import type { Acquirer } from '../../simulator/twins/acquirer.ts';
import type { Cabinet } from '../cabinet/cabinet.ts';
import { type Config, checkConfig } from '../config.ts';
import type { PriceBook } from '../core/catalogue.ts';
import type { Random } from '../core/ports.ts';
import { silentLog } from '../log.ts';
import { type Controller, createController } from '../main.ts';
import { noModel } from './no-model.ts';
import { joinAcquirer, joinCable } from './sim-links.ts';
import { hashOf, idsFrom, realWork, runUntil } from './sim-time.ts';

export interface CabinetStore {
  clock: SimulatedClock;
  random: Random;
  cabinet: SimulatedCabinet;
  acquirer: Acquirer;
  /** Pulls the acquirer's cable out, or puts it back. */
  network(up: boolean): void;
  controller(): Controller;
  actor(): Cabinet;
  /** Every byte that the lock board heard, as hex frames, with when. */
  lockWire(): readonly { atMs: number; hex: string; boot: number }[];
  run(ms: number, until?: () => boolean): Promise<boolean>;
  powerCut(offMs?: number): Promise<void>;
  traceHash(): string;
  close(): Promise<void>;
}

export interface CabinetStoreOptions {
  seed: number;
  dataDir: string;
  physics?: CabinetPhysics;
  /** Shelves of twelve articles each; 4 unless told. */
  shelves?: number;
  settings?: Record<string, unknown>;
}

/** A price book for a simulated cabinet's articles. */
function bookOf({ shelves }: CabinetSpec, random: Random): PriceBook {
  const slots = shelves.flatMap(({ cells }) => cells.flatMap((cell) => cell.slots));
  return {
    storeId: 'sim',
    version: 1,
    issuedWallMs: 1_767_225_600_000,
    items: slots.map(({ sku, unitGrams }) => ({
      sku,
      name: { zh: `商品${sku}`, en: `Article ${sku}` },
      pinyin: [],
      category: 'drink',
      unitPriceFen: 200 + 50 * Math.floor(random() * 40),
      priceBasis: 'each' as const,
      vatBasisPoints: 1300,
      tareGrams: 0,
      unitGrams,
      onSale: true,
      picture: '',
    })),
  };
}

export async function simulateCabinet(options: CabinetStoreOptions): Promise<CabinetStore> {
  const floor = await buildFloor(options);
  const { clock, random, cabinet, acquirer, layout, line } = floor;
  const config = configOf(options, floor);
  const work = realWork();
  const start = (): Controller => {
    const made = createController({
      config,
      dataDir: options.dataDir,
      clock,
      random,
      ids: idsFrom(random),
      log: silentLog,
      recogniser: noModel(),
      openWire: floor.open,
    });
    if (!made.ok) throw new Error(made.refusal.message.en);
    return made.value;
  };
  let controller = start();
  stock(controller, layout);
  return {
    clock,
    random,
    cabinet,
    acquirer,
    network(up) {
      line.up = up;
    },
    controller: () => controller,
    actor: () => controller.cabinets[0]!,
    lockWire: () => floor.heard,
    run: (ms, until = () => false) => runUntil(clock, work, ms, until),
    async powerCut(offMs = 3_000) {
      await work.track(controller.close());
      await runUntil(clock, work, offMs, () => false);
      line.boot += 1;
      controller = start();
    },
    traceHash: () => hashOf(controller.ledger.readAfter(0, Number.MAX_SAFE_INTEGER)),
    async close() {
      await controller.close();
      cabinet.close();
    },
  };
}

/** Twins on cables in memory, and how an address of the configuration finds them. */
async function buildFloor({ seed, shelves = 4, physics }: CabinetStoreOptions) {
  const [{ createSimulatedClock }, { createRandom }, spec, twins, { memoryPort }, bank] =
    await Promise.all([
      import('../../simulator/simulated-clock.ts'),
      import('../../simulator/random.ts'),
      import('../../simulator/cabinet-spec.ts'),
      import('../../simulator/cabinet.ts'),
      import('../../simulator/port.ts'),
      import('../../simulator/twins/acquirer.ts'),
    ]);
  const clock = createSimulatedClock();
  const random = createRandom(seed);
  const layout = spec.tallCabinet(random, shelves);
  const cables = new Map<string, MemoryCable>();
  const heard: { atMs: number; hex: string; boot: number }[] = [];
  const line = { up: true, boot: 1 };
  const port = (id: string) => {
    const cable = memoryPort(clock, 38_400);
    cables.set(id, cable);
    const hear = (bytes: Uint8Array) =>
      heard.push({
        atMs: clock.monoMs(),
        hex: Buffer.from(bytes).toString('hex'),
        boot: line.boot,
      });
    if (id === twins.LOCK_ID) cable.onBytes(hear);
    return cable;
  };
  const cabinet = twins.startCabinet({
    spec: layout,
    clock,
    random,
    port,
    ...(physics && { physics }),
  });
  const fault = () => (line.up ? undefined : ('silence' as const));
  const acquirer = bank.createAcquirer({ clock, random, fault });
  const open = async (address: string): Promise<Wire> => {
    const cable = cables.get(address.slice('memory:'.length));
    return cable ? joinCable(address, cable) : joinAcquirer(acquirer, clock);
  };
  const account = paymentOptions(bank.DEMO_ACCOUNT);
  const planogram = twins.planogramOf(layout);
  return { clock, random, cabinet, acquirer, layout, heard, line, open, account, planogram };
}

type Floor = Awaited<ReturnType<typeof buildFloor>>;

/** The store's configuration, and the files it names. */
function configOf(options: CabinetStoreOptions, floor: Floor): Config {
  const { layout, cabinet, account, planogram, random } = floor;
  const catalogueFile = join(options.dataDir, 'catalogue.json');
  const planogramFile = join(options.dataDir, 'planogram.json');
  writeFileSync(catalogueFile, JSON.stringify(bookOf(layout, random)));
  writeFileSync(planogramFile, JSON.stringify(planogram));
  const inMemory = (id: string) => ({ id, address: `memory:${id}` });
  const config = checkConfig(
    {
      store: { id: 'sim', name: { zh: '模拟店', en: 'Simulated store' }, phone: '400-000-0000' },
      devices: [
        ...cabinet.devices.map((each) => ({ ...each, ...inMemory(each.id) })),
        { ...inMemory('payment-1'), driver: 'code-pay', options: account },
      ],
      cabinets: [
        {
          id: layout.cabinetId,
          lock: 'lock-1',
          shelves: layout.shelves.map(({ device }) => device),
          cooler: 'cooler-1',
          payment: 'payment-1',
          planogramFile,
          staffCodes: ['STAFF-0001'],
          members: [{ code: 'MEMBER-1', memberId: 'm1', agreement: 'agreement1' }],
          ...options.settings,
        },
      ],
      catalogueFile,
    },
    'simulated',
  );
  if (!config.ok) throw new Error(config.refusal.message.en);
  return config.value;
}

const paymentOptions = (account: {
  appId: string;
  mchId: string;
  alipayAppId: string;
  key: string;
}) => ({
  appId: account.appId,
  merchantId: account.mchId,
  alipayAppId: account.alipayAppId,
  key: account.key,
  timeoutMs: 2_000,
});

/** The books say what the shelves hold at the start. */
function stock({ ledger }: Controller, { cabinetId, shelves }: CabinetSpec): void {
  const events = shelves.flatMap(({ shelfId, cells }) =>
    cells.flatMap(({ slots }) =>
      slots.map(({ sku, slotId, pieces }) => ({
        type: 'StockMoved' as const,
        body: {
          cause: 'opening' as const,
          move: { sku, location: `${cabinetId}/${shelfId}/${slotId}`, pieces, grams: 0 },
        },
      })),
    ),
  );
  ledger.append({ source: 'store', events });
}
