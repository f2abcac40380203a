import { useSignal } from '@preact/signals';
import type { LaneView, WeighView } from '../../core/views/views.ts';
import { Dial, isSilent } from '../shared/dial.tsx';
import { Finder, type Keys } from '../shared/finder.tsx';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import {
  EmptyPlate,
  listLabel,
  question,
  reasonToWait,
  Trouble,
  troubleInstead,
} from '../shared/question.tsx';
import { MoreButton, Tiles } from '../shared/tiles.tsx';
import { deaf, send } from './lane.ts';
import { CallButton, Notice } from './parts.tsx';

function Candidates({ weigh, onNone }: { weigh: WeighView; onNone: () => void }) {
  if (weigh.tiles.length === 0 && weigh.recognition !== 'working')
    return <EmptyPlate weigh={weigh} />;
  return (
    <>
      <Tiles
        weigh={weigh}
        disabled={deaf.value}
        onChoose={(tile) => send({ kind: 'choose', sku: tile.sku, by: 'tile' })}
        onNone={onNone}
      />
      <MoreButton weigh={weigh} />
    </>
  );
}

function WaysOut(props: {
  weigh: WeighView;
  searching: boolean;
  /** Without scale or recognition there are no tiles to go back to. */
  listOnly: boolean;
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
      {props.listOnly ? null : props.searching ? (
        <button type="button" class="button" onClick={() => props.onSearch(undefined)}>
          <Icon name="camera" />
          {t('k2.to_tiles')}
        </button>
      ) : (
        <>
          <button type="button" class="button" onClick={() => props.onSearch('letters')}>
            <Icon name="search" />
            {listLabel(props.weigh)}
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

/** The question with its tiles, or the one sentence that stands instead of them. */
function Choice({ weigh, onNone }: { weigh: WeighView; onNone: () => void }) {
  const trouble = troubleInstead(weigh);
  if (trouble) return <Trouble words={trouble} />;
  const wait = reasonToWait(weigh);
  return (
    <>
      <h1 class="prompt">
        {question(weigh)}
        {wait ? <small>{wait}</small> : null}
      </h1>
      <Candidates weigh={weigh} onNone={onNone} />
    </>
  );
}

/** K2: weigh here, point at the picture, or find it by pinyin or number. */
export function Find({ view }: { view: LaneView }) {
  const keys = useSignal<Keys | undefined>(undefined);
  const weigh = view.weigh;
  if (!weigh) return null;
  const silent = isSilent(weigh.weight) && weigh.tiles.length === 0;
  const listOnly = silent || weigh.recognition === 'unavailable';
  const searching = keys.value ?? (listOnly ? 'letters' : undefined);
  const search = (next: Keys | undefined) => {
    keys.value = next;
  };
  return (
    <div class="find" data-searching={searching !== undefined || null}>
      <Dial weight={weigh.weight} alarm={searching !== undefined} />
      <div class="choose">
        {searching ? (
          <>
            <h1 class="prompt">{t(silent ? 'k2.pieces' : 'k2.title')}</h1>
            <Finder
              key={searching}
              keys={searching}
              {...(silent && { sold: 'piece' as const })}
              prices={view.prices}
              weight={weigh.weight}
              disabled={deaf.value}
              onChoose={(item, by) => send({ kind: 'choose', sku: item.sku, by })}
            />
          </>
        ) : (
          <Choice weigh={weigh} onNone={() => search('letters')} />
        )}
      </div>
      <div class="say">
        <Notice view={view} />
      </div>
      <WaysOut
        weigh={weigh}
        searching={searching !== undefined}
        listOnly={listOnly}
        onSearch={search}
      />
    </div>
  );
}
