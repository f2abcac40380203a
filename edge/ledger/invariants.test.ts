import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DomainEvent, EventBodies, EventType, SaleLine } from '../core/events.ts';
import type { Ledger } from './contract.ts';
import { checkInvariants } from './invariants.ts';
import { openLedger } from './open.ts';
import * as shop from './shop.fixture.ts';

let dir: string;
let free: () => void;
let ledger: Ledger;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
  ledger = openLedger(shop.ledgerOptions(dir));
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
});
afterEach(() => {
  ledger.close();
  free();
});

const LINE: SaleLine = {
  lineId: 'line-1',
  sku: 'apple',
  name: shop.APPLE.name,
  how: 'weighed',
  quantity: 1,
  weighing: shop.weighing(shop.APPLE, 616),
  unitPriceFen: 1196,
  priceBasis: 'kg',
  amountFen: 732,
  vatBasisPoints: 900,
  choice: shop.CHOICE,
  picture: '',
};
const WATER: SaleLine = {
  ...LINE,
  lineId: 'line-2',
  sku: 'water',
  how: 'each',
  unitPriceFen: 250,
  priceBasis: 'each',
  amountFen: 250,
};

/** The decisions of one good sale; each list is one transaction. */
function goodSale(): DomainEvent[][] {
  const saleId = 'sale-1';
  const tenderId = 'tender-1';
  const { weighing: _, ...water } = structuredClone(WATER);
  const [receiptNo, receiptJobId] = ['receipt-1', 'job-1'];
  const move = { location: 'floor', pieces: 0, grams: 0 };
  const asked = { terminalId: 'pay-1', channel: 'wechat', amountFen: 1232 } as const;
  return structuredClone<DomainEvent[][]>([
    [{ type: 'SaleStarted', body: { saleId, laneId: 'lane-1', priceBookVersion: 1 } }],
    [{ type: 'LineAdded', body: { saleId, line: LINE } }],
    [{ type: 'LineAdded', body: { saleId, line: water } }],
    [
      {
        type: 'LineQuantityChanged',
        body: { saleId, lineId: 'line-2', quantity: 2, amountFen: 500 },
      },
    ],
    [
      {
        type: 'TenderRequested',
        body: { saleId, tenderId, ...asked, orderNo: 'order-1', codeTail: '1234' },
      },
    ],
    [
      { type: 'TenderCaptured', body: { saleId, tenderId, amountFen: 1232, providerRef: 'ref' } },
      {
        type: 'SaleCompleted',
        body: { saleId, laneId: 'lane-1', receiptNo, totalFen: 1232, lines: 2, receiptJobId },
      },
      {
        type: 'StockMoved',
        body: {
          cause: 'sale',
          saleId,
          lineId: 'line-1',
          move: { ...move, sku: 'apple', grams: -612 },
        },
      },
      {
        type: 'StockMoved',
        body: {
          cause: 'sale',
          saleId,
          lineId: 'line-2',
          move: { ...move, sku: 'water', pieces: -2 },
        },
      },
    ],
    [{ type: 'ReceiptPrinted', body: { saleId, jobId: 'job-1' } }],
  ]);
}

/** Takes the n-th event of a type out of the decisions, for a test to bend. */
function body<T extends EventType>(sale: DomainEvent[][], type: T, nth = 0): EventBodies[T] {
  const found = sale
    .flat()
    .filter((event): event is Extract<DomainEvent, { type: T }> => event.type === type)[nth];
  if (!found) throw new Error(`no ${type} in the sale`);
  return found.body as EventBodies[T];
}

function weighing(sale: DomainEvent[][]) {
  const { weighing: record } = body(sale, 'LineAdded').line;
  if (!record) throw new Error('the first line is weighed');
  return record;
}

function record(decisions: DomainEvent[][]): void {
  for (const events of decisions) ledger.append({ source: 'lane-1', events });
}

const violated = () => [...new Set(checkInvariants(dir).violations.map((v) => v.invariant))].sort();

test('a store that did everything right has nothing to answer for', () => {
  record(goodSale());
  const { checked, violations } = checkInvariants(dir);
  expect(violations).toEqual([]);
  expect([...checked].sort()).toEqual(
    [
      'K1',
      'K2',
      'K3',
      'K5',
      'K6',
      'L1',
      'L2',
      'L3',
      'L4',
      'L5',
      'L7',
      'P1',
      'P2',
      'P3',
      'P4',
      'P5',
      'S1',
      'S2',
      'S3',
      'S4',
      'T2',
      'T4',
      'W1',
      'W2',
    ].map((name) => `INV-${name}`),
  );
});

type Bend = (sale: DomainEvent[][]) => void;
const saleId = 'sale-1';
const tenderId = 'tender-1';

const CASES: [sentence: string, violated: string[], bend: Bend][] = [
  ['a sale that began twice', ['L4'], (s) => s.splice(1, 0, s[0] ?? [])],
  [
    'a fraction where whole numbers belong',
    ['L5'],
    (s) => {
      weighing(s).ageMs = 90.5;
    },
  ],
  [
    'a line sold for less than it weighs',
    ['P2', 'S1'],
    (s) => {
      body(s, 'LineAdded').line.amountFen = 731;
    },
  ],
  [
    'pieces that do not cost their price',
    ['P2', 'S1'],
    (s) => {
      body(s, 'LineQuantityChanged').amountFen = 400;
    },
  ],
  [
    'a total that is not its lines',
    ['S1'],
    (s) => {
      body(s, 'SaleCompleted').totalFen = 1231;
    },
  ],
  [
    'a price that is not in the price book',
    ['S1', 'S2', 'W2'],
    (s) => {
      body(s, 'LineAdded').line.unitPriceFen = 1;
      weighing(s).unitPriceFen = 1;
    },
  ],
  [
    'an unsteady weight',
    ['W1'],
    (s) => {
      weighing(s).stableFrames = 2;
    },
  ],
  [
    'an old weight',
    ['W1'],
    (s) => {
      weighing(s).ageMs = 1001;
    },
  ],
  [
    'a tare off the scale division',
    ['W2'],
    (s) => {
      weighing(s).tareGrams = 5;
      weighing(s).grossGrams = 617;
    },
  ],
  [
    'a net that is not gross less tare',
    ['W2'],
    (s) => {
      weighing(s).grossGrams = 700;
    },
  ],
  [
    'produce sold without a weighing',
    ['K1', 'S1', 'W2'],
    (s) => {
      delete body(s, 'LineAdded').line.weighing;
    },
  ],
  ['a capture nobody asked for', ['P2', 'P3'], (s) => s.splice(4, 1)],
  [
    'a capture of another amount that was kept',
    ['P2', 'P3'],
    (s) => {
      body(s, 'TenderCaptured').amountFen = 1000;
    },
  ],
  ['a payment taken twice', ['P1'], (s) => s.push(s[5]?.slice(0, 1) ?? [])],
  ['a sale completed without its money', ['L7', 'P2'], (s) => s[5]?.splice(0, 1)],
  [
    'a sale completed apart from its money',
    ['L7'],
    (s) => s.splice(5, 0, s[5]?.splice(0, 1) ?? []),
  ],
  ['goods that left without a stock move', ['K1'], (s) => s[5]?.pop()],
  ['goods that left the stock twice', ['K1'], (s) => s[5]?.push(...(s[5]?.slice(-1) ?? []))],
  [
    'more taken from the stock than was sold',
    ['K1'],
    (s) => {
      body(s, 'StockMoved', 1).move.pieces = -3;
    },
  ],
  ['stock that moved in another decision', ['L7'], (s) => s.push(s[5]?.splice(-1) ?? [])],
  [
    'a given-up basket that kept the money and moved goods',
    ['P1', 'S4'],
    (s) => {
      s[5]?.splice(1, 1, { type: 'SaleCancelled', body: { saleId, reason: 'left' } });
    },
  ],
  [
    'money sent back that nobody asked to send back',
    ['P1', 'P2'],
    (s) => s.push([{ type: 'TenderReversed', body: { saleId, tenderId } }]),
  ],
  [
    'a second payment while the first is unresolved',
    ['P5'],
    (s) => {
      const asked = structuredClone(body(s, 'TenderRequested'));
      const second = { ...asked, saleId: 'sale-2', tenderId: 'tender-2', orderNo: 'order-2' };
      s.splice(5, 0, [{ type: 'TenderRequested', body: second }]);
    },
  ],
];

test('half a fen never reaches the ledger', () => {
  const sale = goodSale();
  body(sale, 'LineAdded').line.amountFen = 732.5;
  const before = ledger.head().seq;
  expect(() => record(sale)).toThrow(/cannot store REAL/);
  expect(ledger.head().seq, 'the sale had begun').toBe(before + 1);
});

describe('an audit finds', () => {
  test.each(CASES)('%s', (_, names, bend) => {
    const sale = goodSale();
    bend(sale);
    record(sale);
    expect(violated()).toEqual(names.map((name) => `INV-${name}`).sort());
  });

  test('money returned after a late approval in order, and nothing else', () => {
    const sale = goodSale().slice(0, 5);
    const reason = 'late-approval';
    const captured = body(goodSale(), 'TenderCaptured');
    sale.push(
      [{ type: 'TenderDeclined', body: { saleId, tenderId, reason: 'not found' } }],
      [{ type: 'SaleCancelled', body: { saleId, reason: 'left' } }],
      [
        { type: 'TenderCaptured', body: captured },
        { type: 'TenderReversalRequested', body: { saleId, tenderId, reason } },
      ],
      [{ type: 'TenderReversed', body: { saleId, tenderId } }],
    );
    record(sale);
    expect(violated()).toEqual([]);
  });

  test('where there is no ledger at all, that the chain is not there', () => {
    const empty = shop.temporaryDirectory();
    expect(checkInvariants(empty.dir)).toMatchObject({
      checked: ['INV-L1'],
      violations: [{ invariant: 'INV-L1' }],
    });
    empty.free();
  });
});
