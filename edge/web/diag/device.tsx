/** One device: its state, its next step, and the tools for it. */
import { useSignal } from '@preact/signals';
import type { DiagDevice } from '../../core/views/diag-views.ts';
import { duration } from '../shared/format.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { pick, t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { Audit } from './audit.tsx';
import { Calibrate } from './calibrate.tsx';
import { Check } from './check.tsx';
import { Live } from './live.tsx';
import { Monitor } from './monitor.tsx';
import { Settings } from './settings.tsx';
import { act } from './tools.ts';

const TABS = ['check', 'live', 'monitor', 'calibrate', 'about'] as const;
type Tab = (typeof TABS)[number];

export function DeviceRoom({ device }: { device: DiagDevice }) {
  const tab = useSignal<Tab>('check');
  const tabs = TABS.filter((each) => each !== 'calibrate' || device.kind === 'scale');
  return (
    <section class="card room">
      <Head device={device} />
      <div class="tabs" role="tablist">
        {tabs.map((each) => (
          <button
            type="button"
            role="tab"
            key={each}
            aria-selected={tab.value === each}
            onClick={() => (tab.value = each)}
          >
            {t(`g.tab_${each}` as Key)}
          </button>
        ))}
      </div>
      {tab.value === 'check' ? <Check device={device} /> : null}
      {tab.value === 'live' && device.kind === 'vending' ? <Audit device={device} /> : null}
      {tab.value === 'live' && device.kind !== 'vending' ? <Live device={device} /> : null}
      {tab.value === 'monitor' ? <Monitor device={device} /> : null}
      {tab.value === 'calibrate' ? <Calibrate device={device} /> : null}
      {tab.value === 'about' ? <Settings device={device} /> : null}
    </section>
  );
}

function Head({ device }: { device: DiagDevice }) {
  const { id, state, why, next, detail, retry } = device;
  return (
    <header class="head" data-state={state}>
      <h1>
        {id}
        <span class="badge" data-state={state}>
          {t(`state.${state}`)}
        </span>
        <small>{t('s.for', { time: duration(nowMs.value - device.sinceWallMs) })}</small>
      </h1>
      {why && state !== 'ok' ? (
        <p class="why">
          <b>{device.reason}</b> {pick(why)}
          {detail ? <small>{pick(detail)}</small> : null}
          {next ? <span class="next">→ {pick(next)}</span> : null}
        </p>
      ) : null}
      {retry ? (
        <p class="quiet">
          {t('g.retry', {
            n: retry.failures,
            time: duration(Math.max(0, retry.atWallMs - nowMs.value)),
          })}
        </p>
      ) : null}
      <Switches device={device} />
    </header>
  );
}

function Switches({ device }: { device: DiagDevice }) {
  const { id, state, reason, changed } = device;
  const button = (label: Key, body: object) => (
    <button type="button" class="plain" onClick={() => void act(id, body)}>
      {t(label)}
    </button>
  );
  return (
    <div class="row">
      {changed ? (
        <button type="button" class="primary" onClick={() => void act(id, { act: 'confirm' })}>
          {t('g.confirm')}
        </button>
      ) : null}
      {reason === 'RELEASED' ? button('g.claim', { act: 'claim' }) : null}
      {reason === 'DISABLED_BY' ? button('g.enable', { act: 'enable' }) : null}
      {state === 'disabled' ? null : (
        <>
          {button('g.restart', { act: 'restart' })}
          {button('g.release', { act: 'release', forMs: 600_000 })}
          {button('g.disable', { act: 'disable', why: t('g.by_page') })}
        </>
      )}
      {device.can.includes('zero') ? button('g.zero', { act: 'zero' }) : null}
      {device.can.includes('print') ? button('g.print', { act: 'print' }) : null}
      {device.can.includes('locate') ? button('g.locate', { act: 'locate' }) : null}
    </div>
  );
}
