/** After the sale: what is given back, and receipts once more. */
import { describe, expect, it } from 'vitest';
import type { AttendantCommand } from '../core/sale/attendant.ts';
import { partsOf } from '../core/sale/refund.ts';

import {
  acquirer,
  atALane,
  bottle,
  cards,
  lastSale,
  li,
  liAndWang,
  other,
  pay,
  press,
  price,
  receiptNo,
  staff,
  staffKey,
  store,
} from './attending.fixture.ts';

atALane();

describe('after the sale', () => {
  async function sell(behaviour = 'pays') {
    await press({ kind: 'pay' });
    await pay(behaviour);
    await store.screenIs('done', 60_000);
    await store.run(20_000);
  }
  const refund = (command: Partial<Extract<AttendantCommand, { kind: 'refund' }>> = {}) =>
    ({ kind: 'refund', receiptNo: receiptNo(), lines: [], ...command }) as AttendantCommand;
  const refunded = () => partsOf(lastSale()).every(({ state }) => state === 'paid');

  it.each(['pays', 'system-error-paid', 'timeout-paid'])(
    'a refund goes back over the wallet (%s), once, and the bottle is on the shelf',
    async (behaviour) => {
      const before = store.controller().ledger.stock();
      await sell(behaviour);
      expect(await staff(refund())).toBe('done');
      expect(await store.run(60_000, refunded)).toBe(true);
      expect(acquirer()).toEqual([
        ['captured', price],
        ['refunded', price],
      ]);
      expect(await staff(refund())).toBe('NOTHING_TO_REFUND');
      expect(store.controller().ledger.stock()).toEqual(
        before.length > 0 ? before : [{ sku: bottle!.sku, location: 'floor', pieces: 0, grams: 0 }],
      );
    },
  );

  it('a refund to a card goes over the terminal, and is found again after a power cut', async () => {
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    await store.screenIs('done');
    void store.lane().attend(refund(), li, staffKey());
    await store.run(700);
    await store.powerCut();
    await store.ready();
    expect(await store.run(600_000, refunded)).toBe(true);
    expect(cards()).toEqual([
      ['paid', price],
      ['refund', price],
    ]);
  });

  it('a refund the terminal refuses is handed over by a person', async () => {
    await press({ kind: 'pay' });
    await press({ kind: 'pay-card' });
    await store.screenIs('done');
    store.world.fault('terminal-1', 'cancels');
    await staff(refund());
    await store.run(30_000, () => partsOf(lastSale())[0]?.state === 'refused');
    const [part] = partsOf(lastSale());
    expect(part).toMatchObject({ state: 'refused', reason: 'CANCELLED' });
    const { refundNo } = part!;
    const byHand = { kind: 'refund-by-hand', saleId: lastSale().saleId, refundNo } as const;
    expect(await staff(byHand)).toBe('done');
    expect(refunded()).toBe(true);
  });

  it('wants a name, a reason, the right receipt and, above the limit, a second person', async () => {
    for (let more = 0; more < 4; more += 1) await store.scan(other!.gtin!);
    const { lineId } = store.view().sale!.lines.at(-1)!;
    await store.press({ kind: 'set-quantity', lineId, quantity: 99 });
    await sell();
    expect(await staff(refund({ receiptNo: 'R999999' }))).toBe('RECEIPT_NOT_FOUND');
    expect(await staff(refund(), { ...li, reason: ' ' })).toBe('NAME_MISSING');
    expect(await staff(refund())).toBe('SECOND_PERSON_NEEDED');
    expect(await staff(refund(), liAndWang)).toBe('done');
    expect(await store.run(60_000, refunded)).toBe(true);
  });

  it('without a receipt: cash, at today’s price at most, by two people', async () => {
    const line = { sku: bottle!.sku, pieces: 1, grams: 0, amountFen: price };
    const back = (change = {}): AttendantCommand => ({
      ...{ kind: 'refund-unreceipted', lines: [{ ...line, ...change }] },
    });
    expect(await staff(back())).toBe('SECOND_PERSON_NEEDED');
    expect(await staff(back({ amountFen: price + 1 }), liAndWang)).toBe('REFUND_TOO_MUCH');
    expect(await staff(back({ sku: 'nothing' }), liAndWang)).toBe('LINE_UNKNOWN');
    expect(await staff(back({ amountFen: 0 }), liAndWang)).toBe('NOTHING_TO_REFUND');
    expect(await staff(back(), liAndWang)).toBe('done');
    expect(await staff(back({ spoilt: true }), liAndWang)).toBe('done');
    expect(store.controller().ledger.stock()).toMatchObject([{ sku: bottle!.sku, pieces: 1 }]);
  });

  it('the receipt is printed again as a copy, and a silent printer is said', async () => {
    await sell();
    const copy = (): AttendantCommand => ({ kind: 'copy-receipt', receiptNo: receiptNo() });
    expect(await staff(copy())).toBe('done');
    expect(store.world.receipts().at(-1)?.lines.join('\n')).toContain('副本');
    expect(store.world.receipts()).toHaveLength(2);
    store.world.unplug('printer-1');
    await store.run(2_000);
    expect(await staff(copy())).toBe('PRINTER_SILENT');
    expect(await staff({ kind: 'copy-receipt', receiptNo: 'nonsense' })).toBe('RECEIPT_NOT_FOUND');
  });
});
