/** What is near or past its date, what lies in the store room, deliveries and recalls. */
import { useSignal } from '@preact/signals';
import type { StockView, StorePlace } from '../../../core/views/stock-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { may } from '../operator.ts';
import { Receive } from './receive.tsx';
import { Waste } from './slot-acts.tsx';
import { fieldsOf, lastDay, placeWords, stockNow, tell } from './store.ts';

export function Dates() {
  const view = stockNow.value;
  if (!view) return null;
  return (
    <>
      <Expiring lines={view.expiring} />
      <StoreRoom places={view.storeRoom} />
      {may('goods') ? <RecallCard recalls={view.recalls} /> : null}
    </>
  );
}

function hoursLeft(hours: number): string {
  if (hours < 0) return t('st.over');
  return hours < 48 ? t('st.hours', { n: hours }) : t('st.days', { n: Math.floor(hours / 24) });
}

function Expiring({ lines }: { lines: StockView['expiring'] }) {
  const open = useSignal<string | undefined>(undefined);
  return (
    <section class="card">
      <h2>{t('st.expiring')}</h2>
      {lines.length === 0 ? (
        <p class="none">
          <Icon name="check" />
          <strong>{t('st.expiring_none')}</strong>
        </p>
      ) : null}
      <ul class="rows">
        {lines.map((line) => {
          const {
            location,
            sku,
            lotId,
            name,
            picture,
            pieces,
            hoursLeft: hours,
            percentOff,
          } = line;
          const key = `${location} ${lotId}`;
          return (
            <li key={key} class="wrap">
              <Picture sku={sku} name={name} picture={picture} />
              <span class="who">
                <strong>
                  {pick(name)} × {pieces}
                </strong>
                <small class="quiet">
                  {location === 'store-room' ? t('st.store_room') : placeWords(location)}
                  {percentOff > 0 ? ` · ${t('st.off', { n: percentOff })}` : ''}
                </small>
                <small class={hours < 24 ? 'short' : 'quiet'}>
                  {hoursLeft(hours)} · {t('st.until', { day: lastDay(line.expiresWallMs) })}
                </small>
              </span>
              {may('goods') ? (
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    open.value = open.value === key ? undefined : key;
                  }}
                >
                  {t('st.waste')}
                </button>
              ) : null}
              {open.value === key ? (
                <Waste location={location} sku={sku} lotId={lotId} most={pieces} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function StoreRoom({ places }: { places: readonly StorePlace[] }) {
  return (
    <section class="card">
      <h2>{t('st.store_room')}</h2>
      {places.length === 0 ? <p class="quiet">{t('st.store_empty')}</p> : null}
      <ul class="rows">
        {places.map(({ sku, name, picture, pieces, lots }) => (
          <li key={sku}>
            <Picture sku={sku} name={name} picture={picture} />
            <span class="who">
              <strong>{pick(name)}</strong>
              <small class="quiet">
                {lots
                  .flatMap(({ expiresWallMs, pieces: of }) =>
                    expiresWallMs === undefined
                      ? []
                      : `${of} × ${t('st.until', { day: lastDay(expiresWallMs) })}`,
                  )
                  .join(' · ') || sku}
              </small>
            </span>
            <strong class="whole">{t('s.pieces', { n: pieces })}</strong>
          </li>
        ))}
      </ul>
      {may('goods') ? (
        <details>
          <summary>{t('st.receive')}</summary>
          <Receive />
        </details>
      ) : null}
    </section>
  );
}

function RecallCard({ recalls }: { recalls: StockView['recalls'] }) {
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const form = event.currentTarget;
    const text = fieldsOf(form);
    const supplierLot = text('supplierLot');
    const batch = supplierLot === '' ? {} : { supplierLot };
    if (await tell({ kind: 'recall', sku: text('sku'), reason: text('reason'), ...batch }))
      form.reset();
  };
  return (
    <section class="card">
      <h2>{t('st.recall')}</h2>
      {recalls.map(({ recallId, sku, supplierLot, reason }) => (
        <p key={recallId} class="short">
          {t('st.recalled')} {sku} {supplierLot ?? ''} · {reason}
        </p>
      ))}
      <details>
        <summary>{t('st.recall_hint')}</summary>
        <form class="receive" onSubmit={(event) => void send(event)}>
          <label>
            {t('st.sku')}
            <input type="text" name="sku" required />
          </label>
          <label>
            {t('st.lot')}
            <input type="text" name="supplierLot" maxLength={64} />
          </label>
          <label>
            {t('st.recall_why')}
            <input type="text" name="reason" required maxLength={200} />
          </label>
          <button type="submit" class="plain">
            {t('st.recall')}
          </button>
        </form>
      </details>
    </section>
  );
}
