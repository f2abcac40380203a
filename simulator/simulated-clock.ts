import type { Clock } from './runtime.ts';

export interface SimulatedClock extends Clock {
  /** Runs every timer due within the next `ms` milliseconds, in order, without waiting. */
  advance(ms: number): void;
  /**
   * The same, but lets promises and real input and output of this process go on between timers,
   * and ends early where `until` answers true. Answers whether `until` was met.
   */
  run(ms: number, until?: () => boolean): Promise<boolean>;
}

interface Timer {
  atMs: number;
  order: number;
  fn: () => void;
}

const SIMULATED_START_WALL_MS = 1_767_225_600_000; // 2026-01-01T00:00:00Z

/** Time that passes only when told to: a day in the shop takes as long as its work. */
export function createSimulatedClock(startWallMs = SIMULATED_START_WALL_MS): SimulatedClock {
  const timers = new Set<Timer>();
  let nowMs = 0;
  let order = 0;
  const next = (untilMs: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      const sooner = !first || timer.atMs < first.atMs;
      const tie = first && timer.atMs === first.atMs && timer.order < first.order;
      if (timer.atMs <= untilMs && (sooner || tie)) first = timer;
    }
    return first;
  };
  const fire = (timer: Timer) => {
    timers.delete(timer);
    nowMs = Math.max(nowMs, timer.atMs);
    timer.fn();
  };
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    // Whole milliseconds, as a real clock of the store tells them.
    monoMs: () => Math.floor(nowMs),
    wallMs: () => startWallMs + Math.floor(nowMs),
    wallQuality: () => 'trusted',
    after(delayMs, fn) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), order: order++, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let timer = next(untilMs); timer; timer = next(untilMs)) fire(timer);
      nowMs = untilMs;
    },
    async run(ms, until) {
      const untilMs = nowMs + ms;
      for (;;) {
        await breathe();
        if (until?.()) return true;
        const timer = next(untilMs);
        if (!timer) break;
        fire(timer);
      }
      nowMs = untilMs;
      return false;
    },
  };
}
