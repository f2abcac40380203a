/** Every device, trouble first, and the bench: ports, files, the bundle. */
import type { DiagDevice } from '../../core/views/diag-views.ts';
import { byTrouble } from '../admin/devices.tsx';
import { ago } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { chosenId } from './tools.ts';

const BENCH = '';

export function DeviceList({ devices }: { devices: DiagDevice[] }) {
  const sorted = byTrouble(devices) as DiagDevice[];
  return (
    <nav class="list" aria-label={t('s.devices')}>
      {sorted.map((device) => (
        <button
          type="button"
          key={device.id}
          aria-current={chosenId.value === device.id}
          data-state={device.state}
          onClick={() => (chosenId.value = device.id)}
        >
          <span class="badge" data-state={device.state}>
            {t(`state.${device.state}`)}
          </span>
          <b>{device.id}</b>
          <small>
            {device.why && device.state !== 'ok' ? pick(device.why) : t(`kind.${device.kind}`)}
          </small>
          <small class="seen">
            {device.lastSeenWallMs === undefined
              ? t('s.never')
              : ago(device.lastSeenWallMs, nowMs.value)}
          </small>
        </button>
      ))}
      <button
        type="button"
        class="bench"
        aria-current={chosenId.value === BENCH}
        onClick={() => (chosenId.value = BENCH)}
      >
        <Icon name="cpu" />
        <b>{t('g.bench')}</b>
        <small>{t('g.bench_hint')}</small>
      </button>
    </nav>
  );
}
