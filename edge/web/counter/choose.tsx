import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CounterView } from '../../core/views/counter-views.ts';
import { Dial, isSilent } from '../shared/dial.tsx';
import { Finder, type Keys } from '../shared/finder.tsx';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import {
  EmptyPlate,
  listLabel,
  question,
  reasonToWait,
  Trouble,
  troubleInstead,
} from '../shared/question.tsx';
import { nowMs } from '../shared/runtime.ts';
import { MoreButton, Tiles } from '../shared/tiles.tsx';
import { CallButton, Chips, Notice } from './parts.tsx';
import { deaf, searching, send } from './scale.ts';

/** P2b: the list found by pinyin or number, with the weight still in sight. */
export function Search({ view, keys }: { view: CounterView; keys: Keys }) {
  return (
    <section class="searching">
      <Dial weight={view.weigh.weight} alarm />
      <Finder
        key={keys}
        keys={keys}
        sold="weight"
        prices={view.prices}
        weight={view.weigh.weight}
        disabled={deaf.value}
        onChoose={(item, by) => send({ kind: 'choose', sku: item.sku, by })}
      />
      <Notice view={view} />
      <div class="foot">
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
        <aside class="pad-chips">
          <Chips />
        </aside>
      </div>
    </section>
  );
}

const search = (keys: Keys) => {
  searching.value = keys;
};

/** An empty plate that is not at zero for so long is not empty, or wants zeroing. */
const UNCLEARED_MS = 30_000;

/** Whether something lay on the waiting scale for long, too little to be goods. */
function useUncleared({ screen, weigh }: CounterView): boolean {
  const kind = weigh.weight.kind;
  const off = screen === 'ready' && (kind === 'stable' || kind === 'moving');
  const sinceMs = useSignal<number | undefined>(undefined);
  useEffect(() => {
    sinceMs.value = off ? nowMs.peek() : undefined;
  }, [off]);
  return sinceMs.value !== undefined && nowMs.value - sinceMs.value >= UNCLEARED_MS;
}

/** 置零, where zeroing is of use: the plate is as good as empty, and the scale is not at zero. */
function ZeroKey() {
  return (
    <button
      type="button"
      class="button zero"
      disabled={deaf.value}
      onClick={() => send({ kind: 'zero' })}
    >
      {t('w.zero_button')}
    </button>
  );
}

/** The question with its tiles, or the one sentence that stands instead of them. */
function Choice({ view, uncleared }: { view: CounterView; uncleared: boolean }) {
  const { weigh } = view;
  const trouble = uncleared ? t('p0.clear') : troubleInstead(weigh);
  if (trouble) return <Trouble words={trouble} />;
  const wait = reasonToWait(weigh);
  return (
    <>
      <h1>
        {question(weigh)}
        {wait ? <small>{wait}</small> : null}
      </h1>
      {weigh.tiles.length === 0 && weigh.recognition !== 'working' ? (
        <EmptyPlate weigh={weigh} />
      ) : (
        <Tiles
          weigh={weigh}
          disabled={deaf.value}
          onChoose={(tile) => send({ kind: 'choose', sku: tile.sku, by: 'tile' })}
          onNone={() => search('letters')}
        />
      )}
    </>
  );
}

/** P0 to P2: what lies there, and which of these it is. A silent scale has nothing to look up. */
export function Choose({ view }: { view: CounterView }) {
  const { weigh, screen } = view;
  const { kind } = weigh.weight;
  const uncleared = useUncleared(view);
  const offZero = uncleared || kind === 'underload' || (screen === 'ready' && kind === 'stable');
  return (
    <section class="side">
      <Choice view={view} uncleared={uncleared} />
      <Notice view={view} />
      <nav class="ways-out" aria-label={listLabel(weigh)}>
        {offZero ? <ZeroKey /> : null}
        {isSilent(weigh.weight) ? null : (
          <>
            <MoreButton weigh={weigh} />
            <button type="button" class="button" onClick={() => search('letters')}>
              {listLabel(weigh)}
            </button>
            <button type="button" class="button" onClick={() => search('digits')}>
              {t('p2.plu')}
            </button>
          </>
        )}
        <CallButton />
      </nav>
    </section>
  );
}

/** The operator teaches: nothing to press but for help, and how far it is. */
export function Teaching({ view }: { view: CounterView }) {
  const teaching = view.teaching;
  if (!teaching) return null;
  const name = t('w.teaching', { name: pick(teaching.name) });
  return (
    <section class="side">
      <div class="teaching" role="status">
        <Icon name="teach" />
        <h1>{t('w.teaching_wait')}</h1>
        <p>{name}</p>
        <progress value={teaching.shots} max={teaching.wanted} aria-label={name} />
        <p class="whole">{t('w.teaching_count', { n: teaching.shots, of: teaching.wanted })}</p>
      </div>
      <Notice view={view} />
      <nav class="ways-out" aria-label={t('k1.help')}>
        <CallButton />
      </nav>
    </section>
  );
}
