/** 不买了: asked once, wherever it was tapped. */
import { signal } from '@preact/signals';
import type { LaneView } from '../../core/views/views.ts';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { Dialog } from '../shared/shell.tsx';
import { deaf, send } from './lane.ts';

/** The basket whose shopper is being asked; another basket, or none, is not. */
const asking = signal<string | undefined>(undefined);

export function DiscardButton({ view }: { view: LaneView }) {
  return (
    <button
      type="button"
      class="button"
      disabled={deaf.value}
      onClick={() => {
        // Whoever answers is there.
        if (view.idle) send({ kind: 'here' });
        asking.value = view.sale?.saleId;
      }}
    >
      <Icon name="leave" />
      {t('k1.discard')}
    </button>
  );
}

const close = () => {
  asking.value = undefined;
};

export function DiscardQuestion({ view: { sale, screen } }: { view: LaneView }) {
  const buying = screen === 'basket' || screen === 'find';
  if (!sale || !buying || asking.value !== sale.saleId) return null;
  const empty = sale.lines.length === 0;
  return (
    <Dialog label={t('k1.discard_q')}>
      <h2>{t('k1.discard_q')}</h2>
      <p>{t(empty ? 'k1.discard_empty' : 'k1.discard_body')}</p>
      <div class="buttons">
        <button type="button" class="button primary" onClick={close}>
          {t('k1.keep')}
        </button>
        <button
          type="button"
          class="button"
          disabled={deaf.value}
          onClick={() => {
            send({ kind: 'discard' });
            close();
          }}
        >
          {t('k1.discard')}
        </button>
      </div>
    </Dialog>
  );
}
