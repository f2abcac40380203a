/**
 * Guessing is slow: five failures lock an account for 30 s, each one more doubles that, up to
 * 15 min. Counted per account *and* surface, so that nobody at a kiosk can lock the operator's own
 * page. A failure is on the disk before the guess is looked at, so no restart and no cut forgets
 * one; waiting is monotonic and begins anew after a restart, so no clock jump shortens it.
 */
import type { Clock } from '../core/ports.ts';

const FREE_FAILURES = 5;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;

/** How long the account stays locked after this many failures in a row. */
export function lockMsAfter(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(FIRST_LOCK_MS * 2 ** Math.min(failures - FREE_FAILURES, 10), LONGEST_LOCK_MS);
}

export interface Lockout {
  /** Milliseconds until the next guess is looked at; 0 where it is now. */
  lockedForMs(key: string): number;
  /** Counts a guess as failed, durably, before anybody looks at it. */
  count(key: string): void;
  /** The guess was right: the account starts anew. */
  forgive(key: string): void;
}

/** `kept` are the failures of earlier boots; `keep` stores them and returns once they are safe. */
export function createLockout(
  clock: Clock,
  kept: Record<string, number>,
  keep: (failures: Record<string, number>) => void,
): Lockout {
  const failures = new Map(Object.entries(kept));
  const since = new Map([...failures.keys()].map((key) => [key, clock.monoMs()]));
  const store = () => keep(Object.fromEntries(failures));
  return {
    lockedForMs(key) {
      const until = (since.get(key) ?? 0) + lockMsAfter(failures.get(key) ?? 0);
      return Math.max(0, until - clock.monoMs());
    },
    count(key) {
      failures.set(key, (failures.get(key) ?? 0) + 1);
      since.set(key, clock.monoMs());
      store();
    },
    forgive(key) {
      if (!failures.delete(key)) return;
      since.delete(key);
      store();
    },
  };
}
