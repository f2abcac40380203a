/** How well a pack recognises: enrols pictures as a store would, then judges it on others. */
import { seeded, shuffled } from './chance.ts';
import type { RecogniserClock } from './contract.ts';
import {
  type Embedded,
  type Figures,
  figuresOf,
  judge,
  type NovelFigures,
  novelFigures,
} from './evaluation-figures.ts';
import { type PerturbationRow, perturbationRows } from './evaluation-perturbed.ts';
import { byItem, embedAll, embedder, enrol, refuseOverlap } from './evaluation-seen.ts';
import {
  EvaluationError,
  type EvaluationFailure,
  type LabelledPicture,
  readPictures,
} from './evaluation-table.ts';
import { type Gallery, type GalleryPack, SAMPLES_MAX } from './gallery.ts';
import { sharpnessGate } from './looks.ts';
import { DEFAULT_PACK_DIR, galleryPack, openPack, type Pack } from './pack.ts';
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
  /** How many items to hold out as unknowns, and which ones besides. */
  open?: number;
  unknown?: readonly string[];
  perturb?: boolean;
  /** Chooses the shots and the items held out. */
  seed: number;
  clock: RecogniserClock;
  /** Told now and then how many pictures have been seen. */
  progress?: (seen: number) => void;
}

export interface Evaluation extends Figures {
  pack: string;
  sha256: string;
  seed: number;
  novel?: NovelFigures;
  perturbations?: PerturbationRow[];
}

export type EvaluateOutcome =
  | { ok: true; value: Evaluation }
  | { ok: false; code: EvaluationFailure; detail: string };

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
  refuseOverlap(learn, test);
  const packDir = options.packFile ?? DEFAULT_PACK_DIR;
  const opened = openPack(packDir);
  if (!opened.ok) throw new EvaluationError('MODEL_UNUSABLE', opened.detail);
  const recogniser = startRecogniser({ packDir, clock: options.clock, runLimitMs: 30_000 });
  const embed = embedder(recogniser, options.progress);
  try {
    const learned = await embedAll(learn, embed);
    const tested = await embedAll(test, embed);
    const pack = evaluationPack(opened.pack, learned);
    const gallery = enrol(pack, learned);
    const coarseOf = new Map(learned.map(({ fine, coarse }) => [fine, coarse]));
    const judged = tested.map((row) => judge(row, gallery, coarseOf));
    const { novel, perturb, seed } = options;
    return {
      ...figuresOf(tested, judged, coarseOf),
      ...{ pack: opened.pack.id, sha256: opened.pack.sha256, seed },
      ...(novel && { novel: judgeNovel(pack, learned, tested, coarseOf, novel) }),
      ...(perturb && {
        perturbations: await perturbationRows(
          test,
          gallery,
          coarseOf,
          embed,
          seed,
          sharpnessGate(learned.map(({ sharpness }) => sharpness)),
        ),
      }),
    };
  } finally {
    await recogniser.close();
  }
}

function judgeNovel(
  pack: GalleryPack,
  learned: readonly Embedded[],
  tested: readonly Embedded[],
  coarseOf: ReadonlyMap<string, string>,
  novel: readonly string[],
): NovelFigures {
  const old = learned.filter(({ fine }) => !novel.includes(fine));
  const judgedBy = (gallery: Gallery) =>
    tested.filter(({ fine }) => coarseOf.has(fine)).map((row) => judge(row, gallery, coarseOf));
  return novelFigures(judgedBy(enrol(pack, old)), judgedBy(enrol(pack, learned)), novel);
}

/** Whitening of a bare ONNX file is fitted on what was learned; a pack has it in its head. */
function evaluationPack(pack: Pack, learned: readonly Embedded[]): GalleryPack {
  // Fewer pictures than two per direction would fit noise.
  if (pack.calibration || learned.length < 2 * pack.model.dimensions) return galleryPack(pack);
  const shipped = openPack(DEFAULT_PACK_DIR);
  const embeddings = byItem(learned).map(([, rows]) => rows.map(({ embedding }) => embedding));
  const calibration = shipped.ok ? shipped.pack.calibration : undefined;
  const whitening = fitWhitening(embeddings);
  return galleryPack({ ...pack, whitening, ...(calibration && { calibration }) });
}

function choosePictures(options: EvaluateOptions): {
  learn: LabelledPicture[];
  test: LabelledPicture[];
} {
  const { shots, open = 0, novel, unknown = [] } = options;
  const random = seeded(options.seed);
  const test = readPictures(options.test, options.testSplit);
  const items = [...new Set(test.map(({ fine }) => fine))].sort();
  if (shots !== undefined && !(Number.isInteger(shots) && shots >= 1)) {
    throw new EvaluationError('OPTION_RANGE', `shots ${shots}: at least 1`);
  }
  if (!Number.isInteger(open) || open < 0 || open >= items.length) {
    throw new EvaluationError('OPTION_RANGE', `open ${open}: 0…${items.length - 1}`);
  }
  const heldOut = new Set([...shuffled(items, random).slice(0, open), ...unknown]);
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
