/** Goods counted below the books, or written off as gone, net of what turned up. */
import type { RecordedEvent } from '../events.ts';
import type { StockLoss } from '../views/loss-views.ts';
import type { LossFacts } from './losses.ts';
import { nameOf, worthFen } from './worth.ts';

export interface Shortages {
  add(event: RecordedEvent): void;
  rows(): StockLoss[];
}

interface Short {
  pieces: number;
  grams: number;
  locations: Set<string>;
}

export function createShortages({ goods }: LossFacts): Shortages {
  const bySku = new Map<string, Short>();
  return {
    add({ type, body }) {
      if (type !== 'StockMoved' || (body.cause !== 'counted' && body.cause !== 'shrink')) return;
      const { sku, location, pieces, grams } = body.move;
      const short = bySku.get(sku) ?? { pieces: 0, grams: 0, locations: new Set() };
      bySku.set(sku, short);
      short.pieces -= pieces;
      short.grams -= grams;
      if (pieces < 0 || grams < 0) short.locations.add(location);
    },
    rows: () =>
      [...bySku]
        .filter(([, { pieces, grams }]) => pieces > 0 || grams > 0)
        .map(([sku, { pieces, grams, locations }]): StockLoss => {
          const missing = { pieces: Math.max(0, pieces), grams: Math.max(0, grams) };
          return {
            ...{ kind: 'stock', sku, name: nameOf(goods(sku), sku), ...missing },
            differenceFen: worthFen(goods(sku), missing) ?? 0,
            locations: [...locations].sort(),
          };
        })
        .sort((one, other) => other.differenceFen - one.differenceFen),
  };
}
