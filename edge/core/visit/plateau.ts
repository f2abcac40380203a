/**
 * One load cell's readings as a sequence of levels: the weight before, and a new level for every
 * time somebody took something or put something down. Drift moves a level; it makes no new one.
 */

/** A weight the cell rested at. Grams are a mean of readings and need not be whole. */
export interface Level {
  grams: number;
  readings: number;
  fromMs: number;
  lastMs: number;
}

export interface CellTrack {
  /** Oldest first; the last is where the cell rests now. */
  levels: Level[];
  /** A new weight, not seen often enough to be a level. */
  candidate?: Level;
  /** Scatter of single readings about their level: learned from the cell itself. */
  noiseGrams: number;
}

/** Before a cell was heard for a while. */
const FIRST_NOISE_GRAMS = 2;
/** Readings that make a level. */
export const LEVEL_READINGS = 3;
/** A level follows slow drift: it never weighs more than this many readings. */
const MEMORY_READINGS = 12;
const LEAST_BAND_GRAMS = 8;
const NOISE_MEMORY = 60;

export const startTrack = (): CellTrack => ({ levels: [], noiseGrams: FIRST_NOISE_GRAMS });

/** Readings this far from a level still belong to it. */
export const bandOf = ({ noiseGrams }: CellTrack): number =>
  Math.max(LEAST_BAND_GRAMS, 4 * noiseGrams);

const begin = (grams: number, atMs: number): Level => ({
  grams,
  readings: 1,
  fromMs: atMs,
  lastMs: atMs,
});

function join(level: Level, grams: number, atMs: number): Level {
  const weight = Math.min(level.readings + 1, MEMORY_READINGS);
  return {
    grams: level.grams + (grams - level.grams) / weight,
    readings: level.readings + 1,
    fromMs: level.fromMs,
    lastMs: atMs,
  };
}

/** The scatter with one more residual; a residual of a young level counts for more. */
function learnNoise(noise: number, level: Level, grams: number): number {
  if (level.readings < LEVEL_READINGS) return noise;
  const shrink = 1 + 1 / Math.min(level.readings, MEMORY_READINGS);
  const square = (grams - level.grams) ** 2 / shrink;
  return Math.sqrt(noise ** 2 + (square - noise ** 2) / NOISE_MEMORY);
}

/** The track after one stable reading. */
export function follow(track: CellTrack, grams: number, atMs: number): CellTrack {
  const { levels, candidate, noiseGrams } = track;
  const band = bandOf(track);
  const last = levels.at(-1);
  const near = (level: Level | undefined): level is Level =>
    level !== undefined && Math.abs(grams - level.grams) <= band;
  if (near(last)) {
    const noise = learnNoise(noiseGrams, last, grams);
    return { levels: [...levels.slice(0, -1), join(last, grams, atMs)], noiseGrams: noise };
  }
  const next = near(candidate) ? join(candidate, grams, atMs) : begin(grams, atMs);
  if (next.readings < LEVEL_READINGS) return { levels, candidate: next, noiseGrams };
  return { levels: [...levels, next], noiseGrams };
}

/** Forgets how the cell came to where it rests. */
export function fromHere(track: CellTrack): CellTrack {
  const { candidate: _, ...rest } = track;
  return { ...rest, levels: track.levels.slice(-1) };
}

/** What is not noise in a level's mean: rounding to whole grams, creep, a bottle that rolls. */
const FLOOR_GRAMS = 0.5;

/** Uncertainty of a level's mean. */
export function levelNoise(noiseGrams: number, { readings }: Pick<Level, 'readings'>): number {
  const averaged = Math.min(readings, MEMORY_READINGS);
  return Math.hypot(noiseGrams / Math.sqrt(averaged), FLOOR_GRAMS);
}
