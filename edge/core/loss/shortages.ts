/** Goods counted below the books, or written off as gone, net of what turned up. */
import type { RecordedEvent } from '../events.ts';
import type { StockLoss } from '../views/loss-views.ts';
import type { LossFacts } from './losses.ts';
import { nameOf, worthFen } from './worth.ts';

export interface Shortages {
  add(event: RecordedEvent): void;
  rows(fromDay: string): StockLoss[];
  forget(beforeDay: string): void;
}

/** Of an article on a day; without the day, on all days together. */
interface Short {
  sku: string;
  pieces: number;
  grams: number;
  locations: Set<string>;
}

export type ShortagesKnown = Map<string, Short & { day: string }>;

export function createShortages({ goods, dayOf }: LossFacts, shorts: ShortagesKnown): Shortages {
  return {
    add({ type, body, wallMs }) {
      if (type !== 'StockMoved' || (body.cause !== 'counted' && body.cause !== 'shrink')) return;
      const { sku, location, pieces, grams } = body.move;
      const day = dayOf(wallMs);
      const key = `${day} ${sku}`;
      const short = shorts.get(key) ?? { day, ...nothingShort(sku) };
      shorts.set(key, short);
      short.pieces -= pieces;
      short.grams -= grams;
      if (pieces < 0 || grams < 0) short.locations.add(location);
    },
    rows: (fromDay) =>
      summed([...shorts.values()].filter(({ day }) => day >= fromDay))
        .filter(({ pieces, grams }) => pieces > 0 || grams > 0)
        .map(({ sku, pieces, grams, locations }): StockLoss => {
          const missing = { pieces: Math.max(0, pieces), grams: Math.max(0, grams) };
          return {
            ...{ kind: 'stock', sku, name: nameOf(goods(sku), sku), ...missing },
            differenceFen: worthFen(goods(sku), missing) ?? 0,
            locations: [...locations].sort(),
          };
        })
        .sort((one, other) => other.differenceFen - one.differenceFen),
    forget(beforeDay) {
      for (const [key, { day }] of shorts) if (day < beforeDay) shorts.delete(key);
    },
  };
}

const nothingShort = (sku: string): Short => ({
  ...{ sku, pieces: 0, grams: 0, locations: new Set() },
});

function summed(shorts: readonly Short[]): Short[] {
  const sums = new Map<string, Short>();
  for (const { sku, pieces, grams, locations } of shorts) {
    const sum = sums.get(sku) ?? nothingShort(sku);
    sums.set(sku, sum);
    sum.pieces += pieces;
    sum.grams += grams;
    for (const location of locations) sum.locations.add(location);
  }
  return [...sums.values()];
}
