/** How regular a device's line is: frames a second, answers, and how far apart frames come. */

import type { TraceEntry } from '../../drivers/trace/ring.ts';
import type { TimingView } from '../core/views/diag-views.ts';
import { replyTimesMs } from './health.ts';

/** Upper ends of the histogram's bars, in ms; what is longer falls into one more. */
export const GAPS_MS = [5, 10, 20, 50, 100, 150, 200, 300, 500, 1000];

const at = (sorted: number[], share: number): number =>
  Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;

export function timingOf(entries: readonly TraceEntry[]): TimingView {
  const heard = entries.filter(({ direction }) => direction === 'rx').map(({ tUs }) => tUs);
  const gaps = heard.slice(1).map((tUs, index) => (tUs - (heard[index] ?? tUs)) / 1000);
  const sorted = gaps.toSorted((one, other) => one - other);
  const spanS = ((heard.at(-1) ?? 0) - (heard[0] ?? 0)) / 1e6;
  const replies = replyTimesMs(entries);
  const bars = [...GAPS_MS, Number.POSITIVE_INFINITY].map((upToMs, index, all) => {
    const fromMs = index === 0 ? 0 : (all[index - 1] ?? 0);
    return { upToMs, count: gaps.filter((gap) => gap >= fromMs && gap < upToMs).length };
  });
  return {
    frames: heard.length,
    framesPerSecond: spanS > 0 ? Math.round((gaps.length / spanS) * 10) / 10 : 0,
    replies: { count: replies.length, p50Ms: at(replies, 0.5), p95Ms: at(replies, 0.95) },
    jitterMs: Math.round((at(sorted, 0.95) - at(sorted, 0.05)) * 10) / 10,
    gaps: bars.map(({ upToMs, count }) => ({
      count,
      ...(Number.isFinite(upToMs) && { upToMs }),
    })),
  };
}
