/** Weights that did not agree and that nobody of the store settled. */
import type { EventBodies, RecordedEvent } from '../events.ts';
import type { WeightLoss, WeightTrouble } from '../views/loss-views.ts';
import type { LossFacts, LossLimits } from './losses.ts';

export interface Unresolved {
  /** `gone`: lines that the event takes out of their baskets. */
  add(event: RecordedEvent, gone: readonly string[]): void;
  rows(fromDay: string): WeightLoss[];
  forget(beforeDay: string): void;
}

interface Trouble {
  day: string;
  what: WeightTrouble;
  place: string;
  grams: number;
  /** What settles it: a sale that staff approved, a line taken out, a visit decided on. */
  key: string;
}

export interface UnresolvedKnown {
  troubles: Trouble[];
}

export function createUnresolved({ dayOf, limits }: LossFacts, known: UnresolvedKnown): Unresolved {
  const settle = (settled: (trouble: Trouble) => boolean) => {
    known.troubles = known.troubles.filter((each) => !settled(each));
  };
  return {
    add(event, gone) {
      const day = dayOf(event.wallMs);
      if (gone.length > 0) settle(({ what, key }) => what === 'unsteady' && gone.includes(key));
      switch (event.type) {
        case 'BagChecked': {
          const { answer, saleId } = event.body;
          if (answer === 'approved') settle(({ what, key }) => what === 'said' && key === saleId);
          else if (isOdd(event.body, limits))
            known.troubles.push({
              ...{ day, what: 'said', place: event.source, key: saleId },
              grams: Math.abs(event.body.differenceGrams),
            });
          return;
        }
        case 'WeightUnsteady': {
          const { at, grossGrams, laterGrams, lineId, labelNumber } = event.body;
          const key = lineId ?? `label ${labelNumber ?? ''}`;
          const grams = Math.abs(laterGrams - grossGrams);
          known.troubles.push({ day, what: 'unsteady', place: at, grams, key });
          return;
        }
        case 'LabelVoided':
          return settle(({ key }) => key === `label ${event.body.labelNumber}`);
        case 'VisitReviewAsked': {
          const { visitId, cabinetId } = event.body;
          known.troubles.push({ day, what: 'review', place: cabinetId, grams: 0, key: visitId });
          return;
        }
        case 'ReviewDecided':
          return settle(({ what, key }) => what === 'review' && key === event.body.visitId);
        case 'ShelfDisturbed': {
          const { cabinetId, beforeDeciGrams, afterDeciGrams } = event.body;
          const grams = Math.round((beforeDeciGrams - afterDeciGrams) / 10);
          // What came on a shelf is no loss.
          if (grams >= limits.leastGrams)
            known.troubles.push({ day, what: 'shelf', place: cabinetId, grams, key: cabinetId });
          return;
        }
        case 'ShelvesTidied':
          return settle(({ what, key }) => what === 'shelf' && key === event.body.cabinetId);
      }
    },
    rows: (fromDay) => summed(known.troubles.filter(({ day }) => day >= fromDay)),
    forget: (beforeDay) => settle(({ day }) => day < beforeDay),
  };
}

function isOdd(
  { answer, differenceGrams }: EventBodies['BagChecked'],
  { ownBagGrams, leastGrams }: LossLimits,
): boolean {
  const allowed = answer === 'own-bag' ? ownBagGrams : leastGrams;
  return Math.abs(differenceGrams) > allowed;
}

function summed(troubles: readonly Trouble[]): WeightLoss[] {
  const rows = new Map<string, WeightLoss>();
  for (const { what, place, grams } of troubles) {
    const key = `${what} ${place}`;
    const row = rows.get(key) ?? { kind: 'weights', what, place, times: 0, grams: 0 };
    rows.set(key, { ...row, times: row.times + 1, grams: row.grams + grams });
  }
  return [...rows.values()].sort((one, other) => other.times - one.times);
}
