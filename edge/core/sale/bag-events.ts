/** What was said about the bagging area: by the shopper, or by staff who looked. */

import type { Person } from '../person.ts';
import type { BagAnswer } from './bag-check.ts';

export interface BagEventBodies {
  /** `differenceGrams`: what lay there beyond what was scanned, at that moment. */
  BagChecked: {
    saleId: string;
    answer: BagAnswer | 'approved';
    differenceGrams: number;
    lineId?: string;
    by?: Person;
    reason?: string;
  };
}

export const BAG_EVENT_TYPES = ['BagChecked'] as const satisfies readonly (keyof BagEventBodies)[];
