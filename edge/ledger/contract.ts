/** What the rest of the controller may ask of the ledger. Amounts in fen, weights in grams. */

import type { CatalogueItem, PriceBook } from '../core/catalogue/catalogue.ts';
import type { CatalogueState } from '../core/catalogue/catalogue-state.ts';
import type { DomainEvent, LabelRecord, RecordedEvent, StoredEvent } from '../core/events.ts';
import type { Refusal, Text } from '../core/ports.ts';
import type { Promotion } from '../core/sale/promotion.ts';
import type { SaleState } from '../core/sale/sale.ts';
import type { DemandHour } from '../core/stock/demand.ts';
import type { StockState } from '../core/stock/stock.ts';
import type { Wanted } from '../core/stock/stock-rules.ts';
import type { CabinetState } from '../core/visit/cabinet-state.ts';
import type { VisitState } from '../core/visit/visit.ts';
import type { ActReader } from './acts.ts';
import type { OrderReader } from './order-search.ts';

export interface AppendRequest {
  /** Actor that decided: `lane-1`, `counter-1`, `store`. */
  source: string;
  /** All or nothing, one transaction, one fsync. */
  events: DomainEvent[];
  /**
   * The command that caused them. The same key again appends nothing and returns the stored
   * answer; the same key with another fingerprint throws LedgerError KEY_REUSED.
   */
  command?: { key: string; fingerprint: string; answer: string };
}

export interface AppendResult {
  /** First and last seq written; equal to the head where nothing was (a replayed command). */
  firstSeq: number;
  headSeq: number;
  headHash: string;
  /** The stored answer, where the command had been carried out before. */
  replayed?: string;
}

export interface DayItem {
  sku: string;
  pieces: number;
  grams: number;
  amountFen: number;
  sales: number;
}

export interface StockLevel {
  sku: string;
  location: string;
  pieces: number;
  grams: number;
}

export interface LabelState {
  label: LabelRecord;
  /** `live` may be sold; `in-basket` is held by an unfinished sale; the rest are dead. */
  state: 'live' | 'in-basket' | 'sold' | 'void';
}

export interface LedgerHealth {
  /** 2 = FULL. Anything else is a fault. */
  synchronous: number;
  recursiveTriggers: number;
  journalMode: string;
  walBytes: number;
  events: number;
  headSeq: number;
  headHash: string;
  epoch: number;
  schemaVersion: number;
  /** The newest signed head of this epoch, 0 before the first; why signing fails, where it does. */
  signed: { seq: number; failure?: string };
  /** The newest event in archive segments, 0 before the first; why archiving failed, where it did. */
  archived: { seq: number; failure?: string };
}

/** `count`: so many events; `sync`: head office acknowledged; the rest as they say. */
export type HeadReason = 'count' | 'sync' | 'close' | 'day-close' | 'asked';

/** How far the ledger had come, signed with the box's key (Ed25519). Running totals in fen. */
export interface SignedHead {
  store: string;
  epoch: number;
  /** Also the count of events: seq has no gaps. */
  seq: number;
  hash: string;
  /** Completed sales and what they came to. */
  sales: number;
  soldFen: number;
  /** What payments brought in. */
  capturedFen: number;
  wallMs: number;
  reason: HeadReason;
  /** Public key and signature, base64url. */
  key: string;
  signature: string;
}

/**
 * The append-only, hash-chained record of a store: the one write path for money, goods and who
 * did what. Synchronous by design: when `append` returns, the events are on the disk.
 * Throws LedgerError: `DISK_FULL`, `KEY_REUSED`, `NEWER_SCHEMA`, `CORRUPT`, `NOT_WRITABLE`,
 * `LOCKED`; `NOT_SELLABLE` for a line of goods that are recalled, past their date or held;
 * `NOT_EDITABLE` for a change of prices that is too late, unseen or not the store's to make;
 * `WRONG_STORE` and `OLD_PRICE_BOOK` for a price book, `ACK_AHEAD` for an ack;
 * on opening also `TAIL_CUT` and `KEY_CHANGED`.
 */
export interface Ledger extends OrderReader, ActReader {
  readonly storeId: string;
  readonly boot: string;
  readonly epoch: number;
  append(request: AppendRequest): AppendResult;
  /**
   * The same for callers that can wait: what is asked in one turn of the loop shares one sync of
   * the disk, and everybody is told after it; rejects with what `append` would have thrown. Between
   * the call and the answer others may append: decide only what their events cannot change.
   */
  appendSoon(request: AppendRequest): Promise<AppendResult>;
  /** The stored answer of a command already carried out, without touching anything. */
  answerOf(key: string): { fingerprint: string; answer: string } | undefined;

  /** Sales that are open, being paid, or still have something outstanding. Oldest first. */
  unfinishedSales(): SaleState[];
  /** Any sale ever, rebuilt from its events where it is no longer projected. */
  sale(saleId: string): SaleState | undefined;
  /** What a cabinet remembers; empty before its first visit. */
  cabinet(cabinetId: string): CabinetState;
  /** Any visit ever, rebuilt from its events where another followed it. */
  visit(visitId: string): VisitState | undefined;
  label(labelNumber: string): LabelState | undefined;
  /** Live labels that share an EAN-13, oldest first. */
  liveLabels(ean13: string): LabelRecord[];
  stock(): StockLevel[];
  /** Lots, places, planograms, holds, orders and refills now; live, so read it anew each time. */
  stockState(): StockState;
  /** Why an article may not be sold from a place now: recalled, past its date, held. */
  whyUnsellable(wanted: Wanted): Refusal | undefined;
  /** The same of an event about to be appended, which `append` would refuse too. */
  whyUnrecordable(event: DomainEvent): Refusal | undefined;
  /** Hours since 1970 from `sinceHour` on: what each slot sold and how long it stood empty. */
  demand(sinceHour: number): DemandHour[];
  /** Sales of one local day (`2026-11-23`), by item; kept in the commit of each sale. */
  daySales(localDay: string): DayItem[];
  dayTotals(localDay: string): { sales: number; amountFen: number };

  /** Events after `seq`, as stored, at most `limit`. The event table is the outbox. */
  readAfter(seq: number, limit: number): StoredEvent[];
  /** The newest `limit` events, parsed, newest last. */
  tail(limit: number): RecordedEvent[];
  /** Events about one subject (sale id, label number), oldest first. */
  about(subject: string): RecordedEvent[];
  head(): { seq: number; hash: string };
  /** Highest seq that head office has durably stored; never decreases. */
  acked(): number;
  setAcked(seq: number): void;
  /** Signs the head now and writes it to the anchor file too; the same head is signed once. */
  signHead(reason: HeadReason): SignedHead;

  /** Stores a price book and, in the same transaction, appends PriceBookActivated. */
  activatePriceBook(book: PriceBook, sha256: string): void;
  /**
   * The edition in use. It is head office's version until the store changes a price, a picture, what
   * is on sale or a rule: each such event makes the next edition, in its own commit.
   */
  priceBookVersion(): number;
  /** Version of the newest book that head office published; 0 where there is none. */
  publishedVersion(): number;
  /** What the store changed, what can be taken back, and which price rules ran when. */
  catalogue(): CatalogueState;
  /** Item of a version still kept (every version an unfinished sale needs is kept). */
  item(version: number, sku: string): CatalogueItem | undefined;
  itemByGtin(version: number, gtin: string): CatalogueItem | undefined;
  itemByPlu(version: number, plu: string): CatalogueItem | undefined;
  items(version: number): CatalogueItem[];
  /** Price rules of a version that are in force today; rules with days want a clock to believe. */
  promotions(version: number): Promotion[];

  health(): LedgerHealth;
  close(): void;
}

export interface VerifyReport {
  events: number;
  ok: boolean;
  firstBadSeq?: number;
  /** Words for people: what is wrong at `firstBadSeq`, or which projection differs. */
  reason?: Text;
  epoch: number;
  headSeq: number;
  headHash: string;
  /** True where at least one signed head in the anchor file was held against the events. */
  anchored: boolean;
  /** The newest seq that the anchor file vouches for. */
  anchoredSeq?: number;
  /** Public key of this epoch's box, base64url. */
  deviceKey?: string;
  /** What takes nothing from the events but weakens the proof, in words. */
  warnings?: Text[];
}
