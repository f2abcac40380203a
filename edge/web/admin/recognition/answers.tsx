import type { Signal } from '@preact/signals';
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
