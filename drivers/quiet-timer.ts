import type { DriverClock } from './contract.ts';

export interface QuietTimer {
  /** Something was heard; starts counting anew. */
  touch(): void;
  stop(): void;
}

/**
 * Calls `onQuiet` once when nothing was heard for `limitMs`, and again only after a new `touch`.
 * One timer, however often it is touched; none before the first touch or after `stop`.
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
