/** Visits of a simulation held against what their shoppers truly had in hand. */
import type { ShopperTruth } from '../../../simulator/cabinet-shopper.ts';
import type { VisitState } from '../../core/visit/visit.ts';
import type { CabinetStore } from './cabinet.ts';

export interface VisitFigures {
  visits: number;
  settled: number;
  settledWrong: number;
  review: number;
  nothingTaken: number;
  fault: number;
  ambiguous: number;
  putBacks: number;
  putBacksRight: number;
  p95SettleMs: number;
}

export interface Judged extends VisitFigures {
  settleMs: number[];
  /** What was settled wrongly, for the eye. */
  mistakes: { visitId: string; truth: string[]; told: string[]; probabilityBp: number }[];
  /** Visits sent to a person, with what the person will see. */
  doubtful: { truth: string[]; told: string[]; other: string[]; probabilityBp: number }[];
  reasons: Record<string, number>;
}

export const startJudging = (): Judged => ({
  visits: 0,
  settled: 0,
  settledWrong: 0,
  review: 0,
  nothingTaken: 0,
  fault: 0,
  ambiguous: 0,
  putBacks: 0,
  putBacksRight: 0,
  p95SettleMs: 0,
  doubtful: [],
  reasons: {},
  mistakes: [],
  settleMs: [],
});

const told = ({ count }: VisitState): string[] =>
  (count?.taken ?? []).flatMap(({ sku, pieces }) => Array<string>(pieces).fill(sku)).sort();

/** Two accounts whose odds differ by less than this lie within three deviations of each other. */
const AMBIGUOUS_BELOW_BP = 9_890;

export function judge(
  store: CabinetStore,
  judged: Judged,
  visit: VisitState,
  truth: ShopperTruth,
  tookMs: number,
): void {
  const right = `${told(visit)}` === `${truth.held}`;
  const unsure = (visit.count?.probabilityBp ?? 10_000) < AMBIGUOUS_BELOW_BP;
  if (visit.phase === 'settled') {
    judged.settled += 1;
    judged.settleMs.push(tookMs);
    if (!right) {
      judged.settledWrong += 1;
      judged.mistakes.push({
        visitId: visit.visitId,
        truth: truth.held,
        told: told(visit),
        probabilityBp: visit.count?.probabilityBp ?? 0,
      });
    }
  } else if (visit.phase === 'nothing-taken') {
    judged.nothingTaken += 1;
    if (truth.held.length > 0) {
      judged.settledWrong += 1;
      judged.mistakes.push({
        visitId: visit.visitId,
        truth: truth.held,
        told: [],
        probabilityBp: 0,
      });
    }
  } else if (visit.phase === 'review') {
    judged.review += 1;
    judged.doubtful.push({
      truth: truth.held,
      told: told(visit),
      other: (visit.count?.runnerUp?.taken ?? []).flatMap(({ sku, pieces }) =>
        Array<string>(pieces).fill(sku),
      ),
      probabilityBp: visit.count?.probabilityBp ?? 0,
    });
    for (const reason of visit.doubts) judged.reasons[reason] = (judged.reasons[reason] ?? 0) + 1;
  } else judged.fault += 1;
  if (unsure) judged.ambiguous += 1;
  judgePutBacks(judged, visit, truth, unsure, (cell) => cellNameOf(store, cell));
}

/** `1:3`, third cell of the top shelf, as the controller names it. */
function cellNameOf({ cabinet }: CabinetStore, cell: string): string {
  const [shelf, address] = cell.split(':');
  const { shelves } = cabinet.world.spec;
  return `${shelves.find(({ shelfId }) => shelfId === shelf)?.device}:${address}`;
}

/**
 * A put-back to its own place is right where it is not billed; one to another place, where the
 * account says which article lies there now. Visits sent to a person are counted apart.
 */
function judgePutBacks(
  judged: Judged,
  visit: VisitState,
  { putBacks, held }: ShopperTruth,
  unsure: boolean,
  cellName: (cell: string) => string,
): void {
  if (unsure || (visit.phase !== 'settled' && visit.phase !== 'nothing-taken')) return;
  const seen = (visit.count?.putBacks ?? []).map(({ sku, cell }) => `${sku}@${cell}`);
  const count = (list: string[], sku: string) => list.filter((each) => each === sku).length;
  for (const { sku, cell, home } of putBacks) {
    const credited = count(told(visit), sku) === count(held, sku);
    judged.putBacks += 1;
    if (credited && (home || seen.includes(`${sku}@${cellName(cell)}`))) judged.putBacksRight += 1;
  }
}
