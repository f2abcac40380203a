import type { DeviceState, DeviceView } from '../../core/views/views.ts';
import { ago, duration } from '../shared/format.ts';
import { pick, t } from '../shared/language.ts';
import { clockTime, nowMs } from '../shared/runtime.ts';

/** Trouble first; disabled last, because someone meant it. */
const ORDER: DeviceState[] = ['fault', 'offline', 'warn', 'unknown', 'starting', 'ok', 'disabled'];

export function byTrouble(devices: readonly DeviceView[]): DeviceView[] {
  return devices.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/** `cabinet-2 · `: where it stands, before what it is called. */
export const whereOf = ({ at = [] }: DeviceView): string =>
  at.length === 0 ? '' : `${at.join(' / ')} · `;

export const pageOf = (id: string) => `#/devices/${encodeURIComponent(id)}`;

function Reason({ device }: { device: DeviceView }) {
  if (!device.why) return <span class="quiet">{device.detail ?? '—'}</span>;
  return (
    <>
      <span>{pick(device.why)}</span>
      {device.next ? <span class="next">→ {pick(device.next)}</span> : null}
    </>
  );
}

function Row({ device }: { device: DeviceView }) {
  const lasted = duration(nowMs.value - device.sinceWallMs);
  const seen = device.lastSeenWallMs;
  return (
    <tr data-state={device.state}>
      <th scope="row">
        <a href={pageOf(device.id)}>{t(`kind.${device.kind}`)}</a>
        <small>
          {whereOf(device)}
          {device.id} · {device.driver}
        </small>
        <small class="address">{device.address}</small>
      </th>
      <td class="state">
        <span class="badge" data-state={device.state}>
          {t(`state.${device.state}`)}
        </span>
        <small class="whole">{t('s.for', { time: lasted })}</small>
      </td>
      <td class="why">
        <Reason device={device} />
      </td>
      <td class="seen whole" title={seen === undefined ? undefined : clockTime(seen)}>
        {seen === undefined ? t('s.never') : ago(seen, nowMs.value)}
      </td>
    </tr>
  );
}

/** Which device is not well, since when, why, and what to do now; those that are well in a line each. */
export function Devices({ devices }: { devices: readonly DeviceView[] }) {
  const well = devices.filter(({ state }) => state === 'ok');
  const unwell = byTrouble(devices.filter(({ state }) => state !== 'ok'));
  return (
    <section class="card">
      <h2>
        {t('s.devices')} <a href="/diag/">{t('g.title')}</a>
      </h2>
      {unwell.length > 0 ? <Unwell devices={unwell} /> : null}
      <ul class="well-devices">
        {well.map(({ id, kind, at = [], lastSeenWallMs = 0 }) => (
          <li key={id} title={[...at, clockTime(lastSeenWallMs)].join(' · ')}>
            <a class="quietly" href={pageOf(id)}>
              <span class="badge" data-state="ok">
                <span class="unseen">{t('state.ok')}</span>
              </span>
              {t(`kind.${kind}`)} <small>{id}</small>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Unwell({ devices }: { devices: readonly DeviceView[] }) {
  return (
    <table class="devices">
      <thead>
        <tr>
          <th scope="col">{t('s.device')}</th>
          <th scope="col">{t('s.state')}</th>
          <th scope="col">{t('s.reason')}</th>
          <th scope="col">{t('s.seen')}</th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <Row key={device.id} device={device} />
        ))}
      </tbody>
    </table>
  );
}
