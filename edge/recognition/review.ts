/**
 * Weighings worth a second look: the camera was unsure, or something else was chosen than it saw.
 * A person says what lay there, and that is a picture more to learn from. Few, and not for long;
 * of goods, never of a person: nothing here leads to a sale.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Ids, Outcome } from '../core/ports.ts';
import { writeDurably } from './gallery-folder.ts';
import { KEPT_HOURS_MAX, type KeptPictures } from './kept-pictures.ts';
import type { Recognition, SeenCandidate } from './recognition.ts';
import { refuse } from './refusals.ts';

export interface Doubtful {
  sightingId: string;
  /** The lane or counter. */
  at: string;
  chosenSku: string;
  /** The camera named something else first; or it was not sure. */
  why: 'contradicted' | 'unsure';
}

export interface ReviewEntry extends Doubtful {
  reviewId: string;
  atWallMs: number;
  candidates: Pick<SeenCandidate, 'sku' | 'confidenceBp'>[];
  grams?: number;
  decided?: { verdict: 'relabelled' | 'skipped'; sku?: string; sampleId?: string; wallMs: number };
}

export interface ReviewQueue {
  /** False where the sighting is forgotten or already here. */
  offer(doubtful: Doubtful): Promise<boolean>;
  /** Keeps the pan of what was chosen, as evidence of its line, where the store keeps pictures. */
  keepChosen(sightingId: string, sku: string): Promise<void>;
  /**
   * The sale of these came to nothing: their pans go, unless the store keeps them all the same. Those
   * that wait for a second look stay: they were kept for that, under the look's own name.
   */
  dropChosen(sightingIds: readonly string[]): void;
  /** The pan of a chosen or a doubtful sighting, while the policy keeps it. */
  pictureOf(sightingId: string): Uint8Array | undefined;
  /** Oldest first; those decided are kept for undoing. */
  entries(): ReviewEntry[];
  /** The pan as it was seen, where the store keeps pictures. */
  picture(reviewId: string): Uint8Array | undefined;
  /** Those that have one. */
  pictured(): ReadonlySet<string>;
  relabel(reviewId: string, sku: string): Promise<Outcome<{ samples: number }>>;
  skip(reviewId: string): Promise<Outcome<undefined>>;
  /** Takes the newest decision about it back, with the sample it made. */
  undo(reviewId: string): Promise<Outcome<undefined>>;
}

export interface ReviewParts {
  folder: string;
  recognition: Pick<Recognition, 'sighting' | 'learnSeen' | 'removeSample'>;
  kept?: KeptPictures;
  /** Pictures of baskets that were given up stay as long as others. */
  keepsAbandoned?: boolean;
  clock: Clock;
  ids: Ids;
}

/** The newest so many wait; a person looks through them in ten minutes. */
export const REVIEW_MOST = 200;
const KEPT_MS = KEPT_HOURS_MAX * 3_600_000;
const FILE = 'review.json';

/** The embedding travels as text, so that a decision after a restart still teaches. */
type Stored = ReviewEntry & { embedding: string };

export function createReviewQueue(parts: ReviewParts): ReviewQueue {
  const { recognition, kept, clock } = parts;
  const shelf = openShelf(parts);
  const now = () => clock.wallMs();
  return {
    offer: (doubtful) => offer(parts, shelf, doubtful),
    async keepChosen(sightingId, sku) {
      const { pan } = recognition.sighting(sightingId) ?? {};
      if (pan) await kept?.keep(pan, sku, sightingId);
    },
    dropChosen(sightingIds) {
      if (!parts.keepsAbandoned) kept?.drop(sightingIds);
    },
    pictureOf(sightingId) {
      const doubtful = shelf.fresh().find((each) => each.sightingId === sightingId);
      return kept?.find(doubtful?.reviewId ?? sightingId);
    },
    entries: () => shelf.fresh().map(({ embedding: _, ...entry }) => entry),
    picture: (reviewId) => kept?.find(reviewId),
    pictured: () => kept?.names() ?? new Set(),
    async relabel(reviewId, sku) {
      const found = shelf.find(reviewId, false);
      if (!found.ok) return found;
      const { sightingId, embedding } = found.value;
      const { sampleId, samples } = recognition.learnSeen(sku, sightingId, asNumbers(embedding));
      await shelf.decide(found.value, { verdict: 'relabelled', sku, sampleId, wallMs: now() });
      return { ok: true, value: { samples } };
    },
    async skip(reviewId) {
      const found = shelf.find(reviewId, false);
      if (!found.ok) return found;
      await shelf.decide(found.value, { verdict: 'skipped', wallMs: now() });
      return { ok: true, value: undefined };
    },
    async undo(reviewId) {
      const found = shelf.find(reviewId, true);
      if (!found.ok) return found;
      // A sample already taken back from the list of samples is gone all the same.
      const sampleId = found.value.decided?.sampleId;
      if (sampleId !== undefined) recognition.removeSample(sampleId);
      await shelf.decide(found.value, undefined);
      return { ok: true, value: undefined };
    },
  };
}

type Shelf = ReturnType<typeof openShelf>;

/** The entries, and the file they are in. */
function openShelf({ folder, clock }: ReviewParts) {
  let all = read(folder);
  let written: Promise<void> = Promise.resolve();
  const fresh = () => all.filter(({ atWallMs }) => clock.wallMs() - atWallMs < KEPT_MS);
  /** One write after another; the newest state is the last. */
  const save = (): Promise<void> => {
    all = fresh().slice(-REVIEW_MOST);
    const text = JSON.stringify(all);
    written = written
      .catch(() => undefined)
      .then(() => writeDurably(join(folder, FILE), text, folder));
    return written;
  };
  return {
    fresh,
    has: (sightingId: string) => all.some((each) => each.sightingId === sightingId),
    put(entry: Stored) {
      all.push(entry);
      return save();
    },
    find(reviewId: string, decided: boolean): Outcome<Stored> {
      const entry = all.find((each) => each.reviewId === reviewId);
      if (!entry) return refuse('REVIEW_UNKNOWN', { reviewId });
      if (decided !== (entry.decided !== undefined)) return refuse('REVIEW_DECIDED', { reviewId });
      return { ok: true, value: entry };
    },
    decide(entry: Stored, decided: ReviewEntry['decided']): Promise<void> {
      const { decided: _, ...rest } = entry;
      all = all.map((each) => (each === entry ? { ...rest, ...(decided && { decided }) } : each));
      return save();
    },
  };
}

async function offer(
  { recognition, kept, clock, ids }: ReviewParts,
  shelf: Shelf,
  doubtful: Doubtful,
): Promise<boolean> {
  const seen = recognition.sighting(doubtful.sightingId);
  if (!seen || shelf.has(doubtful.sightingId)) return false;
  const { candidates, grams, pan } = seen;
  const reviewId = ids('review');
  if (pan) await kept?.keep(pan, doubtful.chosenSku, reviewId);
  await shelf.put({
    ...{ reviewId, ...doubtful, atWallMs: clock.wallMs() },
    candidates: candidates.map(({ sku, confidenceBp }) => ({ sku, confidenceBp })),
    ...(grams !== undefined && { grams }),
    embedding: asText(seen.embedding),
  });
  return true;
}

/** A file that cannot be read is a queue that begins anew: what it held would be gone in three days. */
function read(folder: string): Stored[] {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Stored[];
  } catch {
    return [];
  }
}

const asText = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

function asNumbers(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
}
