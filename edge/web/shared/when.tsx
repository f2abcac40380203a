/** How long ago; the moment itself stands in the title and for machines. */
import { ago } from './format.ts';
import { clockTime, nowMs } from './runtime.ts';

const RECENT_MS = 3_600_000;

/** Within the hour how long ago, later the day and time. */
export function When({ wallMs }: { wallMs: number }) {
  const recent = nowMs.value - wallMs < RECENT_MS;
  const moment = clockTime(wallMs);
  return (
    <time class="whole" title={moment} dateTime={moment}>
      {recent ? ago(wallMs, nowMs.value) : moment.slice(5, 16)}
    </time>
  );
}
