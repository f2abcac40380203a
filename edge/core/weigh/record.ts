/**
 * The weigh-core: weight → price → record. It imports nothing outside this folder, has a version
 * of its own, and its source hash is computed at build and shown (WELMEC 2.2, OIML R 76).
 */
export const WEIGH_CORE_VERSION = '1.1.0';

/** What a unit price is for when goods are weighed. */
export type WeighBasis = 'kg' | '500g';

/** One frame as the scale sent it. A frame that carries no usable weight is never `stable`. */
export interface WeighFrame {
  kind: 'stable' | 'moving' | 'zero' | 'underload' | 'overload' | 'fault' | 'stale';
  /** Whole grams, only where kind is `stable`, `moving` or `zero`. */
  grams?: number;
  /** Monotonic milliseconds of arrival. */
  atMs: number;
  /** Number of the connection the frame came over; frames of two connections never mix. */
  connection: number;
}

/** Plate and legal limits of one scale, in grams. */
export interface ScaleLimits {
  minGrams: number;
  maxGrams: number;
  /** Scale division d. Every gross and tare is a multiple of it. */
  divisionGrams: number;
}

/**
 * The one immutable record of a weighing (alibi record): gross, tare, net, unit price and amount
 * agree arithmetically and are always shown and printed together.
 */
export interface WeighRecord {
  scaleId: string;
  grossGrams: number;
  tareGrams: number;
  netGrams: number;
  divisionGrams: number;
  unitPriceFen: number;
  priceBasis: WeighBasis;
  amountFen: number;
  /** How many equal stable frames the gross rests on (≥ 3). */
  stableFrames: number;
  connection: number;
  /** Age of the newest frame when the record was made, ms (≤ 1000). */
  ageMs: number;
  coreVersion: string;
}
