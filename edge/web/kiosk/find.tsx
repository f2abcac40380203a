import { useSignal } from '@preact/signals';
import type { LaneView, WeighView } from '../../core/views.ts';
import { Dial } from '../shared/dial.tsx';
import { Finder, type Keys } from '../shared/finder.tsx';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { Tiles } from '../shared/tiles.tsx';
import { deaf, send } from './lane.ts';
import { CallButton, Notice } from './parts.tsx';

/** The question above the tiles, in the order a shopper meets it. */
function question(weigh: WeighView): string {
  if (weigh.tiles.length > 0) return t(weigh.recognition === 'unsure' ? 'p2.unsure' : 'p2.which');
  if (weigh.recognition === 'working') return t('p1.recog');
  if (weigh.recognition === 'unavailable') return t('k2.unavailable');
  return t('k2.put');
}

function PutHere() {
  return (
    <div class="empty">
      <Icon name="produce" />
      <h2>{t('k2.put')}</h2>
      <p>{t('p0.hint')}</p>
    </div>
  );
}

function Candidates({ weigh }: { weigh: WeighView }) {
  if (weigh.tiles.length === 0 && weigh.recognition !== 'working') return <PutHere />;
  return (
    <Tiles
      weigh={weigh}
      disabled={deaf.value}
      onChoose={(tile) => send({ kind: 'choose', sku: tile.sku, by: 'tile' })}
    />
  );
}

function WaysOut(props: { searching: boolean; onSearch: (keys: Keys | undefined) => void }) {
  return (
    <nav class="ways-out" aria-label={t('app.back')}>
      <button
        type="button"
        class="button"
        disabled={deaf.value}
        onClick={() => send({ kind: 'back' })}
      >
        <Icon name="back" />
        {t('app.back')}
      </button>
      {props.searching ? (
        <button type="button" class="button" onClick={() => props.onSearch(undefined)}>
          <Icon name="camera" />
          {t('k2.to_tiles')}
        </button>
      ) : (
        <>
          <button type="button" class="button" onClick={() => props.onSearch('letters')}>
            <Icon name="search" />
            {t('p2.none')}
          </button>
          <button type="button" class="button" onClick={() => props.onSearch('digits')}>
            <Icon name="number" />
            {t('p2.plu')}
          </button>
        </>
      )}
      <CallButton />
    </nav>
  );
}

/** K2: weigh here, point at the picture, or find it by pinyin or number. */
export function Find({ view }: { view: LaneView }) {
  const keys = useSignal<Keys | undefined>(undefined);
  const weigh = view.weigh;
  if (!weigh) return null;
  const searching = keys.value ?? (weigh.recognition === 'unavailable' ? 'letters' : undefined);
  return (
    <div class="find" data-searching={searching !== undefined || null}>
      <Dial weight={weigh.weight} />
      <div class="choose">
        <h1 class="prompt">
          {searching ? t('k2.title') : question(weigh)}
          {weigh.hint ? <small>{pick(weigh.hint)}</small> : null}
        </h1>
        {searching ? (
          <Finder
            key={searching}
            keys={searching}
            weight={weigh.weight}
            disabled={deaf.value}
            onChoose={(item, by) => send({ kind: 'choose', sku: item.sku, by })}
          />
        ) : (
          <Candidates weigh={weigh} />
        )}
      </div>
      <div class="say">
        <Notice view={view} />
      </div>
      <WaysOut
        searching={searching !== undefined}
        onSearch={(next) => {
          keys.value = next;
        }}
      />
    </div>
  );
}
