/** One story of a visit as far as it is told: what is in hand, what lies where, how likely. */
import type { Account, CellLoad, Lying, PieceWeight, TakingModel, WeightStep } from './taking.ts';

/** A piece in the shopper's hand, with the weight it was seen to have. */
export interface Held extends PieceWeight {
  sku: string;
  location: string;
  /** Cell it was lifted from. */
  cell: string;
  /** Tells it from others: pieces of one kind differ by the weight they were seen to have. */
  mark: string;
}

/** What one change was: numbers are places in the story's lists. */
export interface Explanation {
  /** Places in the cell's list of what lies there, once for each piece. */
  takes: number[];
  /** Places in the story's list of what is held. */
  puts: number[];
  /** Mass of an object that is no article: put down, or picked up again where negative. */
  foreignGrams?: number;
  /** Natural logarithm of prior and likelihood. */
  odds: number;
}

export interface Story {
  held: Held[];
  lying: CellLoad[];
  /** Objects that are no articles, by cell, in grams. */
  foreign: ReadonlyMap<string, number>;
  putBacks: Account['putBacks'];
  /** Changes that needed an object which is no article. */
  strange: number;
  weighed: { sku: string; grams: number; noiseGrams: number }[];
  odds: number;
  /** Equal for stories that go on alike. */
  key: string;
}

export const begin = ({ cells }: TakingModel): Story => ({
  held: [],
  lying: cells.map(({ cell, lying }) => ({ cell, lying })),
  foreign: new Map(),
  putBacks: [],
  strange: 0,
  weighed: [],
  odds: 0,
  key: '',
});

export const lyingOn = ({ lying }: Pick<Story, 'lying'>, cell: string): Lying[] =>
  lying.find((each) => each.cell === cell)?.lying ?? [];

/** Whether an article's own slot is on this cell. */
export const isHome = (lying: Lying[], sku: string): boolean =>
  lying.some((each) => each.sku === sku && each.misplaced === undefined);

type Known = PieceWeight & { sign: 1 | -1 };

/** Each piece's weight once the change is known: the surplus is shared by how unsure each was. */
function learned(parts: Known[], step: WeightStep): PieceWeight[] {
  const expected = parts.reduce((sum, { meanGrams, sign }) => sum + sign * meanGrams, 0);
  const variance =
    parts.reduce((sum, { spreadGrams }) => sum + spreadGrams ** 2, 0) + step.noiseGrams ** 2;
  const surplus = step.deltaGrams - expected;
  return parts.map(({ meanGrams, spreadGrams, sign }) => {
    const gain = spreadGrams ** 2 / variance;
    return {
      meanGrams: meanGrams + sign * gain * surplus,
      spreadGrams: spreadGrams * Math.sqrt(Math.max(0.01, 1 - gain)),
    };
  });
}

/** The story with one more change told. */
export function tell(
  story: Story,
  step: WeightStep,
  at: number,
  why: Explanation & { weights: PieceWeight[] },
): Story {
  const lying = lyingOn(story, step.cell);
  const puts = why.puts.map((place) => story.held[place]!);
  const takes = why.takes.map((place) => lying[place]!);
  const parts: Known[] = [
    ...why.weights.map((weight) => ({ ...weight, sign: -1 as const })),
    ...puts.map(({ meanGrams, spreadGrams }) => ({ meanGrams, spreadGrams, sign: 1 as const })),
  ];
  const after = why.foreignGrams === undefined ? learned(parts, step) : parts;
  const held = story.held.filter((_, place) => !why.puts.includes(place));
  const taken = takes.map(({ sku, location }, n) => {
    const { meanGrams, spreadGrams } = after[n]!;
    const mark = `${sku}@${location}${meanGrams | 0}`;
    return { sku, location, cell: step.cell, meanGrams, spreadGrams, mark };
  });
  const returned = puts.map((piece, n) => ({ ...piece, ...after[takes.length + n]! }));
  const next = [...held, ...taken];
  const nextLying = story.lying.map((each) =>
    each.cell === step.cell ? { ...each, lying: moved(lying, why.takes, returned) } : each,
  );
  const foreign = foreignAfter(story.foreign, step.cell, why.foreignGrams);
  const single = takes.length === 1 && puts.length === 0 && !takes[0]?.misplaced;
  return {
    held: next,
    lying: nextLying,
    foreign,
    putBacks: [
      ...story.putBacks,
      ...puts.map(({ sku }) => ({
        sku,
        cell: step.cell,
        home: isHome(lying, sku),
        step: at,
      })),
    ],
    strange: story.strange + (why.foreignGrams === undefined ? 0 : 1),
    weighed: single
      ? [
          ...story.weighed,
          { sku: takes[0]!.sku, grams: -step.deltaGrams, noiseGrams: step.noiseGrams },
        ]
      : story.weighed,
    odds: story.odds + why.odds,
    key: keyOf(next, nextLying, foreign),
  };
}

function moved(lying: Lying[], takes: number[], returned: (Held & PieceWeight)[]): Lying[] {
  const less = lying.map((each, place) => {
    const gone = takes.filter((take) => take === place).length;
    return gone > 0 ? { ...each, pieces: each.pieces - gone } : each;
  });
  const kept = less.filter(({ misplaced, pieces }) => !misplaced || pieces > 0);
  for (const { sku, location, meanGrams, spreadGrams } of returned) {
    const home = kept.findIndex((each) => each.sku === sku && !each.misplaced);
    const slot = kept[home];
    if (slot) kept[home] = { ...slot, pieces: slot.pieces + 1 };
    else kept.push({ sku, location, pieces: 1, misplaced: { meanGrams, spreadGrams } });
  }
  return kept;
}

/** Marks a mass that left a cell and is no article: nobody knows what it was. */
const MISSING = ' missing';

function foreignAfter(
  foreign: Story['foreign'],
  cell: string,
  grams: number | undefined,
): Story['foreign'] {
  if (grams === undefined) return foreign;
  const next = new Map(foreign);
  if (grams > 0) next.set(cell, grams + (foreign.get(cell) ?? 0));
  else if (!next.delete(cell)) next.set(`${cell}${MISSING}`, grams);
  return next;
}

function keyOf(held: Held[], lying: CellLoad[], foreign: Story['foreign']): string {
  const hand = held.map(({ mark }) => mark);
  const astray: string[] = [];
  for (const { cell, lying: here } of lying)
    for (const { sku, misplaced } of here) if (misplaced) astray.push(`${cell}:${sku}`);
  return [...hand.sort(), '|', ...astray.sort(), '|', ...foreign.keys()].join();
}
