/** Finds orders by what people remember of them; newest first, a page at a time. */
import { goodsWord, numberWord, type OrderState, scaleWord } from '../core/sale/order-state.ts';
import type { Connection } from './database.ts';

export interface OrderSearch {
  /** Any of these; left out: all. */
  any?: {
    /** Articles, as the price book finds them. */
    skus: string[];
    /** Part of what an article was called when it was sold. */
    name?: string;
    /** The end of a receipt's, an order's or a payment's number, or of the payer's code. */
    numberEnd?: string;
    amountFen?: number;
  };
  fromWallMs?: number;
  beforeWallMs?: number;
  /** Lane or cabinet. */
  place?: string;
  /** Scale of the produce counter that weighed a line. */
  scaleId?: string;
  states?: readonly OrderState[];
  disputed?: boolean;
}

export interface OrderRow {
  /** Of the sale's first event. */
  seq: number;
  saleId: string;
  lastSeq: number;
  wallMs: number;
  place: string;
  state: OrderState;
  totalFen: number;
  refundedFen: number;
  dispute: '' | 'open' | 'decided';
}

/** What came in over quarter-hours since 1970; paid sales only. */
export interface SalesQuarter {
  quarter: number;
  sales: number;
  amountFen: number;
}

export interface OrderReader {
  /** Orders older than `beforeSeq`, at most `limit`. */
  orders(search: OrderSearch, limit: number, beforeSeq?: number): OrderRow[];
  /** All of them in one pass, by the first event of each: for a file, a page at a time. */
  orderSeqs(search: OrderSearch): number[];
  /** As they are now, in the same order; what is no order is left out. */
  ordersAt(seqs: readonly number[]): OrderRow[];
  orderTotals(search: OrderSearch): { orders: number; totalFen: number; refundedFen: number };
  /** Lanes and cabinets that ever had an order. */
  orderPlaces(): string[];
  salesByQuarter(fromWallMs: number): SalesQuarter[];
}

type Bound = string | number;
interface Where {
  sql: string;
  bound: Bound[];
}

const QUARTER_MS = 900_000;

/** `saleIdAt` names the sale whose first event was archived. */
export function orderReader(db: Connection, saleIdAt: (seq: number) => string): OrderReader {
  const places = db.prepare<[], string>('SELECT DISTINCT place FROM orders ORDER BY place').pluck();
  const quarters = db.prepare<[number], SalesQuarter>(
    `SELECT wall_ms / ${QUARTER_MS} AS quarter, count(*) AS sales, sum(total_fen) AS amountFen
     FROM orders WHERE wall_ms >= ? AND state IN ('paid', 'part-refunded', 'refunded')
     GROUP BY quarter ORDER BY quarter`,
  );
  type Read = Omit<OrderRow, 'saleId'> & { saleId: string | null };
  const named = (rows: Read[]): OrderRow[] =>
    rows.map(({ saleId, ...row }) => ({ ...row, saleId: saleId ?? saleIdAt(row.seq) }));
  const columns = `seq, subject AS saleId, last_seq AS lastSeq, wall_ms AS wallMs, place, state,
    total_fen AS totalFen, refunded_fen AS refundedFen, dispute`;
  const some = db.prepare<[string], Read>(
    `SELECT ${columns} FROM orders LEFT JOIN events USING (seq)
     WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq DESC`,
  );
  return {
    orders(search, limit, beforeSeq = Number.MAX_SAFE_INTEGER) {
      const { sql, bound } = whereOf(search);
      const rows = db
        .prepare<Bound[], Read>(
          `SELECT ${columns} FROM orders LEFT JOIN events USING (seq)
           WHERE seq < ? AND ${sql} ORDER BY seq DESC LIMIT ?`,
        )
        .all(beforeSeq, ...bound, limit);
      return named(rows);
    },
    orderSeqs(search) {
      const { sql, bound } = whereOf(search);
      return db
        .prepare<Bound[], number>(`SELECT seq FROM orders WHERE ${sql} ORDER BY seq DESC`)
        .pluck()
        .all(...bound);
    },
    ordersAt: (seqs) => named(some.all(JSON.stringify(seqs))),
    orderTotals(search) {
      const { sql, bound } = whereOf(search);
      return db
        .prepare<Bound[], { orders: number; totalFen: number; refundedFen: number }>(
          `SELECT count(*) AS orders, coalesce(sum(total_fen), 0) AS totalFen,
           coalesce(sum(refunded_fen), 0) AS refundedFen FROM orders WHERE ${sql}`,
        )
        .get(...bound)!;
    },
    orderPlaces: () => places.all(),
    salesByQuarter: (fromWallMs) => quarters.all(fromWallMs),
  };
}

function whereOf(search: OrderSearch): Where {
  const { any, fromWallMs, beforeWallMs, place, scaleId, states, disputed } = search;
  const parts: Where[] = [{ sql: 'true', bound: [] }];
  const add = (sql: string, ...bound: Bound[]) => parts.push({ sql, bound });
  if (fromWallMs !== undefined) add('wall_ms >= ?', fromWallMs);
  if (beforeWallMs !== undefined) add('wall_ms < ?', beforeWallMs);
  if (place !== undefined) add('place = ?', place);
  if (scaleId !== undefined)
    add('seq IN (SELECT seq FROM order_words WHERE word = ?)', scaleWord(scaleId));
  if (states) add('state IN (SELECT value FROM json_each(?))', JSON.stringify(states));
  if (disputed) add("dispute <> ''");
  if (any) parts.push(anyOf(any));
  return { sql: parts.map(({ sql }) => sql).join(' AND '), bound: parts.flatMap((p) => p.bound) };
}

/** `_` and `%` of a name are themselves; SQLite would end it at a NUL. */
const partOf = (text: string): string =>
  `%${text.replaceAll('\0', '').replaceAll(/[\\%_]/g, (each) => `\\${each}`)}%`;

function anyOf({ skus, name, numberEnd, amountFen }: NonNullable<OrderSearch['any']>): Where {
  const goods: Where = { sql: 'SELECT value FROM json_each(?)', bound: [asWords(skus)] };
  if (name !== undefined) {
    goods.sql += ` UNION SELECT '=' || sku FROM sold_names
       WHERE zh LIKE ? ESCAPE '\\' OR en LIKE ? ESCAPE '\\'`;
    goods.bound.push(partOf(name), partOf(name));
  }
  const found: Where[] = [
    { ...goods, sql: `SELECT seq FROM order_words WHERE word IN (${goods.sql})` },
  ];
  const add = (sql: string, ...bound: Bound[]) => found.push({ sql, bound });
  if (numberEnd !== undefined) {
    const word = numberWord(numberEnd);
    add('SELECT seq FROM order_words WHERE word BETWEEN ? AND ?', word, `${word}\uffff`);
  }
  if (amountFen !== undefined) add('SELECT seq FROM orders WHERE total_fen = ?', amountFen);
  const sql = `seq IN (${found.map((each) => each.sql).join(' UNION ALL ')})`;
  return { sql, bound: found.flatMap(({ bound }) => bound) };
}

const asWords = (skus: string[]): string => JSON.stringify(skus.map(goodsWord));
