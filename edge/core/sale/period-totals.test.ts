/** Whatever was paid stands in the totals under its channel, and nothing twice. */
import { expect, it } from 'vitest';
import type { DomainEvent, PayChannel } from '../events.ts';
import { totalling } from './period-totals.ts';
import { PAID_BY } from './receipt.ts';
import type { SaleState } from './sale.ts';
import type { Tender } from './tender.ts';

const channels = Object.keys(PAID_BY) as PayChannel[];

const paidBy = (channel: PayChannel): Tender => ({
  ...{ tenderId: channel, terminalId: 'payment-1', channel, amountFen: 1_040 },
  ...{ orderNo: 'o-1', codeTail: '0001', state: 'captured', capturedFen: 1_040 },
});

const sale: SaleState = {
  ...{ saleId: 's-1', laneId: 'lane-1', priceBookVersion: 1, phase: 'completed' },
  ...{ lines: [], tenders: channels.map(paidBy), totalFen: 1_040 },
};

/** Tenders of a stretch in which money came by these channels, in this order. */
function tendersOf(...told: PayChannel[]) {
  const sums = totalling((saleId) => (saleId === sale.saleId ? sale : undefined));
  for (const tenderId of told) {
    const body = { saleId: sale.saleId, tenderId, amountFen: 1_040, providerRef: 'r' };
    const captured: DomainEvent = { type: 'TenderCaptured', body };
    sums.add(captured);
  }
  return sums.totals().tenders;
}

it.each(channels)('money that came by %s is in the totals', (channel) => {
  expect(tendersOf(channel)).toMatchObject([{ channel, payments: 1, capturedFen: 1_040 }]);
});

it('the channels stand in one order, whichever was first', () => {
  const order = (told: PayChannel[]) => tendersOf(...told).map(({ channel }) => channel);
  expect(order([...channels].reverse())).toEqual(order(channels));
});
