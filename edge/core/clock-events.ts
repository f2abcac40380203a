/** What became of the box's wall clock. Order, deadlines and closings never read it. */

/** A wall clock further from the monotonic one than this since the event before has stepped. */
export const CLOCK_STEP_MS = 2000;

export interface ClockEventBodies {
  /**
   * Someone or something set the wall clock, or the box slept. `wallBeforeMs` is what it would have
   * said had it run on from the event before, `stepMs` how far it now is from that. Stands before
   * the first other event that carries the new time, in the same transaction.
   */
  ClockStepped: { wallBeforeMs: number; wallMs: number; stepMs: number };
}

export const CLOCK_EVENT_TYPES = [
  'ClockStepped',
] as const satisfies readonly (keyof ClockEventBodies)[];
