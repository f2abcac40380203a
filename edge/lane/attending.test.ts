/** Cash, and what else staff do at a lane. */
import { describe, expect, it } from 'vitest';
import { codeOf } from '../store.fixture.ts';

import {
  acquirer,
  atALane,
  beer,
  bottle,
  lastSale,
  li,
  liAndWang,
  other,
  pay,
  press,
  price,
  staff,
  store,
} from './attending.fixture.ts';

atALane();

describe('cash', () => {
  it('is announced, taken by a member of staff with their name, and mixed with a wallet', async () => {
    expect(await staff({ kind: 'take-cash', receivedFen: 100 })).toBe('NO_CASH_ASKED');
    await press({ kind: 'pay' });
    expect(await press({ kind: 'pay-cash' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'paying', help: {}, pay: { method: 'cash' } });
    expect(await staff({ kind: 'take-cash', receivedFen: 0 })).toBe('AMOUNT_NOT_DUE');
    expect(await staff({ kind: 'take-cash', receivedFen: 100 })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'pay', pay: { paidFen: 100 } });
    await pay('password');
    expect(await store.screenIs('done', 60_000)).toBe(true);
    expect(lastSale().tenders[0]).toMatchObject({ channel: 'cash', by: { name: '李' } });
    expect(acquirer()).toEqual([['captured', price - 100]]);
  });

  it('called off is no payment; taken and then called off, staff hand it back', async () => {
    await press({ kind: 'pay' });
    await press({ kind: 'pay-cash' });
    expect(await press({ kind: 'cancel-payment' })).toBe('done');
    await press({ kind: 'pay-cash' });
    await staff({ kind: 'take-cash', receivedFen: 100 });
    await press({ kind: 'cancel-payment' });
    expect(store.view()).toMatchObject({ screen: 'paying', pay: { cancellable: false } });
    expect(await press({ kind: 'cancel-payment' })).toBe('PAYMENT_UNRESOLVED');
    const [sale] = store.controller().ledger.unfinishedSales();
    const tenderId = sale!.tenders.at(-1)!.tenderId;
    expect(await staff({ kind: 'return-cash', saleId: sale!.saleId, tenderId })).toBe('done');
    expect(store.controller().ledger.sale(sale!.saleId)?.phase).toBe('open');
  });
});

it('a member nobody enrolled has no prices', async () => {
  expect(await press({ kind: 'member', number: '13800000000' })).toBe('MEMBER_UNKNOWN');
});

describe('staff at the lane', () => {
  it('release beer, or send it back', async () => {
    await store.scan(beer.gtin!);
    expect(await press({ kind: 'pay' })).toBe('AGE_CHECK_NEEDED');
    await press({ kind: 'help' });
    expect(await staff({ kind: 'approve-age' })).toBe('done');
    // The call was for this, and the word that staff have to look goes with it.
    const { hold, help, notice } = store.view();
    expect({ hold, help, notice }).toEqual({});
    expect(await staff({ kind: 'answer-help' })).toBe('NO_CALL');
    expect(await press({ kind: 'pay' })).toBe('done');
    await press({ kind: 'cancel-payment' });
    await press({ kind: 'discard' });
    await store.scan(bottle!.gtin!);
    await store.scan(beer.gtin!);
    expect(await staff({ kind: 'refuse-age' })).toBe('done');
    expect(store.view().sale?.lines.map(({ sku }) => sku)).toEqual([bottle!.sku]);
  });

  it('void a line and a basket; above the limit two of them', async () => {
    const { lineId } = store.view().sale!.lines[0]!;
    await press({ kind: 'set-quantity', lineId, quantity: 99 });
    const one = { kind: 'void-line', lineId } as const;
    const twoNeeded = price * 99 > 20_000;
    expect(await staff(one)).toBe(twoNeeded ? 'SECOND_PERSON_NEEDED' : 'done');
    await store.scan(other!.gtin!);
    expect(await staff({ kind: 'void-sale' }, liAndWang)).toBe('done');
    expect(store.view().screen).toBe('attract');
  });

  it('do everything once under one key', async () => {
    await press({ kind: 'pay' });
    await press({ kind: 'pay-cash' });
    const take = { kind: 'take-cash', receivedFen: 100 } as const;
    expect(codeOf(await store.lane().attend(take, li, 'one-key'))).toBe('done');
    expect(codeOf(await store.lane().attend(take, li, 'one-key'))).toBe('done');
    expect(store.view().pay?.paidFen).toBe(100);
  });
});
