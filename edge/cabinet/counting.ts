/** The door is shut: wait until every shelf rests, then say who took what, or ask a person. */

import type { PlacedSlot } from '../core/stock/planogram.ts';
import { pieceWeight } from '../core/visit/cabinet-state.ts';
import type {
  Account,
  CellLoad,
  CountAnswer,
  TakingModel,
  WeightStep,
} from '../core/visit/taking.ts';
import type { VisitState } from '../core/visit/visit.ts';
import type {
  CellWeight,
  CountRecord,
  HandSeen,
  LevelSeen,
  ReviewReason,
} from '../core/visit/visit-events.ts';
import { whoTookWhat } from '../core/visit/who-took-what.ts';
import { billEvents, submitBill } from './billing.ts';
import { releaseOf, resumeReleases } from './holds.ts';
import { type CabinetInside, cellsOf, must, SOLVER, stateOf, toDeci, visitOf } from './inside.ts';
import { allRest, restingWeights } from './weights.ts';

const LOOK_EVERY_MS = 100;

export function countWhenRested(cabinet: CabinetInside): void {
  const visit = visitOf(cabinet);
  if (!visit) return;
  cabinet.stopTimers();
  cabinet.memory.sinceShut.clear();
  const begunMs = cabinet.parts.clock.monoMs();
  const look = () => {
    const now = visitOf(cabinet);
    if (now?.visitId !== visit.visitId || !['armed', 'closing', 'counting'].includes(now.phase))
      return;
    const late = cabinet.parts.clock.monoMs() - begunMs >= cabinet.parts.config.countMs;
    if (!allRest(cabinet) && !late) {
      cabinet.after(LOOK_EVERY_MS, look);
      return;
    }
    rested(cabinet, now);
  };
  look();
}

function rested(cabinet: CabinetInside, visit: VisitState): void {
  const { weights, missing } = restingWeights(cabinet);
  if (missing.length > 0) must(cabinet, { kind: 'doubt', reason: 'shelf-silent' });
  else if (!allRest(cabinet)) must(cabinet, { kind: 'doubt', reason: 'shelf-restless' });
  if (visit.phase !== 'counting' && !must(cabinet, { kind: 'rested', weights })) return;
  conclude(cabinet);
}

/** From here the answer follows from what is on the disk alone; also after a power cut. */
export function conclude(cabinet: CabinetInside): void {
  const visit = visitOf(cabinet);
  if (visit?.phase !== 'counting') return;
  if (visit.purpose === 'service') {
    must(cabinet, { kind: 'nothing', reason: 'service' });
    return;
  }
  const steps = stepsOf(visit, visit.after ?? []);
  const answer = whoTookWhat(modelOf(cabinet), steps);
  const count = recordOf(answer, steps);
  const reasons = reasonsFor(cabinet, visit, answer, steps);
  const untouched = steps.length === 0 && !reasons.includes('shelf-silent');
  if (untouched) nothing(cabinet, visit, count);
  else if (reasons.length > 0) review(cabinet, reasons, count);
  else if (answer.best.taken.length === 0) nothing(cabinet, visit, count);
  else settle(cabinet, visit, count);
}

function nothing(cabinet: CabinetInside, visit: VisitState, count: CountRecord): void {
  const reason = visit.openedMonoMs === undefined ? 'not-opened' : 'nothing';
  must(cabinet, { kind: 'nothing', reason, count }, releaseOf(visit, 'nothing-taken'));
  resumeReleases(cabinet);
}

function review(cabinet: CabinetInside, reasons: ReviewReason[], count: CountRecord): void {
  must(cabinet, { kind: 'ask-review', reasons, count });
}

function settle(cabinet: CabinetInside, visit: VisitState, count: CountRecord): void {
  const { saleId, totalFen, events, refused } = billEvents(cabinet, visit, count.taken);
  if (refused) review(cabinet, [refused], count);
  else if (must(cabinet, { kind: 'settle', bill: { saleId, totalFen }, count }, events))
    submitBill(cabinet, saleId);
}

function reasonsFor(
  { parts }: CabinetInside,
  { doubts }: VisitState,
  { best }: CountAnswer,
  steps: WeightStep[],
): ReviewReason[] {
  const found: ReviewReason[] = [...doubts];
  if (best.foreign) found.push('foreign-object');
  if (steps.length > 0 && best.probability * 10_000 < parts.config.settleAtBp) found.push('unsure');
  return found;
}

/** Levels closer than this to the one before are the same one, known better. */
const SAME_LEVEL_GRAMS = 9;
const SAME_LEVEL_SIGMAS = 3.5;

/** `order`: place in time; -1 before, the levels' own places, then after. */
type Known = CellWeight & { order: number };

/** Changes in order of time, from the weights before through every level to the weights after. */
export function stepsOf(
  { before, levels, seen = [] }: Pick<VisitState, 'before' | 'levels' | 'seen'>,
  after: CellWeight[],
): WeightStep[] {
  return before
    .flatMap((first) => {
      const during = levels.map((each, order): Known => ({ ...each, order }));
      const last = after.map((each): Known => ({ ...each, order: levels.length }));
      const own = [...during, ...last].filter(({ cell }) => cell === first.cell);
      return changesAlong(pathOf({ ...first, order: -1 }, own));
    })
    .map((step) => withSight(step, levels, seen))
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** The step with what a camera saw of the grasp that made its level. */
function withSight(step: WeightStep, levels: LevelSeen[], sights: HandSeen[]): WeightStep {
  const level = levels[step.atMs];
  const sight = sights.find(({ cell, monoMs }) => cell === step.cell && monoMs === level?.monoMs);
  if (!sight) return step;
  return { ...step, seen: new Map(sight.goods.map(({ sku, bp }) => [sku, bp / 10_000])) };
}

/** Levels that differ, each as exactly as it was ever known. */
function pathOf(first: Known, later: Known[]): Known[] {
  const path: Known[] = [first];
  for (const next of later) {
    const rest = path.at(-1)!;
    if (isSame(rest, next)) path[path.length - 1] = { ...better(rest, next), order: rest.order };
    else path.push(next);
  }
  return path;
}

function changesAlong(path: Known[]): WeightStep[] {
  return path.slice(1).map((to, at) => {
    const from = path[at]!;
    const noise = Math.hypot(to.noiseDeciGrams, from.noiseDeciGrams);
    return {
      cell: to.cell,
      deltaGrams: (to.deciGrams - from.deciGrams) / 10,
      noiseGrams: noise / 10,
      atMs: to.order,
    };
  });
}

function isSame(a: CellWeight, b: CellWeight): boolean {
  const noise = Math.hypot(a.noiseDeciGrams, b.noiseDeciGrams) / 10;
  const band = Math.max(SAME_LEVEL_GRAMS, SAME_LEVEL_SIGMAS * noise);
  return Math.abs(a.deciGrams - b.deciGrams) / 10 <= band;
}

const better = <T extends CellWeight>(a: T, b: T): T =>
  b.noiseDeciGrams <= a.noiseDeciGrams ? b : a;

/** What may lie on every cell: the planogram's articles by the books, and the strays. */
export function modelOf(cabinet: CabinetInside): TakingModel {
  const { parts } = cabinet;
  const planogram = parts.planogram();
  const { learned, astray } = stateOf(cabinet);
  const stock = new Map(
    parts.ledger.stock().map(({ sku, location, pieces }) => [`${sku}\0${location}`, pieces]),
  );
  const slots = planogram ? cellsOf(planogram) : new Map<string, PlacedSlot[]>();
  const units = new Map<string, number>();
  for (const each of [...slots.values()].flat()) units.set(each.sku, each.unitWeightGrams);
  const cells = [...slots].map(([cell, placed]): CellLoad => {
    const booked = placed.map(({ sku, location }) => ({
      sku,
      location,
      pieces: stock.get(`${sku}\0${location}`) ?? 0,
    }));
    const strays = astray
      .filter((each) => each.cell === cell)
      .map(({ sku, location, deciGrams, spreadDeciGrams }) => ({
        sku,
        location,
        pieces: 1,
        misplaced: { meanGrams: deciGrams / 10, spreadGrams: spreadDeciGrams / 10 },
      }));
    return { cell, lying: [...booked, ...strays] };
  });
  return {
    cells,
    weightOf(sku) {
      const unit = units.get(sku);
      return unit === undefined ? undefined : pieceWeight(unit, learned[sku]);
    },
  };
}

const toBp = (probability: number): number => Math.floor(probability * 10_000);

function recordOf({ best, runnerUp, weighed }: CountAnswer, steps: WeightStep[]): CountRecord {
  const other = runnerUp && {
    runnerUp: { taken: runnerUp.taken, probabilityBp: toBp(runnerUp.probability) },
  };
  return {
    solver: SOLVER,
    taken: best.taken,
    probabilityBp: toBp(best.probability),
    ...other,
    putBacks: best.putBacks.map(({ sku, cell, home }) => ({ sku, cell, home })),
    stray: best.misplaced.map(strayOf),
    foreign: best.foreign,
    weighed: weighed.map(({ sku, grams, noiseGrams }) => ({
      sku,
      deciGrams: toDeci(grams),
      noiseDeciGrams: toDeci(noiseGrams),
    })),
    steps: steps.map(({ cell, deltaGrams, noiseGrams }) => ({
      cell,
      deltaDeciGrams: toDeci(deltaGrams),
      noiseDeciGrams: toDeci(noiseGrams),
    })),
  };
}

const strayOf = ({ sku, location, cell, grams, spreadGrams }: Account['misplaced'][number]) => ({
  sku,
  location,
  cell,
  deciGrams: toDeci(grams),
  spreadDeciGrams: toDeci(spreadGrams),
});

/** What the cabinet thinks is in hand now, for the live list. */
export function soFar(cabinet: CabinetInside, visit: VisitState): CountAnswer {
  return whoTookWhat(modelOf(cabinet), stepsOf(visit, []));
}
