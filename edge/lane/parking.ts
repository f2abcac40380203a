/** Parking the lane's basket under a code, and taking one up again. */
import { USUAL_POLICY } from '../config/config.ts';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { parkingCode } from '../core/sale/parking.ts';
import type { Cause } from '../ledger/answer.ts';
import { DONE_MS, type LaneInside, leaveDone } from './inside.ts';
import { laneRefusal } from './refusals.ts';

const MINUTE_MS = 60_000;

export function park(lane: LaneInside, cause?: Cause): Outcome<unknown> {
  const { basket, memory, parts } = lane;
  const minutes = (parts.config.policy ?? USUAL_POLICY).parkMinutes;
  const taken = new Set(
    parts.ledger.unfinishedSales().flatMap(({ parked }) => (parked ? [parked.code] : [])),
  );
  const code = parkingCode(parts.ids('park'), taken);
  if (code === undefined) return { ok: false, refusal: laneRefusal('PARKING_FULL') };
  const sale = basket.current();
  const outcome = basket.decide({ kind: 'park', code, forMs: minutes * MINUTE_MS }, cause);
  if (!outcome.ok || !sale) return outcome;
  basket.forget();
  memory.overlay = 'none';
  delete memory.notice;
  delete memory.undo;
  memory.parked = { code, minutes };
  lane.cancelReturn();
  lane.cancelReturn = parts.clock.after(DONE_MS, () => {
    leaveDone(lane);
    lane.changed();
  });
  watchParked(lane, sale.saleId, minutes * MINUTE_MS);
  lane.changed();
  return outcome;
}

/** A parked basket goes on at any lane that has none of its own. */
export function recall(
  lane: LaneInside,
  code: string,
  by?: Person,
  cause?: Cause,
): Outcome<unknown> {
  const { basket, parts } = lane;
  if (basket.current()?.lines.length)
    return { ok: false, refusal: laneRefusal('BASKET_IN_THE_WAY') };
  const parked = parts.ledger.unfinishedSales().find((sale) => sale.parked?.code === code);
  if (!parked) return { ok: false, refusal: laneRefusal('PARKED_UNKNOWN') };
  basket.forget();
  const recalled = { kind: 'recall', laneId: parts.config.id, ...(by && { by }) } as const;
  const outcome = basket.decide(recalled, cause, parked.saleId);
  if (!outcome.ok) return outcome;
  leaveDone(lane);
  basket.take(parked.saleId);
  lane.bagging?.adopt();
  lane.changed();
  return outcome;
}

/**
 * What nobody came back for is given up: its labels are free again. After a power cut the whole
 * time runs anew, since nobody knows how long the box was off.
 */
export function watchParked(lane: LaneInside, saleId: string, forMs: number): void {
  const { parts, basket } = lane;
  lane.parkedTimers.get(saleId)?.();
  const cancel = parts.clock.after(forMs, () => {
    lane.parkedTimers.delete(saleId);
    const sale = parts.ledger.sale(saleId);
    if (sale?.phase !== 'parked') return;
    const outcome = basket.decide({ kind: 'cancel', reason: 'parked-too-long' }, undefined, saleId);
    if (!outcome.ok) parts.log.error({ saleId, refusal: outcome.refusal.code }, 'not given up');
    lane.changed();
  });
  lane.parkedTimers.set(saleId, cancel);
}

/** Baskets parked here before this boot. */
export function watchAllParked(lane: LaneInside): void {
  for (const { saleId, laneId, parked } of lane.parts.ledger.unfinishedSales())
    if (parked && laneId === lane.parts.config.id) watchParked(lane, saleId, parked.forMs);
}
