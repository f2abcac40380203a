/**
 * What a screen shows. The edge owns every session; a page renders one of these and sends
 * commands back. Sent over SSE as a snapshot, then as patches of top-level keys.
 */

import type { PriceBasis } from '../catalogue/catalogue.ts';
import type { LabelAnswer, LabelDoubtView } from '../codes/label-doubt.ts';
import type { DeviceKind } from '../device-kind.ts';
import type { Refusal, Text } from '../ports.ts';
import type { LockReason } from '../sale/attendant.ts';
import type { BagAnswer, BagTrouble } from '../sale/bag-check.ts';
import type { PayMethodView } from '../sale/pay-method.ts';
import type { Comfort, Comforts } from './comfort.ts';
import type { HelpView } from './help-calls.ts';

export type DeviceState = 'starting' | 'ok' | 'warn' | 'offline' | 'fault' | 'disabled' | 'unknown';

export interface DeviceView {
  id: string;
  kind: DeviceKind;
  /** Lanes, counters and cabinets that use it, where the one who tells knows them. */
  at?: string[];
  driver: string;
  address: string;
  state: DeviceState;
  reason?: string;
  /** Why, in words, and what to do next. */
  why?: Text;
  next?: Text;
  detail?: Text;
  sinceWallMs: number;
  lastSeenWallMs?: number;
  /** Attempts since it last answered, and when the next one is due. */
  retry?: { failures: number; atWallMs: number };
  /** Who answered last, as far as its protocol or plug tells. */
  identity?: Record<string, string>;
  statistics: Record<string, number>;
}

/** Live weight, at least 8 times a second while a shopper weighs; `grams` absent unless valid. */
export interface WeightView {
  kind: 'stable' | 'moving' | 'zero' | 'underload' | 'overload' | 'fault' | 'stale';
  grams?: number;
  tareGrams: number;
  divisionGrams: number;
  maxGrams: number;
}

/** One candidate, priced for the weight on the plate. */
export interface TileView {
  sku: string;
  name: Text;
  plu?: string;
  picture: string;
  unitPriceFen: number;
  priceBasis: PriceBasis;
  /** Price for this weight; absent until the weight is stable. */
  amountFen?: number;
  /** Calibrated probability in 1/10 000. */
  confidenceBp: number;
}

export interface WeighView {
  weight: WeightView;
  /** `off`: nothing on the plate; `unavailable`: no camera or model, use the list. */
  recognition: 'off' | 'working' | 'ready' | 'unsure' | 'unavailable';
  /** At most 4, or 6 where unsure; places are fixed while the goods lie there. */
  tiles: TileView[];
  /** Thicker border round tile 1. */
  confident: boolean;
  /** What lies there looks like nothing that was learnt: the list is the likelier way. */
  strange?: true;
  /** Why the price cannot be taken yet, in words; absent when a tap would succeed. */
  hint?: Text;
}

export interface LineView {
  lineId: string;
  sku: string;
  name: Text;
  picture: string;
  how: 'each' | 'weighed' | 'label';
  quantity: number;
  netGrams?: number;
  tareGrams?: number;
  unitPriceFen: number;
  priceBasis: PriceBasis;
  /** What is left after `discounts`. */
  amountFen: number;
  discounts?: { name: Text; amountFen: number }[];
}

export interface SaleView {
  saleId: string;
  lines: LineView[];
  /** Pieces plus weighed lines. */
  count: number;
  totalFen: number;
  /** What all promotions take off. */
  savedFen?: number;
  /** A member's prices are on. */
  member?: true;
  newestLineId?: string;
}

export interface NoticeView {
  /** Rises with every notice, so a page can tell a new one from an old one. */
  id: number;
  level: 'info' | 'warn' | 'error';
  /** What happened, for a voice: `ADDED`, `TWICE`, `REMOVED`, …, or the code of a refusal. */
  code?: string;
  text: Text;
  next?: Text;
  /** `added` and `removed` notices can be undone. */
  undo?: boolean;
  /** Leaves by itself after this long; absent: it waits for the reader. */
  leavesAfterMs?: number;
}

/** What a camera here sees is said wherever there is one. */
export interface CameraNotice {
  /** How long its pictures of goods are kept; 0: they are not. */
  photoHours: number;
}

/** Ko: why and since when, what to do instead, and whom to ring. */
export interface OutOfServiceView {
  reason: Text;
  next: Text;
  /** Left out while the clock of the box is unsure. */
  sinceWallMs?: number;
  phone?: string;
}

export type LaneScreen =
  | 'attract'
  | 'basket'
  | 'find'
  | 'pay'
  | 'paying'
  | 'unknown'
  | 'done'
  | 'parked'
  | 'out-of-service';

export interface LaneView extends Comforts {
  laneId: string;
  storeName: Text;
  /** Edition of the prices: lists fetched under another are fetched again. */
  prices?: number;
  screen: LaneScreen;
  sale?: SaleView;
  /** On `attract`: what can be paid with, before anything is scanned. */
  accepts?: PayMethodView[];
  /** Present on `find`. */
  weigh?: WeighView;
  pay?: {
    /** Still to be paid, or being paid now. */
    amountFen: number;
    /** Part of the total that is paid already. */
    paidFen?: number;
    /** How the payment under way is made. */
    method?: 'code' | 'card' | 'cash';
    /** The ways there are here, and why one does not work now. */
    methods: PayMethodView[];
    orderNo?: string;
    /** Words for the current payment: waiting for the phone, declined because …, still asking. */
    message?: Text;
    /** Whether 取消 is still possible. */
    cancellable: boolean;
  };
  done?: {
    receiptNo: string;
    totalFen: number;
    receipt: 'printing' | 'printed' | 'failed';
    /** Path of the e-receipt page, for the QR. */
    receiptPath: string;
    /** First 8 hex digits of the ledger hash. */
    shortHash: string;
  };
  /** A basket just put aside, on `parked`. */
  parked?: { code: string; minutes: number; discarded?: true };
  /** Staff must see how old the buyer is, or these lines go. */
  hold?: { minimumAge: number; lineIds: string[] };
  help?: HelpView;
  /** Where the lane weighs its bagging area; `trouble` is what to ask now. */
  bag?: {
    trouble?: {
      kind: BagTrouble | 'lean';
      differenceGrams: number;
      name?: Text;
      picture?: string;
      sku?: string;
    };
  };
  /** Asked once: whether the label just scanned is that of the goods on the plate. */
  labelDoubt?: LabelDoubtView;
  /** This store has members: their codes are read here. */
  members?: true;
  /** Asked once: would this shopper like 大字? */
  suggestLarge?: true;
  /** Asked whether anybody is there; the basket is parked when the countdown is over. */
  idle?: { askedWallMs: number; countdownMs: number };
  outOfService?: OutOfServiceView;
  /** Staff took it out of service: once the basket that is here is done with, it is. */
  locked?: true;
  /** The paid or parked screen gives way to the first one by itself. */
  returns?: { sinceWallMs: number; afterMs: number };
  /** On the first screen of a lane with a camera. */
  camera?: CameraNotice;
  notice?: NoticeView;
  devices: { id: string; kind: DeviceView['kind']; state: DeviceState; why?: Text }[];
  /** Millimetres per CSS pixel of this lane's panel. */
  mmPerPx: number;
}

/** POST /api/lanes/:laneId/staff, with an `Idempotency-Key` header: one act of whose PIN it is. */
export type StaffAct = ({ kind: 'lock'; why: LockReason } | { kind: 'unlock' }) & {
  id: string;
  pin: string;
};

/** POST /api/lanes/:laneId/commands, with an `Idempotency-Key` header. */
export type LaneCommand =
  | { kind: 'start' }
  | { kind: 'find' }
  | { kind: 'back' }
  | {
      kind: 'choose';
      sku: string;
      tareGrams?: number;
      quantity?: number;
      by: 'tile' | 'list' | 'plu';
    }
  | { kind: 'set-quantity'; lineId: string; quantity: number }
  | { kind: 'remove'; lineId: string }
  | { kind: 'undo' }
  | { kind: 'pay' }
  | { kind: 'pay-card'; amountFen?: number }
  | { kind: 'pay-cash' }
  | { kind: 'cancel-payment' }
  | { kind: 'park' }
  | { kind: 'member'; number: string }
  | { kind: 'recall'; code: string }
  | { kind: 'finish' }
  | { kind: 'discard' }
  | { kind: 'help' }
  | { kind: 'cancel-help' }
  /** What the shopper says of the bagging area. */
  | { kind: BagAnswer }
  | { kind: LabelAnswer }
  /** Somebody is still there. */
  | { kind: 'here' }
  /** One comfort on or off, for this shopper. */
  | { kind: Comfort; on: boolean };

/** Answer to every command: carried out, or a refusal in words. HTTP 200 both times. */
export type CommandAnswer = { ok: true } | { ok: false; refusal: Refusal };

/** GET /api/items?q=pg&limit=20 → { items }. `q` matches name, pinyin initials, PLU or GTIN. */
export interface ItemView {
  sku: string;
  name: Text;
  picture: string;
  category: string;
  plu?: string;
  gtin?: string;
  unitPriceFen: number;
  priceBasis: PriceBasis;
}
