/** Every device: trouble first, filtered by state, and what can be done to many at once. */
import { useSignal } from '@preact/signals';
import type { DeviceState, DeviceView } from '../../../core/views/views.ts';
import { ago, duration } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, pick, t } from '../../shared/language.ts';
import { nowMs } from '../../shared/runtime.ts';
import { byTrouble, whereOf } from '../devices.tsx';
import { may } from '../operator.ts';
import { linkTo, type RoomProps } from '../rooms.ts';
import { Acts, Results } from './acts.tsx';
import { DevicePage } from './device.tsx';
import './devices.css';
import { devices as enDevices } from '../../shared/i18n/en/devices.ts';
import { devices as zhDevices } from '../../shared/i18n/zh/devices.ts';

learnWords({ zh: zhDevices, en: enDevices });

export function DevicesRoom({ status, words: [id] }: RoomProps) {
  if (id) return <DevicePage id={id} device={status.devices.find((each) => each.id === id)} />;
  return <All devices={status.devices} />;
}

const STATES: DeviceState[] = ['fault', 'offline', 'warn', 'unknown', 'starting', 'ok', 'disabled'];

function All({ devices }: { devices: readonly DeviceView[] }) {
  const state = useSignal<DeviceState | undefined>(undefined);
  const query = useSignal('');
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const words = query.value.trim().toLowerCase();
  const said = ({ id, kind, at = [], driver, address }: DeviceView) =>
    `${id} ${at.join(' ')} ${t(`kind.${kind}`)} ${driver} ${address}`.toLowerCase();
  const shown = byTrouble(devices).filter(
    (each) =>
      (state.value === undefined || each.state === state.value) && said(each).includes(words),
  );
  const picked = shown.filter(({ id }) => chosen.value.has(id));
  const flip = (id: string) => {
    const next = new Set(chosen.value);
    if (!next.delete(id)) next.add(id);
    chosen.value = next;
  };
  return (
    <>
      <header class="room">
        <h1>{t('n.devices')}</h1>
        <a class="plain" href="/diag/">
          <Icon name="cpu" />
          {t('n.diag')}
        </a>
      </header>
      <Chips devices={devices} state={state} query={query} />
      {devices.length === 0 ? (
        <section class="card empty">
          <h2>{t('dv.none')}</h2>
          <p>
            <a href="/diag/">{t('dv.none_hint')}</a>
          </p>
        </section>
      ) : null}
      {picked.length > 0 ? (
        <section class="card chosen">
          <h2>{t('dv.chosen', { n: picked.length })}</h2>
          <Acts devices={picked} />
        </section>
      ) : null}
      <Results />
      {devices.length > 0 ? (
        <section class="card">
          {shown.length === 0 ? <p class="quiet">{t('dv.none_match')}</p> : null}
          <ul class="equipment">
            {shown.map((each) => (
              <Row
                key={each.id}
                device={each}
                chosen={chosen.value.has(each.id)}
                flip={() => flip(each.id)}
              />
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

interface ChipsOptions {
  devices: readonly DeviceView[];
  state: { value: DeviceState | undefined };
  query: { value: string };
}

function Chips({ devices, state, query }: ChipsOptions) {
  const count = (wanted: DeviceState) => devices.filter((each) => each.state === wanted).length;
  const chip = (wanted: DeviceState | undefined, words: string) => (
    <button
      type="button"
      key={wanted ?? ''}
      class="plain"
      aria-pressed={state.value === wanted}
      onClick={() => {
        state.value = wanted;
      }}
    >
      {words}
    </button>
  );
  return (
    <fieldset class="chips">
      <legend class="unseen">{t('dv.filter')}</legend>
      {chip(undefined, t('dv.all', { n: devices.length }))}
      {STATES.filter((each) => count(each) > 0).map((each) =>
        chip(each, `${t(`state.${each}`)} ${count(each)}`),
      )}
      <input
        type="search"
        aria-label={t('dv.search')}
        placeholder={t('dv.search')}
        value={query.value}
        onInput={({ currentTarget }) => {
          query.value = currentTarget.value;
        }}
      />
    </fieldset>
  );
}

function Row(props: { device: DeviceView; chosen: boolean; flip(): void }) {
  const { id, kind, driver, state, why, next, detail, lastSeenWallMs, sinceWallMs } = props.device;
  return (
    <li data-state={state}>
      {may('devices') ? (
        <input
          type="checkbox"
          aria-label={t('dv.select', { id })}
          checked={props.chosen}
          onChange={props.flip}
        />
      ) : null}
      <a href={linkTo('devices', id)}>
        <strong>{id}</strong>
        <small>
          {whereOf(props.device)}
          {t(`kind.${kind}`)} · {driver}
        </small>
      </a>
      <span class="state">
        <span class="badge" data-state={state}>
          {t(`state.${state}`)}
        </span>
        <small>{t('s.for', { time: duration(nowMs.value - sinceWallMs) })}</small>
      </span>
      <span class="why">
        {pick(why ?? detail ?? { zh: '', en: '' })}
        {next ? <small>→ {pick(next)}</small> : null}
      </span>
      <small class="seen">
        {t('s.seen')}{' '}
        {lastSeenWallMs === undefined ? t('s.never') : ago(lastSeenWallMs, nowMs.value)}
      </small>
    </li>
  );
}
