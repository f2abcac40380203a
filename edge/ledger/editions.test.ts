/** Editions of the price book in a real ledger: what a store changes, beside head office's versions. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UNDO_MS } from '../core/catalogue/catalogue-decide.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Promotion } from '../core/sale/promotion.ts';
import type { Planogram } from '../core/stock/planogram.ts';
import type { Ledger } from './contract.ts';
import { isLedgerError } from './errors.ts';
import { checkInvariants } from './invariants.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import {
  APPLE,
  carryOut,
  countingIds,
  ledgerOptions,
  localDay,
  PEAR,
  priceBook,
  temporaryDirectory,
  testClock,
  WATER,
} from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const by = { id: 'li', name: '李梅' };
const clock = testClock();
let place: ReturnType<typeof temporaryDirectory>;
let ledger: Ledger;

beforeEach(() => {
  place = temporaryDirectory();
  ledger = openLedger(ledgerOptions(place.dir, { clock }));
  ledger.activatePriceBook(priceBook(7), 'a'.repeat(64));
});
afterEach(() => {
  ledger.close();
  expect(verifyLedger(place.dir)).toMatchObject({ ok: true });
  expect(checkInvariants(place.dir).violations).toEqual([]);
  expect(rebuildAndCompare(place.dir, localDay)).toEqual([]);
  place.free();
});

const append = (...events: DomainEvent[]) => ledger.append({ source: 'store', events });
const cheaper = (version: number, is: number, was = 250, editId = `edit-${version}`) =>
  append({
    type: 'CatalogueEdited',
    body: { editId, version, changes: [{ sku: 'water', field: 'unitPriceFen', was, is }], by },
  });
const price = (version = ledger.priceBookVersion()) => ledger.item(version, 'water')?.unitPriceFen;
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    if (!isLedgerError(error)) throw error;
    return error.code;
  }
};

it('a change makes the next edition in its own commit; a basket keeps the one it began with', () => {
  carryOut(ledger, 's', { kind: 'start', saleId: 's', laneId: 'lane-1', priceBookVersion: 7 });
  for (let at = 0; at < 6; at += 1) cheaper(8 + at, 240 - at, at === 0 ? 250 : 241 - at);
  expect([ledger.priceBookVersion(), price(), price(7), price(9)]).toEqual([
    13,
    235,
    250,
    undefined,
  ]);
  expect(ledger.itemByGtin(13, WATER.gtin ?? '')?.unitPriceFen).toBe(235);
  expect(ledger.publishedVersion()).toBe(7);
  expect(ledger.catalogue().values).toMatchObject([{ base: 250, is: 235, by }]);
  carryOut(ledger, 's', { kind: 'cancel', reason: 'test' });
});

it('after a restart the edition stands, and can still be taken back: until half an hour is over', () => {
  cheaper(8, 200);
  ledger.close();
  ledger = openLedger(ledgerOptions(place.dir, { clock, ids: countingIds('again-') }));
  expect(price()).toBe(200);
  const undo = (): DomainEvent => ({
    type: 'CatalogueEdited',
    body: {
      ...{ editId: 'undo', version: ledger.priceBookVersion() + 1, by, undoes: 'edit-8' },
      changes: [{ sku: 'water', field: 'unitPriceFen', was: 200, is: 250 }],
    },
  });
  clock.advance(UNDO_MS + 1);
  expect(codeOf(() => append(undo()))).toBe('NOT_EDITABLE');
  expect([price(), ledger.priceBookVersion()]).toEqual([200, 8]);
  cheaper(9, 190, 200);
  clock.advance(UNDO_MS);
  const body = {
    ...{ editId: 'undo-2', version: 10, by, undoes: 'edit-9' },
    changes: [{ sku: 'water', field: 'unitPriceFen' as const, was: 190, is: 200 }],
  };
  append({ type: 'CatalogueEdited', body });
  expect(price()).toBe(200);
});

it('nothing unseen is written, whoever asks', () => {
  expect(codeOf(() => cheaper(8, 200, 251))).toBe('NOT_EDITABLE');
  expect(codeOf(() => cheaper(9, 200))).toBe('NOT_EDITABLE');
  expect(ledger.priceBookVersion()).toBe(7);
});

it("head office's next book keeps what it does not speak of, and says what it overrules", () => {
  cheaper(8, 200);
  cheaper(9, 180, 200);
  ledger.activatePriceBook(priceBook(8, [APPLE, PEAR, WATER]), 'b'.repeat(64));
  expect([ledger.priceBookVersion(), ledger.publishedVersion(), price()]).toEqual([10, 8, 180]);
  // The same book again is no mistake; an older one is.
  ledger.activatePriceBook(priceBook(8, [APPLE, PEAR, WATER]), 'b'.repeat(64));
  expect(codeOf(() => ledger.activatePriceBook(priceBook(7), 'c'.repeat(64)))).toBe(
    'OLD_PRICE_BOOK',
  );
  const next = priceBook(40, [APPLE, PEAR, { ...WATER, unitPriceFen: 260 }]);
  ledger.activatePriceBook(next, 'd'.repeat(64));
  expect([ledger.priceBookVersion(), price()]).toEqual([40, 260]);
  const last = ledger.tail(1)[0];
  expect(last).toMatchObject({ type: 'PriceBookActivated' });
  expect(last?.body).toMatchObject({
    overruled: [{ sku: 'water', field: 'unitPriceFen', was: 180, is: 260 }],
  });
});

it("head office's lay-out is swapped whole; what the store drew goes only for something new", () => {
  const slot = { slotId: '1', sku: 'water', capacity: 6, par: 6, facings: 1, unitWeightGrams: 500 };
  const drawn = (par: number, origin: Planogram['origin'] = 'head-office'): Planogram => ({
    ...{ cabinetId: 'cabinet-1', version: 1, origin },
    shelves: [{ shelfId: '1', slots: [{ ...slot, par }] }],
  });
  const send = (version: number, ...planograms: Planogram[]) =>
    ledger.activatePriceBook(
      { ...priceBook(version), planograms },
      String(version).padStart(64, 'f'),
    );
  const now = () => {
    const { planograms, layouts } = ledger.stockState();
    const { version = 0, origin, shelves } = planograms.get('cabinet-1') ?? {};
    const before = layouts.get('cabinet-1')?.before?.planogram.version;
    return [version, origin, shelves?.[0]?.slots[0]?.par, before];
  };
  const publish = (planogram: Planogram) =>
    append({ type: 'PlanogramPublished', body: { planogram } });
  send(8, drawn(6));
  expect(now()).toEqual([1, 'head-office', 6, undefined]);
  publish({ ...drawn(4, 'local'), version: 2 });
  // The same lay-out with other prices says nothing new; no lay-out at all neither.
  send(9, drawn(6));
  send(10);
  expect(now()).toEqual([2, 'local', 4, 1]);
  send(11, drawn(5));
  expect(now()).toEqual([3, 'head-office', 5, 2]);
  // The store puts its own back, and keeps it until head office draws another.
  publish({ ...drawn(4, 'local'), version: 4 });
  send(12, drawn(5));
  expect(now()).toEqual([4, 'local', 4, 3]);
  send(13, drawn(3));
  expect(now()).toEqual([5, 'head-office', 3, 4]);
});

it('a rule runs on its days, by a clock that can be believed', () => {
  const promotion: Promotion = {
    ...{ kind: 'percent-off', id: 'day', name: { zh: '日', en: 'Day' }, percentOff: 10 },
    ...{ fromFen: 0, fromDay: localDay(clock.wallMs()), toDay: localDay(clock.wallMs()) },
  };
  append({ type: 'PromotionSet', body: { version: 8, promotion, by } });
  expect(ledger.promotions(8)).toEqual([promotion]);
  expect(ledger.promotions(7)).toEqual([]);
  clock.advance(24 * 3_600_000);
  expect(ledger.promotions(8)).toEqual([]);
  append({ type: 'PromotionEnded', body: { version: 9, promotionId: 'day', by } });
  expect(ledger.catalogue().runs).toMatchObject([{ origin: 'local', by }]);
});
