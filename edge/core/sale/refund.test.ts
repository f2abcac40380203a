/** What may go back of a sale, and who must stand behind it. */
import { describe, expect, it } from 'vitest';
import type { Warrant } from '../person.ts';
import { partsOf, type RefundCommand, returnedOf, type WantedBack } from './refund.ts';
import {
  aboutTender,
  addApple,
  addWater,
  ask,
  captured,
  fold,
  played,
  reversed,
  start,
} from './sale.fixture.ts';
import { decideSale, type SaleCommand, type SaleState } from './sale.ts';

const warrant: Warrant = { by: { id: 'li', name: 'Li' }, reason: 'spoilt' };
const two: Warrant = { ...warrant, approvedBy: { id: 'wang', name: 'Wang' } };
const threeWaters = { ...addWater, quantity: 3 };
/** 3 × 350 = 1050 and apples for 789. */
const sold = played(start, threeWaters, addApple, ask(), captured(1839)).state;

const refund = (wanted: WantedBack[], change: Partial<Warrant> = {}, id = 'r1') =>
  ({
    ...{ kind: 'refund', refundId: id, wanted, warrant: { ...warrant, ...change } },
    ...{ twoPersonAboveFen: 1500, location: 'floor' },
  }) as RefundCommand;

const answer = (state: SaleState, command: SaleCommand): string => {
  const decision = decideSale(state, command);
  return decision.ok ? decision.value.map(({ type }) => type).join(' ') : decision.refusal.code;
};
const next = (state: SaleState, command: SaleCommand): SaleState => {
  const decision = decideSale(state, command);
  if (!decision.ok) throw new Error(decision.refusal.code);
  return fold(decision.value, state)!;
};

const water = (quantity: number, more: Partial<WantedBack> = {}): WantedBack => ({
  lineId: 'line-water',
  quantity,
  ...more,
});
const apples: WantedBack = { lineId: 'line-apple', quantity: 1 };
const oneBack = next(sold, refund([water(1)]));

describe('a refund', () => {
  it.each<[string, SaleState, SaleCommand, string]>([
    ['of one bottle', sold, refund([water(1)]), 'RefundRequested StockMoved'],
    ['of apples, which are waste', sold, refund([apples]), 'RefundRequested StockMoved StockMoved'],
    ['of money alone', sold, refund([water(0, { amountFen: 50 })]), 'RefundRequested'],
    ['again under the same number', oneBack, refund([water(1)]), ''],
    ['of an unpaid sale', played(start, addWater).state, refund([water(1)]), 'SALE_NOT_PAID'],
    ['of more than was sold', sold, refund([water(4)]), 'REFUND_TOO_MUCH'],
    ['of more than is left', oneBack, refund([water(3)], {}, 'r2'), 'REFUND_TOO_MUCH'],
    [
      'of more money than it cost',
      sold,
      refund([water(0, { amountFen: 1051 })]),
      'REFUND_TOO_MUCH',
    ],
    ['of nothing', sold, refund([]), 'NOTHING_TO_REFUND'],
    ['of a line twice', sold, refund([water(1), water(1)]), 'LINE_UNKNOWN'],
    ['of a line nobody bought', sold, refund([{ lineId: 'x', quantity: 1 }]), 'LINE_UNKNOWN'],
    ['of much by one person', sold, refund([water(3), apples]), 'SECOND_PERSON_NEEDED'],
    [
      'of much by one person twice',
      sold,
      refund([water(3), apples], { approvedBy: warrant.by }),
      'SECOND_PERSON_NEEDED',
    ],
    [
      'of much by two people',
      sold,
      refund([water(3), apples], two),
      'RefundRequested StockMoved StockMoved StockMoved',
    ],
    [
      'nobody asked for',
      sold,
      { kind: 'record-refund-paid', refundNo: 'x', providerRef: '' },
      'REFUND_UNKNOWN',
    ],
  ])('%s', (_, state, command, expected) => {
    expect(answer(state, command)).toBe(expected);
  });

  it('piece by piece gives back the whole line and not a fen more', () => {
    let state = sold;
    for (const id of ['a', 'b', 'c']) state = next(state, refund([water(1)], {}, id));
    expect(returnedOf(state, 'line-water')).toEqual({ quantity: 3, amountFen: 1050 });
    expect(answer(state, refund([water(0, { amountFen: 1 })], {}, 'd'))).toBe('REFUND_TOO_MUCH');
  });

  it('goes back over the payments in their order, each to its end', () => {
    const mixed = played(
      ...[start, threeWaters, { ...ask(1), amountFen: 400 } as SaleCommand, captured(400, 1)],
      ...[ask(2), captured(650, 2)],
    ).state;
    const back = next(mixed, refund([water(2)]));
    expect(partsOf(back).map(({ tenderId, amountFen }) => [tenderId, amountFen])).toEqual([
      ['tender-1', 400],
      ['tender-2', 300],
    ]);
  });

  it('is asked for until it is paid, and a refused one waits for a person', () => {
    const record = (kind: 'record-refund-unknown' | 'record-refund-refused') =>
      ({ kind, refundNo: 'r1-1', reason: 'because' }) as const;
    const unknown = next(oneBack, record('record-refund-unknown'));
    expect(partsOf(unknown)[0]?.state).toBe('unknown');
    expect(answer(unknown, record('record-refund-unknown'))).toBe('');
    const refused = next(unknown, record('record-refund-refused'));
    expect(answer(refused, record('record-refund-refused'))).toBe('');
    const byHand = { kind: 'record-refund-paid', refundNo: 'r1-1', providerRef: 'h', warrant };
    const paid = next(refused, byHand as SaleCommand);
    expect(partsOf(paid)[0]?.state).toBe('paid');
    expect(answer(paid, record('record-refund-refused'))).toBe('');
  });

  it('nobody can tell of is what a person saw, once the box asked', () => {
    const seen = (paid: boolean, twoPersonAboveFen = 400): SaleCommand => ({
      ...{ kind: 'settle-refund-by-hand', refundNo: 'r1-1', paid, warrant, twoPersonAboveFen },
    });
    expect(answer(oneBack, seen(true))).toBe('STILL_ASKING');
    const unknown = next(oneBack, {
      ...{ kind: 'record-refund-unknown', refundNo: 'r1-1', reason: 'because' },
    });
    expect(answer(unknown, seen(true, 100))).toBe('SECOND_PERSON_NEEDED');
    expect(answer(unknown, seen(true))).toBe('RefundPaid');
    expect(answer(unknown, seen(false))).toBe('RefundRefused');
    expect(answer(next(unknown, seen(true)), seen(false))).toBe('');
    expect(answer(next(unknown, seen(false)), seen(true))).toBe('');
  });
});

describe('a payment that nobody can tell of', () => {
  const asked = played(start, addWater, ask()).state;
  const givenUp = next(asked, aboutTender('request-reversal'));
  const settled = (charged: boolean, change: object = {}): SaleCommand => ({
    ...{ kind: 'settle-by-hand', tenderId: 'tender-1', charged, warrant, twoPersonAboveFen: 400 },
    ...{ receiptNo: 'R000009', receiptJobId: 'job-9', location: 'floor', ...change },
  });
  it.each<[string, SaleState, SaleCommand, string]>([
    ['charged: it is paid', givenUp, settled(true), 'TenderCaptured SaleCompleted StockMoved'],
    ['not charged: it is over', givenUp, settled(false), 'TenderReversed'],
    ['while the box still asks', asked, settled(true), 'STILL_ASKING'],
    ['after it was settled', next(givenUp, reversed()), settled(true), 'TENDER_SETTLED'],
    ['where it is known to be kept', next(givenUp, captured(350)), settled(true), 'TENDER_SETTLED'],
    [
      'above what one person may say',
      givenUp,
      settled(false, { twoPersonAboveFen: 300 }),
      'SECOND_PERSON_NEEDED',
    ],
    ['twice', next(givenUp, settled(true)), settled(true), 'TENDER_SETTLED'],
  ])('%s', (_, state, command, expected) => {
    expect(answer(state, command)).toBe(expected);
  });

  it('a part of the sum pays a part, and what the terminal says later changes nothing', () => {
    const half = played(start, addWater, { ...ask(), amountFen: 150 } as SaleCommand).state;
    const paid = next(next(half, aboutTender('request-reversal')), settled(true));
    expect(paid).toMatchObject({ phase: 'open', tenders: [{ state: 'captured', by: warrant.by }] });
    expect(answer(paid, captured(150))).toBe('');
  });
});

describe('money the acquirer kept', () => {
  const kept = played(
    ...[start, addWater, ask(), aboutTender('request-reversal'), captured(350)],
  ).state;
  const handBack = (limit: number): SaleCommand => ({
    ...{ kind: 'hand-back', tenderId: 'tender-1', warrant, twoPersonAboveFen: limit },
  });
  it('is handed back by a person, once, and by two above the limit', () => {
    expect(answer(kept, handBack(300))).toBe('SECOND_PERSON_NEEDED');
    expect(answer(kept, handBack(400))).toBe('TenderReversed');
    expect(answer(next(kept, handBack(400)), handBack(400))).toBe('NOTHING_KEPT');
    expect(answer(next(kept, reversed()), handBack(400))).toBe('NOTHING_KEPT');
  });
});
