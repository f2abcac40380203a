/** Parking the lane's basket under a code, and taking one up again. */
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { parkingCode } from '../core/sale/parking.ts';
import { patienceOf } from '../core/views/comfort.ts';
import type { Cause } from '../ledger/answer.ts';
import { type LaneInside, leaveDone, policyOf, returnSoon } from './inside.ts';
import { laneRefusal } from './refusals.ts';

const MINUTE_MS = 60_000;

/** A label as it was read: its number where the code has one. */
interface ScannedLabel {
  text: string;
  serial?: string;
}

/** `discarded`: not wanted, and kept all the same for as long, since a finger slips. */
export function park(
  lane: LaneInside,
  cause?: Cause,
  { discarded }: { discarded?: true } = {},
): Outcome<unknown> {
  const { basket, memory, parts } = lane;
  const minutes = policyOf(lane).parkMinutes * patienceOf(memory);
  const taken = new Set(
    parts.ledger.unfinishedSales().flatMap(({ parked }) => (parked ? [parked.code] : [])),
  );
  const code = parkingCode(parts.ids('park'), taken);
  if (code === undefined) return { ok: false, refusal: laneRefusal('PARKING_FULL') };
  const sale = basket.current();
  const forMs = minutes * MINUTE_MS;
  const outcome = basket.decide(
    { kind: 'park', code, forMs, ...(discarded && { discarded }) },
    cause,
  );
  if (!outcome.ok || !sale) return outcome;
  basket.forget();
  memory.overlay = 'none';
  delete memory.notice;
  delete memory.undo;
  memory.parked = { code, minutes, ...(discarded && { discarded }) };
  returnSoon(lane);
  watchParked(lane, sale.saleId, forMs);
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
    const reason = sale.parked?.discarded ? 'shopper' : 'parked-too-long';
    const outcome = basket.decide({ kind: 'cancel', reason }, undefined, saleId);
    if (!outcome.ok) parts.log.error({ saleId, refusal: outcome.refusal.code }, 'not given up');
    lane.changed();
  });
  lane.parkedTimers.set(saleId, cancel);
}

/** Goods that somebody put back: whoever scans their label has them, and that basket is given up. */
export function takenFromDiscarded(lane: LaneInside, { text, serial }: ScannedLabel): boolean {
  const { basket, parts } = lane;
  const holds = (labelNumber: string | undefined) =>
    labelNumber !== undefined &&
    (labelNumber === serial || parts.ledger.label(labelNumber)?.label.ean13 === text);
  const holder = parts.ledger
    .unfinishedSales()
    .find(
      ({ parked, lines }) => parked?.discarded && lines.some((line) => holds(line.labelNumber)),
    );
  if (!holder) return false;
  return basket.decide({ kind: 'cancel', reason: 'shopper' }, undefined, holder.saleId).ok;
}

/** Baskets parked here before this boot. */
export function watchAllParked(lane: LaneInside): void {
  for (const { saleId, laneId, parked } of lane.parts.ledger.unfinishedSales())
    if (parked && laneId === lane.parts.config.id) watchParked(lane, saleId, parked.forMs);
}
