/** Putting a basket aside and taking it up again: a code of four digits, large enough to note. */
import { useSignal } from '@preact/signals';
import type { LaneView } from '../../core/views/views.ts';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { Dialog } from '../shared/shell.tsx';
import { deaf, send } from './lane.ts';
import { Finish, Notice } from './parts.tsx';

const CODE_DIGITS = 4;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

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
        <div class="half">
          <p class="order">
            <span class="label">{t('ki.code')}</span>
            <span class="number parked-code">{code}</span>
          </p>
        </div>
      </section>
      <div class="say">
        <Notice view={view} />
      </div>
      <Finish />
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
  const key = (digit: string) => (
    <button type="button" class="button" key={digit} onClick={() => press(digit)}>
      {digit}
    </button>
  );
  return (
    <Dialog label={t('ki.recall')}>
      <h2>{t('ki.recall_q')}</h2>
      <output class="code-typed" aria-live="polite">
        {digits.value.padEnd(CODE_DIGITS, '·')}
      </output>
      <div class="code-pad">
        {KEYS.map(key)}
        <button type="button" class="button" onClick={onClose}>
          {t('app.back')}
        </button>
        {key('0')}
        <button
          type="button"
          class="button"
          aria-label={t('k2.erase')}
          onClick={() => {
            digits.value = digits.value.slice(0, -1);
          }}
        >
          <Icon name="erase" />
        </button>
      </div>
    </Dialog>
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
