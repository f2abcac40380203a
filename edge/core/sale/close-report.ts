/** The X report (so far) and the Z report (closed) as lines for paper and for the terminal. */

import { formatYuan } from '../money.ts';
import type { Text } from '../ports.ts';
import type { CloseEventBodies, UnresolvedMoney } from './close-events.ts';
import { drawerFen } from './period-totals.ts';
import { PAID_BY, pair, type ReceiptLine } from './receipt.ts';

export interface Report extends Omit<CloseEventBodies['DayClosed'], 'by'> {
  kind: 'X' | 'Z';
  storeName: Text;
  by: string;
  /** Local date and time, ready to print. */
  atLocal: string;
  copy?: boolean;
}

const WORDS = {
  X: { zh: 'X 报表（未日结）', en: 'X REPORT (NOT CLOSED)' },
  Z: { zh: 'Z 日结报表', en: 'Z REPORT' },
  copy: { zh: '*** 副本 ***', en: '*** COPY ***' },
  number: { zh: '日结号', en: 'Close' },
  range: { zh: '账本记录', en: 'Ledger' },
  time: { zh: '时间', en: 'Time' },
  by: { zh: '经手人', en: 'By' },
  sales: { zh: '销售', en: 'Sales' },
  refunds: { zh: '退款', en: 'Refunds' },
  net: { zh: '净额', en: 'Net' },
  discounts: { zh: '其中优惠', en: 'Discounts given' },
  voids: { zh: '删行 顾客/店员', en: 'Voided lines shopper/staff' },
  cancelled: { zh: '取消的购物篮', en: 'Baskets given up' },
  tenders: { zh: '付款方式', en: 'By tender' },
  reversed: { zh: '撤销', en: 'reversed' },
  refunded: { zh: '退款', en: 'refunded' },
  byHand: { zh: '现金代退', en: 'by hand' },
  drawer: { zh: '钱箱应有', en: 'Drawer should hold' },
  categories: { zh: '品类', en: 'By category' },
  lanes: { zh: '收银台', en: 'By lane' },
  rates: { zh: '税率', en: 'By VAT rate' },
  vat: { zh: '税额', en: 'VAT' },
  unresolved: { zh: '未有结果', en: 'Unresolved' },
  grand: { zh: '累计销售', en: 'Grand total sold' },
  grandBack: { zh: '累计退款', en: 'Grand total refunded' },
} as const satisfies Record<string, Text>;

const UNRESOLVED: Record<UnresolvedMoney['what'], Text> = {
  payment: { zh: '付款', en: 'payment' },
  reversal: { zh: '撤销', en: 'reversal' },
  refund: { zh: '退款', en: 'refund' },
  'by-hand': { zh: '待手工退', en: 'to be handed back' },
};

/** U+FFE5: the half-width sign prints as garbage on two-byte printers. */
const yuan = (amountFen: number): string => `￥${formatYuan(amountFen)}`;
const percent = (basisPoints: number): string => `${Number((basisPoints / 100).toFixed(2))}%`;

/** Every figure with its name; sums that people will count are in bold. */
export function reportLines(
  report: Report,
  language: keyof Text,
  columns: 32 | 48 = 48,
): ReceiptLine[] {
  const word = (name: keyof typeof WORDS) => WORDS[name][language];
  const { totals } = report;
  const row = (left: string, right: string, bold = false) => pair(left, right, columns, bold);
  return [
    { text: report.storeName[language], align: 'centre', size: 2, bold: true },
    { text: word(report.kind), align: 'centre', bold: true },
    ...(report.copy ? [{ text: word('copy'), align: 'centre' } as const] : []),
    ...row(word('number'), String(report.closeNo)),
    ...row(word('range'), `${report.fromSeq} - ${report.toSeq}`),
    ...row(word('time'), report.atLocal),
    ...row(word('by'), report.by),
    { rule: true },
    ...row(`${word('sales')} (${totals.sales})`, yuan(totals.soldFen), true),
    ...row(`${word('refunds')} (${totals.refunds})`, yuan(0 - totals.refundedFen)),
    ...row(word('net'), yuan(totals.soldFen - totals.refundedFen), true),
    ...row(word('discounts'), yuan(totals.discountFen)),
    ...row(word('voids'), `${totals.lineVoids.shopper}/${totals.lineVoids.staff}`),
    ...row(word('cancelled'), String(totals.cancelledSales)),
    ...tenderLines(report, language, columns),
    ...groupLines(report, language, columns),
    { rule: true },
    ...row(word('grand'), yuan(report.grandSoldFen)),
    ...row(word('grandBack'), yuan(report.grandRefundedFen)),
    { feed: 3 },
    { cut: true },
  ];
}

function tenderLines(
  { totals, unresolved }: Report,
  language: keyof Text,
  columns: 32 | 48,
): ReceiptLine[] {
  const word = (name: keyof typeof WORDS) => WORDS[name][language];
  const row = (left: string, right: string) => pair(left, right, columns);
  const less = (name: 'reversed' | 'refunded' | 'byHand', amountFen: number) =>
    amountFen > 0 ? row(`  ${word(name)}`, yuan(0 - amountFen)) : [];
  return [
    { rule: true },
    { text: word('tenders'), bold: true },
    ...totals.tenders.flatMap((tender) => [
      ...row(`${PAID_BY[tender.channel][language]} (${tender.payments})`, yuan(tender.capturedFen)),
      ...less('reversed', tender.reversedFen),
      ...less('refunded', tender.refundedFen),
      ...less('byHand', tender.byHandFen),
    ]),
    ...pair(word('drawer'), yuan(drawerFen(totals)), columns, true),
    ...(unresolved.length > 0
      ? [{ text: `${word('unresolved')} (${unresolved.length})`, bold: true } as const]
      : []),
    ...unresolved.flatMap(({ what, orderNo, amountFen }) =>
      row(`${UNRESOLVED[what][language]} ${orderNo}`, yuan(amountFen)),
    ),
  ];
}

function groupLines({ totals }: Report, language: keyof Text, columns: 32 | 48): ReceiptLine[] {
  const word = (name: keyof typeof WORDS) => WORDS[name][language];
  const row = (left: string, right: string) => pair(left, right, columns);
  return [
    { rule: true },
    { text: word('categories'), bold: true },
    ...totals.categories.flatMap(({ category, soldFen, refundedFen }) =>
      row(category, yuan(soldFen - refundedFen)),
    ),
    { text: word('lanes'), bold: true },
    ...totals.lanes.flatMap(({ laneId, sales, soldFen }) =>
      row(`${laneId} (${sales})`, yuan(soldFen)),
    ),
    { text: word('rates'), bold: true },
    ...totals.rates.flatMap((rate) => [
      ...row(percent(rate.vatBasisPoints), yuan(rate.soldFen - rate.refundedFen)),
      ...row(`  ${word('vat')}`, yuan(rate.soldVatFen - rate.refundedVatFen)),
    ]),
  ];
}

/** A closed day as a report of its own. */
export function closedReport(
  body: CloseEventBodies['DayClosed'],
  facts: { storeName: Text; atLocal: string; copy: boolean },
): Report {
  return { kind: 'Z', ...body, ...facts, by: body.by.name };
}
