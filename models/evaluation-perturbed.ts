/** The judged pictures once more, each disturbed as a scale's camera would. */
import { seeded } from './chance.ts';
import { type Embed, judge, type Seen } from './evaluation-figures.ts';
import { type LabelledPicture, readPicture } from './evaluation-table.ts';
import type { Gallery } from './gallery.ts';
import { voteOf } from './looks.ts';
import { type Judged, topShare } from './metrics.ts';
import { PERTURBATIONS, perturbed } from './perturb.ts';

export interface PerturbationRow {
  name: string;
  n: number;
  top1: number;
  top3: number;
  /** Share that is sharp enough to be judged; the others are asked to be taken again. */
  passed: number;
  /** Among these. */
  passedTop1: number;
  /** Three pictures of the same goods voted, each disturbed anew. */
  votedTop1: number;
}

const VOTES = 3;

export async function perturbationRows(
  test: readonly LabelledPicture[],
  gallery: Gallery,
  coarseOf: ReadonlyMap<string, string>,
  embed: Embed,
  seed: number,
  sharpEnough: number,
): Promise<PerturbationRow[]> {
  const rows: PerturbationRow[] = [];
  const known = test.filter(({ fine }) => coarseOf.has(fine));
  for (const perturbation of PERTURBATIONS) {
    const random = seeded(seed);
    const judged: Judged[] = [];
    const voted: Judged[] = [];
    const passed: Judged[] = [];
    for (const picture of known) {
      const jpeg = readPicture(picture.path);
      const takes: Seen[] = [];
      const votes = perturbation.varies ? VOTES : 1;
      for (let take = 0; take < votes; take += 1) {
        takes.push(await embed(await perturbed(jpeg, perturbation, random), picture.path));
      }
      const [first] = takes as [Seen, ...Seen[]];
      const one = judge({ ...picture, ...first }, gallery, coarseOf);
      judged.push(one);
      if (first.sharpness >= sharpEnough) passed.push(one);
      const embedding = voteOf(takes.map((take) => take.embedding));
      voted.push(judge({ ...picture, ...first, embedding }, gallery, coarseOf));
    }
    rows.push({
      ...{ name: perturbation.name, n: judged.length },
      ...{ top1: topShare(judged, 1), top3: topShare(judged, 3) },
      ...{ passed: passed.length / Math.max(1, judged.length), passedTop1: topShare(passed, 1) },
      votedTop1: topShare(voted, 1),
    });
  }
  return rows;
}
