/** What goes into a lane's basket, and what the screen says of it. */

import type { SaleLine } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import { REFUSALS } from '../core/refusals.ts';
import { heldLines } from '../core/sale/basket.ts';
import type { SaleCommand } from '../core/sale/sale.ts';
import type { NoticeView } from '../core/views/views.ts';
import type { Cause } from '../ledger/answer.ts';
import { type LaneInside, leaveDone } from './inside.ts';
import { refusedByLock } from './locking.ts';
import { laneRefusal } from './refusals.ts';
import { addedText, twiceText } from './words.ts';

/** Says something on the screen; the number tells a new notice from an old one. */
export function notify({ memory, changed }: LaneInside, notice: Omit<NoticeView, 'id'>): void {
  memory.notices = (memory.notices ?? 0) + 1;
  memory.notice = { id: memory.notices, ...notice };
  changed();
}

/** Decides about the basket; where there is none, a new sale begins in the same commit. */
export function sell(lane: LaneInside, command: SaleCommand, cause?: Cause): Outcome<unknown> {
  const { basket } = lane;
  const outcome = basket.current() ? basket.decide(command, cause) : begin(lane, command, cause);
  if (outcome.ok) lane.changed();
  return outcome;
}

function begin(lane: LaneInside, first: SaleCommand, cause?: Cause): Outcome<unknown> {
  const { basket, parts } = lane;
  const locked = refusedByLock(lane);
  if (locked) return locked;
  const priceBookVersion = parts.ledger.priceBookVersion();
  if (priceBookVersion === 0) return { ok: false, refusal: laneRefusal('PRICES_MISSING') };
  const saleId = parts.ids('sale');
  const laneId = parts.config.id;
  const begun = basket.begin({ kind: 'start', saleId, laneId, priceBookVersion }, first, cause);
  if (begun.ok) leaveDone(lane);
  return begun;
}

/** One article more: says on the screen what came of it, and how to undo it. */
export function add(lane: LaneInside, command: SaleCommand, cause?: Cause): Outcome<unknown> {
  const before = lane.basket.current()?.lines ?? [];
  const sold = sell(lane, command, cause);
  if (sold.ok) announce(lane, before);
  return sold;
}

/** One line more, or one more of a line. */
function announce({ basket, memory, notify: say }: LaneInside, before: SaleLine[]): void {
  const known = new Map(before.map((line) => [line.lineId, line.quantity]));
  const lines = basket.current()?.lines ?? [];
  const line = lines.find(({ lineId, quantity }) => known.get(lineId) !== quantity);
  if (!line) return;
  const quantityBefore = known.get(line.lineId) ?? 0;
  memory.newestLineId = line.lineId;
  memory.overlay = 'none';
  memory.undo = { lineId: line.lineId, quantityBefore };
  const again = quantityBefore > 0;
  const text = again ? twiceText(line.quantity) : addedText(line.name);
  const sale = basket.current();
  const needsAge = sale !== undefined && heldLines(sale).includes(line);
  const { message, next } = REFUSALS.AGE_CHECK_NEEDED;
  if (needsAge) say({ level: 'warn', code: 'AGE_CHECK_NEEDED', text: message, next });
  else say({ level: 'info', code: again ? 'TWICE' : 'ADDED', text, undo: true });
}
