/** Neither of the two likeliest answers: a person who looked says piece by piece what was taken. */
import { type Signal, useSignal } from '@preact/signals';
import type { ReviewView } from '../../core/views/cabinet-views.ts';
import { yuan } from '../shared/format.ts';
import { pick, t } from '../shared/language.ts';
import { Stepper } from './stepper.tsx';

export interface Choices {
  review: ReviewView;
  /** A reason is written. */
  ready: boolean;
  tell(body: object): void;
}

type Slot = ReviewView['slots'][number];

const MOST_PIECES = 50;

export function OtherAnswer({ review, ready, tell }: Choices) {
  const open = useSignal(false);
  const all = useSignal(false);
  const pieces = useSignal<ReadonlyMap<string, number>>(new Map());
  if (!open.value)
    return (
      <button
        type="button"
        class="plain"
        onClick={() => {
          open.value = true;
        }}
      >
        {t('k.other')}
      </button>
    );
  const shown = review.slots.filter(
    ({ near, location }) => all.value || near || pieces.value.has(location),
  );
  const chosen = review.slots.flatMap(({ sku, location, unitPriceFen }) => {
    const count = pieces.value.get(location) ?? 0;
    return count > 0
      ? [{ taken: { sku, location, pieces: count }, fen: count * unitPriceFen }]
      : [];
  });
  const totalFen = chosen.reduce((sum, { fen }) => sum + fen, 0);
  const taken = chosen.map((each) => each.taken);
  return (
    <fieldset class="other">
      <legend>{t('k.other_title')}</legend>
      {shown.map((slot) => (
        <Row key={slot.location} slot={slot} pieces={pieces} />
      ))}
      {all.value ? null : (
        <button
          type="button"
          class="plain"
          onClick={() => {
            all.value = true;
          }}
        >
          {t('k.all_goods')}
        </button>
      )}
      <button
        type="button"
        class="primary"
        disabled={!ready || taken.length === 0}
        onClick={() => tell({ kind: 'decide-review', taken })}
      >
        {t('k.charge')} · {yuan(totalFen)}
      </button>
    </fieldset>
  );
}

function Row({ slot, pieces }: { slot: Slot; pieces: Signal<ReadonlyMap<string, number>> }) {
  const { location, name, unitPriceFen } = slot;
  return (
    <p class="line">
      <span class="who">
        {pick(name)}{' '}
        <small class="quiet">
          {location.split('/').slice(1).join('-')} · {yuan(unitPriceFen)}
        </small>
      </span>
      <Stepper
        label={pick(name)}
        most={MOST_PIECES}
        value={{
          get value() {
            return pieces.value.get(location) ?? 0;
          },
          set value(next: number) {
            pieces.value = new Map(pieces.value).set(location, next);
          },
        }}
      />
    </p>
  );
}
