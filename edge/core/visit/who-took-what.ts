/**
 * Who took what: the likeliest story behind a sequence of weight changes. Every change is explained
 * by pieces taken from the cell, pieces the shopper held and put back (each known by the very
 * weight it had when it was taken), or an object that is no article. A beam of stories is carried
 * from change to change; stories that end with the same bill are added up.
 */
import { explainer } from './step-explanations.ts';
import { begin, type Story, tell } from './story.ts';
import type { Account, CountAnswer, Taken, TakingModel, WeightStep } from './taking.ts';

/** Stories carried on after each change. */
const BEAM = 80;
/** A story this much less likely than the best (natural logarithm) is given up. */
const HOPELESS = 16;

/** The answer for a visit's steps in order of time; no steps is an empty answer that is sure. */
export function whoTookWhat(model: TakingModel, steps: readonly WeightStep[]): CountAnswer {
  let stories: Story[] = [begin(model)];
  for (const [at, step] of steps.entries()) {
    const explain = explainer(model, step);
    // Told only where it is worth telling: most explanations are hopeless from the start.
    const told = stories.flatMap((story) =>
      explain(story).map((why) => ({ story, why, odds: story.odds + why.odds })),
    );
    const most = told.reduce((best, { odds }) => Math.max(best, odds), Number.NEGATIVE_INFINITY);
    const likely = told.filter(({ odds }) => odds > most - HOPELESS);
    if (likely.length > 2 * BEAM) likely.sort((a, b) => b.odds - a.odds);
    const next = likely.slice(0, 2 * BEAM).map(({ story, why }) => tell(story, step, at, why));
    stories = prune(merge(next));
  }
  return answerOf(stories);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Stories that go on alike are one: the same pieces in hand, the same lying about. */
function merge(stories: Story[]): Story[] {
  const byKey = new Map<string, Story>();
  for (const story of stories) {
    const known = byKey.get(story.key);
    if (!known) byKey.set(story.key, story);
    else {
      const [more, less] = known.odds >= story.odds ? [known, story] : [story, known];
      const odds = more.odds + Math.log1p(Math.exp(less.odds - more.odds));
      byKey.set(story.key, { ...more, odds });
    }
  }
  return [...byKey.values()];
}

function prune(stories: Story[]): Story[] {
  const sorted = stories.toSorted((a, b) => b.odds - a.odds || compare(a.key, b.key));
  const best = sorted[0]?.odds ?? 0;
  return sorted.slice(0, BEAM).filter(({ odds }) => odds > best - HOPELESS);
}

/** What would be charged: the same bill is the same answer, whichever piece of a kind it is. */
function billOf(story: Story): string {
  const skus = story.held.map(({ sku }) => sku).sort(compare);
  return `${skus.join(',')}${story.foreign.size > 0 ? '+foreign' : ''}`;
}

function answerOf(stories: Story[]): CountAnswer {
  const most = Math.max(...stories.map(({ odds }) => odds));
  const total = stories.reduce((sum, { odds }) => sum + Math.exp(odds - most), 0);
  const bills = new Map<string, { story: Story; probability: number }>();
  for (const story of stories) {
    const probability = Math.exp(story.odds - most) / total;
    const known = bills.get(billOf(story));
    if (!known) bills.set(billOf(story), { story, probability });
    else known.probability += probability;
  }
  const ranked = [...bills.values()].toSorted((a, b) => b.probability - a.probability);
  const [first, second] = ranked;
  if (!first) throw new Error('a visit without a story');
  return {
    best: accountOf(first.story, Math.min(1, first.probability)),
    ...(second && { runnerUp: accountOf(second.story, second.probability) }),
    strange: first.story.strange,
    weighed: first.story.weighed,
  };
}

function accountOf(story: Story, probability: number): Account {
  const taken = new Map<string, Taken>();
  for (const { sku, location } of story.held) {
    const key = `${sku}\0${location}`;
    const known = taken.get(key);
    taken.set(key, { sku, location, pieces: (known?.pieces ?? 0) + 1 });
  }
  const misplaced = story.lying.flatMap(({ cell, lying }) =>
    lying.flatMap(({ sku, location, misplaced: weight, pieces }) =>
      weight && pieces > 0
        ? [
            {
              sku,
              location,
              cell,
              grams: Math.round(weight.meanGrams),
              spreadGrams: Math.max(1, Math.round(weight.spreadGrams)),
            },
          ]
        : [],
    ),
  );
  return {
    taken: [...taken.values()],
    putBacks: story.putBacks,
    misplaced,
    foreign: story.foreign.size > 0,
    probability,
  };
}
