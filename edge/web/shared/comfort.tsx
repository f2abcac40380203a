/** 大字, 低位操作, 高对比, 语音: one tap each, for this shopper only. */
import { computed, signal } from '@preact/signals';
import {
  COMFORTS,
  type Comfort,
  type Comforts,
  comfortsOf,
  setComfort,
  speechOf,
} from '../../core/views/comfort.ts';
import { Icon } from './icon.tsx';
import { t } from './language.ts';
import { voice } from './voice/use-voice.ts';

const WORDS = {
  large: 'a11y.big',
  low: 'a11y.low',
  contrast: 'a11y.contrast',
  voice: 'a11y.voice',
} as const;

/** What this page shows now; the edge keeps it, so that a refresh loses none. */
export const comforts = signal<Comforts>({});
/** Larger type, one thing at a time, undo that waits. */
export const large = computed(() => comforts.value.large ?? false);
/** 低位操作: what is pressed lies in the bottom part of the panel. */
export const low = computed(() => comforts.value.low ?? false);

/** Shows them at once, before the edge has answered. */
export function setComforts(next: Comforts): void {
  comforts.value = next;
  for (const comfort of COMFORTS)
    document.documentElement.toggleAttribute(`data-${comfort}`, next[comfort] ?? false);
}

/** One comfort on or off; `onToggle` tells whoever keeps it. */
export function ComfortChip(props: {
  comfort: Comfort;
  disabled: boolean;
  onToggle: (comfort: Comfort, on: boolean) => void;
}) {
  const { comfort } = props;
  const pressed = comforts.value[comfort] ?? false;
  const press = () => {
    const next = comfortsOf(comforts.value);
    setComfort(next, comfort, !pressed);
    setComforts(next);
    props.onToggle(comfort, !pressed);
  };
  return (
    <button
      type="button"
      class="chip"
      data-comfort={comfort}
      aria-pressed={pressed}
      disabled={props.disabled}
      onClick={press}
    >
      <Icon name={comfort} />
      {t(WORDS[comfort])}
    </button>
  );
}

/** Wherever there is speech: the last words again, or no more of them. */
export function AgainChip() {
  if (speechOf(comforts.value) === 'silent') return null;
  const speaking = voice.speaking.value;
  return (
    <button type="button" class="chip again" onClick={speaking ? voice.hush : voice.repeat}>
      <Icon name={speaking ? 'hush' : 'again'} />
      {t(speaking ? 'a11y.hush' : 'a11y.again')}
    </button>
  );
}
