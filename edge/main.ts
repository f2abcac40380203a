/**
 * The composition root: reads nothing from the environment, builds everything, wires it together.
 * Nothing else does. `yike start` and `yike demo` call it with the real clock; scenarios call it
 * with simulated time and links in memory.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestWire } from '../drivers/contract.ts';
import type { OpenWire } from '../drivers/wire/open.ts';
import type { Recogniser } from '../models/contract.ts';
import type { Pack } from '../models/pack.ts';
import { announcing } from './announcing.ts';
import { type Disk, watchDisk } from './box/disk.ts';
import { keepBroker, type StoreBroker } from './broker.ts';
import type { Cabinet } from './cabinet/cabinet.ts';
import { openCabinets } from './cabinets.ts';
import { type CatalogueKeeper, keepCatalogue } from './catalogue/keeper.ts';
import { photosFolder } from './catalogue/pictures.ts';
import { loadPriceBook } from './catalogue-file.ts';
import type { Config } from './config/config.ts';
import type { Clock, Ids, Outcome, Random } from './core/ports.ts';
import { createHelpCalls } from './core/views/help-calls.ts';
import { createOpenLanes } from './core/views/open-lanes.ts';
import { WEIGH_CORE_VERSION } from './core/weigh/record.ts';
import { type Counter, createCounter } from './counter/counter.ts';
import { type KeptTable, openDevices, prepareDevices } from './devices/devices.ts';
import { type Synchronising, startSynchronising } from './head-office/synchronise.ts';
import type { LaneParts } from './lane/inside.ts';
import { createLane, type Lane } from './lane/lane.ts';
import { publishGallery, teachAt } from './learning/teaching.ts';
import type { Ledger } from './ledger/contract.ts';
import { openLedger } from './ledger/open.ts';
import type { Log } from './log.ts';
import { type Members, openMembers } from './members.ts';
import { openPieceWeights } from './piece-weights.ts';
import { openStations, startRecognition } from './plates.ts';
import type { Published, Recognition } from './recognition/recognition.ts';
import type { ReviewQueue } from './recognition/review.ts';
import { localDayOf, localTimeOf } from './runtime.ts';
import { coldChainOf } from './stock/cold-watch.ts';
import { keepStock, type StockKeeper } from './stock/keeper.ts';
import { deviceNotesIn } from './technician/device-notes.ts';
import { factsIn } from './technician/facts-file.ts';
import type { WeighStation } from './weighing/station.ts';

export interface ControllerOptions {
  config: Config;
  dataDir: string;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  recogniser: Recogniser;
  /** Left out where the pack cannot be read: the pick list works without. */
  pack?: Pack;
  /** Bytes kept back for the day the disk is full; none where left out. */
  ballastBytes?: number;
  /** For tests that stop the process at a named place. */
  crashPoint?: (name: string) => void;
  /** Opens device links; left out, the real ones. */
  openWire?: OpenWire;
  /** Opens the way to head office; left out, HTTP. */
  openHeadOffice?: (url: string) => RequestWire;
}

/** A store's controller, running. */
export interface Controller {
  config: Config;
  clock: Clock;
  ledger: Ledger;
  devices: KeptTable;
  /** The store's own broker, where it runs. */
  broker: Pick<StoreBroker, 'open' | 'stat'>;
  lanes: Lane[];
  counters: Counter[];
  cabinets: Cabinet[];
  stations: Map<string, WeighStation>;
  stock: StockKeeper;
  catalogue: CatalogueKeeper;
  recognition: Recognition;
  /** Weighings that wait for a second look. */
  review: ReviewQueue;
  recogniser: Recogniser;
  sync: Synchronising;
  disk: Disk['view'];
  build: BuildFacts;
  weighCoreVersion: string;
  members: Members;
  startedWallMs: number;
  localDay(wallMs: number): string;
  /** Teaches `sku` the picture that a counter's camera shows now. */
  teach(counterId: string, sku: string): Promise<Outcome<{ samples: number }>>;
  /** Uses what was taught, and says so in the ledger; with the name of who asked for it. */
  publish(by?: string): Promise<Outcome<Published>>;
  onChange(listener: () => void): void;
  /** Something outside of the controller changed what its status tells. */
  announce(): void;
  close(): Promise<void>;
}

export interface BuildFacts {
  version: string;
  weighCoreSha256: string;
}

/** `dist/`, whether this file runs from there or from its source. */
export const BUILT = import.meta.filename.endsWith('.ts')
  ? join(import.meta.dirname, '../dist')
  : join(import.meta.dirname, '..');

export function buildFacts(): BuildFacts {
  return JSON.parse(readFileSync(join(BUILT, 'build.json'), 'utf8')) as BuildFacts;
}

/** Longer than anybody returns goods or asks after a sale; older events lie in compressed files. */
const KEEP_EVENTS_MS = 180 * 86_400_000;

/** Opens the ledger, then everything else. Throws LedgerError; refuses a bad configuration. */
export function createController(options: ControllerOptions): Outcome<Controller> {
  const { config, clock, ids } = options;
  // A mistake in the configuration is told before anything is made on the disk.
  const prepared = prepareDevices(config.devices);
  if (!prepared.ok) return prepared;
  const build = buildFacts();
  const localDay = localDayOf(config.store.timeZone);
  const ledger = openLedger({
    dir: options.dataDir,
    storeId: config.store.id,
    ids,
    clock,
    softwareVersion: build.version,
    weighCore: { version: WEIGH_CORE_VERSION, sha256: build.weighCoreSha256 },
    localDay,
    keepMs: KEEP_EVENTS_MS,
    ...(options.crashPoint && { crashPoint: options.crashPoint }),
  });
  const refused = loadPriceBook(config, ledger);
  const broker = keepBroker(options);
  const kept = { ...keptIn(options), open: broker.open };
  const opened = refused ?? openDevices({ ...options, devices: config.devices, ...kept });
  if (!opened.ok) {
    void broker.close();
    ledger.close();
    return opened;
  }
  const controller = assemble(options, ledger, opened.value, build, localDay);
  const close = () => controller.close().then(broker.close);
  return { ok: true, value: { ...controller, broker, close } };
}

const keptIn = ({ dataDir }: ControllerOptions) => ({
  notes: deviceNotesIn(dataDir),
  facts: factsIn(dataDir),
});

function assemble(
  options: ControllerOptions,
  ledger: Ledger,
  devices: KeptTable,
  build: BuildFacts,
  localDay: (wallMs: number) => string,
): Omit<Controller, 'broker'> {
  const { config, clock, recogniser } = options;
  const coldChain = coldChainOf(config);
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const disk = watchDisk({ ...options, ballastBytes: options.ballastBytes ?? 0 });
  const { recognition, review } = startRecognition(options, ledger);
  const stations = openStations(options, ledger, devices, recognition);
  const shared = sharedParts(
    options,
    devices,
    announcing(disk.guard(ledger), (events, prices) => {
      stock.heard(events);
      if (prices) for (const actor of all) actor.repriced();
      sync.nudge();
      changed();
    }),
  );
  const sync = startSynchronising({ ...options, ledger: shared.ledger, onChange: changed });
  const stock = keepStock({ ...options, ...shared, ...{ coldChain, localDay, changed } });
  const catalogue = keepCatalogue(catalogueParts(options, shared, localDay));
  const members = openMembers(options.dataDir, shared.ledger);
  const pieceWeights = openPieceWeights(options.dataDir);
  const known = { memberOf: members.find, pieceWeights, calls: createHelpCalls() };
  const actors = openActors(config, { ...shared, ...known }, { stations, recognition }, build);
  const all = [...actors.lanes, ...actors.counters, ...actors.cabinets];
  devices.onStatus(changed);
  recogniser.onState(changed);
  disk.onChange(changed);
  for (const actor of all) actor.onChange(changed);
  return {
    config,
    clock,
    ledger: shared.ledger,
    devices,
    ...actors,
    stations,
    ...{ stock, catalogue, recognition, review, recogniser, sync },
    disk: disk.view,
    build,
    weighCoreVersion: WEIGH_CORE_VERSION,
    members,
    startedWallMs: clock.wallMs(),
    localDay,
    onChange: (listener) => listeners.push(listener),
    announce: changed,
    teach: (counterId, sku) => teachAt(config, devices, recognition, counterId, sku),
    publish: (by) => publishGallery(recognition, recogniser, shared.ledger, by),
    close: () =>
      closeDown([...all, ...stations.values(), stock, disk], [sync, devices, recogniser], ledger),
  };
}

/** Who acts stops first; the ledger is closed last. */
async function closeDown(
  actors: { close(): void }[],
  rooms: { close(): Promise<void> }[],
  ledger: Ledger,
): Promise<void> {
  for (const actor of actors) actor.close();
  for (const room of rooms) await room.close();
  ledger.close();
}

/** What every lane and counter is given. */
function sharedParts(
  { config, clock, ids, log }: ControllerOptions,
  devices: KeptTable,
  ledger: Ledger,
) {
  const { publicUrl } = config.listen;
  const { name: storeName, phone } = config.store;
  const { hours: photoHours = 0 } = config.recognition?.keepPictures ?? {};
  const shared = { storeName, phone, photoHours, ledger, devices, clock, ids, log };
  return { ...shared, ...(publicUrl && { publicUrl }) };
}

type Shared = Omit<LaneParts, 'config' | 'station' | 'receipts'>;

/** What the keeper of prices is given; tags go to the label printers before the receipt printers. */
const catalogueParts = (
  { config, dataDir }: ControllerOptions,
  shared: Shared,
  localDay: (wallMs: number) => string,
) => ({
  ...{ ...shared, localDay, photos: photosFolder(dataDir) },
  printers: [...config.counters, ...config.lanes].flatMap(({ printer }) => printer ?? []),
});

/** A lane and a counter for each that the configuration names. */
function openActors(
  config: Config,
  shared: Shared,
  { stations, recognition }: { stations: Map<string, WeighStation>; recognition: Recognition },
  build: BuildFacts,
): { lanes: Lane[]; counters: Counter[]; cabinets: Cabinet[] } {
  const localTime = localTimeOf(config.store.timeZone);
  const weighCore = { version: WEIGH_CORE_VERSION, sha256: build.weighCoreSha256 };
  const receipts = { storeName: config.store.name, weighCore, localTime };
  const counters = config.counters.map((each) =>
    createCounter({ ...shared, config: each, station: stations.get(each.scale)!, localTime }),
  );
  const openLanes = createOpenLanes(config.lanes.map(({ id }) => id));
  const lanes = config.lanes.map((each) => {
    const station = each.scale ? stations.get(each.scale) : undefined;
    const own = { config: each, openLanes, ...(station && { station }) };
    return createLane({ ...shared, ...own, receipts });
  });
  const eyes = { recognition, areas: config.recognition?.areas ?? {} };
  const cabinets = openCabinets(config.cabinets, { ...shared, receipts }, eyes);
  return { lanes, counters, cabinets };
}
