/** Baskets put aside under a code. */
import { describe, expect, it } from 'vitest';

import { atALane, bottle, other, pay, press, store } from './attending.fixture.ts';

atALane();

describe('a parked basket', () => {
  it('comes back under its code, after a power cut too', async () => {
    expect(await press({ kind: 'park' })).toBe('done');
    const { code } = store.view().parked!;
    expect(store.view().screen).toBe('parked');
    await store.powerCut();
    await store.ready();
    expect(store.view().screen).toBe('attract');
    expect(await press({ kind: 'recall', code: code === '1000' ? '1001' : '1000' })).toBe(
      'PARKED_UNKNOWN',
    );
    await store.scan(other!.gtin!);
    expect(await press({ kind: 'recall', code })).toBe('BASKET_IN_THE_WAY');
    await press({ kind: 'discard' });
    expect(await press({ kind: 'recall', code })).toBe('done');
    expect(store.view().sale?.lines.map(({ sku }) => sku)).toEqual([bottle!.sku]);
    await press({ kind: 'pay' });
    await pay('pays');
    expect(await store.screenIs('done')).toBe(true);
  });

  it('nobody comes back for is given up after a quarter of an hour', async () => {
    await press({ kind: 'park' });
    const { code } = store.view().parked!;
    await store.run(899_000);
    expect(store.controller().ledger.unfinishedSales()).toHaveLength(1);
    await store.run(2_000);
    expect(store.controller().ledger.unfinishedSales()).toHaveLength(0);
    expect(await press({ kind: 'recall', code })).toBe('PARKED_UNKNOWN');
  });
});

it('more baskets than there are codes are refused, in words', async () => {
  const { ledger } = store.controller();
  const [open] = ledger.unfinishedSales();
  const codes = Array.from({ length: 9_000 }, (_, at) => String(1_000 + at));
  const parked = codes.map((code) => ({ ...open!, parked: { code, forMs: 1 } }));
  const seen = ledger.unfinishedSales;
  ledger.unfinishedSales = () => parked;
  expect(await press({ kind: 'park' })).toBe('PARKING_FULL');
  ledger.unfinishedSales = seen;
});
