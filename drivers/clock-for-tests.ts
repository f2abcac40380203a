/** Time that moves only when a test says so; every due timer fires in order, at its own instant. */
import type { DriverClock } from './contract.ts';

export interface ManualClock extends DriverClock {
  /** Moves time on, letting promises settle between timers. */
  advance(byMs: number): Promise<void>;
  /** Time passes and no timer runs: the process is held up. The next `advance` runs them late. */
  holdUp(forMs: number): void;
  /** How many timers wait: nothing that was closed may leave one. */
  timers(): number;
}

/** Lets everything already resolved run on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  const waiting = new Set<{ dueMs: number; fn: () => void }>();
  const nextDue = (untilMs: number): { dueMs: number; fn: () => void } | undefined =>
    [...waiting]
      .filter((timer) => timer.dueMs <= untilMs)
      .sort((one, other) => one.dueMs - other.dueMs)[0];
  return {
    monoMs: () => nowMs,
    after(delayMs, fn) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), fn };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    async advance(byMs) {
      const untilMs = nowMs + byMs;
      await settle();
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        waiting.delete(timer);
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.fn();
        await settle();
      }
      nowMs = untilMs;
    },
    holdUp(forMs) {
      nowMs += forMs;
    },
    timers: () => waiting.size,
  };
}
