/** The cabinets, and every visit that waits for a person with what it is judged by. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Refusal } from '../../core/ports.ts';
import type { CabinetOverview, ReviewView } from '../../core/views/cabinet-views.ts';
import { yuan } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { learnWords, t } from '../shared/language.ts';
import { pause } from '../shared/runtime.ts';
import './cabinets.css';
import './stepper.css';
import { cabinetRoom as enCabinetRoom } from '../shared/i18n/en/cabinet-room.ts';
import { cabinetRoom as zhCabinetRoom } from '../shared/i18n/zh/cabinet-room.ts';
import { Told, Unseen } from './door.tsx';
import { ask, may } from './operator.ts';
import { Review } from './review.tsx';
import { Skeleton } from './shell.tsx';
import { UsualReasons } from './usual-reasons.tsx';

learnWords({ zh: zhCabinetRoom, en: enCabinetRoom });

interface RoomView {
  cabinets: CabinetOverview[];
  reviews: ReviewView[];
}

/** The room asks again this often while it is looked at. */
const AGAIN_MS = 3_000;

export function Cabinets() {
  const view = useSignal<RoomView | undefined>(undefined);
  const refusal = useSignal<Refusal | undefined>(undefined);
  const load = async () => {
    const answer = await ask<RoomView>('GET', '/api/cabinet-room');
    if (answer.ok) view.value = answer.value;
    else refusal.value = answer.refusal;
  };
  const send = async (cabinetId: string, path: 'decisions' | 'service', body: object) => {
    const answer = await ask<{ ok: boolean; refusal?: Refusal }>(
      'POST',
      `/api/cabinets/${cabinetId}/${path}`,
      body,
    );
    // What the cabinet refuses comes as an answer like any other.
    refusal.value = answer.ok ? answer.value.refusal : answer.refusal;
    await load();
    return refusal.value === undefined;
  };
  useEffect(() => {
    let here = true;
    const look = async () => {
      while (here) {
        await load();
        await pause(AGAIN_MS);
      }
    };
    void look();
    return () => {
      here = false;
    };
  }, []);
  if (!view.value)
    return refusal.value ? <Unseen label="n.cabinets" refusal={refusal.value} /> : <Skeleton />;
  const { cabinets, reviews } = view.value;
  return (
    <>
      <header class="room">
        <h1>{t('n.cabinets')}</h1>
      </header>
      <Told refusal={refusal.value} />
      {cabinets.length === 0 ? <p class="quiet">{t('k.none')}</p> : null}
      {reviews.length > 0 ? (
        <h2 class="queue">
          {t('k.queue')} <span class="badge">{reviews.length}</span>
        </h2>
      ) : null}
      {reviews.map((each) => (
        <Review key={`${each.visitId}-${each.why}`} review={each} send={send} />
      ))}
      {cabinets.length > 0 && reviews.length === 0 ? (
        <p class="quiet">{t('k.queue_empty')}</p>
      ) : null}
      {cabinets.map((each) => (
        <One key={each.cabinetId} cabinet={each} send={send} />
      ))}
    </>
  );
}

export type Send = (
  cabinetId: string,
  path: 'decisions' | 'service',
  body: object,
) => Promise<boolean>;

const DOORS = { open: 'k.door_open', shut: 'k.door_shut', unknown: 'k.door_unknown' } as const;

function One({ cabinet, send }: { cabinet: CabinetOverview; send: Send }) {
  const { cabinetId, door, temperatureDeciCelsius } = cabinet;
  return (
    <section class="card">
      <h2 class="line">
        <Icon name="package" />
        {cabinetId}
        <span class="badge" data-state={door === 'shut' ? 'ok' : 'warn'}>
          {t(DOORS[door])}
        </span>
        {temperatureDeciCelsius === undefined ? null : (
          <span class="badge">{(temperatureDeciCelsius / 10).toFixed(1)} ℃</span>
        )}
      </h2>
      <Troubles cabinet={cabinet} />
      {may('goods') ? <Service cabinet={cabinet} send={send} /> : null}
    </section>
  );
}

function Troubles({ cabinet }: { cabinet: CabinetOverview }) {
  const { helpSinceWallMs, astray, debts, refunds } = cabinet;
  const owedFen = debts.reduce((sum, { amountFen }) => sum + amountFen, 0);
  const said = [
    ...(helpSinceWallMs === undefined ? [] : [t('k.help')]),
    ...(astray > 0 ? [t('k.astray', { n: astray })] : []),
    ...(debts.length > 0 ? [t('k.debts', { n: debts.length, amt: yuan(owedFen) })] : []),
    ...refunds.map(({ amountFen, state }) =>
      t(state === 'by-hand' ? 'k.refund_by_hand' : 'k.refund_asked', { amt: yuan(amountFen) }),
    ),
  ];
  if (said.length === 0) return null;
  return (
    <ul class="troubles">
      {said.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}

const WHY_OPEN = ['k.o_refill', 'k.o_clean', 'k.o_look'] as const;

function Service({ cabinet, send }: { cabinet: CabinetOverview; send: Send }) {
  const { cabinetId, astray } = cabinet;
  const reason = useSignal('');
  const open = async (event: SubmitEvent) => {
    event.preventDefault();
    const body = { kind: 'open-for-service', reason: reason.value.trim() };
    if (await send(cabinetId, 'service', body)) reason.value = '';
  };
  return (
    <form class="act" onSubmit={(event) => void open(event)}>
      <label>
        {t('k.why')}
        <input
          type="text"
          required
          maxLength={200}
          placeholder={t('k.why_hint')}
          value={reason.value}
          onInput={(event) => {
            reason.value = event.currentTarget.value;
          }}
        />
      </label>
      <UsualReasons reasons={WHY_OPEN} said={reason} />
      <button type="submit" class="plain">
        {t('k.open')}
      </button>
      {astray > 0 ? (
        <button
          type="button"
          class="plain"
          onClick={() => void send(cabinetId, 'service', { kind: 'tidied' })}
        >
          {t('k.tidied')}
        </button>
      ) : null}
    </form>
  );
}
