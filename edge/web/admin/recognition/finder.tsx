/** Finding one of the goods that are told apart by sight: by name, pinyin initials or number. */
import { useSignal } from '@preact/signals';
import { searchItems } from '../../../core/catalogue/search.ts';
import type { LearntView } from '../../../core/views/recognition-view.ts';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { roomNow } from './store.ts';

const SHOWN = 30;

/** Those hardly learnt first: they are what one comes to teach. */
export function ArticleFinder({ onChoose }: { onChoose(article: LearntView): void }) {
  const typed = useSignal('');
  const all = [...(roomNow.value?.learnt ?? [])].sort((a, b) => a.samples - b.samples);
  const found = searchItems(all, typed.value, SHOWN);
  return (
    <div class="articles">
      <input
        type="search"
        aria-label={t('re.find')}
        placeholder={t('re.find')}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
      />
      <ul>
        {found.map((article) => (
          <li key={article.sku}>
            <button type="button" class="answer" onClick={() => onChoose(article)}>
              <Picture sku={article.sku} name={article.name} picture={article.picture} />
              <span>
                <strong>{pick(article.name)}</strong>
                <small>
                  {article.samples === 0
                    ? t('re.not_learnt')
                    : t('re.pictures', { n: article.samples })}
                </small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p class="quiet">{t('k2.nothing')}</p> : null}
    </div>
  );
}
