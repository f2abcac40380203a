/** Loss suspects: patterns of goods, lanes and hours, each with what to do next. */
import { useEffect } from 'preact/hooks';
import { LOSS_DAYS, type LossDays, type LossesView } from '../../../core/views/loss-views.ts';
import { yuan } from '../../shared/format.ts';
import { losses as enLosses } from '../../shared/i18n/en/losses.ts';
import { stock as enStock } from '../../shared/i18n/en/stock.ts';
import { losses as zhLosses } from '../../shared/i18n/zh/losses.ts';
import { stock as zhStock } from '../../shared/i18n/zh/stock.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, t } from '../../shared/language.ts';
import { TryAgain } from '../door.tsx';
import { linkTo } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { LOSS_SECTIONS, type LossSection, lossCells, lossWords, sectionOf } from './loss-words.ts';
import { losses, refused, seekLosses } from './store.ts';
import { TakeAway } from './take-away.tsx';

learnWords({ zh: { ...zhLosses, ...zhStock }, en: { ...enLosses, ...enStock } });

const USUAL_DAYS: LossDays = 7;

export function Losses({ asked }: { asked: string | undefined }) {
  const days = LOSS_DAYS.find((each) => String(each) === asked) ?? USUAL_DAYS;
  useEffect(() => void seekLosses(days), [days]);
  const view = losses.value;
  return (
    <>
      <header class="room report-acts">
        <h2>
          {t('lo.title')}
          {view ? <small>{t('lo.span', { from: view.fromDay, to: view.toDay })}</small> : null}
        </h2>
        {view && view.rows.length > 0 ? (
          <TakeAway name={`losses-${view.fromDay}-${view.toDay}`} rows={() => lossCells(view)} />
        ) : null}
      </header>
      <nav class="periods" aria-label={t('lo.period')}>
        {LOSS_DAYS.map((each) => (
          <a
            key={each}
            href={linkTo('reports', 'losses', String(each))}
            aria-current={each === days ? 'page' : undefined}
          >
            {t(`lo.days_${each}`)}
          </a>
        ))}
      </nav>
      <p class="quiet">{t('lo.hint')}</p>
      {view ? (
        <Found view={view} />
      ) : refused.value ? (
        <TryAgain look={() => void seekLosses(days)} />
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Found({ view: { rows } }: { view: LossesView }) {
  if (rows.length === 0)
    return (
      <p class="card none">
        <Icon name="check" />
        <strong>{t('lo.none')}</strong>
        {t('lo.none_hint')}
      </p>
    );
  const filled = LOSS_SECTIONS.filter((each) => rows.some((row) => sectionOf(row) === each));
  return (
    <>
      {filled.map((each) => (
        <Section key={each} section={each} rows={rows.filter((row) => sectionOf(row) === each)} />
      ))}
    </>
  );
}

function Section({ section, rows }: { section: LossSection; rows: LossesView['rows'] }) {
  const title = t(`lo.${section}`);
  return (
    <section class="card losses" aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {rows.map(lossWords).map(({ id, saw, more, differenceFen, next, room }) => (
          <li key={id}>
            <p class="saw">
              <strong>{saw}</strong>
              {more ? <small>{more}</small> : null}
            </p>
            {differenceFen === undefined ? null : (
              <p class="figure">
                <small>{t('lo.difference')}</small>
                {yuan(differenceFen)}
              </p>
            )}
            <p class="next">
              <span>{next}</span>
              <a class="plain" href={linkTo(...room)} aria-label={`${t('lo.go')}: ${saw}`}>
                {t('lo.go')}
                <Icon name="go" />
              </a>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
