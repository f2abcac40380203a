/** Payments with faults: no violation, and a judge that would see one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../core/events.ts';
import { MEMORY_DISK } from '../../ledger/memory-disk.fixture.ts';
import { theirBooks } from './payment-books.ts';
import { paymentFaults } from './payment-faults.ts';

const SEED = Number(process.env.SEED ?? 20_261_123);
const DEEP = process.env.YIKE_DEEP === '1';
const COUNT = DEEP ? 2_000 : 500;
/** Stores lived through one after another, each with a seed of its own. */
const STORES = DEEP ? 25 : 1;
const FAULTS = ['payer', 'card', 'line', 'cancel', 'refund', 'power-cut'];

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

function run(seed: number, count: number) {
  const dataDir = mkdtempSync(join(MEMORY_DISK, 'yike-payments-'));
  dirs.push(dataDir);
  const call = { seed, days: 1, count, dataDir, faults: FAULTS };
  return paymentFaults({ ...call, acknowledged() {}, progress() {} });
}

describe(`payments under every fault (SEED=${SEED})`, () => {
  const seeds = Array.from({ length: STORES }, (_, store) => SEED + store);
  it.each(seeds)(
    'are settled, charged once, in every book alike (%i)',
    { timeout: 280_000 },
    async (seed) => {
      const { violations, figures } = await run(seed, COUNT);
      expect(violations).toEqual([]);
      expect(figures).toMatchObject({ unresolved: 0, doubleCharged: 0 });
      expect(figures.payments).toBeGreaterThanOrEqual(COUNT);
      for (const name of ['captured', 'reversed', 'declined', 'refunds', 'mixed'])
        expect(figures[name], name).toBeGreaterThan(0);
      expect(Object.keys(figures.faults as object).sort()).toEqual([...FAULTS].sort());
    },
  );

  it('replay from their seed', { timeout: 60_000 }, async () => {
    const [one, other] = [await run(7, 8), await run(7, 8)];
    expect(one.traceHash).toBe(other.traceHash);
  });
});

describe('the judge', () => {
  const event = (type: string, body: object): RecordedEvent =>
    JSON.parse(JSON.stringify({ seq: 1, type, body }));
  const tender = { saleId: 's', tenderId: 't', channel: 'card', amountFen: 100 };
  const taken = [event('TenderRequested', tender), event('TenderCaptured', tender)];
  const books = (card: { amountFen: number; reversed: boolean }[]) => ({
    acquirer: { journal: () => [] },
    cardJournal: card.map((each, at) => ({ ...each, receipt: at + 1, trace: at + 1 })),
  });
  it.each([
    ['the same in both', [{ amountFen: 100, reversed: false }], 0],
    ['nothing at the terminal', [], 1],
    [
      'charged twice at the terminal',
      [100, 100].map((amountFen) => ({ amountFen, reversed: false })),
      1,
    ],
    ['given back at the terminal alone', [{ amountFen: 100, reversed: true }], 1],
  ])('%s', (_, card, problems) => {
    expect(theirBooks(books(card), taken)).toHaveLength(problems);
  });
});
