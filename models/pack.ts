/** Model packs: a folder with a manifest, or a bare ONNX file of the same interface. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ModelSpec } from './child-protocol.ts';
import type { Calibration, GalleryPack } from './gallery.ts';
import { identityWhitening, type Whitening } from './whitening.ts';

/** `pack.json` as it lies beside the model. */
export interface PackManifest {
  format: 1;
  id: string;
  licence: string;
  model: { file: string; sha256: string; bytes: number };
  input: { name: string; size: number; shortSide: number };
  output: { embedding: string; dimensions: number };
  whitening: { file: string; sha256: string };
  calibration: Calibration;
}

export interface Pack {
  id: string;
  /** SHA-256 of the model file, lower-case hex; '' where the file is missing. */
  sha256: string;
  model: ModelSpec;
  /** Absent for a bare ONNX file. */
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
  spread: 0.3,
  unknown: { offset: 3.966, score: -7.002, margin: -2.541 },
};

const FILE_NAME = /^[a-z0-9._-]{1,64}$/;

/** The pack that is shipped with the controller. */
export const DEFAULT_PACK_DIR = join(import.meta.dirname, 'packs/produce-mnv2-r');

export type PackOutcome =
  | { ok: true; pack: Pack }
  | { ok: false; code: 'MODEL_MISSING' | 'MODEL_BROKEN'; detail: string };

/**
 * Reads a pack folder, or wraps a bare `.onnx` file. Checks the manifest and the whitening
 * matrix's digest; the model's own digest is checked by the child that loads it.
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
  return { ok: true, pack: readFolder(folder, JSON.parse(readFileSync(path, 'utf8'))) };
}

/** The model of a pack folder keeps its pack's whitening and calibration when named alone. */
function openFile(path: string): PackOutcome {
  const beside = openPack(dirname(path));
  if (beside.ok && beside.pack.model.modelPath === path) return beside;
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const model = { ...INTERFACE, modelPath: path, sha256 };
  return { ok: true, pack: { id: basename(path, '.onnx'), sha256, model } };
}

function readFolder(folder: string, manifest: PackManifest): Pack {
  if (manifest.format !== 1) throw new Error(`format ${manifest.format}, this version reads 1`);
  for (const { file } of [manifest.model, manifest.whitening]) {
    if (!FILE_NAME.test(file)) throw new Error(`file name ${JSON.stringify(file)}`);
  }
  const modelPath = join(folder, manifest.model.file);
  return {
    id: manifest.id,
    sha256: existsSync(modelPath) ? manifest.model.sha256 : '',
    model: {
      modelPath,
      sha256: manifest.model.sha256,
      inputName: manifest.input.name,
      inputSize: manifest.input.size,
      shortSide: manifest.input.shortSide,
      embeddingName: manifest.output.embedding,
      dimensions: manifest.output.dimensions,
    },
    whitening: readWhitening(folder, manifest),
    calibration: manifest.calibration,
  };
}

/** float32 little-endian: the mean, then the matrix in row-major order. */
function readWhitening(folder: string, { whitening, output }: PackManifest): Whitening {
  const bytes = readFileSync(join(folder, whitening.file));
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== whitening.sha256) throw new Error(`${whitening.file}: wrong SHA-256`);
  const { dimensions } = output;
  if (bytes.length !== 4 * dimensions * (dimensions + 1)) {
    throw new Error(`${whitening.file}: ${bytes.length} bytes do not fit ${dimensions} dimensions`);
  }
  const floats = new Float32Array(bytes.length / 4);
  for (let at = 0; at < floats.length; at += 1) floats[at] = bytes.readFloatLE(at * 4);
  return { mean: floats.subarray(0, dimensions), matrix: floats.subarray(dimensions) };
}

/** What a gallery needs of a pack. A bare ONNX file is compared unwhitened. */
export function galleryPack({ model, whitening, calibration }: Pack): GalleryPack {
  return {
    sha256: model.sha256,
    whitening: whitening ?? identityWhitening(model.dimensions),
    calibration: calibration ?? BARE_CALIBRATION,
  };
}
