/** INV-T2 and INV-T4: time within a boot never runs back, and a step of the wall clock is told. */
import { CLOCK_STEP_MS } from '../core/clock-events.ts';
import type { RecordedEvent } from '../core/events.ts';

export function beginMonotonic(): (event: RecordedEvent) => string[] {
  let before = { boot: '', monoMs: 0 };
  return ({ boot, monoMs }) => {
    const back = boot === before.boot && monoMs < before.monoMs;
    const found = back ? [`monotonic time ${monoMs} after ${before.monoMs}`] : [];
    before = { boot, monoMs };
    return found;
  };
}

export function beginClockSteps(): (event: RecordedEvent) => string[] {
  let before = { boot: '', aheadMs: 0 };
  return (event) => {
    const aheadMs = event.wallMs - event.monoMs;
    const movedMs = event.boot === before.boot ? aheadMs - before.aheadMs : 0;
    before = { boot: event.boot, aheadMs };
    if (event.type === 'ClockStepped') {
      const { stepMs } = event.body;
      return stepMs === movedMs ? [] : [`says ${stepMs} ms, the clock moved ${movedMs} ms`];
    }
    if (Math.abs(movedMs) <= CLOCK_STEP_MS) return [];
    return [`the wall clock moved ${movedMs} ms and nothing says so`];
  };
}
