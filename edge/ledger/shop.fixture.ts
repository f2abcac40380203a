/** A small store for tests: its goods, a clock that only moves when told, and what people do. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { CatalogueItem, PriceBook } from '../core/catalogue/catalogue.ts';
import type { Choice, DomainEvent, LabelRecord } from '../core/events.ts';
import type { Clock, Ids } from '../core/ports.ts';
import { decideSale, type SaleCommand, type SaleState } from '../core/sale/sale.ts';
import { amountForWeight } from '../core/weigh/amount.ts';
import type { WeighRecord } from '../core/weigh/record.ts';
import { ANCHOR_FILE } from './anchors.ts';
import type { Ledger } from './contract.ts';
import { LEDGER_FILE, schemaFiles } from './database.ts';
import { KEY_FILE } from './device-key.ts';
import type { LedgerOptions } from './open.ts';

export const STORE_ID = 'store-1';
const MORNING_MS = 1_795_392_000_000;

const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' });
/** `2026-11-23` in Shanghai. */
export const localDay = (wallMs: number): string => shanghai.format(wallMs);

export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let elapsedMs = 0;
  return {
    monoMs: () => elapsedMs,
    wallMs: () => MORNING_MS + elapsedMs,
    wallQuality: () => 'trusted',
    after: () => () => {},
    advance(ms) {
      elapsedMs += ms;
    },
  };
}

/** `sale-1`, `tx-2` …; `run` keeps two processes on one ledger apart. */
export function countingIds(run = ''): Ids {
  let count = 0;
  return (prefix) => {
    count += 1;
    return `${prefix}-${run}${count}`;
  };
}

export function ledgerOptions(dir: string, changes: Partial<LedgerOptions> = {}): LedgerOptions {
  return {
    dir,
    storeId: STORE_ID,
    ids: countingIds(),
    clock: testClock(),
    softwareVersion: '0.1.0',
    weighCore: { version: '1.0.0', sha256: 'a'.repeat(64) },
    localDay,
    ...changes,
  };
}

/** Turns the closed ledger in `dir` into one of schema 3, which had no heads and no key. */
export function asBeforeHeads(dir: string): void {
  const db = new Database(join(dir, LEDGER_FILE));
  db.exec(
    'DROP TRIGGER events_are_never_removed; DROP TABLE archived_subjects; DROP TABLE segments',
  );
  const [guard] =
    /CREATE TRIGGER events_are_never_removed[\s\S]*?END;/.exec(schemaFiles()[0]?.sql ?? '') ?? [];
  db.exec(guard ?? '');
  db.exec(
    'DROP TABLE heads; DROP TABLE stock_rows; DROP TABLE demand_hours; DROP TABLE cabinets; DROP TABLE catalogue',
  );
  db.exec('DROP TABLE orders; DROP TABLE order_words; DROP TABLE sold_names; DROP TABLE acts');
  db.exec("DELETE FROM meta WHERE key LIKE 'device_key.%' OR key IN ('acked_hash', 'projected')");
  db.pragma('user_version = 3');
  db.close();
  for (const name of [ANCHOR_FILE, KEY_FILE]) rmSync(join(dir, name), { force: true });
}

/** A directory of its own for one test; `free` takes it away again. */
export function temporaryDirectory(): { dir: string; free: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'yike-ledger-'));
  return { dir, free: () => existsSync(dir) && rmSync(dir, { recursive: true }) };
}

function item(sku: string, changes: Partial<CatalogueItem>): CatalogueItem {
  return {
    sku,
    name: { zh: sku, en: sku },
    pinyin: [],
    category: 'fruit',
    unitPriceFen: 1196,
    priceBasis: 'kg',
    vatBasisPoints: 900,
    tareGrams: 4,
    onSale: true,
    picture: '',
    ...changes,
  };
}

export const APPLE = item('apple', { plu: '4131', name: { zh: '红富士苹果', en: 'Fuji apple' } });
export const PEAR = item('pear', { plu: '4409', unitPriceFen: 399, priceBasis: '500g' });
export const WATER = item('water', {
  gtin: '9521234543213',
  unitPriceFen: 250,
  priceBasis: 'each',
  vatBasisPoints: 1300,
});

export function priceBook(version: number, items = [APPLE, PEAR, WATER]): PriceBook {
  return { storeId: STORE_ID, version, issuedWallMs: MORNING_MS, items };
}

export const CHOICE: Choice = { by: 'tile', rank: 1, confidenceBp: 9120 };

export function weighing({ unitPriceFen, priceBasis }: CatalogueItem, grams: number): WeighRecord {
  if (priceBasis === 'each') throw new Error('counted goods are not weighed');
  const netGrams = grams - 4;
  return {
    scaleId: 'scale-1',
    grossGrams: grams,
    tareGrams: 4,
    netGrams,
    divisionGrams: 2,
    unitPriceFen,
    priceBasis,
    amountFen: amountForWeight(netGrams, unitPriceFen, priceBasis),
    stableFrames: 3,
    connection: 1,
    ageMs: 90,
    coreVersion: '1.0.0',
  };
}

export function label(labelNumber: string, of: CatalogueItem, grams: number): LabelRecord {
  const record = weighing(of, grams);
  return {
    labelNumber,
    counterId: 'counter-1',
    sku: of.sku,
    plu: of.plu ?? '',
    name: of.name,
    weighing: record,
    amountFen: record.amountFen,
    priceBookVersion: 1,
    ean13: '2041310007322',
    elementString: `01095212345432133103000608392273221${labelNumber}`,
    choice: CHOICE,
    vatBasisPoints: of.vatBasisPoints,
    picture: '',
  };
}

/** Decides a command on a sale and appends what it makes happen; false where it was refused. */
export function carryOut(
  ledger: Ledger,
  saleId: string,
  command: SaleCommand,
  key?: string,
): boolean {
  const decision = decideSale(ledger.sale(saleId), command);
  if (!decision.ok) return false;
  const events: DomainEvent[] = decision.value;
  const fingerprint = JSON.stringify(command);
  ledger.append({
    source: 'lane-1',
    events,
    ...(key === undefined ? {} : { command: { key, fingerprint, answer: '{"ok":true}' } }),
  });
  return true;
}

/** The commands of one whole sale of two lines, paid and printed. */
export function applesCommands(ledger: Ledger, saleId: string): SaleCommand[] {
  const tenderId = `${saleId}-tender`;
  const version = ledger.priceBookVersion();
  return [
    { kind: 'start', saleId, laneId: 'lane-1', priceBookVersion: version },
    {
      kind: 'add-weighed',
      lineId: `${saleId}-1`,
      item: APPLE,
      weighing: weighing(APPLE, 616),
      choice: CHOICE,
    },
    { kind: 'add-item', lineId: `${saleId}-2`, item: WATER, quantity: 2, choice: { by: 'scan' } },
    requestTender(tenderId),
    captured(tenderId, amountForWeight(612, 1196, 'kg') + 500, saleId),
    { kind: 'record-receipt-printed', jobId: `${saleId}-job` },
  ];
}

/** Carries out `applesCommands`, a decision each. Returns the sale's final state. */
export function sellApples(ledger: Ledger, saleId: string): SaleState | undefined {
  for (const command of applesCommands(ledger, saleId)) {
    if (!carryOut(ledger, saleId, command)) throw new Error(`refused: ${command.kind}`);
  }
  return ledger.sale(saleId);
}

export function requestTender(tenderId: string, terminalId = 'pay-1'): SaleCommand {
  return {
    kind: 'request-tender',
    tenderId,
    terminalId,
    channel: 'wechat',
    orderNo: `order-${tenderId}`,
    codeTail: '4321',
  };
}

export function captured(tenderId: string, amountFen: number, saleId: string): SaleCommand {
  return {
    kind: 'record-captured',
    tenderId,
    amountFen,
    providerRef: `ref-${tenderId}`,
    receiptNo: `receipt-${saleId}`,
    receiptJobId: `${saleId}-job`,
    location: 'floor',
  };
}
