/** A number typed on the glass: a parked basket's code, a member's number. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { Dialog } from '../shared/shell.tsx';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export function DigitPad(props: {
  question: string;
  hint?: string;
  /** Why the number before this one was not taken. */
  refused?: string;
  digits: Signal<string>;
  /** Digits typed so far, as they are shown. */
  shown: string;
  onDigit: (digit: string) => void;
  onClose: () => void;
  /** The last key, where typing alone does not send the number. */
  children?: ComponentChildren;
}) {
  const { digits } = props;
  const key = (digit: string) => (
    <button type="button" class="button" key={digit} onClick={() => props.onDigit(digit)}>
      {digit}
    </button>
  );
  return (
    <Dialog label={props.question}>
      <div class="typing">
        <div class="words">
          <h2>{props.question}</h2>
          {props.hint ? <p class="kept">{props.hint}</p> : null}
          {props.refused ? (
            <p class="kept refused" role="alert">
              {props.refused}
            </p>
          ) : null}
          <output class="code-typed" data-long={props.shown.length > 13 || null} aria-live="polite">
            {props.shown}
          </output>
        </div>
        <div class="code-pad">
          {KEYS.map(key)}
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
          {key('0')}
          {props.children}
        </div>
        <button type="button" class="button wide" onClick={props.onClose}>
          {t('app.back')}
        </button>
      </div>
    </Dialog>
  );
}
