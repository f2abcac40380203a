/** A device's day with the reason of every outage in words. */
import type { DeviceTimeline } from '../core/device-timeline.ts';
import { REASONS, type Reason } from '../devices/reasons.ts';

const KNOWN: ReadonlyMap<string, Reason> = new Map(Object.entries(REASONS));

/** A code nobody has words for is shown as it is. */
export function inWords(day: DeviceTimeline): DeviceTimeline {
  const outages = day.outages.map((outage) => {
    const known = outage.reason === undefined ? undefined : KNOWN.get(outage.reason);
    return known ? { ...outage, why: known.why } : outage;
  });
  return { ...day, outages };
}
