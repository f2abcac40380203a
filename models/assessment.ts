/**
 * Whether what was learnt lately makes recognition better or worse: every fourth picture of what
 * was known before is held out, the rest is learnt twice, without and with what is new, and both
 * are asked about the pictures held out. No picture is both learnt and asked about. Where nothing
 * was known before, pictures of what is new are held out, to choose how the head counts.
 */
import type { GallerySample } from './contract.ts';
import { createGallery, type Gallery, type GalleryPack, type Tuning } from './gallery.ts';
import { fitLinearHead, type Pause } from './linear-head.ts';

export interface Assessment {
  /** Pictures held out. */
  n: number;
  /** How many of them each names first. */
  rightBefore: number;
  rightAfter: number;
  /** Items that nobody had taught before: pictures of theirs held out in a trial of their own. */
  newcomers?: { n: number; right: number };
  /** Items that lost pictures, worst first. */
  lost: { sku: string; pictures: number }[];
  /** Items taken for each other afterwards, most often first. */
  confusions: { shown: string; taken: string; times: number }[];
  /** How the head counts, chosen on the pictures held out. */
  weight: number;
  temperature: number;
}

const HELD_OUT_EVERY = 4;
const WEIGHTS = [0, 0.25, 0.5, 1];
/** Held-out pictures of one session flatter, so the pack's temperature is never sharpened. */
const TEMPERATURE_FACTORS = [1, 1.25, 1.5, 2];
/** Held-out pictures looked at between two pauses. */
const SLICE = 4;

export async function assess(
  before: readonly GallerySample[],
  after: readonly GallerySample[],
  pack: GalleryPack,
  pause: Pause,
): Promise<Assessment> {
  const kept = new Set(after.map(({ sampleId }) => sampleId));
  const known = before.length > 0 ? before : after;
  const heldOut = everyFourth(known).filter(({ sampleId }) => kept.has(sampleId));
  const without = new Set(heldOut.map(({ sampleId }) => sampleId));
  const rest = (samples: readonly GallerySample[]) =>
    samples.filter(({ sampleId }) => !without.has(sampleId));
  const old = await tried(rest(before), heldOut, pack, pause);
  const fresh = await tried(rest(after), heldOut, pack, pause);
  const newcomers = before.length > 0 && (await newcomersOf(before, after, pack, pause));
  return {
    n: heldOut.length,
    rightBefore: count(old.right),
    rightAfter: count(fresh.right),
    ...(newcomers && { newcomers }),
    lost: lostBetween(heldOut, old.right, fresh.right),
    confusions: confusionsOf(heldOut, fresh.named),
    weight: fresh.weight,
    temperature: fresh.temperature,
  };
}

/** Every fourth picture of what is new, named by a gallery that learnt all the others. */
async function newcomersOf(
  before: readonly GallerySample[],
  after: readonly GallerySample[],
  pack: GalleryPack,
  pause: Pause,
): Promise<Assessment['newcomers']> {
  const known = new Set(before.map(({ sku }) => sku));
  const heldOut = everyFourth(after.filter(({ sku }) => !known.has(sku)));
  if (heldOut.length === 0) return undefined;
  const rest = after.filter((sample) => !heldOut.includes(sample));
  const { right } = await tried(rest, heldOut, pack, pause);
  return { n: heldOut.length, right: count(right) };
}

/** The head and temperature for a whole gallery, once an assessment has chosen how they count. */
export async function tuningOf(
  gallery: Gallery,
  { weight, temperature }: Pick<Tuning, 'weight' | 'temperature'>,
  pause: Pause,
): Promise<Tuning> {
  if (weight === 0) return { weight, temperature };
  return { head: await fitLinearHead(gallery.taught(), pause), weight, temperature };
}

const count = (right: readonly boolean[]) => right.filter(Boolean).length;

/** Of every item with enough pictures, the fourth, the eighth … in the order they were learnt. */
function everyFourth(samples: readonly GallerySample[]): GallerySample[] {
  const seen = new Map<string, number>();
  return samples.filter(({ sku }) => {
    const place = (seen.get(sku) ?? 0) + 1;
    seen.set(sku, place);
    return place % HELD_OUT_EVERY === 0;
  });
}

interface Trial {
  right: boolean[];
  /** What each picture was taken for. */
  named: string[];
  weight: number;
  temperature: number;
}

/** Learns `samples` and names the pictures held out, by the weight that names most of them. */
async function tried(
  samples: readonly GallerySample[],
  heldOut: readonly GallerySample[],
  pack: GalleryPack,
  pause: Pause,
): Promise<Trial> {
  const gallery = createGallery(pack);
  for (const sample of samples) gallery.add(sample);
  const base = pack.calibration.temperature;
  let best: Trial = { right: [], named: [], weight: 0, temperature: base };
  if (gallery.items() === 0 || heldOut.length === 0) return best;
  const head = await fitLinearHead(gallery.taught(), pause);
  for (const weight of WEIGHTS) {
    const trial: Trial = { right: [], named: [], weight, temperature: base };
    const losses = TEMPERATURE_FACTORS.map(() => 0);
    gallery.tune({ head, weight, temperature: base });
    for (const [at, sample] of heldOut.entries()) {
      const { candidates } = gallery.recognise(sample.embedding, { limit: gallery.items() });
      trial.named.push(candidates[0]?.sku ?? '');
      trial.right.push(candidates[0]?.sku === sample.sku);
      TEMPERATURE_FACTORS.forEach((factor, place) => {
        losses[place]! += lossOf(candidates, sample.sku, factor);
      });
      if (at % SLICE === 0) await pause();
    }
    trial.temperature = base * TEMPERATURE_FACTORS[losses.indexOf(Math.min(...losses))]!;
    if (best.named.length === 0 || count(trial.right) > count(best.right)) best = trial;
  }
  return best;
}

/** −ln of the probability of the right item, were the temperature `factor` times as high. */
export function lossOf(
  candidates: readonly { sku: string; probability: number }[],
  sku: string,
  factor: number,
): number {
  const softened = candidates.map((each) => Math.max(each.probability, 1e-12) ** (1 / factor));
  const sum = softened.reduce((total, value) => total + value, 0);
  const own = softened[candidates.findIndex((each) => each.sku === sku)] ?? 1e-12;
  return -Math.log(own / sum);
}

function lostBetween(
  heldOut: readonly GallerySample[],
  before: readonly boolean[],
  after: readonly boolean[],
): Assessment['lost'] {
  const changes = new Map<string, number>();
  heldOut.forEach(({ sku }, at) => {
    changes.set(sku, (changes.get(sku) ?? 0) + Number(before[at]) - Number(after[at]));
  });
  return [...changes]
    .filter(([, pictures]) => pictures > 0)
    .map(([sku, pictures]) => ({ sku, pictures }))
    .sort((a, b) => b.pictures - a.pictures);
}

function confusionsOf(heldOut: readonly GallerySample[], named: readonly string[]) {
  const pairs = new Map<string, { shown: string; taken: string; times: number }>();
  heldOut.forEach(({ sku: shown }, at) => {
    const taken = named[at] ?? '';
    if (taken === shown || taken === '') return;
    const pair = pairs.get(`${shown}\0${taken}`) ?? { shown, taken, times: 0 };
    pair.times += 1;
    pairs.set(`${shown}\0${taken}`, pair);
  });
  return [...pairs.values()].sort((a, b) => b.times - a.times);
}

/** One picture lost may be chance; more than one in a hundred is not. */
const LOSS_MAX_SHARE = 0.01;

export function makesWorse({ n, rightBefore, rightAfter }: Assessment): boolean {
  return rightBefore - rightAfter > Math.max(1, n * LOSS_MAX_SHARE);
}
