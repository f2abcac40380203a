/** Lines taken out before payment, by lane and hour, against the store's own median. */
import type { RecordedEvent } from '../events.ts';
import type { RemovalLoss } from '../views/loss-views.ts';
import type { LossFacts } from './losses.ts';

/** An hour with fewer lines says nothing of what is usual. */
const FEWEST_LINES = 20;
/** Fewer than this happen by chance. */
const FEWEST_REMOVED = 5;
/** Two hours have no usual. */
const FEWEST_HOURS = 3;
const TIMES_USUAL = 2;
const PER_MILLE = 1000;

export interface Removals {
  /** Lines that this event takes out of their baskets. */
  goneBy(event: RecordedEvent): string[];
  add(event: RecordedEvent): void;
  rows(): RemovalLoss[];
}

interface LaneHour {
  laneId: string;
  hour: number;
  added: number;
  removed: number;
}

export function createRemovals({ lanes, hourOf }: LossFacts): Removals {
  /** Pieces of each line of the sales that are open. */
  const open = new Map<string, Map<string, number>>();
  const hours = new Map<string, LaneHour>();
  const count = ({ source, wallMs }: RecordedEvent, what: 'added' | 'removed', times = 1): void => {
    if (!lanes.includes(source)) return;
    const hour = hourOf(wallMs);
    const key = `${source} ${hour}`;
    const cell = hours.get(key) ?? { laneId: source, hour, added: 0, removed: 0 };
    hours.set(key, { ...cell, [what]: cell[what] + times });
  };
  const linesOf = (saleId: string): Map<string, number> => {
    const lines = open.get(saleId) ?? new Map<string, number>();
    open.set(saleId, lines);
    return lines;
  };
  return {
    goneBy({ type, body }) {
      if (type === 'LineVoided') return [body.lineId];
      return type === 'SaleCancelled' ? [...(open.get(body.saleId)?.keys() ?? [])] : [];
    },
    add(event) {
      switch (event.type) {
        case 'LineAdded': {
          const { saleId, line } = event.body;
          linesOf(saleId).set(line.lineId, line.quantity);
          return count(event, 'added');
        }
        case 'LineQuantityChanged': {
          const { saleId, lineId, quantity } = event.body;
          const before = linesOf(saleId).get(lineId) ?? quantity;
          linesOf(saleId).set(lineId, quantity);
          return quantity < before ? count(event, 'removed') : undefined;
        }
        case 'LineVoided':
          linesOf(event.body.saleId).delete(event.body.lineId);
          return count(event, 'removed');
        case 'SaleCancelled':
          count(event, 'removed', open.get(event.body.saleId)?.size ?? 0);
          open.delete(event.body.saleId);
          return;
        case 'SaleCompleted':
          open.delete(event.body.saleId);
          return;
      }
    },
    rows: () => unusual([...hours.values()]),
  };
}

function unusual(hours: readonly LaneHour[]): RemovalLoss[] {
  const enough = hours
    .filter(({ added }) => added >= FEWEST_LINES)
    .map((each) => ({ ...each, perMille: Math.round((each.removed * PER_MILLE) / each.added) }));
  if (enough.length < FEWEST_HOURS) return [];
  const usualPerMille = median(enough.map(({ perMille }) => perMille));
  return enough
    .filter(({ removed, perMille }) => {
      return removed >= FEWEST_REMOVED && perMille >= TIMES_USUAL * usualPerMille;
    })
    .map((each) => ({ kind: 'removals' as const, ...each, usualPerMille }))
    .sort((one, other) => other.perMille - one.perMille || other.removed - one.removed);
}

/** Of an even number the mean of the two in the middle. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return Math.round((low + high) / 2);
}
