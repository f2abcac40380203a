/** The ways to pay that need a tap: card and cash. A wallet's code needs none, only the scanner. */
import type { LaneView } from '../../core/views/views.ts';
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
  return (
    <>
      {pay.methods.map(({ method, available }) =>
        method === 'code' ? null : <Way key={method} way={method} available={available} />,
      )}
    </>
  );
}

/** Where the code is found on the phone; or that phones cannot pay now, and why. */
export function CodeHint({ pay }: { pay: Pay }) {
  const code = pay.methods.find(({ method }) => method === 'code');
  if (!code || code.available) return <p>{t('k5.open_code')}</p>;
  return (
    <p class="limit" role="status">
      <Icon name="warn" />
      {code.why ? pick(code.why) : t('k5.code_paused')}
    </p>
  );
}
