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

type Hand = {
  places: number[];
  meanGrams: number;
  variance: number;
  odds: number;
  /** Of each piece taken. */
  weights: PieceWeight[];
};
export type Weighed = Explanation & { weights: PieceWeight[] };

/** A change and what every story's explanation of it needs to know of the cabinet. */
interface Scene {
  model: TakingModel;
  step: WeightStep;
  cells: number;
  slots: number;
}

/** All explanations of a change in a story, at least one: no article explains anything. */
export function explainer(model: TakingModel, step: WeightStep): (story: Story) => Weighed[] {
  const cells = Math.max(2, model.cells.length);
  const slots = model.cells.reduce((sum, each) => sum + Math.max(1, each.lying.length), 0);
  const scene = { model, step, cells, slots };
  // The same cell untouched in many stories is thought through once.
  const thought = new Map<Lying[], Hand[]>();
  return (story) => {
    const lying = lyingOn(story, step.cell);
    const takes = thought.get(lying) ?? takings(scene, lying);
    thought.set(lying, takes);
    return explanations(scene, story, takes, puttings(scene, story, lying));
  };
}

/** How far off, squared, a change is, and how far it may be. */
const offOf = (step: WeightStep, meanGrams: number): number => step.deltaGrams - meanGrams;
const varianceOf = (step: WeightStep, variance: number): number =>
  FAT ** 2 * (variance + step.noiseGrams ** 2);
const isFar = (off: number, variance: number): boolean => off ** 2 > FAR ** 2 * variance;

function explanations(scene: Scene, story: Story, takes: Hand[], puts: Hand[]): Weighed[] {
  const { step, cells } = scene;
  const found: Weighed[] = [];
  const consider = (take: Hand | undefined, put: Hand | undefined, prior: number) => {
    const off = offOf(step, (put?.meanGrams ?? 0) - (take?.meanGrams ?? 0));
    const variance = varianceOf(step, (take?.variance ?? 0) + (put?.variance ?? 0));
    if (isFar(off, variance)) return;
    const odds = Math.log(prior) + (take?.odds ?? 0) + (put?.odds ?? 0) + normal(off, variance);
    const { places = [], weights = [] } = take ?? {};
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

/** What may be grasped: single pieces, which may be swapped, and more where they weigh as much. */
function takings({ model, step, slots }: Scene, lying: Lying[]): Hand[] {
  const hands: Hand[] = [];
  const weights = lying.map((here) => weightOn(model, here));
  const shares = lying.map((here) => share(lying, here, slots));
  const places: number[] = [];
  const keep = (meanGrams: number, variance: number, odds: number) => {
    if (places.length > 1 && isFar(offOf(step, -meanGrams), varianceOf(step, variance))) return;
    const seen = sight(
      step,
      places.map((place) => lying[place]!.sku),
    );
    const atOnce = Math.log(AT_ONCE[places.length - 1]!);
    const all = odds + atOnce + spreadOut(places, slots) + seen;
    const of = places.map((place) => weights[place]!);
    hands.push({ places: [...places], meanGrams, variance, odds: all, weights: of });
  };
  const grow = (from: number, meanGrams: number, variance: number, odds: number) => {
    if (places.length > 0) keep(meanGrams, variance, odds);
    if (places.length === AT_ONCE.length) return;
    for (let place = from; place < lying.length; place += 1) {
      const here = lying[place]!;
      const weight = weights[place];
      let already = 0;
      while (places.at(-1 - already) === place) already += 1;
      if (!weight || (here.misplaced && already >= here.pieces)) continue;
      const booked = here.pieces > already ? 0 : Math.log(UNBOOKED);
      places.push(place);
      grow(
        place,
        meanGrams + weight.meanGrams,
        variance + weight.spreadGrams ** 2,
        odds + booked + shares[place]!,
      );
      places.pop();
    }
  };
  grow(0, 0, 0, 0);
  return hands;
}

/** A stray among the pieces of a cell is grasped as often as any one of them. */
function share(lying: Lying[], { misplaced, pieces }: Lying, slots: number): number {
  if (!misplaced) return -Math.log(slots);
  const all = lying.reduce((sum, each) => sum + Math.max(0, each.pieces), 0);
  return Math.log(pieces / Math.max(1, all)) - Math.log(slots);
}

/** Pieces of one grasp come from one place: only the first is anywhere in the cabinet. */
const spreadOut = (places: number[], slots: number): number =>
  (places.length - 1) * Math.log(slots) +
  // In ascending order: the last is the first where all are one.
  (places.at(-1) !== places[0] ? Math.log(0.3) * (places.length - 1) : 0);

/** What may be put back: single pieces, which may be swapped, and two where they weigh as much. */
function puttings({ step, cells }: Scene, { held }: Story, lying: Lying[]): Hand[] {
  const hands: Hand[] = [];
  const considered = Math.max(0, held.length - MOST_HELD_CONSIDERED);
  const odds = held.map(({ sku }) =>
    Math.log((isHome(lying, sku) ? TIDY : (1 - TIDY) / (cells - 1)) / held.length),
  );
  for (let place = considered; place < held.length; place += 1) {
    const { meanGrams, spreadGrams } = held[place]!;
    const variance = spreadGrams ** 2;
    hands.push({ places: [place], meanGrams, variance, odds: odds[place]!, weights: [] });
    for (let other = place + 1; other < held.length; other += 1) {
      const both = meanGrams + held[other]!.meanGrams;
      const spread = variance + held[other]!.spreadGrams ** 2;
      if (isFar(offOf(step, both), varianceOf(step, spread))) continue;
      const sum = odds[place]! + odds[other]! + Math.log(0.1);
      const pair = { places: [place, other], meanGrams: both, variance: spread };
      hands.push({ ...pair, odds: sum, weights: [] });
    }
  }
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
