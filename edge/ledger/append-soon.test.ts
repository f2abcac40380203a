import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import type { AppendRequest, Ledger } from './contract.ts';
import { checkInvariants } from './invariants.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import { buildChild } from './selling.fixture.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

let dir: string;
let free: () => void;
let ledger: Ledger;
let run = 0;

beforeAll(buildChild);
beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
  open();
});
afterEach(() => {
  ledger.close();
  free();
});

function open(changes = {}): void {
  run += 1;
  ledger = openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds(`${run}-`), ...changes }));
}

const start = (saleId: string, key?: string): AppendRequest => ({
  source: 'lane-1',
  events: [{ type: 'SaleStarted', body: { saleId, laneId: 'lane-1', priceBookVersion: 0 } }],
  ...(key !== undefined && { command: { key, fingerprint: saleId, answer: `"${saleId}"` } }),
});

function water(saleId: string): DomainEvent {
  const { sku, name, unitPriceFen, priceBasis, vatBasisPoints } = shop.WATER;
  const priced = { unitPriceFen, priceBasis, amountFen: unitPriceFen, vatBasisPoints };
  const line = { lineId: `${saleId}-1`, sku, name, ...priced, quantity: 1, picture: '' };
  return {
    type: 'LineAdded',
    body: { saleId, line: { ...line, choice: shop.CHOICE, how: 'each' } },
  };
}

const recall: AppendRequest = {
  source: 'store',
  events: [
    { type: 'LotRecalled', body: { recallId: 'r-1', sku: 'water', reason: 'glass', by: 'Li' } },
  ],
};

function expectWhole(): void {
  expect(verifyLedger(dir)).toMatchObject({ ok: true });
  expect(rebuildAndCompare(dir, shop.localDay)).toEqual([]);
  expect(checkInvariants(dir).violations).toEqual([]);
}

describe('what is asked in one turn', () => {
  test('is recorded in order under decisions of its own, and everybody hears his own place', async () => {
    const { seq } = ledger.head();
    const all = Promise.all([1, 2, 3].map((n) => ledger.appendSoon(start(`sale-${n}`))));
    expect(ledger.head().seq, 'nothing before the end of the turn').toBe(seq);
    const answers = await all;
    expect(answers.map(({ firstSeq, headSeq }) => [firstSeq, headSeq])).toEqual(
      [1, 2, 3].map((n) => [seq + n, seq + n]),
    );
    const stored = ledger.readAfter(seq, 10);
    expect(answers.map(({ headHash }) => headHash)).toEqual(stored.map(({ hash }) => hash));
    expect(new Set(ledger.tail(3).map(({ tx }) => tx)).size).toBe(3);
    expect(ledger.unfinishedSales()).toHaveLength(3);
    ledger.close();
    expectWhole();
  });

  test('refused for its key, takes nobody with it; a repeat in the same turn is answered', async () => {
    const answers = await Promise.allSettled([
      ledger.appendSoon(start('sale-1', 'key-1')),
      ledger.appendSoon(start('sale-1', 'key-1')),
      ledger.appendSoon(start('sale-2', 'key-1')),
      ledger.appendSoon(start('sale-3', 'key-3')),
    ]);
    expect(answers).toMatchObject([
      { status: 'fulfilled' },
      { status: 'fulfilled', value: { replayed: '"sale-1"' } },
      { status: 'rejected', reason: { code: 'KEY_REUSED' } },
      { status: 'fulfilled' },
    ]);
    expect(ledger.unfinishedSales().map(({ saleId }) => saleId)).toEqual(['sale-1', 'sale-3']);
    ledger.close();
    expectWhole();
  });

  test('that throws inside is alone in that too', async () => {
    const bad: AppendRequest = {
      source: 'counter-1',
      events: ['label-1', 'label-1'].map((number) => ({
        type: 'LabelIssued',
        body: { label: shop.label(number, shop.PEAR, 500) },
      })),
    };
    const answers = await Promise.allSettled([
      ledger.appendSoon(start('sale-1')),
      ledger.appendSoon(bad),
      ledger.appendSoon(start('sale-3')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ledger.label('label-1')).toBeUndefined();
    expect(ledger.unfinishedSales().map(({ saleId }) => saleId)).toEqual(['sale-1', 'sale-3']);
    ledger.close();
    expectWhole();
  });

  test('is judged by what stands before it: goods recalled a moment ago are not sold', async () => {
    const line = (saleId: string): AppendRequest => {
      const { events, source } = start(saleId);
      return { source, events: [...events, water(saleId)] };
    };
    const asked = [line('sale-1'), recall, line('sale-2'), start('sale-3')];
    const answers = await Promise.allSettled(asked.map((each) => ledger.appendSoon(each)));
    expect(answers).toMatchObject([
      { status: 'fulfilled' },
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'NOT_SELLABLE' } },
      { status: 'fulfilled' },
    ]);
    expect(ledger.unfinishedSales().map(({ saleId }) => saleId)).toEqual(['sale-1', 'sale-3']);
  });

  test('goes on after an append of the same turn, and before a close', async () => {
    const soon = ledger.appendSoon(start('sale-soon'));
    ledger.append(start('sale-now'));
    ledger.close();
    const { headSeq } = await soon;
    open();
    const order = ledger.readAfter(headSeq - 2, 2).map(({ record }) => JSON.parse(record));
    expect(order.map(({ body }) => body.saleId)).toEqual(['sale-now', 'sale-soon']);
  });
});

describe('killed while a group is written', () => {
  test.each([
    ['append.after-event.LineAdded', 0],
    ['group.before-commit', 0],
    ['group.after-commit', 3],
  ])('at %s', (point, kept) => {
    ledger.close();
    const child = `
      const { openLedger } = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/edge/ledger/open.js'))});
      const shop = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/edge/ledger/shop.fixture.js'))});
      let armed = false;
      const crashPoint = (name) => { if (armed && name === ${JSON.stringify(point)}) process.kill(process.pid, 'SIGKILL'); };
      const ledger = openLedger(shop.ledgerOptions(process.argv[1], { ids: shop.countingIds('child-'), crashPoint }));
      armed = true;
      for (const request of JSON.parse(process.argv[2]))
        ledger.appendSoon(request).then(() => process.stdout.write('told\\n'));`;
    const requests = ['a', 'b', 'c'].map((id) => {
      const { events, ...rest } = start(id);
      return { ...rest, events: [...events, water(id)] };
    });
    const ended = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', child, dir, JSON.stringify(requests)],
      { encoding: 'utf8' },
    );
    expect({ signal: ended.signal, stderr: ended.stderr }).toEqual({
      signal: 'SIGKILL',
      stderr: '',
    });
    expect(ended.stdout, 'nobody was told before it').toBe('');
    open();
    expect(ledger.unfinishedSales()).toHaveLength(kept);
    ledger.close();
    expectWhole();
  });
});

const strace = spawnSync('strace', ['-c', 'true']);
const why = strace.status === 0 ? '' : ' (skipped: strace is not here or may not trace)';

test.skipIf(why)(`twenty at once cost one sync of the disk${why}`, () => {
  ledger.close();
  const out = mkdtempSync(join(tmpdir(), 'yike-strace-'));
  const child = `
    const { openLedger } = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/edge/ledger/open.js'))});
    const shop = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/edge/ledger/shop.fixture.js'))});
    const [dir, turns] = process.argv.slice(1);
    const ledger = openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds('t' + turns) }));
    for (let turn = 0; turn < Number(turns); turn += 1)
      await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.appendSoon({ source: 'lane-1', events: [
        { type: 'SaleStarted', body: { saleId: turns + '-' + turn + '-' + n, laneId: 'lane-1', priceBookVersion: 0 } }] })));
    ledger.close();`;
  const syncs = (turns: number): number => {
    const log = join(out, `${turns}`);
    const traced = ['-f', '-e', 'trace=fsync,fdatasync', '-o', log, process.execPath];
    const ended = spawnSync('strace', [
      ...traced,
      ...['--input-type=module', '-e', child, dir, String(turns)],
    ]);
    expect(ended.status).toBe(0);
    return (readFileSync(log, 'utf8').match(/f(data)?sync\(.*= 0/g) ?? []).length;
  };
  const perTurn = (syncs(22) - syncs(2)) / 20;
  rmSync(out, { recursive: true });
  expect(perTurn).toBeGreaterThanOrEqual(1);
  expect(perTurn).toBeLessThanOrEqual(1.2);
});
