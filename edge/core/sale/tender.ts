import type { DomainEvent, PayChannel } from '../events.ts';
import type { Person } from '../person.ts';

/**
 * `requested → captured | declined | unknown`; `unknown → captured | declined | reversing`;
 * `captured → reversing` (late, or the basket is gone) `→ reversed`.
 */
export type TenderState =
  | 'requested'
  | 'unknown'
  | 'captured'
  | 'declined'
  | 'reversing'
  | 'reversed';

export interface Tender {
  tenderId: string;
  terminalId: string;
  channel: PayChannel;
  /** What was asked for. */
  amountFen: number;
  orderNo: string;
  codeTail: string;
  state: TenderState;
  reason?: string;
  /** Set, with `capturedFen`, once the acquirer said it took money; kept through a reversal. */
  providerRef?: string;
  capturedFen?: number;
  /** Who took the cash, or gave the money back by hand. */
  by?: Person;
}

/** Whether the outcome is still open: the basket is locked and no other tender may begin. */
export const tenderIsOpen = ({ state }: Tender): boolean =>
  state === 'requested' || state === 'unknown' || state === 'reversing';

/** Money taken and kept: asked for, captured, and not on its way back. */
export const keptFen = (tenders: readonly Tender[]): number =>
  tenders.reduce((sum, t) => sum + (t.state === 'captured' ? (t.capturedFen ?? 0) : 0), 0);

/** The tender after an event that names it; any other event leaves it as it is. */
export function evolveTender(tender: Tender, event: DomainEvent): Tender {
  switch (event.type) {
    case 'TenderCaptured':
      return {
        ...tender,
        state: 'captured',
        capturedFen: event.body.amountFen,
        providerRef: event.body.providerRef,
        ...(event.body.by && { by: event.body.by }),
      };
    case 'TenderDeclined':
      return { ...tender, state: 'declined', reason: event.body.reason };
    case 'TenderUnknown':
      return { ...tender, state: 'unknown', reason: event.body.reason };
    case 'TenderReversalRequested':
      return { ...tender, state: 'reversing', reason: event.body.reason };
    case 'TenderReversed':
      return { ...tender, state: 'reversed', ...(event.body.by && { by: event.body.by }) };
    default:
      return tender;
  }
}

export interface TenderProgress {
  /**
   * Monotonic ms since the intent was committed; undefined after a reboot, when the time spent
   * off is not known and the answers asked since stand in for it.
   */
  sinceIntentMs?: number;
  /** Questions answered or timed out (queries, or reversals while `reversing`), in this boot. */
  attempts: number;
  /** How long a payer may type a password, as the acquirer says they do; `GIVE_UP_MS` at least. */
  payerMs?: number;
  /** The newest answer about the order; `asked` is the `sinceIntentMs` of the question. */
  lastAnswer?: { kind: 'waiting' | 'unknown' | 'not-found'; askedSinceIntentMs?: number };
}

/**
 * The next thing to do about a tender, `inMs` from now. `decline`: the acquirer never heard of
 * it and never will; record it as declined, or as reversed while `reversing`. `wait`: nothing
 * outstanding.
 */
export type TenderPlan = { act: 'query' | 'reverse'; inMs: number } | { act: 'decline' | 'wait' };

const QUERY_EVERY_MS = 5_000;
/** While the payer types a password WeChat asks for a slower pace. */
const QUERY_WHILE_PAYING_MS = 10_000;
/** A card terminal's orders are noted on this box before they are sent: not there, never sent. */
const NOT_FOUND_IS_FINAL_MS: Record<PayChannel, number> = {
  wechat: 45_000,
  alipay: 45_000,
  code: 45_000,
  card: 5_000,
  cash: 0,
  hold: 45_000,
};
/** WeChat: an order may not be reversed right after the charge. */
const REVERSE_NOT_BEFORE_MS = 15_000;
const REVERSE_BACKOFF_MAX_MS = 300_000;
/** ZVT: a shopper may take 180 s to find card and number. */
const GIVE_UP_MS: Record<PayChannel, number> = {
  wechat: 45_000,
  alipay: 60_000,
  code: 60_000,
  card: 200_000,
  cash: Number.POSITIVE_INFINITY,
  // The goods are gone: a hold is asked about until the acquirer answers, however late.
  hold: Number.POSITIVE_INFINITY,
};

/**
 * When to ask, when to give up and reverse. Source: WeChat Pay v2 micropay (query from 5 s, every
 * 10 s while USERPAYING, to 45 s; reverse after 15 s at the earliest, repeat while unanswered)
 * and Alipay trade.pay (every 3–6 s to 60 s, then cancel at once). Both ask for that where nothing
 * is known; an order whose payer is seen typing stays open for as long as the store allows.
 */
export function tenderPlan(tender: Tender, progress: TenderProgress): TenderPlan {
  const { attempts } = progress;
  // Cash waits for a person, however long.
  if (tender.channel === 'cash') return { act: 'wait' };
  const elapsedMs = progress.sinceIntentMs ?? attempts * QUERY_EVERY_MS;
  if (tender.state === 'reversing') {
    const { kind, askedSinceIntentMs = 0 } = progress.lastAnswer ?? {};
    if (kind === 'not-found' && askedSinceIntentMs >= NOT_FOUND_IS_FINAL_MS[tender.channel])
      return { act: 'decline' };
    const early = tender.channel === 'card' ? 0 : Math.max(0, REVERSE_NOT_BEFORE_MS - elapsedMs);
    const backOff = QUERY_EVERY_MS * 2 ** Math.min(attempts - 1, 10);
    const inMs = attempts === 0 ? early : Math.min(backOff, REVERSE_BACKOFF_MAX_MS);
    return {
      act: 'reverse',
      inMs: Math.max(inMs, progress.sinceIntentMs === undefined ? 0 : early),
    };
  }
  if (tender.state !== 'requested' && tender.state !== 'unknown') return { act: 'wait' };
  return queryPlan(tender.channel, elapsedMs, progress);
}

function queryPlan(channel: PayChannel, elapsedMs: number, progress: TenderProgress): TenderPlan {
  const { lastAnswer, attempts, sinceIntentMs } = progress;
  if (lastAnswer?.kind === 'not-found') {
    const askedMs = lastAnswer.askedSinceIntentMs ?? (attempts - 1) * QUERY_EVERY_MS;
    if (askedMs >= NOT_FOUND_IS_FINAL_MS[channel]) return { act: 'decline' };
  }
  // Never given up unasked, however late: the money may have been taken long ago.
  if (attempts === 0) {
    const inMs = sinceIntentMs === undefined ? 0 : Math.max(0, QUERY_EVERY_MS - sinceIntentMs);
    return { act: 'query', inMs };
  }
  const typing = lastAnswer?.kind === 'waiting';
  const limitMs = Math.max(GIVE_UP_MS[channel], typing ? (progress.payerMs ?? 0) : 0);
  const leftMs = limitMs - elapsedMs;
  if (leftMs <= 0) return { act: 'reverse', inMs: 0 };
  const slow = typing && channel === 'wechat';
  const everyMs = slow ? QUERY_WHILE_PAYING_MS : QUERY_EVERY_MS;
  return { act: 'query', inMs: Math.min(everyMs, leftMs) };
}
