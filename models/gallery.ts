/**
 * What a store has taught: a few embeddings an item, compared by whitened cosine. Learning is
 * adding a row; nothing is trained, so an item taught is known with the next picture.
 */
import type { Candidate, GallerySample, Recognised } from './contract.ts';
import { type LinearHead, linearScores, type TaughtItem } from './linear-head.ts';
import { dot, normalise, type Whitening, whiten } from './whitening.ts';

/** Numbers fitted once per pack on pictures it was not trained on; see the model card. */
export interface Calibration {
  /** Scores are divided by it before the softmax. */
  temperature: number;
  /** ln(odds of unknown) = offset + score × best score + margin × lead over the second. */
  unknown: { offset: number; score: number; margin: number };
}

export interface GalleryPack {
  sha256: string;
  whitening: Whitening;
  calibration: Calibration;
}

/** What was fitted to this gallery besides its prototypes; used while it knows every item. */
export interface Tuning {
  /** Left out where it does not count. */
  head?: LinearHead;
  /** How much its score counts beside the likeness; 0 leaves it out. */
  weight: number;
  /** Takes the pack's place. */
  temperature: number;
}

export interface RecogniseOptions {
  /** Most candidates; 6 by default. */
  limit?: number;
  /** Only these may be candidates (what is on sale today). */
  allowed?: ReadonlySet<string>;
  /** Further evidence, as a positive factor per item; 1 where absent. */
  prior?: ReadonlyMap<string, number>;
}

export interface Gallery {
  readonly packSha256: string;
  /** Adds one picture; the oldest of an item with `SAMPLES_MAX` makes room. */
  add(sample: GallerySample): void;
  /** Takes one picture back; false where there is none of that name. */
  remove(sampleId: string): boolean;
  recognise(embedding: Float32Array, options?: RecogniseOptions): Recognised;
  /** Every sample in the order added, items in the order first taught. */
  samples(): GallerySample[];
  count(sku: string): number;
  items(): number;
  /** Items with their pictures as they are compared, for fitting a head to them. */
  taught(): TaughtItem[];
  /** Takes effect with the next picture; a change of the items ends it. */
  tune(tuning: Tuning | undefined): void;
  tuning(): Tuning | undefined;
}

/** More pictures than this make an item slower to compare and hardly better known. */
export const SAMPLES_MAX = 100;

interface Item {
  sku: string;
  samples: GallerySample[];
  whitened: Float32Array[];
  prototype: Float32Array;
}

/** Numbers ±1 in 16 bits, as `serialise` writes them, so that a reload changes no answer. */
export const QUANTUM = 1 / 32767;

export function createGallery(pack: GalleryPack): Gallery {
  const items = new Map<string, Item>();
  let tuning: Tuning | undefined;
  return {
    packSha256: pack.sha256,
    add(sample) {
      const item = items.get(sample.sku) ?? emptyItem(sample.sku);
      if (item.samples.length === 0) tuning = undefined;
      items.set(sample.sku, item);
      const embedding = sample.embedding.map((x) => Math.round(x / QUANTUM) * QUANTUM);
      item.samples.push({ ...sample, embedding });
      item.whitened.push(whiten(embedding, pack.whitening));
      if (item.samples.length > SAMPLES_MAX) dropAt(item, 0);
      settle(item);
    },
    remove(sampleId) {
      for (const item of items.values()) {
        const at = item.samples.findIndex((sample) => sample.sampleId === sampleId);
        if (at < 0) continue;
        dropAt(item, at);
        if (item.samples.length === 0) {
          items.delete(item.sku);
          tuning = undefined;
        }
        if (item.samples.length > 0) settle(item);
        return true;
      }
      return false;
    },
    recognise(embedding, options = {}) {
      return rank(whiten(embedding, pack.whitening), items, pack.calibration, tuning, options);
    },
    samples: () => [...items.values()].flatMap((item) => item.samples),
    count: (sku) => items.get(sku)?.samples.length ?? 0,
    items: () => items.size,
    taught: () => [...items.values()].map(({ sku, whitened }) => ({ sku, vectors: [...whitened] })),
    tuning: () => tuning,
    tune(next) {
      const fits = next?.weight === 0 || next?.head?.skus.length === items.size;
      tuning = fits ? next : undefined;
    },
  };
}

function emptyItem(sku: string): Item {
  return { sku, samples: [], whitened: [], prototype: new Float32Array() };
}

function dropAt(item: Item, at: number): void {
  item.samples.splice(at, 1);
  item.whitened.splice(at, 1);
}

/** Works out the prototype anew. */
function settle(item: Item): void {
  const size = item.whitened[0]!.length;
  const sum = new Float32Array(size);
  for (const vector of item.whitened) for (let at = 0; at < size; at += 1) sum[at]! += vector[at]!;
  item.prototype = normalise(sum);
}

/**
 * The nearest of few pictures is farther off than the nearest of many, whatever they show: while an
 * item has no more than `FEW_SHOTS`, all are compared by their prototypes alone. New items with one,
 * three and five pictures gain 8, 9 and 5 points by it, and known ones lose nothing.
 */
const NEAREST_MOST = 0.5;
const FEW_SHOTS = 5;
const MANY_SHOTS = 15;

function nearestWeight(items: readonly Item[]): number {
  const least = items.reduce((few, { samples }) => Math.min(few, samples.length), MANY_SHOTS);
  return NEAREST_MOST * (Math.max(0, least - FEW_SHOTS) / (MANY_SHOTS - FEW_SHOTS));
}

interface Scored {
  sku: string;
  /** Cosine with the prototype, and with the nearest picture: half each once no item has few. */
  likeness: number;
  /** Half each, always: what the odds of unknown were fitted to. */
  halves: number;
  /** Natural logarithm of the unnormalised probability. */
  logit: number;
}

function rank(
  query: Float32Array,
  items: ReadonlyMap<string, Item>,
  calibration: Calibration,
  tuning: Tuning | undefined,
  { limit = 6, allowed, prior }: RecogniseOptions,
): Recognised {
  const among = [...items.values()].filter((item) => allowed?.has(item.sku) ?? true);
  if (among.length === 0) return { candidates: [], unknownProbability: 1 };
  const linear = linearOf(tuning, query);
  const temperature = tuning?.temperature ?? calibration.temperature;
  const weight = nearestWeight(among);
  const scored = among.map((item): Scored => {
    let nearest = -1;
    for (const vector of item.whitened) nearest = Math.max(nearest, dot(query, vector));
    const typical = dot(query, item.prototype);
    const likeness = (1 - weight) * typical + weight * nearest;
    const factor = prior?.get(item.sku) ?? 1;
    return {
      sku: item.sku,
      likeness,
      halves: (typical + nearest) / 2,
      logit:
        (likeness + linear(item.sku)) / temperature + Math.log(Math.max(factor, Number.MIN_VALUE)),
    };
  });
  return {
    candidates: probabilities(scored).slice(0, limit),
    unknownProbability: unknownProbability(scored, calibration.unknown),
  };
}

/** What the fitted head adds to an item's likeness. */
function linearOf(tuning: Tuning | undefined, query: Float32Array): (sku: string) => number {
  const { head, weight } = tuning ?? {};
  if (!head || !weight) return () => 0;
  const scores = linearScores(head, query);
  const places = new Map(head.skus.map((sku, at) => [sku, weight * scores[at]!]));
  return (sku) => places.get(sku) ?? 0;
}

/** Softmax, best first; equals stay in the order of their names, so a replay is the same. */
function probabilities(scored: Scored[]): Candidate[] {
  const highest = Math.max(...scored.map(({ logit }) => logit));
  const weights = scored.map(({ sku, logit }) => ({ sku, weight: Math.exp(logit - highest) }));
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  return weights
    .map(({ sku, weight }) => ({ sku, probability: weight / sum }))
    .sort((a, b) => b.probability - a.probability || (a.sku < b.sku ? -1 : 1));
}

function unknownProbability(scored: Scored[], fit: Calibration['unknown']): number {
  let best = -1;
  let second = -1;
  for (const { halves } of scored) {
    if (halves > best) [best, second] = [halves, best];
    else if (halves > second) second = halves;
  }
  const logOdds = fit.offset + fit.score * best + fit.margin * (best - second);
  return 1 / (1 + Math.exp(-logOdds));
}
