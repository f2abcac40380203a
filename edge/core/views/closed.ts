/** Ko: what a terminal that serves nobody says, whichever it is. */
import type { Clock, Text } from '../ports.ts';
import type { OutOfServiceView } from './views.ts';

const CALL: Text = { zh: '请呼叫店员', en: 'Please call staff' };

/**
 * `sinceMonoMs` is when it ended on the monotonic clock; the time of day is worked out from it
 * anew, so that a wall clock set right meanwhile tells the right one, and is left out while it is
 * unsure. `elsewhere` is the id of the nearest self-checkout that works.
 */
export function closedView(
  clock: Clock,
  closed: { reason: Text; sinceMonoMs: number; elsewhere?: string | undefined; phone: string },
): OutOfServiceView {
  const { reason, sinceMonoMs, elsewhere, phone } = closed;
  const sinceWallMs = clock.wallMs() - (clock.monoMs() - sinceMonoMs);
  const since = clock.wallQuality() === 'trusted' && { sinceWallMs: Math.round(sinceWallMs) };
  return { reason, next: elsewhere ? useText(elsewhere) : CALL, ...since, phone };
}

/** The number at the end of its id is what a shopper calls a checkout by. */
function useText(laneId: string): Text {
  const number = /(\d+)$/.exec(laneId)?.[1];
  return number === undefined
    ? { zh: `请使用自助收银机「${laneId}」`, en: `Please use self-checkout “${laneId}”` }
    : { zh: `请使用 ${number} 号自助收银机`, en: `Please use self-checkout ${number}` };
}
