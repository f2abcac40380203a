import type { CounterView } from '../../core/views/counter-views.ts';
import { TARES_GRAMS } from '../../core/weigh/containers.ts';
import { kilograms, unitPrice, yuan } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { Picture } from '../shared/picture.tsx';
import { QrCode } from '../shared/qr-code.tsx';
import { CallButton, Notice } from './parts.tsx';
import { deaf, send } from './scale.ts';

type Chosen = NonNullable<CounterView['chosen']>;

function Figures({ chosen }: { chosen: Chosen }) {
  const figures = [
    { label: t('p3.net'), value: kilograms(chosen.netGrams) },
    { label: t('p3.unit'), value: unitPrice(chosen.unitPriceFen, chosen.priceBasis) },
    {
      label: t('p3.amount'),
      value: chosen.amountFen === undefined ? '--' : yuan(chosen.amountFen),
    },
  ];
  return (
    <dl class="figures">
      {figures.map((figure) => (
        <div key={figure.label}>
          <dt>{figure.label}</dt>
          <dd class="whole">{figure.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Tares({ chosen, divisionGrams }: { chosen: Chosen; divisionGrams: number }) {
  const tares = TARES_GRAMS.filter((grams) => grams % divisionGrams === 0);
  return (
    <fieldset class="tares">
      <legend>{t('p3.tare')}</legend>
      {tares.map((tareGrams) => (
        <button
          type="button"
          class="chip"
          key={tareGrams}
          aria-pressed={chosen.tareGrams === tareGrams}
          disabled={deaf.value}
          onClick={() => send({ kind: 'set-tare', tareGrams })}
        >
          {tareGrams === 0 ? t('p3.tare_none') : `${tareGrams} ${t('unit.g')}`}
        </button>
      ))}
    </fieldset>
  );
}

/** P3: one line to check, one button to print. */
export function Confirm({ view }: { view: CounterView }) {
  const chosen = view.chosen;
  if (!chosen) return null;
  const hint = view.weigh.hint;
  return (
    <section class="side">
      <article class="chosen">
        <Picture sku={chosen.sku} name={chosen.name} picture={chosen.picture} />
        <h1>
          {pick(chosen.name)}
          {hint ? <small>{pick(hint)}</small> : null}
        </h1>
      </article>
      <Figures chosen={chosen} />
      <Tares chosen={chosen} divisionGrams={view.weigh.weight.divisionGrams} />
      <Notice view={view} />
      <nav class="ways-out" aria-label={t('p3.title')}>
        <button
          type="button"
          class="button"
          disabled={deaf.value}
          onClick={() => send({ kind: 'back' })}
        >
          <Icon name="back" />
          {t('app.back')}
        </button>
        <button
          type="button"
          class="button primary wide"
          disabled={deaf.value || hint !== undefined}
          onClick={() => send({ kind: 'print' })}
        >
          <Icon name="printer" />
          {t('p3.print')}
        </button>
        <CallButton />
      </nav>
    </section>
  );
}

/** P4: the label on its way out, and the way back if it is the wrong one. */
export function TakeLabel({ view }: { view: CounterView }) {
  const { chosen, label, notice } = view;
  if (!label) return null;
  const failed = label.printed === false;
  const news = failed && notice ? pick(notice.text) : t('p4.noprint');
  return (
    <section class="side">
      <div class="out" data-failed={failed || null}>
        {failed ? (
          <QrCode text={label.elementString} label={t('p4.label_no', { no: label.labelNumber })} />
        ) : (
          <div class="slip" aria-hidden="true">
            <Icon name="tag" />
            <span class="bars" />
          </div>
        )}
        <h1>{failed ? news : t(label.printed ? 'p4.take' : 'p4.printing')}</h1>
        {chosen ? (
          <p>
            {pick(chosen.name)} <span class="whole">{kilograms(chosen.netGrams)}</span>{' '}
            {chosen.amountFen === undefined ? null : (
              <strong class="whole">{yuan(chosen.amountFen)}</strong>
            )}
          </p>
        ) : null}
      </div>
      <Notice view={failed ? { ...view, notice: undefined } : view} />
      <nav class="ways-out two" aria-label={t('p4.finish')}>
        <button
          type="button"
          class="button"
          disabled={deaf.value}
          onClick={() => send({ kind: 'void-label' })}
        >
          <Icon name="undo" />
          {t('p4.void')}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={deaf.value}
          onClick={() => send({ kind: 'finish' })}
        >
          {t('p4.finish')}
        </button>
        <CallButton />
      </nav>
    </section>
  );
}
