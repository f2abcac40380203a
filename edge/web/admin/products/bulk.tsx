/** What is done with the chosen articles: a new price for all, off sale, on sale. */
import { useSignal } from '@preact/signals';
import type { ItemChange } from '../../../core/catalogue-events.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { Photo } from './photo.tsx';
import { Reprice } from './reprice.tsx';
import { chosen, chosenNow, tell } from './store.ts';

export function Bulk() {
  const pricing = useSignal(false);
  const list = chosenNow.value;
  const leave = () => {
    pricing.value = false;
    chosen.value = new Map();
  };
  const sell = async (is: boolean) => {
    const changes = list
      .filter(({ onSale }) => onSale !== is)
      .map(({ sku }): ItemChange => ({ sku, field: 'onSale', was: !is, is }));
    const n = changes.length;
    if (await tell({ kind: 'edit', changes }, t(is ? 'pr.now_on' : 'pr.now_off', { n }))) leave();
  };
  const off = list.some(({ onSale }) => !onSale);
  const on = list.some(({ onSale }) => onSale);
  return (
    <section class="card bulk" aria-label={t('pr.chosen', { n: list.length })}>
      <p>
        <strong>{t('pr.chosen', { n: list.length })}</strong>
      </p>
      <div class="acts-row">
        <button
          type="button"
          class="primary"
          aria-expanded={pricing.value}
          onClick={() => {
            pricing.value = !pricing.value;
          }}
        >
          <Icon name="edit" />
          {t('pr.reprice')}
        </button>
        {on ? (
          <button type="button" class="plain" onClick={() => void sell(false)}>
            {t('pr.take_off')}
          </button>
        ) : null}
        {off ? (
          <button type="button" class="plain" onClick={() => void sell(true)}>
            {t('pr.put_on')}
          </button>
        ) : null}
        <button type="button" class="plain" onClick={leave}>
          {t('pr.unchoose')}
        </button>
      </div>
      {list.length === 1 && list[0] && !pricing.value ? <Photo product={list[0]} /> : null}
      {pricing.value ? <Reprice products={list} done={leave} /> : null}
    </section>
  );
}
