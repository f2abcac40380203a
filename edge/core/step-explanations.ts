/** Every way to explain one change of one cell that is not absurd, with its odds. */
import { type Explanation, isHome, lyingOn, type Story } from './story.ts';
import type { Lying, PieceWeight, TakingModel, WeightStep } from './taking.ts';

/** How shoppers behave; learned from nobody, wide enough for anybody. */
const TAKES = 0.6;
const PUTS = 0.25;
const BOTH = 0.01;
const STRANGE = 0.001;
/** How many pieces go at one grasp: one, two, three, four. */
const AT_ONCE = [0.9, 0.09, 0.006, 0.001];
/** A put-back goes to its own place, or anywhere else. */
const TIDY = 0.9;
/** The books say none is left, yet one is taken. */
const UNBOOKED = 0.02;
/** Objects that are no articles weigh anything up to this. */
const STRANGE_SPAN_GRAMS = 5_000;
/** A change further off than this many deviations is not explained so. */
const FAR = 6;
/** Pieces are seldom exactly of the shape a bell curve has: the tails are made a little fatter. */
const FAT = 1.15;
const MOST_HELD_CONSIDERED = 12;

const normal = (off: number, variance: number): number =>
  -0.5 * (off ** 2 / variance + Math.log(2 * Math.PI * variance));

type Hand = { places: number[]; meanGrams: number; variance: number; odds: number };
export type Weighed = Explanation & { weights: PieceWeight[] };

/** All explanations, at least one: an object that is no article explains anything. */
export function explanations(model: TakingModel, story: Story, step: WeightStep): Weighed[] {
  const lying = lyingOn(story, step.cell);
  const cells = Math.max(2, model.cells.length);
  const slots = model.cells.reduce((sum, each) => sum + Math.max(1, each.lying.length), 0);
  const takes = takingsOf(model, lying, slots, step);
  const puts = puttings(story, lying, cells);
  const found: Weighed[] = [];
  const consider = (take: Hand | undefined, put: Hand | undefined, prior: number) => {
    const mean = (put?.meanGrams ?? 0) - (take?.meanGrams ?? 0);
    const variance =
      FAT ** 2 * ((take?.variance ?? 0) + (put?.variance ?? 0) + step.noiseGrams ** 2);
    const off = step.deltaGrams - mean;
    if (off ** 2 > FAR ** 2 * variance) return;
    const odds = Math.log(prior) + (take?.odds ?? 0) + (put?.odds ?? 0) + normal(off, variance);
    const places = take?.places ?? [];
    const weights = places.map((place) => weightOn(model, lying[place]!)!);
    found.push({ takes: places, puts: put?.places ?? [], weights, odds });
  };
  for (const take of takes) consider(take, undefined, TAKES);
  for (const put of puts) consider(undefined, put, PUTS);
  for (const take of takes)
    if (take.places.length === 1)
      for (const put of puts) if (put.places.length === 1) consider(take, put, BOTH);
  return [...found, strange(story, step, cells)];
}

const weightOn = (model: TakingModel, { sku, misplaced }: Lying): PieceWeight | undefined =>
  misplaced ?? model.weightOf(sku);

/** The same cell untouched in many stories is thought through once for each change. */
const thought = new WeakMap<WeightStep, Map<Lying[], Hand[]>>();

function takingsOf(model: TakingModel, lying: Lying[], slots: number, step: WeightStep): Hand[] {
  const known = thought.get(step) ?? new Map<Lying[], Hand[]>();
  thought.set(step, known);
  const hands = known.get(lying) ?? takings(model, lying, slots, step);
  known.set(lying, hands);
  return hands;
}

function takings(model: TakingModel, lying: Lying[], slots: number, step: WeightStep): Hand[] {
  const hands: Hand[] = [];
  const grow = (hand: Hand, from: number) => {
    if (hand.places.length > 0) hands.push(hand);
    if (hand.places.length === AT_ONCE.length) return;
    for (let place = from; place < lying.length; place += 1) {
      const here = lying[place]!;
      const weight = weightOn(model, here);
      const already = hand.places.filter((each) => each === place).length;
      if (!weight || (here.misplaced && already >= here.pieces)) continue;
      const booked = here.pieces > already ? 0 : Math.log(UNBOOKED);
      grow(
        {
          places: [...hand.places, place],
          meanGrams: hand.meanGrams + weight.meanGrams,
          variance: hand.variance + weight.spreadGrams ** 2,
          odds: hand.odds + booked + share(lying, here, slots),
        },
        place,
      );
    }
  };
  grow({ places: [], meanGrams: 0, variance: 0, odds: 0 }, 0);
  return hands.map((hand) => {
    const seen = sight(
      step,
      hand.places.map((place) => lying[place]!.sku),
    );
    const atOnce = Math.log(AT_ONCE[hand.places.length - 1]!);
    return { ...hand, odds: hand.odds + atOnce + spreadOut(hand, slots) + seen };
  });
}

/** A stray among the pieces of a cell is grasped as often as any one of them. */
function share(lying: Lying[], { misplaced, pieces }: Lying, slots: number): number {
  if (!misplaced) return -Math.log(slots);
  const all = lying.reduce((sum, each) => sum + Math.max(0, each.pieces), 0);
  return Math.log(pieces / Math.max(1, all)) - Math.log(slots);
}

/** Pieces of one grasp come from one place: only the first is anywhere in the cabinet. */
const spreadOut = ({ places }: Hand, slots: number): number =>
  (places.length - 1) * Math.log(slots) +
  (new Set(places).size > 1 ? Math.log(0.3) * (places.length - 1) : 0);

function puttings({ held }: Story, lying: Lying[], cells: number): Hand[] {
  const hands: Hand[] = [];
  const considered = Math.max(0, held.length - MOST_HELD_CONSIDERED);
  const grow = (hand: Hand, from: number) => {
    if (hand.places.length > 0) hands.push(hand);
    if (hand.places.length === 2) return;
    for (let place = from; place < held.length; place += 1) {
      const { sku, meanGrams, spreadGrams } = held[place]!;
      const where = isHome(lying, sku) ? TIDY : (1 - TIDY) / (cells - 1);
      grow(
        {
          places: [...hand.places, place],
          meanGrams: hand.meanGrams + meanGrams,
          variance: hand.variance + spreadGrams ** 2,
          odds:
            hand.odds +
            Math.log(where / held.length) +
            (hand.places.length > 0 ? Math.log(0.1) : 0),
        },
        place + 1,
      );
    }
  };
  grow({ places: [], meanGrams: 0, variance: 0, odds: 0 }, considered);
  return hands;
}

/**
 * A camera is never surer than this. It tells neighbours of one weight apart, enough to settle; what
 * the weights alone hold for twice as likely as anything else, it cannot settle otherwise.
 */
const LEAST_SIGHT = 0.005;

/** What a camera saw of one grasp moves its odds once, however many pieces it held. */
function sight({ seen }: WeightStep, skus: string[]): number {
  if (!seen) return 0;
  return Math.log(Math.max(LEAST_SIGHT, Math.min(...skus.map((sku) => seen.get(sku) ?? 0))));
}

/** Somebody's bag, an elbow, a hand: put down, or the very same mass picked up again. */
function strange({ foreign }: Story, { cell, deltaGrams, noiseGrams }: WeightStep, cells: number) {
  const known = foreign.get(cell);
  if (deltaGrams < 0 && known !== undefined) {
    const variance = 2 * noiseGrams ** 2 + (0.02 * known) ** 2;
    const odds = Math.log(0.5) + normal(known + deltaGrams, variance);
    const anything = Math.log(STRANGE / cells / STRANGE_SPAN_GRAMS) - 5;
    return weighed(deltaGrams, Math.max(odds, anything));
  }
  // Picking up what was never seen to be put down is odder still.
  const odder = deltaGrams < 0 ? Math.log(0.05) : 0;
  return weighed(deltaGrams, Math.log(STRANGE / cells / STRANGE_SPAN_GRAMS) + odder);
}

const weighed = (foreignGrams: number, odds: number): Weighed => ({
  takes: [],
  puts: [],
  weights: [],
  foreignGrams,
  odds,
});
