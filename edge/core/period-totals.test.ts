/** Whatever was paid stands in the totals under its channel, and nothing twice. */
import { expect, it } from 'vitest';
import type { DomainEvent, PayChannel } from './events.ts';
import { totalling } from './period-totals.ts';
import { PAID_BY } from './receipt.ts';
import type { SaleState } from './sale.ts';

const channels = Object.keys(PAID_BY) as PayChannel[];

it.each(channels)('money that came by %s is in the totals', (channel) => {
  const tender = { tenderId: 't-1', channel, amountFen: 1_040, capturedFen: 1_040 };
  const sale = { tenders: [tender], lines: [] } as unknown as SaleState;
  const sums = totalling((saleId) => (saleId === 's-1' ? sale : undefined));
  const body = { saleId: 's-1', tenderId: 't-1', amountFen: 1_040, providerRef: 'r' };
  sums.add({ type: 'TenderCaptured', body } as DomainEvent);
  expect(sums.totals().tenders).toMatchObject([{ channel, payments: 1, capturedFen: 1_040 }]);
});

it('the channels stand in one order, whichever was first', () => {
  const order = (told: PayChannel[]) => {
    const tenders = told.map((channel) => ({ tenderId: channel, channel, amountFen: 1 }));
    const sums = totalling(() => ({ tenders, lines: [] }) as unknown as SaleState);
    for (const tenderId of told)
      sums.add({
        type: 'TenderCaptured',
        body: { saleId: 's', tenderId, amountFen: 1, providerRef: 'r' },
      } as DomainEvent);
    return sums.totals().tenders.map(({ channel }) => channel);
  };
  expect(order([...channels].reverse())).toEqual(order(channels));
});
