/** Where and how a device is spoken to: changed with its difference shown, tried for a minute. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DiagDevice, PortView, ProbeReport } from '../../core/views/diag-views.ts';
import { ask } from '../admin/operator.ts';
import { pick, t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { Facts } from './facts.tsx';
import { Identity } from './identity.tsx';
import { OptionFields, type OptionSchema, type Options } from './options.tsx';
import { tool } from './tools.ts';

interface DriverFacts {
  name: string;
  kind: string;
  options: Record<string, OptionSchema>;
}

export function Settings({ device }: { device: DiagDevice }) {
  const { driver, title, lifecycle, upos, identity, calibration } = device;
  const day = calibration && new Date(calibration.atWallMs).toISOString().slice(0, 10);
  const facts = {
    ...{ [t('g.fact_driver')]: driver, [t('g.fact_title')]: pick(title) },
    ...{ [t('g.fact_lifecycle')]: lifecycle, [t('g.fact_upos')]: upos },
    ...identity,
    ...(calibration && { [t('g.tab_calibrate')]: `${calibration.by} ${day}` }),
  };
  return (
    <div class="settings">
      <Facts facts={facts} />
      <Wiring device={device} />
      <Identity device={device} />
    </div>
  );
}

/** Only what differs from what the device has now. */
function changesOf(
  device: DiagDevice,
  address: string,
  options: Options,
): [string, unknown, unknown][] {
  const changed = Object.entries(options).filter(([name, value]) => value !== device.options[name]);
  return [
    ...(address === device.address ? [] : [['address', device.address, address] as const]),
    ...changed.map(([name, value]) => [name, device.options[name], value] as const),
  ].map(([name, before, after]) => [name, before, after]);
}

function Wiring({ device }: { device: DiagDevice }) {
  const address = useSignal(device.address);
  const options = useSignal<Options>({});
  const drivers = useSignal<DriverFacts[]>([]);
  const ports = useSignal<PortView[]>([]);
  useEffect(() => {
    void ask<{ ports: PortView[]; drivers: DriverFacts[] }>('GET', '/api/diag/ports').then(
      (asked) => {
        if (!asked.ok) return;
        drivers.value = asked.value.drivers;
        ports.value = asked.value.ports;
      },
    );
  }, []);
  const schema = drivers.value.find(({ name }) => name === device.driver)?.options ?? {};
  const changes = changesOf(device, address.value, options.value);
  const apply = async () => {
    const body = {
      ...(address.value !== device.address && { address: address.value }),
      ...(Object.keys(options.value).length > 0 && { options: options.value }),
    };
    await tool('POST', `/devices/${device.id}/settings`, body);
    options.value = {};
  };
  return (
    <section class="wiring" aria-label={t('g.wiring')}>
      <h2>{t('g.wiring')}</h2>
      <div class="row">
        <label class="wide">
          {t('g.address')}
          <input
            value={address.value}
            list="ports"
            onInput={(event) => (address.value = event.currentTarget.value)}
          />
        </label>
        <datalist id="ports">
          {ports.value.map(({ stablePath }) => (
            <option key={stablePath} value={`serial:${stablePath}`} />
          ))}
        </datalist>
        <Probe device={device} address={address} />
      </div>
      <OptionFields schema={schema} now={device.options} changed={options} />
      {changes.length > 0 ? <Changes changes={changes} apply={apply} /> : null}
      <Trial device={device} />
    </section>
  );
}

interface ChangesProps {
  changes: [string, unknown, unknown][];
  apply(): Promise<void>;
}

/** What differs, before anything is done. */
function Changes({ changes, apply }: ChangesProps) {
  return (
    <div class="diff">
      <table class="facts" aria-label={t('g.changes')}>
        <tbody>
          {changes.map(([name, before, after]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <del>{String(before ?? '–')}</del> → <ins>{String(after)}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" class="primary" onClick={() => void apply()}>
        {t('g.apply')}
      </button>
    </div>
  );
}

/** What sits at the port that is named; the one in use is probed once it is let go. */
function Probe({ device, address }: { device: DiagDevice; address: Signal<string> }) {
  const busy = useSignal(false);
  const report = useSignal<ProbeReport | undefined>(undefined);
  const path = address.value.split('?')[0] ?? '';
  const own = device.address.split('?')[0] === path;
  const probe = async () => {
    busy.value = true;
    report.value = await tool<ProbeReport>('POST', '/ports/probe', { path });
    busy.value = false;
  };
  const [found] = report.value?.found ?? [];
  return (
    <>
      <button type="button" class="plain" disabled={busy.value || own} onClick={() => void probe()}>
        {t(busy.value ? 'g.probing' : 'g.probe')}
      </button>
      {report.value && !found ? (
        <p role="status">{t('g.nobody', { n: report.value.tried.length })}</p>
      ) : null}
      {found ? (
        <p role="status" class="wide">
          <b>{found.driver}</b> {pick(found.title)}{' '}
          <button type="button" class="plain" onClick={() => (address.value = found.address)}>
            {found.address}
          </button>
        </p>
      ) : null}
    </>
  );
}

function Trial({ device: { trial } }: { device: DiagDevice }) {
  if (!trial) return null;
  const seconds = Math.max(0, Math.ceil((trial.untilWallMs - nowMs.value) / 1000));
  const status = { waiting: 'warn', kept: 'ok', undone: 'fail' }[trial.state];
  return (
    <p class="result" role="status" data-status={status}>
      {t(`g.trial_${trial.state}`, { s: seconds, why: trial.why ?? '' })}
    </p>
  );
}
