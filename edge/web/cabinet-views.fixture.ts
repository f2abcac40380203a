/** Every screen of a cabinet, for tests of its page. */
import type { CabinetView } from '../core/views/cabinet-views.ts';

const base: CabinetView = {
  cabinetId: 'cabinet-1',
  storeName: { zh: '晨光里便民店', en: 'Morning Lane Store' },
  phone: '400-000-0000',
  screen: 'ready',
  lines: [],
  count: 0,
  totalFen: 0,
  holdFen: 20_000,
  temperatureDeciCelsius: 38,
  mmPerPx: 0.17,
};

const milk = {
  lineId: 'l1',
  sku: '20102',
  name: { zh: '纯牛奶 1升', en: 'Milk 1 l' },
  picture: '1f95b.webp',
  quantity: 1,
  unitPriceFen: 1290,
  amountFen: 1290,
};
const cola = {
  lineId: 'l2',
  sku: '20202',
  name: { zh: '可乐 500毫升', en: 'Cola 500 ml' },
  picture: '1f964.webp',
  quantity: 2,
  unitPriceFen: 350,
  amountFen: 700,
};

/** More than a screen holds, and as long as names get. */
const many = Array.from({ length: 9 }, (_, at) => ({
  ...(at % 2 === 0 ? milk : cola),
  lineId: `m${at}`,
  name:
    at === 3 ? { zh: '三鲜水饺 500克 家庭装', en: 'Family pack of dumplings 500 g' } : cola.name,
}));

const billed: CabinetView = {
  ...base,
  screen: 'settled',
  visitId: 'visit-7c1f0a7e9b33d0c21f08',
  lines: [
    { ...milk, evidence: { shelf: '2', beforeGrams: 6420, afterGrams: 5358 } },
    {
      ...cola,
      evidence: { shelf: '1', beforeGrams: 4310, afterGrams: 3246 },
      dispute: { reason: 'wrong-item' },
    },
  ],
  count: 3,
  totalFen: 1990,
  payment: 'paid',
  probabilityBp: 9991,
  receiptPath: '/receipt/?id=sale-1',
};

const { receiptPath: _, ...unpaid } = billed;

export const CABINET_VIEWS = {
  ready: { ...base, camera: { photoHours: 48 } },
  authorising: { ...base, screen: 'authorising' },
  pull: { ...base, screen: 'pull', payment: 'held', pullMs: 10_000 },
  empty: { ...base, screen: 'open', payment: 'held' },
  open: { ...base, screen: 'open', lines: [milk, cola], count: 3, totalFen: 1990, payment: 'held' },
  weighing: {
    ...base,
    ...{ screen: 'open', lines: [milk], count: 1, totalFen: 1290, payment: 'held' },
    weighing: ['1', '3'],
  },
  'weighing-first': { ...base, screen: 'open', payment: 'held', weighing: ['2'] },
  foreign: {
    ...base,
    screen: 'open',
    lines: [milk, cola],
    count: 3,
    totalFen: 1990,
    warning: 'foreign',
  },
  remind: { ...base, screen: 'open', lines: [milk], count: 1, totalFen: 1290, warning: 'remind' },
  alarm: { ...base, screen: 'open', lines: [milk], count: 1, totalFen: 1290, warning: 'alarm' },
  blind: { ...base, screen: 'open', lines: [milk], count: 1, totalFen: 1290, warning: 'blind' },
  many: { ...base, screen: 'open', lines: many, count: 13, totalFen: 9250, payment: 'held' },
  counting: { ...base, screen: 'counting' },
  settled: billed,
  taking: { ...unpaid, payment: 'taking' },
  owed: { ...unpaid, payment: 'owed' },
  answered: {
    ...billed,
    lines: [
      { ...billed.lines[0]!, dispute: { reason: 'not-taken', decided: 'accepted' } },
      { ...billed.lines[1]!, dispute: { reason: 'other', decided: 'refused' } },
    ],
  },
  'price-asked': {
    ...billed,
    lines: [{ ...billed.lines[0]!, dispute: { reason: 'wrong-price' } }, billed.lines[1]!],
  },
  review: { ...base, screen: 'review', visitId: 'visit-7c1f0a7e9b33d0c21f08' },
  nothing: { ...base, screen: 'nothing-taken' },
  called: {
    ...base,
    screen: 'open',
    payment: 'held',
    notice: {
      id: 1,
      level: 'info',
      text: { zh: '已通知店员，请稍等', en: 'Staff have been notified' },
    },
  },
  'not-asked': {
    ...billed,
    notice: {
      ...{ id: 2, level: 'warn', code: 'DISPUTE_EXISTS' },
      text: { zh: '这一行已经问过了', en: 'This line was asked about already' },
      next: { zh: '请等店员核对', en: 'Staff will check it' },
    },
  },
  'full-disk': {
    ...base,
    screen: 'nothing-taken',
    notice: {
      ...{ id: 3, level: 'error', code: 'DISK_FULL' },
      text: { zh: '这台机器记不下了，请呼叫店员', en: 'This cabinet can record nothing more' },
      next: { zh: '请到收银机付款', en: 'Please pay at the checkout' },
    },
  },
  refused: {
    ...base,
    screen: 'refused',
    payment: 'none',
    message: { zh: '支付分或免密未开通，或余额不足', en: 'Pay-later is not enabled' },
    next: { zh: '请按手机提示开通，或到收银机付款', en: 'Enable it, or pay at the checkout' },
  },
  fault: { ...base, screen: 'fault' },
  closed: {
    ...base,
    screen: 'out-of-service',
    message: { zh: '这台柜子还没有货架图', en: 'This cabinet has no planogram yet' },
  },
} satisfies Record<string, CabinetView>;
