/** The one place that touches the real clock and real chance. Everything else is given these. */
import { randomBytes } from 'node:crypto';
import { USUAL_ZONE } from './config/problems.ts';
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

/**
 * Makes the process's own time that of the store. Dates then know the store's local time by
 * themselves; formats of another zone take a starting box 30 ms and 8 MB to make. A name in other
 * letters than the zone's own (`asia/shanghai`) is one that formats know and dates do not.
 */
export function liveIn(timeZone: string): void {
  if (timeZone === USUAL_ZONE || Intl.supportedValuesOf('timeZone').includes(timeZone))
    process.env.TZ = timeZone;
}

const two = (part: number): string => String(part).padStart(2, '0');

/** `2026-11-23 15:04` where the process lives. */
function ownTime(wallMs: number): string {
  const at = new Date(wallMs);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `2026-11-23 15:04`; a format is made only for a zone that is not the process's own. */
function inZone(timeZone: string): (wallMs: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (wallMs) => {
    if (process.env.TZ === timeZone) return ownTime(wallMs);
    format ??= new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone, dateStyle: 'short', timeStyle: 'short' },
    });
    return format.format(wallMs);
  };
}

/** Local calendar day of a store, `2026-11-23`, for projections and closings. */
export function localDayOf(timeZone: string): (wallMs: number) => string {
  const local = inZone(timeZone);
  return (wallMs) => local(wallMs).slice(0, 'YYYY-MM-DD'.length);
}

/** Local time of a store for receipts: `2026-11-23 15:04`. */
export const localTimeOf = (timeZone: string) => inZone(timeZone);
