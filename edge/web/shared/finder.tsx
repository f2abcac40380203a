/** Finding an article by pinyin initials or item number, without any keyboard of the system's. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ItemView, WeightView } from '../../core/views/views.ts';
import { unitPrice, yuan } from './format.ts';
import type { Key } from './i18n/zh.ts';
import { Icon } from './icon.tsx';
import { pick, t } from './language.ts';
import { ownCategory } from './own-category.ts';
import { Picture } from './picture.tsx';
import { priceForWeight } from './price.ts';

export type Keys = 'letters' | 'digits';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const DIGITS = [...'1234567890'];
/** More than a shopper will read; the box answers at once, so there is no paging. */
const LIMIT = 20;

interface Found {
  items: ItemView[];
  /** Only while nothing was typed. */
  categories?: string[];
}

/** The articles that `query` finds; the last answer stays until the next one arrives. */
function useItems(query: string, prices: number | undefined): Found | undefined {
  const found = useSignal<Found | undefined>(undefined);
  useEffect(() => {
    const stop = new AbortController();
    fetch(`/api/items?${query}`, { signal: stop.signal })
      .then(async (response) => {
        found.value = response.ok ? await response.json() : { items: [] };
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) console.warn('items not fetched', error);
      });
    return () => stop.abort();
  }, [query, prices]);
  return found.value;
}

const CATEGORIES: Record<string, Key> = {
  fruit: 'cat.fruit',
  vegetable: 'cat.vegetable',
  mushroom: 'cat.mushroom',
  nut: 'cat.nut',
  bakery: 'cat.bakery',
  dairy: 'cat.dairy',
  drink: 'cat.drink',
  frozen: 'cat.frozen',
  home: 'cat.home',
  pantry: 'cat.pantry',
  ready: 'cat.ready',
  snack: 'cat.snack',
  alcohol: 'cat.alcohol',
  meat: 'cat.meat',
  fish: 'cat.fish',
};

const categoryName = (category: string): string =>
  Object.hasOwn(CATEGORIES, category) ? t(CATEGORIES[category]!) : ownCategory(category);

/** What sells often, or one category of it. */
function Categories(props: { categories: string[]; chosen: Signal<string | undefined> }) {
  const { categories, chosen } = props;
  if (categories.length < 2) return null;
  return (
    <li class="narrow">
      <ul class="categories" aria-label={t('cat.all')}>
        {[undefined, ...categories].map((category) => (
          <li key={category ?? ''}>
            <button
              type="button"
              class="button"
              aria-pressed={category === chosen.value}
              onClick={() => {
                chosen.value = category;
              }}
            >
              {category === undefined ? t('cat.often') : categoryName(category)}
            </button>
          </li>
        ))}
      </ul>
    </li>
  );
}

function FoundRow(props: {
  item: ItemView;
  weight: WeightView;
  disabled: boolean;
  onChoose: (item: ItemView) => void;
}) {
  const { item } = props;
  const amountFen = priceForWeight(item, props.weight);
  return (
    <li>
      <button
        type="button"
        class="row"
        disabled={props.disabled}
        onClick={() => props.onChoose(item)}
      >
        <Picture sku={item.sku} name={item.name} picture={item.picture} />
        <span>
          <span class="name">{pick(item.name)}</span>
          <span class="rate">
            <span class="whole">{unitPrice(item.unitPriceFen, item.priceBasis)}</span>{' '}
            {item.plu ? (
              <span class="plu whole">{t('p2.plu_label', { plu: item.plu })}</span>
            ) : null}
          </span>
        </span>
        <span class="amount whole">{amountFen === undefined ? '' : yuan(amountFen)}</span>
      </button>
    </li>
  );
}

function Pad(props: {
  keys: Keys;
  onType: (key: string) => void;
  onErase: () => void;
  onSwap: () => void;
}) {
  const symbols = props.keys === 'letters' ? LETTERS : DIGITS;
  return (
    <div class="keys" data-digits={props.keys === 'digits' || null}>
      {symbols.map((symbol) => (
        <button type="button" class="key" key={symbol} onClick={() => props.onType(symbol)}>
          {symbol}
        </button>
      ))}
      <button type="button" class="key word" aria-label={t('k2.erase')} onClick={props.onErase}>
        <Icon name="erase" />
      </button>
      <button type="button" class="key word" onClick={props.onSwap}>
        {t(props.keys === 'letters' ? 'k2.digits' : 'k2.letters')}
      </button>
    </div>
  );
}

export function Finder(props: {
  keys: Keys;
  /** Only goods sold by the piece are found, because nothing can be weighed; or by weight alone. */
  sold?: 'piece' | 'weight';
  /** Edition of the prices shown. */
  prices: number | undefined;
  weight: WeightView;
  disabled: boolean;
  onChoose: (item: ItemView, by: 'list' | 'plu') => void;
}) {
  const keys = useSignal<Keys>(props.keys);
  const typed = useSignal('');
  const category = useSignal<string | undefined>(undefined);
  const query = new URLSearchParams({
    ...{ q: typed.value.toLowerCase(), limit: String(LIMIT) },
    ...(props.sold && { sold: props.sold }),
    ...(category.value !== undefined && !typed.value && { category: category.value }),
  });
  const { items, categories = [] } = useItems(String(query), props.prices) ?? {};
  const swap = () => {
    keys.value = keys.value === 'letters' ? 'digits' : 'letters';
    typed.value = '';
  };
  return (
    <div class="finder">
      <p class="typed" role="status">
        <Icon name="search" />
        {typed.value || (
          <span class="hint">{t(keys.value === 'letters' ? 'k2.type' : 'k2.type_plu')}</span>
        )}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <ul class="found" aria-label={t(typed.value ? 'k2.results' : 'k2.recent')} tabIndex={0}>
        {typed.value ? null : <Categories categories={categories} chosen={category} />}
        {items?.map((item) => (
          <FoundRow
            key={item.sku}
            item={item}
            weight={props.weight}
            disabled={props.disabled}
            onChoose={(chosen) => props.onChoose(chosen, keys.value === 'digits' ? 'plu' : 'list')}
          />
        ))}
        {items?.length === 0 ? <li class="nothing">{t('k2.nothing')}</li> : null}
      </ul>
      <Pad
        keys={keys.value}
        onType={(key) => {
          typed.value = (typed.value + key).slice(0, 8);
        }}
        onErase={() => {
          typed.value = typed.value.slice(0, -1);
        }}
        onSwap={swap}
      />
    </div>
  );
}
