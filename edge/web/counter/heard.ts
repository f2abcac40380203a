/** What the produce counter says: one sentence for each step of weighing. */
import type { CounterView } from '../../core/views/counter-views.ts';
import type { Language } from '../shared/language.ts';
import type { Clip } from '../shared/voice/clips.ts';
import { amountClips } from '../shared/voice/numbers.ts';
import type { Script } from '../shared/voice/use-voice.ts';
import { weighClips } from '../shared/voice/weighing.ts';

interface As {
  full: boolean;
  language: Language;
}

function screenClips(view: CounterView, as: As): Clip[] {
  switch (view.screen) {
    case 'ready':
    case 'weighing':
      return weighClips(undefined, view.weigh);
    case 'confirm':
      return [
        ...(as.full ? amountClips(view.chosen?.amountFen ?? -1, as.language) : []),
        'p3.print',
      ];
    case 'take-label':
      return view.label?.printed ? ['p4.take'] : [];
    case 'out-of-service':
      return ['ko.title'];
  }
}

function words(before: CounterView, after: CounterView, as: As): Clip[] {
  if (after.help && !before.help) return ['kx.called'];
  const { notice, screen, label } = after;
  if (notice && notice.id !== before.notice?.id && notice.level !== 'info')
    return [screen === 'take-label' ? 'px.printer' : 'k1.look'];
  if (label?.printed && !before.label?.printed) return ['p4.take'];
  const weighing = (each: CounterView) => each.screen === 'ready' || each.screen === 'weighing';
  if (weighing(before) && weighing(after)) return weighClips(before.weigh, after.weigh);
  return screen === before.screen ? [] : screenClips(after, as);
}

export const counterScript: Script<CounterView> = {
  heard: (before, after, as) => ({ clips: before ? words(before, after, as) : [] }),
  standing: (view) => screenClips(view, { full: false, language: 'zh' }),
};
