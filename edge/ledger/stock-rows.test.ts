import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import { COLA, DAY_MS, MILK, PLANOGRAM } from '../core/stock/stock.fixture.ts';
import { decideStock, type StockCommand } from '../core/stock/stock-decide.ts';
import { placeAt } from '../core/stock/stock-places.ts';
import type { Ledger } from './contract.ts';
import { checkInvariants } from './invariants.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

let folder: ReturnType<typeof shop.temporaryDirectory>;
let clock: shop.TestClock;
let ledger: Ledger;
let run = 0;
const reopen = () => {
  ledger = openLedger(
    shop.ledgerOptions(folder.dir, { clock, ids: shop.countingIds(`${++run}-`) }),
  );
};
beforeEach(() => {
  folder = shop.temporaryDirectory();
  clock = shop.testClock();
  reopen();
});
afterEach(() => {
  ledger.close();
  folder.free();
});

function act(command: StockCommand): void {
  const decision = decideStock(ledger.stockState(), command);
  if (!decision.ok) throw new Error(decision.refusal.code);
  ledger.append({ source: 'store', events: decision.value });
}

/** A cabinet filled with 6 milk (one day left) and 6 cola by a refill, 2 milk sold. */
function day(): void {
  const lot = (lotId: string, sku: string, expiresWallMs?: number) => ({
    lotId,
    sku,
    supplierLot: `B${lotId}`,
    receivedWallMs: clock.wallMs(),
    ...(expiresWallMs && { expiresWallMs }),
  });
  act({ kind: 'publish-planogram', planogram: PLANOGRAM, basedOn: 0 });
  act({
    kind: 'receive',
    lot: lot('m', 'milk', clock.wallMs() + DAY_MS),
    pieces: 10,
    grams: 0,
    dated: true,
  });
  act({ kind: 'receive', lot: lot('c', 'cola'), pieces: 10, grams: 0, dated: false });
  act({
    kind: 'start-refill',
    refillId: 'r',
    by: 'Li',
    lines: [{ location: MILK, sku: 'milk', wantedPieces: 6 }],
  });
  act({
    kind: 'count-slot',
    refillId: 'r',
    location: MILK,
    foundPieces: 0,
    addedPieces: 6,
    countedBy: 'weight',
  });
  act({
    kind: 'count-slot',
    refillId: 'r',
    location: COLA,
    foundPieces: 0,
    addedPieces: 6,
    countedBy: 'weight',
  });
  act({ kind: 'end-refill', refillId: 'r', reason: '' });
  sell('milk', MILK, 2);
}

function sell(sku: string, location: string, pieces: number): void {
  const move = { sku, location, pieces: -pieces, grams: 0 };
  ledger.append({
    source: 'cabinet-1',
    events: [{ type: 'StockMoved', body: { cause: 'sale', move } }],
  });
}

const sound = () => {
  expect(checkInvariants(folder.dir).violations).toEqual([]);
  expect(verifyLedger(folder.dir)).toMatchObject({ ok: true });
  expect(rebuildAndCompare(folder.dir, shop.localDay)).toEqual([]);
};

describe('the goods of a ledger', () => {
  it('are the same after it was closed and opened', () => {
    day();
    const before = JSON.stringify([...ledger.stockState().places]);
    ledger.close();
    reopen();
    expect(JSON.stringify([...ledger.stockState().places].sort())).toBe(
      JSON.stringify(JSON.parse(before).sort()),
    );
    expect(ledger.stockState().planograms.get('cabinet-1')).toEqual(PLANOGRAM);
    sound();
  });

  it('are not those of a commit that failed', () => {
    day();
    const planogram = { ...PLANOGRAM, version: 2 };
    const circular: { self?: object } = {};
    circular.self = circular;
    const bad = { type: 'LotReceived', body: circular } as never;
    const events: DomainEvent[] = [{ type: 'PlanogramPublished', body: { planogram } }, bad];
    expect(() => ledger.append({ source: 'store', events })).toThrow();
    expect(ledger.stockState().planograms.get('cabinet-1')?.version).toBe(1);
    sell('milk', MILK, 1);
    expect(placeAt(ledger.stockState(), MILK, 'milk').pieces).toBe(3);
    sound();
  });

  it('tell the hours of demand, and how long a slot stood empty', () => {
    day();
    const start = Math.floor(clock.wallMs() / 3_600_000);
    sell('milk', MILK, 4);
    clock.advance(90 * 60_000);
    act({ kind: 'count', location: MILK, sku: 'milk', pieces: 1 });
    const hours = ledger.demand(0).filter((hour) => hour.location === MILK);
    expect(hours[0]).toMatchObject({ hour: start, sold: 6 });
    expect(hours.reduce((sum, hour) => sum + hour.emptyMs, 0)).toBe(90 * 60_000);
    sound();
  });
});

describe('the last word at the ledger', () => {
  const line = (sku: string, change: object = {}): DomainEvent => {
    const started = { saleId: `s${++run}`, laneId: 'lane-1', priceBookVersion: 1 };
    ledger.append({ source: 'lane-1', events: [{ type: 'SaleStarted', body: started }] });
    return {
      type: 'LineAdded',
      body: {
        saleId: started.saleId,
        line: {
          lineId: `l${run}`,
          sku,
          name: { zh: '奶', en: 'Milk' },
          how: 'each',
          quantity: 1,
          unitPriceFen: 500,
          priceBasis: 'each',
          amountFen: 500,
          vatBasisPoints: 900,
          choice: { by: 'scan' },
          picture: '',
          ...change,
        },
      },
    };
  };
  const record = (event: DomainEvent) => ledger.append({ source: 'lane-1', events: [event] });

  it('refuses a recalled batch, whichever device asks', () => {
    day();
    act({
      kind: 'recall',
      recallId: 'x',
      sku: 'milk',
      supplierLot: 'Bm',
      reason: 'glass',
      by: 'HQ',
    });
    expect(() => record(line('milk', { lot: { supplierLot: 'Bm' } }))).toThrow(/NOT_SELLABLE/);
    expect(() => record(line('milk', { location: MILK }))).toThrow(/NOT_SELLABLE/);
    expect(ledger.whyUnsellable({ sku: 'milk', location: MILK })?.code).toBe('LOT_RECALLED');
    record(line('milk', { lot: { supplierLot: 'fresh' } }));
    sound();
  });

  it('refuses one piece more of a line whose goods have gone past their date', () => {
    day();
    const added = line('milk', { location: MILK });
    record(added);
    clock.advance(DAY_MS);
    const { saleId } = added.body as { saleId: string };
    const more = { saleId, lineId: `l${run}`, quantity: 2, amountFen: 1000 };
    expect(() => record({ type: 'LineQuantityChanged', body: more })).toThrow(/NOT_SELLABLE/);
    expect(ledger.whyUnsellable({ sku: 'milk', location: MILK })?.code).toBe('LOT_EXPIRED');
  });
});

describe('a ledger whose goods break the rules', () => {
  const append = (...events: DomainEvent[]) => ledger.append({ source: 'store', events });
  const order = (orderId: string, pieces: number): DomainEvent => ({
    type: 'ReplenishmentOrdered',
    body: {
      orderId,
      cabinetId: 'cabinet-1',
      sku: 'milk',
      packs: 1,
      pieces,
      reason: { zh: '', en: '' },
    },
  });
  const refillMove = (pieces: number): DomainEvent => ({
    type: 'StockMoved',
    body: {
      cause: 'refill',
      refillId: 'r',
      move: { sku: 'milk', location: MILK, pieces, grams: 0 },
    },
  });
  const counted = (addedPieces: number): DomainEvent => ({
    type: 'RefillSlotCounted',
    body: {
      refillId: 'r',
      location: MILK,
      sku: 'milk',
      expectedPieces: 4,
      foundPieces: 4,
      addedPieces,
      countedBy: 'hand',
    },
  });

  it.each<[string, string, () => void]>([
    ['INV-K5', 'two open orders for one article', () => append(order('a', 2), order('b', 2))],
    ['INV-K5', 'an order of nothing', () => append(order('a', 0))],
    ['INV-K5', 'an order above capacity', () => append(order('a', 9))],
    ['INV-K2', 'a slot filled above its capacity', () => append(counted(5), refillMove(5))],
    [
      'INV-K2',
      'pieces counted in that never moved',
      () => {
        append(counted(2));
        append(refillMove(2));
      },
    ],
    [
      'INV-K1',
      'a lot nobody received',
      () =>
        append({
          type: 'StockMoved',
          body: {
            cause: 'waste',
            lotId: 'ghost',
            move: { sku: 'milk', location: MILK, pieces: -1, grams: 0 },
          },
        }),
    ],
    [
      'INV-K1',
      'more of a lot than there was',
      () =>
        append({
          type: 'StockMoved',
          body: {
            cause: 'waste',
            lotId: 'm',
            move: { sku: 'milk', location: MILK, pieces: -5, grams: 0 },
          },
        }),
    ],
  ])('%s finds %s', (invariant, _, break_) => {
    day();
    break_();
    expect(checkInvariants(folder.dir).violations.map((each) => each.invariant)).toContain(
      invariant,
    );
  });

  it('shows in the verifier where a row was changed behind its back', () => {
    day();
    ledger.close();
    const db = new Database(join(folder.dir, 'ledger.sqlite'));
    db.exec(
      "UPDATE stock_rows SET value = replace(value, '\"pieces\":4', '\"pieces\":5') WHERE family = 'places'",
    );
    db.close();
    expect(verifyLedger(folder.dir).reason?.en).toContain('stock_rows');
    expect(rebuildAndCompare(folder.dir, shop.localDay).map(({ table }) => table)).toEqual([
      'stock_rows',
    ]);
    reopen();
  });
});
