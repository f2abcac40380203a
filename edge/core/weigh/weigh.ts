import { amountForWeight } from './amount.ts';
import {
  type ScaleLimits,
  WEIGH_CORE_VERSION,
  type WeighBasis,
  type WeighFrame,
  type WeighRecord,
} from './record.ts';
import { settle, type WaitReason } from './settle.ts';

/** What is being weighed, on which scale, at which price. */
export interface WeighRequest {
  scaleId: string;
  limits: ScaleLimits;
  /** Grams taken off for bag or tray, a multiple of the division. */
  tareGrams: number;
  unitPriceFen: number;
  priceBasis: WeighBasis;
  /** Least net weight sold; the scale's own Min where absent. */
  minNetGrams?: number;
}

/** `bad-tare`: negative or off the division; `bad-price`: not whole fen, or too large. */
export type WeighRefusal = WaitReason | 'bad-tare' | 'net-below-min' | 'bad-price';

export type Weighing = { ok: true; record: WeighRecord } | { ok: false; reason: WeighRefusal };

/** Largest unit price a record may hold: with any retail load the product stays exact. */
const MAX_UNIT_PRICE_FEN = 100_000_000;

/**
 * Frames, tare and unit price to one record in which gross, tare, net, price and amount agree:
 * Min ≤ gross ≤ Max, net = gross − tare, every weight a multiple of the division.
 */
export function weigh(
  frames: readonly WeighFrame[],
  nowMs: number,
  request: WeighRequest,
): Weighing {
  const { scaleId, limits, tareGrams, unitPriceFen, priceBasis } = request;
  const { divisionGrams, minGrams } = limits;
  const plate = settle(frames, nowMs, limits);
  if (!plate.settled) return { ok: false, reason: plate.reason };
  const { grossGrams, stableFrames, connection, ageMs } = plate;
  if (!Number.isSafeInteger(tareGrams) || tareGrams < 0 || tareGrams % divisionGrams !== 0) {
    return { ok: false, reason: 'bad-tare' };
  }
  const netGrams = grossGrams - tareGrams;
  if (netGrams <= 0 || netGrams < (request.minNetGrams ?? minGrams)) {
    return { ok: false, reason: 'net-below-min' };
  }
  const priced = Number.isSafeInteger(unitPriceFen) && unitPriceFen >= 0;
  if (!priced || unitPriceFen > MAX_UNIT_PRICE_FEN) return { ok: false, reason: 'bad-price' };
  const amountFen = amountForWeight(netGrams, unitPriceFen, priceBasis);
  const record: WeighRecord = {
    scaleId,
    grossGrams,
    tareGrams,
    netGrams,
    divisionGrams,
    unitPriceFen,
    priceBasis,
    amountFen,
    stableFrames,
    connection,
    ageMs,
    coreVersion: WEIGH_CORE_VERSION,
  };
  return { ok: true, record };
}
