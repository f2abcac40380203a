import { signal } from '@preact/signals';
import type { CabinetLineView, CabinetView } from '../../core/views/cabinet-views.ts';
import type { DisputeReason } from '../../core/visit/visit-events.ts';
import { yuan } from '../shared/format.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { Picture } from '../shared/picture.tsx';
import { send } from './session.ts';

/** The line somebody asks about now. */
export const asking = signal<CabinetLineView | undefined>(undefined);

const REASONS: { reason: DisputeReason; key: Key }[] = [
  { reason: 'not-taken', key: 'c.not_taken' },
  { reason: 'wrong-item', key: 'c.wrong_item' },
  { reason: 'wrong-price', key: 'c.wrong_price' },
  { reason: 'other', key: 'c.other' },
];

function Answer({ dispute }: { dispute: NonNullable<CabinetLineView['dispute']> }) {
  const key: Key =
    dispute.decided === undefined
      ? 'c.asked'
      : dispute.decided === 'accepted'
        ? 'c.accepted'
        : 'c.declined';
  return (
    <p class="answer" data-decided={dispute.decided ?? 'open'}>
      <Icon name={dispute.decided === 'accepted' ? 'check' : 'help'} />
      {t(key)}
    </p>
  );
}

function Line({ line, mayAsk }: { line: CabinetLineView; mayAsk: boolean }) {
  const { evidence, dispute } = line;
  return (
    <li class="line">
      <Picture sku={line.sku} name={line.name} picture={line.picture} />
      <p class="name">{pick(line.name)}</p>
      <p class="price">
        <span class="whole">× {line.quantity}</span>
        <strong class="whole">{yuan(line.amountFen)}</strong>
      </p>
      {evidence ? (
        <p class="evidence">
          {t('c.evidence', {
            shelf: evidence.shelf,
            before: evidence.beforeGrams,
            after: evidence.afterGrams,
          })}
        </p>
      ) : null}
      {dispute ? <Answer dispute={dispute} /> : null}
      {mayAsk && !dispute ? (
        <button
          type="button"
          class="ask"
          onClick={() => {
            asking.value = line;
          }}
        >
          {t('c.dispute')}
        </button>
      ) : null}
    </li>
  );
}

/** What is in hand, or what was billed; each line may be asked about once it is billed. */
export function Lines({ view, mayAsk }: { view: CabinetView; mayAsk: boolean }) {
  return (
    <ul class="lines">
      {view.lines.map((line) => (
        <Line key={line.lineId} line={line} mayAsk={mayAsk} />
      ))}
    </ul>
  );
}

/** One tap on a reason, and it is asked. */
export function AskSheet({ view }: { view: CabinetView }) {
  const line = asking.value;
  const { visitId } = view;
  if (!line || visitId === undefined) return null;
  const close = () => {
    asking.value = undefined;
  };
  return (
    <div class="sheet" role="dialog" aria-label={t('c.dispute')}>
      <div class="box">
        <h2>{t('c.which', { name: pick(line.name) })}</h2>
        {REASONS.map(({ reason, key }) => (
          <button
            type="button"
            class="button"
            key={reason}
            onClick={() => {
              send({ kind: 'dispute', visitId, lineId: line.lineId, reason });
              close();
            }}
          >
            {t(key)}
          </button>
        ))}
        <button type="button" class="button quiet" onClick={close}>
          {t('c.back')}
        </button>
      </div>
    </div>
  );
}
