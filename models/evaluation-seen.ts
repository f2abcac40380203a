/** The pictures of an evaluation through the model, and a store taught with them. */
import type { Recogniser } from './contract.ts';
import type { Embed, Embedded } from './evaluation-figures.ts';
import { EvaluationError, type LabelledPicture, readPicture } from './evaluation-table.ts';
import { createGallery, type Gallery, type GalleryPack } from './gallery.ts';
import { digestOf } from './pack.ts';

const PICTURE_DEADLINE_MS = 30_000;
const PROGRESS_STEP = 250;

export function embedder(recogniser: Recogniser, progress?: (seen: number) => void): Embed {
  let seen = 0;
  return async (jpeg, path) => {
    const outcome = await recogniser.embed(jpeg, PICTURE_DEADLINE_MS);
    seen += 1;
    if (seen % PROGRESS_STEP === 0) progress?.(seen);
    if (outcome.ok) {
      const { embedding, sharpness, prepareMs, runMs } = outcome;
      return { embedding, sharpness, ms: prepareMs + runMs };
    }
    const code = outcome.code === 'PICTURE_BAD' ? 'PICTURE_UNREADABLE' : 'MODEL_UNUSABLE';
    throw new EvaluationError(code, `${path}: ${outcome.code}: ${outcome.detail}`);
  };
}

/** A picture learned and then judged flatters; the same bytes under two names are one picture. */
export function refuseOverlap(
  learn: readonly LabelledPicture[],
  test: readonly LabelledPicture[],
): void {
  const learned = new Map(learn.map(({ path }) => [digestOf(readPicture(path)), path]));
  for (const { path } of test) {
    const same = learned.get(digestOf(readPicture(path)));
    if (same) throw new EvaluationError('PICTURE_TWICE', `${path} is learned as ${same}`);
  }
}

export function byItem<T extends LabelledPicture>(rows: readonly T[]): [string, T[]][] {
  const items = new Map<string, T[]>();
  for (const row of rows) items.set(row.fine, [...(items.get(row.fine) ?? []), row]);
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1));
}

export async function embedAll(
  rows: readonly LabelledPicture[],
  embed: Embed,
): Promise<Embedded[]> {
  const embedded: Embedded[] = [];
  for (const row of rows) {
    embedded.push({ ...row, ...(await embed(readPicture(row.path), row.path)) });
  }
  return embedded;
}

export function enrol(pack: GalleryPack, learned: readonly Embedded[]): Gallery {
  const gallery = createGallery(pack);
  for (const { path, fine, embedding } of learned) {
    gallery.add({ sampleId: path, sku: fine, embedding });
  }
  return gallery;
}
