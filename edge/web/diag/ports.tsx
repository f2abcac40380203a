/** Serial ports, and what sits at them: at one that is named, or at every free one. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PortView, ProbeReport } from '../../core/views/diag-views.ts';
import { ask } from '../admin/operator.ts';
import { ago } from '../shared/format.ts';
import { t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { FreePorts } from './free-ports.tsx';
import { Offers } from './offers.tsx';
import { tool } from './tools.ts';

export function Ports() {
  const ports = useSignal<PortView[] | undefined>(undefined);
  const path = useSignal('');
  const look = async () => {
    const asked = await ask<{ ports: PortView[] }>('GET', '/api/diag/ports');
    if (asked.ok) ports.value = asked.value.ports;
  };
  useEffect(() => void look(), []);
  const known = ports.value ?? [];
  const free = known.filter(({ heldBy }) => heldBy === undefined);
  return (
    <section class="card">
      <h2>{t('g.ports')}</h2>
      {ports.value?.length === 0 ? <p class="quiet">{t('g.no_ports')}</p> : null}
      <ul class="ports">
        {known.map((port) => (
          <li key={port.path}>
            <button type="button" class="plain" onClick={() => (path.value = port.stablePath)}>
              {port.stablePath}
            </button>
            <small>{aboutPort(port)}</small>
          </li>
        ))}
      </ul>
      {known.length > 0 ? (
        <FreePorts paths={[...new Set(free.map((port) => port.stablePath))]} added={look} />
      ) : null}
      <OnePort path={path} added={look} />
    </section>
  );
}

/** Who holds it, what adapter it is, and since when it is plugged in. */
const aboutPort = ({ heldBy, usb, kernelDriver, pluggedWallMs }: PortView): string =>
  [
    ...[heldBy, usb, kernelDriver],
    pluggedWallMs && t('g.plugged', { time: ago(pluggedWallMs, nowMs.value) }),
  ]
    .filter(Boolean)
    .join(' · ');

function OnePort({ path, added }: { path: { value: string }; added: () => void }) {
  const busy = useSignal(false);
  const report = useSignal<ProbeReport | undefined>(undefined);
  const probe = async () => {
    busy.value = true;
    report.value = await tool<ProbeReport>('POST', '/ports/probe', { path: path.value });
    busy.value = false;
  };
  const { found = [], tried = [] } = report.value ?? {};
  return (
    <>
      <div class="row">
        <input
          aria-label={t('g.port')}
          placeholder="/dev/serial/by-id/…"
          value={path.value}
          onInput={(event) => (path.value = event.currentTarget.value)}
        />
        <button
          type="button"
          class="plain"
          disabled={busy.value || path.value === ''}
          onClick={() => void probe()}
        >
          {t(busy.value ? 'g.probing' : 'g.probe')}
        </button>
      </div>
      {report.value && found.length === 0 ? <p>{t('g.nobody', { n: tried.length })}</p> : null}
      <Offers key={report.value?.path} found={found.slice(0, 1)} added={added} />
    </>
  );
}
