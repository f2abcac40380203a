/** Only sales that stood teach: paid, chosen by a tile, and the money not given back. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import type { StoredEvent } from '../core/events.ts';
import type { Ledger } from '../ledger/contract.ts';
import { openLedger } from '../ledger/open.ts';
import { ledgerOptions } from '../ledger/shop.fixture.ts';
import type { Doubtful } from '../recognition/review.ts';
import { learnFromSales } from './learning.ts';

const told: string[] = [];
const kept: string[] = [];
const dropped: string[][] = [];
const review = {
  async offer({ why, at, chosenSku, sightingId }: Doubtful) {
    told.push(`${why} ${at} ${chosenSku} ${sightingId}`);
    return true;
  },
  async keepChosen(sightingId: string, sku: string) {
    kept.push(`${sku} ${sightingId}`);
  },
  dropChosen: (sightingIds: readonly string[]) => void dropped.push([...sightingIds]),
};
let waiting = 0;
const recognition = {
  learnSold: ({ sku, saleId, sightingId }: { sku: string; saleId: string; sightingId: string }) => {
    told.push(`learn ${sku} ${saleId} ${sightingId}`);
    waiting += 1;
    return true;
  },
  forgetSold: (saleId: string) => told.push(`forget ${saleId}`),
  metrics: () => ({
    ...{ version: 1, headWeight: 0, temperature: 0.05, unpublished: false },
    waitingFromSales: waiting,
  }),
};

test('a paid tile teaches, a list choice and an unpaid basket do not, and a refund takes it back', async () => {
  const clock = createSimulatedClock();
  const real = openLedger(ledgerOptions(mkdtempSync(join(tmpdir(), 'yike-learning-'))));
  const line = (lineId: string, by: string, sightingId?: string) => ({
    ...{ lineId, sku: `sku-${lineId}` },
    choice: { by, ...(sightingId && { sightingId }) },
  });
  const sales: Record<string, object> = {
    'sale-1': {
      lines: [line('a', 'tile', 'seen-1'), line('b', 'list', 'seen-2'), line('c', 'tile')],
    },
  };
  const events: StoredEvent[] = [];
  const append = (type: string, body: object) =>
    events.push({ seq: events.length + 1, hash: '', record: JSON.stringify({ type, body }) });
  let published = 0;
  const ledger: Pick<Ledger, 'head' | 'readAfter' | 'sale' | 'label' | 'about'> = {
    about: () => [],
    head: () => ({ seq: events.length, hash: '' }),
    readAfter: (seq, limit) => events.filter((event) => event.seq > seq).slice(0, limit),
    sale: (saleId) => Object.assign({}, real.sale(saleId), sales[saleId]),
    label: (labelNumber) => real.label(labelNumber),
  };
  append('SaleCompleted', { saleId: 'sale-0' });
  const stop = learnFromSales({
    ...{ ledger, recognition, clock, review },
    publish: async () => {
      published += 1;
      waiting = 0;
    },
    onFailure: (why) => told.push(why),
  });
  append('SaleStarted', { saleId: 'sale-1' });
  append('SaleCompleted', { saleId: 'sale-1' });
  await clock.run(6_000);
  expect(told).toEqual(['learn sku-a sale-1 seen-1']);
  append('RefundPaid', { saleId: 'sale-1' });
  await clock.run(6_000);
  expect(told.at(-1)).toBe('forget sale-1');
  waiting = 10;
  await clock.run(3_600_000);
  expect(published).toBe(1);
  stop();
  real.close();
});

test('a choice the camera did not expect, or was not sure of, waits for a second look', async () => {
  told.length = 0;
  const clock = createSimulatedClock();
  const events: StoredEvent[] = [];
  const append = (type: string, source: string, body: object) =>
    events.push({
      ...{ seq: events.length + 1, hash: '' },
      record: JSON.stringify({ type, source, body }),
    });
  const stop = learnFromSales({
    ...{ recognition, clock, review, publish: async () => {}, onFailure: (why) => told.push(why) },
    ledger: {
      head: () => ({ seq: 0, hash: '' }),
      readAfter: (seq, limit) => events.filter((event) => event.seq > seq).slice(0, limit),
      ...{ sale: () => undefined, label: () => undefined },
      about: () => events.map(({ record }) => JSON.parse(record)),
    },
  });
  const label = (choice: object) => ({ label: { sku: 'pear', choice } });
  const line = (choice: object, how = 'weighed') => ({ line: { sku: 'fig', how, choice } });
  append('LabelIssued', 'counter-1', label({ by: 'tile', rank: 1, sightingId: 's-1' }));
  append('LabelIssued', 'counter-1', label({ by: 'list', firstSku: 'fig', sightingId: 's-2' }));
  append('LineAdded', 'lane-1', line({ by: 'tile', rank: 1, seenAs: 'unsure', sightingId: 's-3' }));
  // A labelled line was looked at when its label was made; a scanned one was never seen.
  append('LineAdded', 'lane-1', line({ by: 'list', firstSku: 'pear', sightingId: 's-2' }, 'label'));
  append('LineAdded', 'lane-1', line({ by: 'scan' }, 'each'));
  await clock.run(6_000);
  expect(told).toEqual(['contradicted counter-1 pear s-2', 'unsure lane-1 fig s-3']);
  // What nobody doubts is only kept, as evidence of its line.
  expect(kept).toEqual(['pear s-1']);
  // A basket given up takes what was weighed for it along; the labelled bag was not.
  append('SaleCancelled', 'lane-1', { saleId: 'sale-1' });
  await clock.run(6_000);
  expect(dropped).toEqual([['s-3']]);
  stop();
});
