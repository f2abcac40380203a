/** How often the camera was right, day by day, and what it takes for what. */
import { useEffect, useRef } from 'preact/hooks';
import { csvOf } from '../../../core/csv.ts';
import type {
  ConfusedView,
  HitDayView,
  RecognitionRoomView,
} from '../../../core/views/recognition-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { language, pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { save } from '../reports/csv.ts';
import { percent, roomNow } from './store.ts';

const WEEK_DAYS = 7;

export function Rates() {
  const view = roomNow.value;
  if (!view) return null;
  const { days, confused, heavier } = view;
  const seen = days.some((day) => day.seen > 0);
  return (
    <>
      <section class="card">
        <h2>
          <Icon name="trend" />
          {t('re.week')}
          {seen ? (
            <button type="button" class="plain export" onClick={() => exportDays(days)}>
              {t('re.export_csv')}
            </button>
          ) : null}
        </h2>
        {seen ? (
          <>
            <Figures days={days.slice(-WEEK_DAYS)} />
            <Chart key={language.value} days={days} />
            <Table days={days} />
          </>
        ) : (
          <p class="none">
            <Icon name="camera" />
            <strong>{t('re.rates_none')}</strong>
            {t('re.rates_none_hint')}
          </p>
        )}
      </section>
      <Confused confused={confused} />
      <Heavier heavier={heavier} />
    </>
  );
}

const sum = (days: HitDayView[], of: (day: HitDayView) => number) =>
  days.reduce((total, day) => total + of(day), 0);

function Figures({ days }: { days: HitDayView[] }) {
  const seen = sum(days, (day) => day.seen);
  const share = (of: (day: HitDayView) => number) => percent(sum(days, of), seen);
  const sales = sum(days, ({ sales: each }) => each);
  return (
    <dl class="shares">
      <Figure words={t('re.first')} value={share(({ first }) => first)} colour="first" />
      <Figure words={t('re.four')} value={share(({ firstFour }) => firstFour)} colour="four" />
      <Figure words={t('re.unknown')} value={share(({ unknown }) => unknown)} colour="unknown" />
      <Figure words={t('re.by_hand')} value={share(({ byHand }) => byHand)} colour="hand" />
      <Figure
        words={t('re.helped')}
        value={percent(
          sum(days, (day) => day.helped),
          sales,
        ).replace('%', '')}
      />
      <Figure words={t('re.seen')} value={String(seen)} />
    </dl>
  );
}

function Figure({ words, value, colour }: { words: string; value: string; colour?: string }) {
  return (
    <div data-colour={colour}>
      <dt>{words}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** uPlot is loaded only where a chart is looked at; the table says the same in words. */
function Chart({ days }: { days: HitDayView[] }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    void import('./chart.ts').then(({ drawDays }) => {
      if (!gone && frame.current) stop = drawDays(frame.current, days);
    });
    return () => {
      gone = true;
      stop();
    };
  }, [days]);
  return <div class="chart" ref={frame} role="img" aria-label={t('re.chart')} />;
}

const HEADS = ['re.day', 're.seen', 're.first', 're.four', 're.unknown', 're.by_hand'] as const;

function Table({ days }: { days: HitDayView[] }) {
  return (
    <details>
      <summary>{t('re.as_table')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section class="wide" aria-label={t('re.as_table')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {HEADS.map((key) => (
                <th key={key} scope="col">
                  {t(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map(({ day, seen, first, firstFour, unknown, byHand }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>{seen}</td>
                {[first, firstFour, unknown, byHand].map((part, at) => (
                  <td key={HEADS[at]}>{percent(part, seen)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function exportDays(days: HitDayView[]): void {
  const heads = [...HEADS, 're.sales', 're.helped_times'] as const;
  const rows = days.map(({ day, seen, first, firstFour, unknown, byHand, sales, helped }) => [
    ...[day, seen, first, firstFour, unknown, byHand, sales, helped],
  ]);
  save('yike-recognition.csv', csvOf([heads.map((key) => t(key)), ...rows]));
}

function Confused({ confused }: { confused: ConfusedView[] }) {
  return (
    <section class="card">
      <h2>{t('re.confused')}</h2>
      {confused.length === 0 ? (
        <p class="none">
          <Icon name="check" />
          <strong>{t('re.confused_none')}</strong>
        </p>
      ) : (
        <p class="quiet">{t('re.confused_hint')}</p>
      )}
      <ul class="rows pairs">
        {confused.map(({ a, b, times, asked, kept, cheaper }) => (
          <li key={`${a.sku} ${b.sku}`}>
            <Picture sku={a.sku} name={a.name} picture={a.picture} />
            <Picture sku={b.sku} name={b.name} picture={b.picture} />
            <span class="who">
              <strong>{t('re.pair', { a: pick(a.name), b: pick(b.name) })}</strong>
              <small>
                {[
                  ...(asked > 0 ? [t('re.asked', { n: asked, kept })] : []),
                  ...(cheaper ? [t('re.cheaper', { n: cheaper, of: times })] : []),
                ].join(' · ')}
              </small>
            </span>
            <strong class="whole">{t('re.times', { n: times })}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Of goods alone: a pattern says that a scale stands badly, or that bags grow after the label. */
function Heavier({ heavier }: Pick<RecognitionRoomView, 'heavier'>) {
  if (heavier.length === 0) return null;
  return (
    <section class="card">
      <h2>{t('re.heavier')}</h2>
      <p class="quiet">{t('re.heavier_hint')}</p>
      <ul class="rows">
        {heavier.map(({ sku, name, picture, asked, kept }) => (
          <li key={sku}>
            <Picture sku={sku} name={name} picture={picture} />
            <span class="who">
              <strong>{pick(name)}</strong>
              <small>{t('re.asked', { n: asked, kept })}</small>
            </span>
            <strong class="whole">{t('re.times', { n: asked })}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
