import type { LabelLife } from '../core/codes/label-state.ts';
import type { LabelRecord, RecordedEvent, StoredEvent } from '../core/events.ts';
import { emptyCabinet } from '../core/visit/cabinet-state.ts';
import { evolveVisit, type VisitState } from '../core/visit/visit.ts';
import { type ActReader, actReader } from './acts.ts';
import type { Head } from './append.ts';
import type { ArchiveReader } from './archive-read.ts';
import type { DayItem, Ledger, StockLevel } from './contract.ts';
import type { Connection } from './database.ts';
import { type OrderReader, orderReader } from './order-search.ts';
import { foldSale, type Projector, subjectReader } from './projections.ts';
import { parseRecord, subjectOf } from './record.ts';
import { demandReader } from './stock-rows.ts';

type Readers = OrderReader &
  ActReader &
  Pick<
    Ledger,
    | 'unfinishedSales'
    | 'sale'
    | 'cabinet'
    | 'visit'
    | 'label'
    | 'liveLabels'
    | 'stock'
    | 'stockState'
    | 'demand'
    | 'daySales'
    | 'dayTotals'
    | 'readAfter'
    | 'tail'
    | 'about'
    | 'head'
  >;

/** Everything the contract reads back; sales in progress come from memory, the rest from disk. */
export function openReaders(
  db: Connection,
  archive: ArchiveReader,
  projector: Projector,
  head: Head,
): Readers {
  const subjectBefore = subjectReader(db, archive);
  const about = (subject: string) => subjectBefore(subject, Number.MAX_SAFE_INTEGER);
  const events = eventReaders(db, archive);
  return {
    unfinishedSales: () =>
      [...projector.sales.values()]
        .sort((a, b) => a.firstSeq - b.firstSeq)
        .map(({ state }) => state),
    sale: (saleId) => projector.sales.get(saleId)?.state ?? foldSale(about(saleId)),
    cabinet: (id) => projector.cabinets.get(id) ?? emptyCabinet(id),
    visit: (visitId) => about(visitId).reduce<VisitState | undefined>(evolveVisit, undefined),
    about,
    readAfter: events.after,
    tail: (limit) =>
      events.after(Math.max(0, head.seq - limit), limit).map(({ record }) => parseRecord(record)),
    head: () => ({ seq: head.seq, hash: head.hash }),
    ...labelReaders(db, archive),
    stockState: () => projector.stock,
    demand: demandReader(db),
    ...rollUpReaders(db),
    ...actReader(db, events.after),
    ...orderReader(db, (seq) => subjectAt(events.after(seq - 1, 1)[0])),
  };
}

/** A sale's first event names it. */
const subjectAt = (stored: StoredEvent | undefined): string =>
  stored ? subjectOf(parseRecord(stored.record)) : '';

function eventReaders(db: Connection, archive: ArchiveReader) {
  const stored = db.prepare<[number, number], StoredEvent>(
    'SELECT seq, hash, record FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  return {
    after(seq: number, limit: number): StoredEvent[] {
      if (seq >= archive.lastSeq()) return stored.all(seq, limit);
      const archived = archive.after(seq, limit);
      const last = archived.at(-1)?.seq ?? seq;
      return [...archived, ...stored.all(last, limit - archived.length)];
    },
  };
}

function issuedLabel(event: RecordedEvent): LabelRecord {
  if (event.type === 'LabelIssued') return event.body.label;
  throw new Error(`event ${event.seq} is ${event.type}, but the labels table calls it a label`);
}

/** A label as its row tells it; its record is null where it was archived. */
interface LabelRow {
  seq: number;
  state: LabelLife;
  record: string | null;
}

function labelReaders(
  db: Connection,
  archive: ArchiveReader,
): Pick<Ledger, 'label' | 'liveLabels'> {
  const one = db.prepare<[string], LabelRow>(
    'SELECT seq, state, record FROM labels LEFT JOIN events USING (seq) WHERE label_number = ?',
  );
  const live = db.prepare<[string], LabelRow>(
    `SELECT seq, state, record FROM labels LEFT JOIN events USING (seq)
     WHERE ean13 = ? AND state = 'live' ORDER BY labels.seq`,
  );
  const labelOf = ({ seq, record }: LabelRow): LabelRecord =>
    issuedLabel(parseRecord(record ?? archive.at(seq)?.record ?? '{}'));
  return {
    label(labelNumber) {
      const row = one.get(labelNumber);
      return row && { label: labelOf(row), state: row.state };
    },
    liveLabels: (ean13) => live.all(ean13).map(labelOf),
  };
}

function rollUpReaders(db: Connection): Pick<Ledger, 'stock' | 'daySales' | 'dayTotals'> {
  const stock = db.prepare<[], StockLevel>(
    'SELECT sku, location, pieces, grams FROM stock ORDER BY sku, location',
  );
  const items = db.prepare<[string], DayItem>(
    `SELECT sku, pieces, grams, amount_fen AS amountFen, sales FROM day_items
     WHERE day = ? ORDER BY sku`,
  );
  const totals = db.prepare<[string], { sales: number; amountFen: number }>(
    `SELECT count(*) AS sales, coalesce(sum(total_fen), 0) AS amountFen
     FROM completed_sales WHERE day = ?`,
  );
  return {
    stock: () => stock.all(),
    daySales: (localDay) => items.all(localDay),
    dayTotals: (localDay) => totals.get(localDay) ?? { sales: 0, amountFen: 0 },
  };
}
