/** What the operator's recognition pages show. Probabilities and shares in 1/10 000. */
import type { Refusal, Text } from '../ports.ts';

/** An article as a page names it. */
export interface ArticleView {
  sku: string;
  name: Text;
  picture: string;
}

/** A weighing that the camera was unsure of, or that was chosen as something else than it saw. */
export interface ReviewView {
  reviewId: string;
  atWallMs: number;
  /** The lane or counter. */
  at: string;
  why: 'contradicted' | 'unsure';
  chosen: ArticleView;
  grams?: number;
  /** What the camera took it for, best first. */
  candidates: (ArticleView & { confidenceBp: number })[];
  /** `/api/recognition/pictures/:id` has one. */
  pictured: boolean;
  decided?: { verdict: 'relabelled' | 'skipped'; as?: ArticleView; wallMs: number };
}

/** Two articles taken for each other, in either direction. */
export interface ConfusedView {
  a: ArticleView;
  b: ArticleView;
  times: number;
  /** Shoppers were asked to look once more so often, and so often the choice stood. */
  asked: number;
  kept: number;
  /** How often the cheaper of the two was what was chosen; undefined where they cost the same. */
  cheaper?: number;
}

export interface HitDayView {
  day: string;
  seen: number;
  first: number;
  firstFour: number;
  unknown: number;
  byHand: number;
  sales: number;
  helped: number;
}

/** What a publication would come to, or came to. */
export interface RefitView {
  what: 'rehearse' | 'publish';
  state: 'working' | 'done' | 'refused';
  heldOut?: number;
  rightBefore?: number;
  rightAfter?: number;
  /** Pictures of articles learnt for the first time, held out as well. */
  newcomers?: { n: number; right: number };
  /** Articles that lose pictures, worst first. */
  lost?: (ArticleView & { pictures: number })[];
  version?: number;
  /** A rehearsal that a publication would refuse. */
  worse?: boolean;
  refusal?: Refusal;
}

export interface LearntView extends ArticleView {
  samples: number;
  /** What it can be found by besides its name. */
  pinyin: string[];
  plu?: string;
}

/** GET /api/recognition */
export interface RecognitionRoomView {
  model: {
    state: 'starting' | 'ready' | 'unavailable';
    why?: Text;
    next?: Text;
    packId: string;
    packSha256: string;
    /** Counter of a model that came with an update and waits for somebody to put it in force. */
    newer?: number;
  };
  /** Why what was learnt cannot be used. */
  galleryRefusal?: Refusal;
  version: number;
  items: number;
  samples: number;
  /** Articles of this store told apart by sight. */
  toLearn: number;
  /** Taught or taken back and not yet published. */
  unpublished: boolean;
  /** Pictures from sales that wait for the next publication. */
  waitingFromSales: number;
  refused?: Refusal;
  refit?: RefitView;
  /** The store's policy on pictures; left out: none is kept. */
  keeps?: { hours: number; most: number };
  queue: ReviewView[];
  /** Newest first, so that the last decision can be undone. */
  decided: ReviewView[];
  /** Of the last seven days. */
  confused: ConfusedView[];
  /** Goods that lay there in more than their label said, at a lane, in the last seven days. */
  heavier: (ArticleView & { asked: number; kept: number })[];
  days: HitDayView[];
  counters: { id: string; teaching?: { sku: string; shots: number } }[];
  learnt: LearntView[];
}

export interface SampleCardView {
  sampleId: string;
  origin: 'taught' | 'sold' | 'imported' | 'reviewed';
  pictured: boolean;
}

/** GET /api/recognition/versions */
export interface VersionView {
  version: number;
  savedWallMs: number;
  items: number;
  samples: number;
}

/** GET /api/recognition/packs: a model, and how many articles it was taught. */
export interface PackView {
  name: string;
  state: 'current' | 'newer' | 'previous' | 'kept';
  id: string;
  counter: number;
  sha256: string;
  items: number;
}

/** GET /api/recognition/counters/:id/look: what the next shot would be. */
export interface LookView {
  /** Base64 of the pan alone, as JPEG. */
  jpeg: string;
  /** `same`: much like the shot before; it may be taken all the same. */
  verdict: 'fine' | 'empty' | 'moving' | 'dark' | 'blurred' | 'same';
  grams?: number;
  candidates: (ArticleView & { confidenceBp: number })[];
}

/** Shots that a new article wants, and beyond which more add little. */
export const SHOTS_WANTED = 10;
export const SHOTS_MOST = 20;
