/** Words of the solver that says who took what: pieces, cells, steps, and its answer. */

/** What one piece of an article weighs: mean and deviation of single pieces. */
export interface PieceWeight {
  meanGrams: number;
  spreadGrams: number;
}

/** Pieces of one article that may lie on a cell. */
export interface Lying {
  sku: string;
  /** The slot they are booked to: `cabinet-1/2/3`. */
  location: string;
  /** By the books; what the books do not know of may still lie there, but seldom does. */
  pieces: number;
  /** Put down here by a shopper, though it belongs elsewhere. */
  misplaced?: PieceWeight;
}

export interface CellLoad {
  cell: string;
  lying: Lying[];
}

/** One change of one cell, from level to level. */
export interface WeightStep {
  cell: string;
  deltaGrams: number;
  /** Uncertainty of `deltaGrams`. */
  noiseGrams: number;
  atMs: number;
  /** What a camera made of it: 0 to 1 for each article; left out where nothing could be seen. */
  seen?: ReadonlyMap<string, number>;
}

export interface Taken {
  sku: string;
  location: string;
  pieces: number;
}

/** A piece that lies where it does not belong. */
export interface Misplaced {
  sku: string;
  location: string;
  cell: string;
  grams: number;
  spreadGrams: number;
}

export interface Account {
  /** What the shopper holds at the end, by article and the slot it came from. */
  taken: Taken[];
  /** Pieces that went back, to their own cell or another. */
  putBacks: { sku: string; cell: string; home: boolean; step: number }[];
  misplaced: Misplaced[];
  /** Something that is no article was left on a shelf. */
  foreign: boolean;
  /** 0 to 1, over every account of the same steps. */
  probability: number;
}

export interface CountAnswer {
  best: Account;
  /** The next likeliest that would make another bill. */
  runnerUp?: Account;
  /** Steps that the best account explains only by an object that is no article. */
  strange: number;
  /** Single pieces that the best account weighed, to learn an article's spread from. */
  weighed: { sku: string; grams: number; noiseGrams: number }[];
}

/** What the solver must be told of the cabinet. */
export interface TakingModel {
  cells: readonly CellLoad[];
  weightOf(sku: string): PieceWeight | undefined;
}
