/** Folds a period of the ledger into what may mean a loss. Persons in the events are never read. */
import type { PriceBasis } from '../catalogue/catalogue.ts';
import type { RecordedEvent } from '../events.ts';
import type { Text } from '../ports.ts';
import type { LossRow } from '../views/loss-views.ts';
import { createDoubts, type Doubts } from './doubts.ts';
import { createRemovals, type Removals } from './removals.ts';
import { createShortages, type Shortages } from './shortages.ts';
import { createUnresolved, type Unresolved } from './unresolved.ts';

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
  /** Goods at today's price. */
  goods(sku: string): Priced | undefined;
}

export interface Losses {
  /** Events in order; those that say nothing are passed over. */
  add(event: RecordedEvent): void;
  rows(): LossRow[];
}

/** Event types that `add` looks at; the others need not be parsed. */
export const LOSS_EVENTS: readonly RecordedEvent['type'][] = [
  ...(['LineAdded', 'LineQuantityChanged', 'LineVoided', 'SaleCancelled'] as const),
  ...(['SaleCompleted', 'LabelIssued', 'LabelVoided', 'ChoiceDoubted', 'LabelDoubted'] as const),
  ...(['BagChecked', 'WeightUnsteady', 'VisitReviewAsked', 'ReviewDecided'] as const),
  ...(['ShelfDisturbed', 'ShelvesTidied', 'StockMoved'] as const),
];

export function createLosses(facts: LossFacts): Losses {
  const removals: Removals = createRemovals(facts);
  const doubts: Doubts = createDoubts(facts);
  const unresolved: Unresolved = createUnresolved();
  const shortages: Shortages = createShortages(facts);
  return {
    add(event) {
      // Lines that go away are told before the sale that had them is forgotten.
      const gone = removals.goneBy(event);
      doubts.add(event, gone);
      unresolved.add(event, gone);
      removals.add(event);
      shortages.add(event);
    },
    rows: () => [...doubts.rows(), ...removals.rows(), ...unresolved.rows(), ...shortages.rows()],
  };
}
