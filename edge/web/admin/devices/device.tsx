/** One device: its state in large, its last day, what it says now, and what can be done. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DeviceTimeline } from '../../../core/device-timeline.ts';
import type { DiagDevice } from '../../../core/views/diag-views.ts';
import type { DeviceView } from '../../../core/views/views.ts';
import { ago, duration } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { after, nowMs } from '../../shared/runtime.ts';
import { ask } from '../operator.ts';
import { linkTo } from '../rooms.ts';
import { lookAt, report } from './acting.ts';
import { Acts, Results } from './acts.tsx';
import { Day } from './day.tsx';
import { factName, factValue } from './fact-words.ts';

const LOOK_MS = 1000;

export function DevicePage({ id, device }: { id: string; device: DeviceView | undefined }) {
  const shown = useSignal<DiagDevice | undefined>(undefined);
  const day = useSignal<DeviceTimeline | undefined>(undefined);
  useEffect(() => follow(id, (told) => (shown.value = told)), [id]);
  const state = device?.state;
  useEffect(() => {
    void ask<DeviceTimeline>('GET', `/api/devices/${id}/timeline`).then((answer) => {
      if (answer.ok) day.value = answer.value;
    });
  }, [id, state]);
  if (!device)
    return (
      <section class="card empty">
        <h1>{t('dv.gone', { id })}</h1>
        <a href={linkTo('devices')}>{t('dv.back')}</a>
      </section>
    );
  return (
    <>
      <header class="room">
        <a class="plain" href={linkTo('devices')} aria-label={t('dv.back')}>
          <Icon name="back" />
        </a>
        <h1>
          {t(`kind.${device.kind}`)} {id}
          {device.at ? <small>{device.at.join(' / ')}</small> : null}
        </h1>
        <a class="plain" href="/diag/">
          <Icon name="cpu" />
          {t('dv.diag')}
        </a>
      </header>
      <State device={device} />
      <Results />
      <Checks />
      {day.value ? <Day day={day.value} /> : null}
      <div class="columns">
        <Live device={shown.value} />
        <About device={device} />
      </div>
    </>
  );
}

/** Looks at it once a second until the page is left. */
function follow(id: string, tell: (device: DiagDevice) => void): () => void {
  let stop = () => {};
  let left = false;
  const look = async () => {
    const answer = await lookAt(id);
    if (left) return;
    if (answer.ok) tell(answer.value);
    stop = after(LOOK_MS, () => void look());
  };
  void look();
  return () => {
    left = true;
    stop();
  };
}

function State({ device }: { device: DeviceView }) {
  const { state, why, next, detail, retry, sinceWallMs, lastSeenWallMs } = device;
  return (
    <section class="card device-state" data-state={state}>
      <p class="big">
        <span class="badge" data-state={state}>
          {t(`state.${state}`)}
        </span>
        <span>{t('s.for', { time: duration(nowMs.value - sinceWallMs) })}</span>
        <small>
          {t('s.seen')}{' '}
          {lastSeenWallMs === undefined ? t('s.never') : ago(lastSeenWallMs, nowMs.value)}
        </small>
      </p>
      {why && state !== 'ok' ? (
        <p>
          {pick(why)}
          {detail ? <small>{pick(detail)}</small> : null}
          {next ? <b class="next">→ {pick(next)}</b> : null}
        </p>
      ) : null}
      {retry && retry.atWallMs > nowMs.value ? (
        <p class="quiet">
          {t('dv.retry', { n: retry.failures + 1, time: duration(retry.atWallMs - nowMs.value) })}
        </p>
      ) : null}
      <Acts devices={[device]} />
    </section>
  );
}

function Checks() {
  if (!report.value) return null;
  return (
    <section class="card">
      <h2>{t('dv.checks')}</h2>
      <ul class="steps">
        {report.value.steps.map(({ id, status, title, value, limit, hint }) => (
          <li key={id} data-status={status}>
            <Icon name={status === 'pass' ? 'check' : status === 'none' ? 'less' : 'warn'} />
            <span>{pick(title)}</span>
            <span class="quiet">{[value, limit].filter(Boolean).join('  ')}</span>
            {hint ? <small>→ {pick(hint)}</small> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Older than this, a value is no longer what is so now. */
const STALE_MS = 2000;

function Live({ device }: { device: DiagDevice | undefined }) {
  const live = device?.live;
  const words = (ageMs: number) =>
    ageMs < 5000 ? t('dv.age', { ms: ageMs }) : t('dv.age_s', { time: duration(ageMs) });
  return (
    <section class="card column wide" data-stale={(live && live.ageMs > STALE_MS) || null}>
      <h2>
        {t('dv.live')} {live ? <small>{words(live.ageMs)}</small> : null}
      </h2>
      {live ? null : <p class="quiet">{t('dv.nothing_yet')}</p>}
      <Facts facts={{ ...live?.event }} />
      {device ? (
        <details class="counts">
          <summary>{t('dv.counts')}</summary>
          <Facts facts={device.statistics} />
        </details>
      ) : null}
    </section>
  );
}

function About({ device }: { device: DeviceView }) {
  const facts = { [t('dv.driver')]: device.driver, [t('dv.address')]: device.address };
  return (
    <section class="card column">
      <h2>{t('dv.about')}</h2>
      <Facts facts={{ ...facts, ...device.identity }} />
    </section>
  );
}

function Facts({ facts }: { facts: Record<string, unknown> }) {
  const entries = Object.entries(facts).filter(([, value]) => value !== '' && value !== undefined);
  if (entries.length === 0) return null;
  return (
    <dl class="known">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{factName(name)}</dt>
          <dd>{factValue(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
