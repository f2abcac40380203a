/**
 * The closed union of everything that ever happened in a store, in the past tense and in a
 * shopkeeper's words. Bodies are stored once as JSON, hashed as stored and sent as stored.
 */
import { ACCESS_EVENT_TYPES, type AccessEventBodies } from './access-events.ts';
import type { PriceBasis } from './catalogue/catalogue.ts';
import {
  CATALOGUE_EVENT_TYPES,
  type CatalogueEventBodies,
  type ItemChange,
} from './catalogue/catalogue-events.ts';
import { CLOCK_EVENT_TYPES, type ClockEventBodies } from './clock-events.ts';
import { DEVICE_EVENT_TYPES, type DeviceEventBodies } from './device-events.ts';
import { MEMBER_EVENT_TYPES, type MemberEventBodies } from './member-events.ts';
import type { Person } from './person.ts';
import type { Text } from './ports.ts';
import { RECOGNITION_EVENT_TYPES, type RecognitionEventBodies } from './recognition-events.ts';
import { ATTENDANT_EVENT_TYPES, type AttendantEventBodies } from './sale/attendant-events.ts';
import { BAG_EVENT_TYPES, type BagEventBodies } from './sale/bag-events.ts';
import { CLOSE_EVENT_TYPES, type CloseEventBodies } from './sale/close-events.ts';
import type { Promotion } from './sale/promotion.ts';
import { REFUND_EVENT_TYPES, type RefundEventBodies } from './sale/refund-events.ts';
import { SETTINGS_EVENT_TYPES, type SettingsEventBodies } from './settings-events.ts';
import { STOCK_EVENT_TYPES, type StockEventBodies } from './stock/stock-events.ts';
import { VISIT_EVENT_TYPES, type VisitEventBodies } from './visit/visit-events.ts';
import type { WeighRecord } from './weigh/record.ts';
import { WEIGHING_EVENT_TYPES, type WeighingEventBodies } from './weighing-events.ts';

/** How the shopper came to this item, with the evidence kept for audits and learning. */
export interface Choice {
  by: 'scan' | 'tile' | 'list' | 'plu' | 'shelf' | 'auto';
  /** 1-based place among the recogniser's candidates, where there were any. */
  rank?: number;
  /** Calibrated probability in 1/10 000, so the ledger holds integers only. */
  confidenceBp?: number;
  /** SHA-256 of the recognition pack that answered. */
  packSha256?: string;
  galleryVersion?: number;
  /** What the camera named first, where that was something else. */
  firstSku?: string;
  /** How sure the camera was, where it was not. */
  seenAs?: 'unsure' | 'unknown';
  /** By which recognition finds the picture again while it remembers it. */
  sightingId?: string;
  /** The shopper was asked whether this is right, and it stood. */
  asked?: true;
}

/** One promotion's share in one line. */
export interface LineDiscount {
  promotionId: string;
  name: Text;
  amountFen: number;
}

export interface SaleLine {
  lineId: string;
  sku: string;
  name: Text;
  gtin?: string;
  plu?: string;
  /** `each`: pieces; `weighed`: weighed at the lane; `label`: a label of the produce counter. */
  how: 'each' | 'weighed' | 'label';
  /** Pieces for `each`, otherwise 1. */
  quantity: number;
  weighing?: WeighRecord;
  labelNumber?: string;
  unitPriceFen: number;
  priceBasis: PriceBasis;
  amountFen: number;
  vatBasisPoints: number;
  choice: Choice;
  /** Picture file name, '' for none; kept so a resumed screen needs no look-up. */
  picture: string;
  /** Where it lay, `cabinet-1/2/3`; left out: on the floor. */
  location?: string;
  /** Batch and last day, `2026-11-23`, where the scanned code carried them. */
  lot?: { supplierLot?: string; expiresOn?: string };
  category?: string;
  /** How the amount was rounded: halves up, once a line. */
  rounding?: 'half-up';
  /** What was taken off; `amountFen` is what is left. */
  discounts?: LineDiscount[];
  /** Years of age below which it may not be sold. */
  minimumAge?: number;
}

/**
 * `card`: a card terminal; `cash`: taken by staff; `hold`: money that was held before, turned into
 * a payment of the real amount.
 */
export type PayChannel = 'wechat' | 'alipay' | 'code' | 'card' | 'cash' | 'hold';

export interface EventBodies
  extends AccessEventBodies,
    DeviceEventBodies,
    SettingsEventBodies,
    RecognitionEventBodies,
    StockEventBodies,
    AttendantEventBodies,
    CatalogueEventBodies,
    BagEventBodies,
    ClockEventBodies,
    CloseEventBodies,
    MemberEventBodies,
    RefundEventBodies,
    VisitEventBodies,
    WeighingEventBodies {
  /** First event of every boot, but for the `Restored` of a new epoch. */
  Booted: {
    softwareVersion: string;
    weighCoreVersion: string;
    weighCoreSha256: string;
    schemaVersion: number;
  };
  /**
   * First event of every later epoch: the ledger goes on from a backup, or from a cut that a person
   * accepted. `anchoredSeq` is how far the epoch before is known to have come.
   */
  Restored: { cause: 'backup' | 'accepted-cut'; epochBefore: number; anchoredSeq: number };
  PriceBookActivated: {
    version: number;
    sha256: string;
    items: number;
    /** The store's own count, where its changes have taken it past head office's. */
    edition?: number;
    /** What the store had changed and head office now says otherwise. */
    overruled?: ItemChange[];
    /** Price rules that came with it. */
    promotions?: Promotion[];
  };

  SaleStarted: { saleId: string; laneId: string; priceBookVersion: number };
  LineAdded: { saleId: string; line: SaleLine };
  LineQuantityChanged: { saleId: string; lineId: string; quantity: number; amountFen: number };
  LineVoided: {
    saleId: string;
    lineId: string;
    reason: string;
    by: 'shopper' | 'staff';
    person?: Person;
    approvedBy?: Person;
  };
  SaleCancelled: { saleId: string; reason: string; person?: Person; approvedBy?: Person };

  /** The intent, committed before the acquirer hears of it. The payer's code is never stored. */
  TenderRequested: {
    saleId: string;
    tenderId: string;
    terminalId: string;
    channel: PayChannel;
    amountFen: number;
    /** Merchant order number sent to the acquirer; also its idempotency key. Never reused. */
    orderNo: string;
    /** Last four characters of the payer's code, for support. */
    codeTail: string;
  };
  TenderCaptured: {
    saleId: string;
    tenderId: string;
    amountFen: number;
    providerRef: string;
    /** Less than was asked for, and kept: the rest is paid another way. */
    partial?: true;
    /** Who took the cash, or saw the charge where the terminal could not say; and why. */
    by?: Person;
    reason?: string;
  };
  TenderDeclined: { saleId: string; tenderId: string; reason: string };
  /** No answer, or an answer that settles nothing. Never shown as paid nor as not paid. */
  TenderUnknown: { saleId: string; tenderId: string; reason: string };
  TenderReversalRequested: { saleId: string; tenderId: string; reason: string };
  /** `by`: given back in cash by this person, since the acquirer would not or it was cash. */
  TenderReversed: { saleId: string; tenderId: string; by?: Person; reason?: string };

  SaleCompleted: {
    saleId: string;
    laneId: string;
    receiptNo: string;
    totalFen: number;
    lines: number;
    receiptJobId: string;
  };
  ReceiptPrinted: { saleId: string; jobId: string };
  ReceiptFailed: { saleId: string; jobId: string; reason: string };

  LabelIssued: { label: LabelRecord };
  LabelPrinted: { labelNumber: string; jobId: string };
  LabelVoided: { labelNumber: string; reason: string };
}

/** A price label of the produce counter. Consumed by the line that carries its number. */
export interface LabelRecord {
  labelNumber: string;
  counterId: string;
  sku: string;
  plu: string;
  name: Text;
  weighing: WeighRecord;
  amountFen: number;
  priceBookVersion: number;
  /** EAN-13 on the label (RCN: PLU + price). Two live labels may share it. */
  ean13: string;
  /** GS1 element string of the 2D code, FNC1 as \x1d: AIs 01, 3103, 392n, 21. */
  elementString: string;
  choice: Choice;
  vatBasisPoints: number;
  picture: string;
}

export type EventType = keyof EventBodies;
export type DomainEvent = { [T in EventType]: { type: T; body: EventBodies[T] } }[EventType];

/** Every event type, for exhaustive tests and for refusing unknown ones on reading. */
export const EVENT_TYPES = [
  ...ACCESS_EVENT_TYPES,
  ...DEVICE_EVENT_TYPES,
  ...SETTINGS_EVENT_TYPES,
  'Booted',
  'Restored',
  'PriceBookActivated',
  ...RECOGNITION_EVENT_TYPES,
  ...STOCK_EVENT_TYPES,
  ...ATTENDANT_EVENT_TYPES,
  ...CATALOGUE_EVENT_TYPES,
  ...BAG_EVENT_TYPES,
  ...REFUND_EVENT_TYPES,
  ...CLOCK_EVENT_TYPES,
  ...CLOSE_EVENT_TYPES,
  ...MEMBER_EVENT_TYPES,
  ...VISIT_EVENT_TYPES,
  ...WEIGHING_EVENT_TYPES,
  'SaleStarted',
  'LineAdded',
  'LineQuantityChanged',
  'LineVoided',
  'SaleCancelled',
  'TenderRequested',
  'TenderCaptured',
  'TenderDeclined',
  'TenderUnknown',
  'TenderReversalRequested',
  'TenderReversed',
  'SaleCompleted',
  'ReceiptPrinted',
  'ReceiptFailed',
  'LabelIssued',
  'LabelPrinted',
  'LabelVoided',
] as const satisfies readonly EventType[];

/**
 * One event as the ledger keeps it. `record` is the exact JSON text that was hashed; `hash` is
 * the lower-case hex SHA-256 of `record`'s UTF-8 bytes, and `record` carries `prev`, the hash
 * before it, so the chain covers every stored byte.
 */
export interface StoredEvent {
  seq: number;
  hash: string;
  record: string;
}

/** The parsed form of `StoredEvent.record`; key order in the JSON is the order below. */
export type RecordedEvent = {
  seq: number;
  /** Rises when a ledger is restored or cloned; (store, epoch, seq) is unique at head office. */
  epoch: number;
  store: string;
  boot: string;
  monoMs: number;
  wallMs: number;
  clock: 'trusted' | 'unsure';
  /** All events of one decision share it and are all present or all absent. */
  tx: string;
  /** Actor that decided: `lane-1`, `counter-1`, `store`. */
  source: string;
  prev: string;
  /** Version of the body's shape, 1 for now. */
  v: number;
} & DomainEvent;

/** Hash before the first event. */
export const GENESIS = '0'.repeat(64);
