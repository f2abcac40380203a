import { describe, expect, it } from 'vitest';
import type { DemandHour } from '../stock/demand.ts';
import { historyOf, type PromotedDays } from './history.ts';

const NONE: PromotedDays = new Map();

describe('the history of an article', () => {
  const at = (location: string, hour: number, sold: number, emptyMs = 0): DemandHour => ({
    location,
    sku: 'cola',
    hour,
    sold,
    emptyMs,
  });

  it('is out of stock only while every slot of it is empty, in local hours', () => {
    const hours = [
      at('a', 100, 2),
      at('b', 100, 1, 3_600_000),
      at('a', 101, 0, 1_800_000),
      at('b', 101, 0, 3_600_000),
    ];
    const options = { fromDay: 4, toDay: 4, offsetHours: 8, promoted: NONE };
    const [day] = historyOf(hours, 2, options);
    expect([day?.sold[12], day?.inStock[12], day?.inStock[13]]).toEqual([3, 1, 0.5]);
  });
});
