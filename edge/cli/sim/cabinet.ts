/** One cabinet in simulated time: the real controller and drivers, twins at the far ends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recogniser } from '../../../models/contract.ts';
import type { Pack } from '../../../models/pack.ts';
import type { SimulatedCabinet } from '../../../simulator/cabinet.ts';
import type { CabinetSpec } from '../../../simulator/cabinet-spec.ts';
import type { CabinetPhysics } from '../../../simulator/cabinet-world.ts';
import type { SimulatedClock } from '../../../simulator/simulated-clock.ts';
import type { Acquirer } from '../../../simulator/twins/acquirer.ts';
import type { CabinetFault, CabinetMqtt } from '../../../simulator/twins/cabinet-mqtt.ts';
import type { Cabinet } from '../../cabinet/cabinet.ts';
import { type Config, checkConfig } from '../../config/config.ts';
import type { PriceBook } from '../../core/catalogue/catalogue.ts';
import type { Random } from '../../core/ports.ts';
import { silentLog } from '../../log.ts';
import { type Controller, createController } from '../../main.ts';
import { noModel } from '../model/none.ts';
import { buildFloor, CAMERA, UNIT } from './cabinet-floor.ts';
import { hashOf, idsFrom, realWork, runUntil, type Track } from './time.ts';

export interface CabinetStore {
  clock: SimulatedClock;
  random: Random;
  cabinet: SimulatedCabinet;
  acquirer: Acquirer;
  /** Pulls the acquirer's cable out, or puts it back. */
  network(up: boolean): void;
  controller(): Controller;
  actor(): Cabinet;
  /** Every command to unlock as it was on the wire, with when. */
  unlocks(): readonly { atMs: number; boot: number }[];
  /** The cabinet's own faults, where it is one unit on the network. */
  unit?: { fault(fault: CabinetFault | undefined): void; restartBroker(): void } & Pick<
    CabinetMqtt,
    'cut' | 'unplug' | 'plug'
  >;
  run(ms: number, until?: () => boolean): Promise<boolean>;
  powerCut(offMs?: number): Promise<void>;
  traceHash(): string;
  close(): Promise<void>;
}

export interface CabinetStoreOptions {
  seed: number;
  dataDir: string;
  physics?: CabinetPhysics;
  /** On cables, or one unit on the network; on cables unless told. */
  link?: 'cables' | 'mqtt';
  /** Shelves of twelve articles each; 4 unless told. */
  shelves?: number;
  settings?: Record<string, unknown>;
  /** How it is laid out, where not as such cabinets are. */
  relaid?: (usual: CabinetSpec) => CabinetSpec;
  /** A camera over the door, and what each article looks like to it. */
  camera?: { pictureOf(sku: string): string };
  recogniser?: (track: Track) => Recogniser;
  pack?: Pack;
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
  const work = realWork();
  const floor = await buildFloor(options, work.track);
  const { clock, random, cabinet, acquirer, layout, line } = floor;
  const config = configOf(options, floor);
  const recogniser = options.recogniser?.(work.track) ?? noModel();
  const start = (): Controller => {
    const made = createController({
      config,
      dataDir: options.dataDir,
      clock,
      random,
      ids: idsFrom(random),
      log: silentLog,
      recogniser,
      ...(options.pack && { pack: options.pack }),
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
    unlocks: () => floor.unlocks,
    ...(floor.unit && { unit: floor.unit }),
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
      await recogniser.close();
    },
  };
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
        ...(options.camera ? [{ ...inMemory(CAMERA), driver: 'mjpeg' }] : []),
      ],
      cabinets: [
        {
          id: layout.cabinetId,
          lock: floor.unit ? UNIT : 'lock-1',
          shelves: [...new Set(layout.shelves.map(({ device }) => device))],
          cooler: floor.unit ? UNIT : 'cooler-1',
          payment: 'payment-1',
          ...(options.camera && { camera: CAMERA }),
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
