/** What recognition remembers: the gallery, what is published of it, what was seen of late. */
import { setImmediate } from 'node:timers/promises';
import { type Assessment, tuningOf } from '../../models/assessment.ts';
import { createGallery, type Gallery } from '../../models/gallery.ts';
import { type Fitted, parse } from '../../models/gallery-file.ts';
import { sharpnessGate } from '../../models/looks.ts';
import type { Refusal } from '../core/ports.ts';
import type { RecognitionOptions, Sighting } from './recognition.ts';
import { recognitionRefusal } from './refusals.ts';

/** Mean luminance below which the camera is covered or the lamp is out. */
export const DARK_LUMINANCE = 12;
/** Variance of the Laplacian below which there is no edge in the picture at all. */
export const BLURRED_SHARPNESS = 2;
/** Sightings whose goods may still be paid for. */
const SIGHTINGS_MAX = 500;
/** Sightings whose picture may still be asked for: a load has three at most. */
const PANS_MAX = 40;

export interface ConfusionPair {
  /** What lay there, and what it was taken for. */
  shown: string;
  taken: string;
  times: number;
}

/** What a camera saw, for as long as its goods may be on their way to being paid. */
export interface Seen {
  embedding: Float32Array;
  state: Sighting['state'];
  candidates: { sku: string; confidenceBp: number }[];
  grams?: number;
  /** The pan alone as a JPEG, where the store keeps pictures; of the newest sightings only. */
  pan?: Uint8Array;
}

/** How a sample came to the gallery, by the beginning of its name. */
export const SOLD = 'sold:';
export const IMPORTED = 'import:';
export const REVIEWED = 'review:';

export interface SoldSample {
  sampleId: string;
  sku: string;
  embedding: Float32Array;
}

export interface Room extends RecognitionOptions {
  /** Everything taught, published or not; answers unless its publication was refused. */
  gallery: Gallery;
  /** What is on disk. */
  published: Gallery;
  version: number;
  galleryRefusal: Refusal | undefined;
  /** Why the newest publication was refused; then `published` answers. */
  refused: Refusal | undefined;
  assessment: Assessment | undefined;
  unpublished: boolean;
  /** The sample taught last, so that the next picture can be held against it. */
  lastTaught?: string;
  sightings: Map<string, Seen>;
  sold: SoldSample[];
  timesMs: number[];
  /** Sharpness of the newest good pictures of each source. */
  sharpness: Map<string, number[]>;
}

export function openRoom(options: RecognitionOptions): Room {
  const gallery = createGallery(options.pack);
  const room: Room = {
    ...options,
    ...{ gallery, published: gallery, version: 0, unpublished: false },
    ...{ galleryRefusal: undefined, refused: undefined, assessment: undefined },
    ...{ sightings: new Map(), sold: [], timesMs: [], sharpness: new Map() },
  };
  loadPublished(room);
  return room;
}

/** The gallery whose answers are shown. */
export const answering = (room: Room): Gallery => (room.refused ? room.published : room.gallery);

/** Loads the newest usable gallery of the pack in force; whatever was not published is gone. */
export function loadPublished(room: Room): void {
  room.gallery = createGallery(room.pack);
  room.galleryRefusal = undefined;
  room.sold = [];
  room.sightings.clear();
  for (const { version, bytes } of room.store.load()) {
    // A version whose content cannot be used still keeps its number.
    room.version = Math.max(room.version, version);
    const parsed = parse(bytes, room.pack);
    if (parsed.ok) {
      room.gallery = parsed.gallery;
      if (parsed.fitted) fitAgain(room, parsed.gallery, parsed.fitted);
      // Newer versions of another pack are kept for going back to it; that is no fault.
      if (room.galleryRefusal?.code === 'GALLERY_OTHER_PACK') room.galleryRefusal = undefined;
      break;
    }
    const refusal = recognitionRefusal(parsed.code, { why: parsed.detail });
    room.galleryRefusal ??= refusal;
    room.onRefusedGallery?.(refusal);
  }
  settled(room);
}

/** The head is not on disk: it is fitted anew in the background, and used once it is there. */
function fitAgain(room: Room, gallery: Gallery, fitted: Fitted): void {
  const { weight, temperature } = fitted;
  if (weight === 0) {
    gallery.tune({ weight, temperature });
    return;
  }
  tuningOf(gallery, fitted, () => setImmediate())
    .then((tuning) => {
      gallery.tune(tuning);
      if (room.gallery === gallery) room.published.tune(tuning);
    })
    .catch(() => gallery.tune(undefined));
}

/** What is taught and what is published are the same from here on. */
export function settled(room: Room): void {
  room.published = copyOf(room.gallery, room);
  room.refused = undefined;
  room.unpublished = false;
}

export function copyOf(gallery: Gallery, { pack }: Pick<Room, 'pack'>): Gallery {
  const copy = createGallery(pack);
  for (const sample of gallery.samples()) copy.add(sample);
  copy.tune(gallery.tuning());
  return copy;
}

/** A change gives a refused publication another chance; until then what is published answers. */
export function changed(room: Room): void {
  room.unpublished = true;
}

export function remember({ sightings, ids }: Room, seen: Seen): string {
  const id = ids('sighting');
  sightings.set(id, seen);
  const [oldest] = sightings.keys();
  if (sightings.size > SIGHTINGS_MAX && oldest !== undefined) sightings.delete(oldest);
  const withoutPan = [...sightings.values()].at(-PANS_MAX - 1);
  delete withoutPan?.pan;
  return id;
}

const SHARPNESS_KEPT = 60;

/** Whether a picture is blurred for this camera; a good one is remembered as usual. */
export function isBlurred(room: Room, source: string, sharpness: number): boolean {
  const usual = room.sharpness.get(source) ?? [];
  if (sharpness < Math.max(BLURRED_SHARPNESS, sharpnessGate(usual))) return true;
  room.sharpness.set(source, [...usual.slice(1 - SHARPNESS_KEPT), sharpness]);
  return false;
}
