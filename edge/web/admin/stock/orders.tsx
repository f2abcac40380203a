/** What to order and why; what is on its way; receiving it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ProposalView, StockView } from '../../../core/views/stock-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { ask, may } from '../operator.ts';
import { Skeleton } from '../shell.tsx';
import { Receive } from './receive.tsx';
import { stockNow, tell } from './store.ts';

export function Orders() {
  const proposals = useSignal<ProposalView[] | undefined>(undefined);
  const load = async () => {
    const answer = await ask<{ proposals: ProposalView[] }>('GET', '/api/stock/proposals');
    if (answer.ok) proposals.value = answer.value.proposals;
  };
  useEffect(() => void load(), [stockNow.value?.orders.length]);
  const wanted = proposals.value?.filter(({ packs }) => packs > 0) ?? [];
  return (
    <>
      <section class="card">
        <h2>{t('st.orders')}</h2>
        {proposals.value === undefined ? (
          <Skeleton />
        ) : wanted.length === 0 ? (
          <p class="none">
            <Icon name="check" />
            <strong>{t('st.order_none')}</strong>
          </p>
        ) : (
          <ul class="rows">
            {wanted.map((each) => (
              <Proposed key={`${each.cabinetId} ${each.sku}`} proposal={each} />
            ))}
          </ul>
        )}
        {wanted.length > 0 && may('goods') ? (
          <button type="button" class="primary" onClick={() => void tell({ kind: 'order' })}>
            {t('st.order_all')}
          </button>
        ) : null}
      </section>
      <OnTheWay orders={stockNow.value?.orders ?? []} />
    </>
  );
}

function Proposed({ proposal }: { proposal: ProposalView }) {
  const { sku, name, picture, packs, packSize, coverDays, reason, cabinetId } = proposal;
  return (
    <li>
      <Picture sku={sku} name={name} picture={picture} />
      <span class="who">
        <strong>{pick(name)}</strong>
        <small class="quiet">{pick(reason)}</small>
        <small class={coverDays < 1 ? 'short' : 'quiet'}>
          {cabinetId} · {t('st.lasts', { n: coverDays })}
        </small>
      </span>
      <strong class="whole">{t('st.packs', { n: packs, size: packSize })}</strong>
    </li>
  );
}

function OnTheWay({ orders }: { orders: StockView['orders'] }) {
  const arrived = useSignal<string | undefined>(undefined);
  return (
    <section class="card">
      <h2>{t('st.on_way')}</h2>
      {orders.length === 0 ? <p class="quiet">{t('st.on_way_none')}</p> : null}
      <ul class="rows">
        {orders.map(({ orderId, sku, name, picture, pieces, cabinetId }) => (
          <li key={orderId} class="wrap">
            <Picture sku={sku} name={name} picture={picture} />
            <span class="who">
              <strong>{pick(name)}</strong>
              <small class="quiet">
                {cabinetId} · {t('s.pieces', { n: pieces })}
              </small>
            </span>
            {may('goods') ? (
              <>
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    arrived.value = arrived.value === orderId ? undefined : orderId;
                  }}
                >
                  {t('st.arrived')}
                </button>
                <button
                  type="button"
                  class="plain"
                  onClick={() => void tell({ kind: 'cancel-order', orderId, reason: 'cancelled' })}
                >
                  {t('st.cancel')}
                </button>
              </>
            ) : null}
            {arrived.value === orderId ? (
              <Receive sku={sku} pieces={pieces} orderId={orderId} />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
