/** A device's last day: a band of states, and one line for each outage. Pure. */
import type { Text } from './ports.ts';
import type { DeviceState } from './views/views.ts';

/** From this moment on it was so. `stopped` is the controller's own end. */
export interface Moment {
  wallMs: number;
  state: DeviceState | 'stopped';
  reason?: string;
}

export interface Segment {
  fromWallMs: number;
  toWallMs: number;
  state: DeviceState;
  reason?: string;
}

/** `断开 09:12 → 恢复 09:31`; without an end while it lasts. */
export interface Outage {
  fromWallMs: number;
  toWallMs?: number;
  /** The first reason given. */
  reason?: string;
  /** It in words, where it is known. */
  why?: Text;
}

export interface DeviceTimeline {
  fromWallMs: number;
  toWallMs: number;
  segments: Segment[];
  /** Newest first. */
  outages: Outage[];
}

const isDown = (state: Moment['state']): boolean => state === 'offline' || state === 'fault';
/** Neither well nor down: an outage goes on through it. */
const isBetween = (state: Moment['state']): boolean => state === 'starting' || state === 'unknown';

export function timelineOf(
  moments: readonly Moment[],
  fromWallMs: number,
  toWallMs: number,
): DeviceTimeline {
  const sorted = moments.toSorted((one, other) => one.wallMs - other.wallMs);
  const segments: Segment[] = [];
  for (const [at, { wallMs, state, reason }] of sorted.entries()) {
    const from = Math.max(wallMs, fromWallMs);
    const to = Math.min(sorted[at + 1]?.wallMs ?? toWallMs, toWallMs);
    if (to <= from) continue;
    const shown = state === 'stopped' ? 'unknown' : state;
    const last = segments.at(-1);
    if (last?.state === shown && last.reason === reason && last.toWallMs === from)
      last.toWallMs = to;
    else segments.push({ fromWallMs: from, toWallMs: to, state: shown, ...(reason && { reason }) });
  }
  return { fromWallMs, toWallMs, segments, outages: outagesIn(sorted, fromWallMs) };
}

function outagesIn(moments: readonly Moment[], fromWallMs: number): Outage[] {
  const outages: Outage[] = [];
  let open: Outage | undefined;
  for (const { wallMs, state, reason } of moments) {
    if (isDown(state)) {
      if (open) open.reason ??= reason;
      open ??= { fromWallMs: wallMs, ...(reason && { reason }) };
    } else if (open && !isBetween(state) && state !== 'stopped') {
      outages.unshift({ ...open, toWallMs: wallMs });
      open = undefined;
    }
  }
  if (open) outages.unshift(open);
  return outages.filter(({ toWallMs }) => toWallMs === undefined || toWallMs > fromWallMs);
}
