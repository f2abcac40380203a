/** How a picture becomes candidates. Everything here may fail and none of it may stop a sale. */

import type { Area } from './child-protocol.ts';

export type PackState = 'starting' | 'ready' | 'unavailable';

export type EmbedFailure =
  | 'MODEL_MISSING'
  | 'MODEL_BROKEN'
  | 'MODEL_SHAPE'
  | 'MODEL_NAN'
  | 'MODEL_SLOW'
  | 'MODEL_CRASHED'
  | 'PICTURE_BAD'
  /** A newer picture of the same source took its place in the queue. */
  | 'SUPERSEDED'
  | 'CLOSED';

/** The part of a clock that recognition needs: monotonic time and a cancellable delay. */
export interface RecogniserClock {
  monoMs(): number;
  after(delayMs: number, fn: () => void): () => void;
}

export type EmbedOutcome =
  | {
      ok: true;
      /** L2-normalised, 256 numbers. */
      embedding: Float32Array;
      /** Variance of the Laplacian of the luminance: small = blurred. */
      sharpness: number;
      /** Mean luminance 0…255: small = dark or covered camera. */
      luminance: number;
      /** The pan alone as a JPEG, where it was asked for. */
      kept?: Uint8Array;
      prepareMs: number;
      runMs: number;
    }
  | { ok: false; code: EmbedFailure; detail: string };

/** What to look at, and whether to hand back the picture of it. */
export interface Look {
  /** The pan within the picture; nothing outside it is looked at. The whole picture by default. */
  area?: Area;
  keep?: boolean;
}

/** One pack running in a child process of its own (a swap is a new process). */
export interface Recogniser {
  state(): { state: PackState; reason?: EmbedFailure; detail?: string };
  onState(listener: () => void): void;
  readonly packId: string;
  /** SHA-256 of the model file, lower-case hex; '' while it is missing. */
  readonly packSha256: string;
  /**
   * Decode, crop, resize, run. Never rejects; gives up after the deadline (`MODEL_SLOW`, 1000 ms
   * by default). One picture runs at a time; each source has one waiting place, and a newer
   * picture takes it over (`SUPERSEDED`), so live frames never push out a picture being taught.
   */
  embed(jpeg: Uint8Array, deadlineMs?: number, source?: string, look?: Look): Promise<EmbedOutcome>;
  /** RSS of the child in bytes, where it lives. */
  residentBytes(): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface GallerySample {
  sampleId: string;
  sku: string;
  embedding: Float32Array;
}

export interface Candidate {
  sku: string;
  /** Calibrated probability that the picture shows this item, given that it was taught. */
  probability: number;
}

export interface Recognised {
  /** Best first, at most `limit`. Empty while nothing is taught. */
  candidates: Candidate[];
  /** Calibrated probability that it is none of the taught items. */
  unknownProbability: number;
}
