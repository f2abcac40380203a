/** What was learnt and does not yet answer everywhere: try it, publish it, or let it go. */
import { useSignal } from '@preact/signals';
import type { RecognitionRoomView, RefitView } from '../../../core/views/recognition-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { may } from '../operator.ts';
import { Answers } from './answers.tsx';
import { tell } from './store.ts';

export function PublishBar({ view }: { view: RecognitionRoomView }) {
  const { refit, unpublished, waitingFromSales } = view;
  const waits = unpublished || waitingFromSales > 0;
  const just = refit?.state === 'done' && refit.what === 'publish';
  if (!waits && !refit) return null;
  const level = refit?.state === 'refused' || refit?.worse ? 'bad' : just ? 'ok' : 'info';
  return (
    <section class="card publish" data-level={level} aria-live="polite">
      {waits ? (
        <p class="line">
          <Icon name="teach" />
          <strong>{t(unpublished ? 're.unpublished' : 're.from_sales_only')}</strong>
          {waitingFromSales > 0 ? (
            <span class="quiet">{t('re.from_sales', { n: waitingFromSales })}</span>
          ) : null}
        </p>
      ) : null}
      {refit ? <Refitted refit={refit} /> : null}
      {waits && may('goods') ? <Acts view={view} /> : null}
    </section>
  );
}

function Acts({ view: { refit, unpublished } }: { view: RecognitionRoomView }) {
  const asked = useSignal(false);
  const busy = refit?.state === 'working';
  return (
    <p class="act">
      <button
        type="button"
        class="plain"
        disabled={busy}
        onClick={() => void tell('refit', { what: 'rehearse' })}
      >
        <Icon name="trend" />
        {t('re.rehearse')}
      </button>
      <button
        type="button"
        class="primary"
        disabled={busy}
        onClick={() => void tell('refit', { what: 'publish' })}
      >
        {t('re.publish')}
      </button>
      {unpublished && !asked.value ? (
        <button
          type="button"
          class="plain"
          disabled={busy}
          onClick={() => {
            asked.value = true;
          }}
        >
          <Icon name="undo" />
          {t('re.forget')}
        </button>
      ) : null}
      {asked.value ? (
        <span class="act" role="alert">
          <strong>{t('re.forget_ask')}</strong>
          <Answers
            asked={asked}
            yes={t('re.forget_yes')}
            level="plain"
            onYes={() => void tell('forget')}
          />
        </span>
      ) : null}
    </p>
  );
}

/** How it went, in the shopkeeper's words: pictures named right, before and after. */
function Refitted({ refit }: { refit: RefitView }) {
  const { state, what, heldOut = 0, rightBefore = 0, rightAfter = 0, refusal, lost = [] } = refit;
  const { newcomers } = refit;
  if (state === 'working')
    return (
      <p class="line">
        <progress aria-label={t('re.working')} />
        {t('re.working')}
      </p>
    );
  return (
    <div class="refit">
      {refusal ? (
        <p class="line bad">
          <Icon name="warn" />
          <strong>{pick(refusal.message)}</strong>
        </p>
      ) : null}
      {state === 'done' && what === 'publish' ? (
        <p class="line">
          <Icon name="check" />
          <strong>{t('re.published', { n: refit.version ?? 0 })}</strong>
        </p>
      ) : null}
      {heldOut > 0 ? (
        <>
          <div class="bars" role="img" aria-label={t('re.held_out', { n: heldOut })}>
            <Bar words={t('re.before')} right={rightBefore} of={heldOut} />
            <Bar words={t('re.after')} right={rightAfter} of={heldOut} />
          </div>
          <p class="quiet">{t('re.held_out', { n: heldOut })}</p>
          {newcomers ? (
            <>
              <div class="bars" role="img" aria-label={t('re.newcomers', { n: newcomers.n })}>
                <Bar words={t('re.new')} right={newcomers.right} of={newcomers.n} />
              </div>
              <p class="quiet">{t('re.newcomers', { n: newcomers.n })}</p>
            </>
          ) : null}
        </>
      ) : state === 'done' ? (
        <p class="quiet">{t('re.nothing_held_out')}</p>
      ) : null}
      {refit.worse ? <p class="bad">{t('re.worse')}</p> : null}
      {lost.length > 0 ? (
        <p class="bad">{lost.map((each) => `${pick(each.name)} −${each.pictures}`).join(' · ')}</p>
      ) : null}
      {refusal ? <p class="quiet">{pick(refusal.next)}</p> : null}
    </div>
  );
}

function Bar({ words, right, of }: { words: string; right: number; of: number }) {
  return (
    <p>
      <span>{words}</span>
      <meter min={0} max={of} value={right} />
      <strong class="whole">{t('re.right_of', { n: right, of })}</strong>
    </p>
  );
}
