/** The buttons for one device or for many, the reason that disabling wants, and what came of it. */
import { useSignal } from '@preact/signals';
import type { DeviceView } from '../../../core/views/views.ts';
import { pick, t } from '../../shared/language.ts';
import { may } from '../operator.ts';
import { type Act, busy, perform, results } from './acting.ts';

const ACTS: Act[] = ['check', 'restart', 'disable', 'enable'];

export function Acts({ devices }: { devices: readonly DeviceView[] }) {
  const asking = useSignal(false);
  if (!may('devices')) return null;
  const disabled = devices.filter(({ state }) => state === 'disabled').length;
  const useful = ACTS.filter((act) =>
    act === 'enable' ? disabled > 0 : act !== 'disable' || disabled < devices.length,
  );
  const press = (act: Act) => {
    if (act === 'disable') asking.value = true;
    else void perform(devices, act);
  };
  return (
    <div class="acts">
      {useful.map((act) => (
        <button
          type="button"
          class="plain"
          key={act}
          disabled={busy.value || devices.length === 0}
          onClick={() => press(act)}
        >
          {t(`dv.${act}`)}
        </button>
      ))}
      {asking.value ? (
        <form
          class="why"
          onSubmit={(event) => {
            event.preventDefault();
            const why = String(new FormData(event.currentTarget).get('why') ?? '').trim();
            asking.value = false;
            void perform(devices, 'disable', why);
          }}
        >
          <label for="dv-why">{t('dv.why')}</label>
          <input id="dv-why" name="why" type="text" required maxLength={200} autofocus />
          <small>{t('dv.why_hint')}</small>
          <button type="submit" class="primary">
            {t('dv.disable')}
          </button>
          <button
            type="button"
            class="plain"
            onClick={() => {
              asking.value = false;
            }}
          >
            {t('dv.cancel')}
          </button>
        </form>
      ) : null}
    </div>
  );
}

export function Results() {
  if (results.value.length === 0) return null;
  return (
    <ul class="results" role="status" aria-label={t('dv.results')}>
      {results.value.map(({ id, ok, said }) => (
        <li key={id} data-ok={ok || null}>
          <b>{id}</b> {typeof said === 'string' ? t(said) : pick(said)}
        </li>
      ))}
    </ul>
  );
}
