/** The room of orders: found by whatever a person remembers, a page at a time. */
import { useEffect } from 'preact/hooks';
import { PAID_BY } from '../../../core/sale/receipt.ts';
import type { OrderRowView } from '../../../core/views/order-views.ts';
import { ago, yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, pick, t } from '../../shared/language.ts';
import { clockTime, nowMs } from '../../shared/runtime.ts';
import { Told, TryAgain } from '../door.tsx';
import { may } from '../operator.ts';
import { linkTo, type RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { Filters } from './filters.tsx';
import { Order } from './order.tsx';
import './orders.css';
import { operate as enOperate } from '../../shared/i18n/en/operate.ts';
import { orders as enOrders } from '../../shared/i18n/en/orders.ts';
import { operate as zhOperate } from '../../shared/i18n/zh/operate.ts';
import { orders as zhOrders } from '../../shared/i18n/zh/orders.ts';
import { StateBadge } from './state.tsx';
import {
  busy,
  find,
  isNarrowed,
  lookAtPlaces,
  making,
  more,
  refused,
  rows,
  take,
  totals,
  wanted,
} from './store.ts';

learnWords({ zh: zhOrders, en: enOrders });
learnWords({ zh: zhOperate, en: enOperate });

export function Orders({ words: [saleId] }: RoomProps) {
  return saleId ? <Order key={saleId} saleId={saleId} /> : <Search />;
}

function Search() {
  useEffect(() => {
    void lookAtPlaces();
    void find();
  }, []);
  return (
    <>
      <header class="room">
        <h1>{t('n.orders')}</h1>
        {may('audit') ? <Exports /> : null}
      </header>
      <Filters />
      <Told refusal={refused.value} />
      {rows.value ? (
        <Found list={rows.value} />
      ) : refused.value ? (
        <TryAgain look={() => void find()} />
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Exports() {
  return (
    <div class="exports">
      {(['csv', 'xlsx'] as const).map((kind) => (
        <button
          key={kind}
          type="button"
          class="plain"
          disabled={making.value !== undefined || !rows.value?.length}
          onClick={() => void take(kind)}
        >
          <Icon name="down" />
          {t(making.value === kind ? 'or.exporting' : 'or.export', {
            kind: kind === 'csv' ? 'CSV' : 'Excel',
          })}
        </button>
      ))}
    </div>
  );
}

function Found({ list }: { list: OrderRowView[] }) {
  if (list.length === 0) return <Nothing />;
  const sum = totals.value;
  return (
    <section class="card orders" aria-busy={busy.value}>
      <p class="sum" role="status">
        {sum ? t('or.found', { n: sum.orders, amount: yuan(sum.totalFen) }) : null}
        {sum && sum.refundedFen > 0 ? (
          <small>{t('or.back', { amount: yuan(sum.refundedFen) })}</small>
        ) : null}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('or.col_time')}</th>
            <th scope="col">{t('or.col_goods')}</th>
            <th scope="col">{t('or.col_place')}</th>
            <th scope="col">{t('or.col_paid')}</th>
            <th scope="col">{t('or.col_state')}</th>
            <th scope="col">{t('or.col_total')}</th>
          </tr>
        </thead>
        <tbody>
          {list.map((row) => (
            <Row key={row.seq} row={row} />
          ))}
        </tbody>
      </table>
      {more.value ? (
        <button type="button" class="plain" disabled={busy.value} onClick={() => void find(true)}>
          {t('or.more')}
        </button>
      ) : null}
    </section>
  );
}

function Row({ row }: { row: OrderRowView }) {
  const { saleId, receiptNo, atWallMs, goods, place, paidBy, totalFen, refundedFen } = row;
  return (
    <tr data-state={row.state}>
      <th scope="row">
        <a href={linkTo('orders', saleId)}>
          <time class="whole" title={clockTime(atWallMs)} dateTime={clockTime(atWallMs)}>
            {when(atWallMs)}
          </time>
          <small class="number">{receiptNo ?? saleId}</small>
        </a>
      </th>
      <td class="goods">{goods.map(pick).join(t('or.comma'))}</td>
      <td class="place">{place}</td>
      <td class="paid">{paidBy.map((each) => pick(PAID_BY[each])).join(' + ') || '—'}</td>
      <td class="state">
        <StateBadge row={row} />
      </td>
      <td class="total whole">
        {yuan(totalFen)}
        {refundedFen > 0 ? <small>−{yuan(refundedFen)}</small> : null}
      </td>
    </tr>
  );
}

const RECENT_MS = 3_600_000;

/** Within the hour how long ago, later the time itself; the exact moment stands in the title. */
const when = (wallMs: number): string =>
  nowMs.value - wallMs < RECENT_MS ? ago(wallMs, nowMs.value) : clockTime(wallMs).slice(5, 16);

function Nothing() {
  const narrowed = isNarrowed.value;
  return (
    <section class="card">
      <p class="none">
        <Icon name={narrowed ? 'search' : 'receipt'} />
        <strong>{t(narrowed ? 'or.none' : 'or.first')}</strong>
        {t(narrowed ? 'or.none_hint' : 'or.first_hint')}
        {narrowed ? (
          <button
            type="button"
            class="plain"
            onClick={() => {
              wanted.value = {};
              void find();
            }}
          >
            {t('or.clear')}
          </button>
        ) : null}
      </p>
    </section>
  );
}
