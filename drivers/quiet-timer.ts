import type { DriverClock } from './contract.ts';
import { HELD_UP_MS } from './deadline.ts';

/** Part of the limit that a process that was held up has to catch up: for a whole exchange. */
const CATCH_UP = 1 / 4;

export interface QuietTimer {
  /** Something was heard; starts counting anew. */
  touch(): void;
  stop(): void;
}

/**
 * Calls `onQuiet` once when nothing was heard for `limitMs`, and again only after a new `touch`.
 * One timer, however often it is touched; none before the first touch or after `stop`. A process
 * that was held up runs its timers before it reads what came meanwhile: silence is judged when
 * that has been heard.
 */
export function quietTimer(
  clock: DriverClock,
  limitMs: number,
  onQuiet: (idleMs: number) => void,
): QuietTimer {
  let lastMs = 0;
  let stopped = false;
  let cancel: (() => void) | undefined;
  const check = (): void => {
    const idleMs = clock.monoMs() - lastMs;
    const catchUpMs = idleMs - limitMs > HELD_UP_MS ? limitMs * CATCH_UP : 0;
    cancel =
      idleMs >= limitMs ? clock.after(catchUpMs, judge) : clock.after(limitMs - idleMs, check);
  };
  const judge = (): void => {
    cancel = undefined;
    const idleMs = clock.monoMs() - lastMs;
    if (idleMs >= limitMs) onQuiet(idleMs);
    else cancel = clock.after(limitMs - idleMs, check);
  };
  return {
    touch() {
      lastMs = clock.monoMs();
      if (!stopped) cancel ??= clock.after(limitMs, check);
    },
    stop() {
      stopped = true;
      cancel?.();
      cancel = undefined;
    },
  };
}
