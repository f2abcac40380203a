/** The one place that touches the real clock and real chance. Everything else is given these. */
import { randomBytes } from 'node:crypto';
import type { Clock, Ids, Random } from './core/ports.ts';

/** No clock of a working box says less than this: 2025-01-01, before which the RTC has failed. */
const EARLIEST_CREDIBLE_WALL_MS = 1_735_689_600_000;

export function systemClock(): Clock {
  return {
    monoMs: () => Math.round(performance.now()),
    monoUs: () => Math.round(performance.now() * 1000),
    wallMs: () => Date.now(),
    wallQuality: () => (Date.now() < EARLIEST_CREDIBLE_WALL_MS ? 'unsure' : 'trusted'),
    after(delayMs, fn) {
      const timer = setTimeout(fn, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

export const systemRandom: Random = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;

/** 80 random bits a name: `lane-1` never meets an id of another box or boot. */
export const systemIds: Ids = (prefix) => `${prefix}-${randomBytes(10).toString('hex')}`;

/** Local calendar day of a store, `2026-11-23`, for projections and closings. */
export function localDayOf(timeZone: string): (wallMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  return (wallMs) => format.format(wallMs);
}

/** Local time of a store for receipts: `2026-11-23 15:04`. */
export function localTimeOf(timeZone: string): (wallMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return (wallMs) => format.format(wallMs);
}
