/** A basket that is put aside, partly paid, or held for an age check. */
import { describe, expect, it } from 'vitest';
import { heldLines } from './basket.ts';
import { parkingCode } from './parking.ts';
import { pending } from './pending.ts';
import { addWater, ask, captured, played, scanned, start, wine } from './sale.fixture.ts';
import { decideSale, type SaleCommand, type SaleState } from './sale.ts';

const park: SaleCommand = { kind: 'park', code: '1234', forMs: 900_000 };
const recall: SaleCommand = { kind: 'recall', laneId: 'lane-2' };
const by = { id: 'li', name: 'Li' };
const twoWaters = { ...addWater, quantity: 2 };
const askCash = (amountFen?: number): SaleCommand => ({
  ...{ kind: 'request-tender', tenderId: 'cash-1', terminalId: 'cash-lane-1', channel: 'cash' },
  ...{ orderNo: 'M1', codeTail: '', ...(amountFen !== undefined && { amountFen }) },
});
const takeCash = (amountFen: number): SaleCommand => ({
  ...{ kind: 'record-captured', tenderId: 'cash-1', amountFen, providerRef: 'cash-M1' },
  ...{ receiptNo: 'R-1', receiptJobId: 'job-1', location: 'floor', by },
});
const open = played(start, twoWaters).state;
const parked = played(start, twoWaters, park).state;
const partPaid = played(start, twoWaters, askCash(), takeCash(300)).state;

const answer = (state: SaleState, command: SaleCommand): string => {
  const decision = decideSale(state, command);
  return decision.ok ? decision.value.map(({ type }) => type).join(' ') : decision.refusal.code;
};

it.each<[string, SaleState, SaleCommand, string]>([
  ['parking a basket', open, park, 'SaleParked'],
  ['parking it twice', parked, park, ''],
  ['parking nothing', played(start).state, park, 'BASKET_EMPTY'],
  ['parking what is being paid', played(start, addWater, ask()).state, park, 'BASKET_LOCKED'],
  ['parking what is partly paid', partPaid, park, 'BASKET_PART_PAID'],
  ['recalling it', parked, recall, 'SaleRecalled'],
  ['recalling what is not parked', open, recall, 'SALE_NOT_PARKED'],
  [
    'recalling a finished sale',
    played(start, { kind: 'cancel', reason: '' }).state,
    recall,
    'SALE_CLOSED',
  ],
  ['scanning into a parked basket', parked, { ...addWater, lineId: 'l2' }, 'BASKET_PARKED'],
  ['paying for a parked basket', parked, ask(), 'SALE_CLOSED'],
  ['giving a parked basket up', parked, { kind: 'cancel', reason: 'late' }, 'SaleCancelled'],
  [
    'scanning into a basket partly paid',
    partPaid,
    { ...addWater, lineId: 'l2' },
    'BASKET_PART_PAID',
  ],
  [
    'asking for more than is due',
    partPaid,
    { ...ask(2), amountFen: 401 } as SaleCommand,
    'AMOUNT_NOT_DUE',
  ],
  ['asking for nothing', partPaid, { ...ask(2), amountFen: 0 } as SaleCommand, 'AMOUNT_NOT_DUE'],
  [
    'having the part given back',
    partPaid,
    { kind: 'give-back', reason: 'x' },
    'TenderReversalRequested',
  ],
  [
    'giving back while paying',
    played(start, addWater, ask()).state,
    { kind: 'give-back', reason: '' },
    'PAYMENT_UNRESOLVED',
  ],
  [
    'giving back after the sale',
    played(start, addWater, ask(), captured(350)).state,
    { kind: 'give-back', reason: '' },
    'SALE_CLOSED',
  ],
  [
    'calling cash off before it was taken',
    played(start, addWater, askCash()).state,
    { kind: 'request-reversal', tenderId: 'cash-1', reason: 'x' },
    'TenderDeclined',
  ],
])('%s', (_, state, command, expected) => {
  expect(answer(state, command)).toBe(expected);
});

describe('a payment in parts', () => {
  it('is complete with the last part, and every part is kept', () => {
    const { state } = played(start, twoWaters, askCash(), takeCash(300), ask(2), captured(400, 2));
    expect(state.phase).toBe('completed');
    expect(state.tenders.map((each) => [each.channel, each.capturedFen])).toEqual([
      ['cash', 300],
      ['wechat', 400],
    ]);
    expect(state.tenders[0]?.by).toEqual(by);
  });

  it('of a wallet that took less than asked is sent back: a wallet pays whole', () => {
    const { state } = played(start, twoWaters, ask(), captured(300));
    expect(state).toMatchObject({ phase: 'paying', tenders: [{ state: 'reversing' }] });
  });

  it('leaves cash to be taken and to be given back to people', () => {
    const asked = played(start, twoWaters, askCash()).state;
    expect(pending(asked).map(({ kind }) => kind)).toEqual(['take-cash']);
    const back = played(start, twoWaters, askCash(), takeCash(300), {
      ...{ kind: 'give-back', reason: 'x' },
    }).state;
    expect(pending(back).map(({ kind }) => kind)).toEqual(['return-cash']);
  });
});

describe('wine', () => {
  const addWine: SaleCommand = {
    ...{ kind: 'add-item', lineId: 'w', item: wine, quantity: 1, choice: scanned },
  };
  const held = played(start, addWater, addWine).state;
  it('holds the basket until staff release it, or it is removed', () => {
    expect(heldLines(held).map(({ lineId }) => lineId)).toEqual(['w']);
    const released = played(start, addWater, addWine, { kind: 'approve-age', by }).state;
    expect(answer(released, ask())).toBe('TenderRequested');
    expect(answer(released, { kind: 'approve-age', by })).toBe('');
    const removed = played(start, addWater, addWine, {
      ...{ kind: 'void-line', lineId: 'w', reason: '', by: 'shopper' },
    }).state;
    expect(answer(removed, ask())).toBe('TenderRequested');
  });
});

it('codes are four digits, and never one that is taken', () => {
  const taken = new Set<string>();
  for (let count = 0; count < 9_000; count += 1) taken.add(parkingCode(`park-${count}`, taken)!);
  expect([...taken].every((code) => /^[1-9]\d{3}$/.test(code))).toBe(true);
  expect(taken.size).toBe(9_000);
  expect(parkingCode('one more', taken)).toBeUndefined();
});
