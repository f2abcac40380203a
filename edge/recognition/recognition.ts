/** From a picture to tiles: what it looks like, what is on sale, what it weighs; and teaching. */
import type { Area } from '../../models/child-protocol.ts';
import type { Recogniser } from '../../models/contract.ts';
import type { GalleryPack } from '../../models/gallery.ts';
import { voteOf } from '../../models/looks.ts';
import type { Clock, Ids, Outcome, Refusal } from '../core/ports.ts';
import type { GalleryStore } from './gallery-folder.ts';
import { type Inspected, inspect } from './inspecting.ts';
import { judge } from './judging.ts';
import type { KeptPictures } from './kept-pictures.ts';
import { learning, type SoldSighting, type Taught } from './learning.ts';
import type { Ranked } from './look-alikes.ts';
import { publishing } from './publishing.ts';
import type { SightingReason } from './reasons.ts';
import {
  answering,
  BLURRED_SHARPNESS,
  type ConfusionPair,
  DARK_LUMINANCE,
  isBlurred,
  loadPublished,
  openRoom,
  type Room,
  remember,
  type Seen,
} from './room.ts';

export type { Area };

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
  /** Sales per SKU at this hour of the day and in these weeks of the year; another gentle prior. */
  usualNow?: () => ReadonlyMap<string, number>;
  /** How many goods of this store are told apart by sight; with few of them learnt, none is sure. */
  toLearn?: () => number;
  /** Usual mass of one piece in grams, where known. */
  unitGrams?: (sku: string) => number | undefined;
  /** Whether it is sold by the piece: then its mass should be that of whole pieces. */
  byPiece?: (sku: string) => boolean;
  /** Goods on sale that look the same as this one, whatever the camera says. */
  lookAlikes?: (sku: string) => readonly string[];
  /** From this probability on (1/10 000) a sighting may be taken without a tap; never by default. */
  autoAcceptBp?: () => number | undefined;
  /** Where the store's policy keeps pictures of the pan that were taught. */
  kept?: KeptPictures;
  /** Told of every gallery file that could not be used. */
  onRefusedGallery?: (refusal: Refusal) => void;
}

export interface SeenCandidate extends Ranked {
  /** How many pieces lie there, for goods sold by the piece whose mass fits. */
  pieces?: number;
}

export interface Sighting {
  /**
   * `ready`: the goods are very likely among the first four; `unsure`: show six;
   * `unknown`: none of the learnt goods; `unavailable`: no answer, use the list.
   */
  state: 'ready' | 'unsure' | 'unknown' | 'unavailable';
  /** Best first, at most 6. Probabilities in 1/10 000, given that it is one of the learnt. */
  candidates: SeenCandidate[];
  /** The first is right about 97 times in 100. Never enough to book without a tap. */
  confident: boolean;
  /** Only where the store allows it: sure enough to be taken without a tap, and by what measure. */
  autoAccept?: { sku: string; confidenceBp: number; thresholdBp: number };
  /** Capture to answer, without the camera, ms. */
  ms: number;
  /** By which `learnSold` finds the picture again; none where nothing was seen. */
  sightingId?: string;
  /** In words: `SIGHTING_REASONS`. */
  reason?: SightingReason;
  /** What this picture says of the camera itself: no light, or not one edge in it. */
  camera?: 'CAM_DARK' | 'CAM_BLOCKED';
}

export interface RecogniseRequest {
  /** Net mass on the plate where stable. */
  grams?: number;
  /** Whose picture it is; a newer one of the same source takes an older one's place. */
  source?: string;
  deadlineMs?: number;
  /** The pan within the picture; nothing outside it is looked at. */
  area?: Area;
  /** An earlier sighting of the same goods: both pictures are judged together. */
  voteWith?: string;
}

/** One picture of the gallery, as the page of learnt goods lists it. */
export interface SampleView {
  sampleId: string;
  sku: string;
  /** By staff at the scale; a sale that stood; another scale of the chain; a sighting reviewed. */
  origin: 'taught' | 'sold' | 'imported' | 'reviewed';
}

export interface Published {
  version: number;
  items: number;
  samples: number;
  /** Pictures held out, and how many the gallery named right before and after. */
  heldOut: number;
  rightBefore: number;
  rightAfter: number;
  /** Pictures of items that are new, held out as well, and how many were named right. */
  newcomers?: { n: number; right: number };
  /** Pictures from sales that were taken up, and left out because they made it worse. */
  soldLearnt: number;
  soldDropped: number;
}

/** What a publication would come to. */
export interface Rehearsal {
  items: number;
  samples: number;
  heldOut: number;
  rightBefore: number;
  rightAfter: number;
  newcomers?: { n: number; right: number };
  /** Items that would lose pictures, worst first. */
  lost: { sku: string; pictures: number }[];
  /** A publication would be refused. */
  worse: boolean;
}

export interface RecognitionMetrics {
  version: number;
  /** Of the newest assessment; undefined before the first. */
  heldOut?: number;
  rightBefore?: number;
  right?: number;
  /** How much the fitted head counts beside the likeness. */
  headWeight: number;
  temperature: number;
  /** Not yet published: pictures taught or taken back, and pictures from sales. */
  unpublished: boolean;
  waitingFromSales: number;
  /** The last publication was refused, and what is published answers. */
  refused?: Refusal;
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
  teach(sku: string, jpeg: Uint8Array, area?: Area): Promise<Outcome<Taught>>;
  /** Takes back the picture taught last. */
  undoLast(sku: string): Outcome<{ samples: number }>;
  /** Takes one picture back, whichever. */
  removeSample(sampleId: string): Outcome<{ samples: number }>;
  /** Every picture learnt, of one item or of all; pictures themselves are not kept here. */
  samples(sku?: string): SampleView[];
  /**
   * Puts what is learnt on disk as a new version, with a head fitted to it, unless it names fewer
   * of the pictures known before: then `LEARNING_MAKES_WORSE`, and what was published before
   * answers until something is taken back. Rejects only where the disk fails.
   */
  publish(): Promise<Outcome<Published>>;
  /** The same without the consequences: what `publish` would come to now. */
  rehearse(): Promise<Outcome<Rehearsal>>;
  /** Published versions still on disk that the pack in force can use, newest first. */
  versions(): { version: number; savedWallMs: number; items: number; samples: number }[];
  /** Items of the newest version on disk of every pack, by the SHA-256 of its model. */
  itemsByPack(): ReadonlyMap<string, number>;
  /** Publishes an older version anew; whatever was not published is forgotten. */
  rollBack(version: number): Promise<Outcome<{ version: number; items: number; samples: number }>>;
  /** What a sighting saw, while it is remembered. */
  sighting(sightingId: string): Seen | undefined;
  /** A person says what a sighting shows: it becomes a sample, whatever its sale taught. */
  learnSeen(sku: string, sightingId: string, embedding: Float32Array): Taught;
  /** What a picture of the plate would come to, were it taught now. */
  inspect(jpeg: Uint8Array, area?: Area): Promise<Outcome<Inspected>>;
  /** Forgets everything since the last publication. */
  undoUnpublished(): { items: number; samples: number };
  /**
   * The goods of a sighting were sold as `sku` and paid: they wait for the next publication.
   * False where the sighting is forgotten, or the camera would not have thought of this item.
   */
  learnSold(sold: SoldSighting): boolean;
  /** That sale did not stand: its pictures are forgotten, published or not. */
  forgetSold(saleId: string): number;
  /** What is learnt as bytes, for another scale with the same pack. */
  exportGallery(): Uint8Array;
  /** Adds what another scale learnt; nothing it already has is added twice. */
  importGallery(bytes: Uint8Array): Outcome<{ added: number; items: number }>;
  metrics(): RecognitionMetrics;
  /** Items taken for each other at the last assessment, most often first. */
  confusionPairs(): ConfusionPair[];
  /** Another pack answers from now on: what was learnt with it is loaded, if anything. */
  usePack(pack: GalleryPack): void;
  /**
   * Called now and then: loads a newer version that another process put on disk, though not over
   * what is unpublished, and deletes kept pictures that are too old.
   */
  tend(): void;
  /** How many pictures this item was taught. */
  samplesOf(sku: string): number;
  stats(): RecognitionStats;
}

const TIMES_KEPT = 500;

/** Loads the newest usable gallery; without one, nothing is taught yet and nothing is guessed. */
export function createRecognition(options: RecognitionOptions): Recognition {
  const room = openRoom(options);
  return {
    recognise: (jpeg, request = {}) => recognise(room, jpeg, request),
    ...learning(room),
    ...publishing(room),
    sighting: (sightingId) => room.sightings.get(sightingId),
    inspect: (jpeg, area) => inspect(room, jpeg, area),
    usePack(pack) {
      room.pack = pack;
      loadPublished(room);
    },
    tend() {
      room.kept?.prune();
      if (!room.unpublished && room.store.newest() > room.version) loadPublished(room);
    },
    samplesOf: (sku) => room.gallery.count(sku),
    stats: () => stats(room),
  };
}

async function recognise(
  room: Room,
  jpeg: Uint8Array,
  { grams, source, deadlineMs, area, voteWith }: RecogniseRequest,
): Promise<Sighting> {
  const startedMs = room.clock.monoMs();
  const nothing = (state: 'unknown' | 'unavailable', reason: SightingReason): Sighting => ({
    state,
    candidates: [],
    confident: false,
    ms: room.clock.monoMs() - startedMs,
    reason,
  });
  if (answering(room).items() === 0) return nothing('unavailable', 'NOTHING_TAUGHT');
  const seen = await room.recogniser.embed(jpeg, deadlineMs, source, {
    ...(area && { area }),
    ...(room.kept && { keep: true }),
  });
  if (!seen.ok) return nothing('unavailable', seen.code);
  if (seen.luminance < DARK_LUMINANCE)
    return { ...nothing('unavailable', 'CAM_DARK'), camera: 'CAM_DARK' };
  const earlier = room.sightings.get(voteWith ?? '')?.embedding;
  const embedding = earlier ? voteOf([earlier, seen.embedding]) : seen.embedding;
  const blurred = isBlurred(room, source ?? '', seen.sharpness);
  const judged = judge(room, embedding, blurred, grams);
  const { state, candidates } = judged;
  const sightingId = remember(room, {
    ...{ embedding, state, candidates },
    ...(grams !== undefined && { grams }),
    ...(seen.kept && { pan: seen.kept }),
  });
  const ms = room.clock.monoMs() - startedMs;
  room.timesMs.push(ms);
  if (room.timesMs.length > TIMES_KEPT) room.timesMs.shift();
  const covered = seen.sharpness < BLURRED_SHARPNESS && { camera: 'CAM_BLOCKED' as const };
  return { ...judged, ...covered, sightingId, ms };
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
