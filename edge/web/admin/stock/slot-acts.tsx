/** What a person does at one slot: count it, enter waste, stop it. */
import { useSignal } from '@preact/signals';
import type { SlotView } from '../../../core/views/stock-view.ts';
import { pick, t } from '../../shared/language.ts';
import { may } from '../operator.ts';
import { Stepper } from '../stepper.tsx';
import { stopWords } from './shelves.tsx';
import { tell } from './store.ts';

export const REASONS = [
  'expired',
  'damaged',
  'too-warm',
  'recalled',
  'theft',
  'sampled',
  'other',
] as const;

export function SlotActs({ slot, cabinetId }: { slot: SlotView; cabinetId: string }) {
  const { location, sku, pieces, capacity, stopped } = slot;
  const counted = useSignal(pieces);
  return (
    <section class="acts" aria-label={location}>
      <h3>
        {pick(slot.name)} <small class="quiet">{location}</small>
      </h3>
      {stopped ? <p class="quiet">{stopWords(stopped)}</p> : null}
      {may('goods') ? (
        <>
          <div class="act">
            <span>{t('st.count_now')}</span>
            <Stepper label={t('st.count_now')} value={counted} most={capacity} />
            <button
              type="button"
              class="plain"
              disabled={counted.value === pieces}
              onClick={() => void tell({ kind: 'count', location, sku, pieces: counted.value })}
            >
              {t('st.count')}
            </button>
          </div>
          <Waste location={location} sku={sku} most={pieces} />
          {stopped === undefined ? (
            <button
              type="button"
              class="plain"
              onClick={() => void tell({ kind: 'hold', cabinetId, locations: [location] })}
            >
              {t('st.slot_stop')}
            </button>
          ) : null}
        </>
      ) : null}
    </section>
  );
}

interface WasteOptions {
  location: string;
  sku: string;
  lotId?: string;
  most: number;
}

/** So many pieces for one reason; nothing is wasted without one. */
export function Waste({ location, sku, lotId, most }: WasteOptions) {
  const wasted = useSignal(0);
  const reason = useSignal<(typeof REASONS)[number]>('expired');
  const enter = async () => {
    const cause = reason.value === 'theft' ? ('shrink' as const) : ('waste' as const);
    const named = lotId === undefined ? {} : { lotId };
    const lost = { location, sku, ...named, pieces: wasted.value, reason: reason.value };
    if (await tell({ kind: 'lose', cause, ...lost })) wasted.value = 0;
  };
  return (
    <div class="act">
      <span>{t('st.waste_pieces')}</span>
      <Stepper label={t('st.waste_pieces')} value={wasted} most={Math.max(0, most)} />
      <select
        aria-label={t('st.recall_why')}
        value={reason.value}
        onChange={(event) => {
          reason.value = REASONS.find((each) => each === event.currentTarget.value) ?? 'other';
        }}
      >
        {REASONS.map((each) => (
          <option key={each} value={each}>
            {t(`st.reason_${each}`)}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="plain"
        disabled={wasted.value === 0}
        onClick={() => void enter()}
      >
        {t('st.waste')}
      </button>
    </div>
  );
}
