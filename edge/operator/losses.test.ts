/** What may mean a loss is read once from the ledger, kept beside it, and never believed blindly. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import type { Ledger } from '../ledger/contract.ts';
import { openLedger } from '../ledger/open.ts';
import { ledgerOptions, localDay, temporaryDirectory, testClock } from '../ledger/shop.fixture.ts';
import type { Controller } from '../main.ts';
import { lossReport } from './losses.ts';

const DAY_MS = 86_400_000;
const LIMITS = { fewestLines: 20, fewestRemoved: 5, timesUsual: 2, leastGrams: 20 };
const clock = testClock();
let dir: string;
let free: () => void;
let ledger: Ledger;
let eventsRead: number;

beforeEach(() => {
  ({ dir, free } = temporaryDirectory());
  ledger = openLedger(ledgerOptions(dir, { clock }));
});
afterEach(() => {
  ledger.close();
  free();
});

const bag = (n: number): DomainEvent => ({
  type: 'BagChecked',
  body: { saleId: `s${n}`, answer: 'own-bag', differenceGrams: 400 },
});
const happen = (times: number) =>
  ledger.append({ source: 'lane-1', events: Array.from({ length: times }, (_, n) => bag(n)) });

/** A start of the store. */
function started(more: { ownBagGrams?: number; of?: Ledger } = {}) {
  const { ownBagGrams = 300, of = ledger } = more;
  eventsRead = 0;
  const counted: Ledger = {
    ...of,
    readAfter(seq, limit) {
      const page = of.readAfter(seq, limit);
      eventsRead += page.length;
      return page;
    },
  };
  const store = { id: 'store-1', timeZone: 'Asia/Shanghai' };
  const config = { store, lanes: [{ id: 'lane-1' }], losses: { ...LIMITS, ownBagGrams } };
  const controller = { ledger: counted, clock, localDay, config } as object as Controller;
  const report = lossReport({ controller, dataDir: dir });
  return async (days: 1 | 30 = 30) => {
    const { rows } = await report.losses(days);
    return rows.map((row) => (row.kind === 'weights' ? row.times : row.kind));
  };
}

it('is read once: later, and after a start, only what is new', async () => {
  happen(1_200);
  const asked = started();
  expect(await asked()).toEqual([1_200]);
  happen(3);
  eventsRead = 0;
  expect(await asked()).toEqual([1_203]);
  expect(eventsRead).toBe(3);
  const again = started();
  expect(await again()).toEqual([1_203]);
  expect(eventsRead).toBeLessThan(10);
});

it('of today alone, or of a month; what is older is forgotten', async () => {
  happen(2);
  const asked = started();
  expect(await asked()).toEqual([2]);
  clock.advance(2 * DAY_MS);
  happen(1);
  expect([await asked(), await asked(1)]).toEqual([[3], [1]]);
  clock.advance(29 * DAY_MS);
  expect(await asked()).toEqual([1]);
});

it.each<[string, () => { ownBagGrams?: number; of?: Ledger }, number[]]>([
  ['damaged', () => damage(), [1_100]],
  ['of other limits', () => ({ ownBagGrams: 500 }), []],
  ['of another ledger', () => ({ of: otherLedger() }), [5]],
])('what was kept is not believed where it is %s', async (_, change, rows) => {
  happen(1_100);
  expect(await started()()).toEqual([1_100]);
  expect(existsSync(join(dir, 'losses-known.bin'))).toBe(true);
  expect(await started(change())()).toEqual(rows);
});

function damage() {
  writeFileSync(join(dir, 'losses-known.bin'), 'x');
  return {};
}

/** As after a restore: the same store, fewer events. */
function otherLedger(): Ledger {
  const path = join(dir, 'other');
  const other = openLedger(ledgerOptions(path, { clock }));
  other.append({ source: 'lane-1', events: [0, 1, 2, 3, 4].map(bag) });
  return other;
}
