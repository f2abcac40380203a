/**
 * Fits a new head to a backbone and writes the pack: `yike model refit`. Nothing of the backbone
 * is trained; its features of the learning pictures are embedded once, the projection is fitted in
 * closed form, and the result is an ONNX file of the usual interface.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import type { Recogniser, RecogniserClock } from './contract.ts';
import { type LabelledPicture, readPictures } from './evaluation-table.ts';
import type { Calibration } from './gallery.ts';
import { FEATURES, featuresOnly, withHead } from './onnx-head.ts';
import { digestOf, type PackFile, type PackManifest } from './pack.ts';
import { evened, fitProjection, type Projection, times } from './projection.ts';
import { startRecogniser } from './recogniser.ts';
import { normalise } from './whitening.ts';

export interface RefitOptions {
  /** ONNX file of the family: pooled features in a tensor `flat`. */
  model: string;
  /** The same backbone in 8-bit numbers; gets the same head. */
  fast?: string;
  learn: string;
  learnSplit?: string;
  /** Items that must not be learned from, for honest tests on new goods. */
  without?: readonly string[];
  /** Pictures for the self-test; not from the learning pictures, for these are not ours to give. */
  golden: readonly string[];
  out: string;
  id: string;
  counter: number;
  licence: string;
  calibration: Calibration;
  clock: RecogniserClock;
  progress?: (done: number, of: number) => void;
}

const FEATURE_COUNT = 1280;
const DIMENSIONS = 256;
const INPUT_SIZE = 224;
const SHORT_SIDE = 256;
const MODEL = 'model.onnx';
const FAST = 'model.int8.onnx';
/** Of the average variance, mixed into every direction: chosen on the sister backbone. */
const SHRINKAGE = 0.5;
const PATIENCE_MS = 60_000;

interface View {
  shortSide: number;
  mirrored?: true;
}

/**
 * Each picture is learned as it is, mirrored, and from further away. Learning it blurred, noisy and
 * under another lamp as well was tried: noise then costs 3 points less, clean pictures 2 more.
 */
const VIEWS: readonly View[] = [
  { shortSide: SHORT_SIDE },
  { shortSide: SHORT_SIDE, mirrored: true },
  { shortSide: INPUT_SIZE },
];

const viewed = (jpeg: Uint8Array, { mirrored }: View): Promise<Uint8Array> | Uint8Array =>
  mirrored ? sharp(jpeg).flop().jpeg({ quality: 95 }).toBuffer() : jpeg;

/** Throws where a file cannot be read or the model is none of the family. */
export async function refit(options: RefitOptions): Promise<PackManifest> {
  const { without = [] } = options;
  const rows = readPictures(options.learn, options.learnSplit).filter(
    ({ fine }) => !without.includes(fine),
  );
  const names = [...new Set(rows.map(({ fine }) => fine))].sort();
  const seen = await featuresOf(rows, options);
  const items = names.map((name) =>
    seen.flatMap((view) => view.filter((_, at) => rows[at]?.fine === name)),
  );
  const projection = fitProjection(items, DIMENSIONS, SHRINKAGE);
  const classes = classMatrix(items, projection, options.calibration.temperature);
  const head = { features: FEATURE_COUNT, dimensions: DIMENSIONS, ...projection, classes };
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, MODEL), withHead(readFileSync(options.model), head));
  if (options.fast)
    writeFileSync(join(options.out, FAST), withHead(readFileSync(options.fast), head));
  writeFileSync(join(options.out, 'labels.json'), `${JSON.stringify(names, null, 1)}\n`);
  return writePack(options);
}

/** Evened features of every picture, view by view. */
async function featuresOf(
  rows: readonly LabelledPicture[],
  { model, clock, progress }: RefitOptions,
): Promise<Float32Array[][]> {
  const seen: Float32Array[][] = [];
  for (const each of VIEWS) {
    const folder = featurePack(readFileSync(model), each.shortSide);
    const recogniser = startRecogniser({ packDir: folder, clock, runLimitMs: PATIENCE_MS });
    const view: Float32Array[] = [];
    try {
      for (const { path } of rows) {
        view.push(evened(await embedded(recogniser, await viewed(readFileSync(path), each), path)));
        if (view.length % 100 === 0)
          progress?.(seen.length * rows.length + view.length, VIEWS.length * rows.length);
      }
    } finally {
      await recogniser.close();
      rmSync(folder, { recursive: true });
    }
    seen.push(view);
  }
  return seen;
}

async function embedded(recogniser: Recogniser, jpeg: Uint8Array, path: string) {
  const outcome = await recogniser.embed(jpeg, PATIENCE_MS);
  if (outcome.ok) return outcome.embedding;
  throw new Error(`${path}: ${outcome.code}: ${outcome.detail}`);
}

/** A pack in a folder of its own whose embedding is the backbone's features. */
function featurePack(model: Uint8Array, shortSide: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'yike-features-'));
  const bytes = featuresOnly(model, FEATURE_COUNT);
  writeFileSync(join(folder, MODEL), bytes);
  const manifest: PackManifest = {
    ...{ format: 2, id: 'features', counter: 0, licence: '', model: MODEL },
    files: [{ file: MODEL, sha256: digestOf(bytes), bytes: bytes.length }],
    input: { name: 'image', size: INPUT_SIZE, shortSide },
    output: { embedding: FEATURES, dimensions: FEATURE_COUNT },
    calibration: { temperature: 1, unknown: { offset: 0, score: 0, margin: 0 } },
  };
  writeFileSync(join(folder, 'pack.json'), JSON.stringify(manifest));
  return folder;
}

/** dimensions × classes: each column the mean direction of an item, over the temperature. */
function classMatrix(
  items: readonly (readonly Float32Array[])[],
  { matrix, bias }: Projection,
  temperature: number,
): Float32Array {
  const columns = new Float32Array(DIMENSIONS * items.length);
  items.forEach((pictures, item) => {
    const sum = new Float32Array(DIMENSIONS);
    for (const picture of pictures) {
      const seen = normalise(times(picture, matrix, DIMENSIONS).map((x, at) => x + bias[at]!));
      for (let at = 0; at < DIMENSIONS; at += 1) sum[at]! += seen[at]!;
    }
    normalise(sum).forEach((value, at) => {
      columns[at * items.length + item] = value / temperature;
    });
  });
  return columns;
}

/** Runs the new model on the golden pictures, and writes the manifest last. */
async function writePack(options: RefitOptions): Promise<PackManifest> {
  const { out, id, counter, licence, calibration, fast, golden, clock } = options;
  const pictures = golden.map((path) => basename(path).toLowerCase());
  golden.forEach((path, at) => {
    copyFileSync(path, join(out, pictures[at]!));
  });
  const listed = (file: string): PackFile => {
    const bytes = readFileSync(join(out, file));
    return { file, sha256: digestOf(bytes), bytes: bytes.length };
  };
  const write = (manifest: PackManifest): PackManifest => {
    writeFileSync(join(out, 'pack.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  };
  const models = [MODEL, ...(fast ? [FAST] : [])];
  const bare: PackManifest = {
    ...{ format: 2, id, counter, licence },
    files: [...models, 'labels.json', ...pictures].map(listed),
    model: MODEL,
    ...(fast && { fast: FAST }),
    labels: 'labels.json',
    input: { name: 'image', size: INPUT_SIZE, shortSide: SHORT_SIDE },
    output: { embedding: 'embedding', dimensions: DIMENSIONS },
    calibration,
  };
  write(bare);
  const recogniser = startRecogniser({ packDir: out, clock, runLimitMs: PATIENCE_MS });
  try {
    const answers: Buffer[] = [];
    for (const path of golden) {
      const embedding = await embedded(recogniser, readFileSync(path), path);
      answers.push(Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength));
    }
    const embeddings = 'golden.f32';
    writeFileSync(join(out, embeddings), Buffer.concat(answers));
    const files = [...bare.files, listed(embeddings)];
    return write({ ...bare, files, golden: { pictures, embeddings } });
  } finally {
    await recogniser.close();
  }
}
