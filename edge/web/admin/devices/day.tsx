/** The last 24 hours as a band, and a line for each outage. */
import type { DeviceTimeline, Outage } from '../../../core/device-timeline.ts';
import { duration } from '../../shared/format.ts';
import { pick, t } from '../../shared/language.ts';
import { clockTime, nowMs } from '../../shared/runtime.ts';

const WIDTH = 1000;
const HOURS = [0, 6, 12, 18, 24];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const hourOf = (wallMs: number) => clockTime(wallMs).slice(11, 16);
/** Today's by the hour alone. */
const momentOf = (wallMs: number) =>
  clockTime(wallMs).slice(0, 10) === clockTime(nowMs.value).slice(0, 10)
    ? hourOf(wallMs)
    : clockTime(wallMs).slice(5, 16);

export function Day({ day }: { day: DeviceTimeline }) {
  const { fromWallMs, toWallMs, segments, outages } = day;
  const x = (wallMs: number) => ((wallMs - fromWallMs) / (toWallMs - fromWallMs)) * WIDTH;
  return (
    <section class="card">
      <h2>{t('dv.day')}</h2>
      <svg
        class="band"
        viewBox={`0 0 ${WIDTH} 28`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('dv.band', { n: outages.length })}
      >
        {segments.map(({ fromWallMs: from, toWallMs: to, state }) => (
          <rect
            key={from}
            x={x(from)}
            y={0}
            width={Math.max(1.5, x(to) - x(from))}
            height={28}
            data-state={state}
          />
        ))}
      </svg>
      <p class="hours" aria-hidden="true">
        {HOURS.map((hour) => (
          <span key={hour}>{hourOf(toWallMs - DAY_MS + hour * HOUR_MS)}</span>
        ))}
      </p>
      {outages.length === 0 ? <p class="quiet">{t('dv.no_outage')}</p> : null}
      <ul class="outages">
        {outages.map((outage) => (
          <Line key={outage.fromWallMs} outage={outage} />
        ))}
      </ul>
    </section>
  );
}

function Line({ outage: { fromWallMs, toWallMs, reason, why } }: { outage: Outage }) {
  const from = momentOf(fromWallMs);
  const lasted = duration((toWallMs ?? nowMs.value) - fromWallMs);
  return (
    <li data-open={toWallMs === undefined || null}>
      <span>
        {toWallMs === undefined
          ? t('dv.outage_now', { from })
          : t('dv.outage', { from, to: momentOf(toWallMs) })}
      </span>
      <small>
        {t('dv.lasted', { time: lasted })}
        {why ? ` · ${pick(why)}` : reason ? ` · ${reason}` : ''}
      </small>
    </li>
  );
}
