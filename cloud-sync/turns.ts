/** One thing at a time, again and again: what both conversations with head office have in common. */
import type { Clock, Random } from '../edge/core/ports.ts';

/** How a turn ended. */
export interface Turn {
  /** Until the next one; 0 for at once, left out for when somebody asks. */
  pauseMs?: number;
  /** Called when the pause has begun, so that a status read there is complete. */
  announce?(): void;
}

export interface Turns {
  /** Take one now, whatever pause there was; while one is under way, nothing. */
  now(): void;
  /** Take one now, unless there is a pause to wait for. */
  ask(): void;
  /** When the pause ends; undefined outside of one. */
  pausedUntilWallMs(): number | undefined;
  /** Starts no further turn; resolves when the one under way has ended. */
  close(): Promise<void>;
}

export function takeTurns(clock: Clock, turn: () => Promise<Turn>): Turns {
  let closed = false;
  let asked = false;
  let underWay: Promise<void> | undefined;
  let pause: { cancel(): void; untilWallMs: number } | undefined;

  const now = (): void => {
    asked = true;
    if (closed || underWay) return;
    pause?.cancel();
    pause = undefined;
    asked = false;
    underWay = turn().then(ended);
  };
  const ended = ({ pauseMs = asked ? 0 : undefined, announce }: Turn): void => {
    underWay = undefined;
    if (closed) return;
    if (pauseMs) {
      pause = { cancel: clock.after(pauseMs, now), untilWallMs: clock.wallMs() + pauseMs };
    }
    announce?.();
    if (pauseMs === 0) now();
  };
  return {
    now,
    ask: () => void (pause || now()),
    pausedUntilWallMs: () => pause?.untilWallMs,
    async close() {
      closed = true;
      pause?.cancel();
      pause = undefined;
      await underWay;
    },
  };
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 300_000;

/**
 * Milliseconds to wait after the `failures`th failure in a row (1 for the first): doubling from
 * one second to five minutes, of which a random half, so that stores come back one by one.
 */
export function retryDelayMs(failures: number, random: Random): number {
  const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(longest * (0.5 + random() / 2));
}
