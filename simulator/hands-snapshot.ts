/** The world as the hands page shows it: one JSON snapshot of everything. */
import type { DemoCabinet } from './cabinet-demo.ts';
import type { Words } from './errors.ts';
import { FAULTS } from './faults.ts';
import type { DeviceSeen, PlateSeen, PrinterSeen, ScreenSeen, WorldSnapshot } from './hands-api.ts';
import { LAYOUT, platesOf } from './layout.ts';
import type { PaperState } from './twins/printer-escpos.ts';
import type { Wallets } from './wallets.ts';
import type { World } from './world.ts';

/** What the hands server is given to show. */
export interface HandsFloor {
  world: World;
  wallets: Wallets;
  storeName: Words;
  seed: number;
  /** Paper left in each printer, by its id. */
  paper: Record<string, () => PaperState>;
  /** Address of each camera's stream, by its id. */
  cameras?: ReadonlyMap<string, string>;
  cabinets?: readonly DemoCabinet[];
}

const SCALE_LABEL = { zh: '秤', en: 'Scale' };
const CAMERA_LABEL = { zh: '摄像头', en: 'Camera' };

/** Label and place of every device, by its id. */
const STANDS = new Map<string, { label: Words; at: string }>([
  ...['cabinet-1', 'cabinet-2'].map((at, n): [string, { label: Words; at: string }] => [
    `scanner-${n + 2}`,
    { label: { zh: `柜${n + 1}扫码口`, en: `Cabinet ${n + 1} scanner` }, at },
  ]),
  ['lock-1', { label: { zh: '柜1门锁', en: 'Cabinet 1 lock' }, at: 'cabinet-1' }],
  ['cooler-1', { label: { zh: '柜1温控', en: 'Cabinet 1 cooler' }, at: 'cabinet-1' }],
  ['shelf-1', { label: { zh: '柜1称重层1', en: 'Cabinet 1 shelf 1' }, at: 'cabinet-1' }],
  ['shelf-2', { label: { zh: '柜1称重层2', en: 'Cabinet 1 shelf 2' }, at: 'cabinet-1' }],
  ['unit-2', { label: { zh: '柜2（整柜，网络）', en: 'Cabinet 2, MQTT' }, at: 'cabinet-2' }],
  [LAYOUT.bagging.scale, { label: SCALE_LABEL, at: LAYOUT.bagging.plateId }],
  ...LAYOUT.plates.flatMap(
    ({ plateId, scale, camera }): [string, { label: Words; at: string }][] => [
      [scale, { label: SCALE_LABEL, at: plateId }],
      [camera, { label: CAMERA_LABEL, at: plateId }],
    ],
  ),
  ...[...LAYOUT.printers, LAYOUT.scanner, LAYOUT.terminal, LAYOUT.payment].map(
    ({ id, label, at }): [string, { label: Words; at: string }] => [id, { label, at }],
  ),
]);

function plateSeen(floor: HandsFloor, plate: ReturnType<typeof platesOf>[number]): PlateSeen {
  const { world, cameras } = floor;
  const { plateId, label, kind, scale } = plate;
  const camera = 'camera' in plate ? plate.camera : undefined;
  const load = world.load(plateId);
  const cameraUrl = camera && cameras?.get(camera);
  return {
    plateId,
    label,
    kind,
    deviceIds: [scale, ...(camera ? [camera] : [])],
    pieces: world.pieces(plateId).map(({ pieceId, sku, name, grams }) => ({
      pieceId,
      sku,
      name,
      picture: pictureUrl(sku),
      grams,
    })),
    pressedGrams: world.pressedGrams(plateId),
    bagged: world.scene(plateId).bagged === true,
    shownGrams: load.grams,
    stable: !load.moving,
    ...(cameraUrl ? { cameraUrl } : {}),
  };
}

/** Address of a good's picture under the hands server. */
export function pictureUrl(sku: string): string {
  return `/goods/${encodeURIComponent(sku)}`;
}

function devicesSeen(world: World): DeviceSeen[] {
  return world.devices().map(({ id, kind, plugged, fault }) => {
    const stand = STANDS.get(id) ?? { label: { zh: id, en: id }, at: '' };
    const faults = Object.entries(FAULTS[kind]).map(([name, label]) => ({ fault: name, label }));
    return { id, kind, ...stand, plugged, ...(fault ? { fault } : {}), faults };
  });
}

function printersSeen({ world, paper }: HandsFloor): PrinterSeen[] {
  return LAYOUT.printers.map(({ id, label }) => {
    const mine = world.receipts().filter((receipt) => receipt.printerId === id);
    const receipts = mine.map(({ n, torn, codes }) => ({
      n,
      url: `/receipts/${n}.svg`,
      torn,
      codes,
    }));
    return { id, label, paper: paper[id]?.() ?? 'ok', receipts };
  });
}

/** Everything at this moment. */
export function takeSnapshot(floor: HandsFloor, screens: ScreenSeen[]): WorldSnapshot {
  const { world, wallets, storeName, seed } = floor;
  return {
    storeName,
    seed,
    plates: platesOf(floor.world.plateIds.includes(LAYOUT.bagging.plateId)).map((plate) =>
      plateSeen(floor, plate),
    ),
    goods: world.goods.map(({ sku, name, kind, unitGrams, gtin, plu }) => ({
      sku,
      name,
      kind,
      picture: pictureUrl(sku),
      unitGrams,
      ...(gtin ? { gtin } : {}),
      ...(plu ? { plu } : {}),
    })),
    wallets: wallets.list(),
    devices: devicesSeen(world),
    printers: printersSeen(floor),
    screens,
    cabinets: (floor.cabinets ?? []).map((each) => each.seen()),
  };
}
