/** Choices and labels that the camera or the plate spoke against, and that stood all the same. */
import type { RecordedEvent, SaleLine } from '../events.ts';
import type { HeavierLoss, PairLoss } from '../views/loss-views.ts';
import type { LossFacts, Priced } from './losses.ts';
import { type Amount, nameOf, worthFen } from './worth.ts';

export interface Doubts {
  /** `gone`: lines that the event takes out of their baskets. */
  add(event: RecordedEvent, gone: readonly string[]): void;
  rows(fromDay: string): (PairLoss | HeavierLoss)[];
  forget(beforeDay: string): void;
}

interface Doubt {
  day: string;
  chosen: string;
  seen: string;
  /** Found by the sighting of a choice; by its line of a label. */
  sightingId?: string;
  lineId?: string;
  /** What stood: charged for, and what lay there. */
  stood?: { charged: number | Amount; there: Amount; overGrams: number };
}

export interface DoubtsKnown {
  doubts: Doubt[];
  bySighting: Map<string, Doubt>;
  byLine: Map<string, Doubt>;
}

export const noDoubts = (): DoubtsKnown => ({
  ...{ doubts: [], bySighting: new Map(), byLine: new Map() },
});

export function createDoubts({ goods, dayOf }: LossFacts, known: DoubtsKnown): Doubts {
  const { bySighting, byLine } = known;
  const stand = (key: string, choice: SaleLine['choice'], sku: string, stood: Doubt['stood']) => {
    const doubt = bySighting.get(choice.sightingId ?? '');
    if (doubt?.chosen !== sku) return;
    Object.assign(doubt, { stood });
    byLine.set(key, doubt);
  };
  const takeBack = (key: string) => void delete byLine.get(key)?.stood;
  return {
    add(event, gone) {
      for (const lineId of gone) takeBack(lineId);
      switch (event.type) {
        case 'ChoiceDoubted': {
          const { chosenSku: chosen, seenSku: seen, sightingId } = event.body;
          const day = dayOf(event.wallMs);
          const doubt: Doubt = { day, chosen, seen, ...(sightingId && { sightingId }) };
          known.doubts.push(doubt);
          if (sightingId) bySighting.set(sightingId, doubt);
          return;
        }
        case 'LabelDoubted': {
          const doubt = labelDoubt(event.body, dayOf(event.wallMs));
          known.doubts.push(doubt);
          byLine.set(event.body.lineId, doubt);
          return;
        }
        case 'LineAdded': {
          const { lineId, choice, sku, amountFen: charged, quantity, weighing } = event.body.line;
          const there = { pieces: quantity, ...(weighing && { grams: weighing.netGrams }) };
          return stand(lineId, choice, sku, { charged, there, overGrams: 0 });
        }
        case 'LabelIssued': {
          const { labelNumber, choice, sku, amountFen: charged, weighing } = event.body.label;
          const there = { pieces: 1, grams: weighing.netGrams };
          return stand(`label ${labelNumber}`, choice, sku, { charged, there, overGrams: 0 });
        }
        case 'LabelVoided':
          return takeBack(`label ${event.body.labelNumber}`);
      }
    },
    rows: (fromDay) =>
      rowsOf(
        known.doubts.filter(({ day }) => day >= fromDay),
        goods,
      ),
    forget(beforeDay) {
      const isOld = ({ day }: Doubt) => day < beforeDay;
      known.doubts = known.doubts.filter((doubt) => !isOld(doubt));
      for (const found of [bySighting, byLine])
        for (const [key, doubt] of found) if (isOld(doubt)) found.delete(key);
    },
  };
}

type LabelDoubted = Extract<RecordedEvent, { type: 'LabelDoubted' }>['body'];

function labelDoubt(body: LabelDoubted, day: string): Doubt {
  const { labelSku: chosen, seenSku: seen, lineId, labelGrams, plateGrams } = body;
  const charged = { pieces: 1, grams: labelGrams };
  const there = { pieces: 1, grams: Math.max(0, plateGrams) };
  const overGrams = plateGrams - labelGrams;
  return { day, chosen, seen, lineId, stood: { charged, there, overGrams } };
}

function rowsOf(doubts: readonly Doubt[], goods: LossFacts['goods']) {
  const pairs = new Map<string, PairLoss>();
  const heavier = new Map<string, HeavierLoss>();
  for (const { chosen, seen, stood } of doubts) {
    const seenFen = stood && worthFen(goods(seen), stood.there);
    const differenceFen =
      stood && seenFen !== undefined ? seenFen - chargedFen(stood.charged, goods(chosen)) : 0;
    const name = nameOf(goods(chosen), chosen);
    if (chosen === seen) {
      if (!stood) continue;
      const row = heavier.get(chosen) ?? emptyHeavier(chosen, name);
      heavier.set(chosen, {
        ...{ ...row, times: row.times + 1, grams: row.grams + stood.overGrams },
        differenceFen: row.differenceFen + differenceFen,
      });
      continue;
    }
    const row = pairs.get(`${chosen}\0${seen}`) ?? {
      ...{ kind: 'pair' as const, sku: chosen, name, seenSku: seen },
      ...{ seenName: nameOf(goods(seen), seen), asked: 0, stood: 0, differenceFen: 0 },
    };
    pairs.set(`${chosen}\0${seen}`, {
      ...{ ...row, asked: row.asked + 1, stood: row.stood + (stood ? 1 : 0) },
      differenceFen: row.differenceFen + differenceFen,
    });
  }
  // Where what was seen is the cheaper, nothing was lost; without a price nobody can tell.
  const stayed = [...pairs.values()].filter((row) => row.stood > 0 && row.differenceFen >= 0);
  return [...stayed, ...heavier.values()].sort(
    (one, other) => other.differenceFen - one.differenceFen,
  );
}

/** As it was charged; of a label only its weight is known. */
const chargedFen = (charged: number | Amount, chosen: Priced | undefined): number =>
  typeof charged === 'number' ? charged : (worthFen(chosen, charged) ?? 0);

const emptyHeavier = (sku: string, name: HeavierLoss['name']): HeavierLoss => ({
  ...{ kind: 'heavier', sku, name, times: 0, grams: 0, differenceFen: 0 },
});
