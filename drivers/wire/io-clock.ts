/**
 * The one clock of `wire/`: real wires do real input and output, so their deadlines run on the
 * machine's monotonic time. Everything above a wire uses the clock it was handed.
 */
import type { DriverClock } from '../contract.ts';

export const ioClock: DriverClock = {
  monoMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    // A deadline alone keeps no process alive.
    timer.unref();
    return () => clearTimeout(timer);
  },
};
