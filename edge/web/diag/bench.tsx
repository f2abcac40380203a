/** The bench: ports and what sits at them, a trace file once more, and what goes to support. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PortView, ProbeReport } from '../../core/views/diag-views.ts';
import { ask } from '../admin/operator.ts';
import { ago } from '../shared/format.ts';
import { pick, t } from '../shared/language.ts';
import { QrCode } from '../shared/qr-code.tsx';
import { nowMs } from '../shared/runtime.ts';
import { Doctor } from './doctor.tsx';
import { Lines } from './lines.tsx';
import { Replay } from './replay.tsx';
import { copy, devices, tool } from './tools.ts';

export function Bench() {
  return (
    <div class="bench-room">
      <Ports />
      <Replay />
      <Support />
      <Doctor />
    </div>
  );
}

function Ports() {
  const ports = useSignal<PortView[]>([]);
  const path = useSignal('');
  const busy = useSignal(false);
  const report = useSignal<ProbeReport | undefined>(undefined);
  useEffect(() => {
    void ask<{ ports: PortView[] }>('GET', '/api/diag/ports').then((asked) => {
      if (asked.ok) ports.value = asked.value.ports;
    });
  }, []);
  const probe = async () => {
    busy.value = true;
    report.value = await tool<ProbeReport>('POST', '/ports/probe', { path: path.value });
    busy.value = false;
  };
  return (
    <section class="card">
      <h2>{t('g.ports')}</h2>
      {ports.value.length === 0 ? <p class="quiet">{t('g.no_ports')}</p> : null}
      <ul class="ports">
        {ports.value.map((port) => (
          <li key={port.path}>
            <button type="button" class="plain" onClick={() => (path.value = port.stablePath)}>
              {port.stablePath}
            </button>
            <small>{aboutPort(port)}</small>
          </li>
        ))}
      </ul>
      <div class="row">
        <input
          aria-label={t('g.port')}
          placeholder="/dev/serial/by-id/…"
          value={path.value}
          onInput={(event) => (path.value = event.currentTarget.value)}
        />
        <button
          type="button"
          class="primary"
          disabled={busy.value || path.value === ''}
          onClick={() => void probe()}
        >
          {t(busy.value ? 'g.probing' : 'g.probe')}
        </button>
      </div>
      {report.value ? <Found key={report.value.path} report={report.value} /> : null}
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

/** `scale-2` where there is a scale-1 already. */
function freeName(kind: string): string {
  const taken = new Set(devices.value?.map(({ id }) => id));
  let number = 1;
  while (taken.has(`${kind}-${number}`)) number += 1;
  return `${kind}-${number}`;
}

function Found({ report }: { report: ProbeReport }) {
  const [found] = report.found;
  const id = useSignal(found ? freeName(found.kind) : '');
  const plate = useSignal('40,15000,2');
  if (!found) return <p>{t('g.nobody', { n: report.tried.length })}</p>;
  const add = async () => {
    const [minGrams = 0, maxGrams = 0, divisionGrams = 1] = plate.value.split(',').map(Number);
    const weighs = found.kind === 'scale' && { plate: { minGrams, maxGrams, divisionGrams } };
    const { driver, address } = found;
    await tool('POST', '/devices', { id: id.value, driver, address, ...weighs });
  };
  return (
    <div class="found">
      <p>
        <b>{found.driver}</b> {pick(found.title)}
        <small>{found.address}</small>
      </p>
      <div class="row">
        <label>
          {t('g.name')}
          <input value={id.value} onInput={(event) => (id.value = event.currentTarget.value)} />
        </label>
        {found.kind === 'scale' ? (
          <label>
            {t('g.plate')}
            <input
              value={plate.value}
              onInput={(event) => (plate.value = event.currentTarget.value)}
            />
          </label>
        ) : null}
        <button type="button" class="primary" disabled={id.value === ''} onClick={() => void add()}>
          {t('g.add')}
        </button>
      </div>
    </div>
  );
}

interface Summary {
  summary: string;
  files: { name: string; size: number }[];
  size: number;
}

function Support() {
  const told = useSignal<Summary | undefined>(undefined);
  const look = async () => {
    const asked = await ask<Summary>('GET', '/api/diag/summary');
    if (asked.ok) told.value = asked.value;
  };
  return (
    <section class="card">
      <h2>{t('g.support')}</h2>
      <p class="quiet">{t('g.support_hint')}</p>
      <div class="row">
        <a class="primary" href="/api/diag/support" download>
          {t('g.bundle')}
        </a>
        <button type="button" class="plain" onClick={() => void look()}>
          {t('g.summary')}
        </button>
      </div>
      {told.value ? (
        <div class="summary">
          <QrCode text={told.value.summary} label={t('g.summary')} />
          <div>
            <Lines text={told.value.summary} />
            <button
              type="button"
              class="plain"
              onClick={() => void copy(told.value?.summary ?? '')}
            >
              {t('g.copy')}
            </button>
            <details>
              <summary>
                {t('g.bundle_files', {
                  n: told.value.files.length,
                  kib: Math.ceil(told.value.size / 1024),
                })}
              </summary>
              <ul>
                {told.value.files.map(({ name, size }) => (
                  <li key={name}>
                    {name} <small>{Math.ceil(size / 1024)} KiB</small>
                  </li>
                ))}
              </ul>
            </details>
          </div>
        </div>
      ) : null}
    </section>
  );
}
