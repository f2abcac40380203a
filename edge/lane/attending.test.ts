/** Card, cash, parking and what staff do, in a whole store in simulated time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import type { Warrant } from '../core/person.ts';
import type { AttendantCommand } from '../core/sale/attendant.ts';
import { partsOf } from '../core/sale/refund.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { assistanceOf } from '../operator/assist.ts';
import { codeOf, openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const [bottle, other] = catalogue.items.filter((it) => it.gtin && it.onSale && !it.minimumAge);
const beer = catalogue.items.find((item) => item.minimumAge)!;
const price = bottle!.unitPriceFen;
const li: Warrant = { by: { id: 'li', name: '李' }, reason: '顾客退货' };
const liAndWang: Warrant = { ...li, approvedBy: { id: 'wang', name: '王' } };

let store: TestStore;
let keys = 0;
beforeEach(async () => {
  store = await openTestStore({ goods, catalogue });
  withoutPlates(store);
  await store.ready();
  await store.scan(bottle!.gtin!);
});
afterEach(async () => {
  await store.run(1_000);
  await store.controller().close();
  expect(verifyLedger(store.dir)).toMatchObject({ ok: true });
  expect(checkInvariants(store.dir).violations).toEqual([]);
  await store.free();
});

const staff = async (command: AttendantCommand, warrant = li) => {
  const answer = store.lane().attend(command, warrant, `staff-key-${++keys}`);
  await store.run(3_000);
  return codeOf(await answer);
};
const press = async (command: Parameters<TestStore['press']>[0]) =>
  codeOf(await store.press(command));
const pay = (behaviour: string, serial = 1) => store.scan(payerCode('wechat', behaviour, serial));
const acquirer = () => store.acquirer.journal().map(({ what, amountFen }) => [what, amountFen]);
const cards = () =>
  store.cardJournal.map(({ amountFen, reversed, refund }) => [
    refund ? 'refund' : reversed ? 'reversed' : 'paid',
    amountFen,
  ]);
const lastSale = () => {
  const { ledger } = store.controller();
  const paid = ledger.tail(500).findLast((event) => event.type === 'SaleCompleted')!;
  return ledger.sale(paid.body.saleId)!;
};
const receiptNo = () => lastSale().receipt!.receiptNo;

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

describe('a call for help', () => {
  it('is taken once, with who and how long the shopper waited', async () => {
    expect(await staff({ kind: 'answer-help' })).toBe('NO_CALL');
    await press({ kind: 'help' });
    await store.run(5_000);
    expect(await staff({ kind: 'answer-help' })).toBe('done');
    expect(store.view().help).toBeUndefined();
    expect(await staff({ kind: 'answer-help' })).toBe('NO_CALL');
    const answered = store
      .controller()
      .ledger.tail(20)
      .find(({ type }) => type === 'HelpAnswered');
    expect(answered?.body).toMatchObject({ laneId: 'lane-1', by: li.by, reason: li.reason });
    expect(answered?.body).toHaveProperty('waitedMs', expect.closeTo(5_000, -3));
  });
});

describe('a lane taken out of service', () => {
  const kinds = () =>
    store
      .controller()
      .ledger.tail(50)
      .map(({ type }) => type);

  it('finishes the basket it has, and then serves nobody until it is put back', async () => {
    expect(await staff({ kind: 'lock', why: 'paper' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'basket', locked: true });
    await store.scan(other!.gtin!);
    expect(store.view().sale?.lines).toHaveLength(2);
    await press({ kind: 'pay' });
    await pay('pays');
    expect(await store.screenIs('done')).toBe(true);
    expect(await press({ kind: 'finish' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'out-of-service', locked: true });
    expect(store.view().outOfService?.reason.zh).toBe('正在换纸');
    await store.scan(bottle!.gtin!);
    for (const kind of ['start', 'find'] as const)
      expect([await press({ kind }), store.view().screen]).toEqual([
        'LANE_LOCKED',
        'out-of-service',
      ]);
    expect(await press({ kind: 'recall', code: '1234' })).toBe('LANE_LOCKED');
    expect(await staff({ kind: 'unlock' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'attract' });
    expect(store.view()).not.toHaveProperty('notice');
    expect(await press({ kind: 'start' })).toBe('done');
  });

  it('is one entry with who and why, however often it is asked for', async () => {
    await press({ kind: 'discard' });
    for (const kind of ['unlock', 'lock', 'lock', 'unlock', 'unlock'] as const)
      expect(await staff(kind === 'lock' ? { kind, why: 'repair' } : { kind })).toBe('done');
    expect(kinds().filter((type) => /^Lane(Un)?[Ll]ocked$/.test(type))).toEqual([
      'LaneLocked',
      'LaneUnlocked',
    ]);
    const [event] = store.controller().ledger.about('lane:lane-1');
    expect(event?.body).toEqual({ laneId: 'lane-1', why: 'repair', ...li });
  });

  it('stays so over a power cut, with the time it began', async () => {
    await press({ kind: 'discard' });
    await press({ kind: 'finish' });
    await staff({ kind: 'lock', why: 'cleaning' });
    const before = store.view().outOfService;
    await store.run(60_000);
    await store.powerCut();
    expect(store.view()).toMatchObject({ screen: 'out-of-service', locked: true });
    expect(store.view().outOfService?.reason).toEqual(before?.reason);
    expect(store.view().outOfService?.sinceWallMs).toBeCloseTo(before?.sinceWallMs ?? 0, -4);
  });
});

describe('a call for help, and those before it', () => {
  it('says how many wait before, and how long it takes of late', async () => {
    await store.tap({ kind: 'help' });
    await press({ kind: 'help' });
    expect(store.view().help).toMatchObject({ ahead: 1 });
    await store.tap({ kind: 'cancel-help' });
    expect(store.view().help).toMatchObject({ ahead: 0 });
    expect(store.view().help?.minutes).toBeUndefined();
    await store.run(90_000);
    await staff({ kind: 'answer-help' });
    await press({ kind: 'help' });
    expect(store.view().help).toMatchObject({ ahead: 0, minutes: 2 });
    await press({ kind: 'cancel-help' });
    expect(store.view().help).toBeUndefined();
  });

  it('somebody may join from afar before they come', async () => {
    expect(await staff({ kind: 'join-help' })).toBe('NO_CALL');
    await press({ kind: 'help' });
    expect(await staff({ kind: 'join-help' })).toBe('done');
    expect(store.view().help?.remote).toBe(true);
    expect(await staff({ kind: 'answer-help' })).toBe('done');
    expect(store.view().help).toBeUndefined();
  });

  it('there is no bagging scale to approve here', async () => {
    expect(await staff({ kind: 'approve-bag' })).toBe('NO_BAG');
  });
});

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
    void store.lane().attend(refund(), li, `staff-key-${++keys}`);
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
