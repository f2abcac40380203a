/** From a picture to tiles: what it looks like, what is on sale, what it weighs; and teaching. */
import type { EmbedOutcome, Recogniser } from '../../models/contract.ts';
import { createGallery, type Gallery, type GalleryPack } from '../../models/gallery.ts';
import { parse, serialise } from '../../models/gallery-file.ts';
import type { Clock, Ids, Outcome, Refusal } from '../core/ports.ts';
import { salesFactors, weightFactor } from './evidence.ts';
import type { GalleryStore } from './gallery-folder.ts';
import type { SightingReason } from './reasons.ts';
import { type RecognitionRefusalCode, recognitionRefusal } from './refusals.ts';

export interface RecognitionOptions {
  recogniser: Recogniser;
  /** Of the pack the recogniser runs (`galleryPack(openPack(dir).pack)`). */
  pack: GalleryPack;
  store: GalleryStore;
  clock: Clock;
  ids: Ids;
  /** What may be sold now; nothing else is ever a candidate. */
  onSale: () => ReadonlySet<string>;
  /** Sales per SKU over the last days; a gentle prior. */
  recentSales?: () => ReadonlyMap<string, number>;
  /** How many goods of this store are told apart by sight; with few of them learnt, none is sure. */
  toLearn?: () => number;
  /** Usual mass of one piece in grams, where known. */
  unitGrams?: (sku: string) => number | undefined;
  /** Told of every gallery file that could not be used. */
  onRefusedGallery?: (refusal: Refusal) => void;
}

export interface Sighting {
  /**
   * `ready`: the goods are very likely among the first four; `unsure`: show six;
   * `unknown`: none of the learnt goods; `unavailable`: no answer, use the list.
   */
  state: 'ready' | 'unsure' | 'unknown' | 'unavailable';
  /** Best first, at most 6. Probabilities in 1/10 000, given that it is one of the learnt. */
  candidates: { sku: string; confidenceBp: number }[];
  /** The first is right about 97 times in 100. Never enough to book without a tap. */
  confident: boolean;
  /** Capture to answer, without the camera, ms. */
  ms: number;
  /** In words: `SIGHTING_REASONS`. */
  reason?: SightingReason;
}

export interface RecogniseRequest {
  /** Net mass on the plate where stable. */
  grams?: number;
  /** Whose picture it is; a newer one of the same source takes an older one's place. */
  source?: string;
  deadlineMs?: number;
}

export interface RecognitionStats {
  items: number;
  samples: number;
  /** 0 while nothing was published. */
  version: number;
  p50Ms?: number;
  p95Ms?: number;
  /** Why the newest gallery file could not be used. */
  galleryRefusal?: Refusal;
}

export interface Recognition {
  /** Never rejects. */
  recognise(jpeg: Uint8Array, request?: RecogniseRequest): Promise<Sighting>;
  /** One picture more of an item; it counts from the next picture on. */
  teach(sku: string, jpeg: Uint8Array): Promise<Outcome<{ samples: number }>>;
  /** Takes back the picture taught last. */
  undoLast(sku: string): Outcome<{ samples: number }>;
  /** Puts what is learnt on disk as a new version. Rejects only where the disk fails. */
  publish(): Promise<{ version: number; items: number; samples: number }>;
  /** Another pack answers from now on: what was learnt with it is loaded, if anything. */
  usePack(pack: GalleryPack): void;
  /** How many pictures this item was taught. */
  samplesOf(sku: string): number;
  stats(): RecognitionStats;
}

const CANDIDATES_MAX = 6;
/** Mean luminance below which the camera is covered or the lamp is out. */
const DARK_LUMINANCE = 12;
/** Variance of the Laplacian below which there is no edge in the picture at all. */
const BLURRED_SHARPNESS = 2;
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
const TEACH_DEADLINE_MS = 5000;
const TIMES_KEPT = 500;

interface Room extends RecognitionOptions {
  gallery: Gallery;
  version: number;
  galleryRefusal: Refusal | undefined;
  timesMs: number[];
}

/** Loads the newest usable gallery; without one, nothing is taught yet and nothing is guessed. */
export function createRecognition(options: RecognitionOptions): Recognition {
  const room: Room = {
    ...options,
    gallery: createGallery(options.pack),
    version: 0,
    galleryRefusal: undefined,
    timesMs: [],
  };
  loadNewest(room);
  return {
    recognise: (jpeg, request = {}) => recognise(room, jpeg, request),
    teach: (sku, jpeg) => teach(room, sku, jpeg),
    undoLast: (sku) => undoLast(room, sku),
    publish: () => publish(room),
    usePack(pack) {
      room.pack = pack;
      room.gallery = createGallery(pack);
      room.galleryRefusal = undefined;
      loadNewest(room);
    },
    samplesOf: (sku) => room.gallery.count(sku),
    stats: () => stats(room),
  };
}

function loadNewest(room: Room): void {
  for (const { version, bytes } of room.store.load()) {
    // A version whose content cannot be used still keeps its number.
    room.version = Math.max(room.version, version);
    const parsed = parse(bytes, room.pack);
    if (parsed.ok) {
      room.gallery = parsed.gallery;
      // Newer versions of another pack are kept for going back to it; that is no fault.
      if (room.galleryRefusal?.code === 'GALLERY_OTHER_PACK') room.galleryRefusal = undefined;
      return;
    }
    const refusal = recognitionRefusal(parsed.code, { why: parsed.detail });
    room.galleryRefusal ??= refusal;
    room.onRefusedGallery?.(refusal);
  }
}

async function recognise(
  room: Room,
  jpeg: Uint8Array,
  { grams, source, deadlineMs }: RecogniseRequest,
): Promise<Sighting> {
  const startedMs = room.clock.monoMs();
  const nothing = (state: 'unknown' | 'unavailable', reason: SightingReason): Sighting => ({
    state,
    candidates: [],
    confident: false,
    ms: room.clock.monoMs() - startedMs,
    reason,
  });
  if (room.gallery.items() === 0) return nothing('unavailable', 'NOTHING_TAUGHT');
  const seen = await room.recogniser.embed(jpeg, deadlineMs, source);
  if (!seen.ok) return nothing('unavailable', seen.code);
  if (seen.luminance < DARK_LUMINANCE) return nothing('unavailable', 'CAM_DARK');
  const judged = judge(room, seen, grams);
  const ms = room.clock.monoMs() - startedMs;
  room.timesMs.push(ms);
  if (room.timesMs.length > TIMES_KEPT) room.timesMs.shift();
  return { ...judged, ms };
}

function judge(
  room: Room,
  seen: Extract<EmbedOutcome, { ok: true }>,
  grams: number | undefined,
): Omit<Sighting, 'ms'> {
  const allowed = room.onSale();
  const prior = salesFactors(allowed, room.recentSales?.() ?? new Map());
  for (const [sku, factor] of prior) {
    prior.set(sku, factor * weightFactor(grams, room.unitGrams?.(sku)));
  }
  const options = { limit: CANDIDATES_MAX, allowed, prior };
  const { candidates, unknownProbability } = room.gallery.recognise(seen.embedding, options);
  const best = candidates[0]?.probability ?? 0;
  const blurred = seen.sharpness < BLURRED_SHARPNESS;
  const learning = room.gallery.items() < LEARNT_SHARE * (room.toLearn?.() ?? 0);
  const unsure =
    learning ||
    blurred ||
    best < READY_PROBABILITY ||
    unknownProbability >= UNSURE_UNKNOWN_PROBABILITY;
  const state = unknownProbability >= UNKNOWN_PROBABILITY ? 'unknown' : unsure ? 'unsure' : 'ready';
  return {
    state,
    candidates: candidates.map(({ sku, probability }) => ({
      sku,
      confidenceBp: Math.round(probability * 10_000),
    })),
    confident: state === 'ready' && best >= CONFIDENT_PROBABILITY,
    ...(learning && { reason: 'STILL_LEARNING' as const }),
    ...(blurred && { reason: 'CAM_BLURRED' as const }),
  };
}

async function teach(
  room: Room,
  sku: string,
  jpeg: Uint8Array,
): Promise<Outcome<{ samples: number }>> {
  const refuse = (code: RecognitionRefusalCode, why: string | number) =>
    ({ ok: false, refusal: recognitionRefusal(code, { sku, why }) }) as const;
  const sampleId = room.ids('sample');
  // A source of its own, so that no picture being taught pushes out another.
  const seen = await room.recogniser.embed(jpeg, TEACH_DEADLINE_MS, sampleId);
  if (!seen.ok) {
    const bad = seen.code === 'PICTURE_BAD';
    return refuse(bad ? 'TEACH_PICTURE_BAD' : 'TEACH_MODEL_UNAVAILABLE', seen.detail);
  }
  if (seen.luminance < DARK_LUMINANCE) return refuse('TEACH_CAMERA_DARK', seen.luminance);
  if (seen.sharpness < BLURRED_SHARPNESS) return refuse('TEACH_CAMERA_BLURRED', seen.sharpness);
  room.gallery.add({ sampleId, sku, embedding: seen.embedding });
  return { ok: true, value: { samples: room.gallery.count(sku) } };
}

function undoLast(room: Room, sku: string): Outcome<{ samples: number }> {
  const last = room.gallery.samples().findLast((sample) => sample.sku === sku);
  if (last === undefined) {
    return { ok: false, refusal: recognitionRefusal('NOTHING_TAUGHT', { sku }) };
  }
  room.gallery.remove(last.sampleId);
  return { ok: true, value: { samples: room.gallery.count(sku) } };
}

async function publish(room: Room): Promise<{ version: number; items: number; samples: number }> {
  room.version += 1;
  const { version, gallery } = room;
  await room.store.save(serialise(gallery), version);
  return { version, items: gallery.items(), samples: gallery.samples().length };
}

function stats({ gallery, version, timesMs, galleryRefusal }: Room): RecognitionStats {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return {
    items: gallery.items(),
    samples: gallery.samples().length,
    version,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)],
    p95Ms: sorted[Math.floor(sorted.length * 0.95)],
    ...(galleryRefusal && { galleryRefusal }),
  };
}
