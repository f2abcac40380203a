/** How often each article was sold over the last days, for the lists that shoppers choose from. */
import type { Clock } from './core/ports.ts';
import type { Ledger } from './ledger/contract.ts';

const DAYS = 14;
const DAY_MS = 86_400_000;
const KEPT_MS = 60_000;

export interface OftenSoldParts {
  ledger: Pick<Ledger, 'daySales'>;
  clock: Clock;
  localDay(wallMs: number): string;
}

/** Counted anew at most once a minute; sales per SKU. */
export function countOftenSold(parts: OftenSoldParts): () => ReadonlyMap<string, number> {
  const { ledger, clock, localDay } = parts;
  let counted: { atMs: number; sales: Map<string, number> } | undefined;
  return () => {
    const atMs = clock.monoMs();
    if (counted && atMs - counted.atMs < KEPT_MS) return counted.sales;
    const sales = new Map<string, number>();
    for (let day = 0; day < DAYS; day += 1)
      for (const sold of ledger.daySales(localDay(clock.wallMs() - day * DAY_MS)))
        sales.set(sold.sku, (sales.get(sold.sku) ?? 0) + sold.sales);
    counted = { atMs, sales };
    return sales;
  };
}
