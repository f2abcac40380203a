/** An acquirer's daily statement, read and held against the books. Pure. */

import type { Outcome } from '../ports.ts';
import { refuse } from '../refusals.ts';
import type { StatementDifference } from './close-events.ts';

export interface StatementRow {
  what: 'paid' | 'reversed' | 'refunded';
  /** Order number for payments and reversals, refund number for refunds. */
  number: string;
  amountFen: number;
}

export interface BookRow extends StatementRow {
  /** Local day of the store and whether it lies so near midnight that clocks may disagree. */
  day: string;
  nearMidnight: boolean;
}

export interface Statement {
  channel: 'wechat' | 'alipay';
  days: string[];
  rows: StatementRow[];
}

const unreadable = (line: number, problem: string): Outcome<never> =>
  refuse('STATEMENT_UNREADABLE', { line, problem });

/**
 * WeChat's `downloadbill` (a header, fields with a back-tick before them, two lines of sums) or
 * Alipay's 业务明细 (comment lines with `#`). Columns are found by their names, so that added ones
 * do no harm.
 */
export function readStatement(text: string): Outcome<Statement> {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const at = lines.findIndex((line) => line.includes('商户订单号'));
  if (at < 0) return unreadable(1, '没有「商户订单号」这一列 no order column');
  const names = cells(lines[at] ?? '');
  const wechat = names.includes('微信订单号');
  const dialect = wechat ? WECHAT : ALIPAY;
  const missing = dialect.columns.find((name) => !names.includes(name));
  if (missing) return unreadable(at + 1, `缺少列「${missing}」 missing column`);
  const rows: StatementRow[] = [];
  const days = new Set<string>();
  for (const [offset, line] of lines.slice(at + 1).entries()) {
    if (line.startsWith('总交易单数') || line.startsWith('#')) break;
    if (line.trim() === '') continue;
    const values = cells(line);
    const field = (name: string) => values[names.indexOf(name)] ?? '';
    const row = dialect.row(field);
    if (!row) return unreadable(at + 2 + offset, line.slice(0, 80));
    days.add(field(dialect.time).slice(0, 10));
    rows.push(row);
  }
  if (rows.length === 0) return unreadable(at + 1, '没有一笔 no rows');
  const channel = wechat ? 'wechat' : 'alipay';
  return { ok: true, value: { channel, days: [...days].sort(), rows } };
}

/** Fields carry a back-tick or a tab, so that spreadsheets leave long numbers alone. */
const cells = (line: string): string[] =>
  line.split(',').map((cell) => cell.replace(/^[`"\s]+|["\s]+$/g, ''));

/** `12.34`, `-12.34` → fen without its sign; undefined for anything else. */
function fenOf(yuan: string): number | undefined {
  const [, whole, part = ''] = /^-?(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(part.padEnd(2, '0'));
}

interface Dialect {
  columns: string[];
  time: string;
  row(field: (name: string) => string): StatementRow | undefined;
}

function rowOf(what: StatementRow['what'], number: string, yuan: string): StatementRow | undefined {
  const amountFen = fenOf(yuan);
  return amountFen === undefined || number === '' ? undefined : { what, number, amountFen };
}

const WECHAT: Dialect = {
  columns: ['交易时间', '交易状态', '订单金额', '商户退款单号', '申请退款金额'],
  time: '交易时间',
  row(field) {
    const orderNo = field('商户订单号');
    switch (field('交易状态')) {
      case 'SUCCESS':
        return rowOf('paid', orderNo, field('订单金额'));
      case 'REVOKED':
        return rowOf('reversed', orderNo, field('申请退款金额'));
      case 'REFUND':
        return rowOf('refunded', field('商户退款单号'), field('申请退款金额'));
      default:
        return undefined;
    }
  },
};

const ALIPAY: Dialect = {
  columns: ['业务类型', '完成时间', '订单金额（元）', '退款批次号/请求号'],
  time: '完成时间',
  row(field) {
    const amount = field('订单金额（元）');
    if (field('业务类型') === '交易') return rowOf('paid', field('商户订单号'), amount);
    if (field('业务类型') !== '退款') return undefined;
    const refundNo = field('退款批次号/请求号');
    // A cancelled trade that was paid goes back without a number of its own.
    return refundNo === ''
      ? rowOf('reversed', field('商户订单号'), amount)
      : rowOf('refunded', refundNo, amount);
  },
};

export interface Reconciled {
  matched: number;
  missingHere: StatementDifference[];
  missingThere: StatementDifference[];
  differing: StatementDifference[];
  nearMidnight: number;
}

/** `books` holds every movement of the channel; only those of `days` are missed on the statement. */
export function reconcile(
  rows: readonly StatementRow[],
  books: readonly BookRow[],
  days: readonly string[],
): Reconciled {
  const key = ({ what, number }: StatementRow) => `${what} ${number}`;
  const here = new Map(books.map((row) => [key(row), row]));
  const there = new Map(rows.map((row) => [key(row), row]));
  const found: Reconciled = {
    ...{ matched: 0, missingHere: [], missingThere: [], differing: [], nearMidnight: 0 },
  };
  for (const [name, { what, number, amountFen: thereFen }] of there) {
    const hereFen = here.get(name)?.amountFen;
    if (hereFen === undefined) found.missingHere.push({ what, number, hereFen: 0, thereFen });
    else if (hereFen !== thereFen) found.differing.push({ what, number, hereFen, thereFen });
    else found.matched += 1;
  }
  for (const [name, { what, number, amountFen: hereFen, day, nearMidnight }] of here) {
    if (there.has(name) || !days.includes(day)) continue;
    if (nearMidnight) found.nearMidnight += 1;
    else found.missingThere.push({ what, number, hereFen, thereFen: 0 });
  }
  return found;
}
