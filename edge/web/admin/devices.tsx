import type { DeviceState, DeviceView } from '../../core/views.ts';
import { ago, duration } from '../shared/format.ts';
import { pick, t } from '../shared/language.ts';
import { clockTime, nowMs } from '../shared/runtime.ts';

/** Trouble first; disabled last, because someone meant it. */
const ORDER: DeviceState[] = ['fault', 'offline', 'warn', 'unknown', 'starting', 'ok', 'disabled'];

export function byTrouble(devices: readonly DeviceView[]): DeviceView[] {
  return devices.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

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
        {t(`kind.${device.kind}`)}
        <small>
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

/** Which device, since when, why, and what to do now. */
export function Devices({ devices }: { devices: readonly DeviceView[] }) {
  return (
    <section class="card">
      <h2>
        {t('s.devices')} <a href="/diag/">{t('g.title')}</a>
      </h2>
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
          {byTrouble(devices).map((device) => (
            <Row key={device.id} device={device} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
