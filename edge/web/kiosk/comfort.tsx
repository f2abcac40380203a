/** The chips of the kiosk, and what stands above what is pressed. */
import type { Comfort } from '../../core/views/comfort.ts';
import type { LaneView } from '../../core/views/views.ts';
import { AgainChip, ComfortChip, LanguageChip, low } from '../shared/comfort.tsx';
import { yuan } from '../shared/format.ts';
import { Mark } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { Picture } from '../shared/picture.tsx';
import { deaf, send } from './lane.ts';

const keep = (kind: Comfort, on: boolean) => send({ kind, on });

function Chip({ comfort }: { comfort: Exclude<Comfort, 'english'> }) {
  return <ComfortChip comfort={comfort} disabled={deaf.value} onToggle={keep} />;
}

export function Top({ view }: { view: LaneView }) {
  return (
    <header class="top">
      <p class="store">
        <Mark />
        {pick(view.storeName)}
      </p>
      <Chip comfort="large" />
      <Chip comfort="voice" />
      <LanguageChip onToggle={keep} />
    </header>
  );
}

/** At the very bottom of the glass: whoever cannot reach the top can reach this. */
export function ComfortBar() {
  return (
    <aside class="comforts">
      <Chip comfort="low" />
      <Chip comfort="contrast" />
      <AgainChip />
    </aside>
  );
}

/** 低位操作: the part out of reach is there to be looked at. */
export function Upper({ view }: { view: LaneView }) {
  if (!low.value) return null;
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
