/** Figures of merit of a recogniser. All shares are 0…1. */

/** One judged picture: the true item's place among the candidates and what was claimed. */
export interface Judged {
  fine: string;
  coarse: string;
  /** The first candidate; '' where there is none. */
  first: string;
  /** 0 = first; Infinity where it is not among the candidates. */
  place: number;
  /** Whether the first candidate is of the right kind. */
  coarseRight: boolean;
  /** Probability given to the first candidate. */
  confidence: number;
  unknownProbability: number;
}

/** Share of pictures whose item is among the first `k` candidates. */
export function topShare(judged: readonly Judged[], k: number): number {
  return mean(judged.map(({ place }) => (place < k ? 1 : 0)));
}

/** Mean over items of the share recognised first: every item counts the same. */
export function macroShare(judged: readonly Judged[]): number {
  const shares = new Map<string, number[]>();
  for (const { fine, place } of judged) {
    const hits = shares.get(fine) ?? [];
    shares.set(fine, hits);
    hits.push(place === 0 ? 1 : 0);
  }
  return mean([...shares.values()].map(mean));
}

const CONFIDENCE_BINS = 15;

/** Expected calibration error over 15 equal bins: how far claimed and true shares lie apart. */
export function calibrationError(judged: readonly Judged[]): number {
  const bins = new Map<number, Judged[]>();
  for (const one of judged) {
    const bin = Math.min(CONFIDENCE_BINS - 1, Math.floor(one.confidence * CONFIDENCE_BINS));
    const members = bins.get(bin) ?? [];
    bins.set(bin, members);
    members.push(one);
  }
  let error = 0;
  for (const members of bins.values()) {
    const claimed = mean(members.map(({ confidence }) => confidence));
    error += (members.length / judged.length) * Math.abs(claimed - topShare(members, 1));
  }
  return error;
}

/**
 * Area under the ROC curve: the chance that an unknown picture gets a higher score than a known
 * one, ties counting half. Undefined where either is missing.
 */
export function rocArea(known: readonly number[], unknown: readonly number[]): number | undefined {
  if (known.length === 0 || unknown.length === 0) return undefined;
  let wins = 0;
  for (const high of unknown) {
    for (const low of known) wins += high > low ? 1 : high === low ? 0.5 : 0;
  }
  return wins / (known.length * unknown.length);
}

/** Share of the unknown whose score is no higher than that of the `accepted` share of the known. */
export function passingShare(
  known: readonly number[],
  unknown: readonly number[],
  accepted: number,
): number {
  const limit = percentile(known, accepted);
  return mean(unknown.map((score) => (score <= limit ? 1 : 0)));
}

/** Nearest-rank percentile, `share` in 0…1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
