/** 会员码: scanned, or typed where the phone is flat; and the one question to a senior member. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LaneView } from '../../core/views/views.ts';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { Dialog } from '../shared/shell.tsx';
import { DigitPad } from './digit-pad.tsx';
import { deaf, send } from './lane.ts';

/** As the edge takes them. */
const [FEWEST, MOST] = [6, 20];

function MemberPad({ onClose }: { onClose: () => void }) {
  const digits = useSignal('');
  const done = () => {
    send({ kind: 'member', number: digits.value });
    onClose();
  };
  return (
    <DigitPad
      question={t('k1.member_q')}
      hint={t('k1.member_hint')}
      digits={digits}
      shown={digits.value === '' ? '·' : digits.value}
      onDigit={(digit) => {
        digits.value = `${digits.value}${digit}`.slice(0, MOST);
      }}
      onClose={onClose}
    >
      <button
        type="button"
        class="button primary"
        aria-label={t('k1.member_ok')}
        disabled={deaf.value || digits.value.length < FEWEST}
        onClick={done}
      >
        <Icon name="check" />
      </button>
    </DigitPad>
  );
}

export function MemberButton({ view }: { view: LaneView }) {
  const asking = useSignal(false);
  const shown = view.sale?.member ?? false;
  // Scanned while the pad was open: there is nothing left to type.
  useEffect(() => {
    if (shown) asking.value = false;
  }, [shown]);
  if (!view.members) return null;
  return (
    <>
      <button
        type="button"
        class="button"
        aria-pressed={shown}
        disabled={deaf.value}
        onClick={() => {
          asking.value = !shown;
        }}
      >
        <Icon name={shown ? 'check' : 'member'} />
        {t(shown ? 'k1.member_on' : 'k1.member')}
      </button>
      {asking.value ? (
        <MemberPad
          onClose={() => {
            asking.value = false;
          }}
        />
      ) : null}
    </>
  );
}

/** Asked once, of whoever's member code says that they are senior. */
export function SuggestLarge() {
  return (
    <Dialog label={t('k1.senior_q')}>
      <Icon name="large" />
      <h2>{t('k1.senior_q')}</h2>
      <p>{t('k1.senior_body')}</p>
      <button
        type="button"
        class="button primary here"
        disabled={deaf.value}
        onClick={() => send({ kind: 'large', on: true })}
      >
        {t('k1.senior_yes')}
      </button>
      <button
        type="button"
        class="button here"
        disabled={deaf.value}
        onClick={() => send({ kind: 'large', on: false })}
      >
        {t('k1.senior_no')}
      </button>
    </Dialog>
  );
}
