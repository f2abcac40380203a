import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from './contract.ts';
import { openLedger } from './open.ts';
import * as shop from './shop.fixture.ts';

let directory: ReturnType<typeof shop.temporaryDirectory>;
let ledger: Ledger;

beforeEach(() => {
  directory = shop.temporaryDirectory();
  ledger = openLedger(shop.ledgerOptions(directory.dir));
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
});
afterEach(() => {
  ledger.close();
  directory.free();
});

describe('a sale', () => {
  test('is finished and leaves its events, stock and the day behind', () => {
    const state = shop.sellApples(ledger, 'sale-a');
    expect(state?.phase).toBe('completed');
    expect(ledger.unfinishedSales()).toEqual([]);
    expect(ledger.stock()).toEqual([
      { sku: 'apple', location: 'floor', pieces: 0, grams: -612 },
      { sku: 'water', location: 'floor', pieces: -2, grams: 0 },
    ]);
    expect(ledger.dayTotals('2026-11-23')).toEqual({ sales: 1, amountFen: state?.totalFen });
    expect(ledger.sale('sale-a')).toEqual(state);
  });
});
