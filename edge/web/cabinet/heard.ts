/** What a cabinet says, at its door and on the phone. */
import type { CabinetView } from '../../core/views/cabinet-views.ts';
import type { Clip } from '../shared/voice/clips.ts';
import { amountClips } from '../shared/voice/numbers.ts';
import type { Script } from '../shared/voice/use-voice.ts';

const SAID: Record<CabinetView['screen'], Clip> = {
  ready: 'c.ready',
  authorising: 'c.opening',
  pull: 'c.pull',
  open: 'c.list',
  counting: 'c.count',
  review: 'c.review',
  settled: 'c.settled',
  'nothing-taken': 'c.nothing',
  refused: 'c.refused',
  fault: 'c.fault',
  'out-of-service': 'ko.title',
};
const WARNED = {
  remind: 'c.remind',
  alarm: 'c.remind',
  foreign: 'c.foreign',
  blind: 'c.remind',
} as const;

export const cabinetScript: Script<CabinetView> = {
  heard(before, after, { full, language }) {
    const { screen, warning, totalFen, notice } = after;
    if (!before) return { clips: [] };
    if (notice && notice.id !== before.notice?.id && screen === before.screen && !warning)
      return { beep: 'yes', clips: ['kx.called'] };
    if (warning && warning !== before.warning) return { beep: 'no', clips: [WARNED[warning]] };
    if (screen === before.screen) return { clips: [] };
    if (screen !== 'settled' || !full) return { clips: [SAID[screen]] };
    return { clips: ['c.spent', ...amountClips(totalFen, language), SAID.settled] };
  },
  standing: ({ screen }) => [SAID[screen]],
};
