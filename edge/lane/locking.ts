/** Staff take a lane out of service and put it back. It stays as they left it, over a restart too. */

import type { DomainEvent } from '../core/events.ts';
import type { Warrant } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import type { LockReason } from '../core/sale/attendant.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { LaneInside, LaneParts } from './inside.ts';
import { laneRefusal } from './refusals.ts';

export interface Locked {
  why: LockReason;
  /** Monotonic. */
  sinceMonoMs: number;
}

const done: Outcome<unknown> = { ok: true, value: undefined };

/** What the ledger says of it as the lane starts. */
export function lockedBefore({ ledger, config, clock }: LaneParts): Locked | undefined {
  const last = ledger.about(`lane:${config.id}`).at(-1);
  if (last?.type !== 'LaneLocked') return undefined;
  const agoMs = clock.wallQuality() === 'trusted' ? clock.wallMs() - last.wallMs : 0;
  return { why: last.body.why, sinceMonoMs: clock.monoMs() - Math.max(0, agoMs) };
}

/** A second person who asks for the same finds it done. */
export function lock(
  lane: LaneInside,
  why: LockReason,
  { by, reason }: Warrant,
  cause: Cause,
): Outcome<unknown> {
  const { memory, parts } = lane;
  if (memory.locked) return done;
  record(lane, { type: 'LaneLocked', body: { laneId: parts.config.id, why, by, reason } }, cause);
  memory.locked = { why, sinceMonoMs: parts.clock.monoMs() };
  return done;
}

export function unlock(lane: LaneInside, { by, reason }: Warrant, cause: Cause): Outcome<unknown> {
  const { memory, parts } = lane;
  if (!memory.locked) return done;
  record(lane, { type: 'LaneUnlocked', body: { laneId: parts.config.id, by, reason } }, cause);
  delete memory.locked;
  delete memory.notice;
  return done;
}

function record({ parts }: LaneInside, event: DomainEvent, cause: Cause): void {
  const command = { ...cause, answer: ANSWER_OK };
  parts.ledger.append({ source: parts.config.id, events: [event], command });
}

/** Nobody begins a basket at a locked lane; one begun before is paid as ever. */
export function refusedByLock({ memory, basket }: LaneInside): Outcome<never> | undefined {
  if (!memory.locked || basket.current()) return undefined;
  return { ok: false, refusal: laneRefusal('LANE_LOCKED') };
}
