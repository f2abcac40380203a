import type { OverviewView } from '../../core/views/overview-views.ts';
import type { StatusView } from '../../core/views/status-view.ts';
import { kilograms, yuan } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';

type Way = 'up' | 'down';

function Figure(props: {
  label: string;
  value: string;
  /** Nothing yet: said quietly. */
  zero?: boolean;
  under: string;
  level?: 'warn' | undefined;
  way?: Way | undefined;
}) {
  return (
    <div class="card figure" data-level={props.level} data-zero={props.zero || null}>
      <span class="label">{props.label}</span>
      <span class="value whole">{props.value}</span>
      <span class="under" data-way={props.way}>
        {props.under}
      </span>
    </div>
  );
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0' : String(Math.round((part / whole) * 1000) / 10);

/** `较上周同日此时 +8.4%`; said only where there is something to compare with. */
function delta(amountFen: number, weekAgo: OverviewView['weekAgo']): { words: string; way?: Way } {
  if (!weekAgo) return { words: t('ov.no_delta') };
  const change = amountFen - weekAgo.amountFen;
  const p = `${change < 0 ? '' : '+'}${percent(change, weekAgo.amountFen)}`;
  return { words: t('ov.delta', { p }), way: change < 0 ? 'down' : 'up' };
}

interface TodayOptions {
  status: StatusView;
  /** Undefined until the box has answered. */
  overview: OverviewView | undefined;
}

/** Today in five figures: takings, sales, recognition, what runs out, devices. */
export function Today({ status, overview }: TodayOptions) {
  const wanted = status.devices.filter((device) => device.state !== 'disabled');
  const well = wanted.filter((device) => device.state === 'ok').length;
  const unwell = wanted.length - well;
  return (
    <section class="figures five" aria-label={t('s.title')}>
      <Takings status={status} overview={overview} />
      <Risk overview={overview} />
      <Figure
        label={t('s.devices_ok')}
        value={`${well} / ${wanted.length}`}
        under={unwell === 0 ? t('s.all_devices_ok') : t('s.devices_attention', { n: unwell })}
        level={unwell > 0 ? 'warn' : undefined}
      />
    </section>
  );
}

/** The three of them that are about selling. */
export function Sold(options: TodayOptions) {
  return (
    <section class="figures" aria-label={t('s.amount')}>
      <Takings {...options} />
    </section>
  );
}

function Takings({ status, overview }: TodayOptions) {
  const { sales, amountFen } = status.today;
  const compared = overview && delta(amountFen, overview.weekAgo);
  const looking = t('ov.looking');
  const helped = overview?.helped ?? 0;
  return (
    <>
      <Figure
        label={t('s.amount')}
        value={yuan(amountFen)}
        zero={amountFen === 0}
        under={compared?.words ?? looking}
        way={amountFen > 0 ? compared?.way : undefined}
      />
      <Figure
        label={t('s.sales')}
        value={`${sales} ${t('s.sales_unit')}`}
        zero={sales === 0}
        under={overview ? t('ov.helped', { n: helped, p: percent(helped, sales) }) : looking}
      />
      <Hits overview={overview} />
    </>
  );
}

function Hits({ overview }: Pick<TodayOptions, 'overview'>) {
  const hits = overview?.hits;
  const none = t(overview ? 'ov.no_hits' : 'ov.looking');
  return (
    <Figure
      label={t('ov.hits')}
      value={hits ? `${percent(hits.first, hits.seen)}%` : '—'}
      zero={!hits}
      under={hits ? t('ov.hits_four', { p: percent(hits.firstFour, hits.seen) }) : none}
    />
  );
}

/** Not known is not "enough": until the box has answered nothing is said about it. */
function Risk({ overview }: Pick<TodayOptions, 'overview'>) {
  if (!overview) return <Figure label={t('ov.risk')} value="—" zero under={t('ov.looking')} />;
  const { empty, low, names } = overview.stock;
  const list = names.map(pick).join(t('or.comma'));
  const under = empty > 0 ? t('ov.empty', { n: empty, names: list }) : t('ov.low', { names: list });
  return (
    <Figure
      label={t('ov.risk')}
      value={t('ov.risk_value', { n: empty + low })}
      zero={empty + low === 0}
      under={empty + low === 0 ? t('ov.risk_none') : under}
      level={empty > 0 ? 'warn' : undefined}
    />
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
