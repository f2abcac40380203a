/** The operator's page on a good day and on a bad one, and a receipt. */
import type { OverviewView } from '../core/views/overview-views.ts';
import type { StatusView } from '../core/views/status-view.ts';
import type { DeviceView } from '../core/views/views.ts';
import { AFTERNOON_WALL_MS, SALE } from './views.fixture.ts';
import { SIX_TILES } from './weigh-views.fixture.ts';

const at = (secondsAgo: number) => AFTERNOON_WALL_MS - secondsAgo * 1000;

function device(
  id: string,
  kind: DeviceView['kind'],
  driver: string,
  view: Partial<DeviceView> = {},
): DeviceView {
  return {
    id,
    kind,
    driver,
    address: `/dev/serial/by-id/${id}`,
    state: 'ok',
    sinceWallMs: at(4 * 3600),
    lastSeenWallMs: at(1),
    statistics: {},
    ...view,
  };
}

const WELL: DeviceView[] = [
  device('scale-1', 'scale', 'enq-dc1'),
  device('scanner-1', 'scanner', 'serial-scanner'),
  device('printer-1', 'printer', 'escpos'),
  device('payment-1', 'payment', 'code-payment', { address: 'http://127.0.0.1:8061' }),
  device('camera-1', 'camera', 'mjpeg', { address: 'http://127.0.0.1:8062/stream' }),
];

const UNWELL: DeviceView[] = [
  ...WELL.slice(0, 1),
  device('scanner-1', 'scanner', 'serial-scanner', {
    state: 'offline',
    reason: 'PORT_MISSING',
    why: { zh: '串口 /dev/ttyUSB1 不存在（线被拔出？）', en: 'Port /dev/ttyUSB1 is missing' },
    next: { zh: '插回 USB，插到原来的口', en: 'Plug it back into the same USB socket' },
    sinceWallMs: at(840),
    lastSeenWallMs: at(840),
  }),
  device('printer-1', 'printer', 'escpos', {
    state: 'warn',
    reason: 'PAPER_LOW',
    why: { zh: '纸快用完了', en: 'Paper is low' },
    next: { zh: '换一卷 80 毫米热敏纸', en: 'Fit a new 80 mm roll' },
    sinceWallMs: at(1500),
  }),
  ...WELL.slice(3, 4),
  device('camera-1', 'camera', 'mjpeg', {
    state: 'disabled',
    detail: { zh: '李工 09:12 停用维护', en: 'Li 09:12 off for upkeep' },
  }),
];

const GOOD: StatusView = {
  storeId: 'store-1',
  storeName: { zh: '晨光里便民店', en: 'Chenguangli Store' },
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  softwareVersion: '0.1.0',
  weighCore: { version: '1.0.0', sha256: 'a3c1f8b02de94776aa01c2d1'.padEnd(64, '0') },
  verdict: { level: 'ok', text: { zh: '一切正常', en: 'Everything is fine' } },
  troubles: [],
  clockTrusted: true,
  devices: WELL,
  sync: {
    link: 'up',
    unsent: 0,
    ackedSeq: 3184,
    headSeq: 3184,
    lastSuccessWallMs: at(2),
    priceBookVersion: 17,
  },
  ledger: {
    events: 3184,
    headSeq: 3184,
    headHash: '9c41e07b55ad10f2'.padEnd(64, '0'),
    synchronous: 2,
  },
  recognition: {
    state: 'ready',
    packId: 'produce-s-224',
    packSha256: '51d0'.padEnd(64, '0'),
    galleryVersion: 4,
    items: 36,
    samples: 360,
    p50Ms: 41.2,
    p95Ms: 63.8,
  },
  today: {
    sales: 214,
    amountFen: 648_230,
    items: SIX_TILES.map((item, rank) => ({
      sku: item.sku,
      name: item.name,
      pieces: rank === 2 ? 48 : 0,
      grams: rank === 2 ? 0 : 31_400 - rank * 4100,
      amountFen: 37_550 - rank * 5210,
    })),
  },
  unresolvedPayments: [],
  screens: [
    { id: 'lane-1', kind: 'lane', screen: 'basket', path: '/kiosk/?lane=lane-1' },
    { id: 'counter-1', kind: 'counter', screen: 'ready', path: '/counter/?counter=counter-1' },
  ],
  startedWallMs: at(4 * 3600),
};

/** The status page: a good day, a bad one, and the first hour of a new store. */
export const STATUS_VIEWS: Record<string, StatusView> = {
  good: GOOD,
  bad: {
    ...GOOD,
    verdict: {
      level: 'bad',
      text: {
        zh: '1 台设备需处理 · 总部断开 12 分钟 · 38 条待上传（已存本机）',
        en: '1 device needs you · head office down for 12 min · 38 unsent, safe on this box',
      },
    },
    devices: UNWELL,
    troubles: [
      {
        code: 'PAYMENT_OVERDUE',
        level: 'bad',
        why: { zh: '1 笔付款没有结果', en: '1 payment(s) unresolved' },
        next: { zh: '到「协助」处理', en: 'See Assist' },
      },
      {
        code: 'SYNC_DOWN',
        level: 'warn',
        why: {
          zh: '总部断开 12 分钟 · 待上传 38 笔（已存本机，照常营业）',
          en: 'HQ link down 12 min · 38 unsent (safe on this box)',
        },
        next: {
          zh: '检查网络；照常营业，恢复后自动上传',
          en: 'Check the network; sales go on and follow',
        },
      },
    ],
    sync: {
      ...GOOD.sync,
      link: 'down',
      unsent: 38,
      ackedSeq: 3146,
      oldestUnsentWallMs: at(720),
      lastSuccessWallMs: at(722),
      nextTryWallMs: AFTERNOON_WALL_MS + 24_000,
      lastError: 'ECONNREFUSED 127.0.0.1:8070',
    },
    unresolvedPayments: [
      {
        saleId: 'sale-9',
        orderNo: 'YK20261123145512044',
        amountFen: 4260,
        sinceWallMs: at(530),
        laneId: 'lane-1',
      },
    ],
    screens: [
      {
        id: 'lane-1',
        kind: 'lane',
        screen: 'unknown',
        path: '/kiosk/?lane=lane-1',
        helpSinceWallMs: at(48),
      },
      ...GOOD.screens.slice(1),
    ],
  },
  first: {
    ...GOOD,
    verdict: { level: 'warn', text: { zh: '正在学习商品', en: 'Learning the goods' } },
    sync: { ...GOOD.sync, unsent: 3 },
    recognition: { state: 'starting', galleryVersion: 0, items: 12, samples: 120 },
    today: { sales: 0, amountFen: 0, items: [] },
    teaching: { done: 12, of: 36, name: { zh: '铁棍山药', en: 'Chinese yam' } },
  },
};

/** GET /api/receipts/:id */
export const RECEIPT = {
  storeName: GOOD.storeName,
  receiptNo: 'L1-000214',
  atWallMs: AFTERNOON_WALL_MS,
  lines: SALE.lines,
  totalFen: SALE.totalFen,
  shortHash: '9c41e07b',
  vat: [
    { vatBasisPoints: 900, grossFen: 1735, vatFen: 143, netFen: 1592 },
    { vatBasisPoints: 1300, grossFen: 15_970, vatFen: 1837, netFen: 14_133 },
  ],
};

/** A Monday afternoon at a shop that has been open for a week. */
export const OVERVIEW: OverviewView = {
  weekAgo: { sales: 190, amountFen: 598_000 },
  heat: ['17', '18', '19', '20', '21', '22', '23'].map((day, row) => ({
    day: `2026-11-${day}`,
    hours: Array.from({ length: 24 }, (_, hour) =>
      hour < 7 || hour > 22 ? 0 : ((hour * 37 + row * 11) % 9) * 4_200,
    ),
  })),
  categories: [
    { category: '水果', amountFen: 240_000 },
    { category: '乳品', amountFen: 180_000 },
    { category: '饮料', amountFen: 90_000 },
  ],
  helped: 9,
  hits: { seen: 812, first: 756, firstFour: 801 },
  stock: {
    empty: 1,
    low: 5,
    names: [
      { zh: '果汁', en: 'Juice' },
      { zh: '鲜牛奶', en: 'Fresh milk' },
    ],
  },
  toDos: [
    { what: 'disputes', n: 1, room: ['cabinets'] },
    { what: 'unknown', n: 2, room: ['orders'] },
    { what: 'refill', n: 6, room: ['stock', 'refill'] },
  ],
};
