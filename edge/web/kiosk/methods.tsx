/** The ways to pay that need a tap: card and cash. A wallet's code needs none, only the scanner. */
import type { LaneView } from '../../core/views.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { deaf, send } from './lane.ts';

type Pay = NonNullable<LaneView['pay']>;

const WAYS = {
  card: { icon: 'payment', words: 'k5.card', command: 'pay-card' },
  cash: { icon: 'cash', words: 'k5.cash', command: 'pay-cash' },
} as const;

function Way({ way, available }: { way: 'card' | 'cash'; available: boolean }) {
  const { icon, words, command } = WAYS[way];
  return (
    <button
      type="button"
      class="button way"
      disabled={deaf.value || !available}
      onClick={() => send({ kind: command })}
    >
      <Icon name={icon} />
      {t(words)}
      {available ? null : <small>{t('k5.paused')}</small>}
    </button>
  );
}

/** 换一种方式: what does not work now is there, greyed, with the word for it. */
export function OtherWays({ pay }: { pay: Pay }) {
  const code = pay.methods.find(({ method }) => method === 'code');
  return (
    <div class="other-ways">
      {code && !code.available ? (
        <p class="limit">
          <Icon name="warn" />
          {code.why ? pick(code.why) : t('k5.code_paused')}
        </p>
      ) : null}
      <p class="label">{t('k5.other')}</p>
      <div>
        {pay.methods.map(({ method, available }) =>
          method === 'code' ? null : <Way key={method} way={method} available={available} />,
        )}
      </div>
    </div>
  );
}
