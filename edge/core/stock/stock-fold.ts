/** Keeps a state of stock in step with events: one event at a time, or many in place. */
import type { DomainEvent } from '../events.ts';
import {
  type StockChange,
  type StockFamily,
  type StockReader,
  type StockState,
  stockChanges,
} from './stock.ts';

type Rows = { [Family in StockFamily]: Map<string, unknown> };

const rowsOf = (from: StockState | undefined): Rows => ({
  lots: new Map(from?.lots),
  places: new Map(from?.places),
  planograms: new Map(from?.planograms),
  recalls: new Map(from?.recalls),
  holds: new Map(from?.holds),
  orders: new Map(from?.orders),
  refills: new Map(from?.refills),
  layouts: new Map(from?.layouts),
});

/** A state that is changed in place, for whoever owns it. */
export interface StockFold {
  readonly state: StockState;
  read: StockReader;
  put(change: StockChange): void;
  apply(event: DomainEvent, wallMs: number): void;
}

/** Begins empty, or as a copy of `from`. */
export function stockFold(from?: StockState): StockFold {
  const rows = rowsOf(from);
  // Only `put` writes, and a change's value is a row of its family.
  const state = rows as StockState;
  const read: StockReader = (family, key) => {
    const found: ReadonlyMap<string, unknown> = rows[family];
    return found.get(key) as ReturnType<typeof read<typeof family>>;
  };
  const put = ({ family, key, value }: StockChange) => {
    if (value === undefined) rows[family].delete(key);
    else rows[family].set(key, value);
  };
  return {
    state,
    read,
    put,
    apply(event, wallMs) {
      for (const change of stockChanges(read, event, wallMs)) put(change);
    },
  };
}
