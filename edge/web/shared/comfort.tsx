/** 大字, 低位操作, 高对比, 语音 and the language: one tap each, for this shopper only. */
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
import { speak, t, unitsInWords } from './language.ts';
import { LanguageButton } from './language-button.tsx';
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
  unitsInWords.value = next.large ?? false;
  speak(next.english ? 'en' : 'zh');
}

/** Turns one over at once. Returns whether it is on now. */
function toggle(comfort: Comfort): boolean {
  const next = comfortsOf(comforts.value);
  const on = !next[comfort];
  setComfort(next, comfort, on);
  setComforts(next);
  return on;
}

/** One comfort on or off; `onToggle` tells whoever keeps it. */
export function ComfortChip(props: {
  comfort: keyof typeof WORDS;
  disabled: boolean;
  onToggle: (comfort: Comfort, on: boolean) => void;
}) {
  const { comfort } = props;
  const pressed = comforts.value[comfort] ?? false;
  return (
    <button
      type="button"
      class="chip"
      data-comfort={comfort}
      aria-pressed={pressed}
      disabled={props.disabled}
      onClick={() => props.onToggle(comfort, toggle(comfort))}
    >
      <Icon name={comfort} />
      {t(WORDS[comfort])}
    </button>
  );
}

/** The other language, which the edge keeps like any comfort. */
export function LanguageChip(props: { onToggle: (comfort: Comfort, on: boolean) => void }) {
  const press = () => props.onToggle('english', toggle('english'));
  return (
    <LanguageButton class="chip" onPress={press}>
      <Icon name="language" />
    </LanguageButton>
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
