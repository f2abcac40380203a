/** A close that forgets a channel, or tells another sum, does not pass. */
import { expect, it } from 'vitest';
import type { DomainEvent, PayChannel, RecordedEvent } from '../core/events.ts';
import { PAID_BY } from '../core/sale/receipt.ts';
import { beginCloses } from './invariants-close.ts';

const recorded = (event: DomainEvent, seq: number): RecordedEvent => ({
  ...{ seq, epoch: 1, store: 's', boot: 'b', monoMs: seq, wallMs: seq, clock: 'trusted' },
  ...{ tx: `t-${seq}`, source: 'lane-1', prev: '', v: 1 },
  ...event,
});

/** What is wrong with a day of one payment of 10.40 whose close tells these sums by channel. */
function findings(channel: PayChannel, told: Partial<Record<PayChannel, number>>): string[] {
  const check = beginCloses();
  const names = { saleId: 's-1', tenderId: 't-1' };
  const asked = {
    ...names,
    terminalId: 'p',
    channel,
    amountFen: 1_040,
    orderNo: 'o',
    codeTail: '1',
  };
  const tenders = Object.entries(told).map(([each, capturedFen]) => ({
    channel: each as PayChannel,
    ...{ payments: 1, capturedFen, reversedFen: 0, refundedFen: 0, byHandFen: 0 },
  }));
  const totals = {
    ...{ sales: 0, soldFen: 0, discountFen: 0, refunds: 0, refundedFen: 0, cancelledSales: 0 },
    ...{ lineVoids: { shopper: 0, staff: 0 }, tenders, categories: [], lanes: [], rates: [] },
  };
  const closed = {
    ...{ closeNo: 1, fromSeq: 1, toSeq: 2, totals, unresolved: [] },
    ...{ grandSoldFen: 0, grandRefundedFen: 0, by: { id: 'li', name: 'Li' } },
  };
  const events: DomainEvent[] = [
    { type: 'TenderRequested', body: asked },
    { type: 'TenderCaptured', body: { ...names, amountFen: 1_040, providerRef: 'r' } },
    { type: 'DayClosed', body: closed },
  ];
  return events.flatMap((event, at) => check(recorded(event, at + 1)));
}

it.each(Object.keys(PAID_BY) as PayChannel[])('money that came by %s has to be told', (channel) => {
  expect(findings(channel, { [channel]: 1_040 })).toEqual([]);
  expect(findings(channel, {})).toEqual([`close 1 is wrong about ${channel}`]);
  expect(findings(channel, { [channel]: 1_039 })).toEqual([`close 1 is wrong about ${channel}`]);
});

it('money that never came is not told', () => {
  expect(findings('hold', { hold: 1_040, cash: 5 })).toEqual(['close 1 is wrong about cash']);
});
