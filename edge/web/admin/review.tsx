/** One visit that waits: what the shelves say, and the person's answer with its reason. */
import { useSignal } from '@preact/signals';
import type { ReviewView } from '../../core/views/cabinet-views.ts';
import { yuan } from '../shared/format.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { pick, t } from '../shared/language.ts';
import { clockTime } from '../shared/runtime.ts';
import type { Send } from './cabinets.tsx';
import { may } from './operator.ts';
import { type Choices, OtherAnswer } from './other-answer.tsx';
import { UsualReasons } from './usual-reasons.tsx';

type Taken = ReviewView['likeliest'];

export function Review({ review, send }: { review: ReviewView; send: Send }) {
  const { why, reasons, payerTail, atWallMs, cabinetId, likeliest, runnerUp, cells, sights } =
    review;
  return (
    <section class="card" data-why={why}>
      <h3 class="line">
        {t(why === 'review' ? 'k.review' : 'k.dispute')}
        <span class="badge">{cabinetId}</span>
        <small class="quiet">
          {clockTime(atWallMs).slice(5, 16)} · {t('k.payer', { tail: payerTail })}
        </small>
      </h3>
      {reasons.length > 0 ? (
        <p class="doubts">{reasons.map((each) => t(`k.r_${each}` as Key)).join(' · ')}</p>
      ) : null}
      <div class="answers">
        <Answer label="k.likeliest" answer={likeliest} />
        {runnerUp ? <Answer label="k.runner_up" answer={runnerUp} /> : null}
      </div>
      <ul class="cells">
        {cells.map(({ cell, goods, beforeGrams, afterGrams }) => (
          <li key={cell}>
            {t('k.cells', {
              cell,
              goods: goods.map(pick).join(' / '),
              before: beforeGrams,
              after: afterGrams,
            })}
            <strong>{signed(afterGrams - beforeGrams)}</strong>
          </li>
        ))}
        {sights.map(({ cell, name, bp }) => (
          <li key={`${cell} ${name.zh}`}>
            {t('k.seen', { cell, name: pick(name), p: (bp / 100).toFixed(0) })}
          </li>
        ))}
      </ul>
      {may('money') ? <Answering review={review} send={send} /> : null}
    </section>
  );
}

const signed = (grams: number): string =>
  `${grams > 0 ? '+' : '−'}${Math.abs(grams)} ${t('unit.g')}`;

function Answer({ label, answer }: { label: Key; answer: Taken }) {
  return (
    <div>
      <small>{t(label, { p: (answer.bp / 100).toFixed(1) })}</small>
      {answer.taken.length === 0 ? <p>{t('k.nothing')}</p> : null}
      {answer.taken.map(({ sku, location, name, pieces }) => (
        <p key={location + sku}>
          {pick(name)} × {pieces}{' '}
          <small class="quiet">{location.split('/').slice(1).join('-')}</small>
        </p>
      ))}
    </div>
  );
}

const NOTES = ['k.n_weights', 'k.n_shopper', 'k.n_mistake'] as const;

function Answering({ review, send }: { review: ReviewView; send: Send }) {
  const note = useSignal('');
  const { visitId, cabinetId, why } = review;
  const tell = (body: object) =>
    void send(cabinetId, 'decisions', { visitId, note: note.value.trim(), ...body });
  const ready = note.value.trim() !== '';
  return (
    <div class="act">
      <label>
        {t('k.note')}
        <input
          type="text"
          maxLength={500}
          value={note.value}
          onInput={(event) => {
            note.value = event.currentTarget.value;
          }}
        />
      </label>
      <UsualReasons reasons={NOTES} said={note} />
      {why === 'review' ? (
        <Charging review={review} ready={ready} tell={tell} />
      ) : (
        review.disputes.map((each) => (
          <Disputed key={each.disputeId} {...{ review, ready, tell }} dispute={each} />
        ))
      )}
    </div>
  );
}

function Charging({ review, ready, tell }: Choices) {
  const decide = (answer: Taken | undefined) => () => {
    const taken = (answer?.taken ?? []).map(({ sku, location, pieces }) => {
      return { sku, location, pieces };
    });
    tell({ kind: 'decide-review', taken });
  };
  const offered = [review.likeliest, review.runnerUp].filter(
    (each): each is Taken => each !== undefined && each.taken.length > 0,
  );
  return (
    <>
      {offered.map((answer) => (
        <button
          key={answer.taken.map(({ location, pieces }) => `${location}×${pieces}`).join()}
          type="button"
          class="primary"
          disabled={!ready}
          onClick={decide(answer)}
        >
          {t('k.charge')} ·{' '}
          {answer.taken.map((one) => `${pick(one.name)}×${one.pieces}`).join(', ')}
        </button>
      ))}
      <button type="button" class="plain" disabled={!ready} onClick={decide(undefined)}>
        {t('k.free')}
      </button>
      <OtherAnswer {...{ review, ready, tell }} />
    </>
  );
}

const REASONS = {
  'not-taken': 'c.not_taken',
  'wrong-item': 'c.wrong_item',
  'wrong-price': 'c.wrong_price',
  other: 'c.other',
} as const;

function Disputed({
  review,
  dispute,
  ready,
  tell,
}: Choices & { dispute: ReviewView['disputes'][number] }) {
  const { disputeId, reason, name, amountFen = review.totalFen } = dispute;
  const money = useSignal(yuan(amountFen).replace(/[^\d.]/g, ''));
  const refundFen = Math.round(Number(money.value) * 100);
  const sound = ready && refundFen > 0 && refundFen <= review.totalFen;
  return (
    <fieldset class="dispute">
      <legend>
        {name ? `${pick(name)} · ` : ''}
        {t(REASONS[reason])}
      </legend>
      <label>
        {t('k.refund_fen')}
        <input
          type="text"
          inputMode="decimal"
          value={money.value}
          onInput={(event) => {
            money.value = event.currentTarget.value;
          }}
        />
      </label>
      <button
        type="button"
        class="primary"
        disabled={!sound}
        onClick={() => tell({ kind: 'decide-dispute', disputeId, accepted: true, refundFen })}
      >
        {t('k.accept', { amt: yuan(sound || refundFen > 0 ? refundFen : 0) })}
      </button>
      <button
        type="button"
        class="plain"
        disabled={!ready}
        onClick={() => tell({ kind: 'decide-dispute', disputeId, accepted: false, refundFen: 0 })}
      >
        {t('k.decline')}
      </button>
    </fieldset>
  );
}
