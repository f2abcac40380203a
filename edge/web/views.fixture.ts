/** One store's afternoon, screen by screen: what the pages are looked at and tested with. */
import { LOCK_WORDS } from '../core/sale/attendant.ts';
import type { LaneView, LineView } from '../core/views/views.ts';
import {
  BLIND,
  BROKEN,
  EMPTY,
  OVERLOADED,
  SILENT,
  STORE,
  THREE,
  TILES,
  UNDERLOADED,
  UNSURE,
  WEIGH,
  WORKING,
} from './weigh-views.fixture.ts';

/** 15:04 on a Monday; ages on the pages count from here. */
export const AFTERNOON_WALL_MS = Date.UTC(2026, 10, 23, 7, 4, 0);

const RETURNS = { sinceWallMs: AFTERNOON_WALL_MS - 5_000, afterMs: 15_000 };

const LINES: LineView[] = [
  {
    lineId: 'line-1',
    sku: 'milk-250',
    name: { zh: '纯牛奶 250毫升', en: 'Fresh milk 250 ml' },
    picture: '1f95b.webp',
    how: 'each',
    quantity: 2,
    unitPriceFen: 350,
    priceBasis: 'each',
    amountFen: 700,
  },
  {
    lineId: 'line-2',
    sku: 'apple-fuji',
    name: { zh: '红富士苹果', en: 'Fuji apple' },
    picture: '1f34e.webp',
    how: 'weighed',
    quantity: 1,
    netGrams: 865,
    tareGrams: 10,
    unitPriceFen: 1196,
    priceBasis: 'kg',
    amountFen: 1035,
  },
  {
    lineId: 'line-3',
    sku: 'greens',
    name: { zh: '上海青 小包装', en: 'Shanghai greens, small pack' },
    picture: '1f96c.webp',
    how: 'each',
    quantity: 1,
    unitPriceFen: 490,
    priceBasis: 'each',
    amountFen: 490,
  },
  {
    lineId: 'line-4',
    sku: 'vinegar',
    name: { zh: '镇江香醋 500毫升 三年陈酿', en: 'Zhenjiang vinegar 500 ml, aged three years' },
    picture: '',
    how: 'each',
    quantity: 12,
    unitPriceFen: 1290,
    priceBasis: 'each',
    amountFen: 15_480,
  },
];

/** A bag weighed at the counter. */
const LABELLED: LineView = {
  ...LINES[1]!,
  lineId: 'line-5',
  how: 'label',
  netGrams: 412,
  amountFen: 493,
};

export const SALE = {
  saleId: 'sale-1',
  lines: LINES,
  count: 16,
  totalFen: 17_705,
  newestLineId: 'line-4',
};

const LANE = {
  ...{ laneId: 'lane-1', storeName: STORE, devices: [], mmPerPx: 0.248 },
  ...{ members: true as const, bag: {}, prices: 7 },
};
const PAY: NonNullable<LaneView['pay']> = {
  amountFen: 17_705,
  orderNo: 'YK20261123150400731',
  cancellable: true,
  methods: [
    { method: 'code', available: true },
    { method: 'card', available: true },
    { method: 'cash', available: true },
  ],
};
const DONE = {
  receiptNo: 'L1-000214',
  totalFen: 17_705,
  receiptPath: '/receipt/?id=5f1c0a7e9b',
  shortHash: '9c41e07b',
};
export const CLOSED = {
  reason: { zh: '扫码器和秤都没有连接', en: 'The scanner and the scale are unplugged' },
  next: { zh: '请使用 2 号自助收银机', en: 'Please use self-checkout 2' },
  sinceWallMs: AFTERNOON_WALL_MS - 12 * 60_000,
  phone: '400-820-0000',
};
export const FAILED: NonNullable<LaneView['notice']> = {
  ...{ id: 6, level: 'error', code: 'DISK_FULL' },
  text: { zh: '这台机器记不下了，请呼叫店员', en: 'This terminal can record nothing more' },
  next: { zh: '请到其他机器结账', en: 'Please use another terminal' },
};
export const HELP = { phone: '400-820-0000' };

const lane = (view: Partial<LaneView> & Pick<LaneView, 'screen'>): LaneView => ({
  ...LANE,
  ...view,
});

type BagKind = NonNullable<NonNullable<LaneView['bag']>['trouble']>['kind'];
function bagged(kind: BagKind, differenceGrams: number, line?: LineView): LaneView {
  const { name, sku = '', picture = '' } = line ?? {};
  const trouble = { kind, differenceGrams, ...(name && { name, sku, picture }) };
  return lane({ screen: 'basket', sale: SALE, bag: { trouble } });
}

const doubted = (why: 'looks' | 'heavier'): LaneView => {
  const { lineId, name } = LINES[2]!;
  const { sku, picture, name: other } = TILES[why === 'looks' ? 3 : 0]!;
  const seen = { sku, picture, name: why === 'looks' ? other : name };
  return lane({ screen: 'basket', sale: SALE, labelDoubt: { why, lineId, name, seen } });
};

/** Every screen of the kiosk, in every state a shopper can meet. */
export const LANE_VIEWS: Record<string, LaneView> = {
  attract: lane({ screen: 'attract', camera: { photoHours: 0 }, accepts: PAY.methods }),
  'attract-limited': lane({
    camera: { photoHours: 48 },
    screen: 'attract',
    accepts: PAY.methods.map((way) => ({ ...way, available: way.method !== 'code' })),
    devices: [
      {
        id: 'printer-1',
        kind: 'printer',
        state: 'warn',
        why: { zh: '小票纸用完，请领电子小票', en: 'Out of paper: e-receipts only' },
      },
    ],
  }),
  'basket-empty': lane({ screen: 'basket' }),
  basket: lane({
    screen: 'basket',
    sale: SALE,
    notice: {
      id: 4,
      level: 'info',
      text: { zh: '已添加「镇江香醋」', en: 'Added: Zhenjiang vinegar' },
      undo: true,
    },
  }),
  'basket-refused': lane({
    screen: 'basket',
    sale: SALE,
    notice: {
      id: 5,
      level: 'warn',
      text: { zh: '没有找到这个条码的商品', en: 'We can’t find this barcode' },
      next: { zh: '请换一面再扫，或点「没有条码」', en: 'Try the other side, or tap “No barcode”' },
    },
  }),
  'basket-label': lane({
    screen: 'basket',
    sale: { ...SALE, lines: [LABELLED], count: 1, totalFen: LABELLED.amountFen },
  }),
  'basket-full-disk': lane({ screen: 'basket', sale: SALE, notice: FAILED }),
  find: lane({ screen: 'find', sale: SALE, weigh: WEIGH }),
  'find-empty': lane({ screen: 'find', sale: SALE, weigh: EMPTY }),
  'find-working': lane({ screen: 'find', sale: SALE, weigh: WORKING }),
  'find-unsure': lane({ screen: 'find', sale: SALE, weigh: UNSURE }),
  'find-strange': lane({ screen: 'find', sale: SALE, weigh: { ...UNSURE, strange: true } }),
  'find-blind': lane({ screen: 'find', sale: SALE, weigh: BLIND }),
  'find-overload': lane({ screen: 'find', sale: SALE, weigh: OVERLOADED }),
  'find-underload': lane({ screen: 'find', sale: SALE, weigh: UNDERLOADED }),
  'find-fault': lane({ screen: 'find', sale: SALE, weigh: BROKEN }),
  'find-silent': lane({ screen: 'find', sale: SALE, weigh: SILENT }),
  'find-three': lane({ screen: 'find', sale: SALE, weigh: THREE }),
  pay: lane({ screen: 'pay', sale: SALE, pay: PAY }),
  'pay-declined': lane({
    screen: 'pay',
    sale: SALE,
    pay: {
      ...PAY,
      message: {
        zh: '付款没有成功：余额不足。您可以换一种方式',
        en: 'Payment didn’t go through: not enough money. Try another way',
      },
    },
  }),
  'pay-rest': lane({
    screen: 'pay',
    sale: SALE,
    pay: {
      ...{ ...PAY, amountFen: 7_705, paidFen: 10_000 },
      message: {
        zh: '已付 100.00 元，请付余下的部分',
        en: '100.00 yuan is paid. Please pay the rest',
      },
      methods: [
        { method: 'code', available: true },
        {
          ...{ method: 'card', available: false },
          why: { zh: '刷卡机没有回应', en: 'The card terminal does not answer' },
        },
        { method: 'cash', available: true },
      ],
    },
  }),
  'paying-card': lane({
    screen: 'paying',
    sale: SALE,
    pay: {
      ...{ ...PAY, method: 'card' },
      message: {
        zh: '请按刷卡机的提示插卡或挥卡',
        en: 'Follow the card terminal: insert or tap your card',
      },
    },
  }),
  'paying-cash': lane({
    screen: 'paying',
    sale: SALE,
    pay: {
      ...{ ...PAY, method: 'cash' },
      message: {
        zh: '已通知店员，请把现金交给店员',
        en: 'Staff are coming. Please hand them the cash',
      },
    },
  }),
  'basket-member': lane({
    screen: 'basket',
    sale: {
      ...{ ...SALE, savedFen: 120, member: true, totalFen: SALE.totalFen - 120 },
      lines: SALE.lines.map((line, at) =>
        at > 0
          ? line
          : {
              ...line,
              amountFen: line.amountFen - 120,
              discounts: [{ name: { zh: '会员价', en: 'Member price' }, amountFen: 120 }],
            },
      ),
    },
  }),
  idle: lane({
    screen: 'basket',
    sale: SALE,
    idle: { askedWallMs: AFTERNOON_WALL_MS - 2_000, countdownMs: 30_000 },
  }),
  'idle-empty': lane({
    screen: 'basket',
    idle: { askedWallMs: AFTERNOON_WALL_MS - 2_000, countdownMs: 30_000 },
  }),
  parked: lane({ screen: 'parked', returns: RETURNS, parked: { code: '4071', minutes: 15 } }),
  discarded: lane({
    screen: 'parked',
    parked: { code: '4071', minutes: 15, discarded: true },
  }),
  'basket-held': lane({
    screen: 'basket',
    sale: SALE,
    hold: { minimumAge: 18, lineIds: [SALE.lines[0]?.lineId ?? ''] },
  }),
  paying: lane({ screen: 'paying', sale: SALE, pay: { ...PAY, cancellable: false } }),
  unknown: lane({ screen: 'unknown', sale: SALE, pay: { ...PAY, cancellable: false } }),
  'paying-code': lane({ screen: 'paying', sale: SALE, pay: { ...PAY, method: 'code' } }),
  'done-printing': lane({ screen: 'done', done: { ...DONE, receipt: 'printing' } }),
  done: lane({ screen: 'done', returns: RETURNS, done: { ...DONE, receipt: 'printed' } }),
  'done-no-paper': lane({ screen: 'done', done: { ...DONE, receipt: 'failed' } }),
  help: lane({
    screen: 'basket',
    sale: SALE,
    help: { ...HELP, sinceWallMs: AFTERNOON_WALL_MS - 75_000 },
  }),
  'help-queue': lane({
    screen: 'basket',
    sale: SALE,
    help: { ...HELP, sinceWallMs: AFTERNOON_WALL_MS - 20_000, ahead: 2, minutes: 4 },
  }),
  'help-remote': lane({
    screen: 'basket',
    sale: SALE,
    help: { ...HELP, sinceWallMs: AFTERNOON_WALL_MS - 95_000, ahead: 0, remote: true },
  }),
  'senior-asked': lane({
    screen: 'basket',
    sale: { ...SALE, member: true },
    suggestLarge: true,
  }),
  'label-looks': doubted('looks'),
  'label-heavier': doubted('heavier'),
  'bag-place': bagged('place', 490, LINES[3]),
  'bag-extra': bagged('extra', 212),
  'bag-take-out': bagged('take-out', 490, LINES[2]),
  'bag-removed': bagged('removed', -330),
  'bag-lean': bagged('lean', 0),
  'bag-own': bagged('own-bag', 0),
  closed: lane({ screen: 'out-of-service', outOfService: CLOSED }),
  locked: lane({
    screen: 'out-of-service',
    outOfService: { ...CLOSED, reason: LOCK_WORDS.paper },
    locked: true,
  }),
};
