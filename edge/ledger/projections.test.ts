import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pending } from '../core/sale/pending.ts';
import type { SaleCommand, SaleState } from '../core/sale/sale.ts';
import type { Ledger } from './contract.ts';
import { checkInvariants } from './invariants.ts';
import { MEMORY_DISK } from './memory-disk.fixture.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const KINDS = [
  'scan',
  'weigh',
  'issue label',
  'sell label',
  'void label',
  'quantity',
  'void line',
  'cancel',
  'pay',
  'pay',
  'capture',
  'capture',
  'capture another amount',
  'decline',
  'no answer',
  'reverse',
  'reversed',
  'print',
  'printer fails',
  'deliver goods',
  'new prices',
  'next sale',
] as const;

interface Action {
  lane: number;
  kind: (typeof KINDS)[number];
  n: number;
}

/** Drives one store with arbitrary deeds; the core refuses what may not happen. */
function shopFloor(ledger: Ledger) {
  const ids = shop.countingIds('x');
  const sales: string[][] = [[ids('sale')], [ids('sale')]];
  const labels: string[] = [];
  const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % (list.length || 1)];

  function target({ lane, n }: Action): SaleState | undefined {
    const own = sales[lane] ?? [];
    const saleId = n % 5 === 0 ? pick(own, n) : own.at(-1);
    return saleId === undefined ? undefined : ledger.sale(saleId);
  }

  function command(action: Action, sale: SaleState): SaleCommand | undefined {
    const { kind, n } = action;
    const lineId = ids('line');
    const tender = pick(sale.tenders, n);
    const tenderId = tender?.tenderId ?? 'none';
    const jobId = sale.receipt?.jobId ?? 'none';
    const reason = 'because';
    switch (kind) {
      case 'scan':
        return {
          kind: 'add-item',
          lineId,
          item: shop.WATER,
          quantity: (n % 3) + 1,
          choice: { by: 'scan' },
        };
      case 'weigh': {
        const item = pick([shop.APPLE, shop.PEAR], n) ?? shop.PEAR;
        const weighing = shop.weighing(item, 40 + 2 * (n % 2000));
        return { kind: 'add-weighed', lineId, item, weighing, choice: shop.CHOICE };
      }
      case 'sell label': {
        const known = ledger.label(pick(labels, n) ?? '');
        return known && { kind: 'add-label', lineId, label: known.label, labelState: known.state };
      }
      case 'quantity':
        return { kind: 'set-quantity', lineId: sale.lines[0]?.lineId ?? '', quantity: (n % 9) + 1 };
      case 'void line': {
        const line = pick(sale.lines, n)?.lineId ?? '';
        return { kind: 'void-line', lineId: line, reason, by: 'shopper' };
      }
      case 'cancel':
        return { kind: 'cancel', reason };
      case 'pay':
        return shop.requestTender(ids('tender'), `pay-${action.lane}`);
      case 'capture':
        return shop.captured(tenderId, tender?.amountFen ?? 0, sale.saleId);
      case 'capture another amount':
        return shop.captured(tenderId, (tender?.amountFen ?? 0) + 1, sale.saleId);
      case 'decline':
        return { kind: 'record-declined', tenderId, reason };
      case 'no answer':
        return { kind: 'record-unknown', tenderId, reason };
      case 'reverse':
        return { kind: 'request-reversal', tenderId, reason };
      case 'reversed':
        return { kind: 'record-reversed', tenderId };
      case 'print':
        return { kind: 'record-receipt-printed', jobId };
      case 'printer fails':
        return { kind: 'record-receipt-failed', jobId, reason };
      default:
        return undefined;
    }
  }

  /** The lane's rule: a terminal with a payment open takes no other. */
  function terminalBusy(lane: number): boolean {
    return (sales[lane] ?? []).some((saleId) => {
      const state = ledger.sale(saleId);
      return state && pending(state).some(({ kind }) => kind !== 'print-receipt');
    });
  }

  function storeDeed({ kind, n, lane }: Action): void {
    const source = 'store';
    if (kind === 'issue label') {
      const labelNumber = ids('label');
      labels.push(labelNumber);
      const label = shop.label(labelNumber, shop.APPLE, 100 + 2 * (n % 500));
      ledger.append({ source: 'counter-1', events: [{ type: 'LabelIssued', body: { label } }] });
    } else if (kind === 'void label' && labels.length > 0) {
      const body = { labelNumber: pick(labels, n) ?? '', reason: 'torn' };
      ledger.append({ source: 'counter-1', events: [{ type: 'LabelVoided', body }] });
    } else if (kind === 'deliver goods') {
      const move = { sku: 'apple', location: 'floor', pieces: 0, grams: 100 * (n % 50) };
      const body = { cause: 'received' as const, move };
      ledger.append({ source, events: [{ type: 'StockMoved', body }] });
    } else if (kind === 'new prices') {
      const version = ledger.priceBookVersion() + 1;
      ledger.activatePriceBook(shop.priceBook(version), String(version).padStart(64, '0'));
    } else if (kind === 'next sale') sales[lane]?.push(ids('sale'));
  }

  return (action: Action) => {
    storeDeed(action);
    if (action.kind === 'pay' && terminalBusy(action.lane)) return;
    const newest = sales[action.lane]?.at(-1) ?? '';
    const version = ledger.priceBookVersion();
    const start = { saleId: newest, laneId: `lane-${action.lane}`, priceBookVersion: version };
    if (!ledger.sale(newest)) shop.carryOut(ledger, newest, { kind: 'start', ...start });
    const sale = target(action);
    const wanted = sale && command(action, sale);
    if (wanted) shop.carryOut(ledger, sale.saleId, wanted);
  };
}

const actions = fc.array(
  fc.record({
    lane: fc.integer({ min: 0, max: 1 }),
    kind: fc.constantFrom(...KINDS),
    n: fc.nat({ max: 9999 }),
  }),
  { minLength: 20, maxLength: 150 },
);

const seed = Number(process.env.SEED ?? 20261123);

test(`whatever happened in the store, its tables are what its events say (SEED=${seed})`, () => {
  const seen = new Set<string>();
  const run = (deeds: Action[]) => {
    const dir = mkdtempSync(join(MEMORY_DISK, 'yike-projections-'));
    const clock = shop.testClock();
    const ledger = openLedger(shop.ledgerOptions(dir, { clock }));
    ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
    const act = shopFloor(ledger);
    for (const deed of deeds) {
      clock.advance(deed.n * 1000);
      act(deed);
    }
    for (const { type } of ledger.tail(10_000)) seen.add(type);
    const before = { sales: ledger.unfinishedSales(), stock: ledger.stock(), head: ledger.head() };
    expect(rebuildAndCompare(dir, shop.localDay)).toEqual([]);
    expect(verifyLedger(dir)).toMatchObject({ ok: true, headHash: before.head.hash });
    expect(checkInvariants(dir).violations).toEqual([]);
    ledger.close();
    const ids = shop.countingIds('again');
    const again = openLedger(shop.ledgerOptions(dir, { ids }));
    expect(again.unfinishedSales()).toEqual(before.sales);
    expect(again.stock()).toEqual(before.stock);
    again.close();
    rmSync(dir, { recursive: true });
  };
  const numRuns = process.env.YIKE_DEEP ? 5000 : 120;
  fc.assert(fc.property(actions, run), { seed, numRuns });
  for (const type of ['SaleCompleted', 'TenderReversed', 'LineVoided', 'LabelVoided'] as const) {
    expect(seen, 'a run that never saw it proves nothing').toContain(type);
  }
}, 600_000);
