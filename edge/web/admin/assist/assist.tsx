/** Where staff help: who calls, every lane as its shopper sees it, and what waits for a hand. */
import { useEffect } from 'preact/hooks';
import type { AttendantCommand } from '../../../core/sale/attendant.ts';
import type { AssistView } from '../../../core/views/assist-views.ts';
import { duration, yuan } from '../../shared/format.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, t } from '../../shared/language.ts';
import { nowMs } from '../../shared/runtime.ts';
import { Told, Unseen } from '../door.tsx';
import { may } from '../operator.ts';
import type { RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { Acting, Done } from './acting.tsx';
import './assist.css';
import { operate as enOperate } from '../../shared/i18n/en/operate.ts';
import { operate as zhOperate } from '../../shared/i18n/zh/operate.ts';
import { LaneCard } from './lane.tsx';
import { assistNow, begin, look, unseen } from './store.ts';

learnWords({ zh: zhOperate, en: enOperate });

export function Assist({ status }: RoomProps) {
  const beat = Math.floor(nowMs.value / 1000);
  // The status comes at once when a lane changes; the beat catches what it does not show.
  useEffect(() => void look(), [beat, status]);
  const view = assistNow.value;
  if (!view)
    return unseen.value ? <Unseen label="n.assist" refusal={unseen.value} /> : <Skeleton />;
  return (
    <>
      <header class="room">
        <h1>{t('n.assist')}</h1>
      </header>
      <Told refusal={unseen.value} />
      <Done />
      <Calls view={view} />
      <ByHand waiting={view.byHand} />
      <section aria-label={t('as.lanes')} class="lanes">
        {view.lanes.length === 0 ? <p class="card">{t('as.no_lanes')}</p> : null}
        {view.lanes.map((lane) => (
          <LaneCard key={lane.laneId} lane={lane} />
        ))}
      </section>
      <Parked view={view} />
      <Acting />
    </>
  );
}

function Calls({ view: { lanes } }: { view: AssistView }) {
  const calls = lanes
    .flatMap(({ laneId, helpSinceWallMs, remote = false, hold }) =>
      helpSinceWallMs === undefined ? [] : [{ laneId, helpSinceWallMs, remote, hold }],
    )
    .sort((one, other) => one.helpSinceWallMs - other.helpSinceWallMs);
  return (
    <section class="card calls" data-calling={calls.length > 0 || null}>
      <h2>
        <Icon name="bell" />
        {t('as.calls')}
      </h2>
      {calls.length === 0 ? (
        <p>
          {t('as.no_calls')}
          <small>{t('as.no_calls_hint')}</small>
        </p>
      ) : null}
      <ul class="rows">
        {calls.map((call) => (
          <Ringing key={call.laneId} {...call} />
        ))}
      </ul>
    </section>
  );
}

interface Call {
  laneId: string;
  helpSinceWallMs: number;
  remote: boolean;
  hold: AssistView['lanes'][number]['hold'];
}

function Ringing({ laneId, helpSinceWallMs, remote, hold }: Call) {
  return (
    <li>
      <span class="who">
        <strong>{t('as.ring', { lane: laneId })}</strong>
        {hold ? <small>{t('as.hold', { age: hold.minimumAge })}</small> : null}
        <small>{t('as.waiting', { time: duration(nowMs.value - helpSinceWallMs) })}</small>
      </span>
      {remote ? null : (
        <button
          type="button"
          class="plain"
          onClick={() =>
            begin({
              laneId,
              command: { kind: 'join-help' },
              what: `${t('as.join')} · ${laneId}`,
              reasons: ['as.r_remote'],
            })
          }
        >
          {t('as.join')}
        </button>
      )}
      {/* What a call about an age asks for stands with its lane. */}
      <button
        type="button"
        class={hold ? 'plain' : 'primary'}
        onClick={() =>
          begin({
            laneId,
            command: { kind: 'answer-help' },
            what: `${t('as.answer')} · ${laneId}`,
            reasons: ['as.r_helped', 'as.r_left'],
          })
        }
      >
        {t('as.answer')}
      </button>
    </li>
  );
}

type Waiting = AssistView['byHand'][number];

const BY_HAND: Record<Waiting['what'], Key> = {
  'take-cash': 'as.take-cash',
  'return-cash': 'as.return-cash',
  'hand-back': 'as.hand-back',
  'refund-by-hand': 'as.refund-by-hand',
  'settle-by-hand': 'as.settle-by-hand',
  'settle-refund-by-hand': 'as.settle-refund-by-hand',
};

/** What a person may answer, and why; one act each, but for a payment nobody can tell of. */
function answersTo({ what, saleId, tenderId = '', refundNo = '', amountFen }: Waiting): {
  label: Key;
  reasons: readonly Key[];
  command: AttendantCommand;
}[] {
  const label = BY_HAND[what];
  if (what === 'take-cash')
    return [{ label, reasons: ['as.r_cash_in'], command: { kind: what, receivedFen: amountFen } }];
  if (what === 'settle-by-hand')
    return [true, false].map((charged) => ({
      label: charged ? 'as.was_charged' : 'as.not_charged',
      reasons: ['as.r_saw_terminal', 'as.r_saw_acquirer'],
      command: { kind: what, saleId, tenderId, charged },
    }));
  if (what === 'settle-refund-by-hand')
    return [true, false].map((paid) => ({
      label: paid ? 'as.was_refunded' : 'as.not_refunded',
      reasons: ['as.r_saw_terminal', 'as.r_saw_acquirer'],
      command: { kind: what, saleId, refundNo, paid },
    }));
  const names = { saleId, tenderId };
  const command =
    what === 'refund-by-hand' ? { kind: what, saleId, refundNo } : { kind: what, ...names };
  return [{ label, reasons: ['as.r_cash_out'], command }];
}

function ByHand({ waiting }: { waiting: Waiting[] }) {
  if (waiting.length === 0) return null;
  return (
    <section class="card">
      <h2>{t('as.by_hand')}</h2>
      <ul class="rows">
        {waiting.map((each) => {
          const { what, laneId, amountFen, orderNo } = each;
          const said = `${t(BY_HAND[what])} ${yuan(amountFen)}`;
          const mine = may(what === 'take-cash' ? 'assist' : 'money');
          const asked = what.startsWith('settle') ? (['as.settle_hint'] as const) : [];
          return (
            <li key={`${what}${orderNo}${each.refundNo ?? ''}`}>
              <span class="who">
                <strong>{said}</strong>
                <small>{[laneId, each.receiptNo ?? orderNo].join(' · ')}</small>
                {asked.map((hint) => (
                  <small key={hint}>{t(hint)}</small>
                ))}
              </span>
              {(mine ? answersTo(each) : []).map(({ label, reasons, command }) => {
                const done = `${t(label)} ${yuan(amountFen)}`;
                return (
                  <button
                    key={label}
                    type="button"
                    class="plain"
                    aria-label={`${done} · ${laneId}`}
                    onClick={() => begin({ laneId, command, what: done, reasons, amountFen })}
                  >
                    {t(label)}
                  </button>
                );
              })}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A basket put aside can be taken up again at any lane that is free. */
function Parked({ view: { parked, lanes } }: { view: AssistView }) {
  if (parked.length === 0) return null;
  const free = lanes.filter(({ screen }) => screen === 'attract' || screen === 'parked');
  return (
    <section class="card">
      <h2>{t('as.parked')}</h2>
      <ul class="rows">
        {parked.map(({ saleId, code, laneId, totalFen, lines }) => (
          <li key={saleId}>
            <span class="who">
              <strong>{code}</strong>
              <small>{[laneId, t('as.items', { n: lines }), yuan(totalFen)].join(' · ')}</small>
            </span>
            {free.length === 0 ? <small>{t('as.no_free')}</small> : null}
            {free.map((lane) => {
              const what = t('as.recall', { lane: lane.laneId });
              const command = { kind: 'recall', code } as const;
              const reasons = ['as.r_back'] as const;
              return (
                <button
                  key={lane.laneId}
                  type="button"
                  class="plain"
                  onClick={() => begin({ laneId: lane.laneId, command, what, reasons })}
                >
                  {what}
                </button>
              );
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}
