/** Keeps a state of stock in step with events: one event at a time, or many in place. */
import type { DomainEvent } from './events.ts';
import {
  type StockChange,
  type StockFamily,
  type StockReader,
  type StockState,
  stockChanges,
} from './stock.ts';

type Rows = { [Family in StockFamily]: Map<string, unknown> };

const emptyRows = (): Rows => ({
  lots: new Map(),
  places: new Map(),
  planograms: new Map(),
  recalls: new Map(),
  holds: new Map(),
  orders: new Map(),
  refills: new Map(),
});

/** A state that is changed in place, for whoever owns it. */
export interface StockFold {
  readonly state: StockState;
  read: StockReader;
  put(change: StockChange): void;
  apply(event: DomainEvent, wallMs: number): void;
}

export function stockFold(): StockFold {
  const rows = emptyRows();
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
