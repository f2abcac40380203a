/**
 * What a load cell under a plate shows: after a change the indication swings to the new load for
 * 400 to 900 ms and then stands still. A pressing hand never stands still. A pure function of
 * time between changes, so nothing ticks while nothing happens.
 */
import { between } from './random.ts';
import type { Clock, Random } from './runtime.ts';

/** Indication at one moment, in whole scale divisions. */
export interface Load {
  /** Signed integer grams as the scale would show them. */
  grams: number;
  moving: boolean;
  /** More than nine divisions above the capacity (OIML R 76: no indication there). */
  overload: boolean;
}

export interface PlateScale {
  /** Scale division in grams (`e`). */
  divisionGrams: number;
  capacityGrams: number;
}

/** A 15 kg retail scale with 2 g divisions: 7,500 divisions, class III. */
export const RETAIL_SCALE: PlateScale = { divisionGrams: 2, capacityGrams: 15_000 };

const SETTLE_FROM_MS = 400;
const SETTLE_TO_MS = 900;
/** Oscillations while settling, and what is left of the swing at the end (e⁻⁵ < 1 %). */
const SWINGS = 3;
const DECAY = 5;
/** A hand trembles by this share of its force, several times a second, and by 3 g at least. */
const TREMBLE_SHARE = 0.04;
const TREMBLE_MIN_GRAMS = 3;
const TREMBLE_MS = 170;
const OVERLOAD_DIVISIONS = 9;

/** One plate's physics. `set` changes the true load; `read` is what the scale shows now. */
export function createPlatePhysics(clock: Clock, random: Random, scale: PlateScale) {
  let fromGrams = 0;
  let trueGrams = 0;
  let pressGrams = 0;
  let changedMs = Number.NEGATIVE_INFINITY;
  let settleMs = SETTLE_FROM_MS;
  let swing = 1;

  const indication = (nowMs: number): number => {
    const target = trueGrams + pressGrams;
    const x = (nowMs - changedMs) / settleMs;
    const swung = (fromGrams - target) * Math.exp(-DECAY * x);
    const wave = x < 1 ? swung * Math.cos(2 * Math.PI * SWINGS * x * swing) : 0;
    const tremble = Math.max(TREMBLE_MIN_GRAMS, pressGrams * TREMBLE_SHARE);
    const hand = pressGrams > 0 ? tremble * Math.sin((nowMs / TREMBLE_MS) * 2 * Math.PI) : 0;
    return target + wave + hand;
  };

  return {
    /** Puts the true mass and the pressing force on the plate; both in grams. */
    set(grams: number, pressingGrams: number): void {
      const nowMs = clock.monoMs();
      fromGrams = indication(nowMs);
      trueGrams = grams;
      pressGrams = pressingGrams;
      changedMs = nowMs;
      settleMs = between(random, SETTLE_FROM_MS, SETTLE_TO_MS);
      swing = between(random, 0.8, 1.2);
    },
    read(): Load {
      const nowMs = clock.monoMs();
      const e = scale.divisionGrams;
      const shown = Math.round(indication(nowMs) / e) * e;
      const grams = shown === 0 ? 0 : shown;
      const moving = pressGrams > 0 || nowMs < changedMs + settleMs;
      return { grams, moving, overload: grams > scale.capacityGrams + OVERLOAD_DIVISIONS * e };
    },
  };
}
