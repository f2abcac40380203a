/** Paying as the shopper sees it, from the payment code to the receipt. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import { requestTender } from '../ledger/shop.fixture.ts';
import { receiptView } from '../receipt-view.ts';
import { codeOf, openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';
import { laneRefusal } from './refusals.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const [bottle, other] = catalogue.items.filter((it) => it.gtin && it.onSale && !it.minimumAge);
let store: TestStore;

beforeEach(async () => {
  store = await openTestStore({ goods, catalogue });
  withoutPlates(store);
  await store.ready();
  await store.scan(bottle!.gtin!);
});
afterEach(() => store.free());

const pay = () => store.press({ kind: 'pay' });
const journal = () => store.acquirer.journal().map(({ what, amountFen }) => [what, amountFen]);
const lines = () => store.view().sale?.lines.map(({ sku }) => sku);
const price = bottle!.unitPriceFen;

/** Pays with this payer and waits until the till has heard of it. */
async function payWith(behaviour: string, channel: 'wechat' | 'alipay' = 'wechat', serial = 1) {
  expect(await pay()).toEqual({ ok: true });
  await store.scan(payerCode(channel, behaviour, serial));
}

describe('a payment', () => {
  it('locks the basket until it is settled', async () => {
    await payWith('never-confirms');
    expect(store.view()).toMatchObject({ screen: 'paying', pay: { cancellable: true } });
    await store.scan(other!.gtin!);
    expect(store.view().notice?.text.en).toContain('Payment is in progress');
    const { lineId } = store.view().sale!.lines[0]!;
    expect(codeOf(await store.press({ kind: 'remove', lineId }))).toBe('BASKET_LOCKED');
    expect(codeOf(await store.press({ kind: 'discard' }))).toBe('PAYMENT_UNRESOLVED');
    expect(codeOf(await store.press({ kind: 'pay' }))).toBe('WRONG_SCREEN');
    expect(lines()).toEqual([bottle!.sku]);
  });

  it.each([
    ['no-money', 'wechat', 'not enough money'],
    ['code-expired', 'wechat', 'the code has expired'],
    ['code-used', 'alipay', 'the code has expired'],
  ] as const)('that is declined (%s, %s) says so, and another payer may pay', async (...row) => {
    const [behaviour, channel, reason] = row;
    await payWith(behaviour, channel);
    expect(await store.screenIs('pay')).toBe(true);
    expect(store.view().pay?.message?.en).toContain(reason);
    await store.scan(payerCode('alipay', 'pays', 2));
    expect(await store.screenIs('done')).toBe(true);
    expect(journal()).toEqual([['captured', price]]);
  });

  it('waits while the payer types a password', async () => {
    await payWith('password');
    expect(store.view().screen).toBe('paying');
    expect(await store.screenIs('done', 40_000)).toBe(true);
  });

  it.each([
    [false, 118_000],
    [true, 178_000],
  ])(
    'nobody confirms is reversed, later in large type (%s), and the basket can be paid anew',
    async (on, waitsMs) => {
      await store.press({ kind: 'large', on });
      await payWith('never-confirms');
      await store.run(waitsMs);
      expect(store.view().screen).toBe('paying');
      expect(await store.screenIs('pay', 30_000)).toBe(true);
      expect(store.view().pay?.message?.en).toContain('nothing was charged');
      expect(journal()).toEqual([]);
      await store.scan(payerCode('wechat', 'pays', 2));
      expect(await store.screenIs('done')).toBe(true);
      expect(journal()).toEqual([['captured', price]]);
    },
  );

  it('cancelled by the shopper is reversed before anything else may happen', async () => {
    await payWith('never-confirms');
    expect(codeOf(await store.press({ kind: 'cancel-payment' }))).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'paying', pay: { cancellable: false } });
    expect(await store.screenIs('pay', 60_000)).toBe(true);
    const types = store
      .controller()
      .ledger.tail(2)
      .map(({ type }) => type);
    expect(types).toEqual(['TenderReversalRequested', 'TenderReversed']);
    expect(codeOf(await store.press({ kind: 'cancel-payment' }))).toBe('done');
    expect(store.view().screen).toBe('basket');
  });

  it('without an answer for a minute says the shopper may leave, and never offers to pay', async () => {
    await pay();
    store.world.fault('payment-1', 'silence');
    await store.scan(payerCode('wechat', 'pays', 1));
    const screens = new Set<string>();
    let told = '';
    store.lane().onChange(() => {
      told = store.view().screen;
    });
    await store.run(58_000, () => !screens.add(store.view().screen));
    expect([...screens]).toEqual(['paying']);
    expect(await store.screenIs('unknown', 5_000)).toBe(true);
    expect(told, 'pages are told in the moment it is so').toBe('unknown');
    await store.run(600_000, () => !screens.add(store.view().screen));
    expect([...screens]).toEqual(['paying', 'unknown']);
    store.world.fault('payment-1', undefined);
    expect(await store.screenIs('pay', 400_000)).toBe(true);
    expect(journal()).toEqual([]);
  });

  it('under way when the lane closes leaves no timer that wakes it', async () => {
    await payWith('never-confirms');
    const lane = store.lane();
    lane.close();
    let woken = 0;
    lane.onChange(() => {
      woken += 1;
    });
    await store.run(70_000);
    expect(woken).toBe(0);
  });

  it('cannot begin while the acquirer is away, in words', async () => {
    store.world.unplug('payment-1');
    expect(codeOf(await pay())).toBe('done');
    await store.run(
      200_000,
      () => store.controller().devices.find('payment-1')?.current() === undefined,
    );
    await store.scan(payerCode('wechat', 'pays', 1));
    const { message } = laneRefusal('TERMINAL_OFFLINE');
    expect(store.view().notice?.text).toEqual(message);
    await store.press({ kind: 'cancel-payment' });
    expect(codeOf(await pay())).toBe('done');
    expect(store.view().pay?.methods).toMatchObject([
      { method: 'code', available: false, why: expect.anything() },
      { method: 'card', available: true },
      { method: 'cash', available: true },
    ]);
    expect(lines()).toEqual([bottle!.sku]);
  });

  it('may not begin while an earlier one of this terminal is unresolved (INV-P5)', async () => {
    const { ledger } = store.controller();
    const saleId = 'sale-before';
    const append = (...events: Parameters<typeof ledger.append>[0]['events']) =>
      ledger.append({ source: 'lane-1', events });
    const { kind: _, ...asked } = requestTender('tender-before', 'payment-1') as Extract<
      ReturnType<typeof requestTender>,
      { kind: 'request-tender' }
    >;
    append(
      { type: 'SaleStarted', body: { saleId, laneId: 'lane-1', priceBookVersion: 1 } },
      { type: 'TenderRequested', body: { saleId, ...asked, amountFen: 1 } },
      {
        type: 'TenderReversalRequested',
        body: { saleId, tenderId: 'tender-before', reason: 'cancelled' },
      },
      { type: 'SaleCancelled', body: { saleId, reason: 'shopper' } },
    );
    await pay();
    await store.scan(payerCode('wechat', 'pays', 1));
    expect(store.view().notice?.text.en).toContain("don't pay again");
    expect(store.view().screen).toBe('pay');
    append({ type: 'TenderReversed', body: { saleId, tenderId: 'tender-before' } });
    await store.scan(payerCode('wechat', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
  });
});

describe('a payer’s code', () => {
  it('is written nowhere: not in the ledger, not on the screen, not on the receipt', async () => {
    const codes = [payerCode('wechat', 'no-money', 1), payerCode('alipay', 'pays', 2)];
    await store.scan(codes[1]!);
    const shown = [JSON.stringify(store.view())];
    await payWith('no-money', 'wechat', 1);
    await store.screenIs('pay');
    shown.push(JSON.stringify(store.view()));
    await store.scan(codes[1]!);
    await store.screenIs('done');
    await store.run(5_000);
    shown.push(JSON.stringify(store.view()), store.world.receipts().map(String).join());
    const disk = store.bytesOnDisk();
    expect(disk.includes(Buffer.from('TenderCaptured'))).toBe(true);
    for (const code of codes) {
      expect(disk.includes(Buffer.from(code))).toBe(false);
      expect(shown.join()).not.toContain(code);
    }
  });
});

describe('a receipt', () => {
  const paidSale = () => {
    const completed = store
      .controller()
      .ledger.tail(50)
      .find((e) => e.type === 'SaleCompleted');
    return completed!.body.saleId;
  };

  it.each(['paper-out', 'cover-open'] as const)(
    'that cannot be printed (%s) is on the shopper’s phone instead',
    async (fault) => {
      store.world.fault('printer-1', fault);
      await payWith('pays');
      expect(await store.run(20_000, () => store.view().done?.receipt === 'failed')).toBe(true);
      const { done } = store.view();
      expect(done?.receiptPath).toContain(paidSale());
      expect(receiptView(store.controller(), paidSale())).toMatchObject({
        receiptNo: done?.receiptNo,
        totalFen: price,
        shortHash: done?.shortHash,
      });
      expect(store.world.receipts()).toEqual([]);
    },
  );

  it('is nowhere to be found under a made-up address, nor before the sale is paid', () => {
    expect(receiptView(store.controller(), 'sale-of-nobody')).toBeUndefined();
    const { saleId } = store.view().sale!;
    expect(receiptView(store.controller(), saleId)).toBeUndefined();
  });
});
