/** The queue of tags: each as it will look, printed one after another, the rest kept on trouble. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ProductView, TagKind, TagView } from '../../../core/views/catalogue-view.ts';
import type { CommandAnswer } from '../../../core/views/views.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { ask } from '../operator.ts';
import { Chips } from './chips.tsx';
import { LabelPaper } from './label-paper.tsx';
import { choose, refused, said } from './store.ts';

const KINDS: readonly TagKind[] = ['shelf', 'scale'];

export function Tags({ products }: { products: readonly ProductView[] }) {
  const kind = useSignal<TagKind>('shelf');
  const tags = useSignal<TagView[]>([]);
  const done = useSignal<number | undefined>(undefined);
  const skus = products.map(({ sku }) => sku).join(' ');
  useEffect(() => {
    if (done.value === undefined)
      void looks(products, kind.value).then((all) => (tags.value = all));
  }, [skus, kind.value]);
  const print = async () => {
    refused.value = undefined;
    const queue = [...products];
    for (const [at, product] of queue.entries()) {
      done.value = at;
      const { sku } = product;
      const answer = await ask<CommandAnswer>('POST', '/api/products/tags', {
        sku,
        kind: kind.value,
      });
      const refusal = !answer.ok
        ? answer.refusal
        : answer.value.ok
          ? undefined
          : answer.value.refusal;
      refused.value = refusal;
      if (refusal) break;
      choose(product, false);
      said.value = t('pr.tags_printed', { n: at + 1 });
    }
    done.value = undefined;
  };
  return (
    <div class="tags">
      <Chips
        label={t('pr.tag_kind')}
        values={KINDS}
        value={kind.value}
        word={(each) => t(`pr.tag_${each}`)}
        choose={(each) => {
          kind.value = each;
        }}
      />
      <ul aria-label={t('pr.tags')}>
        {tags.value.map((tag) => (
          <Tag key={tag.sku} tag={tag} />
        ))}
      </ul>
      {done.value === undefined ? (
        <button type="button" class="primary" onClick={() => void print()}>
          <Icon name="printer" />
          {t('pr.tags_print', { n: products.length })}
        </button>
      ) : (
        <p role="status">{t('pr.tags_printing', { n: done.value + 1 })}</p>
      )}
    </div>
  );
}

async function looks(products: readonly ProductView[], kind: TagKind): Promise<TagView[]> {
  const query = new URLSearchParams({ kind, skus: products.map(({ sku }) => sku).join(',') });
  const answer = await ask<{ tags: TagView[] }>('GET', `/api/products/tags?${query}`);
  return answer.ok ? answer.value.tags : [];
}

/** Each label it takes: what does not fit on one is on the next. */
function Tag({ tag: { papers } }: { tag: TagView }) {
  return (
    <li>
      {papers.length === 0 ? <p class="quiet">{t('pr.no_printer')}</p> : null}
      {papers.map((paper, at) => (
        <LabelPaper key={`${at}`} paper={paper} />
      ))}
    </li>
  );
}
