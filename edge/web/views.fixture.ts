/** One store's afternoon, screen by screen: what the pages are looked at and tested with. */
import type { CounterView } from '../core/counter-views.ts';
import type { ItemView, LaneView, LineView, TileView, WeighView } from '../core/views.ts';

/** 15:04 on a Monday; ages on the pages count from here. */
export const AFTERNOON_WALL_MS = Date.UTC(2026, 10, 23, 7, 4, 0);

const STORE = { zh: '晨光里便民店', en: 'Chenguangli Store' };

function tile(
  sku: string,
  zh: string,
  en: string,
  plu: string,
  picture: string,
  unitPriceFen: number,
  amountFen: number,
): TileView {
  const price = { unitPriceFen, priceBasis: 'kg' as const, amountFen };
  return { sku, name: { zh, en }, plu, picture, ...price, confidenceBp: 5000 };
}

export const TILES: TileView[] = [
  tile('apple-fuji', '红富士苹果', 'Fuji apple', '4131', '1f34e.webp', 1196, 1035),
  tile('apple-green', '青苹果', 'Granny Smith apple', '4017', '1f34f.webp', 1380, 1194),
  tile('tomato', '番茄', 'Tomato', '4799', '1f345.webp', 796, 689),
  tile('peach', '油桃', 'Nectarine', '4378', '1f351.webp', 1560, 1349),
];

export const SIX_TILES: TileView[] = [
  ...TILES,
  tile('banana', '香蕉', 'Banana', '4011', '1f34c.webp', 698, 604),
  tile('yam', '铁棍山药', 'Chinese yam', '4817', '', 1580, 1367),
];

export const ITEMS: ItemView[] = SIX_TILES.map((candidate) => ({
  sku: candidate.sku,
  name: candidate.name,
  picture: candidate.picture,
  category: 'produce',
  plu: candidate.plu ?? '',
  unitPriceFen: candidate.unitPriceFen,
  priceBasis: candidate.priceBasis,
}));
ITEMS.push({
  sku: 'milk-250',
  name: { zh: '纯牛奶 250毫升', en: 'Fresh milk 250 ml' },
  picture: '1f95b.webp',
  category: 'dairy',
  unitPriceFen: 350,
  priceBasis: 'each',
});

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

export const SALE = {
  saleId: 'sale-1',
  lines: LINES,
  count: 16,
  totalFen: 17_705,
  newestLineId: 'line-4',
};

const WEIGHT = {
  kind: 'stable' as const,
  grams: 875,
  tareGrams: 10,
  divisionGrams: 5,
  maxGrams: 15_000,
};

export const WEIGH: WeighView = {
  weight: WEIGHT,
  recognition: 'ready',
  tiles: TILES,
  confident: true,
};
const EMPTY: WeighView = {
  weight: { kind: 'zero', tareGrams: 0, divisionGrams: 5, maxGrams: 15_000 },
  recognition: 'off',
  tiles: [],
  confident: false,
};
const WORKING: WeighView = {
  weight: { ...WEIGHT, kind: 'moving', grams: 870 },
  recognition: 'working',
  tiles: [],
  confident: false,
  hint: { zh: '请放稳，手不要扶', en: 'Keep it still, hands off' },
};
const UNSURE: WeighView = {
  weight: { ...WEIGHT, grams: 12_355 },
  recognition: 'unsure',
  tiles: SIX_TILES,
  confident: false,
};
const BLIND: WeighView = { ...EMPTY, weight: WEIGHT, recognition: 'unavailable' };
const OVERLOADED: WeighView = {
  ...EMPTY,
  weight: { kind: 'overload', tareGrams: 0, divisionGrams: 5, maxGrams: 15_000 },
};
const SILENT: WeighView = {
  ...EMPTY,
  weight: { kind: 'stale', tareGrams: 0, divisionGrams: 5, maxGrams: 15_000 },
};
const THREE: WeighView = { ...WEIGH, tiles: TILES.slice(0, 3) };

const LANE = {
  ...{ laneId: 'lane-1', storeName: STORE, devices: [], mmPerPx: 0.248 },
  ...{ members: true as const, bag: {} },
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
const CLOSED = {
  reason: { zh: '扫码器和秤都没有连接', en: 'The scanner and the scale are unplugged' },
  next: { zh: '请使用旁边的 2 号收银机', en: 'Please use checkout 2 next to this one' },
};
const HELP = { phone: '400-820-0000' };

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
  attract: lane({ screen: 'attract', accepts: PAY.methods }),
  'attract-limited': lane({
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
  find: lane({ screen: 'find', sale: SALE, weigh: WEIGH }),
  'find-empty': lane({ screen: 'find', sale: SALE, weigh: EMPTY }),
  'find-working': lane({ screen: 'find', sale: SALE, weigh: WORKING }),
  'find-unsure': lane({ screen: 'find', sale: SALE, weigh: UNSURE }),
  'find-blind': lane({ screen: 'find', sale: SALE, weigh: BLIND }),
  'find-overload': lane({ screen: 'find', sale: SALE, weigh: OVERLOADED }),
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
  parked: lane({ screen: 'parked', parked: { code: '4071', minutes: 15 } }),
  'basket-held': lane({
    screen: 'basket',
    sale: SALE,
    hold: { minimumAge: 18, lineIds: [SALE.lines[0]?.lineId ?? ''] },
  }),
  paying: lane({ screen: 'paying', sale: SALE, pay: { ...PAY, cancellable: false } }),
  unknown: lane({ screen: 'unknown', sale: SALE, pay: { ...PAY, cancellable: false } }),
  done: lane({ screen: 'done', done: { ...DONE, receipt: 'printed' } }),
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
};

const COUNTER = { counterId: 'counter-1', storeName: STORE, devices: [], mmPerPx: 0.17 };
const counter = (view: Partial<CounterView> & Pick<CounterView, 'screen'>): CounterView => ({
  ...COUNTER,
  weigh: WEIGH,
  ...view,
});
const CHOSEN = { ...(TILES[0] as TileView), netGrams: 865, tareGrams: 10 };
const LABEL = {
  labelNumber: '000731',
  ean13: '2041310010353',
  elementString: '01020413100000003103000865392210352100731',
};

/** Every screen of the produce scale. */
export const COUNTER_VIEWS: Record<string, CounterView> = {
  ready: counter({ screen: 'ready', weigh: EMPTY }),
  working: counter({ screen: 'weighing', weigh: WORKING }),
  tiles: counter({ screen: 'weighing' }),
  unsure: counter({ screen: 'weighing', weigh: UNSURE }),
  blind: counter({ screen: 'weighing', weigh: BLIND }),
  silent: counter({ screen: 'weighing', weigh: SILENT }),
  three: counter({ screen: 'weighing', weigh: THREE }),
  overload: counter({ screen: 'weighing', weigh: OVERLOADED }),
  confirm: counter({ screen: 'confirm', chosen: CHOSEN }),
  'take-label': counter({
    screen: 'take-label',
    chosen: CHOSEN,
    label: { ...LABEL, printed: true },
  }),
  'no-paper': counter({
    screen: 'take-label',
    chosen: CHOSEN,
    label: { ...LABEL, printed: false },
  }),
  teaching: counter({
    screen: 'ready',
    weigh: EMPTY,
    teaching: { sku: 'yam', name: { zh: '铁棍山药', en: 'Chinese yam' }, shots: 6, wanted: 10 },
  }),
  help: counter({
    screen: 'ready',
    weigh: EMPTY,
    help: { ...HELP, sinceWallMs: AFTERNOON_WALL_MS - 75_000 },
  }),
  closed: counter({ screen: 'out-of-service', outOfService: CLOSED }),
};
