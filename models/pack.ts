/** Model packs: a folder with a manifest, or a bare ONNX file of the same interface. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ModelSpec } from './child-protocol.ts';
import type { Calibration, GalleryPack } from './gallery.ts';
import { identityWhitening, type Whitening } from './whitening.ts';

/** `pack.json` as it lies beside the model; `pack.sig` signs its bytes (pack-signature.ts). */
export interface PackManifest {
  format: 2;
  id: string;
  /** Rises with every pack of this id; an older one is not installed over a newer one. */
  counter: number;
  licence: string;
  /** Every file of the pack but the manifest and its signature. */
  files: PackFile[];
  model: string;
  /** The same model in 8-bit numbers, for boxes on which the other is slow. */
  fast?: string;
  /** The names of the logits, one a class. */
  labels?: string;
  /** Pictures with the embeddings they must give: float32 little-endian, one after the other. */
  golden?: { pictures: string[]; embeddings: string };
  input: { name: string; size: number; shortSide: number };
  output: { embedding: string; dimensions: number };
  calibration: Calibration;
}

export interface PackFile {
  file: string;
  /** Lower-case hex. */
  sha256: string;
  bytes: number;
}

export interface Pack {
  id: string;
  /** 0 for a bare ONNX file. */
  counter: number;
  /** SHA-256 of the model file, lower-case hex; '' where the file is missing. */
  sha256: string;
  model: ModelSpec;
  /** Only fitted ones: a pack folder has it in its model's head. */
  whitening?: Whitening;
  calibration?: Calibration;
}

/** The interface every model of ours has; a bare ONNX file is taken to have it. */
const INTERFACE = {
  inputName: 'image',
  inputSize: 224,
  shortSide: 256,
  embeddingName: 'embedding',
  dimensions: 256,
};

/** Fitted on unwhitened embeddings of the shipped backbone; the best guess for another one. */
const BARE_CALIBRATION: Calibration = {
  temperature: 0.05,
  unknown: { offset: 3.966, score: -7.002, margin: -2.541 },
};

const FILE_NAME = /^[a-z0-9._-]{1,64}$/;

/** The pack that is shipped with the controller. */
export const DEFAULT_PACK_DIR = join(import.meta.dirname, 'packs/produce-mnv2-r');

export type PackOutcome =
  | { ok: true; pack: Pack }
  | { ok: false; code: 'MODEL_MISSING' | 'MODEL_BROKEN'; detail: string };

/**
 * Reads a pack folder, or wraps a bare `.onnx` file. Checks the manifest and the digest of every
 * file but the models; a model's own digest is checked by the child that loads it.
 */
export function openPack(path: string): PackOutcome {
  if (!existsSync(path)) return { ok: false, code: 'MODEL_MISSING', detail: `no ${path}` };
  try {
    return statSync(path).isDirectory() ? openFolder(path) : openFile(path);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, code: 'MODEL_BROKEN', detail: `${path}: ${detail}` };
  }
}

function openFolder(folder: string): PackOutcome {
  const path = join(folder, 'pack.json');
  if (!existsSync(path)) return { ok: false, code: 'MODEL_MISSING', detail: `no ${path}` };
  return { ok: true, pack: readFolder(folder, readManifest(readFileSync(path, 'utf8'))) };
}

/** A model of a pack folder keeps its pack's calibration when named alone. */
function openFile(path: string): PackOutcome {
  const beside = openPack(dirname(path));
  if (beside.ok) {
    const { pack } = beside;
    const { fast, ...model } = pack.model;
    if (model.modelPath === path) return beside;
    if (fast?.path === path) {
      const alone = { ...model, modelPath: path, sha256: fast.sha256, golden: [] };
      return { ok: true, pack: { ...pack, sha256: fast.sha256, model: alone } };
    }
  }
  const sha256 = digestOf(readFileSync(path));
  const model = { ...INTERFACE, modelPath: path, sha256, golden: [] };
  return { ok: true, pack: { id: basename(path, '.onnx'), counter: 0, sha256, model } };
}

/** Throws Error in words where the text is no manifest of this version. */
export function readManifest(text: string): PackManifest {
  const manifest: PackManifest = JSON.parse(text);
  if (manifest.format !== 2) throw new Error(`format ${manifest.format}, this version reads 2`);
  for (const { file } of manifest.files) {
    if (!FILE_NAME.test(file)) throw new Error(`file name ${JSON.stringify(file)}`);
  }
  if (!Number.isSafeInteger(manifest.counter) || manifest.counter < 0)
    throw new Error(`counter ${manifest.counter}`);
  return manifest;
}

/** Throws Error where the manifest names no such file. */
export function listedIn({ files }: PackManifest, name: string): PackFile {
  const found = files.find(({ file }) => file === name);
  if (!found) throw new Error(`${JSON.stringify(name)} is not among its files`);
  return found;
}

export const digestOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

function readFolder(folder: string, manifest: PackManifest): Pack {
  const listed = (name: string): PackFile => listedIn(manifest, name);
  const read = (name: string): Buffer => {
    const bytes = readFileSync(join(folder, name));
    if (digestOf(bytes) !== listed(name).sha256) throw new Error(`${name}: wrong SHA-256`);
    return bytes;
  };
  if (manifest.labels) read(manifest.labels);
  const { sha256 } = listed(manifest.model);
  const modelPath = join(folder, manifest.model);
  return {
    id: manifest.id,
    counter: manifest.counter,
    sha256: existsSync(modelPath) ? sha256 : '',
    model: {
      modelPath,
      sha256,
      ...(manifest.fast && {
        fast: { path: join(folder, manifest.fast), sha256: listed(manifest.fast).sha256 },
      }),
      inputName: manifest.input.name,
      inputSize: manifest.input.size,
      shortSide: manifest.input.shortSide,
      embeddingName: manifest.output.embedding,
      dimensions: manifest.output.dimensions,
      golden: manifest.golden ? readGolden(manifest.golden, manifest.output.dimensions, read) : [],
    },
    calibration: manifest.calibration,
  };
}

function readGolden(
  { pictures, embeddings }: NonNullable<PackManifest['golden']>,
  dimensions: number,
  read: (name: string) => Buffer,
): ModelSpec['golden'] {
  const numbers = read(embeddings);
  if (numbers.length !== pictures.length * dimensions * 4)
    throw new Error(
      `${embeddings}: ${numbers.length} bytes do not fit ${pictures.length} pictures`,
    );
  return pictures.map((name, picture) => ({
    jpeg: read(name),
    embedding: Float32Array.from({ length: dimensions }, (_, at) =>
      numbers.readFloatLE((picture * dimensions + at) * 4),
    ),
  }));
}

/** What a gallery needs of a pack. A bare ONNX file is compared unwhitened. */
export function galleryPack({ model, whitening, calibration }: Pack): GalleryPack {
  return {
    sha256: model.sha256,
    whitening: whitening ?? identityWhitening(model.dimensions),
    calibration: calibration ?? BARE_CALIBRATION,
  };
}
