/**
 * What stands in a simulated cabinet: shelves, load cells under groups of slots, articles. A cell
 * carries neighbouring slots whose articles differ clearly in weight; articles that weigh alike
 * stand on different cells. That is how such cabinets are laid out, and what makes them count.
 */
import type { Random } from './runtime.ts';

export interface SpecSlot {
  slotId: string;
  sku: string;
  /** What one piece weighs on average. */
  unitGrams: number;
  pieces: number;
  capacity: number;
}

export interface SpecCell {
  /** Bus address on its shelf. */
  address: number;
  slots: SpecSlot[];
}

export interface SpecShelf {
  shelfId: string;
  /** Device id of the shelf's bus. */
  device: string;
  cells: SpecCell[];
}

export interface CabinetSpec {
  cabinetId: string;
  shelves: SpecShelf[];
}

const SLOTS_ON_A_CELL = 2;
const CELLS_ON_A_SHELF = 6;
/** What grasps of one cell must differ by, in their deviations. */
const APART = 3.5;
/** Up to so many pieces of a kind at one grasp. */
const MOST_AT_ONCE = 4;
const CV = 0.02;

/** Twelve weights of one shelf, of which three pairs lie within 5 g of each other. */
function shelfWeights(random: Random): number[] {
  const pairs = [150, 330, 560].flatMap((grams) => {
    const one = Math.round(grams * (0.9 + 0.2 * random()));
    return [one, one + 1 + Math.floor(5 * random())];
  });
  const singles = [95, 215, 260, 430, 740, 960].map((grams) =>
    Math.round(grams * (0.95 + 0.1 * random())),
  );
  return [...pairs, ...singles];
}

/** Grasps of these that may be taken for one another: up to four of a kind, or one of each. */
function clashes(weights: number[]): number {
  const grasps: { grams: number; spread: number }[] = [];
  for (const [at, a] of weights.entries()) {
    for (let n = 1; n <= MOST_AT_ONCE; n += 1)
      grasps.push({ grams: n * a, spread: Math.sqrt(n) * a * CV });
    for (const b of weights.slice(at + 1))
      grasps.push({ grams: a + b, spread: Math.hypot(a * CV, b * CV) });
  }
  return grasps.reduce(
    (sum, a, at) =>
      sum +
      grasps
        .slice(at + 1)
        .filter((b) => Math.abs(a.grams - b.grams) <= APART * Math.hypot(a.spread, b.spread))
        .length,
    0,
  );
}

/** Deals twelve weights on six cells so that every cell can be told apart as well as may be. */
function deal(weights: number[], random: Random): number[][] {
  let best: { cells: number[][]; clashes: number } | undefined;
  for (let tries = 0; tries < 3_000 && best?.clashes !== 0; tries += 1) {
    const left = [...weights];
    const cells = Array.from({ length: CELLS_ON_A_SHELF }, () =>
      Array.from(
        { length: SLOTS_ON_A_CELL },
        () => left.splice(Math.floor(random() * left.length), 1)[0]!,
      ),
    );
    const sum = cells.reduce((all, cell) => all + clashes(cell), 0);
    if (!best || sum < best.clashes) best = { cells, clashes: sum };
  }
  return best!.cells;
}

/** A tall cabinet: `shelves` shelves of twelve articles, six load cells each. */
export function tallCabinet(random: Random, shelves = 4, cabinetId = 'cabinet-1'): CabinetSpec {
  return {
    cabinetId,
    shelves: Array.from({ length: shelves }, (_unused, at) => {
      const shelfId = String(at + 1);
      const cells = deal(shelfWeights(random), random);
      return {
        shelfId,
        device: `shelf-${shelfId}`,
        cells: cells.map((weights, cell) => ({
          address: cell + 1,
          slots: weights.map((unitGrams, slot) => ({
            slotId: `${cell * SLOTS_ON_A_CELL + slot + 1}`,
            sku: `c${shelfId}${String(cell * SLOTS_ON_A_CELL + slot + 1).padStart(2, '0')}`,
            unitGrams,
            pieces: 8,
            capacity: 10,
          })),
        })),
      };
    }),
  };
}

/** The same cabinet behind one device, which counts all its cells. */
export function onOneUnit({ cabinetId, shelves }: CabinetSpec, device: string): CabinetSpec {
  let address = 0;
  return {
    cabinetId,
    shelves: shelves.map(({ shelfId, cells }) => ({
      ...{ shelfId, device },
      cells: cells.map(({ slots }) => ({ address: ++address, slots })),
    })),
  };
}
