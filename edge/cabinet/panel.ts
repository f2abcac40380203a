/** What the door's panel keeps for one shopper, and when the next one begins without it. */
import type { Text } from '../core/ports.ts';
import { comfortsOf, forgetComforts, patienceOf } from '../core/views/comfort.ts';
import type { CabinetInside } from './inside.ts';
import { panelView } from './view.ts';

/** Nobody shows a code and nobody taps for this long: the next shopper begins without comforts. */
const NEXT_SHOPPER_MS = 60_000;

/** Somebody is there. */
export function heed(cabinet: CabinetInside): void {
  const { memory } = cabinet;
  cabinet.cancelForget();
  cabinet.cancelForget = cabinet.later(NEXT_SHOPPER_MS * patienceOf(memory), () => {
    if (Object.keys(comfortsOf(memory)).length === 0) return;
    if (panelView(cabinet).screen !== 'ready') return heed(cabinet);
    forgetComforts(memory);
    cabinet.changed();
  });
}

/** What came of a visit leaves the panel; with it whatever its shopper chose. */
export function clearPanel({ memory, cancelForget }: CabinetInside, visitId: string): void {
  cancelForget();
  memory.dismissed = visitId;
  memory.turnedAway = undefined;
  delete memory.notice;
  forgetComforts(memory);
}

/** What came of a visit stays to be read; twice as long in 大字. */
export const shownMs = ({ parts, memory }: CabinetInside): number =>
  parts.config.shownMs * patienceOf(memory);

/** Why nobody was let in: read, it leaves the panel as a bill does. */
export function turnAway(cabinet: CabinetInside, why: { message: Text; next: Text }): void {
  const { memory } = cabinet;
  const turnedAway = { message: why.message, next: why.next };
  memory.turnedAway = turnedAway;
  cabinet.later(shownMs(cabinet), () => {
    if (memory.turnedAway !== turnedAway) return;
    memory.turnedAway = undefined;
    cabinet.changed();
  });
}
