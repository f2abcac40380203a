import { useSignal } from '@preact/signals';
import type { LaneView, WeighView } from '../../core/views.ts';
import { Dial } from '../shared/dial.tsx';
import { Finder, type Keys } from '../shared/finder.tsx';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { EmptyPlate, question, reasonToWait } from '../shared/question.tsx';
import { Tiles } from '../shared/tiles.tsx';
import { deaf, send } from './lane.ts';
import { CallButton, Notice } from './parts.tsx';

function Candidates({ weigh }: { weigh: WeighView }) {
  if (weigh.tiles.length === 0 && weigh.recognition !== 'working')
    return <EmptyPlate weigh={weigh} />;
  return (
    <Tiles
      weigh={weigh}
      disabled={deaf.value}
      onChoose={(tile) => send({ kind: 'choose', sku: tile.sku, by: 'tile' })}
    />
  );
}

function WaysOut(props: {
  searching: boolean;
  /** Without recognition there are no tiles to go back to. */
  blind: boolean;
  onSearch: (keys: Keys | undefined) => void;
}) {
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
      {props.blind ? null : props.searching ? (
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
  const wait = reasonToWait(weigh);
  const searching = keys.value ?? (weigh.recognition === 'unavailable' ? 'letters' : undefined);
  return (
    <div class="find" data-searching={searching !== undefined || null}>
      <Dial weight={weigh.weight} />
      <div class="choose">
        <h1 class="prompt">
          {searching ? t('k2.title') : question(weigh)}
          {wait ? <small>{wait}</small> : null}
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
        blind={weigh.recognition === 'unavailable'}
        onSearch={(next) => {
          keys.value = next;
        }}
      />
    </div>
  );
}
