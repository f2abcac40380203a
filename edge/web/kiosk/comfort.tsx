/** 大字, 低位操作, 高对比: one tap each, kept by the edge, for this shopper only. */
import { computed, signal } from '@preact/signals';
import { COMFORTS, type Comfort, type Comforts, comfortsOf } from '../../core/comfort.ts';
import type { LaneView } from '../../core/views.ts';
import { yuan } from '../shared/format.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { Picture } from '../shared/picture.tsx';
import { deaf, send } from './lane.ts';

const WORDS = { large: 'a11y.big', low: 'a11y.low', contrast: 'a11y.contrast' } as const;

const on = signal<Comforts>({});
/** Larger type, one thing at a time, undo that waits. */
export const large = computed(() => on.value.large ?? false);

/** The edge keeps them, so that a refresh loses none; the page shows them at once all the same. */
export function setComforts(comforts: Comforts): void {
  on.value = comforts;
  for (const comfort of COMFORTS)
    document.documentElement.toggleAttribute(`data-${comfort}`, comforts[comfort] ?? false);
}

export function ComfortChip({ comfort }: { comfort: Comfort }) {
  const pressed = on.value[comfort] ?? false;
  const press = () => {
    const { [comfort]: _, ...others } = on.value;
    setComforts(comfortsOf(pressed ? others : { ...others, [comfort]: true }));
    send({ kind: comfort, on: !pressed });
  };
  return (
    <button
      type="button"
      class="chip"
      data-comfort={comfort}
      aria-pressed={pressed}
      disabled={deaf.value}
      onClick={press}
    >
      <Icon name={comfort} />
      {t(WORDS[comfort])}
    </button>
  );
}

/** At the very bottom of the glass: whoever cannot reach the top can reach this. */
export function ComfortBar() {
  return (
    <aside class="comforts">
      <ComfortChip comfort="low" />
      <ComfortChip comfort="contrast" />
    </aside>
  );
}

/** 低位操作: the part out of reach is there to be looked at. */
export function Upper({ view }: { view: LaneView }) {
  if (!on.value.low) return null;
  const buying = view.screen === 'basket' || view.screen === 'find';
  const newest = view.sale?.lines.find((line) => buying && line.lineId === view.sale?.newestLineId);
  return (
    <section class="upper" aria-label={t('a11y.low')}>
      {newest ? <Picture sku={newest.sku} name={newest.name} picture={newest.picture} /> : <Mark />}
      <p class="headline">{newest ? pick(newest.name) : t('k0.title')}</p>
      {newest ? <p class="sum whole">{yuan(newest.amountFen)}</p> : null}
      <p>{t('a11y.low_hint')}</p>
    </section>
  );
}
