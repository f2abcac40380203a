/**
 * The store's log on its way up. Sends what lies above the acknowledged seq, one batch in flight,
 * and moves on only by what head office says it holds. It deletes nothing and keeps no state of
 * its own: after a restart the ledger's `acked` says where to go on.
 */
import { gzipSync } from 'node:zlib';
import type { StoredEvent } from '../edge/core/events.ts';
import type { Clock, Outcome, Random, Refusal } from '../edge/core/ports.ts';
import { isSaidNo, refusalOf, refuse, sentence } from './errors.ts';
import { retryDelayMs, type Turn, takeTurns } from './turns.ts';
import {
  type EventsAnswer,
  encodeEvents,
  envelopeOf,
  eventsPath,
  readEventsAnswer,
  type Send,
  type SyncLog,
} from './wire.ts';

/** The part of a ledger that the uplink needs. */
export interface EventSource {
  readonly epoch: number;
  readAfter(seq: number, limit: number): StoredEvent[];
  head(): { seq: number };
  acked(): number;
  /** Never falls, whatever it is told. */
  setAcked(seq: number): void;
}

export interface UplinkParts {
  storeId: string;
  token: string;
  source: EventSource;
  send: Send;
  clock: Clock;
  random: Random;
  log: SyncLog;
  /** Most events of one request; 1000 where left out. */
  batchEvents?: number;
  /** The status may read differently now. */
  onChange?: () => void;
}

export interface SyncStatus {
  /** `down` until head office has answered, and after every failure until it answers again. */
  link: 'up' | 'down' | 'off';
  unsent: number;
  oldestUnsentWallMs?: number;
  ackedSeq: number;
  headSeq: number;
  lastSuccessWallMs?: number;
  nextTryWallMs?: number;
  lastError?: string;
  /** Head office answers, and says no. */
  refused?: Refusal;
  /** Events of this run that it holds without understanding them. */
  quarantined?: number;
}

export interface Uplink {
  status(): SyncStatus;
  /** Something was appended: send it now, unless a retry is being waited for. */
  nudge(): void;
  /** Send now, whatever was being waited for. */
  tryNow(): void;
  /** Head office has answered another question: where it was out of reach, wait no longer. */
  heard(): void;
  /** Starts no further request; resolves when the one in flight has ended. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** Starts sending at once. */
export function createUplink(parts: UplinkParts): Uplink {
  const { source, clock, random, log } = parts;
  let failures = 0;
  let lastSuccessWallMs: number | undefined;
  let lastError: Refusal | undefined;
  let quarantined = 0;
  /** Where head office is known to be; behind `acked` only while it catches up with its loss. */
  let cursor = source.acked();

  const settle = (outcome: Outcome<number>): Turn => {
    if (outcome.ok) {
      cursor = outcome.value;
      failures = 0;
      lastSuccessWallMs = clock.wallMs();
      lastError = undefined;
      return { pauseMs: 0, announce: parts.onChange };
    }
    failures += 1;
    lastError = outcome.refusal;
    log.warn({ code: outcome.refusal.code, failures }, sentence(outcome.refusal));
    return { pauseMs: retryDelayMs(failures, random), announce: parts.onChange };
  };

  const turns = takeTurns(clock, async () => {
    if (source.head().seq <= cursor) return {};
    const events = fromLedger(() => source.readAfter(cursor, parts.batchEvents ?? 1000));
    if (!events.ok) return settle(events);
    const sent = await sendBatch(parts, events.value, cursor, (seq, odd) => {
      cursor = seq ?? cursor;
      quarantined += odd;
    });
    if (!sent.ok) return settle(sent);
    // Where it cannot be remembered, sync goes on after a pause and sends some again.
    const stored = fromLedger(() => source.setAcked(sent.value));
    return settle(stored.ok ? sent : stored);
  });

  turns.now();
  return {
    nudge: turns.ask,
    tryNow: turns.now,
    heard() {
      if (lastError?.code === 'HEAD_OFFICE_UNREACHABLE') turns.now();
    },
    status() {
      const nextTryWallMs = turns.pausedUntilWallMs();
      return {
        link: failures === 0 && lastSuccessWallMs !== undefined ? 'up' : 'down',
        ...unsentOf(source),
        ...(lastSuccessWallMs !== undefined && { lastSuccessWallMs }),
        ...(nextTryWallMs !== undefined && { nextTryWallMs }),
        ...toldOf(lastError, quarantined),
      };
    },
    close: turns.close,
  };
}

const toldOf = (error: Refusal | undefined, quarantined: number) => ({
  ...(error && { lastError: sentence(error) }),
  ...(isSaidNo(error) && { refused: error }),
  ...(quarantined > 0 && { quarantined }),
});

function unsentOf(source: EventSource) {
  const ackedSeq = source.acked();
  const headSeq = source.head().seq;
  const oldest = ackedSeq < headSeq ? source.readAfter(ackedSeq, 1)[0] : undefined;
  const oldestUnsentWallMs = oldest && envelopeOf(oldest.record)?.wallMs;
  return {
    ...{ unsent: headSeq - ackedSeq, ackedSeq, headSeq },
    ...(oldestUnsentWallMs !== undefined && { oldestUnsentWallMs }),
  };
}

/** Told where else to go on, where that is not where it was; and how many were not understood. */
type Heard = (behind: number | undefined, quarantined: number) => void;

/** One request; the new cursor, or why there is none. */
async function sendBatch(
  { storeId, token, source, send, log }: UplinkParts,
  events: StoredEvent[],
  cursor: number,
  heard: Heard,
): Promise<Outcome<number>> {
  const { text, count } = encodeEvents(events);
  const request = {
    method: 'POST' as const,
    path: eventsPath(storeId),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    },
    body: gzipSync(text, { level: 1 }),
    timeoutMs: REQUEST_TIMEOUT_MS,
  };
  const answer = await send(request).then(readEventsAnswer, unreachable);
  if (!answer.ok) return answer;
  const { quarantined } = answer.value;
  if (quarantined.length > 0)
    log.warn({ quarantined }, '总部没看懂一些记录 / Head office did not understand events');
  heard(undefined, quarantined.length);
  return nextCursor(answer.value, {
    epoch: source.epoch,
    cursor,
    lastSent: events[count - 1]?.seq ?? cursor,
    head: source.head().seq,
    behind: (seq) => heard(seq, 0),
  });
}

function fromLedger<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse('LEDGER_FAULT', { reason });
  }
}

function unreachable(error: unknown): Outcome<never> {
  const reason = error instanceof Error ? error.message : String(error);
  return refuse('HEAD_OFFICE_UNREACHABLE', { reason });
}

interface Sent {
  epoch: number;
  cursor: number;
  lastSent: number;
  head: number;
  behind(seq: number): void;
}

/**
 * An answer for our own epoch may run ahead of what was sent (an earlier answer was lost), but
 * never beyond our head. For an older epoch it may count events that a restored ledger no longer
 * has, so only what was sent is taken as held.
 */
function nextCursor({ acked, epoch }: EventsAnswer, sent: Sent): Outcome<number> {
  if (epoch === sent.epoch && acked > sent.head) {
    return refuse('ACK_AHEAD', { acked, head: sent.head });
  }
  const held = epoch === sent.epoch ? acked : Math.min(acked, sent.lastSent);
  if (held > sent.cursor) return { ok: true, value: held };
  sent.behind(held);
  return { ok: false, refusal: refusalOf('NO_PROGRESS', { acked, after: sent.cursor }) };
}
