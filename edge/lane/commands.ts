/** What each button of the lane's page does. Every one is a command the sale may still refuse. */

import type { Outcome } from '../core/ports.ts';
import { forgetComforts, isComfort, setComfort } from '../core/views/comfort.ts';
import type { LaneCommand } from '../core/views/views.ts';
import type { WeighRecord } from '../core/weigh/record.ts';
import { type Cause, refusedOnRecord } from '../ledger/answer.ts';
import { callHelp, endHelp } from './helping.ts';
import type { LaneInside } from './inside.ts';
import { refusedByLock } from './locking.ts';
import { park, recall } from './parking.ts';
import { cancelPayment, openPayment, payByCard, payInCash } from './paying.ts';
import { type LaneRefusalCode, laneRefusal } from './refusals.ts';
import { remove, undo } from './undoing.ts';
import { laneScreen } from './view.ts';
import { memberText } from './words.ts';

const done: Outcome<unknown> = { ok: true, value: undefined };
const refuse = (code: LaneRefusalCode): Outcome<never> => ({
  ok: false,
  refusal: laneRefusal(code),
});

export function carryOut(
  lane: LaneInside,
  command: LaneCommand,
  cause: Cause,
  leaveDone: () => void,
): Outcome<unknown> {
  const { memory, basket, parts } = lane;
  switch (command.kind) {
    case 'start':
      leaveDone();
      return basket.current() ? done : (refusedByLock(lane) ?? begin(lane, cause));
    case 'find':
      if (!parts.station) return refuse('SCALE_MISSING');
      leaveDone();
      return openFind(lane);
    case 'back':
      memory.overlay = 'none';
      return done;
    case 'choose':
      return choose(lane, command, cause);
    case 'set-quantity':
      return setQuantity(lane, command.lineId, command.quantity, cause);
    case 'remove':
      return remove(lane, command.lineId, cause);
    case 'undo':
      return undo(lane, cause);
    case 'pay':
      return openPayment(lane);
    case 'pay-card':
      return payByCard(lane, command.amountFen);
    case 'pay-cash':
      return payInCash(lane);
    case 'cancel-payment':
      return cancelPayment(lane);
    case 'member':
      // Its answer is not kept by key: the number would be kept with it. Shown twice is shown once.
      return showMember(lane, command.number);
    case 'placed':
    case 'not-bagged':
    case 'own-bag':
      return lane.bagging?.answer(command.kind, cause) ?? refuse('NO_BAG');
    case 'label-right':
    case 'label-wrong':
      return lane.labels?.answer(command.kind, cause) ?? refuse('WRONG_SCREEN');
    case 'park':
      return park(lane, cause);
    case 'recall':
      return refusedByLock(lane) ?? recall(lane, command.code, undefined, cause);
    case 'finish':
      if (!['done', 'parked'].includes(laneScreen(lane))) return refuse('WRONG_SCREEN');
      leaveDone();
      return done;
    case 'discard':
      return discard(lane, cause);
    default:
      return setting(lane, command);
  }
}

/** What a shopper says about themselves: that they need a hand, that they are there, what eases it. */
function setting(lane: LaneInside, command: LaneCommand): Outcome<unknown> {
  const { memory } = lane;
  if (isComfort(command)) {
    setComfort(memory, command.kind, command.on);
    if (command.kind === 'large') memory.seniorAsked = 'done';
    // The wait under way is as long as 大字 says now.
    lane.idling?.touch();
    return done;
  }
  switch (command.kind) {
    case 'help':
      callHelp(lane);
      return done;
    case 'cancel-help':
      endHelp(lane);
      return done;
    case 'here':
      return done;
    default:
      return refuse('COMMAND_UNKNOWN');
  }
}

function openFind(lane: LaneInside): Outcome<unknown> {
  const locked = refusedByLock(lane);
  if (!locked) lane.memory.overlay = 'find';
  return locked ?? done;
}

/** A sale with nothing in it: the shopper pressed start before scanning. */
function begin({ basket, parts }: LaneInside, cause: Cause): Outcome<unknown> {
  const version = parts.ledger.priceBookVersion();
  if (version === 0) return refuse('PRICES_MISSING');
  const saleId = parts.ids('sale');
  return basket.decide(
    { kind: 'start', saleId, laneId: parts.config.id, priceBookVersion: version },
    cause,
  );
}

/**
 * A member's number is looked up and forgotten; the basket keeps their pseudonym alone. Shown on the
 * first screen it begins a basket. Whoever is senior is asked once whether 大字 would help.
 */
export function showMember(lane: LaneInside, number: string): Outcome<unknown> {
  const { parts, memory, notify } = lane;
  const member = parts.memberOf?.(number);
  if (!member) return refuse('MEMBER_UNKNOWN');
  const outcome = lane.sell({ kind: 'show-member', member });
  if (outcome.ok && member.senior && !memory.large) memory.seniorAsked ??= 'asking';
  if (outcome.ok) notify({ level: 'info', code: 'MEMBER', text: memberText });
  return outcome;
}

function choose(
  lane: LaneInside,
  command: Extract<LaneCommand, { kind: 'choose' }>,
  cause: Cause,
): Outcome<unknown> {
  const { parts, basket } = lane;
  const version = basket.current()?.priceBookVersion ?? parts.ledger.priceBookVersion();
  const item = parts.ledger.item(version, command.sku);
  if (!item) return refuse('ITEM_UNKNOWN');
  const lineId = parts.ids('line');
  const add = () => {
    if (item.priceBasis === 'each') {
      const asked = askedAbout(lane, item.sku, cause);
      if (asked) return asked;
      const choice = parts.station?.choiceOf(item.sku, command.by) ?? { by: command.by };
      const quantity = command.quantity ?? 1;
      return lane.add({ kind: 'add-item', lineId, item, quantity, choice }, cause);
    }
    if (!parts.station) return refuse('SCALE_MISSING');
    const taken = parts.station.take(item, command.tareGrams ?? 0, command.by);
    const asked = taken.ok && askedAbout(lane, item.sku, cause);
    if (asked || !taken.ok) return asked || taken;
    const { weighing, choice } = taken.value;
    const added = lane.add({ kind: 'add-weighed', lineId, item, weighing, choice }, cause);
    if (added.ok) lookBack(lane, lineId, weighing);
    return added;
  };
  const outcome = add();
  if (outcome.ok) parts.station?.release();
  return outcome;
}

/** A line whose weight turns out not to have been at rest is there to be looked at. */
function lookBack({ parts, basket }: LaneInside, lineId: string, weighing: WeighRecord): void {
  const { scaleId, grossGrams } = weighing;
  const saleId = basket.current()?.saleId;
  parts.station?.lookBack(weighing, ({ grams: laterGrams, afterMs }) => {
    const where = { at: parts.config.id, scaleId, lineId, ...(saleId && { saleId }) };
    const body = { ...where, grossGrams, laterGrams, afterMs };
    parts.ledger.append({ source: parts.config.id, events: [{ type: 'WeightUnsteady', body }] });
  });
}

/** The question, where the camera is sure that other goods lie there; once a load. */
function askedAbout({ parts }: LaneInside, sku: string, cause: Cause): Outcome<never> | undefined {
  const { ledger, config } = parts;
  const doubt = parts.station?.doubt(sku);
  if (!doubt) return undefined;
  return refusedOnRecord(ledger, config.id, doubt.event(config.id), doubt.refusal, cause);
}

function setQuantity(
  lane: LaneInside,
  lineId: string,
  quantity: number,
  cause: Cause,
): Outcome<unknown> {
  const before = lane.basket.current()?.lines.find((each) => each.lineId === lineId);
  const outcome = lane.sell({ kind: 'set-quantity', lineId, quantity }, cause);
  if (outcome.ok && before) lane.memory.undo = { lineId, quantityBefore: before.quantity };
  return outcome;
}

/** A basket with goods in it stays to be had for a while; one without, or partly paid, does not. */
function discard(lane: LaneInside, cause: Cause): Outcome<unknown> {
  const { basket, memory, changed } = lane;
  const parked = park(lane, cause, { discarded: true });
  if (parked.ok) return parked;
  const outcome = basket.decide({ kind: 'cancel', reason: 'shopper' }, cause);
  if (!outcome.ok) return outcome;
  basket.forget();
  memory.overlay = 'none';
  forgetComforts(memory);
  delete memory.seniorAsked;
  delete memory.notice;
  delete memory.undo;
  changed();
  return outcome;
}
