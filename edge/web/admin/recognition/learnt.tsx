/** What is learnt: every item with its pictures, and each picture can be taken back. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LearntView, SampleCardView } from '../../../core/views/recognition-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { ask, may } from '../operator.ts';
import { linkTo } from '../rooms.ts';
import { ArticleFinder } from './finder.tsx';
import { pictureOf, refused, roomNow, tell } from './store.ts';
import './taken.css';

export function Learnt({ words: [sku] }: { words: string[] }) {
  const view = roomNow.value;
  if (!view) return null;
  const article = view.learnt.find((each) => each.sku === sku);
  if (article) return <Samples key={article.sku} article={article} />;
  return (
    <section class="card">
      <h2>{t('re.learnt_of', { n: view.items, of: view.toLearn })}</h2>
      <p class="quiet">{t('re.learnt_hint')}</p>
      <ArticleFinder
        onChoose={(chosen) => {
          location.hash = linkTo('recognition', 'learnt', chosen.sku);
        }}
      />
    </section>
  );
}

const ORIGINS = {
  taught: 're.o_taught',
  sold: 're.o_sold',
  imported: 're.o_imported',
  reviewed: 're.o_reviewed',
} as const;

function Samples({ article }: { article: LearntView }) {
  const { sku, name, picture, samples: count } = article;
  const samples = useSignal<SampleCardView[]>([]);
  useEffect(() => {
    void ask<{ samples: SampleCardView[] }>(
      'GET',
      `/api/recognition/samples/${encodeURIComponent(sku)}`,
    ).then((answer) => {
      if (answer.ok) samples.value = answer.value.samples;
      else refused.value = answer.refusal;
    });
  }, [sku, count]);
  return (
    <section class="card">
      <header class="line">
        <Picture sku={sku} name={name} picture={picture} />
        <h2>{pick(name)}</h2>
        <span class="badge">{t('re.pictures', { n: count })}</span>
        {may('goods') ? (
          <a class="plain" href={linkTo('recognition', 'teach', sku)}>
            <Icon name="teach" />
            {t('re.teach_more')}
          </a>
        ) : null}
        <a class="plain" href={linkTo('recognition', 'learnt')}>
          {t('app.back')}
        </a>
      </header>
      {samples.value.length === 0 ? <p class="quiet">{t('re.not_learnt')}</p> : null}
      <ul class="samples">
        {samples.value.map((sample, at) => (
          <Sample key={sample.sampleId} sample={sample} number={at + 1} />
        ))}
      </ul>
      {roomNow.value?.keeps ? null : <p class="quiet">{t('re.keeps_none')}</p>}
    </section>
  );
}

function Sample({ sample, number }: { sample: SampleCardView; number: number }) {
  const { sampleId, origin, pictured } = sample;
  return (
    <li>
      {pictured && may('goods') ? (
        <img src={pictureOf(sampleId)} alt={t('re.shot_no', { n: number })} />
      ) : (
        <span class="blank">{number}</span>
      )}
      <small>{t(ORIGINS[origin])}</small>
      {may('goods') ? (
        <button
          type="button"
          class="plain"
          aria-label={t('re.remove_no', { n: number })}
          onClick={() => void tell(`samples/${encodeURIComponent(sampleId)}/remove`)}
        >
          <Icon name="remove" />
        </button>
      ) : null}
    </li>
  );
}
