/** Taking a line out of the basket, and taking the newest act back: nobody has to ask staff. */
import type { SaleLine } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import type { SaleCommand } from '../core/sale/sale.ts';
import type { Cause } from '../ledger/answer.ts';
import type { LaneInside } from './inside.ts';
import { laneRefusal } from './refusals.ts';
import { removedText } from './words.ts';

const NOTHING: Outcome<never> = { ok: false, refusal: laneRefusal('NOTHING_TO_UNDO') };

/** Gone at once, and to be had back as it was: what was weighed need not be weighed again. */
export function remove(lane: LaneInside, lineId: string, cause: Cause): Outcome<unknown> {
  const line = lane.basket.current()?.lines.find((each) => each.lineId === lineId);
  const outcome = lane.sell({ kind: 'void-line', lineId, reason: 'removed', by: 'shopper' }, cause);
  if (!outcome.ok || !line) return outcome;
  lane.memory.undo = { removed: line };
  lane.notify({ level: 'info', code: 'REMOVED', text: removedText(line.name), undo: true });
  return outcome;
}

export function undo(lane: LaneInside, cause: Cause): Outcome<unknown> {
  const { memory } = lane;
  const command = memory.undo && takenBack(lane, memory.undo);
  if (!command) return NOTHING;
  const outcome = lane.sell(command, cause);
  if (outcome.ok) {
    delete memory.undo;
    delete memory.notice;
    if (command.kind !== 'void-line') memory.newestLineId = command.lineId;
  }
  return outcome;
}

type Way = Extract<SaleCommand, { lineId: string }>;

/** What the newest act is taken back by; undefined where its line is gone by now. */
function takenBack(
  lane: LaneInside,
  act: NonNullable<LaneInside['memory']['undo']>,
): Way | undefined {
  if ('removed' in act) return broughtBack(lane, act.removed);
  const { lineId, quantityBefore: quantity } = act;
  if (!lane.basket.current()?.lines.some((each) => each.lineId === lineId)) return undefined;
  return quantity > 0
    ? { kind: 'set-quantity', lineId, quantity }
    : { kind: 'void-line', lineId, reason: 'undone', by: 'shopper' };
}

/** The same line under a name of its own: in the ledger both happened. */
function broughtBack({ parts, basket }: LaneInside, line: SaleLine): Way | undefined {
  const { ledger, ids } = parts;
  const lineId = ids('line');
  const { weighing, choice, quantity, lot, category } = line;
  if (line.labelNumber !== undefined) {
    const found = ledger.label(line.labelNumber);
    const where = category === undefined ? {} : { category };
    return found && { kind: 'add-label', lineId, ...where, ...labelOf(found) };
  }
  const version = basket.current()?.priceBookVersion ?? ledger.priceBookVersion();
  const item = ledger.item(version, line.sku);
  if (!item) return undefined;
  if (weighing) return { kind: 'add-weighed', lineId, item, weighing, choice };
  return { kind: 'add-item', lineId, item, quantity, choice, ...(lot && { lot }) };
}

type Found = NonNullable<ReturnType<LaneInside['parts']['ledger']['label']>>;
const labelOf = ({ label, state: labelState }: Found) => ({ label, labelState });
