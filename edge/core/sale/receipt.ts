/** A paid sale as lines for any receipt printer or e-receipt page. */
import type { PayChannel, SaleLine } from '../events.ts';
import { formatYuan } from '../money.ts';
import type { Text } from '../ports.ts';
import { unitPriceText } from '../views/sale-view.ts';
import { roundHalfUpDivide } from '../weigh/amount.ts';
import { grossFen } from './promotion.ts';
import { formatKilograms } from './quantity.ts';
import type { SaleState } from './sale.ts';

/** Model-neutral print line; the printer drivers take exactly this shape. Widths in half cells. */
export type ReceiptLine =
  | { text: string; align?: 'left' | 'centre' | 'right'; size?: 1 | 2; bold?: boolean }
  | {
      columns: { text: string; width: number; align?: 'left' | 'right' }[];
      bold?: boolean;
    }
  | { rule: true }
  | { feed: number }
  | { cut: true };

export interface ReceiptOptions {
  storeName: Text;
  receiptNo: string;
  /** First hex digits of the ledger hash that covers this sale. */
  shortHash: string;
  weighCore: { version: string; sha256: string };
  /** Local date and time, ready to print. */
  atLocal: string;
  /** Prints 副本 on top. */
  copy?: boolean;
  columns: 32 | 48;
  language: keyof Text;
}

export interface VatPart {
  vatBasisPoints: number;
  grossFen: number;
  vatFen: number;
  netFen: number;
}

/**
 * Tax inside the prices, per rate, lowest rate first: vat = gross × rate / (1 + rate), rounded
 * once for each rate. Net and tax of all rates add up to the total.
 */
export function vatParts(
  lines: readonly Pick<SaleLine, 'vatBasisPoints' | 'amountFen'>[],
): VatPart[] {
  const gross = new Map<number, number>();
  for (const { vatBasisPoints, amountFen } of lines) {
    gross.set(vatBasisPoints, (gross.get(vatBasisPoints) ?? 0) + amountFen);
  }
  const parts = [...gross].map(([vatBasisPoints, grossFen]) => {
    const vatFen = roundHalfUpDivide(grossFen * vatBasisPoints, 10_000 + vatBasisPoints);
    return { vatBasisPoints, grossFen, vatFen, netFen: grossFen - vatFen };
  });
  return parts.sort((one, other) => one.vatBasisPoints - other.vatBasisPoints);
}

const WORDS = {
  copy: { zh: '*** 副本 ***', en: '*** COPY ***' },
  receiptNo: { zh: '小票号', en: 'Receipt' },
  time: { zh: '时间', en: 'Time' },
  net: { zh: '净重', en: 'Net' },
  tare: { zh: '皮重', en: 'Tare' },
  kilogram: { zh: '千克', en: 'kg' },
  total: { zh: '合计', en: 'Total' },
  pieces: { zh: '件', en: 'items' },
  order: { zh: '付款单号', en: 'Order' },
  rate: { zh: '税率', en: 'VAT' },
  vat: { zh: '税额', en: 'Tax' },
  ledger: { zh: '账本', en: 'Ledger' },
  weighCore: { zh: '计价程序', en: 'Weighing software' },
  thanks: { zh: '谢谢惠顾', en: 'Thank you' },
} as const satisfies Record<string, Text>;

export const PAID_BY: Record<PayChannel, Text> = {
  wechat: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
  code: { zh: '扫码付款', en: 'Code payment' },
  card: { zh: '银行卡', en: 'Card' },
  cash: { zh: '现金', en: 'Cash' },
  hold: { zh: '预授权', en: 'Pre-authorised' },
};

/** U+FFE5: the half-width sign is four bytes in GB18030 and prints as garbage. */
const yuan = (amountFen: number): string => `￥${formatYuan(amountFen)}`;

/** `900` → `9%`, `1350` → `13.5%`. */
const percent = (basisPoints: number): string => `${Number((basisPoints / 100).toFixed(2))}%`;

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Half cells a text takes on paper: Han and full-width characters take two. */
export function textCells(text: string): number {
  let cells = 0;
  for (const letter of text) cells += WIDE.test(letter) || letter.length > 1 ? 2 : 1;
  return cells;
}

/** Cuts a text into rows of at most `cells`, so that no printer cuts a name short. */
function wrapped(text: string, cells: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const letter of text) {
    if (textCells(row) + textCells(letter) > cells) {
      rows.push(row);
      row = '';
    }
    row += letter;
  }
  return [...rows, row];
}

/** Left text and right text on one row, or on two where they would touch. */
export function pair(left: string, right: string, cells: number, bold = false): ReceiptLine[] {
  const width = textCells(right);
  if (textCells(left) + 1 + width > cells) {
    const rows: ReceiptLine[] = wrapped(left, cells).map((text) => ({ text, bold }));
    return [
      ...rows,
      ...wrapped(right, cells).map((text) => ({ text, align: 'right', bold }) as const),
    ];
  }
  const columns = [
    { text: left, width: cells - width },
    { text: right, width, align: 'right' },
  ] as const;
  return [{ columns: [...columns], bold }];
}

function itemLines(line: SaleLine, { columns, language }: ReceiptOptions): ReceiptLine[] {
  const { name, weighing, quantity, discounts = [] } = line;
  const amountFen = grossFen(line);
  const off = discounts.flatMap((each) =>
    pair(`  ${each.name[language]}`, yuan(0 - each.amountFen), columns),
  );
  const title: ReceiptLine[] = wrapped(name[language], columns).map((text) => ({ text }));
  const price = unitPriceText(line.unitPriceFen, line.priceBasis)[language];
  const counted = pair(`  ${quantity} x ${price}`, yuan(amountFen), columns);
  if (!weighing) return [...title, ...counted, ...off];
  const kilograms = (grams: number) => `${formatKilograms(grams)}${WORDS.kilogram[language]}`;
  const net = `${WORDS.net[language]} ${kilograms(weighing.netGrams)}`;
  const tare = `${WORDS.tare[language]} ${kilograms(weighing.tareGrams)}`;
  return [
    ...title,
    ...pair(`  ${net}`, tare, columns),
    ...pair(`  ${price}`, yuan(amountFen), columns),
    ...off,
  ];
}

function totalLines(sale: SaleState, { columns, language }: ReceiptOptions): ReceiptLine[] {
  const pieces = sale.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const total = `${WORDS.total[language]} (${pieces} ${WORDS.pieces[language]})`;
  const paid = sale.tenders.filter(({ state }) => state === 'captured');
  return [
    ...pair(total, yuan(sale.totalFen), columns, true),
    ...paid.flatMap(({ channel, capturedFen = 0, orderNo }) => [
      ...pair(PAID_BY[channel][language], yuan(capturedFen), columns),
      ...pair(WORDS.order[language], orderNo, columns),
    ]),
    ...vatParts(sale.lines).flatMap(({ vatBasisPoints, vatFen }) =>
      pair(
        `${WORDS.rate[language]} ${percent(vatBasisPoints)}`,
        `${WORDS.vat[language]} ${yuan(vatFen)}`,
        columns,
      ),
    ),
  ];
}

/**
 * The receipt, top to bottom. Every weighed line shows name, net, tare, unit price and amount
 * together (OIML R 76); the foot names the ledger hash and the weigh-core that computed prices.
 */
export function receiptLines(sale: SaleState, options: ReceiptOptions): ReceiptLine[] {
  const { storeName, receiptNo, shortHash, weighCore, atLocal, columns, language } = options;
  const foot = `${weighCore.version} ${weighCore.sha256.slice(0, 8)}`;
  return [
    { text: storeName[language], align: 'centre', size: 2, bold: true },
    ...(options.copy ? [{ text: WORDS.copy[language], align: 'centre', bold: true } as const] : []),
    ...pair(WORDS.receiptNo[language], receiptNo, columns),
    ...pair(WORDS.time[language], atLocal, columns),
    { rule: true },
    ...sale.lines.flatMap((line) => itemLines(line, options)),
    { rule: true },
    ...totalLines(sale, options),
    { rule: true },
    ...pair(WORDS.ledger[language], shortHash, columns),
    ...pair(WORDS.weighCore[language], foot, columns),
    { text: WORDS.thanks[language], align: 'centre' },
    { feed: 3 },
    { cut: true },
  ];
}
