/** K3: what the bagging area asks, calmly and below everything else. */
import type { BagAnswer } from '../../core/sale/bag-check.ts';
import type { LaneView } from '../../core/views/views.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { Picture } from '../shared/picture.tsx';
import { deaf, send } from './lane.ts';

type Trouble = NonNullable<NonNullable<LaneView['bag']>['trouble']>;
type Choice = [BagAnswer, Key];

/** The question, and its answers, the likeliest first. */
const ASKED: Record<Trouble['kind'], { words: Key; choices: Choice[] }> = {
  place: {
    words: 'k3.place',
    choices: [
      ['placed', 'k3.placed'],
      ['not-bagged', 'k3.nobag'],
      ['own-bag', 'k3.mine'],
    ],
  },
  extra: {
    words: 'k3.extra',
    choices: [
      ['own-bag', 'k3.mine'],
      ['placed', 'k3.taken'],
    ],
  },
  'take-out': { words: 'k3.take_out', choices: [['placed', 'k3.taken']] },
  removed: {
    words: 'k3.removed',
    choices: [
      ['placed', 'k3.back'],
      ['not-bagged', 'k3.along'],
    ],
  },
  lean: { words: 'k3.lean', choices: [] },
  'own-bag': { words: 'k3.bag', choices: [['placed', 'k3.stop']] },
};

export function BagBanner({ bag }: { bag: LaneView['bag'] }) {
  const trouble = bag?.trouble;
  if (!trouble) return null;
  const { words, choices } = ASKED[trouble.kind];
  const { name, sku = '', picture = '' } = trouble;
  return (
    <section class="bagging" role="status" aria-label={t('k1.ownbag')}>
      <p>
        {name ? <Picture sku={sku} name={name} picture={picture} /> : <Icon name="bag" />}
        {t(words, { name: name ? pick(name) : '' })}
      </p>
      <div class="answers">
        {choices.map(([answer, key], at) => (
          <button
            type="button"
            class={at === 0 && trouble.kind !== 'own-bag' ? 'button primary' : 'button'}
            key={key}
            disabled={deaf.value}
            onClick={() => send({ kind: answer })}
          >
            {t(key)}
          </button>
        ))}
      </div>
    </section>
  );
}

/** 用自己的袋子: its weight is taken off before the first item. */
export function OwnBagButton({ view }: { view: LaneView }) {
  if (!view.bag) return null;
  return (
    <button
      type="button"
      class="button"
      disabled={deaf.value}
      onClick={() => send({ kind: 'own-bag' })}
    >
      <Icon name="bag" />
      {t('k1.ownbag')}
    </button>
  );
}
