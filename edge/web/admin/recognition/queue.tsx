/** Weighings to look at again: one tap says what lay there, and every tap can be undone. */
import { useSignal } from '@preact/signals';
import type { ArticleView, ReviewView } from '../../../core/views/recognition-view.ts';
import { kilograms } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { clockTime } from '../../shared/runtime.ts';
import { may } from '../operator.ts';
import { ArticleFinder } from './finder.tsx';
import { decide, pictureOf, roomNow } from './store.ts';

/** More than these at once are a wall; the next ones move up as these are done. */
const SHOWN = 12;

export function Queue() {
  const view = roomNow.value;
  if (!view) return null;
  const { queue, decided, keeps } = view;
  return (
    <>
      <p class="quiet">
        {keeps ? t('re.keeps', { h: keeps.hours, n: keeps.most }) : t('re.keeps_none')}
      </p>
      {queue.length === 0 ? (
        <section class="card">
          <p class="none">
            <Icon name="check" />
            <strong>{t('re.queue_none')}</strong>
            {t('re.queue_none_hint')}
          </p>
        </section>
      ) : null}
      <div class="reviews">
        {queue.slice(0, SHOWN).map((review) => (
          <Review key={review.reviewId} review={review} />
        ))}
      </div>
      {queue.length > SHOWN ? (
        <p class="quiet">{t('re.queue_more', { n: queue.length - SHOWN })}</p>
      ) : null}
      {decided.length > 0 ? <Decided decided={decided} /> : null}
    </>
  );
}

function Review({ review }: { review: ReviewView }) {
  const { reviewId, pictured, chosen, candidates, why, at, atWallMs, grams } = review;
  const others = candidates.filter(({ sku }) => sku !== chosen.sku).slice(0, 4);
  const label = (sku: string) => void decide(reviewId, { verdict: 'relabel', sku });
  return (
    <section class="card review" data-why={why}>
      <Shot review={review} />
      <div class="asked">
        <h2>{t(why === 'contradicted' ? 're.contradicted' : 're.unsure')}</h2>
        <p class="quiet">
          {at} · {clockTime(atWallMs).slice(5, 16)}
          {grams === undefined ? null : ` · ${kilograms(grams)}`}
        </p>
        {pictured && may('goods') ? (
          <>
            <h3>{t('re.what')}</h3>
            <div class="answers">
              <Answer article={chosen} note={t('re.chosen')} onChoose={label} />
              {others.map(({ confidenceBp, ...article }) => (
                <Answer
                  key={article.sku}
                  article={article}
                  note={t('re.looks', { p: Math.round(confidenceBp / 100) })}
                  onChoose={label}
                />
              ))}
            </div>
          </>
        ) : (
          <p>
            {t('re.chosen_of', { name: pick(chosen.name) })}
            {others[0] ? ` · ${t('re.seen_of', { name: pick(others[0].name) })}` : null}
          </p>
        )}
        {may('goods') ? (
          <Others
            mayName={pictured}
            onChoose={label}
            onSkip={() => void decide(reviewId, { verdict: 'skip' })}
          />
        ) : null}
      </div>
    </section>
  );
}

function Shot({ review: { reviewId, pictured, chosen } }: { review: ReviewView }) {
  if (pictured && may('goods'))
    return <img class="shot" src={pictureOf(reviewId)} alt={t('re.shot')} />;
  return (
    <span class="shot none">
      <Picture sku={chosen.sku} name={chosen.name} picture={chosen.picture} />
      <small>{t('re.no_picture')}</small>
    </span>
  );
}

function Answer(props: { article: ArticleView; note: string; onChoose(sku: string): void }) {
  const { sku, name, picture } = props.article;
  return (
    <button type="button" class="answer" onClick={() => props.onChoose(sku)}>
      <Picture sku={sku} name={name} picture={picture} />
      <span>
        <strong>{pick(name)}</strong>
        <small>{props.note}</small>
      </span>
    </button>
  );
}

function Others(props: { mayName: boolean; onChoose(sku: string): void; onSkip(): void }) {
  const open = useSignal(false);
  return (
    <>
      {open.value ? <ArticleFinder onChoose={({ sku }) => props.onChoose(sku)} /> : null}
      <p class="act">
        {props.mayName && !open.value ? (
          <button
            type="button"
            class="plain"
            onClick={() => {
              open.value = true;
            }}
          >
            <Icon name="search" />
            {t('re.other')}
          </button>
        ) : null}
        <button type="button" class="plain" onClick={props.onSkip}>
          {t('re.skip')}
        </button>
      </p>
    </>
  );
}

function Decided({ decided }: { decided: ReviewView[] }) {
  return (
    <section class="card">
      <h2>{t('re.decided')}</h2>
      <ul class="rows">
        {decided.map(({ reviewId, decided: decision, chosen, atWallMs }) => {
          const as = decision?.as;
          const article = as ?? chosen;
          return (
            <li key={reviewId}>
              <Picture sku={article.sku} name={article.name} picture={article.picture} />
              <span class="who">
                <strong>{as ? t('re.taught_as', { name: pick(as.name) }) : t('re.skipped')}</strong>
                <small>
                  {t('re.chosen_of', { name: pick(chosen.name) })} ·{' '}
                  {clockTime(atWallMs).slice(5, 16)}
                </small>
              </span>
              {may('goods') ? (
                <button
                  type="button"
                  class="plain"
                  onClick={() => void decide(reviewId, { verdict: 'undo' })}
                >
                  <Icon name="undo" />
                  {t('re.undo')}
                </button>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
