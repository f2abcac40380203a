/** The bench: ports and what sits at them, a trace file once more, and what goes to support. */
import { useSignal } from '@preact/signals';
import { ask } from '../admin/operator.ts';
import { t } from '../shared/language.ts';
import { QrCode } from '../shared/qr-code.tsx';
import { Doctor } from './doctor.tsx';
import { Lines } from './lines.tsx';
import { Ports } from './ports.tsx';
import { Replay } from './replay.tsx';
import { copy } from './tools.ts';

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
