/** Orders as the operator looks for them, and one with everything that is known of it. */

import { searchItems } from '../core/catalogue/search.ts';
import type { RecordedEvent } from '../core/events.ts';
import { type OrderState, orderStateOf } from '../core/sale/order-state.ts';
import { receiptLines } from '../core/sale/receipt.ts';
import type { SaleState } from '../core/sale/sale.ts';
import { detailOf, goodsText } from '../core/views/event-detail.ts';
import { wordsOf } from '../core/views/event-words.ts';
import type {
  HappenedView,
  OrderPlaces,
  OrderQuery,
  OrderRowView,
  OrdersView,
  OrderView,
} from '../core/views/order-views.ts';
import { completionOf } from '../lane/receipts.ts';
import type { OrderRow, OrderSearch } from '../ledger/order-search.ts';
import type { Controller } from '../main.ts';
import { localTimeOf } from '../runtime.ts';
import { assistanceOf } from './assist.ts';
import { evidenceOf, looksOf, pictureOf } from './order-evidence.ts';

const PAGE_ORDERS = 50;
const MOST_SKUS = 500;

export interface Orders {
  find(query: OrderQuery): OrdersView;
  one(name: string): OrderView | undefined;
  /** The pan as the camera saw it for a line, a JPEG, while the store keeps it. */
  picture(saleId: string, lineId: string): Uint8Array | undefined;
  places(): OrderPlaces;
  /** Everything a query finds when it is asked, oldest last, a page a turn; found in one pass. */
  pages(query: OrderQuery, pageOrders: number): Generator<OrderRowView[]>;
}

/** `shopperPages` is the address of the shoppers' port, where e-receipts are. */
export function ordersOf(controller: Controller, shopperPages: () => string): Orders {
  const { ledger, localDay, clock } = controller;
  const viewsOf = (rows: OrderRow[]) => {
    const acked = ledger.acked();
    return rows.map((row) => rowView(row, acked, ledger));
  };
  return {
    find(query) {
      const before = query.before === undefined ? undefined : Number(query.before);
      const search = searchOf(controller, query);
      const rows = viewsOf(ledger.orders(search, PAGE_ORDERS + 1, before));
      const totals = before === undefined && ledger.orderTotals(search);
      return {
        rows: rows.slice(0, PAGE_ORDERS),
        more: rows.length > PAGE_ORDERS,
        ...(totals && { totals }),
      };
    },
    one: (name) => orderView(controller, name, shopperPages()),
    picture: (saleId, lineId) => pictureOf(controller, saleId, lineId),
    places: () => ({ places: placesOf(controller), today: localDay(clock.wallMs()) }),
    *pages(query, pageOrders) {
      const seqs = ledger.orderSeqs(searchOf(controller, query));
      for (let at = 0; at < seqs.length; at += pageOrders)
        yield viewsOf(ledger.ordersAt(seqs.slice(at, at + pageOrders)));
    },
  };
}

function placesOf({ ledger, lanes, counters, cabinets }: Controller): OrderPlaces['places'] {
  const known = [
    ...lanes.map(({ id }) => ({ id, kind: 'lane' as const })),
    ...counters.map(({ id }) => ({ id, kind: 'counter' as const })),
    ...cabinets.map(({ id }) => ({ id, kind: 'cabinet' as const })),
  ];
  const gone = ledger.orderPlaces().filter((id) => !known.some((each) => each.id === id));
  return [...known, ...gone.map((id) => ({ id, kind: 'lane' as const }))];
}

/** What a person asked, as the ledger looks it up. */
function searchOf(controller: Controller, query: OrderQuery): OrderSearch {
  const { config, localDay } = controller;
  const { q = '', from, to, place, state } = query;
  const counter = config.counters.find(({ id }) => id === place);
  const states = stateOf(state);
  return {
    ...(q.trim() !== '' && { any: wordsAsked(controller, q.trim()) }),
    ...(from && { fromWallMs: startOfDay(from, localDay) }),
    ...(to && { beforeWallMs: startOfDay(dayAfter(to), localDay) }),
    ...(counter ? { scaleId: counter.scale } : place && { place }),
    ...(states && { states }),
    ...(state === 'disputed' && { disputed: true }),
  };
}

/** Partly given back is given back too. */
function stateOf(state: OrderQuery['state']): OrderState[] | undefined {
  if (state === undefined || state === 'disputed') return undefined;
  return state === 'refunded' ? ['refunded', 'part-refunded'] : [state];
}

function wordsAsked({ ledger }: Controller, q: string): NonNullable<OrderSearch['any']> {
  const items = searchItems(ledger.items(ledger.priceBookVersion()), q, MOST_SKUS);
  const [, yuan] = /^[¥￥]?(\d{1,7}(?:\.\d{1,2})?)$/.exec(q) ?? [];
  return {
    skus: items.map(({ sku }) => sku),
    name: q,
    ...(/^[\w-]{3,64}$/.test(q) && { numberEnd: q }),
    ...(yuan !== undefined && { amountFen: Math.round(Number(yuan) * 100) }),
  };
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The local day after one. */
export const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** The first instant of a local day, wherever the store is. */
export function startOfDay(day: string, localDay: (wallMs: number) => string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  let [before, within] = [utc - 15 * HOUR_MS, utc + 13 * HOUR_MS];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (localDay(middle) < day) before = middle;
    else within = middle;
  }
  return within;
}

function rowView(row: OrderRow, acked: number, ledger: Controller['ledger']): OrderRowView {
  const { lastSeq, wallMs: atWallMs, ...rest } = row;
  const sale = ledger.sale(row.saleId);
  const { lines = [], tenders = [], receipt } = sale ?? {};
  const paid = tenders.filter(({ capturedFen }) => capturedFen !== undefined);
  return {
    ...{ ...rest, atWallMs },
    ...(receipt && { receiptNo: receipt.receiptNo }),
    paidBy: [...new Set(paid.map(({ channel }) => channel))],
    goods: lines.map(goodsText),
    unsent: lastSeq > acked,
  };
}

function orderView(
  controller: Controller,
  name: string,
  shopperPages: string,
): OrderView | undefined {
  const { ledger } = controller;
  const sale = assistanceOf(controller).sale(name);
  const state = sale && ledger.sale(sale.saleId);
  if (!sale || !state) return undefined;
  const events = ledger.about(sale.saleId);
  const happened = [...unsteadyLabels(ledger, state), ...events].sort((a, b) => a.seq - b.seq);
  const paper = state.receipt && paperOf(controller, state);
  const evidence = evidenceOf(controller, events, state.lines);
  const looks = looksOf(controller, state);
  return {
    ...{ sale, state: orderStateOf(state), history: happened.map(happenedView) },
    unsent: (events.at(-1)?.seq ?? 0) > ledger.acked(),
    ...(paper && { paper, receiptPath: `${shopperPages}/receipt/?id=${sale.saleId}` }),
    ...(evidence && { evidence }),
    ...(looks.length > 0 && { looks }),
  };
}

/** What the counter's scale said after the labels of this order were made. */
const unsteadyLabels = (ledger: Controller['ledger'], { lines }: SaleState): RecordedEvent[] =>
  lines.flatMap(({ labelNumber }) =>
    labelNumber === undefined
      ? []
      : ledger.about(labelNumber).filter(({ type }) => type === 'WeightUnsteady'),
  );

function paperOf({ ledger, config, build, weighCoreVersion }: Controller, sale: SaleState) {
  const completion = completionOf(ledger, sale.saleId);
  return receiptLines(sale, {
    storeName: config.store.name,
    receiptNo: sale.receipt?.receiptNo ?? '',
    shortHash: completion?.shortHash ?? '',
    weighCore: { version: weighCoreVersion, sha256: build.weighCoreSha256 },
    atLocal: localTimeOf(config.store.timeZone)(completion?.atWallMs ?? 0),
    columns: 48,
    language: 'zh',
  });
}

export function happenedView(event: RecordedEvent): HappenedView {
  const { seq, wallMs, type, source } = event;
  const detail = detailOf(event);
  const what = wordsOf(type) ?? { zh: type, en: type };
  return { seq, atWallMs: wallMs, type, what, source, ...(detail && { detail }) };
}
