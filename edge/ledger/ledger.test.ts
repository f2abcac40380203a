import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import type { Ledger } from './contract.ts';
import { openLedger } from './open.ts';
import * as shop from './shop.fixture.ts';

const SHA = 'b'.repeat(64);
let directory: ReturnType<typeof shop.temporaryDirectory>;
let clock: shop.TestClock;
let ledger: Ledger;

beforeEach(() => {
  directory = shop.temporaryDirectory();
  clock = shop.testClock();
  ledger = openLedger(shop.ledgerOptions(directory.dir, { clock }));
  ledger.activatePriceBook(shop.priceBook(1), SHA);
});
afterEach(() => {
  ledger.close();
  directory.free();
});

const start = (saleId: string, priceBookVersion = 1) =>
  ({ kind: 'start', saleId, laneId: 'lane-1', priceBookVersion }) as const;

function issueLabel(labelNumber: string): void {
  const label = shop.label(labelNumber, shop.APPLE, 616);
  ledger.append({ source: 'counter-1', events: [{ type: 'LabelIssued', body: { label } }] });
}

function scanLabel(saleId: string, labelNumber: string): boolean {
  const known = ledger.label(labelNumber);
  if (!known) throw new Error('no such label');
  const lineId = `${saleId}-${labelNumber}`;
  const { label, state: labelState } = known;
  return shop.carryOut(ledger, saleId, { kind: 'add-label', lineId, label, labelState });
}

describe('a sale', () => {
  test('leaves its events, the stock and the day behind when it is paid and printed', () => {
    const state = shop.sellApples(ledger, 'sale-a');
    expect(state?.phase).toBe('completed');
    expect(ledger.unfinishedSales()).toEqual([]);
    expect(ledger.stock()).toEqual([
      { sku: 'apple', location: 'floor', pieces: 0, grams: -612 },
      { sku: 'water', location: 'floor', pieces: -2, grams: 0 },
    ]);
    expect(ledger.sale('sale-a')).toEqual(state);
    expect(ledger.about('sale-a').map(({ type }) => type)).toEqual([
      'SaleStarted',
      'LineAdded',
      'LineAdded',
      'TenderRequested',
      'TenderCaptured',
      'SaleCompleted',
      'StockMoved',
      'StockMoved',
      'ReceiptPrinted',
    ]);
  });

  test('of today is counted under today, by item', () => {
    shop.sellApples(ledger, 'sale-a');
    shop.sellApples(ledger, 'sale-b');
    clock.advance(24 * 3_600_000);
    shop.sellApples(ledger, 'sale-c');
    const { amountFen } = ledger.dayTotals('2026-11-23');
    expect(ledger.dayTotals('2026-11-23')).toEqual({ sales: 2, amountFen: 2 * (732 + 500) });
    expect(ledger.dayTotals('2026-11-24')).toEqual({ sales: 1, amountFen: amountFen / 2 });
    expect(ledger.dayTotals('2026-11-25')).toEqual({ sales: 0, amountFen: 0 });
    expect(ledger.daySales('2026-11-23')).toEqual([
      { sku: 'apple', pieces: 0, grams: 1224, amountFen: 1464, sales: 2 },
      { sku: 'water', pieces: 4, grams: 0, amountFen: 1000, sales: 2 },
    ]);
  });

  test('in progress is the same basket after a restart, oldest first', () => {
    for (const saleId of ['sale-z', 'sale-a']) {
      shop.carryOut(ledger, saleId, start(saleId));
      const line = { lineId: `${saleId}-1`, item: shop.WATER, quantity: 1 };
      shop.carryOut(ledger, saleId, { kind: 'add-item', ...line, choice: { by: 'scan' } });
    }
    shop.carryOut(ledger, 'sale-a', shop.requestTender('tender-1'));
    const before = ledger.unfinishedSales();
    ledger.close();
    const ids = shop.countingIds('again');
    ledger = openLedger(shop.ledgerOptions(directory.dir, { ids }));
    expect(ledger.unfinishedSales()).toEqual(before);
    expect(before.map(({ saleId, phase }) => [saleId, phase])).toEqual([
      ['sale-z', 'open'],
      ['sale-a', 'paying'],
    ]);
  });

  test('nobody has heard of is not there', () => {
    expect(ledger.sale('sale-q')).toBeUndefined();
    expect(ledger.about('')).toEqual([]);
    expect(ledger.label('label-q')).toBeUndefined();
  });
});

describe('a command', () => {
  const command = { key: 'k-1', fingerprint: 'add 1 water', answer: '{"ok":true}' };
  const body = { labelNumber: 'l', reason: 'torn' };
  const events: DomainEvent[] = [{ type: 'LabelVoided', body }];

  test('sent twice is carried out once and answered twice alike', () => {
    const first = ledger.append({ source: 'lane-1', events, command });
    const second = ledger.append({ source: 'lane-1', events, command });
    expect(first.replayed).toBeUndefined();
    expect(second).toEqual({
      firstSeq: first.headSeq,
      headSeq: first.headSeq,
      headHash: first.headHash,
      replayed: '{"ok":true}',
    });
    expect(ledger.answerOf('k-1')).toEqual({ fingerprint: 'add 1 water', answer: '{"ok":true}' });
    expect(ledger.answerOf('k-2')).toBeUndefined();
  });

  test('with other content under a used key is refused, and nothing is recorded', () => {
    ledger.append({ source: 'lane-1', events, command });
    const { seq } = ledger.head();
    const changed = { ...command, fingerprint: 'add 2 water' };
    expect(() => ledger.append({ source: 'lane-1', events, command: changed })).toThrow(
      expect.objectContaining({ code: 'KEY_REUSED', retry: false }),
    );
    expect(ledger.head().seq).toBe(seq);
  });

  test('that was refused keeps its answer too, though nothing happened', () => {
    const { seq } = ledger.head();
    const refused = { ...command, answer: '{"ok":false}' };
    expect(ledger.append({ source: 'lane-1', events: [], command: refused }).firstSeq).toBe(seq);
    expect(ledger.append({ source: 'lane-1', events, command: refused }).replayed).toBe(
      '{"ok":false}',
    );
    expect(ledger.head().seq).toBe(seq);
  });
});

describe('a price label', () => {
  test('is live, then in a basket, then sold', () => {
    issueLabel('l-1');
    issueLabel('l-2');
    const { ean13 } = shop.label('l-1', shop.APPLE, 616);
    expect(ledger.liveLabels(ean13).map(({ labelNumber }) => labelNumber)).toEqual(['l-1', 'l-2']);
    shop.carryOut(ledger, 'sale-a', start('sale-a'));
    expect(scanLabel('sale-a', 'l-1')).toBe(true);
    expect(ledger.label('l-1')?.state).toBe('in-basket');
    expect(ledger.liveLabels(ean13).map(({ labelNumber }) => labelNumber)).toEqual(['l-2']);
    shop.carryOut(ledger, 'sale-a', shop.requestTender('t-1'));
    shop.carryOut(ledger, 'sale-a', shop.captured('t-1', 732, 'sale-a'));
    expect(ledger.label('l-1')?.state).toBe('sold');
    shop.carryOut(ledger, 'sale-b', start('sale-b'));
    expect(scanLabel('sale-b', 'l-1')).toBe(false);
  });

  test('comes back when its line or its basket is given up', () => {
    issueLabel('l-1');
    shop.carryOut(ledger, 'sale-a', start('sale-a'));
    scanLabel('sale-a', 'l-1');
    const line = { lineId: 'sale-a-l-1', reason: 'changed mind', by: 'shopper' } as const;
    shop.carryOut(ledger, 'sale-a', { kind: 'void-line', ...line });
    expect(ledger.label('l-1')?.state).toBe('live');
    shop.carryOut(ledger, 'sale-b', start('sale-b'));
    scanLabel('sale-b', 'l-1');
    shop.carryOut(ledger, 'sale-b', { kind: 'cancel', reason: 'left' });
    expect(ledger.label('l-1')?.state).toBe('live');
  });

  test('that was voided at the counter cannot be sold', () => {
    issueLabel('l-1');
    const body = { labelNumber: 'l-1', reason: 'wrong goods' };
    ledger.append({ source: 'counter-1', events: [{ type: 'LabelVoided', body }] });
    shop.carryOut(ledger, 'sale-a', start('sale-a'));
    expect(scanLabel('sale-a', 'l-1')).toBe(false);
    expect(ledger.label('l-1')?.state).toBe('void');
  });
});

describe('a price book', () => {
  const dearer = { ...shop.APPLE, unitPriceFen: 1296 };

  test('finds its items by article number, PLU, and GTIN of any length', () => {
    const can = { ...shop.WATER, sku: 'can', gtin: '96385074' };
    ledger.activatePriceBook(shop.priceBook(2, [shop.APPLE, shop.WATER, can]), SHA);
    expect(ledger.item(2, 'apple')).toEqual(shop.APPLE);
    expect(ledger.itemByPlu(2, '4131')).toEqual(shop.APPLE);
    expect(ledger.itemByGtin(2, '09521234543213')).toEqual(shop.WATER);
    expect(ledger.itemByGtin(2, '0000096385074')).toEqual(can);
    // The whole book is what is searched: with every reading of its names.
    const readings = [['hfspg'], ['water'], ['water']];
    const whole = [shop.APPLE, shop.WATER, can].map((item, at) => ({
      ...{ ...item, pinyin: readings[at] },
    }));
    expect(ledger.items(2)).toEqual(whole);
    for (const missing of ['', '0000', '4409']) {
      expect(ledger.itemByPlu(2, missing)).toBeUndefined();
      expect(ledger.itemByGtin(2, missing)).toBeUndefined();
    }
  });

  test('changes for the next basket; the one begun keeps the price it started with', () => {
    shop.carryOut(ledger, 'sale-a', start('sale-a'));
    for (let version = 2; version < 10; version += 1) {
      ledger.activatePriceBook(shop.priceBook(version, [dearer]), SHA);
    }
    expect(ledger.priceBookVersion()).toBe(9);
    expect(ledger.item(9, 'apple')?.unitPriceFen).toBe(1296);
    expect(ledger.item(1, 'apple')?.unitPriceFen).toBe(1196);
    expect(ledger.item(2, 'apple'), 'needed by nobody').toBeUndefined();
    shop.carryOut(ledger, 'sale-a', { kind: 'cancel', reason: 'left' });
    ledger.activatePriceBook(shop.priceBook(10, [dearer]), SHA);
    expect(ledger.item(1, 'apple')).toBeUndefined();
  });

  test('delivered again changes nothing; an older one or a forged twin is refused', () => {
    const { seq } = ledger.head();
    ledger.activatePriceBook(shop.priceBook(1), SHA);
    expect(ledger.head().seq).toBe(seq);
    for (const [version, sha] of [
      [1, 'c'.repeat(64)],
      [0, SHA],
    ] as const) {
      expect(() => ledger.activatePriceBook(shop.priceBook(version), sha)).toThrow(
        expect.objectContaining({ code: 'OLD_PRICE_BOOK' }),
      );
    }
  });

  test('of another store is refused', () => {
    const book = { ...shop.priceBook(2), storeId: 'store-2' };
    expect(() => ledger.activatePriceBook(book, SHA)).toThrow(
      expect.objectContaining({ code: 'WRONG_STORE' }),
    );
  });

  test('that cannot be stored whole leaves neither an event nor half its items', () => {
    const { seq } = ledger.head();
    const twins = shop.priceBook(2, [shop.APPLE, shop.PEAR, shop.APPLE]);
    expect(() => ledger.activatePriceBook(twins, SHA)).toThrow(/UNIQUE/);
    expect(ledger.head().seq).toBe(seq);
    expect(ledger.priceBookVersion()).toBe(1);
    expect(ledger.items(2)).toEqual([]);
    ledger.activatePriceBook(shop.priceBook(2), SHA);
    expect(ledger.items(2)).toHaveLength(3);
  });
});

describe('head office', () => {
  test('gets the events as stored, after the one it has, and no more than it asked for', () => {
    shop.sellApples(ledger, 'sale-a');
    const all = ledger.readAfter(0, 1000);
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(all.at(-1)?.hash).toBe(ledger.head().hash);
    expect(ledger.readAfter(3, 2)).toEqual(all.slice(3, 5));
    expect(ledger.tail(2)).toEqual(all.slice(-2).map(({ record }) => JSON.parse(record)));
  });

  test('acknowledges forwards only, and never what the store has not', () => {
    shop.sellApples(ledger, 'sale-a');
    expect(ledger.acked()).toBe(0);
    ledger.setAcked(4);
    ledger.setAcked(2);
    expect(ledger.acked()).toBe(4);
    expect(() => ledger.setAcked(1000)).toThrow(expect.objectContaining({ code: 'ACK_AHEAD' }));
  });
});

test('a decision that fails half-way leaves no trace on disk or in memory', () => {
  ledger.close();
  let failing = false;
  const crashPoint = (name: string) => {
    if (failing && name.startsWith('append.before-commit')) throw new Error('pulled the plug');
  };
  const ids = shop.countingIds('again');
  ledger = openLedger(shop.ledgerOptions(directory.dir, { ids, crashPoint }));
  shop.carryOut(ledger, 'sale-a', start('sale-a'));
  const before = { head: ledger.head(), sales: ledger.unfinishedSales() };
  failing = true;
  expect(() => shop.carryOut(ledger, 'sale-a', { kind: 'cancel', reason: 'left' })).toThrow('plug');
  failing = false;
  expect({ head: ledger.head(), sales: ledger.unfinishedSales() }).toEqual(before);
  expect(shop.carryOut(ledger, 'sale-a', { kind: 'cancel', reason: 'left' })).toBe(true);
  expect(ledger.unfinishedSales()).toEqual([]);
});
