/** Opens the controller's ports: shoppers' pages, the operator's page, the box's own socket. */
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Access } from './access/access.ts';
import { brokerDoor } from './broker.ts';
import { photosFolder } from './catalogue/pictures.ts';
import { CONTROL_SOCKET } from './cli/socket.ts';
import type { Clock, Outcome } from './core/ports.ts';
import type { StatusView } from './core/views/status-view.ts';
import { looseWeight } from './devices/loose-weight.ts';
import type { Log } from './log.ts';
import { BUILT, type Controller } from './main.ts';
import { countOftenSold } from './often-sold.ts';
import { assistBox, assistOperator, kioskStaff } from './operator/assist-doors.ts';
import { devicePlaces } from './operator/device-places.ts';
import { openStoreAccess, operatorDoors } from './operator/door.ts';
import { type Door, openDoors } from './operator/doors.ts';
import type { LedgerCheck } from './operator/ledger-check.ts';
import { ledgerRooms, sharedByDoors } from './operator/ledger-rooms.ts';
import { modelsOf } from './operator/model-choice.ts';
import { countRecognitionDays } from './operator/recognition-days.ts';
import { recognitionDoors } from './operator/recognition-doors.ts';
import { type OperatorRooms, operatorRooms } from './operator/rooms.ts';
import { statusView } from './operator/status.ts';
import { receiptView } from './receipt-view.ts';
import { admin } from './server/admin.ts';
import { cabinetRoom } from './server/cabinet-room.ts';
import { cabinets } from './server/cabinets.ts';
import { catalogueRoutes } from './server/catalogue.ts';
import { type ControlOptions, control } from './server/control.ts';
import { diag } from './server/diag.ts';
import type { DiagOptions } from './server/diag-options.ts';
import { createServer } from './server/http.ts';
import { type LateServer, lateServer } from './server/late-server.ts';
import { mqttRoutes } from './server/mqtt.ts';
import { pages } from './server/pages.ts';
import { recognitionRoutes } from './server/recognition.ts';
import { itemView, shop } from './server/shop.ts';
import { stockRoutes } from './server/stock.ts';
import { diagnostics } from './technician/diagnostics.ts';

export interface Served {
  kioskUrl: string;
  adminUrl: string;
  /** The same pages on the network, over TLS, where the configuration wants them. */
  operatorUrl?: string;
  /** One-time code for the first account; absent once there is one. */
  setupCode?: string;
  /** Teaching progress on every screen; `done` = `of` ends it. */
  showTeaching(done: number, of: number, sku: string | undefined): void;
  close(): Promise<void>;
}

export interface ServeOptions {
  controller: Controller;
  dataDir: string;
  clock: Clock;
  log: Log;
  /** Devices were left alone because the starts before this one crashed. */
  safe?: boolean;
  /** The store's configuration file, where it was started from one. */
  configFile?: string;
  /** Ends this process in order, where somebody starts it again. */
  restart?: () => void;
}

export async function serve(options: ServeOptions): Promise<Outcome<Served>> {
  const { controller, dataDir } = options;
  const { listen } = controller.config;
  const seen: Seen = {};
  // The operator's page is on a port of its own, so it is told the shopper pages' whole address.
  const shopperPages = { url: '' };
  const status = () => currentStatus(options, seen, shopperPages.url);
  const access = openStoreAccess(options);
  const days = countRecognitionDays(controller);
  const recognition = recognitionDoors(controller, days, modelsOf(controller, dataDir));
  const shared = sharedByDoors(options);
  seen.checked = shared.lastCheck;
  const tools = diagnostics({ ...options, status });
  const rooms = operatorRooms(options, status);
  const boxOptions = { ...controlOptions(controller, status, seen), access };
  const socket = freeSocket(dataDir);
  const operator = await operatorDoors(options, access, async (server) => {
    await operatorRoutes(server, options, status, rooms);
    await ledgerRooms(server, options, access, shared, days.days, () => shopperPages.url);
    await server.register(recognitionRoutes, recognition);
    await peopleRooms(server, controller, access);
    await server.register(diag('operator'), tools);
  });
  if (operator.certificate) seen.certificate = operator.certificate;
  const shoppers = await shopperServer(options, access);
  const box = boxServer(options, boxOptions, tools, rooms);
  const doors: Door[] = [
    { server: shoppers, where: { host: listen.host, port: listen.kioskPort }, what: 'kioskPort' },
    ...operator.doors,
    { server: box, where: { path: socket }, what: 'ctl.sock' },
  ];
  const close = async () => {
    for (const each of [days, rooms, shared]) each.close();
    await Promise.all(doors.map(({ server }) => server.close()));
  };
  const opened = await openDoors(doors);
  if (!opened.ok) {
    await close();
    return opened;
  }
  chmodSync(socket, 0o600);
  const [kioskUrl = '', adminUrl = ''] = opened.value;
  const operatorUrl = listen.operator && opened.value[2];
  shopperPages.url = listen.publicUrl ?? kioskUrl;
  const setupCode = access.setupCode();
  return {
    ok: true,
    value: {
      ...{ kioskUrl, adminUrl, showTeaching: boxOptions.showTeaching, close },
      ...(operatorUrl && { operatorUrl }),
      ...(setupCode && { setupCode }),
    },
  };
}

/** Where the box's own socket goes; one left by a process that died is taken away. */
function freeSocket(dataDir: string): string {
  const socket = join(dataDir, CONTROL_SOCKET);
  rmSync(socket, { force: true });
  return socket;
}

/** What the status tells that no room of the controller knows. */
interface Seen {
  teaching?: NonNullable<StatusView['teaching']>;
  certificate?: NonNullable<StatusView['certificate']>;
  checked?: LedgerCheck['last'];
}

const PAGES = join(BUILT, 'edge/web');
/** The store's own photos, and the pictures that came with the goods. */
const picturesOf = ({ config }: Controller, dataDir: string) => [
  photosFolder(dataDir),
  config.picturesFolder ?? join(BUILT, 'pictures'),
];

async function shopperServer(
  { controller, dataDir, clock, log }: ServeOptions,
  access: Access,
): Promise<FastifyInstance> {
  const { ledger, lanes, counters } = controller;
  const server = createServer({ log, clock });
  const apps = ['kiosk', 'counter', 'cabinet', 'receipt'];
  const pictures = picturesOf(controller, dataDir);
  const voices = [controller.config.voiceFolder ?? '', join(PAGES, 'voice')];
  await server.register(pages, { folder: PAGES, apps, pictures, voices, first: '/kiosk/' });
  await server.register(shop, {
    clock,
    boot: ledger.boot,
    lanes,
    counters,
    items: () => ledger.items(ledger.priceBookVersion()),
    oftenSold: countOftenSold(controller),
    receipt: (id: string) => receiptView(controller, id),
  });
  await server.register(cabinets, { cabinets: controller.cabinets, clock, boot: ledger.boot });
  await kioskStaff(server, controller, access);
  return server;
}

async function operatorRoutes(
  server: FastifyInstance,
  { controller, dataDir, clock }: ServeOptions,
  status: () => StatusView,
  rooms: OperatorRooms,
): Promise<void> {
  const { ledger, onChange } = controller;
  const pictures = picturesOf(controller, dataDir);
  const apps = ['admin', 'diag'];
  await server.register(pages, { folder: PAGES, apps, pictures, first: '/admin/' });
  await rooms.operator(server);
  await server.register(admin, { clock, boot: ledger.boot, status, onChange });
  await server.register(stockRoutes, { ...stockFacts(controller), audience: 'operator' });
  await server.register(catalogueRoutes, { ...catalogueFacts(controller), audience: 'operator' });
}

/** Where people act on shoppers' baskets and cabinets. */
async function peopleRooms(
  server: FastifyInstance,
  controller: Controller,
  access: Access,
): Promise<void> {
  await assistOperator(server, controller, access);
  await server.register(cabinetRoom, {
    cabinets: controller.cabinets,
    approve: (id, pin, notBy) => access.approve(id, pin, 'admin', 'money', notBy),
  });
}

const catalogueFacts = ({ catalogue: keeper }: Controller) => ({ keeper, tags: keeper.tags });

const stockFacts = ({ stock: keeper, ledger }: Controller) => ({
  keeper,
  items: () => ledger.items(ledger.priceBookVersion()).map(itemView),
});

function boxServer(
  { log, controller, dataDir }: ServeOptions,
  options: ControlOptions,
  tools: DiagOptions,
  rooms: OperatorRooms,
): LateServer {
  return lateServer({ log, hosts: ['box'] }, async (server) => {
    await server.register(control, options);
    await server.register(diag('box'), tools);
    await server.register(mqttRoutes, brokerDoor(controller, dataDir));
    await assistBox(server, controller);
    await rooms.box(server);
    await server.register(stockRoutes, { ...stockFacts(controller), audience: 'box' });
    await server.register(catalogueRoutes, { ...catalogueFacts(controller), audience: 'box' });
  });
}

function currentStatus(
  { controller, clock, safe }: ServeOptions,
  { teaching, certificate, checked }: Seen,
  shopperPages: string,
): StatusView {
  const { config, build, lanes, counters } = controller;
  return statusView({
    storeId: config.store.id,
    storeName: config.store.name,
    timeZone: config.store.timeZone,
    softwareVersion: build.version,
    weighCore: { version: controller.weighCoreVersion, sha256: build.weighCoreSha256 },
    ledger: controller.ledger,
    devices: controller.devices,
    places: devicePlaces(config),
    recognition: controller.recognition,
    recogniser: controller.recogniser,
    disk: controller.disk,
    ...(safe && { safe }),
    ...(certificate && { certificate }),
    ...(checked && { checked }),
    sync: () => controller.sync.status(),
    screens: () => [
      ...lanes.map((lane) =>
        screenOf('lane', lane.id, lane.view(), `${shopperPages}/kiosk/?lane=${lane.id}`),
      ),
      ...counters.map((each) =>
        screenOf('counter', each.id, each.view(), `${shopperPages}/counter/?counter=${each.id}`),
      ),
    ],
    teaching: () => teaching,
    clock,
    localDay: controller.localDay,
    startedWallMs: controller.startedWallMs,
  });
}

function screenOf(
  kind: 'lane' | 'counter',
  id: string,
  view: { screen: string; help?: { sinceWallMs: number }; hold?: object },
  path: string,
): StatusView['screens'][number] {
  const help = view.help ? { helpSinceWallMs: view.help.sinceWallMs } : {};
  return { id, kind, screen: view.screen, path, ...help, ...(view.hold && { held: true }) };
}

function controlOptions(controller: Controller, status: () => StatusView, seen: Seen) {
  const { ledger, devices, stations, counters, sync } = controller;
  return {
    status,
    devices: () => devices.all().map((device) => device.view()),
    weight: (scaleId: string) =>
      stations.get(scaleId)?.view().weight ?? looseWeight(devices.find(scaleId)),
    teach: controller.teach,
    publish: controller.publish,
    restart(deviceId: string) {
      devices.find(deviceId)?.restart();
      return devices.find(deviceId) !== undefined;
    },
    ...{ syncNow: () => sync.tryNow(), standing: sync.standing },
    showTeaching(done: number, of: number, sku: string | undefined) {
      const name = sku ? ledger.item(ledger.priceBookVersion(), sku)?.name : undefined;
      const running = done < of;
      if (running) seen.teaching = { done, of, name: name ?? { zh: '', en: '' } };
      else delete seen.teaching;
      for (const counter of counters)
        counter.showTeaching(
          running && sku && name ? { sku, name, shots: done, wanted: of } : undefined,
        );
    },
  };
}
