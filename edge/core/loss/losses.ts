/**
 * Folds the ledger into what may mean a loss, event by event, so that what is known already need not
 * be read again. Persons in the events are never read.
 */
import type { PriceBasis } from '../catalogue/catalogue.ts';
import type { RecordedEvent } from '../events.ts';
import type { Text } from '../ports.ts';
import type { LossRow } from '../views/loss-views.ts';
import { createDoubts, type Doubts, type DoubtsKnown, noDoubts } from './doubts.ts';
import { createRemovals, noRemovals, type Removals, type RemovalsKnown } from './removals.ts';
import { createShortages, type Shortages, type ShortagesKnown } from './shortages.ts';
import { createUnresolved, type Unresolved, type UnresolvedKnown } from './unresolved.ts';

export interface Priced {
  name: Text;
  unitPriceFen: number;
  priceBasis: PriceBasis;
}

export interface LossFacts {
  /** Lanes that sell now; hours of others are not compared. */
  lanes: readonly string[];
  /** Local hour of the day, 0 to 23. */
  hourOf(wallMs: number): number;
  /** Local calendar day, `2026-11-23`. */
  dayOf(wallMs: number): string;
  /** Goods at the price in use now. */
  goods(sku: string): Priced | undefined;
  limits: LossLimits;
}

/** What a store does not call a loss; see the configuration's `losses`. */
export interface LossLimits {
  /** An hour of a lane with fewer lines says nothing of what is usual. */
  fewestLines: number;
  /** Fewer lines taken out than this are chance. */
  fewestRemoved: number;
  /** So many times the usual share of lines taken out stands out. */
  timesUsual: number;
  /** A smaller difference of a bagging area or a shelf is let pass, in grams. */
  leastGrams: number;
  /** A shopper's own bag may weigh so much, in grams. */
  ownBagGrams: number;
}

/** What the events so far said: data alone, changed as more are added, to be kept and taken up again. */
export interface LossesKnown {
  doubts: DoubtsKnown;
  removals: RemovalsKnown;
  unresolved: UnresolvedKnown;
  shortages: ShortagesKnown;
}

export const nothingKnown = (): LossesKnown => ({
  ...{ doubts: noDoubts(), removals: noRemovals() },
  ...{ unresolved: { troubles: [] }, shortages: new Map() },
});

export interface Losses {
  /** Events in order; those that say nothing are passed over. */
  add(event: RecordedEvent): void;
  /** Of what happened on that local day or later. */
  rows(fromDay: string): LossRow[];
  /** Days before that one are asked for no more. */
  forget(beforeDay: string): void;
}

/** Event types that `add` looks at; the others need not be parsed. */
export const LOSS_EVENTS: readonly RecordedEvent['type'][] = [
  ...(['LineAdded', 'LineQuantityChanged', 'LineVoided', 'SaleCancelled'] as const),
  ...(['SaleCompleted', 'LabelIssued', 'LabelVoided', 'ChoiceDoubted', 'LabelDoubted'] as const),
  ...(['BagChecked', 'WeightUnsteady', 'VisitReviewAsked', 'ReviewDecided'] as const),
  ...(['ShelfDisturbed', 'ShelvesTidied', 'StockMoved'] as const),
];

export function createLosses(facts: LossFacts, known: LossesKnown = nothingKnown()): Losses {
  const removals: Removals = createRemovals(facts, known.removals);
  const doubts: Doubts = createDoubts(facts, known.doubts);
  const unresolved: Unresolved = createUnresolved(facts, known.unresolved);
  const shortages: Shortages = createShortages(facts, known.shortages);
  const each = [doubts, removals, unresolved, shortages];
  return {
    add(event) {
      // Lines that go away are told before the sale that had them is forgotten.
      const gone = removals.goneBy(event);
      doubts.add(event, gone);
      unresolved.add(event, gone);
      removals.add(event);
      shortages.add(event);
    },
    rows: (fromDay) => each.flatMap((one): LossRow[] => one.rows(fromDay)),
    forget(beforeDay) {
      for (const one of each) one.forget(beforeDay);
    },
  };
}
