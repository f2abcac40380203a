/**
 * Nobody touched the lane for a while: it asks whether somebody is still there, and puts the basket
 * aside under a code if nobody answers. Nobody is ever on a timer while they pay or wait for staff
 * (ux 1.1.5; WCAG 2.2.1 wants at least 20 s to answer and no end of extensions).
 */
import type { Outcome } from '../core/ports.ts';
import { heldLines } from '../core/sale/basket.ts';
import { comfortsOf, forgetComforts, patienceOf } from '../core/views/comfort.ts';
import { refusedByLedger } from '../ledger/answer.ts';
import { type LaneInside, policyOf } from './inside.ts';
import { park } from './parking.ts';
import { laneScreen } from './view.ts';

export interface Idling {
  /** Somebody is there: they tapped, scanned, or moved what lies on the plate. */
  touch(): void;
  close(): void;
}

export function watchIdle(lane: LaneInside): Idling {
  const { parts, memory } = lane;
  const { idleMs, answerMs } = policyOf(lane);
  let cancel = () => {};
  const mayAsk = () => {
    const screen = laneScreen(lane);
    const sale = lane.basket.current();
    const busy = memory.help !== undefined || (sale !== undefined && heldLines(sale).length > 0);
    return (screen === 'basket' || screen === 'find') && !busy;
  };
  function wait(): void {
    cancel();
    cancel = parts.clock.after(idleMs * patienceOf(memory), () => {
      if (mayAsk()) return ask();
      if (laneScreen(lane) === 'attract') beginAnew(lane);
      wait();
    });
  }
  function ask(): void {
    const countdownMs = answerMs * patienceOf(memory);
    memory.idle = { askedWallMs: parts.clock.wallMs(), countdownMs };
    lane.changed();
    cancel = parts.clock.after(countdownMs, giveUp);
  }
  function giveUp(): void {
    delete memory.idle;
    if (mayAsk()) {
      const outcome = refusedByLedger(() => leave(lane));
      if (!outcome.ok) parts.log.warn({ refusal: outcome.refusal.code }, 'idle basket stays');
    }
    lane.changed();
    wait();
  }
  wait();
  return {
    touch() {
      delete memory.idle;
      wait();
    },
    close: () => cancel(),
  };
}

/**
 * A basket with something in it is kept under a code, which stays to be read as it was; an empty
 * one is nothing to keep.
 */
function leave(lane: LaneInside): Outcome<unknown> {
  const { basket, memory } = lane;
  if (basket.current()?.lines.length) return park(lane);
  const outcome = basket.decide({ kind: 'cancel', reason: 'idle' });
  if (outcome.ok) basket.forget();
  memory.overlay = 'none';
  forgetComforts(memory);
  delete memory.seniorAsked;
  delete memory.notice;
  return outcome;
}

/** What somebody chose on the first screen, and left, is not the next shopper's. */
function beginAnew({ memory, changed }: LaneInside): void {
  if (Object.keys(comfortsOf(memory)).length === 0) return;
  forgetComforts(memory);
  changed();
}
