/** Time of a replay: it stands still until the trace moves it, and fires what falls due on the way. */
import type { DriverClock } from '../contract.ts';

export interface ReplayClock extends DriverClock {
  /** Moves to `untilMs`, timers in order; stops early once `enough` says so. */
  goTo(untilMs: number, enough?: () => boolean): Promise<void>;
}

/** Turns of the promise queue after which a driver has done what it does at once. */
const TURNS = 16;

async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}

export function replayClock(startMs: number): ReplayClock {
  let nowMs = startMs;
  const waiting = new Set<{ dueMs: number; fn: () => void }>();
  const due = (untilMs: number) =>
    [...waiting]
      .filter(({ dueMs }) => dueMs <= untilMs)
      .sort((one, other) => one.dueMs - other.dueMs)[0];
  return {
    monoMs: () => nowMs,
    after(delayMs, fn) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), fn };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    async goTo(untilMs, enough = () => false) {
      await settled();
      for (let timer = due(untilMs); timer !== undefined && !enough(); timer = due(untilMs)) {
        waiting.delete(timer);
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.fn();
        await settled();
      }
      if (!enough()) nowMs = Math.max(nowMs, untilMs);
    },
  };
}
