/**
 * Fits what a pack claims to pictures of items its backbone never saw, as new goods are in a store:
 * the temperature of its probabilities and the odds of _unknown_. Pictures that a backbone was
 * trained on are known by heart and would make it far too sure.
 */
import { lossOf } from './assessment.ts';
import { seeded, shuffled } from './chance.ts';
import type { RecogniserClock } from './contract.ts';
import type { Embedded } from './evaluation-figures.ts';
import { byItem, embedAll, embedder, enrol, refuseOverlap } from './evaluation-seen.ts';
import { EvaluationError, type LabelledPicture, readPictures } from './evaluation-table.ts';
import { type Calibration, type Gallery, type GalleryPack, SAMPLES_MAX } from './gallery.ts';
import { mean, rocArea } from './metrics.ts';
import { fitOdds, type Sight } from './odds.ts';
import { galleryPack, openPack } from './pack.ts';
import { startRecogniser } from './recogniser.ts';

export interface CalibrateOptions {
  /** A sister pack, whose backbone was trained without the items of `unseen`. */
  packFile: string;
  /** CSV files; see `readPictures`. */
  learn: string;
  learnSplit?: string;
  /** Other pictures of the known items, for what a known one looks like. */
  test: string;
  testSplit?: string;
  unseen: readonly string[];
  seed: number;
  clock: RecogniserClock;
  progress?: (seen: number) => void;
}

export interface Calibrated {
  calibration: Calibration;
  /** Mean −ln of the right item's probability at each temperature tried. */
  losses: { temperature: number; loss: number }[];
  /** How well the odds tell unknown from known, on the pictures they were fitted to. */
  auroc: number;
  known: number;
  unknown: number;
}

const SHOTS = [3, 5];
const DRAWS = 4;
const TEMPERATURES = [0.035, 0.04, 0.045, 0.05, 0.055, 0.06, 0.065, 0.07, 0.08, 0.1];
/** Of the goods on a store's scale, those it was not taught; chosen, not measured. */
const UNKNOWN_SHARE = 0.1;

/** Throws EvaluationError where a list, a picture or the model cannot be used. */
export async function calibrate(options: CalibrateOptions): Promise<Calibrated> {
  const { packFile, learn, learnSplit, test, testSplit, unseen, clock, progress } = options;
  const learning = readPictures(learn, learnSplit);
  const strange = ({ fine }: { fine: string }) => unseen.includes(fine);
  refuseFew(learning, unseen);
  const others = readPictures(test, testSplit).filter((row) => !strange(row));
  if (others.length === 0) throw new EvaluationError('CSV_EMPTY', `${test}: no known item`);
  refuseOverlap(learning, others);
  const opened = openPack(packFile);
  if (!opened.ok) throw new EvaluationError('MODEL_UNUSABLE', opened.detail);
  const recogniser = startRecogniser({ packDir: packFile, clock, runLimitMs: 30_000 });
  try {
    const embed = embedder(recogniser, progress);
    const learned = await embedAll(learning, embed);
    const judged = await embedAll(others, embed);
    const [unknown, known] = [learned.filter(strange), learned.filter((row) => !strange(row))];
    const pack = galleryPack(opened.pack);
    const losses = lossesOf(pack, known, unknown, options.seed);
    const sights = (rows: readonly Embedded[]) => sightsOf(pack, known, rows);
    return oddsOf(losses, sights(judged), sights(unknown));
  } finally {
    await recogniser.close();
  }
}

/** Every unseen item must have pictures left to ask about once the shots are taught. */
function refuseFew(learning: readonly LabelledPicture[], unseen: readonly string[]): void {
  if (unseen.length === 0) throw new EvaluationError('OPTION_RANGE', 'unseen: no item');
  const least = Math.max(...SHOTS) + 1;
  for (const item of unseen) {
    const { length } = learning.filter(({ fine }) => fine === item);
    if (length < least)
      throw new EvaluationError('OPTION_RANGE', `unseen ${item}: ${length} pictures of ${least}`);
  }
}

/** Each draw teaches a few of the unseen items' pictures and asks about all the others. */
function lossesOf(
  pack: GalleryPack,
  known: readonly Embedded[],
  unknown: readonly Embedded[],
  seed: number,
): Calibrated['losses'] {
  const random = seeded(seed);
  const lists = TEMPERATURES.map((): number[] => []);
  for (const shots of SHOTS.flatMap((each) => Array<number>(DRAWS).fill(each))) {
    const drawn = byItem(unknown).map(([, rows]) => shuffled(rows, random));
    const taught = drawn.flatMap((rows) => rows.slice(0, shots));
    const gallery = taughtWith(pack, [...known, ...taught]);
    gallery.tune({ weight: 0, temperature: 1 });
    for (const { embedding, fine } of drawn.flatMap((rows) => rows.slice(shots))) {
      const { candidates } = gallery.recognise(embedding, { limit: gallery.items() });
      TEMPERATURES.forEach((temperature, at) => {
        lists[at]?.push(lossOf(candidates, fine, temperature));
      });
    }
  }
  return TEMPERATURES.map((temperature, at) => ({ temperature, loss: mean(lists[at] ?? []) }));
}

const taughtWith = (pack: GalleryPack, rows: readonly Embedded[]): Gallery =>
  enrol(
    pack,
    byItem(rows).flatMap(([, all]) => all.slice(0, SAMPLES_MAX)),
  );

/**
 * The best score and its lead over the second, in a store that was taught the known items only.
 * Odds that are one of the two alone give it back.
 */
function sightsOf(
  pack: GalleryPack,
  known: readonly Embedded[],
  rows: readonly Embedded[],
): Sight[] {
  const reading = (unknown: Calibration['unknown']) => {
    const gallery = taughtWith({ ...pack, calibration: { ...pack.calibration, unknown } }, known);
    return ({ embedding }: Embedded) => {
      const { unknownProbability } = gallery.recognise(embedding);
      return Math.log(unknownProbability / (1 - unknownProbability));
    };
  };
  const best = reading({ offset: 0, score: 1, margin: 0 });
  const lead = reading({ offset: 0, score: 0, margin: 1 });
  return rows.map((row) => ({ best: best(row), lead: lead(row) }));
}

/** More digits than these would say nothing. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

function oddsOf(
  losses: Calibrated['losses'],
  known: readonly Sight[],
  unknown: readonly Sight[],
): Calibrated {
  const { offset, score, margin } = fitOdds(known, unknown, UNKNOWN_SHARE);
  const odds = { offset: rounded(offset), score: rounded(score), margin: rounded(margin) };
  const doubts = (sights: readonly Sight[]) =>
    sights.map(({ best, lead }) => odds.score * best + odds.margin * lead);
  const { temperature } = losses.reduce((least, each) => (each.loss < least.loss ? each : least));
  return {
    calibration: { temperature, unknown: odds },
    losses,
    auroc: rocArea(doubts(known), doubts(unknown)) ?? 0,
    ...{ known: known.length, unknown: unknown.length },
  };
}
