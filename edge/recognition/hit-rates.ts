/**
 * How often recognition was right, counted from what shoppers chose and kept: durable events, so
 * the figures outlive a restart and can be counted again by anyone who has the ledger.
 */
import type { Choice, RecordedEvent } from '../core/events.ts';

export interface HitRates {
  /** Choices of goods that the camera had seen. */
  seen: number;
  /** The first candidate was chosen; one of the first four; one of those shown. */
  first: number;
  firstFour: number;
  shown: number;
  /** What was chosen instead of the first candidate, most often first. */
  pairs: { shown: string; taken: string; times: number }[];
  /** By the item chosen. */
  items: { sku: string; seen: number; first: number }[];
}

export interface HitCounter {
  /** Events in order; those that say nothing of recognition are passed over. */
  add(event: RecordedEvent): void;
  rates(): HitRates;
}

interface Counted {
  sku: string;
  choice: Choice;
}

/** A line voided or a label voided was a mistake, and counts for nothing. */
export function createHitCounter(): HitCounter {
  const counted = new Map<string, Counted>();
  return {
    add(event) {
      if (event.type === 'LineAdded') {
        const { line } = event.body;
        // A labelled line was chosen at the counter, when its label was made.
        if (line.how !== 'label' && wasSeen(line.choice))
          counted.set(`line ${line.lineId}`, { sku: line.sku, choice: line.choice });
      } else if (event.type === 'LabelIssued') {
        const { labelNumber, sku, choice } = event.body.label;
        if (wasSeen(choice)) counted.set(`label ${labelNumber}`, { sku, choice });
      } else if (event.type === 'LineVoided') counted.delete(`line ${event.body.lineId}`);
      else if (event.type === 'LabelVoided') counted.delete(`label ${event.body.labelNumber}`);
    },
    rates: () => ratesOf([...counted.values()]),
  };
}

const wasSeen = ({ rank, firstSku, by }: Choice): boolean =>
  by !== 'scan' && (rank !== undefined || firstSku !== undefined);

function ratesOf(counted: readonly Counted[]): HitRates {
  const within = (most: number) =>
    counted.filter(({ choice }) => (choice.rank ?? Number.POSITIVE_INFINITY) <= most).length;
  const items = new Map<string, { sku: string; seen: number; first: number }>();
  const pairs = new Map<string, { shown: string; taken: string; times: number }>();
  for (const { sku, choice } of counted) {
    const item = items.get(sku) ?? { sku, seen: 0, first: 0 };
    items.set(sku, item);
    item.seen += 1;
    if (choice.rank === 1) item.first += 1;
    else if (choice.firstSku) {
      const key = `${sku}\0${choice.firstSku}`;
      const pair = pairs.get(key) ?? { shown: sku, taken: choice.firstSku, times: 0 };
      pairs.set(key, { ...pair, times: pair.times + 1 });
    }
  }
  return {
    seen: counted.length,
    first: within(1),
    firstFour: within(4),
    shown: within(Number.MAX_SAFE_INTEGER),
    pairs: [...pairs.values()].sort((a, b) => b.times - a.times),
    items: [...items.values()].sort((a, b) => b.seen - a.seen),
  };
}
