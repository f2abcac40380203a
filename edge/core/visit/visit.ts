import type { DomainEvent } from '../events.ts';
import type { Outcome } from '../ports.ts';
import type {
  CellWeight,
  CountRecord,
  DisputeReason,
  HandSeen,
  LevelSeen,
  Payer,
  ReviewReason,
  TakenPieces,
  VisitEventBodies,
} from './visit-events.ts';
import { refuseVisit } from './visit-refusals.ts';

/**
 * `authorising → armed → open → closing → counting → settled | nothing-taken | review | fault`,
 * or `refused` before the door; `review → settled | nothing-taken` by a person's amendment.
 */
export type VisitPhase =
  | 'authorising'
  | 'armed'
  | 'open'
  | 'closing'
  | 'counting'
  | 'settled'
  | 'nothing-taken'
  | 'review'
  | 'fault'
  | 'refused';

/** One door session, with its owner until a final phase. Rebuilt by `evolveVisit` alone. */
export interface VisitState {
  visitId: string;
  cabinetId: string;
  purpose: 'shop' | 'service';
  payer: Payer;
  priceBookVersion: number;
  planogramVersion: number;
  phase: VisitPhase;
  hold?: { orderNo: string; amountFen: number; state: 'asked' | 'held' };
  service?: Start['service'];
  unlock?: { unlockId: string; result?: 'open' | 'unknown' | 'failed' };
  openedMonoMs?: number;
  /** Weights at the intent, and after the door was shut. */
  before: CellWeight[];
  after?: CellWeight[];
  levels: LevelSeen[];
  /** What a camera saw of the grasps; absent where there is none. */
  seen?: HandSeen[];
  doubts: ReviewReason[];
  leftOpen?: 'remind' | 'alarm' | 'operator';
  reason?: string;
  count?: CountRecord;
  bill?: { saleId: string; totalFen: number };
  disputes: { disputeId: string; lineId?: string; reason: DisputeReason; decided?: boolean }[];
}

type Body<T extends keyof VisitEventBodies> = Omit<VisitEventBodies[T], 'visitId' | 'cabinetId'>;
type Start = VisitEventBodies['VisitStarted'];

export type VisitCommand =
  | ({ kind: 'start' } & Start)
  | ({ kind: 'hold-placed' } & Body<'HoldPlaced'>)
  | { kind: 'refuse'; reason: string }
  | ({ kind: 'unlock' } & Body<'UnlockRequested'>)
  | ({ kind: 'unlock-answered' } & Body<'UnlockAnswered'>)
  | { kind: 'door-opened'; monoMs: number }
  | ({ kind: 'level' } & LevelSeen)
  | ({ kind: 'hand-seen' } & HandSeen)
  | ({ kind: 'left-open' } & Body<'DoorLeftOpen'>)
  | { kind: 'doubt'; reason: ReviewReason }
  | { kind: 'door-shut'; monoMs: number }
  | { kind: 'rested'; weights: CellWeight[] }
  | ({ kind: 'settle' } & Body<'VisitSettled'>)
  | ({ kind: 'nothing' } & Body<'NothingTaken'>)
  | ({ kind: 'ask-review' } & Body<'VisitReviewAsked'>)
  | { kind: 'fault'; reason: string }
  | ({ kind: 'decide-review' } & Body<'ReviewDecided'>)
  | ({ kind: 'dispute' } & Body<'VisitDisputed'>)
  | ({ kind: 'decide-dispute' } & Body<'DisputeDecided'>);

export type VisitDecision = Outcome<DomainEvent[]>;

/** Phases in which the door may be open or the outcome is still to come. */
export const isUnderWay = ({ phase }: Pick<VisitState, 'phase'>): boolean =>
  ['authorising', 'armed', 'open', 'closing', 'counting'].includes(phase);

/** From which phases a command may come; anywhere else it is refused. */
const FROM: Record<Exclude<VisitCommand['kind'], 'start'>, readonly VisitPhase[]> = {
  'hold-placed': ['authorising'],
  refuse: ['authorising'],
  unlock: ['authorising'],
  'unlock-answered': ['armed', 'open', 'closing'],
  'door-opened': ['armed', 'closing'],
  level: ['armed', 'open', 'closing'],
  'hand-seen': ['armed', 'open', 'closing'],
  'left-open': ['open'],
  doubt: ['armed', 'open', 'closing', 'counting'],
  'door-shut': ['open'],
  rested: ['closing', 'armed'],
  settle: ['counting'],
  nothing: ['armed', 'counting'],
  'ask-review': ['armed', 'open', 'closing', 'counting'],
  fault: ['authorising', 'armed', 'closing', 'counting'],
  'decide-review': ['review'],
  dispute: ['settled'],
  'decide-dispute': ['settled'],
};

const EVENT: Record<Exclude<VisitCommand['kind'], 'start'>, keyof VisitEventBodies> = {
  'hold-placed': 'HoldPlaced',
  refuse: 'VisitRefused',
  unlock: 'UnlockRequested',
  'unlock-answered': 'UnlockAnswered',
  'door-opened': 'DoorOpened',
  level: 'LevelChanged',
  'hand-seen': 'HandSeen',
  'left-open': 'DoorLeftOpen',
  doubt: 'VisitDoubted',
  'door-shut': 'DoorShut',
  rested: 'ShelvesRested',
  settle: 'VisitSettled',
  nothing: 'NothingTaken',
  'ask-review': 'VisitReviewAsked',
  fault: 'VisitFaulted',
  'decide-review': 'ReviewDecided',
  dispute: 'VisitDisputed',
  'decide-dispute': 'DisputeDecided',
};

/** What a command makes happen to a visit, or why not. No events: it had happened before. */
export function decideVisit(state: VisitState | undefined, command: VisitCommand): VisitDecision {
  if (command.kind === 'start') {
    if (state && isUnderWay(state)) return refuseVisit('CABINET_BUSY');
    const { kind: _, ...body } = command;
    return { ok: true, value: [{ type: 'VisitStarted', body }] };
  }
  if (!state) return refuseVisit('VISIT_UNKNOWN');
  const { visitId, cabinetId, phase } = state;
  if (!FROM[command.kind].includes(phase)) return refuseVisit('VISIT_MOVED_ON', { visitId, phase });
  if (isRepeated(state, command)) return { ok: true, value: [] };
  const wrong = whyNot(state, command);
  if (wrong) return wrong;
  const { kind, ...given } = command;
  // The kind names the event, and the command's fields are that event's body.
  const event = { type: EVENT[kind], body: { visitId, cabinetId, ...given } } as DomainEvent;
  return { ok: true, value: [event] };
}

function isRepeated(state: VisitState, command: VisitCommand): boolean {
  if (command.kind === 'doubt') return state.doubts.includes(command.reason);
  if (command.kind === 'dispute')
    return state.disputes.some(
      ({ lineId, decided }) => lineId === command.lineId && decided === undefined,
    );
  if (command.kind === 'unlock-answered') return state.unlock?.result !== undefined;
  return false;
}

function whyNot(state: VisitState, command: VisitCommand): VisitDecision | undefined {
  const { visitId } = state;
  if (command.kind === 'unlock' && state.hold && state.hold.state !== 'held')
    return refuseVisit('HOLD_MISSING', { visitId });
  if (command.kind === 'decide-dispute') {
    const { disputeId } = command;
    const open = state.disputes.find((each) => each.disputeId === disputeId);
    if (!open || open.decided !== undefined) return refuseVisit('DISPUTE_UNKNOWN', { disputeId });
    const most = command.accepted ? (state.bill?.totalFen ?? 0) : 0;
    if (command.refundFen < 0 || command.refundFen > most)
      return refuseVisit('REFUND_TOO_MUCH', { most });
  }
  return undefined;
}

export type VisitEvent = Extract<DomainEvent, { type: keyof VisitEventBodies }>;

/** The visit after one event; events about anything else change nothing. */
export function evolveVisit(
  state: VisitState | undefined,
  event: DomainEvent,
): VisitState | undefined {
  if (event.type === 'VisitStarted') {
    const { hold, ...body } = event.body;
    const asked = hold && { hold: { ...hold, state: 'asked' as const } };
    const fresh = { before: [], levels: [], doubts: [], disputes: [] };
    return { ...body, ...asked, phase: 'authorising', ...fresh };
  }
  if (!state || !('visitId' in event.body) || event.body.visitId !== state.visitId) return state;
  return moved(state, event) ?? state;
}

function moved(state: VisitState, event: DomainEvent): VisitState | undefined {
  switch (event.type) {
    case 'HoldPlaced': {
      const { orderNo, amountFen, payerId } = event.body;
      const payer = payerId === undefined ? state.payer : { ...state.payer, payerId };
      return { ...state, payer, hold: { orderNo, amountFen, state: 'held' } };
    }
    case 'VisitRefused':
      return { ...state, phase: 'refused', reason: event.body.reason };
    case 'UnlockRequested':
      return {
        ...state,
        phase: 'armed',
        before: event.body.weights,
        unlock: { unlockId: event.body.unlockId },
      };
    case 'UnlockAnswered':
      return { ...state, unlock: { ...state.unlock!, result: event.body.result } };
    case 'DoorOpened':
      return { ...state, phase: 'open', openedMonoMs: state.openedMonoMs ?? event.body.monoMs };
    case 'LevelChanged': {
      const { cell, deciGrams, noiseDeciGrams, monoMs } = event.body;
      return { ...state, levels: [...state.levels, { cell, deciGrams, noiseDeciGrams, monoMs }] };
    }
    case 'HandSeen': {
      const { visitId: _, cabinetId: __, ...seen } = event.body;
      return { ...state, seen: [...(state.seen ?? []), seen] };
    }
    case 'DoorLeftOpen':
      return { ...state, leftOpen: event.body.step };
    case 'VisitDoubted':
      return { ...state, doubts: [...state.doubts, event.body.reason] };
    case 'DoorShut':
      return { ...state, phase: 'closing' };
    case 'ShelvesRested':
      return { ...state, phase: 'counting', after: event.body.weights };
    default:
      return ended(state, event);
  }
}

function ended(state: VisitState, event: DomainEvent): VisitState | undefined {
  switch (event.type) {
    case 'VisitSettled':
      return { ...state, phase: 'settled', bill: event.body.bill, count: event.body.count };
    case 'NothingTaken': {
      const { reason, count } = event.body;
      return { ...state, phase: 'nothing-taken', reason, ...(count && { count }) };
    }
    case 'VisitReviewAsked': {
      const { reasons, count } = event.body;
      return { ...state, phase: 'review', doubts: reasons, ...(count && { count }) };
    }
    case 'VisitFaulted':
      return { ...state, phase: 'fault', reason: event.body.reason };
    case 'ReviewDecided': {
      const { bill } = event.body;
      return bill ? { ...state, phase: 'settled', bill } : { ...state, phase: 'nothing-taken' };
    }
    case 'VisitDisputed': {
      const { disputeId, lineId, reason } = event.body;
      const dispute = { disputeId, reason, ...(lineId !== undefined && { lineId }) };
      return { ...state, disputes: [...state.disputes, dispute] };
    }
    case 'DisputeDecided': {
      const { disputeId, accepted: decided } = event.body;
      const mark = (each: VisitState['disputes'][number]) =>
        each.disputeId === disputeId ? { ...each, decided } : each;
      return { ...state, disputes: state.disputes.map(mark) };
    }
    default:
      return undefined;
  }
}

/** One thing a visit still waits for. Effects start from these alone, also after a power cut. */
export type VisitPending =
  | { kind: 'ask-hold'; orderNo: string }
  | { kind: 'arm' }
  | { kind: 'watch-door' }
  | { kind: 'await-rest' }
  | { kind: 'count' };

/** What is outstanding in a visit. An unlock is never among them: a pulse is sent once, or not. */
export function pendingOf(state: VisitState): VisitPending | undefined {
  switch (state.phase) {
    case 'authorising':
      return state.hold?.state === 'asked'
        ? { kind: 'ask-hold', orderNo: state.hold.orderNo }
        : { kind: 'arm' };
    case 'armed':
    case 'open':
      return { kind: 'watch-door' };
    case 'closing':
      return { kind: 'await-rest' };
    case 'counting':
      return { kind: 'count' };
    default:
      return undefined;
  }
}

export type { TakenPieces };
