/** How well a pack recognises: enrols pictures as a store would, then judges it on others. */
import { readFileSync } from 'node:fs';
import type { RecogniserClock } from './contract.ts';
import {
  EvaluationError,
  type EvaluationFailure,
  type LabelledPicture,
  readPictures,
} from './evaluation-table.ts';
import { createGallery, type Gallery, type GalleryPack, SAMPLES_MAX } from './gallery.ts';
import {
  calibrationError,
  type Judged,
  macroShare,
  percentile,
  rocArea,
  topShare,
} from './metrics.ts';
import { DEFAULT_PACK_DIR, galleryPack, openPack, type Pack } from './pack.ts';
import { PERTURBATIONS, perturbed } from './perturb.ts';
import { startRecogniser } from './recogniser.ts';
import { fitWhitening } from './whitening.ts';

export interface EvaluateOptions {
  /** CSV files; see `readPictures`. */
  learn: string;
  learnSplit?: string;
  test: string;
  testSplit?: string;
  /** Pack folder or bare ONNX file; the shipped pack where absent. */
  packFile?: string;
  /** Pictures enrolled per item; all where absent. */
  shots?: number;
  /** Only these items are enrolled with `shots` pictures; the others with all. */
  novel?: readonly string[];
  /** How many items to hold out as unknowns. */
  open?: number;
  perturb?: boolean;
  /** Chooses the shots and the items held out. */
  seed: number;
  clock: RecogniserClock;
}

export interface Evaluation {
  /** Pictures judged that show an item learned, and how many items were learned. */
  n: number;
  classes: number;
  top1: number;
  top3: number;
  top4: number;
  top5: number;
  /** Share whose first candidate is of the right kind. */
  coarse1: number;
  macro: number;
  ece: number;
  /** Only where unknown pictures were judged. */
  auroc?: number;
  unknownN?: number;
  /** Decoding, cropping and inference of one picture, in the child. */
  p50Ms: number;
  p95Ms: number;
  pack: string;
  sha256: string;
  seed: number;
  novel?: { n: number; top1: number; top3: number; knownTop1: number };
  perturbations?: { name: string; n: number; top1: number; top3: number }[];
}

export type EvaluateOutcome =
  | { ok: true; value: Evaluation }
  | { ok: false; code: EvaluationFailure; detail: string };

const PICTURE_DEADLINE_MS = 30_000;

interface Embedded extends LabelledPicture {
  embedding: Float32Array;
  ms: number;
}

type Embed = (jpeg: Uint8Array, path: string) => Promise<{ embedding: Float32Array; ms: number }>;

/**
 * Enrols the learning rows, judges the test rows and counts. A test row whose item was not
 * learned counts as unknown: towards `auroc`, not towards `n`. Expected faults (a list that
 * cannot be read, a picture that is missing, a model that does not run) are values.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateOutcome> {
  try {
    return { ok: true, value: await measure(options) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { ok: false, code: error.code, detail: error.message };
  }
}

async function measure(options: EvaluateOptions): Promise<Evaluation> {
  const { learn, test } = choosePictures(options);
  const opened = openPack(options.packFile ?? DEFAULT_PACK_DIR);
  if (!opened.ok) throw new EvaluationError('MODEL_UNUSABLE', opened.detail);
  const packDir = options.packFile ?? DEFAULT_PACK_DIR;
  const recogniser = startRecogniser({ packDir, clock: options.clock, runLimitMs: 30_000 });
  const embed: Embed = async (jpeg, path) => {
    const outcome = await recogniser.embed(jpeg, PICTURE_DEADLINE_MS);
    if (outcome.ok) return { embedding: outcome.embedding, ms: outcome.prepareMs + outcome.runMs };
    const code = outcome.code === 'PICTURE_BAD' ? 'PICTURE_UNREADABLE' : 'MODEL_UNUSABLE';
    throw new EvaluationError(code, `${path}: ${outcome.code}: ${outcome.detail}`);
  };
  try {
    const learned = await embedAll(learn, embed);
    const tested = await embedAll(test, embed);
    const gallery = enrol(evaluationPack(opened.pack, learned), learned);
    const coarseOf = new Map(learned.map(({ fine, coarse }) => [fine, coarse]));
    return {
      ...figures(tested, gallery, coarseOf, options),
      pack: opened.pack.id,
      sha256: opened.pack.sha256,
      seed: options.seed,
      ...(options.perturb && {
        perturbations: await perturbationRows(test, gallery, coarseOf, embed, options.seed),
      }),
    };
  } finally {
    await recogniser.close();
  }
}

/** Whitening of a bare ONNX file is fitted on what was learned; the pack's own is kept. */
function evaluationPack(pack: Pack, learned: readonly Embedded[]): GalleryPack {
  // Fewer pictures than two per direction would fit noise.
  if (pack.whitening || learned.length < 2 * pack.model.dimensions) return galleryPack(pack);
  const shipped = openPack(DEFAULT_PACK_DIR);
  const embeddings = byItem(learned).map(([, rows]) => rows.map(({ embedding }) => embedding));
  const whitening = fitWhitening(embeddings);
  return galleryPack({
    ...pack,
    whitening,
    calibration: shipped.ok ? shipped.pack.calibration : pack.calibration,
  });
}

function choosePictures(options: EvaluateOptions): {
  learn: LabelledPicture[];
  test: LabelledPicture[];
} {
  const { shots, open = 0, novel } = options;
  const random = seeded(options.seed);
  const test = readPictures(options.test, options.testSplit);
  const items = [...new Set(test.map(({ fine }) => fine))].sort();
  if (shots !== undefined && !(Number.isInteger(shots) && shots >= 1)) {
    throw new EvaluationError('OPTION_RANGE', `shots ${shots}: at least 1`);
  }
  if (!Number.isInteger(open) || open < 0 || open >= items.length) {
    throw new EvaluationError('OPTION_RANGE', `open ${open}: 0…${items.length - 1}`);
  }
  const heldOut = new Set(shuffled(items, random).slice(0, open));
  const rows = readPictures(options.learn, options.learnSplit);
  const learn: LabelledPicture[] = [];
  for (const [fine, pictures] of byItem(rows)) {
    if (heldOut.has(fine)) continue;
    const few = novel === undefined || novel.includes(fine);
    const kept = few ? Math.min(shots ?? SAMPLES_MAX, SAMPLES_MAX) : SAMPLES_MAX;
    learn.push(...shuffled(pictures, random).slice(0, kept));
  }
  if (learn.length === 0) throw new EvaluationError('CSV_EMPTY', 'no picture is left to learn');
  return { learn, test };
}

function byItem<T extends LabelledPicture>(rows: readonly T[]): [string, T[]][] {
  const items = new Map<string, T[]>();
  for (const row of rows) items.set(row.fine, [...(items.get(row.fine) ?? []), row]);
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function embedAll(rows: readonly LabelledPicture[], embed: Embed): Promise<Embedded[]> {
  const embedded: Embedded[] = [];
  for (const row of rows) {
    embedded.push({ ...row, ...(await embed(readPicture(row.path), row.path)) });
  }
  return embedded;
}

function readPicture(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new EvaluationError('PICTURE_MISSING', error instanceof Error ? error.message : path);
  }
}

function enrol(pack: GalleryPack, learned: readonly Embedded[]): Gallery {
  const gallery = createGallery(pack);
  for (const { path, fine, embedding } of learned) {
    gallery.add({ sampleId: path, sku: fine, embedding });
  }
  return gallery;
}

function judge(row: Embedded, gallery: Gallery, coarseOf: ReadonlyMap<string, string>): Judged {
  const { candidates, unknownProbability } = gallery.recognise(row.embedding, { limit: 5 });
  const place = candidates.findIndex(({ sku }) => sku === row.fine);
  return {
    fine: row.fine,
    coarse: row.coarse,
    place: place < 0 ? Number.POSITIVE_INFINITY : place,
    coarseRight: coarseOf.get(candidates[0]?.sku ?? '') === row.coarse,
    confidence: candidates[0]?.probability ?? 0,
    unknownProbability,
  };
}

function figures(
  tested: readonly Embedded[],
  gallery: Gallery,
  coarseOf: ReadonlyMap<string, string>,
  { novel }: EvaluateOptions,
): Omit<Evaluation, 'pack' | 'sha256' | 'seed'> {
  const judged = tested.map((row) => judge(row, gallery, coarseOf));
  const known = judged.filter(({ fine }) => coarseOf.has(fine));
  const unknown = judged.filter(({ fine }) => !coarseOf.has(fine));
  const doubt = (rows: Judged[]) => rows.map(({ unknownProbability }) => unknownProbability);
  const auroc = rocArea(doubt(known), doubt(unknown));
  const milliseconds = tested.map(({ ms }) => ms);
  return {
    n: known.length,
    classes: coarseOf.size,
    top1: topShare(known, 1),
    top3: topShare(known, 3),
    top4: topShare(known, 4),
    top5: topShare(known, 5),
    coarse1: known.filter(({ coarseRight }) => coarseRight).length / Math.max(1, known.length),
    macro: macroShare(known),
    ece: calibrationError(known),
    ...(auroc !== undefined && { auroc, unknownN: unknown.length }),
    p50Ms: percentile(milliseconds, 0.5),
    p95Ms: percentile(milliseconds, 0.95),
    ...(novel && { novel: novelFigures(known, novel) }),
  };
}

function novelFigures(known: readonly Judged[], novel: readonly string[]): Evaluation['novel'] {
  const fresh = known.filter(({ fine }) => novel.includes(fine));
  const old = known.filter(({ fine }) => !novel.includes(fine));
  return {
    n: fresh.length,
    top1: topShare(fresh, 1),
    top3: topShare(fresh, 3),
    knownTop1: topShare(old, 1),
  };
}

async function perturbationRows(
  test: readonly LabelledPicture[],
  gallery: Gallery,
  coarseOf: ReadonlyMap<string, string>,
  embed: Embed,
  seed: number,
): Promise<Evaluation['perturbations']> {
  const rows = [];
  const known = test.filter(({ fine }) => coarseOf.has(fine));
  for (const perturbation of PERTURBATIONS) {
    const random = seeded(seed);
    const judged: Judged[] = [];
    for (const picture of known) {
      const jpeg = await perturbed(readPicture(picture.path), perturbation, random);
      const embedded = { ...picture, ...(await embed(jpeg, picture.path)) };
      judged.push(judge(embedded, gallery, coarseOf));
    }
    const shares = { top1: topShare(judged, 1), top3: topShare(judged, 3) };
    rows.push({ name: perturbation.name, n: judged.length, ...shares });
  }
  return rows;
}

/** Uniform in [0, 1) from a seed: a counter through the 32-bit finaliser of MurmurHash3. */
export function seeded(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = counter;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const order = [...values];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}
