import type { CounterView } from '../../core/views.ts';
import { Dial } from '../shared/dial.tsx';
import { Finder, type Keys } from '../shared/finder.tsx';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { EmptyPlate, question, reasonToWait } from '../shared/question.tsx';
import { Tiles } from '../shared/tiles.tsx';
import { CallButton, Notice } from './parts.tsx';
import { deaf, searching, send } from './scale.ts';

/** P2b: the list found by pinyin or number, with the weight still in sight. */
export function Search({ view, keys }: { view: CounterView; keys: Keys }) {
  return (
    <section class="searching">
      <Dial weight={view.weigh.weight} />
      <Finder
        key={keys}
        keys={keys}
        weight={view.weigh.weight}
        disabled={deaf.value}
        onChoose={(item, by) => send({ kind: 'choose', sku: item.sku, by })}
      />
      <Notice view={view} />
      <nav class="ways-out" aria-label={t('app.back')}>
        <button
          type="button"
          class="button"
          onClick={() => {
            searching.value = undefined;
          }}
        >
          <Icon name="back" />
          {t('app.back')}
        </button>
        <CallButton />
      </nav>
    </section>
  );
}

/** P0 to P2: what lies there, and which of these it is. */
export function Choose({ view }: { view: CounterView }) {
  const weigh = view.weigh;
  const search = (keys: Keys) => {
    searching.value = keys;
  };
  const wait = reasonToWait(weigh);
  const empty = weigh.tiles.length === 0 && weigh.recognition !== 'working';
  return (
    <section class="side">
      <h1>
        {question(weigh)}
        {wait ? <small>{wait}</small> : null}
      </h1>
      {empty ? (
        <EmptyPlate weigh={weigh} />
      ) : (
        <Tiles
          weigh={weigh}
          disabled={deaf.value}
          onChoose={(tile) => send({ kind: 'choose', sku: tile.sku, by: 'tile' })}
        />
      )}
      <Notice view={view} />
      <nav class="ways-out" aria-label={t('p2.none')}>
        <button type="button" class="button" onClick={() => search('letters')}>
          {t(weigh.tiles.length > 0 ? 'p2.none' : 'p2.pinyin')}
        </button>
        <button type="button" class="button" onClick={() => search('digits')}>
          {t('p2.plu')}
        </button>
        <CallButton />
      </nav>
    </section>
  );
}
