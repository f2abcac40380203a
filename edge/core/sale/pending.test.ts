import { describe, expect, it } from 'vitest';
import { isUnfinished, pending } from './pending.ts';
import { aboutTender, addApple, addWater, ask, captured, played, start } from './sale.fixture.ts';
import type { SaleCommand, SaleState } from './sale.ts';

const basket = [start, addWater, addApple];
const paid = [...basket, ask(), captured(350 + 789)];
const printed: SaleCommand = { kind: 'record-receipt-printed', jobId: 'job-1' };
const notPrinted: SaleCommand = {
  kind: 'record-receipt-failed',
  jobId: 'job-1',
  reason: 'paper-out',
};

describe('what a sale still owes', () => {
  it.each<[string, SaleState, string[], boolean]>([
    ['nothing while it is open', played(...basket).state, [], true],
    ['an answer while asking', played(...basket, ask()).state, ['resolve-tender'], true],
    [
      'an answer while it is unknown',
      played(...basket, ask(), aboutTender('record-unknown')).state,
      ['resolve-tender'],
      true,
    ],
    [
      'the money back',
      played(...basket, ask(), aboutTender('request-reversal')).state,
      ['reverse-tender'],
      true,
    ],
    ['a receipt once paid', played(...paid).state, ['print-receipt'], true],
    [
      'nothing after giving up',
      played(...basket, { kind: 'cancel', reason: 'left' }).state,
      [],
      false,
    ],
    ['nothing once printed', played(...paid, printed).state, [], false],
    ['no second print after a failed one', played(...paid, notPrinted).state, [], false],
  ])('is %s', (_, state, kinds, unfinished) => {
    expect(pending(state).map(({ kind }) => kind)).toEqual(kinds);
    expect(isUnfinished(state)).toBe(unfinished);
  });

  it('is settled by a print that worked after one that did not', () => {
    const { state } = played(...paid, notPrinted, printed);
    expect(state.receipt).toEqual({ receiptNo: 'R-0001', jobId: 'job-1', state: 'printed' });
    expect(played(...paid, notPrinted, printed, printed, notPrinted).state).toEqual(state);
    expect(played(...paid, notPrinted, notPrinted).events).toEqual(
      played(...paid, notPrinted).events,
    );
  });
});
