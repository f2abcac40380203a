import type { WeighView } from '../../core/views/views.ts';
import { scaleTrouble } from './dial.tsx';
import { Icon } from './icon.tsx';
import { pick, t } from './language.ts';
import { leavesRoom } from './tiles.tsx';

/** The question above the tiles, in the order a shopper meets it. */
export function question(weigh: WeighView): string {
  const trouble = scaleTrouble(weigh.weight);
  if (trouble) return trouble;
  if (weigh.tiles.length > 0 && weigh.strange) return t('p2.strange');
  if (weigh.tiles.length > 0) return t(weigh.recognition === 'unsure' ? 'p2.unsure' : 'p2.which');
  if (weigh.recognition === 'working') return t('p1.recog');
  return t(weigh.recognition === 'unavailable' ? 'k2.unavailable' : 'p0.put');
}

/** Instead of tiles and their question: one sentence, what is wrong and what to do. */
export function Trouble({ words }: { words: string }) {
  return (
    <div class="empty" data-trouble>
      <Icon name="warn" />
      <h1>{words}</h1>
    </div>
  );
}

/** The sentence that stands instead of tiles; undefined while there is something to choose. */
export function troubleInstead(weigh: WeighView): string | undefined {
  return weigh.tiles.length === 0 ? scaleTrouble(weigh.weight) : undefined;
}

/** The empty plate: what to do, or that this scale cannot just now. */
export function EmptyPlate({ weigh }: { weigh: WeighView }) {
  const blind = weigh.recognition === 'unavailable';
  return (
    <div class="empty">
      <Icon name={blind ? 'search' : 'produce'} />
      <p>{t(blind ? 'k2.search_hint' : 'p0.hint')}</p>
    </div>
  );
}

/** What the way to the list is called; 都不是 only where no tile says so already. */
export function listLabel(weigh: WeighView): string {
  const named = weigh.tiles.length > 0 && !leavesRoom(weigh);
  return t(named ? 'p2.none' : 'p2.pinyin');
}

/** Why a tap would not be taken yet; an empty plate already says it by its question. */
export function reasonToWait(weigh: WeighView): string | undefined {
  return weigh.hint && weigh.weight.kind !== 'zero' && !scaleTrouble(weigh.weight)
    ? pick(weigh.hint)
    : undefined;
}
