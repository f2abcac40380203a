/** The text of a record, put together by hand, is the one that JSON would make of it. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DomainEvent } from '../core/events.ts';
import { commonText, parseRecord, recordText } from './record.ts';

it.each(['store-1', '店 "一"\n', '\u2028\\', '\ud800'])('of the store %j', (store) => {
  const time = { monoMs: 7, wallMs: 1_795_392_000_000, clock: 'trusted' as const };
  const common = { epoch: 2, store, boot: 'b-1', ...time, tx: 'tx-1', source: `lane ${store}` };
  const event: DomainEvent = { type: 'SaleCancelled', body: { saleId: 's-1', reason: store } };
  const prev = '0f'.repeat(32);
  const { record, hash } = recordText(41, commonText(common), prev, event);
  expect(record).toBe(JSON.stringify({ seq: 41, ...common, prev, v: 1, ...event }));
  expect(parseRecord(record)).toEqual({ seq: 41, ...common, prev, v: 1, ...event });
  expect(hash).toBe(createHash('sha256').update(record).digest('hex'));
});
