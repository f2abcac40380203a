/** Lines taken out before payment, by lane and hour, against the store's own median. */
import type { RecordedEvent } from '../events.ts';
import type { RemovalLoss } from '../views/loss-views.ts';
import type { LossFacts, LossLimits } from './losses.ts';

/** Two hours have no usual. */
const FEWEST_HOURS = 3;
const PER_MILLE = 1000;

export interface Removals {
  /** Lines that this event takes out of their baskets. */
  goneBy(event: RecordedEvent): string[];
  add(event: RecordedEvent): void;
  rows(fromDay: string): RemovalLoss[];
  forget(beforeDay: string): void;
}

/** An hour of a lane on a day; without the day, on all days together. */
interface LaneHour {
  laneId: string;
  hour: number;
  added: number;
  removed: number;
}

export interface RemovalsKnown {
  /** Pieces of each line of the sales that are open. */
  open: Map<string, Map<string, number>>;
  hours: Map<string, LaneHour & { day: string }>;
}

export const noRemovals = (): RemovalsKnown => ({ open: new Map(), hours: new Map() });

export function createRemovals(
  { lanes, hourOf, dayOf, limits }: LossFacts,
  { open, hours }: RemovalsKnown,
): Removals {
  const count = ({ source, wallMs }: RecordedEvent, what: 'added' | 'removed', times = 1): void => {
    if (!lanes.includes(source)) return;
    const [day, hour] = [dayOf(wallMs), hourOf(wallMs)];
    const key = `${day} ${source} ${hour}`;
    const cell = hours.get(key) ?? { day, laneId: source, hour, added: 0, removed: 0 };
    hours.set(key, cell);
    cell[what] += times;
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
    rows: (fromDay) =>
      unusual(summed([...hours.values()].filter(({ day }) => day >= fromDay)), limits),
    forget(beforeDay) {
      for (const [key, { day }] of hours) if (day < beforeDay) hours.delete(key);
    },
  };
}

/** The same hour of every day as one. */
function summed(hours: readonly LaneHour[]): LaneHour[] {
  const sums = new Map<string, LaneHour>();
  for (const { laneId, hour, added, removed } of hours) {
    const key = `${laneId} ${hour}`;
    const sum = sums.get(key) ?? { laneId, hour, added: 0, removed: 0 };
    sums.set(key, { ...sum, added: sum.added + added, removed: sum.removed + removed });
  }
  return [...sums.values()];
}

function unusual(hours: readonly LaneHour[], limits: LossLimits): RemovalLoss[] {
  const enough = hours
    .filter(({ added }) => added >= limits.fewestLines)
    .map((each) => ({ ...each, perMille: Math.round((each.removed * PER_MILLE) / each.added) }));
  if (enough.length < FEWEST_HOURS) return [];
  const usualPerMille = median(enough.map(({ perMille }) => perMille));
  return enough
    .filter(({ removed, perMille }) => {
      return removed >= limits.fewestRemoved && perMille >= limits.timesUsual * usualPerMille;
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
