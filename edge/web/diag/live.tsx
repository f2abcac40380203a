/** What a device says now, how old that is, and how regular its line is. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DiagDevice, TimingView } from '../../core/views/diag-views.ts';
import { ask } from '../admin/operator.ts';
import { t } from '../shared/language.ts';
import { after } from '../shared/runtime.ts';
import { Facts } from './facts.tsx';

const EVERY_MS = 1000;

export function Live({ device }: { device: DiagDevice }) {
  const { live, state } = device;
  const stale = live !== undefined && (live.ageMs > 1000 || state === 'offline');
  return (
    <div data-stale={stale || null} class="live">
      {live ? (
        <>
          <dl>
            {Object.entries(live.event).map(([name, value]) => (
              <Said key={name} name={name} value={value} />
            ))}
          </dl>
          <p class="quiet">{t('g.age', { ms: live.ageMs })}</p>
        </>
      ) : (
        <p class="quiet">{t('g.nothing_yet')}</p>
      )}
      <Timing id={device.id} />
      <Facts facts={device.statistics} />
    </div>
  );
}

const READINGS = ['stable', 'moving', 'zero', 'underload', 'overload', 'fault', 'stale'] as const;

/** One fact of what it says: a scale's state in words with its code, everything else as it is. */
function Said({ name, value }: { name: string; value: unknown }) {
  const reading = name === 'kind' ? READINGS.find((each) => each === value) : undefined;
  const word = reading && t(`g.reading_${reading}`);
  const label = name === 'grams' ? t('g.said_grams') : reading ? t('g.said_state') : name;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {reading ? (
          <>
            {word} {word === reading ? null : <small>{reading}</small>}
          </>
        ) : typeof value === 'object' ? (
          JSON.stringify(value)
        ) : (
          String(value)
        )}
      </dd>
    </div>
  );
}

function Timing({ id }: { id: string }) {
  const timing = useSignal<TimingView | undefined>(undefined);
  useEffect(() => {
    let stopped = false;
    const look = async () => {
      const asked = await ask<{ ok: boolean; value?: TimingView }>(
        'GET',
        `/api/diag/devices/${id}/timing`,
      );
      if (asked.ok && asked.value.value) timing.value = asked.value.value;
      if (!stopped) after(EVERY_MS, () => void look());
    };
    void look();
    return () => {
      stopped = true;
    };
  }, []);
  const now = timing.value;
  if (!now || now.frames < 2) return null;
  const { replies, framesPerSecond, jitterMs } = now;
  return (
    <>
      <ul class="figures">
        <Figure label={t('g.rate')} value={`${framesPerSecond} /s`} />
        <Figure label={t('g.jitter')} value={`${jitterMs} ms`} />
        {replies.count > 0 ? (
          <Figure label={t('g.reply')} value={`${replies.p50Ms} · ${replies.p95Ms} ms`} />
        ) : null}
      </ul>
      <Gaps gaps={now.gaps} />
    </>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <li>
      <small>{label}</small>
      <b>{value}</b>
    </li>
  );
}

/** Gaps between frames: where one bar stands alone the line is regular. */
function Gaps({ gaps }: Pick<TimingView, 'gaps'>) {
  const most = Math.max(...gaps.map(({ count }) => count), 1);
  const last = gaps.at(-2)?.upToMs ?? 0;
  return (
    <table class="gaps">
      <caption>{t('g.gaps')}</caption>
      <tbody>
        {gaps.map(({ upToMs, count }) => (
          <tr key={upToMs ?? 'more'}>
            <th scope="row">{upToMs === undefined ? `≥ ${last} ms` : `< ${upToMs} ms`}</th>
            <td>
              <meter min={0} max={most} value={count} aria-hidden="true" />
            </td>
            <td>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
