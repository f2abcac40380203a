/** What a store changed on head office's price book, folded from events alone. */

import type { DomainEvent } from '../events.ts';
import type { Person } from '../person.ts';
import type { Promotion } from '../sale/promotion.ts';
import type { ItemChange } from './catalogue-events.ts';

export type ItemField = ItemChange['field'];
type Value = ItemChange['is'];

/** A value that stands over head office's own. */
export interface LocalValue {
  sku: string;
  field: ItemField;
  /** What head office's book says; the local value goes when that changes. */
  base: Value;
  is: Value;
  by: Person;
  wallMs: number;
}

export interface CatalogueEdit {
  editId: string;
  version: number;
  changes: ItemChange[];
  by: Person;
  wallMs: number;
  undoes?: string;
  undone?: true;
}

/** One stretch of time in which a rule was in force, but for the days it names itself. */
export interface PromotionRun {
  promotion: Promotion;
  origin: 'head-office' | 'local';
  by?: Person;
  fromWallMs: number;
  untilWallMs?: number;
}

export interface CatalogueState {
  /** Newest edition: head office's version, and one more for every change of the store's own. */
  version: number;
  /** The newest edits, oldest first. */
  edits: CatalogueEdit[];
  values: LocalValue[];
  /** What ran in the last `KEEP_RUNS_MS`, oldest first. */
  runs: PromotionRun[];
}

export const EMPTY_CATALOGUE: CatalogueState = { version: 0, edits: [], values: [], runs: [] };

const KEPT_EDITS = 60;
/** As far back as demand is looked at, and a year to compare with. */
const KEEP_RUNS_MS = 400 * 86_400_000;

export const valueKey = ({ sku, field }: { sku: string; field: ItemField }): string =>
  `${field} ${sku}`;

export const isOpen = ({ untilWallMs }: PromotionRun): boolean => untilWallMs === undefined;

export function evolveCatalogue(
  state: CatalogueState,
  event: DomainEvent,
  wallMs: number,
): CatalogueState {
  switch (event.type) {
    case 'CatalogueEdited':
      return edited(state, event.body, wallMs);
    case 'PriceBookActivated':
      return published(state, event.body, wallMs);
    case 'PromotionSet': {
      const { promotion, by, version } = event.body;
      const before = ended(state.runs, wallMs, (run) => run.promotion.id === promotion.id);
      const run: PromotionRun = { promotion, origin: 'local', by, fromWallMs: wallMs };
      return { ...state, version, runs: recent([...before, run], wallMs) };
    }
    case 'PromotionEnded': {
      const { promotionId, version } = event.body;
      return {
        ...state,
        version,
        runs: ended(state.runs, wallMs, (run) => run.promotion.id === promotionId),
      };
    }
    default:
      return state;
  }
}

type Body<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>['body'];

function edited(
  state: CatalogueState,
  { editId, version, changes, by, undoes }: Body<'CatalogueEdited'>,
  wallMs: number,
): CatalogueState {
  const values = new Map(state.values.map((value) => [valueKey(value), value]));
  for (const { sku, field, was, is } of changes) {
    const key = valueKey({ sku, field });
    const base = values.get(key)?.base ?? was;
    values.delete(key);
    if (is !== base) values.set(key, { sku, field, base, is, by, wallMs });
  }
  const edit = { editId, version, changes, by, wallMs, ...(undoes !== undefined && { undoes }) };
  const edits = state.edits.map((each) =>
    each.editId === undoes ? { ...each, undone: true as const } : each,
  );
  return {
    ...state,
    version,
    edits: [...edits, edit].slice(-KEPT_EDITS),
    values: [...values.values()],
  };
}

function published(
  state: CatalogueState,
  { version, edition = version, overruled = [], promotions = [] }: Body<'PriceBookActivated'>,
  wallMs: number,
): CatalogueState {
  const gone = new Set(overruled.map(valueKey));
  const kept = (run: PromotionRun) =>
    promotions.some((each) => JSON.stringify(each) === JSON.stringify(run.promotion));
  const runs = ended(state.runs, wallMs, (run) => run.origin === 'head-office' && !kept(run));
  const running = new Set(runs.filter(isOpen).map(({ promotion }) => promotion.id));
  const begun = promotions
    .filter(({ id }) => !running.has(id))
    .map((promotion): PromotionRun => ({ promotion, origin: 'head-office', fromWallMs: wallMs }));
  return {
    ...state,
    version: edition,
    values: state.values.filter((value) => !gone.has(valueKey(value))),
    runs: recent([...runs, ...begun], wallMs),
  };
}

const ended = (
  runs: readonly PromotionRun[],
  wallMs: number,
  which: (run: PromotionRun) => boolean,
): PromotionRun[] =>
  runs.map((run) => (isOpen(run) && which(run) ? { ...run, untilWallMs: wallMs } : run));

const recent = (runs: readonly PromotionRun[], wallMs: number): PromotionRun[] =>
  runs.filter(({ untilWallMs = wallMs }) => untilWallMs > wallMs - KEEP_RUNS_MS);
