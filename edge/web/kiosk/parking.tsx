/** Putting a basket aside and taking it up again: a code of four digits, large enough to note. */
import { useSignal } from '@preact/signals';
import type { LaneView } from '../../core/views/views.ts';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { DigitPad } from './digit-pad.tsx';
import { deaf, send } from './lane.ts';
import { Finish, Notice } from './parts.tsx';

const CODE_DIGITS = 4;

export function Parked({ view }: { view: LaneView }) {
  const { parked } = view;
  if (!parked) return null;
  const { discarded = false, code, minutes } = parked;
  return (
    <div class="moment">
      <section class="card">
        <div class="half">
          <h1>{discarded ? t('k1.discarded') : t('ki.parked', { min: minutes })}</h1>
          <p>{discarded ? t('k1.discarded_hint', { min: minutes }) : t('ki.parked_hint')}</p>
        </div>
        <div class="half">
          <p class="order">
            <span class="label">{t('ki.code')}</span>
            <span class="number parked-code">{code}</span>
          </p>
          {discarded ? (
            <button
              type="button"
              class="button take-back"
              disabled={deaf.value}
              onClick={() => send({ kind: 'recall', code })}
            >
              <Icon name="undo" />
              {t('k1.take_back')}
            </button>
          ) : null}
        </div>
      </section>
      <div class="say">
        <Notice view={view} />
      </div>
      <Finish view={view} />
    </div>
  );
}

function CodePad({ onClose }: { onClose: () => void }) {
  const digits = useSignal('');
  const press = (digit: string) => {
    const code = `${digits.value}${digit}`.slice(0, CODE_DIGITS);
    digits.value = code;
    if (code.length < CODE_DIGITS) return;
    send({ kind: 'recall', code });
    onClose();
  };
  return (
    <DigitPad
      question={t('ki.recall_q')}
      digits={digits}
      shown={digits.value.padEnd(CODE_DIGITS, '·')}
      onDigit={press}
      onClose={onClose}
    />
  );
}

/** On the first screen: take up what was put aside. */
export function RecallButton() {
  const asking = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button recall"
        disabled={deaf.value}
        onClick={() => {
          asking.value = true;
        }}
      >
        <Icon name="clock" />
        {t('ki.recall')}
      </button>
      {asking.value ? (
        <CodePad
          onClose={() => {
            asking.value = false;
          }}
        />
      ) : null}
    </>
  );
}
