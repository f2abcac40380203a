/** One act of staff: why, in whose name, and the second person where the store wants two. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Refusal } from '../../../core/ports.ts';
import { yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { after } from '../../shared/runtime.ts';
import { Field, Form, Told } from '../door.tsx';
import { personName } from '../operator.ts';
import { type Act, acting, type Because, carryOut, done } from './store.ts';

export function Acting() {
  const act = acting.value;
  return act ? <Dialog key={act.what} act={act} /> : null;
}

/** So long it stands: by then somebody else may have done more. */
const DONE_STANDS_MS = 20_000;

/** What was done last, in words. */
export function Done() {
  const forget = () => {
    done.value = undefined;
  };
  useEffect(() => after(DONE_STANDS_MS, forget), [done.value]);
  if (!done.value) return null;
  return (
    <p class="well" role="status">
      <Icon name="check" />
      {t('as.done', { what: done.value })}
    </p>
  );
}

function Dialog({ act }: { act: Act }) {
  const box = useRef<HTMLDialogElement>(null);
  const refusal = useSignal<Refusal | undefined>(undefined);
  const given = useSignal<Because | undefined>(undefined);
  const busy = useSignal(false);
  useEffect(() => box.current?.showModal(), []);
  const away = () => {
    acting.value = undefined;
  };
  const because = async (answer: Because) => {
    if (busy.value) return;
    busy.value = true;
    given.value = answer;
    refusal.value = await carryOut(act, answer);
    busy.value = false;
  };
  const needsTwo = given.value && refusal.value?.code === 'SECOND_PERSON_NEEDED';
  return (
    <dialog class="acting" ref={box} aria-label={act.what} onClose={away}>
      <h2>{act.what}</h2>
      {needsTwo && given.value ? (
        <Second act={act} because={given.value} />
      ) : (
        <>
          <Reasons act={act} busy={busy.value} choose={(answer) => void because(answer)} />
          <Told refusal={refusal.value} />
        </>
      )}
      <small>{t('as.signed', { name: personName.value })}</small>
      <button type="button" class="plain back" onClick={away}>
        {t('app.back')}
      </button>
    </dialog>
  );
}

interface ReasonsOptions {
  act: Act;
  busy: boolean;
  choose(answer: Because): void;
}

/** The usual ones, a tap each; whatever else there is to say is typed, where that makes sense. */
function Reasons({ act, busy, choose }: ReasonsOptions) {
  const { command, reasons, amountFen = 0, hint, ownWords } = act;
  const usual = reasons.map((each) =>
    typeof each === 'string' ? { said: t(each, { amount: yuan(amountFen) }), command } : each,
  );
  return (
    <>
      <p>
        {t('as.why')}
        {hint ? <small>{t(hint)}</small> : null}
      </p>
      <div class="chips">
        {usual.map((each) => (
          <button
            key={each.said}
            type="button"
            class="plain"
            disabled={busy}
            onClick={() => choose(each)}
          >
            {each.said}
          </button>
        ))}
      </div>
      {ownWords ? (
        <Form
          action={ownWords.action}
          send={async ({ said }) => void (said && choose({ said, command }))}
        >
          <Field name="said" label={ownWords.label} hint={ownWords.hint} />
        </Form>
      ) : null}
    </>
  );
}

function Second({ act, because }: { act: Act; because: Because }) {
  const send = (fields: Record<string, string>) =>
    carryOut(act, because, { id: fields.id ?? '', pin: fields.pin ?? '' });
  return (
    <>
      <p>{t('as.second')}</p>
      <Form action="as.confirm" send={send}>
        <Field name="id" label="as.second_id" autofocus />
        <Field name="pin" label="as.second_pin" type="password" digits />
      </Form>
    </>
  );
}
