/** What passes between the recogniser and its child process, by structured clone. */
import type { EmbedFailure } from './contract.ts';

/** Everything the child needs to load one model; nothing else reaches it but pictures. */
export interface ModelSpec {
  modelPath: string;
  /** Lower-case hex; the child refuses a file with another digest. */
  sha256: string;
  /** The same model in 8-bit numbers. */
  fast?: { path: string; sha256: string };
  inputName: string;
  /** Side of the square the model takes, pixels. */
  inputSize: number;
  /** The picture's short side is brought to this before the centre is cut out, pixels. */
  shortSide: number;
  embeddingName: string;
  dimensions: number;
}

export type ToChild =
  | { kind: 'load'; model: ModelSpec }
  | { kind: 'embed'; id: number; jpeg: Uint8Array }
  | { kind: 'resident'; id: number };

export type FromChild =
  | { kind: 'loaded' }
  | { kind: 'load-failed'; code: EmbedFailure; detail: string }
  | {
      kind: 'embedded';
      id: number;
      embedding: Float32Array;
      sharpness: number;
      luminance: number;
      prepareMs: number;
      runMs: number;
      residentBytes: number;
    }
  | { kind: 'embed-failed'; id: number; code: EmbedFailure; detail: string }
  | { kind: 'resident'; id: number; bytes: number };

/** Most bytes of one picture. A VGA JPEG of a plate has 40–120 KiB. */
export const PICTURE_MAX_BYTES = 1024 * 1024;
/** Most pixels of one picture, read from its header before anything is decoded. */
export const PICTURE_MAX_PIXELS = 4 * 1024 * 1024;
