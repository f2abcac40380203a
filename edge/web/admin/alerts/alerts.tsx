/** What the store tells by itself: what is so now, what is muted, the rules, the ways, what was sent. */
import { useEffect } from 'preact/hooks';
import type { Alert, AlertsView, Delivery, Mute } from '../../../core/views/alert-views.ts';
import { ago, duration } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, pick, t } from '../../shared/language.ts';
import { clockTime, nowMs } from '../../shared/runtime.ts';
import { Told, Unseen } from '../door.tsx';
import { may } from '../operator.ts';
import { Skeleton } from '../shell.tsx';
import { Channels } from './channels.tsx';
import { Rules } from './rules.tsx';
import { alerts, look, refused, tell } from './store.ts';
import './alerts.css';
import { alerts as enAlerts } from '../../shared/i18n/en/alerts.ts';
import { devices as enDevices } from '../../shared/i18n/en/devices.ts';
import { settings as enSettings } from '../../shared/i18n/en/settings.ts';
import { alerts as zhAlerts } from '../../shared/i18n/zh/alerts.ts';
import { devices as zhDevices } from '../../shared/i18n/zh/devices.ts';
import { settings as zhSettings } from '../../shared/i18n/zh/settings.ts';

learnWords({ zh: zhAlerts, en: enAlerts });
learnWords({ zh: zhDevices, en: enDevices });
learnWords({ zh: zhSettings, en: enSettings });

export function Alerts() {
  useEffect(() => void look(), []);
  const view = alerts.value;
  if (!view)
    return refused.value ? <Unseen label="n.alerts" refusal={refused.value} /> : <Skeleton />;
  return (
    <>
      <header class="room">
        <h1>{t('n.alerts')}</h1>
      </header>
      <Told refusal={refused.value} />
      <Open view={view} />
      <div class="columns">
        <div class="column wide">
          <Rules view={view} />
          <History alerts={view.history} />
        </div>
        <div class="column">
          <Channels view={view} />
          <Mutes mutes={view.mutes} />
          <Sent deliveries={view.deliveries} />
        </div>
      </div>
    </>
  );
}

function Open({ view: { open, mutes } }: { view: AlertsView }) {
  if (open.length === 0)
    return (
      <section class="verdict" data-level="ok" role="status">
        <Icon name="check" />
        <h2>{t('al.none')}</h2>
      </section>
    );
  const muted = ({ key, code }: Alert) =>
    mutes.find(({ what }) => what === '*' || what === key || what === code);
  return (
    <section class="card attention">
      <h2>{t('al.open', { n: open.length })}</h2>
      <ul class="alerts">
        {open.map((alert) => (
          <OpenAlert key={alert.id} alert={alert} mute={muted(alert)} />
        ))}
      </ul>
    </section>
  );
}

const MUTE_MINUTES = [30, 120, 720] as const;

function OpenAlert({ alert, mute }: { alert: Alert; mute: Mute | undefined }) {
  const { key, code, severity, subject, text, next, sinceWallMs } = alert;
  return (
    <li data-severity={severity}>
      <span class="badge" data-level={severity}>
        {t(`al.${severity}`)}
      </span>
      <span class="what">
        <strong>{subject}</strong> {pick(text)}
        {next ? <small>→ {pick(next)}</small> : null}
        <small>
          <code>{code}</code> · {t('s.for', { time: duration(nowMs.value - sinceWallMs) })}
        </small>
      </span>
      {mute ? <span class="quiet">{t('al.muted')}</span> : null}
      {!mute && may('assist') ? (
        <span class="acts">
          {MUTE_MINUTES.map((minutes) => (
            <button
              type="button"
              class="plain"
              key={minutes}
              onClick={() => void tell('mute', { what: key, minutes })}
            >
              {t('al.mute', { time: duration(minutes * 60_000) })}
            </button>
          ))}
        </span>
      ) : null}
    </li>
  );
}

function Mutes({ mutes }: { mutes: Mute[] }) {
  return (
    <section class="card">
      <h2>{t('al.mutes')}</h2>
      {mutes.length === 0 ? <p class="quiet">{t('al.no_mutes')}</p> : null}
      <ul class="rows">
        {mutes.map(({ what, untilWallMs, by }) => (
          <li key={what}>
            <span class="who">
              <strong>{what === '*' ? t('al.everything') : what}</strong>
              <small>{t('al.until', { time: clockTime(untilWallMs).slice(5, 16), by })}</small>
            </span>
            {may('assist') ? (
              <button
                type="button"
                class="plain"
                onClick={() => void tell('mute', { what, minutes: 0 })}
              >
                {t('al.unmute')}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ alerts: past }: { alerts: Alert[] }) {
  return (
    <section class="card">
      <h2>{t('al.history')}</h2>
      {past.length === 0 ? <p class="quiet">{t('al.no_history')}</p> : null}
      <ul class="alerts past">
        {past.slice(0, 50).map((alert) => (
          <li key={alert.id}>
            <span class="what">
              <strong>{alert.subject}</strong> {pick(alert.text)}
              <small>
                {clockTime(alert.sinceWallMs).slice(5, 16)} →{' '}
                {clockTime(alert.clearedWallMs ?? 0).slice(11, 16)} ·{' '}
                {duration((alert.clearedWallMs ?? 0) - alert.sinceWallMs)}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sent({ deliveries }: { deliveries: Delivery[] }) {
  return (
    <section class="card">
      <h2>{t('al.sent')}</h2>
      {deliveries.length === 0 ? <p class="quiet">{t('al.none_sent')}</p> : null}
      <ul class="alerts past">
        {deliveries.slice(0, 20).map((each) => (
          <li key={each.id}>
            <Icon name={each.doneWallMs ? 'check' : each.gaveUp ? 'warn' : 'clock'} />
            <span class="what">
              {t(`al.way_${each.channel}`)} ·{' '}
              {t(`al.kind_${each.kind}`, { subject: each.alert.subject })}
              <small>
                {each.doneWallMs
                  ? ago(each.doneWallMs, nowMs.value)
                  : each.gaveUp
                    ? t('al.gave_up')
                    : t('al.trying', { n: each.attempts })}
                {each.lastError ? ` · ${each.lastError}` : ''}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
