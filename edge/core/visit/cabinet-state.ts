/** What a cabinet remembers from visit to visit, folded from its events alone. */
import type { DomainEvent } from '../events.ts';
import type { PieceWeight } from './taking.ts';
import { evolveVisit, isUnderWay, type VisitState } from './visit.ts';
import type { CountRecord, StrayPiece } from './visit-events.ts';

/** Running moments of what single pieces of an article weighed, in grams. */
export interface LearnedWeight {
  pieces: number;
  meanGrams: number;
  sumSquares: number;
}

export interface OpenHold {
  visitId: string;
  orderNo: string;
  /** `due`: the money must be let go; otherwise a visit or a bill still needs it. */
  state: 'kept' | 'due';
}

export interface Debt {
  payerId: string;
  saleId: string;
  amountFen: number;
}

export interface CabinetState {
  cabinetId: string;
  /** The visit under way; the last one stays to be shown until the next begins. */
  visit?: VisitState;
  /** Visits that wait for a person. */
  reviews: string[];
  /** Visits with an open question of the shopper. */
  disputes: string[];
  holds: OpenHold[];
  debts: Debt[];
  /** Pieces that lie where they do not belong. */
  astray: StrayPiece[];
  learned: Record<string, LearnedWeight>;
}

export const emptyCabinet = (cabinetId: string): CabinetState => ({
  cabinetId,
  reviews: [],
  disputes: [],
  holds: [],
  debts: [],
  astray: [],
  learned: {},
});

/** The cabinet after one event that names it. */
export function evolveCabinet(state: CabinetState, event: DomainEvent): CabinetState {
  if (!('cabinetId' in event.body) || event.body.cabinetId !== state.cabinetId) return state;
  const isOther =
    'visitId' in event.body &&
    event.body.visitId !== state.visit?.visitId &&
    event.type !== 'VisitStarted';
  const visit = isOther ? state.visit : evolveVisit(state.visit, event);
  return remembered({ ...state, ...(visit && { visit }) }, event);
}

const without = (list: string[], visitId: string): string[] =>
  list.filter((each) => each !== visitId);

function remembered(state: CabinetState, event: DomainEvent): CabinetState {
  switch (event.type) {
    case 'HoldPlaced': {
      const { visitId, orderNo } = event.body;
      return { ...state, holds: [...state.holds, { visitId, orderNo, state: 'kept' }] };
    }
    case 'HoldReleaseRequested':
      return withHold(state, event.body.visitId, event.body.orderNo);
    case 'HoldReleased': {
      const { orderNo } = event.body;
      return { ...state, holds: state.holds.filter((each) => each.orderNo !== orderNo) };
    }
    case 'VisitSettled':
      return counted(spent(state, event.body.visitId), event.body.count);
    case 'NothingTaken':
      return counted(state, event.body.count);
    case 'VisitReviewAsked':
      // What it left where is the best guess there is, until somebody tidies the shelves.
      return {
        ...state,
        reviews: [...state.reviews, event.body.visitId],
        ...(event.body.count && { astray: event.body.count.stray }),
      };
    case 'ReviewDecided': {
      const { visitId, bill } = event.body;
      const next = bill ? spent(state, visitId) : state;
      return { ...next, reviews: without(state.reviews, visitId) };
    }
    case 'VisitDisputed':
      return {
        ...state,
        disputes: [...without(state.disputes, event.body.visitId), event.body.visitId],
      };
    case 'DisputeDecided':
      return { ...state, disputes: without(state.disputes, event.body.visitId) };
    case 'DebtRecorded': {
      const { payerId, owed } = event.body;
      return { ...state, debts: [...state.debts, { payerId, ...owed }] };
    }
    case 'DebtCleared':
      return {
        ...state,
        debts: state.debts.filter(({ saleId }) => saleId !== event.body.owed.saleId),
      };
    case 'ShelvesTidied':
      return { ...state, astray: [] };
    default:
      return state;
  }
}

function withHold(state: CabinetState, visitId: string, orderNo: string): CabinetState {
  const others = state.holds.filter((each) => each.orderNo !== orderNo);
  return { ...state, holds: [...others, { visitId, orderNo, state: 'due' }] };
}

/** The bill's tender has the hold now. */
const spent = (state: CabinetState, visitId: string): CabinetState => ({
  ...state,
  holds: state.holds.filter((each) => each.visitId !== visitId),
});

function counted(state: CabinetState, count: CountRecord | undefined): CabinetState {
  if (!count) return state;
  const learned = { ...state.learned };
  for (const { sku, deciGrams } of count.weighed)
    learned[sku] = learn(learned[sku], deciGrams / 10);
  return { ...state, learned, astray: count.stray };
}

/** Welford's running mean and sum of squares. */
function learn(known: LearnedWeight | undefined, grams: number): LearnedWeight {
  const { pieces, meanGrams, sumSquares } = known ?? { pieces: 0, meanGrams: 0, sumSquares: 0 };
  const off = grams - meanGrams;
  const mean = meanGrams + off / (pieces + 1);
  return {
    pieces: pieces + 1,
    meanGrams: mean,
    sumSquares: sumSquares + off * (grams - mean),
  };
}

/** Before an article was weighed often, the planogram's weight and this spread stand in. */
const ASSUMED_SPREAD = 0.022;
const LEAST_SPREAD_GRAMS = 1.5;
/** The planogram's word counts for as much as this many weighed pieces. */
const PRIOR_PIECES = 8;

/** What one piece weighs: the planogram's weight, corrected by what settled visits weighed. */
export function pieceWeight(
  unitWeightGrams: number,
  learned: LearnedWeight | undefined,
): PieceWeight {
  const assumed = Math.max(LEAST_SPREAD_GRAMS, unitWeightGrams * ASSUMED_SPREAD);
  if (!learned) return { meanGrams: unitWeightGrams, spreadGrams: assumed };
  const all = PRIOR_PIECES + learned.pieces;
  const meanGrams = (PRIOR_PIECES * unitWeightGrams + learned.pieces * learned.meanGrams) / all;
  const squares = PRIOR_PIECES * assumed ** 2 + learned.sumSquares;
  return { meanGrams, spreadGrams: Math.max(LEAST_SPREAD_GRAMS, Math.sqrt(squares / all)) };
}

/** The visit that owns the door now, if any. */
export const visitUnderWay = ({ visit }: CabinetState): VisitState | undefined =>
  visit && isUnderWay(visit) ? visit : undefined;
