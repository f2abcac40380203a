import type { PayMethodView } from '../../core/sale/pay-method.ts';
import type { LaneView } from '../../core/views/views.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon, type IconName } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { cameraWords } from '../shared/shell.tsx';
import { deaf, send } from './lane.ts';
import { RecallButton } from './parking.tsx';
import { CallButton, Notice } from './parts.tsx';

const STEPS: { icon: IconName; words: Key }[] = [
  { icon: 'barcode', words: 'k0.step1' },
  { icon: 'produce', words: 'k0.step2' },
  { icon: 'smartphone', words: 'k0.step3' },
];

const MARKS: Record<PayMethodView['method'], { icon: IconName; words: Key }> = {
  code: { icon: 'smartphone', words: 'k0.phone' },
  card: { icon: 'payment', words: 'k5.card' },
  cash: { icon: 'cash', words: 'k0.cash' },
};

/** What can be paid with; what cannot just now is greyed, and says so. */
function Accepted({ way: { method, available } }: { way: PayMethodView }) {
  const { icon, words } = MARKS[method];
  return (
    <p class="accepted" data-paused={!available || null}>
      <Icon name={icon} />
      <span>{t(words)}</span>
      {available ? null : <strong>{t('k5.paused')}</strong>}
    </p>
  );
}

/** What it is, in three pictures. */
function Hero() {
  return (
    <section class="hero">
      <h1>{t('k0.title')}</h1>
      <ol class="steps">
        {STEPS.map((step, index) => (
          <li key={step.words}>
            <span class="round">
              <Icon name={step.icon} />
            </span>
            <span>
              <b>{index + 1}</b> {t(step.words)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** K0: one sentence and one giant button; what cannot be done today is said before it begins. */
export function Attract({ view }: { view: LaneView }) {
  const limits = view.devices.flatMap((device) =>
    device.why && device.state !== 'ok' ? [{ id: device.id, why: device.why }] : [],
  );
  return (
    <div class="attract">
      <Hero />
      <section class="begin">
        <button
          type="button"
          class="button primary start"
          disabled={deaf.value}
          onClick={() => send({ kind: 'start' })}
        >
          {t('k0.start')}
          <Icon name="go" />
        </button>
        <p class="hint">
          <Icon name="barcode" />
          {t('k0.start_hint')}
        </p>
        {limits.map((limit) => (
          <p class="limit" key={limit.id}>
            <Icon name="warn" />
            {pick(limit.why)}
          </p>
        ))}
        {view.camera ? (
          <p class="hint">
            <Icon name="camera" />
            {cameraWords(view.camera)}
          </p>
        ) : null}
        <Notice view={view} />
      </section>
      <footer class="ways">
        <div class="marks">
          {view.accepts?.map((way) => (
            <Accepted way={way} key={way.method} />
          ))}
        </div>
        <RecallButton />
        <CallButton />
      </footer>
    </div>
  );
}
