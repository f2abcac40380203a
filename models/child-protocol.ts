/** What passes between the recogniser and its child process, by structured clone. */
import type { EmbedFailure } from './contract.ts';

/** The pan within the picture, in thousandths of its width and height. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

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
  /** Pictures with the embeddings they must give; the child checks itself against them. */
  golden: { jpeg: Uint8Array; embedding: Float32Array }[];
}

export type ToChild =
  | { kind: 'load'; model: ModelSpec }
  | { kind: 'embed'; id: number; jpeg: Uint8Array; area?: Area; keep?: boolean }
  | { kind: 'resident'; id: number };

export type FromChild =
  | {
      kind: 'loaded';
      /** `fast`: the 8-bit model answers, because the other is slow here and both agree. */
      precision: 'full' | 'fast';
      /** Least cosine with the golden embeddings of what answers; 1 where there are none. */
      agreement: number;
    }
  | { kind: 'load-failed'; code: EmbedFailure; detail: string }
  | {
      kind: 'embedded';
      id: number;
      embedding: Float32Array;
      sharpness: number;
      luminance: number;
      /** The pan alone as a JPEG, where it was asked for. */
      kept?: Uint8Array;
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
/** Least cosine with the golden embeddings. Decoders differ by a bit; a wrong model is far off. */
export const AGREEMENT_MIN = 0.98;
