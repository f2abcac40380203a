/** Paying by card at the terminal beside the lane. */
import { describe, expect, it } from 'vitest';
import { partsOf } from '../core/sale/refund.ts';
import { assistanceOf } from '../operator/assist.ts';

import {
  acquirer,
  atALane,
  cards,
  lastSale,
  pay,
  press,
  price,
  receiptNo,
  staff,
  store,
} from './attending.fixture.ts';

atALane();

describe('a card', () => {
  it('pays at the terminal, and the receipt says so', async () => {
    await press({ kind: 'pay' });
    expect(await press({ kind: 'pay-card' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'paying', pay: { method: 'card' } });
    expect(await store.screenIs('done')).toBe(true);
    expect(cards()).toEqual([['paid', price]]);
    await store.run(5_000);
    expect(store.world.receipts().at(-1)?.lines.join('\n')).toContain('银行卡');
  });

  it.each([
    ['cannot be read', 'card-unreadable'],
    ['whose owner cancels', 'cancels'],
    ['nobody holds to it', 'walks-away'],
    ['that is not charged and nobody hears of it', 'declined-unheard'],
  ] as const)('that %s leaves the basket, and another way pays', async (_, fault) => {
    store.world.fault('terminal-1', fault);
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    expect(await store.screenIs('pay', 600_000)).toBe(true);
    await pay('pays');
    expect(await store.screenIs('done')).toBe(true);
    expect([cards(), acquirer()]).toEqual([[], [['captured', price]]]);
  });

  it('that was charged unheard is found by asking, and is charged once', async () => {
    store.world.fault('terminal-1', 'paid-unheard');
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    expect(await store.screenIs('done', 600_000)).toBe(true);
    expect(cards()).toEqual([['paid', price]]);
  });

  it('holds half of it: the rest is paid another way', async () => {
    store.world.fault('terminal-1', 'pays-half');
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    expect(await store.screenIs('pay', 60_000)).toBe(true);
    const half = Math.floor(price / 2);
    expect(store.view().pay).toMatchObject({ paidFen: half, amountFen: price - half });
    expect(await press({ kind: 'remove', lineId: store.view().sale!.lines[0]!.lineId })).toBe(
      'BASKET_PART_PAID',
    );
    await pay('pays');
    expect(await store.screenIs('done')).toBe(true);
    expect([cards(), acquirer()]).toEqual([[['paid', half]], [['captured', price - half]]]);
  });

  it('whose half is given back frees the basket again', async () => {
    store.world.fault('terminal-1', 'pays-half');
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    await store.screenIs('pay', 60_000);
    expect(await press({ kind: 'cancel-payment' })).toBe('done');
    expect(await store.run(60_000, () => cards()[0]?.[0] === 'reversed')).toBe(true);
    await store.run(1_000);
    expect(await press({ kind: 'cancel-payment' })).toBe('done');
    expect(await press({ kind: 'discard' })).toBe('done');
  });

  it.each([200, 900, 3_000, 20_000])(
    'and the power gone after %d ms: charged once or not at all',
    async (ms) => {
      store.world.fault('terminal-1', ms > 5_000 ? 'paid-unheard' : undefined);
      await press({ kind: 'pay' });
      await press({ kind: 'pay-card' });
      await store.run(ms);
      await store.powerCut();
      store.world.fault('terminal-1', undefined);
      const calm = () =>
        store
          .controller()
          .ledger.unfinishedSales()
          .every(({ phase }) => phase !== 'paying');
      await store.ready();
      expect(await store.run(600_000, calm)).toBe(true);
      const kept = cards().filter(([what]) => what === 'paid').length;
      const sold = store
        .controller()
        .ledger.tail(50)
        .filter(({ type }) => type === 'SaleCompleted');
      expect(kept).toBe(sold.length);
    },
  );

  /** Neither the box nor the terminal can tell: after ours the terminal printed another's. */
  async function nobodyCanTell(): Promise<{ saleId: string; tenderId: string }> {
    store.world.fault('terminal-1', 'declined-unheard');
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    await store.run(1_000);
    store.cardJournal.push({ receipt: 9, trace: 900, amountFen: 77_700, reversed: false });
    store.world.fault('terminal-1', undefined);
    const [sale] = store.controller().ledger.unfinishedSales();
    const names = { saleId: sale!.saleId, tenderId: sale!.tenders[0]!.tenderId };
    expect(await staff({ kind: 'settle-by-hand', ...names, charged: true })).toBe('STILL_ASKING');
    const state = () => store.controller().ledger.sale(names.saleId)?.tenders[0]?.state;
    expect(await store.run(600_000, () => state() === 'reversing')).toBe(true);
    return names;
  }

  it('that nobody can tell of: a person who saw no charge frees basket and terminal', async () => {
    const names = await nobodyCanTell();
    expect(await staff({ kind: 'settle-by-hand', ...names, charged: false })).toBe('done');
    expect(await store.screenIs('pay')).toBe(true);
    await store.powerCut();
    await store.ready();
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    expect(await store.screenIs('done', 60_000)).toBe(true);
    expect(cards().at(-1)).toEqual(['paid', price]);
  });

  it('that nobody can tell of: a person who saw the charge completes the sale', async () => {
    const names = await nobodyCanTell();
    expect(await staff({ kind: 'settle-by-hand', ...names, charged: true })).toBe('done');
    expect(lastSale()).toMatchObject({ saleId: names.saleId, tenders: [{ by: { name: '李' } }] });
    await store.run(600_000);
    expect(lastSale().tenders[0]?.state).toBe('captured');
  });

  it.each([
    [true, 'paid', []],
    [false, 'refused', ['refund-by-hand']],
  ] as const)(
    'whose refund nobody can tell of: what a person saw holds (%s: %s)',
    async (paid, state, left) => {
      await press({ kind: 'pay' });
      await press({ kind: 'pay-card' });
      await store.screenIs('done', 60_000);
      store.world.fault('terminal-1', 'declined-unheard');
      expect(await staff({ kind: 'refund', receiptNo: receiptNo(), lines: [] })).toBe('done');
      store.cardJournal.push({ receipt: 9, trace: 900, amountFen: 77_700, reversed: false });
      store.world.fault('terminal-1', undefined);
      await store.run(600_000);
      const { saleId } = lastSale();
      const { refundNo, state: before } = partsOf(lastSale())[0]!;
      expect(before).toBe('unknown');
      const waiting = () =>
        assistanceOf(store.controller())
          .view()
          .byHand.map(({ what }) => what);
      expect(waiting()).toEqual(['settle-refund-by-hand']);
      const seen = { kind: 'settle-refund-by-hand', saleId, refundNo, paid } as const;
      expect(await staff(seen)).toBe('done');
      await store.run(600_000);
      expect([partsOf(lastSale())[0]?.state, waiting()]).toEqual([state, left]);
      expect(await staff(seen)).toBe('done');
      if (!paid) expect(await staff({ kind: 'refund-by-hand', saleId, refundNo })).toBe('done');
      expect([partsOf(lastSale())[0]?.state, waiting()]).toEqual(['paid', []]);
    },
  );

  it('cannot be used while the terminal is away, in words', async () => {
    store.world.unplug('terminal-1');
    await store.run(2_000);
    await press({ kind: 'pay' });
    expect(await press({ kind: 'pay-card' })).toBe('CARD_OFFLINE');
    store.world.plug('terminal-1');
    await store.ready();
  });
});
