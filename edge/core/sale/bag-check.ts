/**
 * The bagging area: what should lie there and what does, in grams. Nothing here ever stops a scan;
 * a difference is asked about calmly, and only a large one that nobody explained holds the payment.
 */
import type { Text } from '../ports.ts';

/** A piece that was scanned. `grams` where its weight is known; otherwise any weight is believed. */
export interface BagPiece {
  lineId: string;
  sku: string;
  name: Text;
  picture: string;
  grams?: number;
  toleranceGrams: number;
}

export interface BagState {
  /** What lies there and is no goods of this sale: own bags, and what lay there before. */
  ownGrams: number;
  /** Scanned, not yet seen, oldest first. */
  awaited: BagPiece[];
  bagged: (BagPiece & { actualGrams: number })[];
  /** Pieces that need not be seen, by line. */
  excused: Record<string, number>;
  /** The last settled level of the plate. */
  levelGrams: number;
  /** A line went away while its piece lay in the bag. */
  takeOut?: BagPiece;
  /** The shopper is about to lay down a bag of their own. */
  ownBagAwaited?: true;
  /** The level at which the shopper said that all is well. */
  quietAtGrams?: number;
}

export type BagTrouble = 'place' | 'own-bag' | 'extra' | 'take-out' | 'removed';
export type BagAnswer = 'placed' | 'not-bagged' | 'own-bag';

/** A bag heavier than this has something in it. */
export const MAX_BAG_GRAMS = 1000;
/** Payment waits only above this, or this share of the goods (ux: 1.1.2). */
const UNRESOLVED_GRAMS = 20;
const UNRESOLVED_SHARE = 0.03;
/** So few pieces are tried together; more are never put down at once. */
const MOST_TOGETHER = 6;

export const emptyBag = (levelGrams = 0): BagState => ({
  ownGrams: levelGrams,
  awaited: [],
  bagged: [],
  excused: {},
  levelGrams,
});

const massOf = (pieces: BagPiece[]): number =>
  pieces.reduce((sum, { grams = 0 }) => sum + grams, 0);

/** Grams on the plate that nothing accounts for; negative where something is missing. */
export function extraGrams({ ownGrams, bagged, levelGrams }: BagState): number {
  return levelGrams - ownGrams - bagged.reduce((sum, { actualGrams }) => sum + actualGrams, 0);
}

/** What a scale of this division can tell from nothing. */
export const noiseGrams = (divisionGrams: number): number => Math.max(2 * divisionGrams, 6);

/** One line as it stands in the basket now. */
export interface BagLine {
  piece: BagPiece;
  quantity: number;
}

/** Brings the pieces up to the basket's lines: more are awaited, fewer are let go. */
export function withBagLines(state: BagState, lines: BagLine[], divisionGrams: number): BagState {
  let next = state;
  const known = new Set(lines.map(({ piece }) => piece.lineId));
  for (const lineId of new Set([...next.awaited, ...next.bagged].map((each) => each.lineId)))
    if (!known.has(lineId)) next = fewer(next, lineId, Number.POSITIVE_INFINITY);
  for (const { piece, quantity } of lines) {
    const { lineId } = piece;
    const has = countOf(next.awaited, lineId) + countOf(next.bagged, lineId);
    const missing = quantity - has - (next.excused[lineId] ?? 0);
    next = missing > 0 ? more(next, piece, missing, divisionGrams) : fewer(next, lineId, -missing);
  }
  return next;
}

const countOf = (pieces: BagPiece[], lineId: string): number =>
  pieces.filter((piece) => piece.lineId === lineId).length;

/** A piece lighter than the scale can feel is never asked for. */
function more(state: BagState, piece: BagPiece, count: number, divisionGrams: number): BagState {
  if (piece.grams !== undefined && piece.grams <= noiseGrams(divisionGrams))
    return excusing(state, piece.lineId, count);
  // Each is an object of its own, so that two of a kind can be told apart.
  const pieces = Array.from({ length: count }, () => ({ ...piece }));
  return { ...state, awaited: [...state.awaited, ...pieces] };
}

function excusing(state: BagState, lineId: string, count: number): BagState {
  const excused = { ...state.excused, [lineId]: (state.excused[lineId] ?? 0) + count };
  return { ...state, excused };
}

/** First those not in the bag, then the excused, then those that must come out again. */
function fewer(state: BagState, lineId: string, count: number): BagState {
  let next = state;
  let left = count;
  const own = next.awaited.filter((piece) => piece.lineId === lineId).slice(0, left);
  next = { ...next, awaited: next.awaited.filter((piece) => !own.includes(piece)) };
  left -= own.length;
  const forgiven = Math.min(left, next.excused[lineId] ?? 0);
  if (forgiven > 0) next = excusing(next, lineId, -forgiven);
  left -= forgiven;
  const out = next.bagged.filter((piece) => piece.lineId === lineId).slice(0, left);
  if (out.length === 0) return next;
  return {
    ...next,
    bagged: next.bagged.filter((piece) => !out.includes(piece)),
    takeOut: out[0]!,
  };
}

export interface Settled {
  state: BagState;
  /** What one piece was seen to weigh. */
  learned?: { sku: string; grams: number };
}

/** The plate came to rest at `levelGrams`. */
export function bagSettled(before: BagState, levelGrams: number, divisionGrams: number): Settled {
  const { quietAtGrams, ...rest } = before;
  const still = quietAtGrams !== undefined && Math.abs(quietAtGrams - levelGrams) <= divisionGrams;
  const state: BagState = { ...rest, levelGrams, ...(still && { quietAtGrams }) };
  const extra = extraGrams(state);
  const noise = noiseGrams(divisionGrams);
  if (Math.abs(extra) <= noise) {
    const { takeOut: _, ...clear } = state;
    return { state: clear };
  }
  if (extra < 0) return { state };
  if (state.ownBagAwaited && extra <= MAX_BAG_GRAMS) return { state: asOwn(state) };
  const found = matching(state.awaited, extra, noise);
  if (found.length === 0) return { state };
  const learned = found.length === 1 ? { sku: found[0]!.sku, grams: extra } : undefined;
  return { state: put(state, found, extra), ...(learned && { learned }) };
}

/** The awaited pieces whose weights together come closest, else one that may weigh anything. */
function matching(awaited: BagPiece[], extra: number, noise: number): BagPiece[] {
  const candidates = awaited.slice(0, MOST_TOGETHER);
  let best: { pieces: BagPiece[]; error: number } | undefined;
  for (let mask = 1; mask < 1 << candidates.length; mask += 1) {
    const pieces = candidates.filter((_, at) => mask & (1 << at));
    if (pieces.some(({ grams }) => grams === undefined)) continue;
    const error = Math.abs(massOf(pieces) - extra);
    const tolerance = pieces.reduce((sum, each) => sum + each.toleranceGrams, noise);
    if (error <= tolerance && (!best || error < best.error)) best = { pieces, error };
  }
  if (best) return best.pieces;
  return candidates.filter(({ grams }) => grams === undefined).slice(0, 1);
}

/** These pieces are in the bag, and weigh `grams` together. */
function put(state: BagState, pieces: BagPiece[], grams: number): BagState {
  let left = grams;
  const bagged = pieces.map((piece, at) => {
    const last = at === pieces.length - 1;
    const actualGrams = last ? left : (piece.grams ?? Math.round(grams / pieces.length));
    left -= actualGrams;
    return { ...piece, actualGrams };
  });
  const awaited = state.awaited.filter((piece) => !pieces.includes(piece));
  return { ...state, awaited, bagged: [...state.bagged, ...bagged] };
}

/** Whatever lies there that is not accounted for belongs there. */
export function asOwn(state: BagState): BagState {
  const { ownBagAwaited: _, takeOut: __, ...rest } = state;
  return { ...rest, ownGrams: state.ownGrams + extraGrams(state) };
}

/** What to ask the shopper now; undefined while all is well. */
export function bagTrouble(
  state: BagState,
  divisionGrams: number,
): { kind: BagTrouble; piece?: BagPiece } | undefined {
  const extra = extraGrams(state);
  const noise = noiseGrams(divisionGrams);
  const [waiting] = state.awaited;
  if (state.ownBagAwaited) return { kind: 'own-bag' };
  if (state.quietAtGrams !== undefined) return undefined;
  if (extra > noise && state.takeOut) return { kind: 'take-out', piece: state.takeOut };
  if (extra > noise && !waiting) return { kind: 'extra' };
  if (extra < 0 - noise) return { kind: 'removed' };
  return waiting && { kind: 'place', piece: waiting };
}

/** The same state after the shopper's word. */
export function bagAnswered(state: BagState, answer: BagAnswer, divisionGrams: number): BagState {
  const extra = extraGrams(state);
  const noise = noiseGrams(divisionGrams);
  const [waiting] = state.awaited;
  if (answer === 'own-bag')
    return Math.abs(extra) > noise ? asOwn(state) : { ...state, ownBagAwaited: true };
  if (answer === 'not-bagged' && waiting) {
    const awaited = state.awaited.slice(1);
    return excusing({ ...state, awaited }, waiting.lineId, 1);
  }
  if (answer === 'not-bagged') return takenAlong(state, extra);
  if (extra > noise && waiting) return put(state, [waiting], extra);
  const { ownBagAwaited: _, ...rest } = state;
  return { ...rest, quietAtGrams: state.levelGrams };
}

/** What was taken out of the bag again goes home in a hand. */
function takenAlong(state: BagState, extra: number): BagState {
  const out = state.bagged.find(
    ({ actualGrams, toleranceGrams }) => Math.abs(actualGrams + extra) <= toleranceGrams,
  );
  if (!out) return asOwn(state);
  const bagged = state.bagged.filter((each) => each !== out);
  return excusing({ ...state, bagged }, out.lineId, 1);
}

/** Everything is as staff found it. */
export function bagApproved(state: BagState): BagState {
  const excused = state.awaited.reduce((now, { lineId }) => excusing(now, lineId, 1), state);
  return asOwn({ ...excused, awaited: [] });
}

/** Pieces of unknown weight are not waited for any longer. */
export function unknownExcused(state: BagState): BagState {
  const unknown = state.awaited.filter(({ grams }) => grams === undefined);
  const next = unknown.reduce((now, { lineId }) => excusing(now, lineId, 1), state);
  return { ...next, awaited: state.awaited.filter(({ grams }) => grams !== undefined) };
}

/** Grams that nothing has explained. */
export function unresolvedGrams(state: BagState): number {
  const extra = extraGrams(state);
  const missing = massOf(state.awaited);
  return extra > 0 ? Math.abs(missing - extra) : missing - extra;
}

/** Whether payment waits for an explanation. */
export function bagHoldsPayment(state: BagState, divisionGrams: number): boolean {
  const goods = state.bagged.reduce((sum, { actualGrams }) => sum + actualGrams, 0);
  const limit = Math.max(UNRESOLVED_GRAMS, UNRESOLVED_SHARE * (goods + massOf(state.awaited)));
  return unresolvedGrams(state) > Math.max(limit, noiseGrams(divisionGrams));
}
