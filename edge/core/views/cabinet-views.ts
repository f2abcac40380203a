/** What a cabinet's door panel and the shopper's phone show, and what they may ask. */
import type { Person } from '../person.ts';
import type { Text } from '../ports.ts';
import type { DisputeReason } from '../visit/visit-events.ts';
import type { Comfort, Comforts } from './comfort.ts';
import type { CameraNotice, NoticeView } from './views.ts';

export type CabinetScreen =
  | 'ready'
  | 'authorising'
  | 'pull'
  | 'open'
  | 'counting'
  | 'review'
  | 'settled'
  | 'nothing-taken'
  | 'refused'
  | 'fault'
  | 'out-of-service';

export interface CabinetLineView {
  lineId: string;
  sku: string;
  name: Text;
  picture: string;
  quantity: number;
  unitPriceFen: number;
  amountFen: number;
  /** Where it stood and what the shelf weighed, once counted. */
  evidence?: { shelf: string; beforeGrams: number; afterGrams: number };
  /** The shopper asked about this line; `decided` once a person answered. */
  dispute?: { reason: DisputeReason; decided?: 'accepted' | 'refused' };
}

/** What was chosen at the door's panel is in its view; a phone keeps its own reader's choice. */
export interface CabinetView extends Comforts {
  cabinetId: string;
  storeName: Text;
  phone: string;
  screen: CabinetScreen;
  /** Unguessable name of the visit, for the phone's own page. */
  visitId?: string;
  /** What the cabinet thinks is in hand; final on `settled`. */
  lines: CabinetLineView[];
  count: number;
  totalFen: number;
  /** What is held before the door opens. */
  holdFen: number;
  /** On `pull`: so long may the door be opened, from when it was unlocked. */
  pullMs?: number;
  /** While open: shelves whose weight has not come to rest; their lines follow once it has. */
  weighing?: string[];
  /** While open: a reminder, an alarm, a foreign object to take out, or nothing is heard of it. */
  warning?: 'remind' | 'alarm' | 'foreign' | 'blind';
  /** Why the door stays shut, or what happens now, in words. */
  message?: Text;
  next?: Text;
  /** Money: held, being taken, paid, owed. */
  payment?: 'held' | 'taking' | 'paid' | 'owed' | 'none';
  probabilityBp?: number;
  receiptPath?: string;
  temperatureDeciCelsius?: number;
  /** On the first screen of a cabinet with a camera. */
  camera?: CameraNotice;
  notice?: NoticeView;
  /** Millimetres per CSS pixel of the door's panel; absent on the shopper's phone. */
  mmPerPx?: number;
}

/** POST /api/cabinets/:id/commands. */
export type CabinetCommand =
  /** A payment code, a member code or a staff code, as scanned or typed. */
  | { kind: 'open'; code: string }
  | { kind: 'dispute'; visitId: string; lineId?: string; reason: DisputeReason }
  | { kind: 'help' }
  | { kind: 'finish' }
  /** One comfort on or off at the panel, for this shopper. */
  | { kind: Comfort; on: boolean };

/** POST /api/cabinets/:id/decisions and /service on the operator's port. */
export type CabinetDecision =
  | {
      kind: 'decide-review';
      visitId: string;
      taken: { sku: string; location: string; pieces: number }[];
      note: string;
      by: Person;
    }
  | {
      kind: 'decide-dispute';
      visitId: string;
      disputeId: string;
      accepted: boolean;
      refundFen: number;
      note: string;
      by: Person;
      /** The second person, where much money goes back. */
      approvedBy?: Person;
    }
  | { kind: 'tidied'; by: Person }
  /** Unlocks the door for staff; nothing is counted and nothing charged. */
  | { kind: 'open-for-service'; reason: string; by: Person };

/** One cabinet on the operator's page. */
export interface CabinetOverview {
  cabinetId: string;
  screen: CabinetScreen;
  door: 'open' | 'shut' | 'unknown';
  temperatureDeciCelsius?: number;
  /** Since when somebody at the panel waits for help, ms since 1970. */
  helpSinceWallMs?: number;
  /** Pieces that lie where they do not belong. */
  astray: number;
  /** Bills whose hold could not be turned into money. */
  debts: { saleId: string; amountFen: number }[];
  /** Money going back after a dispute: `by-hand` where the acquirer refused it. */
  refunds: { saleId: string; amountFen: number; state: 'asked' | 'by-hand' }[];
}

/** One visit that waits for a person, with all its evidence. */
export interface ReviewView {
  visitId: string;
  cabinetId: string;
  why: 'review' | 'dispute';
  reasons: string[];
  payerTail: string;
  atWallMs: number;
  likeliest: { taken: { sku: string; location: string; name: Text; pieces: number }[]; bp: number };
  runnerUp?: { taken: { sku: string; location: string; name: Text; pieces: number }[]; bp: number };
  steps: { cell: string; deltaGrams: number }[];
  /** What a camera made of grasps, best first at each; empty where there is none. */
  sights: { cell: string; name: Text; bp: number }[];
  cells: { cell: string; goods: Text[]; beforeGrams: number; afterGrams: number }[];
  disputes: {
    disputeId: string;
    reason: DisputeReason;
    lineId?: string;
    name?: Text;
    /** What the line came to. */
    amountFen?: number;
  }[];
  totalFen: number;
  /** Everything that could have been taken; `near` stands on a cell that changed. */
  slots: {
    sku: string;
    location: string;
    name: Text;
    unitPriceFen: number;
    near: boolean;
  }[];
}
