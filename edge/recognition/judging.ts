/** From an embedding to tiles: looks, what is on sale, what sells, what it weighs. */
import type { Candidate } from '../../models/contract.ts';
import { piecesIn, salesFactors, weightFactor } from './evidence.ts';
import { besideEachOther, type Ranked } from './look-alikes.ts';
import type { SeenCandidate, Sighting } from './recognition.ts';
import { answering, type Room } from './room.ts';

const CANDIDATES_MAX = 6;
/** From here on the first was right 97 times in 100 (65 % of the pictures; see the model card). */
const CONFIDENT_PROBABILITY = 0.9;
/** Below this the goods are too often outside the first four, so six are shown. */
const READY_PROBABILITY = 0.35;
const UNSURE_UNKNOWN_PROBABILITY = 0.25;
const UNKNOWN_PROBABILITY = 0.4;
/**
 * Among a few learnt goods everything looks like one of them: on frames of the demonstration store
 * with 3 of 40 goods learnt, unlearnt ones scored above 0.9. Until most are learnt, six are shown.
 */
const LEARNT_SHARE = 0.8;

export function judge(
  room: Room,
  embedding: Float32Array,
  blurred: boolean,
  grams: number | undefined,
): Omit<Sighting, 'ms'> {
  const allowed = room.onSale();
  const options = { limit: CANDIDATES_MAX, allowed, prior: evidence(room, allowed, grams) };
  const { candidates, unknownProbability } = answering(room).recognise(embedding, options);
  const best = candidates[0]?.probability ?? 0;
  const learning = answering(room).items() < LEARNT_SHARE * (room.toLearn?.() ?? 0);
  const unsure =
    learning ||
    blurred ||
    best < READY_PROBABILITY ||
    unknownProbability >= UNSURE_UNKNOWN_PROBABILITY;
  const state = unknownProbability >= UNKNOWN_PROBABILITY ? 'unknown' : unsure ? 'unsure' : 'ready';
  const ranked = sideBySide(room, candidates, allowed);
  // Which of two that look the same it is, only a person can say.
  const alone = ranked[1]?.beside === undefined;
  const confident = state === 'ready' && best >= CONFIDENT_PROBABILITY;
  return {
    state,
    candidates: ranked.map((candidate) => counted(room, candidate, grams)),
    confident: confident && alone,
    ...(confident && alone && accepted(room, ranked[0])),
    ...(learning && { reason: 'STILL_LEARNING' as const }),
    ...(blurred && { reason: 'CAM_BLURRED' as const }),
  };
}

/** What speaks for each item besides its looks, as one factor. */
function evidence(
  room: Room,
  allowed: ReadonlySet<string>,
  grams: number | undefined,
): Map<string, number> {
  const prior = salesFactors(allowed, room.recentSales?.() ?? new Map());
  const usual = room.usualNow ? salesFactors(allowed, room.usualNow()) : undefined;
  for (const [sku, factor] of prior) {
    const mass = weightFactor(grams, room.unitGrams?.(sku), room.byPiece?.(sku));
    prior.set(sku, factor * (usual?.get(sku) ?? 1) * mass);
  }
  return prior;
}

/** Look-alikes that the price book names stand next to each other. */
function sideBySide(
  room: Room,
  candidates: readonly Candidate[],
  allowed: ReadonlySet<string>,
): Ranked[] {
  const ranked = candidates.map(({ sku, probability }) => ({
    sku,
    confidenceBp: Math.round(probability * 10_000),
  }));
  const twins = (sku: string) => (room.lookAlikes?.(sku) ?? []).filter((twin) => allowed.has(twin));
  return besideEachOther(ranked, twins, CANDIDATES_MAX);
}

function counted(room: Room, candidate: Ranked, grams: number | undefined): SeenCandidate {
  const unitGrams = room.unitGrams?.(candidate.sku);
  if (grams === undefined || !unitGrams || !room.byPiece?.(candidate.sku)) return candidate;
  const pieces = piecesIn(grams, unitGrams);
  return pieces === undefined ? candidate : { ...candidate, pieces };
}

function accepted(room: Room, first: Ranked | undefined): Pick<Sighting, 'autoAccept'> {
  const thresholdBp = room.autoAcceptBp?.();
  if (!first || thresholdBp === undefined || first.confidenceBp < thresholdBp) return {};
  const { sku, confidenceBp } = first;
  return { autoAccept: { sku, confidenceBp, thresholdBp } };
}
