/** Found orders as a file. A page of orders a turn, so that lanes and scales are served between. */
import { setImmediate } from 'node:timers/promises';
import { BYTE_ORDER_MARK, type Cell, csvRow, XLSX_TYPE } from '../core/csv.ts';
import type { Text } from '../core/ports.ts';
import { PAID_BY } from '../core/sale/receipt.ts';
import type { OrderQuery, OrderRowView } from '../core/views/order-views.ts';
import type { OrderFile } from '../server/orders.ts';
import type { Orders } from './orders.ts';
import { sheetOf } from './sheet.ts';

const PAGE_ORDERS = 100;
const WIDTHS = [16, 18, 12, 14, 60, 8, 12, 12, 16, 10, 10];

const HEAD: Text[] = [
  { zh: '单号', en: 'Order' },
  { zh: '时间', en: 'Time' },
  { zh: '地点', en: 'Place' },
  { zh: '状态', en: 'State' },
  { zh: '商品', en: 'Goods' },
  { zh: '行数', en: 'Lines' },
  { zh: '金额（元）', en: 'Total (yuan)' },
  { zh: '退款（元）', en: 'Refunded (yuan)' },
  { zh: '付款方式', en: 'Paid by' },
  { zh: '争议', en: 'Dispute' },
  { zh: '上传', en: 'Upload' },
];
const STATES: Record<OrderRowView['state'], Text> = {
  paid: { zh: '已付款', en: 'Paid' },
  'part-refunded': { zh: '部分退款', en: 'Partly refunded' },
  refunded: { zh: '已退款', en: 'Refunded' },
  voided: { zh: '已作废', en: 'Voided' },
  unknown: { zh: '付款结果未知', en: 'Payment unknown' },
  open: { zh: '未付款', en: 'Not paid' },
};
const DISPUTES: Record<OrderRowView['dispute'], Text> = {
  '': { zh: '', en: '' },
  open: { zh: '待处理', en: 'Open' },
  decided: { zh: '已处理', en: 'Decided' },
};
const UPLOADS: Text[] = [
  { zh: '已上传', en: 'Uploaded' },
  { zh: '待上传', en: 'Not yet' },
];

export interface OrderFiles {
  pages: Orders['pages'];
  localTime(wallMs: number): string;
  storeId: string;
  today(): string;
}

export async function orderFile(
  files: OrderFiles,
  query: OrderQuery,
  kind: 'csv' | 'xlsx',
  language: keyof Text,
): Promise<OrderFile> {
  const name = `orders-${files.storeId}-${query.from ?? ''}${query.to ?? files.today()}.${kind}`;
  const rows = cells(files, query, language);
  if (kind === 'csv') return { name, type: 'text/csv; charset=utf-8', content: csv(rows) };
  return { name, type: XLSX_TYPE, content: await sheetOf(rows, WIDTHS) };
}

/** The head, then pages of rows; the loop turns between them. */
async function* cells(
  files: OrderFiles,
  query: OrderQuery,
  language: keyof Text,
): AsyncGenerator<Cell[][]> {
  yield [HEAD.map((text) => text[language])];
  for (const page of files.pages(query, PAGE_ORDERS)) {
    yield page.map((row) => rowCells(row, files, language));
    await setImmediate();
  }
}

function rowCells(row: OrderRowView, { localTime }: OrderFiles, language: keyof Text): Cell[] {
  const said = (text: Text | undefined): string => text?.[language] ?? '';
  const list = (texts: Text[]) => texts.map(said).join(language === 'zh' ? '、' : ', ');
  return [
    ...[row.receiptNo ?? row.saleId, localTime(row.atWallMs), row.place, said(STATES[row.state])],
    ...[list(row.goods), row.goods.length, row.totalFen / 100, row.refundedFen / 100],
    ...[list(row.paidBy.map((each) => PAID_BY[each])), said(DISPUTES[row.dispute])],
    said(UPLOADS[row.unsent ? 1 : 0]),
  ];
}

async function* csv(pages: AsyncIterable<Cell[][]>): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK;
  for await (const page of pages) yield page.map(csvRow).join('');
}
