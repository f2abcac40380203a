import { describe, expect, it } from 'vitest';
import { addLabel, addWater, label, played, start } from '../sale/sale.fixture.ts';
import { type LabelLife, labelChanges, labelLife } from './label-state.ts';

describe('a price label', () => {
  const { state } = played(start, addWater, addLabel);

  it('comes into the world live, with everything printed on it', () => {
    const event = { type: 'LabelIssued', body: { label: label('L1') } } as const;
    expect(labelChanges(event)).toEqual([{ labelNumber: 'L1', to: 'live', label: label('L1') }]);
  });

  it('is void once its counter voids it', () => {
    const event = {
      type: 'LabelVoided',
      body: { labelNumber: 'L1', reason: 'wrong item' },
    } as const;
    expect(labelChanges(event)).toEqual([{ labelNumber: 'L1', to: 'void' }]);
  });

  it('is free again when its line is removed, and only then', () => {
    const voided = (lineId: string) =>
      ({
        type: 'LineVoided',
        body: { saleId: 'sale-1', lineId, reason: '', by: 'shopper' },
      }) as const;
    expect(labelChanges(voided('line-label'), state)).toEqual([{ labelNumber: 'L1', to: 'live' }]);
    expect(labelChanges(voided('line-water'), state)).toEqual([]);
  });

  it('is untouched by events about other things', () => {
    const event = { type: 'LabelPrinted', body: { labelNumber: 'L1', jobId: 'j' } } as const;
    expect(labelChanges(event, state)).toEqual([]);
  });

  it.each<[LabelLife | undefined, LabelLife, LabelLife]>([
    [undefined, 'live', 'live'],
    ['live', 'in-basket', 'in-basket'],
    ['in-basket', 'live', 'live'],
    ['in-basket', 'void', 'void'],
    ['void', 'live', 'void'],
    ['void', 'in-basket', 'void'],
    ['void', 'sold', 'sold'],
    ['sold', 'live', 'sold'],
    ['sold', 'void', 'sold'],
  ])('that is %s and told to be %s is %s', (current, to, life) => {
    expect(labelLife(current, to)).toBe(life);
  });
});
