import type { LaneView } from '../../core/views/views.ts';
import { yuan } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { QrCode } from '../shared/qr-code.tsx';
import { deaf, send } from './lane.ts';
import { CodeHint, OtherWays } from './methods.tsx';
import { CallButton, Finish, Notice } from './parts.tsx';

function Amount({ fen, label }: { fen: number; label: string }) {
  return (
    <p class="due">
      <span class="label">{label}</span>
      <span class="sum whole">{yuan(fen)}</span>
    </p>
  );
}

/** A phone sinking towards the scanner's slot: what to do, without a word. */
function ShowCode() {
  return (
    <div class="show-code" aria-hidden="true">
      <span class="handset">
        <Icon name="qr" />
      </span>
      <span class="arrow">
        <Icon name="down" />
      </span>
      <span class="slot" />
    </div>
  );
}

function CancelButton({ words }: { words: string }) {
  return (
    <button
      type="button"
      class="button"
      disabled={deaf.value}
      onClick={() => send({ kind: 'cancel-payment' })}
    >
      <Icon name="back" />
      {words}
    </button>
  );
}

/** K5: the amount, and the one thing to do: hold the phone to the scanner. */
export function Pay({ view }: { view: LaneView }) {
  const pay = view.pay;
  if (!pay) return null;
  return (
    <div class="moment">
      <section class="card">
        <div class="half">
          <Amount
            fen={pay.amountFen}
            label={pay.paidFen ? t('k5.rest', { paid: yuan(pay.paidFen) }) : t('k5.amount')}
          />
          <h1>{t('k5.show_code')}</h1>
          {pay.message ? (
            <p class="limit" role="status">
              <Icon name="info" />
              {pick(pay.message)}
            </p>
          ) : (
            <CodeHint pay={pay} />
          )}
        </div>
        <div class="half">
          <ShowCode />
        </div>
      </section>
      <div class="say">
        <Notice view={view} />
      </div>
      <nav class="ways-out" aria-label={t('app.back')}>
        {pay.cancellable ? (
          <CancelButton words={pay.paidFen ? t('k5.give_back') : t('k5.back')} />
        ) : null}
        <OtherWays pay={pay} />
        <CallButton />
      </nav>
    </div>
  );
}

/** K5, code taken: nothing to do but wait, and it says for what. */
export function Paying({ view }: { view: LaneView }) {
  const pay = view.pay;
  if (!pay) return null;
  return (
    <div class="moment">
      <section class="card">
        <div class="half">
          <Amount fen={pay.amountFen} label={t('k5.amount')} />
          <h1 aria-live="polite">{pay.message ? pick(pay.message) : t('k5.wait')}</h1>
          <p>{pay.method === 'cash' ? t('k5.cash_hint') : t('k5.wait_hint')}</p>
        </div>
        <div class="half">
          {pay.method === 'card' || pay.method === 'cash' ? (
            <span class="big">
              <Icon name={pay.method === 'card' ? 'payment' : 'cash'} />
            </span>
          ) : (
            <span class="wheel" aria-hidden="true" />
          )}
        </div>
      </section>
      <div class="say">
        <Notice view={view} />
      </div>
      <nav class="ways-out" aria-label={t('k5.cancel')}>
        {pay.cancellable ? <CancelButton words={t('k5.cancel')} /> : null}
        <CallButton />
      </nav>
    </div>
  );
}

/** K5u: never a second way to pay; the number by which it will be resolved. */
export function Unknown({ view }: { view: LaneView }) {
  const pay = view.pay;
  if (!pay) return null;
  return (
    <div class="moment">
      <section class="card unresolved">
        <div class="half">
          <Icon name="clock" />
          <h1 aria-live="polite">{t('k5.unknown')}</h1>
          {pay.message ? <p>{pick(pay.message)}</p> : null}
          <p>{t('k5.unknown2')}</p>
        </div>
        <div class="half">
          {pay.orderNo ? (
            <p class="order">
              <span class="label">{t('k5.order')}</span>
              <span class="number">{pay.orderNo}</span>
            </p>
          ) : null}
          <Amount fen={pay.amountFen} label={t('p3.amount')} />
        </div>
      </section>
      <div class="say">
        <Notice view={view} />
      </div>
      <nav class="ways-out" aria-label={t('k1.help')}>
        <CallButton />
      </nav>
    </div>
  );
}

const RECEIPT_WORDS = {
  printing: 'k6.printing',
  printed: 'k6.take',
  failed: 'k6.noprint',
} as const;

/** K6: paid, what to take along, and the receipt for the phone. */
export function Done({ view }: { view: LaneView }) {
  const done = view.done;
  if (!done) return null;
  return (
    <div class="moment">
      <section class="card">
        <div class="half">
          <span class="tick" aria-hidden="true">
            <Icon name="check" />
          </span>
          <h1>{t('k6.ok')}</h1>
          <p class="due">
            <span class="sum whole">{yuan(done.totalFen)}</span>
          </p>
          <p class="receipt-state" data-state={done.receipt} role="status">
            <Icon name={done.receipt === 'failed' ? 'qr' : 'receipt'} />
            {t(RECEIPT_WORDS[done.receipt])}
          </p>
        </div>
        <figure class="half e-receipt">
          <QrCode text={new URL(done.receiptPath, location.href).href} label={t('k6.ereceipt')} />
          <figcaption>
            <strong>{t('k6.ereceipt')}</strong>
            <span>{t('k6.receipt_no', { no: done.receiptNo })}</span>
            <span class="mono">{done.shortHash}</span>
          </figcaption>
        </figure>
      </section>
      <div class="say">
        <Notice view={view} />
      </div>
      <Finish view={view} />
    </div>
  );
}
