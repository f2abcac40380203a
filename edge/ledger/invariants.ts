/** Holds a store's whole ledger to the invariants of money, goods and weights. Reads only. */
import type { RecordedEvent } from '../core/events.ts';
import type { WeighRecord } from '../core/weigh/record.ts';
import type { Connection } from './database.ts';
import { CABINET_INVARIANTS } from './invariants-cabinet.ts';
import { beginClockSteps, beginMonotonic } from './invariants-clock.ts';
import { beginCloses } from './invariants-close.ts';
import { isAmountDue, SALE_INVARIANTS } from './invariants-sale.ts';
import { beginStockWatch, STOCK_INVARIANTS } from './invariants-stock.ts';
import { chainFinding, inspect, restFinding, startOfChain } from './verify.ts';
import { headFinding, readOutside } from './verify-heads.ts';
import { saleHistories } from './verify-projections.ts';

export interface InvariantViolation {
  /** `INV-S1` and so on. */
  invariant: string;
  detail: string;
}

export interface InvariantReport {
  /** Names of the invariants that were checked; fewer where the chain itself is broken. */
  checked: string[];
  violations: InvariantViolation[];
}

/** Looks at every event in order; returns one sentence for each violation. */
type Watch = (event: RecordedEvent) => string[];
/** A watch over events in order, begun anew for every run. */
type StoreInvariant = { name: string; begin(db: Connection): Watch };

/**
 * Checks the ledger in `dir`: L1 chain, L2 signed heads and anchors, L3 projections, L4 unique keys, L5 integers, L7 whole
 * transactions, P1-P5 payments, S1-S4 sales, W1 and W2 weighings, K1 stock, K2 refills and counts,
 * K3 and K6 doors and visits, K5 orders, T2 and T4 clocks.
 * Opens read-only in one snapshot.
 */
export function checkInvariants(dir: string): InvariantReport {
  const report: InvariantReport = { checked: ['INV-L1'], violations: [] };
  const progress = startOfChain();
  const outside = readOutside(dir);
  const unreadable = inspect(dir, (db) => {
    const broken = chainFinding(db, progress);
    if (broken) {
      const { zh, en } = broken.reason;
      const at = `seq ${broken.seq ?? '?'}: `;
      return { ...broken, reason: { zh: `${at}${zh}`, en: `${at}${en}` } };
    }
    const heads = headFinding(db, progress, outside, { anchoredSeq: 0, warnings: [] });
    const rest = restFinding(db, progress);
    report.checked.push('INV-L2', 'INV-L3');
    if (heads) report.violations.push({ invariant: 'INV-L2', detail: heads.reason.en });
    if (rest) report.violations.push({ invariant: 'INV-L3', detail: rest.reason.en });
    checkStore(db, report);
    checkSales(db, report);
    return undefined;
  });
  if (unreadable) report.violations.push({ invariant: 'INV-L1', detail: unreadable.reason.en });
  return report;
}

function checkSales(db: Connection, report: InvariantReport): void {
  report.checked.push(...SALE_INVARIANTS.map(({ name }) => name));
  for (const sale of saleHistories(db)) {
    for (const { name: invariant, check } of SALE_INVARIANTS) {
      const details = check(sale).map((detail) => ({
        invariant,
        detail: `${sale.saleId}: ${detail}`,
      }));
      report.violations.push(...details);
    }
  }
}

function checkStore(db: Connection, report: InvariantReport): void {
  const all = [...STORE_INVARIANTS, ...CABINET_INVARIANTS];
  report.checked = [...new Set([...report.checked, ...all.map(({ name }) => name)])];
  const watches = all.map(({ name, begin }) => ({ name, watch: begin(db) }));
  const stock = beginStockWatch();
  const stocked = STOCK_INVARIANTS.filter((name) => name !== 'INV-K1');
  report.checked = [...new Set([...report.checked, ...stocked])];
  const records = db.prepare<[], string>('SELECT record FROM events ORDER BY seq').pluck();
  for (const record of records.iterate()) {
    const event: RecordedEvent = JSON.parse(record);
    report.violations.push(...stock(event));
    for (const { name: invariant, watch } of watches) {
      const details = watch(event).map((detail) => ({
        invariant,
        detail: `${event.seq}: ${detail}`,
      }));
      report.violations.push(...details);
    }
  }
}

/** Names that may be given once: by what they name, and the name. */
function businessKeys(event: RecordedEvent): string[] {
  switch (event.type) {
    case 'SaleStarted':
      return [`sale ${event.body.saleId}`];
    case 'LineAdded':
      return [`line ${event.body.line.lineId}`];
    case 'TenderRequested':
      return [`tender ${event.body.tenderId}`, `order ${event.body.orderNo}`];
    case 'SaleCompleted':
      return [`receipt ${event.body.receiptNo}`];
    case 'RefundRequested':
      return event.body.parts.map(({ refundNo }) => `refund ${refundNo}`);
    case 'LabelIssued':
      return [`label ${event.body.label.labelNumber}`];
    default:
      return [];
  }
}

function beginUniqueKeys(): Watch {
  const seen = new Set<string>();
  return (event) =>
    businessKeys(event).flatMap((key) => {
      if (seen.has(key)) return [`${key} was given twice`];
      seen.add(key);
      return [];
    });
}

/** Every number in the record is a safe integer; amounts and net weights are not below zero. */
function badNumbers(value: unknown, path: string): string[] {
  if (typeof value === 'number') {
    const negative = value < 0 && /(Fen|netGrams|tareGrams|quantity)$/.test(path);
    return Number.isSafeInteger(value) && !negative ? [] : [`${path} = ${value}`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => badNumbers(inner, `${path}.${key}`));
}

/** At an intent, no other payment of the same terminal is without an outcome. */
function beginOnePayment(): Watch {
  const terminals = new Map<string, string>();
  const unresolved = new Map<string, Set<string>>();
  return (event) => {
    if (event.type === 'TenderRequested') {
      const { terminalId, tenderId } = event.body;
      const open = unresolved.get(terminalId) ?? new Set();
      const others = [...open];
      terminals.set(tenderId, terminalId);
      unresolved.set(terminalId, open.add(tenderId));
      return others.map(
        (other) => `${tenderId} began on ${terminalId} while ${other} is unresolved`,
      );
    }
    if (!('tenderId' in event.body)) return [];
    const { tenderId } = event.body;
    const open = unresolved.get(terminals.get(tenderId) ?? '');
    if (event.type === 'TenderReversalRequested') open?.add(tenderId);
    else if (event.type !== 'TenderUnknown') open?.delete(tenderId);
    return [];
  };
}

/** A line's unit price is that of the sale's price book, where that version is still kept. */
function beginPrices(db: Connection): Watch {
  const versions = new Map<string, number>();
  const price = db
    .prepare<[number, string], number>(
      "SELECT item ->> '$.unitPriceFen' FROM items WHERE version = ? AND sku = ?",
    )
    .pluck();
  const kept = db.prepare<[number], number>('SELECT 1 FROM price_books WHERE version = ?').pluck();
  return (event) => {
    if (event.type === 'SaleStarted') versions.set(event.body.saleId, event.body.priceBookVersion);
    if (event.type !== 'LineAdded' || event.body.line.how === 'label') return [];
    const { sku, unitPriceFen } = event.body.line;
    const version = versions.get(event.body.saleId) ?? 0;
    if (kept.get(version) === undefined || price.get(version, sku) === unitPriceFen) return [];
    return [`${sku} was sold at ${unitPriceFen} fen, price book ${version} has another price`];
  };
}

function weighingOf(event: RecordedEvent): WeighRecord[] {
  if (event.type === 'LabelIssued') return [event.body.label.weighing];
  if (event.type !== 'LineAdded') return [];
  const { how, weighing } = event.body.line;
  return how === 'each' || !weighing ? [] : [weighing];
}

function unsettled({ stableFrames, ageMs, scaleId }: WeighRecord): boolean {
  return stableFrames < 3 || ageMs < 0 || ageMs > 1000 || scaleId === '';
}

function outOfLaw(record: WeighRecord): boolean {
  const { grossGrams, tareGrams, netGrams, divisionGrams } = record;
  const offStep = [grossGrams, tareGrams].some((grams) => grams % divisionGrams !== 0);
  const net = grossGrams - tareGrams;
  const amount = isAmountDue(record, netGrams, record.amountFen);
  return offStep || tareGrams < 0 || net <= 0 || net !== netGrams || !amount;
}

/** A weighed or labelled line without its weighing breaks the law as surely as a bad one. */
function lacksWeighing(event: RecordedEvent): boolean {
  if (event.type !== 'LineAdded') return false;
  return event.body.line.how !== 'each' && !event.body.line.weighing;
}

const STORE_INVARIANTS: readonly StoreInvariant[] = [
  { name: 'INV-L4', begin: beginUniqueKeys },
  { name: 'INV-L5', begin: () => (event) => badNumbers(event, 'event') },
  { name: 'INV-P5', begin: beginOnePayment },
  { name: 'INV-S2', begin: beginPrices },
  { name: 'INV-S3', begin: beginCloses },
  { name: 'INV-T2', begin: beginMonotonic },
  { name: 'INV-T4', begin: beginClockSteps },
  {
    name: 'INV-W1',
    begin: () => (event) =>
      weighingOf(event)
        .filter(unsettled)
        .map(({ stableFrames, ageMs }) => `${stableFrames} stable frames, ${ageMs} ms old`),
  },
  {
    name: 'INV-W2',
    begin: () => (event) => [
      ...weighingOf(event)
        .filter(outOfLaw)
        .map((r) => `gross ${r.grossGrams}, tare ${r.tareGrams}, net ${r.netGrams} g`),
      ...(lacksWeighing(event) ? ['a weighed line carries no weighing'] : []),
    ],
  },
];
