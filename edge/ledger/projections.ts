import type { CatalogueState } from '../core/catalogue/catalogue-state.ts';
import { type LabelLife, labelChanges, labelLife } from '../core/codes/label-state.ts';
import type { DomainEvent, RecordedEvent, SaleLine } from '../core/events.ts';
import { isUnfinished } from '../core/sale/pending.ts';
import { evolveSale, type SaleState } from '../core/sale/sale.ts';
import type { CabinetState } from '../core/visit/cabinet-state.ts';
import { actWriter } from './acts.ts';
import type { ArchiveReader } from './archive-read.ts';
import { cabinetProjector } from './cabinet-projection.ts';
import { catalogueProjector } from './catalogue-projection.ts';
import type { Connection } from './database.ts';
import { orderProjector } from './order-projection.ts';
import { parseRecord } from './record.ts';
import type { StockRows } from './stock-rows.ts';

export interface OpenSale {
  state: SaleState;
  firstSeq: number;
}

/** Where and when an event was recorded. `wallMs` only chooses the local day of a sale. */
export interface Place {
  seq: number;
  wallMs: number;
}

/**
 * Keeps the tables of 002-projections.sql in step with events, inside the caller's transaction.
 * `apply` each event, `settle` before the commit, then `adopt` after it or `forget` after a
 * rollback: sales in memory change only with the disk.
 */
export interface Projector {
  apply(event: DomainEvent, place: Place): void;
  settle(): void;
  adopt(): void;
  forget(): void;
  /** Unfinished sales by id. */
  readonly sales: ReadonlyMap<string, OpenSale>;
  /** Lots, places, orders and the like, as of the last commit. */
  readonly stock: StockRows['state'];
  /** Every cabinet that ever had a visit, by id. */
  readonly cabinets: ReadonlyMap<string, CabinetState>;
  /** What the store changed on the price book, as of the last commit. */
  catalogue(): CatalogueState;
}

/** What a reopened ledger holds already. */
export interface Known {
  cabinets: Map<string, CabinetState>;
  catalogue?: CatalogueState;
}

/** Folds the events about one sale, oldest first; undefined where there are none. */
export function foldSale(events: readonly RecordedEvent[]): SaleState | undefined {
  let state: SaleState | undefined;
  for (const event of events) state = evolveSale(state, event);
  return state;
}

/** Reads one subject's events below `beforeSeq`, oldest first, those of `archive` too. */
export function subjectReader(
  db: Connection,
  archive?: ArchiveReader,
): (subject: string, before: number) => RecordedEvent[] {
  const select = db
    .prepare<[string, number], string>(
      "SELECT record FROM events WHERE subject = ? AND subject <> '' AND seq < ? ORDER BY seq",
    )
    .pluck();
  return (subject, before) => {
    const events = select.all(subject, before).map(parseRecord);
    const archived = archive?.about(subject, before) ?? [];
    return archived.length > 0 ? [...archived, ...events] : events;
  };
}

function saleWriter(db: Connection, schema: string) {
  const put = db.prepare(
    `INSERT INTO ${schema}.open_sales VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sale_id)
     DO UPDATE SET last_seq = excluded.last_seq, lane_id = excluded.lane_id,
     phase = excluded.phase, lines = excluded.lines, total_fen = excluded.total_fen`,
  );
  const remove = db.prepare(`DELETE FROM ${schema}.open_sales WHERE sale_id = ?`);
  return (saleId: string, sale: OpenSale, lastSeq: number) => {
    const { laneId, priceBookVersion, phase, lines, totalFen } = sale.state;
    if (!isUnfinished(sale.state)) remove.run(saleId);
    else {
      const count = lines.length;
      put.run(saleId, sale.firstSeq, lastSeq, laneId, priceBookVersion, phase, count, totalFen);
    }
  };
}

function soldOf(line: SaleLine): { pieces: number; grams: number } {
  return line.how === 'each'
    ? { pieces: line.quantity, grams: 0 }
    : { pieces: 0, grams: line.weighing?.netGrams ?? 0 };
}

function dayWriter(db: Connection, schema: string, localDay: (wallMs: number) => string) {
  const complete = db.prepare(`INSERT INTO ${schema}.completed_sales VALUES (?, ?, ?, ?)`);
  const roll = db.prepare(
    `INSERT INTO ${schema}.day_items VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (day, sku)
     DO UPDATE SET pieces = pieces + excluded.pieces, grams = grams + excluded.grams,
     amount_fen = amount_fen + excluded.amount_fen, sales = sales + 1`,
  );
  return (state: SaleState, totalFen: number, place: Place) => {
    const day = localDay(place.wallMs);
    complete.run(state.saleId, place.seq, day, totalFen);
    const bySku = new Map<string, { pieces: number; grams: number; amountFen: number }>();
    for (const line of state.lines) {
      const sum = bySku.get(line.sku) ?? { pieces: 0, grams: 0, amountFen: 0 };
      const { pieces, grams } = soldOf(line);
      bySku.set(line.sku, {
        pieces: sum.pieces + pieces,
        grams: sum.grams + grams,
        amountFen: sum.amountFen + line.amountFen,
      });
    }
    for (const [sku, sum] of bySku) roll.run(day, sku, sum.pieces, sum.grams, sum.amountFen);
  };
}

function labelWriter(db: Connection, schema: string) {
  const labels = `${schema}.labels`;
  const life = db
    .prepare<[string], LabelLife>(`SELECT state FROM ${labels} WHERE label_number = ?`)
    .pluck();
  const issue = db.prepare(`INSERT INTO ${labels} VALUES (?, ?, ?, ?)`);
  const turn = db.prepare(`UPDATE ${labels} SET state = ? WHERE label_number = ?`);
  return (event: DomainEvent, before: SaleState | undefined, seq: number) => {
    for (const { labelNumber, to, label } of labelChanges(event, before)) {
      if (label) issue.run(labelNumber, seq, label.ean13, to);
      else turn.run(labelLife(life.get(labelNumber), to), labelNumber);
    }
  };
}

/** Columns of a stock row move by signed pieces and grams; the first move of a pair opens it. */
function stockWriter(db: Connection, schema: string) {
  const move = db.prepare(
    `INSERT INTO ${schema}.stock VALUES (?, ?, ?, ?) ON CONFLICT (sku, location)
     DO UPDATE SET pieces = pieces + excluded.pieces, grams = grams + excluded.grams`,
  );
  return (event: DomainEvent) => {
    if (event.type !== 'StockMoved') return;
    const { sku, location, pieces, grams } = event.body.move;
    move.run(sku, location, pieces, grams);
  };
}

/** Tables that need nothing but the event and the sale before it. */
function rowWriters(db: Connection, schema: string) {
  const label = labelWriter(db, schema);
  const stock = stockWriter(db, schema);
  const act = actWriter(db, schema);
  return [
    (event: DomainEvent, before: SaleState | undefined, { seq }: Place) =>
      label(event, before, seq),
    (event: DomainEvent) => stock(event),
    (event: DomainEvent, _: SaleState | undefined, place: Place) => act(event, place),
  ];
}

function saleIdOf(event: DomainEvent): string {
  return 'saleId' in event.body ? (event.body.saleId ?? '') : '';
}

function storedSale(
  about: ReturnType<typeof subjectReader>,
  saleId: string,
  beforeSeq: number,
): Partial<OpenSale> {
  const events = about(saleId, beforeSeq);
  return { state: foldSale(events), firstSeq: events[0]?.seq ?? beforeSeq };
}

/**
 * A projector over the tables of `schema` (`main`, or `temp` while rebuilding). `localDay` turns
 * wall milliseconds into the store's local date, `2026-11-23`; `sales` are those unfinished now.
 */
export function createProjector(
  db: Connection,
  schema: 'main' | 'temp',
  localDay: (wallMs: number) => string,
  sales: Map<string, OpenSale>,
  stock: StockRows,
  known: Known = { cabinets: new Map() },
  archive?: ArchiveReader,
): Projector {
  const writeSale = saleWriter(db, schema);
  const writeDay = dayWriter(db, schema, localDay);
  const write = rowWriters(db, schema);
  const cabinets = cabinetProjector(db, schema, known.cabinets);
  const catalogue = catalogueProjector(db, schema, known.catalogue);
  const beside = [stock, cabinets, catalogue];
  const about = subjectReader(db, archive);
  const orders = orderProjector(db, schema, about);
  const kept = [...beside, orders];
  const touched = new Map<string, OpenSale & { lastSeq: number }>();

  function applyToSale(event: DomainEvent, place: Place): SaleState | undefined {
    const saleId = saleIdOf(event);
    if (saleId === '') return undefined;
    const before = touched.get(saleId) ?? sales.get(saleId) ?? storedSale(about, saleId, place.seq);
    const state = evolveSale(before.state, event);
    if (!state) return undefined;
    const firstSeq = before.firstSeq ?? place.seq;
    touched.set(saleId, { state, firstSeq, lastSeq: place.seq });
    if (event.type === 'SaleCompleted') writeDay(state, event.body.totalFen, place);
    return before.state;
  }

  return {
    sales,
    stock: stock.state,
    cabinets: cabinets.cabinets,
    catalogue: catalogue.state,
    apply(event, place) {
      const before = applyToSale(event, place);
      for (const each of write) each(event, before, place);
      orders.apply(event, place, touched.get(saleIdOf(event)));
      for (const each of beside) each.apply(event, place.wallMs);
    },
    settle() {
      for (const each of kept) each.settle();
      for (const [saleId, sale] of touched) writeSale(saleId, sale, sale.lastSeq);
    },
    adopt() {
      for (const each of kept) each.adopt();
      for (const [saleId, sale] of touched) keepUnfinished(sales, saleId, sale);
      touched.clear();
    },
    forget() {
      for (const each of kept) each.forget();
      touched.clear();
    },
  };
}

function keepUnfinished(
  sales: Map<string, OpenSale>,
  saleId: string,
  { state, firstSeq }: OpenSale,
): void {
  if (isUnfinished(state)) sales.set(saleId, { state, firstSeq });
  else sales.delete(saleId);
}

/** The unfinished sales of a reopened ledger by id, folded again from their events. */
export function openSalesOf(db: Connection, archive: ArchiveReader): Map<string, OpenSale> {
  const about = subjectReader(db, archive);
  const rows = db
    .prepare<[], { saleId: string; firstSeq: number }>(
      'SELECT sale_id AS saleId, first_seq AS firstSeq FROM open_sales',
    )
    .all();
  const sales = new Map<string, OpenSale>();
  for (const { saleId, firstSeq } of rows) {
    const state = foldSale(about(saleId, Number.MAX_SAFE_INTEGER));
    if (state) sales.set(saleId, { state, firstSeq });
  }
  return sales;
}
