/** What a plate asks for, aloud: said once, when the question changes. */
import type { WeighView } from '../../../core/views/views.ts';
import type { Clip } from './clips.ts';

function asked({ weight, recognition, tiles }: WeighView): Clip | undefined {
  if (weight.kind === 'overload') return 'p2.over';
  if (recognition === 'off' && weight.kind === 'zero') return 'p0.put';
  if (recognition === 'unsure') return 'p2.none';
  return recognition === 'ready' && tiles.length > 0 ? 'p2.which' : undefined;
}

/** Nothing while the question stays the same. */
export function weighClips(before: WeighView | undefined, after: WeighView): Clip[] {
  const clip = asked(after);
  return clip === undefined || (before && asked(before) === clip) ? [] : [clip];
}
