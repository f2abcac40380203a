/** Finding an article by pinyin initials or item number, without any keyboard of the system's. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ItemView, WeightView } from '../../core/views.ts';
import { unitPrice, yuan } from './format.ts';
import { Icon } from './icon.tsx';
import { pick, t } from './language.ts';
import { Picture } from './picture.tsx';
import { priceForWeight } from './price.ts';

export type Keys = 'letters' | 'digits';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const DIGITS = [...'1234567890'];
/** More than a shopper will read; the box answers at once, so there is no paging. */
const LIMIT = 20;
/** Asked for where goods by weight are left out of the answer. */
const LIMIT_BEFORE_SORTING_OUT = 400;

/** The articles that `typed` finds; the last answer stays until the next one arrives. */
function useItems(
  typed: string,
  pieces: boolean,
  prices: number | undefined,
): ItemView[] | undefined {
  const items = useSignal<ItemView[] | undefined>(undefined);
  useEffect(() => {
    const stop = new AbortController();
    const limit = pieces ? LIMIT_BEFORE_SORTING_OUT : LIMIT;
    const query = new URLSearchParams({ q: typed.toLowerCase(), limit: String(limit) });
    fetch(`/api/items?${query}`, { signal: stop.signal })
      .then(async (response) => {
        const answer: { items: ItemView[] } = response.ok ? await response.json() : { items: [] };
        const fit = pieces
          ? answer.items.filter((item) => item.priceBasis === 'each')
          : answer.items;
        items.value = fit.slice(0, LIMIT);
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) console.warn('items not fetched', error);
      });
    return () => stop.abort();
  }, [typed, pieces, prices]);
  return items.value;
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
            {item.plu ? <span class="whole">{t('p2.plu_label', { plu: item.plu })}</span> : null}
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

/** `pieces`: only goods sold by the piece are found, because nothing can be weighed. */
export function Finder(props: {
  keys: Keys;
  pieces?: boolean;
  /** Edition of the prices shown. */
  prices: number | undefined;
  weight: WeightView;
  disabled: boolean;
  onChoose: (item: ItemView, by: 'list' | 'plu') => void;
}) {
  const keys = useSignal<Keys>(props.keys);
  const typed = useSignal('');
  const items = useItems(typed.value, props.pieces ?? false, props.prices);
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
