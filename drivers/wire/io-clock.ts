/**
 * The one clock of `wire/`: real wires do real input and output, so their deadlines run on the
 * machine's monotonic time. Everything above a wire uses the clock it was handed.
 */
import type { DriverClock } from '../contract.ts';

export const ioClock: DriverClock = {
  monoMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  after(delayMs, fn) {
    const signal = AbortSignal.timeout(Math.max(0, Math.ceil(delayMs)));
    signal.addEventListener('abort', fn, { once: true });
    return () => signal.removeEventListener('abort', fn);
  },
};
