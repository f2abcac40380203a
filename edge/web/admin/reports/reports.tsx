/** The reports room: the day so far, its close, and every day that was closed. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { yuan } from '../../shared/format.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, t } from '../../shared/language.ts';
import { Told, TryAgain } from '../door.tsx';
import { may } from '../operator.ts';
import { linkTo, type RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { Tabs } from '../tabs.tsx';
import '../stock/stock.css';
import '../tabs.css';
import { Acts, Paper } from './paper.tsx';
import './reports.css';
import { operate as enOperate } from '../../shared/i18n/en/operate.ts';
import { operate as zhOperate } from '../../shared/i18n/zh/operate.ts';
import { Losses } from './losses.tsx';
import { Selling } from './selling.tsx';
import { close, closes, hasOlder, list, open, refresh, refused, report, said } from './store.ts';

learnWords({ zh: zhOperate, en: enOperate });

const TABS = ['now', 'past', 'selling', 'losses'] as const;
const TAB_WORDS = {
  now: 'rp.now',
  past: 'rp.past',
  selling: 'rp.selling',
  losses: 'lo.tab',
} as const satisfies Record<(typeof TABS)[number], Key>;

const linkOf = (tab: (typeof TABS)[number]) =>
  tab === 'now' ? linkTo('reports') : linkTo('reports', tab);

export function Reports({ status, words: [first, more] }: RoomProps) {
  const tab = TABS.find((each) => each === first) ?? 'now';
  return (
    <>
      <header class="room">
        <h1>{t('n.reports')}</h1>
      </header>
      <Tabs
        label={t('n.reports')}
        here={linkOf(tab)}
        tabs={TABS.filter((each) => each !== 'losses' || may('audit')).map((each) => ({
          href: linkOf(each),
          word: t(TAB_WORDS[each]),
        }))}
      />
      <Told refusal={refused.value} />
      {said.value && (tab === 'now' || tab === 'past') ? (
        <p class="said" data-level={said.value.level} role="status">
          <Icon name={said.value.level === 'ok' ? 'check' : 'warn'} />
          {said.value.words}
        </p>
      ) : null}
      {tab === 'selling' ? (
        <Selling status={status} />
      ) : tab === 'losses' ? (
        <Losses asked={more} />
      ) : tab === 'past' && !more ? (
        <Past />
      ) : (
        <Day key={more ?? ''} closeNo={more} />
      )}
    </>
  );
}

function Day({ closeNo }: { closeNo: string | undefined }) {
  useEffect(() => void open(closeNo), [closeNo]);
  const shown = report.value;
  if (!shown) return refused.value ? <TryAgain look={() => void open(closeNo)} /> : <Skeleton />;
  return (
    <>
      <Acts report={shown} />
      {closeNo === undefined && may('money') ? <Closing sales={shown.totals.sales} /> : null}
      <Paper report={shown} />
    </>
  );
}

/** Closing cannot be undone: it says what it closes, and asks for the PIN. */
function Closing({ sales }: { sales: number }) {
  const asked = useSignal(false);
  const busy = useSignal(false);
  const sure = async () => {
    busy.value = true;
    const closed = await close();
    busy.value = false;
    if (!closed) return;
    const { closeNo } = closed.report;
    const words = t('rp.closed', { n: closeNo });
    said.value = closed.printed
      ? { level: 'ok', words }
      : { level: 'warn', words: `${words} · ${t('rp.not_printed')}` };
    location.hash = linkTo('reports', 'past', String(closeNo));
  };
  const turn = () => {
    asked.value = !asked.value;
    said.value = undefined;
    // What was sold since the page came is closed with the rest, and is to be seen.
    if (asked.value) void refresh();
  };
  if (!asked.value)
    return (
      <button type="button" class="primary closing" onClick={turn}>
        {t('rp.close')}
      </button>
    );
  return (
    <section class="card narrow" aria-label={t('rp.close')}>
      <p>{t('rp.close_ask', { n: sales })}</p>
      <p class="sure">
        <button type="button" class="primary" disabled={busy.value} onClick={() => void sure()}>
          {t('rp.close_yes')}
        </button>
        <button type="button" class="plain" onClick={turn}>
          {t('app.back')}
        </button>
      </p>
    </section>
  );
}

function Past() {
  useEffect(() => void list(), []);
  const rows = closes.value;
  if (!rows) return refused.value ? <TryAgain look={() => void list()} /> : <Skeleton />;
  if (rows.length === 0)
    return (
      <p class="card none">
        <Icon name="receipt" />
        <strong>{t('rp.no_closes')}</strong>
        {t('rp.no_closes_hint')}
      </p>
    );
  return (
    <section class="card">
      <ul class="rows">
        {rows.map(({ closeNo, atLocal, by, sales, netFen }) => (
          <li key={closeNo}>
            <span class="who">
              <strong>{t('rp.number', { n: closeNo })}</strong>
              <small>{t('rp.by', { name: by, time: atLocal })}</small>
            </span>
            <span class="figure">
              {yuan(netFen)}
              <small>
                {t('rp.sales')} {sales}
              </small>
            </span>
            <a class="plain" href={linkTo('reports', 'past', String(closeNo))}>
              {t('rp.open')}
            </a>
          </li>
        ))}
      </ul>
      {hasOlder.value ? (
        <button type="button" class="plain" onClick={() => void list(true)}>
          {t('rp.older')}
        </button>
      ) : null}
    </section>
  );
}
