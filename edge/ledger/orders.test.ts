/** Orders found again by what people remember; what people did; both follow from events alone. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import type { OrderState } from '../core/sale/order-state.ts';
import type { Ledger } from './contract.ts';
import { LEDGER_FILE } from './database.ts';
import { openLedger } from './open.ts';
import type { OrderSearch } from './order-search.ts';
import { rebuildAndCompare } from './rebuild.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const LI = { id: 'li', name: '李梅' };
let dir: string;
let free: () => void;
let ledger: Ledger;
let clock: shop.TestClock;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
  clock = shop.testClock();
  ledger = openLedger(shop.ledgerOptions(dir, { clock }));
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
});
afterEach(() => {
  expect(rebuildAndCompare(dir, shop.localDay)).toEqual([]);
  expect(verifyLedger(dir)).toMatchObject({ ok: true });
  ledger.close();
  free();
});

const record = (...events: DomainEvent[]) => ledger.append({ source: 'store', events });
const found = (search: OrderSearch) => ledger.orders(search, 50).map(({ saleId }) => saleId);

function waterSale(saleId: string, quantity: number, laneId = 'lane-2'): void {
  shop.carryOut(ledger, saleId, { kind: 'start', saleId, laneId, priceBookVersion: 1 });
  const choice = { by: 'scan' } as const;
  const line = { lineId: `${saleId}-1`, item: shop.WATER, quantity, choice };
  shop.carryOut(ledger, saleId, { kind: 'add-item', ...line });
}

function pay(saleId: string, amountFen: number): void {
  shop.carryOut(ledger, saleId, shop.requestTender(`${saleId}-tender`, 'pay-2'));
  shop.carryOut(ledger, saleId, shop.captured(`${saleId}-tender`, amountFen, saleId));
}

/** `apples` paid, `water` refunded, `given-up` voided, `asked` without an answer, `open` open. */
function tradingDay(): void {
  shop.sellApples(ledger, 'apples');
  clock.advance(86_400_000);
  waterSale('water', 1);
  pay('water', 250);
  const line = { lineId: 'water-1', sku: 'water', quantity: 1, amountFen: 250 };
  const part = { refundNo: 'R1', tenderId: 'water-tender', terminalId: 'pay-2', orderNo: 'o' };
  const refund = { saleId: 'water', refundId: 'r-1', amountFen: 250, reason: 'warm', by: LI };
  const lines = [{ ...line, vatBasisPoints: 1300, goods: 'shelf' as const }];
  const parts = [{ ...part, channel: 'wechat' as const, amountFen: 250 }];
  record({ type: 'RefundRequested', body: { ...refund, lines, parts } });
  waterSale('given-up', 2);
  shop.carryOut(ledger, 'given-up', { kind: 'cancel', reason: 'left', person: LI });
  waterSale('asked', 3);
  shop.carryOut(ledger, 'asked', shop.requestTender('asked-tender'));
  const silent = { kind: 'record-unknown', tenderId: 'asked-tender', reason: 'silent' } as const;
  shop.carryOut(ledger, 'asked', silent);
  waterSale('open', 4);
}

describe('an order is found by', () => {
  const any = (given: Partial<NonNullable<OrderSearch['any']>>): OrderSearch => ({
    any: { skus: [], ...given },
  });
  test.each<[string, OrderSearch, string[]]>([
    ['nothing: all of them, newest first', {}, ['asked', 'given-up', 'water', 'apples']],
    ['its goods, as the price book finds them', any({ skus: ['apple'] }), ['apples']],
    ['a part of what they were called', any({ name: '富士' }), ['apples']],
    ['that name in the other language', any({ name: 'fuji' }), ['apples']],
    ['nothing that is no letter of it', any({ name: '%' }), []],
    ['the end of the payer’s code', any({ numberEnd: '4321' }), ['asked', 'water', 'apples']],
    ['the end of the payment', any({ numberEnd: 'water-tender' }), ['water']],
    ['the end of its own number', any({ numberEnd: 'pt-apples' }), ['apples']],
    ['its amount', any({ amountFen: 750 }), ['asked']],
    ['its lane', { place: 'lane-1' }, ['apples']],
    ['its day', { fromWallMs: 1_795_392_000_000 + 86_400_000 }, ['asked', 'given-up', 'water']],
    ['the days before', { beforeWallMs: 1_795_392_000_000 + 86_400_000 }, ['apples']],
    ...(['paid', 'refunded', 'voided', 'unknown'] as const).map(
      (state, at): [string, OrderSearch, string[]] => [
        state,
        { states: [state] },
        [['apples', 'water', 'given-up', 'asked'][at] ?? ''],
      ],
    ),
    ['two things at once', { place: 'lane-2', states: ['paid', 'refunded'] }, ['water']],
  ])('%s', (_, search, wanted) => {
    tradingDay();
    expect(found(search)).toEqual(wanted);
    expect(ledger.orderTotals(search).orders).toBe(wanted.length);
  });
});

test('pages follow one another without a gap', () => {
  tradingDay();
  const first = ledger.orders({}, 3);
  const rest = ledger.orders({}, 3, first.at(-1)?.seq);
  expect([...first, ...rest].map(({ saleId }) => saleId)).toEqual(found({}));
});

test('all of a search are found in one pass, and read page by page as they are', () => {
  tradingDay();
  const search: OrderSearch = { states: ['paid', 'refunded'] };
  const seqs = ledger.orderSeqs(search);
  expect(seqs).toEqual(ledger.orders(search, 50).map(({ seq }) => seq));
  const [last = 0, ...others] = seqs;
  const pages = [ledger.ordersAt([last]), ledger.ordersAt([...others].reverse())].flat();
  expect(pages).toEqual(ledger.orders(search, 50));
  expect(ledger.ordersAt([-1])).toEqual([]);
  expect(ledger.orderSeqs({ any: { skus: [], numberEnd: 'zzzz' } })).toEqual([]);
});

test('a question at the cabinet marks its bill until a person answered', () => {
  const named = { visitId: 'visit-1', cabinetId: 'cabinet-1' };
  const payer = { kind: 'code' as const, tail: '9999' };
  const start = { purpose: 'shop' as const, payer, priceBookVersion: 1, planogramVersion: 1 };
  record({ type: 'VisitStarted', body: { ...named, ...start } });
  waterSale('bill', 2, 'cabinet-1');
  pay('bill', 500);
  const count = { solver: '1', taken: [], probabilityBp: 9990, putBacks: [], stray: [] };
  const settled = { ...count, foreign: false, weighed: [], steps: [] };
  const bill = { saleId: 'bill', totalFen: 500 };
  record({ type: 'VisitSettled', body: { ...named, bill, count: settled } });
  const asked = { ...named, disputeId: 'd-1' };
  record({ type: 'VisitDisputed', body: { ...asked, reason: 'not-taken' } });
  expect(ledger.orders({ disputed: true }, 9)).toMatchObject([{ saleId: 'bill', dispute: 'open' }]);
  const decided = { by: 'li', note: 'right', accepted: false, refundFen: 0 };
  record({ type: 'DisputeDecided', body: { ...asked, ...decided } });
  expect(ledger.orders({ disputed: true }, 9)).toMatchObject([{ dispute: 'decided' }]);
  expect(ledger.acts({ kind: 'money' }, 9)).toMatchObject([{ person: 'li' }]);
});

test('who did what is found by person and kind', () => {
  tradingDay();
  record({ type: 'PersonSignedIn', body: { personId: 'wang', surface: 'admin' } });
  const types = (search: Parameters<Ledger['acts']>[0]) =>
    ledger.acts(search, 50).map(({ event }) => event.type);
  expect(types({ person: 'li' })).toEqual(['SaleCancelled', 'RefundRequested']);
  expect(types({ kind: 'access' })).toEqual(['PersonSignedIn']);
  expect(types({ kind: 'system' })).toEqual(['Booted']);
  expect(ledger.actors()).toEqual(['li', 'wang']);
});

test('a ledger of the schema before gets its orders at the next opening', () => {
  tradingDay();
  const before = found({});
  ledger.close();
  const db = new Database(join(dir, LEDGER_FILE));
  for (const table of ['orders', 'order_words', 'sold_names', 'acts'])
    db.exec(`DROP TABLE ${table}`);
  db.pragma('user_version = 8');
  db.exec("UPDATE meta SET value = '8' WHERE key = 'projected'");
  db.close();
  expect(verifyLedger(dir)).toMatchObject({ ok: true });
  ledger = openLedger(shop.ledgerOptions(dir, { clock, ids: shop.countingIds('again') }));
  expect(found({})).toEqual(before);
});

test.each([
  "UPDATE orders SET state = 'paid'",
  'DELETE FROM orders',
  "INSERT INTO order_words VALUES ('=pear', 1)",
  "UPDATE sold_names SET zh = '梨'",
  "UPDATE acts SET person = 'wang'",
])('%s is found out', (sql) => {
  tradingDay();
  tampered(sql);
});

function shell(sql: string): void {
  const db = new Database(join(dir, LEDGER_FILE));
  db.exec(sql);
  db.close();
}

/** Changes the file, looks, and puts the old tables back for the check after each test. */
function tampered(sql: string): void {
  shell(sql);
  expect(verifyLedger(dir)).toMatchObject({
    ok: false,
    reason: { en: expect.stringMatching(/differs from events/) },
  });
  expect(rebuildAndCompare(dir, shop.localDay)).not.toEqual([]);
  ledger.close();
  shell("DELETE FROM meta WHERE key = 'projected'");
  ledger = openLedger(shop.ledgerOptions(dir, { clock, ids: shop.countingIds('again') }));
}

test('the state of an order is one of those a person can ask for', () => {
  tradingDay();
  const states = ledger.orders({}, 9).map(({ state }): OrderState => state);
  expect(states).toEqual(['unknown', 'voided', 'refunded', 'paid']);
});
