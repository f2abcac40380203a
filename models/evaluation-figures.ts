/** What an evaluation counts: places, claims, unknowns let in, pairs taken for each other. */
import type { LabelledPicture } from './evaluation-table.ts';
import type { Gallery } from './gallery.ts';
import {
  calibrationError,
  type Judged,
  macroShare,
  passingShare,
  percentile,
  rocArea,
  topShare,
} from './metrics.ts';

export interface Embedded extends LabelledPicture {
  embedding: Float32Array;
  /** Variance of the Laplacian of the luminance. */
  sharpness: number;
  ms: number;
}

/** One picture through the model; throws EvaluationError where it cannot be seen. */
export type Embed = (jpeg: Uint8Array, path: string) => Promise<Seen>;
export type Seen = Pick<Embedded, 'embedding' | 'sharpness' | 'ms'>;

export interface ConfusionPair {
  /** The item that lay there, and the one named first. */
  shown: string;
  taken: string;
  times: number;
}

export interface Figures {
  /** Pictures judged that show an item learned, and how many items were learned. */
  n: number;
  classes: number;
  top1: number;
  top3: number;
  top4: number;
  top5: number;
  /** Share whose first candidate is of the right kind. */
  coarse1: number;
  macro: number;
  ece: number;
  /** Share called confident (probability ≥ 0.9), and how often these were right. */
  confident: { share: number; right: number };
  /** Only where unknown pictures were judged. */
  auroc?: number;
  unknownN?: number;
  /** Share of unknown pictures let in where 95 % of the known ones are. */
  unknownPass95?: number;
  /** Decoding, cropping and inference of one picture, in the child. */
  p50Ms: number;
  p95Ms: number;
  /** The pairs most often taken for each other, at most ten. */
  confusions: ConfusionPair[];
}

const CONFIDENT = 0.9;
const PAIRS_MAX = 10;
const ACCEPTED = 0.95;

/** `coarseOf` knows every item learned; a picture of another counts as unknown. */
export function figuresOf(
  tested: readonly Embedded[],
  judged: readonly Judged[],
  coarseOf: ReadonlyMap<string, string>,
): Figures {
  const known = judged.filter(({ fine }) => coarseOf.has(fine));
  const unknown = judged.filter(({ fine }) => !coarseOf.has(fine));
  const [sure, strange] = [doubts(known), doubts(unknown)];
  const auroc = rocArea(sure, strange);
  const milliseconds = tested.map(({ ms }) => ms);
  const claimed = known.filter(({ confidence }) => confidence >= CONFIDENT);
  return {
    n: known.length,
    classes: coarseOf.size,
    top1: topShare(known, 1),
    top3: topShare(known, 3),
    top4: topShare(known, 4),
    top5: topShare(known, 5),
    coarse1: known.filter(({ coarseRight }) => coarseRight).length / Math.max(1, known.length),
    macro: macroShare(known),
    ece: calibrationError(known),
    confident: { share: claimed.length / Math.max(1, known.length), right: topShare(claimed, 1) },
    ...(auroc !== undefined && {
      auroc,
      unknownN: unknown.length,
      unknownPass95: passingShare(sure, strange, ACCEPTED),
    }),
    p50Ms: percentile(milliseconds, 0.5),
    p95Ms: percentile(milliseconds, 0.95),
    confusions: confusionsOf(known),
  };
}

const doubts = (rows: readonly Judged[]) =>
  rows.map(({ unknownProbability }) => unknownProbability);

export function judge(
  row: Embedded,
  gallery: Gallery,
  coarseOf: ReadonlyMap<string, string>,
): Judged {
  const { candidates, unknownProbability } = gallery.recognise(row.embedding, { limit: 5 });
  const place = candidates.findIndex(({ sku }) => sku === row.fine);
  const first = candidates[0]?.sku ?? '';
  return {
    fine: row.fine,
    coarse: row.coarse,
    first,
    place: place < 0 ? Number.POSITIVE_INFINITY : place,
    coarseRight: coarseOf.get(first) === row.coarse,
    confidence: candidates[0]?.probability ?? 0,
    unknownProbability,
  };
}

/** Most frequent first; equals in the order of their names. */
export function confusionsOf(judged: readonly Judged[]): ConfusionPair[] {
  const pairs = new Map<string, ConfusionPair>();
  for (const { fine, first, place } of judged) {
    if (place === 0) continue;
    const key = `${fine}\0${first}`;
    const pair = pairs.get(key) ?? { shown: fine, taken: first, times: 0 };
    pair.times += 1;
    pairs.set(key, pair);
  }
  return [...pairs]
    .sort(([a, one], [b, other]) => other.times - one.times || (a < b ? -1 : 1))
    .slice(0, PAIRS_MAX)
    .map(([, pair]) => pair);
}

export interface NovelFigures {
  /** Pictures of new items judged, and how well they are known from their few shots. */
  n: number;
  top1: number;
  top3: number;
  /** Of the other items, without and with the new ones in the gallery. */
  knownTop1Before: number;
  knownTop1: number;
}

/** `before` judged by a gallery without the new items, `after` by one with them. */
export function novelFigures(
  before: readonly Judged[],
  after: readonly Judged[],
  novel: readonly string[],
): NovelFigures {
  const isNew = ({ fine }: Judged) => novel.includes(fine);
  const fresh = after.filter(isNew);
  return {
    n: fresh.length,
    top1: topShare(fresh, 1),
    top3: topShare(fresh, 3),
    knownTop1Before: topShare(
      before.filter((row) => !isNew(row)),
      1,
    ),
    knownTop1: topShare(
      after.filter((row) => !isNew(row)),
      1,
    ),
  };
}
