/** The one place of head office that touches the real clock. */
import type { Clock } from '../../edge/core/ports.ts';

export function systemClock(): Clock {
  return {
    monoMs: () => Math.round(performance.now()),
    wallMs: () => Date.now(),
    wallQuality: () => 'trusted',
    after(delayMs, fn) {
      const timer = setTimeout(fn, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
