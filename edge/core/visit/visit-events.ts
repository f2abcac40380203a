/**
 * Events of a cabinet: one visit from the payer's code to the bill, and what happened while no
 * visit was. Weights in tenths of a gram, so that the ledger holds integers only.
 */
import type { SaleLine } from '../events.ts';
import type { Person } from '../person.ts';

/** Who answers for what is taken. Codes are never stored, only their tail. */
export interface Payer {
  kind: 'code' | 'member' | 'staff';
  /** Last four characters of what was shown, for support. */
  tail: string;
  /** The same person every time, where the acquirer or the member list says so. */
  payerId?: string;
}

export interface CellWeight {
  cell: string;
  deciGrams: number;
  /** Uncertainty of `deciGrams`. */
  noiseDeciGrams: number;
}

/** A new level of one cell, in the order in which they came. */
export interface LevelSeen extends CellWeight {
  monoMs: number;
}

/** What a camera made of a grasp, of the articles that lay on its cell and no others. */
export interface HandSeen {
  cell: string;
  /** Of the level that the grasp made. */
  monoMs: number;
  /** Probabilities in 1/10 000. */
  goods: { sku: string; bp: number }[];
  /** By which recognition finds the picture again while it remembers it. */
  sightingId?: string;
}

export interface TakenPieces {
  sku: string;
  /** Slot they came from. */
  location: string;
  pieces: number;
}

export interface StrayPiece {
  sku: string;
  location: string;
  cell: string;
  deciGrams: number;
  spreadDeciGrams: number;
}

/** The solver's answer as evidence. Probabilities in 1/10 000. */
export interface CountRecord {
  solver: string;
  taken: TakenPieces[];
  probabilityBp: number;
  runnerUp?: { taken: TakenPieces[]; probabilityBp: number };
  putBacks: { sku: string; cell: string; home: boolean }[];
  stray: StrayPiece[];
  foreign: boolean;
  /** Single pieces weighed, to learn an article's spread from. */
  weighed: { sku: string; deciGrams: number; noiseDeciGrams: number }[];
  steps: { cell: string; deltaDeciGrams: number; noiseDeciGrams: number }[];
}

export type ReviewReason =
  | 'unsure'
  | 'foreign-object'
  | 'power-cut'
  | 'left-open'
  | 'shelf-silent'
  | 'shelf-restless'
  | 'not-for-sale'
  | 'above-hold';

export type DisputeReason = 'not-taken' | 'wrong-item' | 'wrong-price' | 'other';

interface Named {
  visitId: string;
  cabinetId: string;
}

export interface VisitEventBodies {
  VisitStarted: Named & {
    purpose: 'shop' | 'service';
    payer: Payer;
    priceBookVersion: number;
    planogramVersion: number;
    /** Money to be held before the door opens; the order number is also the capture's. */
    hold?: { orderNo: string; amountFen: number };
    /** Opened from the operator's page: by whom, and why. */
    service?: { by: Person; reason: string };
  };
  HoldPlaced: Named & { orderNo: string; amountFen: number; payerId?: string };
  /** The payer was refused, or nobody could be asked: the door stays shut. */
  VisitRefused: Named & { reason: string };
  /** The intent, on the disk before the lock hears of it, with the weights before. */
  UnlockRequested: Named & { unlockId: string; lockNumber: number; weights: CellWeight[] };
  /** `unknown`: the pulse may have come through. It is never sent again. */
  UnlockAnswered: Named & {
    unlockId: string;
    result: 'open' | 'unknown' | 'failed';
    reason?: string;
  };
  DoorOpened: Named & { monoMs: number };
  LevelChanged: Named & LevelSeen;
  HandSeen: Named & HandSeen;
  DoorLeftOpen: Named & { step: 'remind' | 'alarm' | 'operator'; openMs: number };
  /** Something that lowers trust in the count. */
  VisitDoubted: Named & { reason: ReviewReason };
  DoorShut: Named & { monoMs: number };
  /** Every cell rests; from here the answer follows from what is on the disk. */
  ShelvesRested: Named & { weights: CellWeight[] };
  VisitSettled: Named & { bill: { saleId: string; totalFen: number }; count: CountRecord };
  NothingTaken: Named & { reason: 'not-opened' | 'nothing' | 'service'; count?: CountRecord };
  VisitReviewAsked: Named & { reasons: ReviewReason[]; count?: CountRecord };
  VisitFaulted: Named & { reason: string };
  /** A person looked at the evidence: the amendment that ends a review. */
  ReviewDecided: Named & {
    by: string;
    note: string;
    taken: TakenPieces[];
    bill?: { saleId: string; totalFen: number };
  };
  VisitDisputed: Named & { disputeId: string; lineId?: string; reason: DisputeReason };
  /** The amendment that answers a dispute; the money goes back by a refund of its own. */
  DisputeDecided: Named & {
    disputeId: string;
    by: string;
    note: string;
    accepted: boolean;
    refundFen: number;
    /** The refund of the bill, asked for in the same commit. */
    refundId?: string;
  };
  HoldReleaseRequested: Named & { orderNo: string; reason: string };
  HoldReleased: Named & { orderNo: string };
  /** The hold could not be turned into money: the payer owes this bill. */
  DebtRecorded: Named & { payerId: string; owed: { saleId: string; amountFen: number } };
  DebtCleared: Named & { payerId: string; owed: { saleId: string; amountFen: number } };
  /** The door opened and nobody had asked for it. */
  DoorForced: { cabinetId: string; lockNumber: number; monoMs: number };
  /** A weight changed behind a closed door: goods moved by no shopper. Never charged. */
  ShelfDisturbed: {
    cabinetId: string;
    cell: string;
    beforeDeciGrams: number;
    afterDeciGrams: number;
    cause: 'fell-or-leaked' | 'after-forced-door' | 'unexplained';
  };
  /** Somebody put strays back and says the shelves are as the planogram wants them. */
  ShelvesTidied: { cabinetId: string; by: string };
}

export const VISIT_EVENT_TYPES = [
  'VisitStarted',
  'HoldPlaced',
  'VisitRefused',
  'UnlockRequested',
  'UnlockAnswered',
  'DoorOpened',
  'LevelChanged',
  'HandSeen',
  'DoorLeftOpen',
  'VisitDoubted',
  'DoorShut',
  'ShelvesRested',
  'VisitSettled',
  'NothingTaken',
  'VisitReviewAsked',
  'VisitFaulted',
  'ReviewDecided',
  'VisitDisputed',
  'DisputeDecided',
  'HoldReleaseRequested',
  'HoldReleased',
  'DebtRecorded',
  'DebtCleared',
  'DoorForced',
  'ShelfDisturbed',
  'ShelvesTidied',
] as const satisfies readonly (keyof VisitEventBodies)[];

/** A line of a cabinet's bill before it is one: what the review or the count says was taken. */
export type BilledLine = Pick<SaleLine, 'sku' | 'quantity'> & { location: string };
