/** What is done with the chosen articles: a new price for all, off sale, on sale, tags, a photo. */
import { useSignal } from '@preact/signals';
import type { ItemChange } from '../../../core/catalogue/catalogue-events.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { Photo } from './photo.tsx';
import { Reprice } from './reprice.tsx';
import { chosen, chosenNow, tell } from './store.ts';
import { Tags } from './tags.tsx';

const leave = () => {
  chosen.value = new Map();
};

export function Bulk() {
  const open = useSignal<'price' | 'tags' | undefined>(undefined);
  const list = chosenNow.value;
  const turn = (to: 'price' | 'tags') => () => {
    open.value = open.value === to ? undefined : to;
  };
  const [only] = list;
  return (
    <section
      class="card bulk"
      aria-label={t('pr.chosen', { n: list.length })}
      data-open={open.value}
    >
      <p class="head">
        <strong>{t('pr.chosen', { n: list.length })}</strong>
        <button type="button" class="plain" onClick={leave}>
          {t('pr.unchoose')}
        </button>
      </p>
      <div class="acts-row">
        <button
          type="button"
          class={open.value ? 'plain' : 'primary'}
          aria-expanded={open.value === 'price'}
          onClick={turn('price')}
        >
          <Icon name="edit" />
          {t('pr.reprice')}
        </button>
        <Selling is={false} />
        <Selling is />
        <button
          type="button"
          class="plain"
          aria-expanded={open.value === 'tags'}
          onClick={turn('tags')}
        >
          <Icon name="printer" />
          {t('pr.tags')}
        </button>
      </div>
      {only && list.length === 1 && !open.value ? <Photo product={only} /> : null}
      {open.value === 'tags' ? <Tags products={list} /> : null}
      {open.value === 'price' ? <Reprice products={list} done={leave} /> : null}
    </section>
  );
}

/** Off sale, or on sale again; not there where nothing chosen needs it. */
function Selling({ is }: { is: boolean }) {
  const changes = chosenNow.value
    .filter(({ onSale }) => onSale !== is)
    .map(({ sku }): ItemChange => ({ sku, field: 'onSale', was: !is, is }));
  const n = changes.length;
  if (n === 0) return null;
  const sell = async () => {
    if (await tell({ kind: 'edit', changes }, t(is ? 'pr.now_on' : 'pr.now_off', { n }))) leave();
  };
  return (
    <button type="button" class="plain" onClick={() => void sell()}>
      {t(is ? 'pr.put_on' : 'pr.take_off')}
    </button>
  );
}
