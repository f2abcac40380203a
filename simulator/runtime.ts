/**
 * The simulator's time. Everything in this room takes a `Clock`, so a whole store can run in
 * simulated time; this file is the only one that touches the machine's own clock.
 */

/** Same shape as the controller's clock, declared here because this room knows no other room. */
export interface Clock {
  /** Monotonic milliseconds; never steps. */
  monoMs(): number;
  /** Wall-clock milliseconds since 1970; may step. */
  wallMs(): number;
  wallQuality(): 'trusted' | 'unsure';
  /** Runs `fn` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, fn: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** The machine's clock. */
export function realClock(): Clock {
  return {
    monoMs: () => performance.now(),
    wallMs: () => Date.now(),
    wallQuality: () => 'trusted',
    after: (delayMs, fn) => {
      const timer = setTimeout(fn, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
