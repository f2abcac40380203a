/** The lane as its own parts see it. */
import { type LaneConfig, type LanePolicy, USUAL_POLICY } from '../config/config.ts';
import type { SaleLine } from '../core/events.ts';
import type { Membership } from '../core/member-events.ts';
import type { Clock, Ids, Outcome, Text } from '../core/ports.ts';
import type { SaleCommand } from '../core/sale/sale.ts';
import { type Comforts, forgetComforts, patienceOf } from '../core/views/comfort.ts';
import type { HelpCalls } from '../core/views/help-calls.ts';
import type { OpenLanes } from '../core/views/open-lanes.ts';
import type { NoticeView } from '../core/views/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import type { Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { WeighStation } from '../weighing/station.ts';
import type { Bagging } from './bagging.ts';
import type { Basket } from './basket.ts';
import type { WhyClosed } from './closing.ts';
import type { Idling } from './idling.ts';
import type { LabelCheck } from './label-check.ts';
import type { Locked } from './locking.ts';
import type { PaymentDesk } from './payments.ts';
import type { PieceWeights } from './piece-weights.ts';
import type { ReceiptDesk, ReceiptFacts } from './receipts.ts';

export interface LaneParts {
  config: LaneConfig;
  storeName: Text;
  phone: string;
  /** How long pictures of goods are kept; 0 or left out, they are not. */
  photoHours?: number;
  /** Address by which a phone reaches this box; the page's own where left out. */
  publicUrl?: string;
  ledger: Ledger;
  devices: DeviceTable;
  station?: WeighStation;
  clock: Clock;
  ids: Ids;
  log: Log;
  receipts: ReceiptFacts;
  /** Who a member number is; left out, this store has no members. */
  memberOf?(number: string): Membership | undefined;
  /** What pieces weigh, for the bagging area. */
  pieceWeights?: PieceWeights;
  /** Who else in this store waits for a person. */
  calls?: HelpCalls;
  /** Which lanes of this store work. */
  openLanes?: OpenLanes;
}

/** What a lane remembers between events and may forget in a power cut. */
export interface LaneMemory extends Comforts {
  overlay: 'none' | 'find' | 'pay';
  notice?: NoticeView;
  /** How many notices there were, so that each has a number of its own. */
  notices?: number;
  /**
   * What the newest act can be taken back to; 0 pieces before means the line was not there. A line
   * that was taken out is kept as it was.
   */
  undo?: { lineId: string; quantityBefore: number } | { removed: SaleLine };
  help?: { sinceWallMs: number; remote?: true };
  /** Asked whether 大字 would help: `done` once it was answered. */
  seniorAsked?: 'asking' | 'done';
  payMessage?: Text;
  /** The tender that had no answer when the policy's `unknownMs` were over. */
  longUnanswered?: string;
  /** A paid sale still on the screen. */
  shown?: { saleId: string };
  /** A basket just put aside: its code is still on the screen. */
  parked?: { code: string; minutes: number; discarded?: true };
  /** Since when, and for how long, such a screen stands. */
  returns?: { sinceWallMs: number; afterMs: number };
  newestLineId?: string;
  /** Whether anybody is still there is being asked. */
  idle?: { askedWallMs: number; countdownMs: number };
  /** Staff took it out of service. */
  locked?: Locked;
  /** Why no basket can be begun here, and since when; monotonic. */
  unfit?: { why: WhyClosed; sinceMonoMs: number };
}

export interface LaneInside {
  parts: LaneParts;
  basket: Basket;
  memory: LaneMemory;
  payments?: PaymentDesk;
  receipts?: ReceiptDesk;
  /** What gives a parked basket up when its time is over, by sale. */
  parkedTimers: Map<string, () => void>;
  idling?: Idling;
  bagging?: Bagging;
  labels?: LabelCheck;
  /** Cancels the return to the first screen, and the look at a payment without an answer. */
  cancelReturn(): void;
  cancelUnknown(): void;
  changed(): void;
  notify(notice: Omit<NoticeView, 'id'>): void;
  /** Decides about the basket, starting a sale first where there is none. */
  sell(command: SaleCommand, cause?: Cause): Outcome<unknown>;
  /** The same for one article more: says on the screen what came of it, and how to undo it. */
  add(command: SaleCommand, cause?: Cause): Outcome<unknown>;
}

/** What this store lets happen here, and how long it waits. */
export const policyOf = ({ parts }: LaneInside): LanePolicy => parts.config.policy ?? USUAL_POLICY;

/** What is on the screen now is over: the first screen comes back by itself. */
export function returnSoon(lane: LaneInside): void {
  lane.cancelReturn();
  const { clock } = lane.parts;
  const afterMs = policyOf(lane).shownMs * patienceOf(lane.memory);
  lane.memory.returns = { sinceWallMs: clock.wallMs(), afterMs };
  lane.cancelReturn = clock.after(afterMs, () => {
    leaveDone(lane);
    lane.changed();
  });
}

/**
 * The paid or parked sale leaves the screen, and with it what eased it for its shopper. Where none
 * was there, what was chosen on the first screen is this shopper's.
 */
export function leaveDone({ memory, cancelReturn }: LaneInside): void {
  cancelReturn();
  if (memory.shown ?? memory.parked) forgetComforts(memory);
  delete memory.shown;
  delete memory.parked;
  delete memory.returns;
  delete memory.payMessage;
  delete memory.seniorAsked;
}
