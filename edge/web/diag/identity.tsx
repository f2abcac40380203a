/** What a device is called, and another one in its place. */
import { useSignal } from '@preact/signals';
import type { DiagDevice } from '../../core/views/diag-views.ts';
import { t } from '../shared/language.ts';
import { chosenId, devices, tool } from './tools.ts';

export function Identity({ device }: { device: DiagDevice }) {
  const name = useSignal('');
  const { id, kind, swapped } = device;
  const same = (devices.value ?? []).filter((each) => each.kind === kind && each.id !== id);
  const rename = async () => {
    const renamed = await tool<DiagDevice>('POST', `/devices/${id}/rename`, { to: name.value });
    if (renamed) chosenId.value = renamed.id;
  };
  const swap = (body: object) => void tool('POST', `/devices/${id}/swap`, body);
  return (
    <section class="identity" aria-label={t('g.identity')}>
      <h2>{t('g.identity')}</h2>
      <div class="row">
        <input
          aria-label={t('g.new_name')}
          placeholder={id}
          value={name.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
        <button
          type="button"
          class="plain"
          disabled={!/^[a-z][a-z0-9-]{0,31}$/.test(name.value)}
          onClick={() => void rename()}
        >
          {t('g.rename')}
        </button>
      </div>
      {same.length > 0 ? <Swap ids={same.map((each) => each.id)} swap={swap} /> : null}
      {swapped ? (
        <div class="row">
          <span>{t('g.swapped', { name: swapped.by })}</span>
          <button type="button" class="plain" onClick={() => swap({})}>
            {t('g.swap_undo')}
          </button>
        </div>
      ) : null}
    </section>
  );
}

/** Another one of its kind that is in the list already. */
function Swap({ ids, swap }: { ids: string[]; swap(body: object): void }) {
  const other = useSignal('');
  return (
    <div class="row">
      <label>
        {t('g.swap_for')}{' '}
        <select value={other.value} onChange={(event) => (other.value = event.currentTarget.value)}>
          <option value="">–</option>
          {ids.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="plain"
        disabled={other.value === ''}
        onClick={() => swap({ with: other.value })}
      >
        {t('g.swap')}
      </button>
      <small>{t('g.swap_hint')}</small>
    </div>
  );
}
