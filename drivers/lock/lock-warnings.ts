/** What a lock board's states give away: a bolt that is stuck, a door that was forced or left open. */
import type { DriverContext, LockOutcome, LockState } from '../contract.ts';
import { say } from '../say.ts';
import type { Pulses } from './lock-pulses.ts';

/** A door opened this soon after its pulse was opened by it. */
export const PULSE_OPENS_MS = 15_000;
/** A door that stands open this long was left open. */
export const AJAR_AFTER_MS = 120_000;

export interface LockWarnings {
  /** A lock's state was seen twice in a row; `before` is undefined the first time. */
  changed(lockNumber: number, before: LockState | undefined, state: LockState): void;
  tried(lockNumber: number, outcome: LockOutcome): void;
  stop(): void;
}

export function lockWarnings(context: DriverContext, pulses: Pulses): LockWarnings {
  const { clock } = context;
  const stuck = new Set<number>();
  const forced = new Set<number>();
  const ajar = new Set<number>();
  const open = new Map<number, () => void>();
  let told = false;
  const names = (locks: Set<number>): string => [...locks].sort((a, b) => a - b).join(', ');
  const tell = (): void => {
    const [reason, locks] = (
      [
        ['DOOR_FORCED', forced],
        ['LOCK_STUCK', stuck],
        ['DOOR_AJAR', ajar],
      ] as const
    ).find(([, each]) => each.size > 0) ?? [undefined, ajar];
    if (reason !== undefined)
      context.warn(reason, say(`锁 ${names(locks)}`, `lock ${names(locks)}`));
    else if (told) context.warn(undefined);
    told = reason !== undefined;
  };
  const shut = (lockNumber: number): void => {
    open.get(lockNumber)?.();
    open.delete(lockNumber);
    for (const each of [stuck, forced, ajar]) each.delete(lockNumber);
  };
  return {
    changed(lockNumber, before, state) {
      if (state === 'open') {
        stuck.delete(lockNumber);
        const sinceMs = clock.monoMs() - pulses.lastMs(lockNumber);
        if (before === 'locked' && !(sinceMs >= 0 && sinceMs < PULSE_OPENS_MS))
          forced.add(lockNumber);
        open.get(lockNumber)?.();
        const late = (): void => {
          ajar.add(lockNumber);
          tell();
        };
        open.set(lockNumber, clock.after(AJAR_AFTER_MS, late));
      } else if (state === 'locked') shut(lockNumber);
      tell();
    },
    tried(lockNumber, outcome) {
      if (outcome.ok) stuck.delete(lockNumber);
      else if (outcome.reason === 'still-locked') stuck.add(lockNumber);
      tell();
    },
    stop() {
      for (const cancel of open.values()) cancel();
      open.clear();
    },
  };
}
