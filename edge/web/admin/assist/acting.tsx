/** One act of staff: why, in whose name, and the second person where the store wants two. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Refusal } from '../../../core/ports.ts';
import { yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { Field, Form, Told } from '../door.tsx';
import { personName } from '../operator.ts';
import { type Act, acting, carryOut, done } from './store.ts';

export function Acting() {
  const act = acting.value;
  return act ? <Dialog key={act.what} act={act} /> : null;
}

/** What was done last, in words. */
export function Done() {
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
  const reason = useSignal('');
  const busy = useSignal(false);
  useEffect(() => box.current?.showModal(), []);
  const away = () => {
    acting.value = undefined;
  };
  const because = async (said: string) => {
    if (busy.value) return;
    busy.value = true;
    reason.value = said;
    refusal.value = await carryOut(act, said);
    busy.value = false;
  };
  const needsTwo = refusal.value?.code === 'SECOND_PERSON_NEEDED';
  return (
    <dialog class="acting" ref={box} aria-label={act.what} onClose={away}>
      <h2>{act.what}</h2>
      {needsTwo ? (
        <Second act={act} reason={reason.value} />
      ) : (
        <>
          <p>{t('as.why')}</p>
          <div class="chips">
            {act.reasons.map((each) => {
              const said = t(each, { amount: yuan(act.amountFen ?? 0) });
              return (
                <button
                  key={each}
                  type="button"
                  class="plain"
                  disabled={busy.value}
                  onClick={() => void because(said)}
                >
                  {said}
                </button>
              );
            })}
          </div>
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

function Second({ act, reason }: { act: Act; reason: string }) {
  const send = (fields: Record<string, string>) =>
    carryOut(act, reason, { id: fields.id ?? '', pin: fields.pin ?? '' });
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
