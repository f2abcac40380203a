/** A page's changes made audible: a tone at once, words where the shopper wants them. */
import { useEffect, useRef } from 'preact/hooks';
import { type Comforts, type Speech, speechOf } from '../../../core/views/comfort.ts';
import { type Language, language } from '../language.ts';
import type { Clip, Heard } from './clips.ts';
import { createVoice } from './player.ts';

export const voice = createVoice();

/** How a page puts what it shows into sound. */
export interface Script<View> {
  /** What a change gives to hear; `full`: amounts may be said. */
  heard(before: View | undefined, after: View, as: { full: boolean; language: Language }): Heard;
  /** What this screen asks of the shopper, for whoever has just turned the voice on. */
  standing(view: View): Clip[];
}

/** Follows `view`; `comforts` say whether there is speech. */
export function useVoice<View extends object>(
  view: View | undefined,
  comforts: Comforts,
  script: Script<View>,
): void {
  const before = useRef<{ view?: View; speech: Speech }>({ speech: 'silent' });
  const speech = speechOf(comforts);
  useEffect(() => {
    const last = before.current;
    before.current = { ...(view && { view }), speech };
    if (!view) return;
    const spoken = language.peek();
    const { beep, clips } = script.heard(last.view, view, {
      full: speech === 'full',
      language: spoken,
    });
    if (beep) voice.beep(beep);
    if (speech === 'silent') return voice.hush();
    if (last.speech === 'silent') voice.say(['a11y.voice', ...script.standing(view)], spoken);
    else if (clips.length > 0) voice.say(clips, spoken);
  }, [view, speech]);
}
