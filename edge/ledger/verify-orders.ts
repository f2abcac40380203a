/** Holds the tables of orders to what the sales' histories call for, a sale at a time. */

import type { RecordedEvent } from '../core/events.ts';
import type { Text } from '../core/ports.ts';
import { isOrder, orderStateOf, refundedFen } from '../core/sale/order-state.ts';
import { evolveSale, type SaleState } from '../core/sale/sale.ts';
import type { Connection } from './database.ts';
import { DATES, wordsOf } from './order-projection.ts';
import { differs } from './verify-difference.ts';
import type { SaleHistory } from './verify-projections.ts';

type Row = (string | number)[];

export interface OrderCheck {
  see(history: SaleHistory): void;
  /** The first table and row that differs, in words, after the last history. */
  finding(): { reason: Text } | undefined;
}

export function orderCheck(db: Connection): OrderCheck {
  const row = db.prepare<[number], Row>('SELECT * FROM orders WHERE seq = ?').raw();
  const word = db.prepare<[string, number], Row>(
    'SELECT 1 FROM order_words WHERE word = ? AND seq = ?',
  );
  const disputes = disputedSales(db);
  const names = new Map<string, { seq: number; row: Row }>();
  const due = { orders: 0, order_words: 0 };
  let wrong: { reason: Text } | undefined;
  return {
    see(history) {
      const wanted = orderRow(history, disputes.get(history.saleId) ?? '');
      if (!wanted) return;
      due.orders += 1;
      const seq = Number(wanted[0]);
      if (JSON.stringify(row.get(seq)) !== JSON.stringify(wanted))
        wrong ??= differs('orders', JSON.stringify(wanted));
      for (const each of historyWords(history)) {
        due.order_words += 1;
        if (!word.get(each, seq)) wrong ??= differs('order_words', `${each} ${seq}`);
      }
      noteNames(names, history);
    },
    finding() {
      if (wrong) return wrong;
      for (const [table, count] of [...Object.entries(due), ['sold_names', names.size] as const]) {
        const stored = Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
        if (stored !== count) return differs(table, `${stored} ≠ ${count}`);
      }
      return nameFinding(db, names);
    },
  };
}

function orderRow({ events, final }: SaleHistory, dispute: string): Row | undefined {
  if (!isOrder(final)) return undefined;
  const dated = events.findLast(({ type }) => DATES.includes(type));
  return [
    ...[events[0]?.seq ?? 0, events.at(-1)?.seq ?? 0, dated?.wallMs ?? 0, final.laneId],
    ...[orderStateOf(final), final.totalFen, refundedFen(final), dispute],
  ];
}

/** After a payment without an answer the lines may still change; the words of then stay. */
function historyWords({ events, final }: SaleHistory): Set<string> {
  const doubted = events.some(({ type }) => type === 'TenderUnknown');
  const isOrderFrom = events.findIndex(({ type }) => DATES.includes(type));
  let state: SaleState | undefined = doubted ? undefined : final;
  return new Set(
    events.flatMap((event, at) => {
      if (doubted) state = evolveSale(state, event);
      return at < isOrderFrom ? [] : wordsOf(event, state?.lines ?? []);
    }),
  );
}

function noteNames(names: Map<string, { seq: number; row: Row }>, history: SaleHistory): void {
  const sold = history.events.find(({ type }) => type === 'SaleCompleted');
  if (!sold) return;
  for (const { sku, name } of history.final.lines)
    if (sold.seq >= (names.get(sku)?.seq ?? 0))
      names.set(sku, { seq: sold.seq, row: [sku, name.zh, name.en] });
}

function nameFinding(db: Connection, names: Map<string, { row: Row }>) {
  for (const stored of db.prepare<[], Row>('SELECT * FROM sold_names').raw().iterate()) {
    const wanted = names.get(String(stored[0]))?.row;
    if (JSON.stringify(wanted) !== JSON.stringify(stored))
      return differs('sold_names', JSON.stringify(stored));
  }
  return undefined;
}

/** Sales whose bill was doubted: `open` until every question of the visit has its answer. */
function disputedSales(db: Connection): Map<string, 'open' | 'decided'> {
  const records = db
    .prepare<[], string>(
      `SELECT record FROM events WHERE type IN
       ('VisitSettled', 'ReviewDecided', 'VisitDisputed', 'DisputeDecided') ORDER BY seq`,
    )
    .pluck();
  const bills = new Map<string, string>();
  const open = new Map<string, Set<string>>();
  for (const record of records.iterate()) {
    const event: RecordedEvent = JSON.parse(record);
    if (event.type === 'VisitSettled' || event.type === 'ReviewDecided') {
      if (event.body.bill) bills.set(event.body.visitId, event.body.bill.saleId);
    } else if (event.type === 'VisitDisputed') {
      const asked = open.get(event.body.visitId) ?? new Set<string>();
      open.set(event.body.visitId, asked.add(event.body.disputeId));
    } else if (event.type === 'DisputeDecided')
      open.get(event.body.visitId)?.delete(event.body.disputeId);
  }
  return new Map(
    [...open].map(([visitId, left]) => [
      bills.get(visitId) ?? '',
      left.size > 0 ? 'open' : 'decided',
    ]),
  );
}
