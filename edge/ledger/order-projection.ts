/** Keeps 009-orders.sql in step with events, inside the caller's transaction. */
import type { DomainEvent, SaleLine } from '../core/events.ts';
import {
  goodsWord,
  isOrder,
  numberWord,
  orderStateOf,
  refundedFen,
  scaleWord,
} from '../core/sale/order-state.ts';
import type { SaleState } from '../core/sale/sale.ts';
import { evolveVisit, type VisitState } from '../core/visit/visit.ts';
import type { Connection } from './database.ts';
import type { OpenSale, Place, subjectReader } from './projections.ts';

export interface OrderProjector {
  /** `sale` is the state after the event, where it is about one. */
  apply(event: DomainEvent, place: Place, sale: OpenSale | undefined): void;
  settle(): void;
  adopt(): void;
  forget(): void;
}

interface Touched {
  state: SaleState;
  lastSeq: number;
  wallMs: number | null;
}

/** What makes a sale an order; the last of them dates it. */
export const DATES: readonly DomainEvent['type'][] = [
  'TenderRequested',
  'SaleCompleted',
  'SaleCancelled',
];

export function orderProjector(
  db: Connection,
  schema: 'main' | 'temp',
  about: ReturnType<typeof subjectReader>,
): OrderProjector {
  const write = rowWriter(db, schema);
  const writeWords = wordWriter(db, schema);
  const touched = new Map<number, Touched>();
  const disputed = new Set<string>();
  const clear = () => {
    touched.clear();
    disputed.clear();
  };
  const whole = (subject: string) => about(subject, Number.MAX_SAFE_INTEGER);
  return {
    apply(event, { seq, wallMs }, sale) {
      if (event.type === 'VisitDisputed' || event.type === 'DisputeDecided')
        disputed.add(event.body.visitId);
      if (!sale || !isOrder(sale.state)) return;
      const { state, firstSeq } = sale;
      const dated = DATES.includes(event.type) ? wallMs : touched.get(firstSeq)?.wallMs;
      touched.set(firstSeq, { state, lastSeq: seq, wallMs: dated ?? null });
      writeWords(event, state, firstSeq);
    },
    settle() {
      for (const [seq, order] of touched) write.order(seq, order);
      for (const visitId of disputed) {
        const visit = whole(visitId).reduce<VisitState | undefined>(evolveVisit, undefined);
        const first = visit?.bill && whole(visit.bill.saleId)[0];
        const open = visit?.disputes.some(({ decided }) => decided === undefined);
        if (first) write.dispute(first.seq, open ? 'open' : 'decided');
      }
    },
    adopt: clear,
    forget: clear,
  };
}

function rowWriter(db: Connection, schema: string) {
  const put = db.prepare(
    `INSERT INTO ${schema}.orders VALUES (?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT (seq)
     DO UPDATE SET last_seq = excluded.last_seq, wall_ms = excluded.wall_ms,
     place = excluded.place, state = excluded.state, total_fen = excluded.total_fen,
     refunded_fen = excluded.refunded_fen`,
  );
  const amend = db.prepare(
    `UPDATE ${schema}.orders SET last_seq = ?, place = ?, state = ?, total_fen = ?,
     refunded_fen = ? WHERE seq = ?`,
  );
  const turn = db.prepare(`UPDATE ${schema}.orders SET dispute = ? WHERE seq = ?`);
  return {
    order(seq: number, { state, lastSeq, wallMs }: Touched) {
      const { laneId, totalFen } = state;
      const facts = [laneId, orderStateOf(state), totalFen, refundedFen(state)];
      if (wallMs === null) amend.run(lastSeq, ...facts, seq);
      else put.run(seq, lastSeq, wallMs, ...facts);
    },
    dispute: (seq: number, dispute: string) => void turn.run(dispute, seq),
  };
}

function wordWriter(db: Connection, schema: string) {
  const add = db.prepare(`INSERT OR IGNORE INTO ${schema}.order_words VALUES (?, ?)`);
  const name = db.prepare(
    `INSERT INTO ${schema}.sold_names VALUES (?, ?, ?) ON CONFLICT (sku)
     DO UPDATE SET zh = excluded.zh, en = excluded.en WHERE zh <> excluded.zh OR en <> excluded.en`,
  );
  return (event: DomainEvent, { lines }: SaleState, seq: number) => {
    for (const word of wordsOf(event, lines)) add.run(word, seq);
    if (event.type !== 'SaleCompleted') return;
    for (const { sku, name: called } of lines) name.run(sku, called.zh, called.en);
  };
}

/** What an event adds to the words that its order is found by. */
export function wordsOf(event: DomainEvent, lines: readonly SaleLine[]): string[] {
  switch (event.type) {
    case 'TenderRequested':
      return [event.body.orderNo, event.body.codeTail]
        .filter((each) => each !== '')
        .map(numberWord);
    case 'TenderCaptured':
      return [numberWord(event.body.providerRef)];
    case 'TenderUnknown':
    case 'SaleCancelled':
      return goodsWords(lines);
    case 'SaleCompleted':
      return [numberWord(event.body.receiptNo), ...goodsWords(lines)];
    default:
      return [];
  }
}

const goodsWords = (lines: readonly SaleLine[]): string[] =>
  lines.flatMap(({ sku, how, weighing }) => [
    goodsWord(sku),
    ...(how === 'label' && weighing ? [scaleWord(weighing.scaleId)] : []),
  ]);
