import type { CabinetView } from '../../core/views/cabinet-views.ts';
import { callButton } from '../shared/call-button.tsx';
import { yuan } from '../shared/format.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon, type IconName } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { QrCode } from '../shared/qr-code.tsx';
import { cameraWords } from '../shared/shell.tsx';
import { Lines } from './lines.tsx';
import { deaf, send, visitId } from './session.ts';

const CallButton = callButton(deaf, send);

/** One big sign, one sentence, one hint. */
function Moment(props: { icon: IconName; tone: string; title: string; hint?: string }) {
  return (
    <section class="moment" data-tone={props.tone}>
      <span class="sign">
        <Icon name={props.icon} />
      </span>
      <h1>{props.title}</h1>
      {props.hint ? <p>{props.hint}</p> : null}
    </section>
  );
}

const STEPS: { key: Key; icon: IconName }[] = [
  { key: 'c.steps1', icon: 'qr' },
  { key: 'c.steps2', icon: 'produce' },
  { key: 'c.steps3', icon: 'door' },
  { key: 'c.steps4', icon: 'receipt' },
];

function Ready({ view }: { view: CabinetView }) {
  const { temperatureDeciCelsius: deci } = view;
  return (
    <section class="ready">
      <h1>{t('c.title')}</h1>
      <ol class="steps">
        {STEPS.map(({ key, icon }, at) => (
          <li key={key}>
            <span class="sign">
              <Icon name={icon} />
            </span>
            <b>{at + 1}</b>
            {t(key)}
          </li>
        ))}
      </ol>
      <p class="show-code">{t('c.show_code')}</p>
      <p class="facts">
        {t('c.hold_note', { amt: yuan(view.holdFen) })}
        {deci === undefined ? null : (
          <span class="temperature">{t('c.temperature', { t: (deci / 10).toFixed(1) })}</span>
        )}
        {view.camera ? (
          <span class="camera">
            <Icon name="camera" /> {cameraWords(view.camera)}
          </span>
        ) : null}
      </p>
    </section>
  );
}

const WARNINGS: Record<NonNullable<CabinetView['warning']>, Key> = {
  remind: 'c.remind',
  alarm: 'c.alarm',
  foreign: 'c.foreign',
  blind: 'c.blind',
};

function Total({ view }: { view: CabinetView }) {
  return (
    <p class="total">
      <span>{t('c.total')}</span>
      <strong class="whole">{yuan(view.totalFen)}</strong>
    </p>
  );
}

/** What a hand moved is being weighed: said in the hint's own place, so that nothing else moves. */
function Hint({ view: { weighing, count } }: { view: CabinetView }) {
  return (
    <p class="hint" data-weighing={weighing !== undefined || null}>
      <span class="usual">{t(count > 0 ? 'c.put_back' : 'c.nothing_hint')}</span>
      <span class="now" role="status" aria-live="polite">
        {weighing ? (
          <>
            <Icon name="scale" />
            {t(weighing.length > 1 ? 'c.weighing_many' : 'c.weighing', {
              shelf: weighing.join(t('c.and')),
            })}
          </>
        ) : null}
      </span>
    </p>
  );
}

/** C2: unlocked, and how long for. */
function Pull({ pullMs = 0 }: { pullMs: number | undefined }) {
  const hint = t('c.pull_hint', { s: Math.round(pullMs / 1000) });
  return <Moment icon="check" tone="go" title={t('c.pull')} hint={hint} />;
}

function Open({ view }: { view: CabinetView }) {
  return (
    <section class="list">
      {view.warning ? (
        <p class="warning" role="alert" data-tone={view.warning}>
          <Icon name="warn" />
          {t(WARNINGS[view.warning])}
        </p>
      ) : null}
      <header>
        <h1>{view.count > 0 ? t('c.taken', { n: view.count }) : t('c.nothing_yet')}</h1>
        <Hint view={view} />
      </header>
      <Lines view={view} mayAsk={false} />
      <Total view={view} />
    </section>
  );
}

type Payment = NonNullable<CabinetView['payment']>;
const PAYMENT: Partial<Record<Payment, { key: Key; icon: IconName }>> = {
  paid: { key: 'c.paid', icon: 'check' },
  taking: { key: 'c.taking', icon: 'clock' },
  owed: { key: 'c.owed', icon: 'warn' },
};

function Settled({ view }: { view: CabinetView }) {
  const said = PAYMENT[view.payment ?? 'none'];
  return (
    <section class="list settled">
      <header data-payment={view.payment}>
        <h1>{t('c.spent', { amt: yuan(view.totalFen) })}</h1>
        {said ? (
          <p>
            <Icon name={said.icon} />
            {t(said.key)}
          </p>
        ) : null}
      </header>
      <Lines view={view} mayAsk />
      {visitId === undefined ? <OnPhone view={view} /> : null}
      {visitId !== undefined && view.receiptPath ? (
        <a class="button" href={view.receiptPath}>
          {t('c.receipt')}
        </a>
      ) : null}
    </section>
  );
}

/** The panel hands the bill to the phone that is held up to it. */
function OnPhone({ view }: { view: CabinetView }) {
  if (view.visitId === undefined) return null;
  const url = `${location.origin}/cabinet/?cabinet=${view.cabinetId}&visit=${view.visitId}`;
  return (
    <aside class="on-phone">
      <QrCode text={url} label={t('c.open_phone')} />
      <p>{t('c.open_phone')}</p>
    </aside>
  );
}

function Review({ view }: { view: CabinetView }) {
  return (
    <section class="list review">
      <Moment icon="help" tone="wait" title={t('c.review')} hint={t('c.review_hint')} />
      {visitId === undefined ? <OnPhone view={view} /> : null}
    </section>
  );
}

/** What the panel says now. */
export function Screen({ view }: { view: CabinetView }) {
  switch (view.screen) {
    case 'ready':
      return <Ready view={view} />;
    case 'authorising':
      return <Moment icon="clock" tone="wait" title={t('c.opening')} />;
    case 'pull':
      return <Pull pullMs={view.pullMs} />;
    case 'open':
      return <Open view={view} />;
    case 'counting':
      return <Moment icon="scale" tone="wait" title={t('c.count')} hint={t('c.count_hint')} />;
    case 'review':
      return <Review view={view} />;
    case 'settled':
      return <Settled view={view} />;
    case 'nothing-taken':
      return <Moment icon="check" tone="go" title={t('c.nothing')} hint={t('c.nothing_charged')} />;
    case 'fault':
      return <Moment icon="warn" tone="bad" title={t('c.fault')} hint={t('c.fault_hint')} />;
    case 'refused':
    case 'out-of-service':
      return (
        <Moment
          icon="warn"
          tone="bad"
          title={view.message ? pick(view.message) : t('c.refused')}
          {...(view.next && { hint: pick(view.next) })}
        />
      );
  }
}

/** Screens that wait for nothing and may be sent away. */
export const isOver = ({ screen }: CabinetView): boolean =>
  ['settled', 'nothing-taken', 'review', 'refused', 'fault'].includes(screen);

export function Foot({ view }: { view: CabinetView }) {
  const onPanel = visitId === undefined;
  return (
    <footer>
      {onPanel && isOver(view) ? (
        <button type="button" class="button primary" onClick={() => send({ kind: 'finish' })}>
          {t('c.finish')}
        </button>
      ) : null}
      {onPanel ? <CallButton /> : <p class="phone">{t('c.phone', { tel: view.phone })}</p>}
    </footer>
  );
}
