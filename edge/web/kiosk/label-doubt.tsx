/** Asked once, calmly: whether the label just scanned is that of the goods on the plate. */
import type { LabelDoubtView } from '../../core/codes/label-doubt.ts';
import { pick, t } from '../shared/language.ts';
import { Picture } from '../shared/picture.tsx';
import { deaf, send } from './lane.ts';

export function LabelDoubtBanner({ doubt }: { doubt: LabelDoubtView }) {
  const { why, name, seen } = doubt;
  const label = pick(name);
  return (
    <section class="bagging" role="status" aria-label={t('k1.label_check')}>
      <p>
        <Picture {...seen} />
        {why === 'looks'
          ? t('k1.label_looks', { label, seen: pick(seen.name) })
          : t('k1.label_heavier', { label })}
      </p>
      <div class="answers">
        <button
          type="button"
          class="button primary"
          disabled={deaf.value}
          onClick={() => send({ kind: 'label-right' })}
        >
          {t('k1.label_right')}
        </button>
        <button
          type="button"
          class="button"
          disabled={deaf.value}
          onClick={() => send({ kind: 'label-wrong' })}
        >
          {t('k1.label_wrong')}
        </button>
      </div>
    </section>
  );
}
