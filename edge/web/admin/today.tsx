import type { StatusView } from '../../core/views.ts';
import { roundHalfUpDivide } from '../../core/weigh/amount.ts';
import { duration, kilograms, yuan } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';

function Figure(props: {
  label: string;
  value: string;
  /** Nothing yet: said quietly. */
  zero?: boolean;
  under: string;
  level?: 'warn' | undefined;
}) {
  return (
    <div class="card figure" data-level={props.level} data-zero={props.zero || null}>
      <span class="label">{props.label}</span>
      <span class="value whole">{props.value}</span>
      <span class="under">{props.under}</span>
    </div>
  );
}

/** Today in four figures: takings, sales, devices, and what head office has not got yet. */
export function Today({ status }: { status: StatusView }) {
  const { sales, amountFen } = status.today;
  const wanted = status.devices.filter((device) => device.state !== 'disabled');
  const well = wanted.filter((device) => device.state === 'ok').length;
  const unwell = wanted.length - well;
  const { unsent, oldestUnsentWallMs } = status.sync;
  const waited = oldestUnsentWallMs === undefined ? undefined : nowMs.value - oldestUnsentWallMs;
  const average = sales > 0 ? yuan(roundHalfUpDivide(amountFen, sales)) : undefined;
  return (
    <section class="figures" aria-label={t('s.title')}>
      <Figure
        label={t('s.amount')}
        value={yuan(amountFen)}
        zero={amountFen === 0}
        under={average ? t('s.average', { amount: average }) : t('s.no_sales')}
      />
      <Figure
        label={t('s.sales')}
        value={`${sales} ${t('s.sales_unit')}`}
        zero={sales === 0}
        under={status.screens.map((screen) => t(`s.${screen.kind}`)).join(' · ')}
      />
      <Figure
        label={t('s.devices_ok')}
        value={`${well} / ${wanted.length}`}
        under={unwell === 0 ? t('s.all_devices_ok') : t('s.devices_attention', { n: unwell })}
        level={unwell > 0 ? 'warn' : undefined}
      />
      <Figure
        label={t('s.unsent')}
        value={t('s.records', { n: unsent })}
        zero={unsent === 0}
        under={
          unsent === 0
            ? t('s.all_sent')
            : waited === undefined
              ? t('s.kept_here')
              : `${t('s.oldest')} ${duration(waited)}`
        }
        level={unsent > 0 ? 'warn' : undefined}
      />
    </section>
  );
}

type HotItem = StatusView['today']['items'][number];

/** What sells, with a bar for how much; weighed goods in kilograms, packaged ones in pieces. */
export function HotList({ items }: { items: readonly HotItem[] }) {
  const most = Math.max(1, ...items.map((item) => item.amountFen));
  return (
    <section class="card">
      <h2>{t('s.hot')}</h2>
      {items.length === 0 ? (
        <p class="none">
          <Icon name="trend" />
          <strong>{t('s.no_sales')}</strong>
          {t('s.no_sales_hint')}
        </p>
      ) : (
        <ol class="hot">
          {items.slice(0, 8).map((item) => (
            <li key={item.sku}>
              <span class="name">{pick(item.name)}</span>
              <span class="share" style={{ width: `${(item.amountFen / most) * 100}%` }} />
              <span class="quiet whole">
                {item.grams > 0 ? kilograms(item.grams) : t('s.pieces', { n: item.pieces })}
              </span>
              <span class="amount whole">{yuan(item.amountFen)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
