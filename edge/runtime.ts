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

/** Made when it is first asked: a box that starts has no local time to say yet. */
function inZone(timeZone: string, style: Intl.DateTimeFormatOptions): (wallMs: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (wallMs) => {
    format ??= new Intl.DateTimeFormat('sv-SE', { timeZone, ...style });
    return format.format(wallMs);
  };
}

/** Local calendar day of a store, `2026-11-23`, for projections and closings. */
export const localDayOf = (timeZone: string) => inZone(timeZone, { dateStyle: 'short' });

/** Local time of a store for receipts: `2026-11-23 15:04`. */
export const localTimeOf = (timeZone: string) =>
  inZone(timeZone, { dateStyle: 'short', timeStyle: 'short' });
