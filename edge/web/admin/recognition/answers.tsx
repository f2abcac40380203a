/** What stands between a tap and what cannot simply be tapped back. */
import { type Signal, useSignal } from '@preact/signals';
import { t } from '../../shared/language.ts';

/** Yes, in full words, or back; either ends the question. */
export function Answers(props: {
  asked: Signal<boolean>;
  yes: string;
  level: 'primary' | 'plain';
  onYes: () => void;
}) {
  const answer = (then?: () => void) => () => {
    props.asked.value = false;
    then?.();
  };
  return (
    <>
      <button type="button" class={props.level} onClick={answer(props.onYes)}>
        {props.yes}
      </button>
      <button type="button" class="plain" onClick={answer()}>
        {t('app.back')}
      </button>
    </>
  );
}

/** A button that asks first: the question, then yes in full words, or back. */
export function AskedFirst(props: {
  word: string;
  question: string;
  yes: string;
  disabled?: boolean;
  onYes: () => void;
}) {
  const asked = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="plain"
        aria-expanded={asked.value}
        disabled={props.disabled}
        onClick={() => {
          asked.value = !asked.value;
        }}
      >
        {props.word}
      </button>
      {asked.value ? (
        <div class="going-back" role="alert">
          <p>{props.question}</p>
          <p class="act">
            <Answers asked={asked} yes={props.yes} level="primary" onYes={props.onYes} />
          </p>
        </div>
      ) : null}
    </>
  );
}
