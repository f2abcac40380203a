/** The room of head office. Being linked and having sent everything are two facts, shown apart. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Refusal } from '../../../core/ports.ts';
import type { StatusView } from '../../../core/views/status-view.ts';
import type { StandingView, SyncMessage, SyncRoomView } from '../../../core/views/sync-views.ts';
import { ago, duration } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, t } from '../../shared/language.ts';
import { clockTime, nowMs } from '../../shared/runtime.ts';
import { Told } from '../door.tsx';
import { ask } from '../operator.ts';
import type { RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { HeadOffice } from './head-office.tsx';
import './sync.css';
import { ledgerRooms as enLedgerRooms } from '../../shared/i18n/en/ledger-rooms.ts';
import { ledgerRooms as zhLedgerRooms } from '../../shared/i18n/zh/ledger-rooms.ts';

learnWords({ zh: zhLedgerRooms, en: enLedgerRooms });

const LOOK_EVERY_S = 5;

export function SyncRoom({ status }: RoomProps) {
  const room = useSignal<SyncRoomView | undefined>(undefined);
  const standing = useSignal<StandingView | undefined>(undefined);
  const refused = useSignal<Refusal | undefined>(undefined);
  const asking = useSignal(false);
  const beat = Math.floor(nowMs.value / 1000 / LOOK_EVERY_S);
  const { sync } = status;
  useEffect(() => {
    void ask<SyncRoomView>('GET', '/api/sync/room').then((answer) => {
      if (answer.ok) room.value = answer.value;
    });
  }, [beat, sync.ackedSeq]);
  const inquire = async () => {
    asking.value = true;
    const answer = await ask<StandingView>('GET', '/api/sync/standing');
    refused.value = answer.ok ? undefined : answer.refusal;
    if (answer.ok) standing.value = answer.value;
    asking.value = false;
  };
  useEffect(() => {
    if (sync.link !== 'off') void inquire();
  }, []);
  return (
    <>
      <header class="room">
        <h1>{t('n.sync')}</h1>
      </header>
      <div class="sync-facts">
        <Link sync={sync} />
        <Records sync={sync} />
        <Room room={room.value?.room} />
      </div>
      {sync.link === 'off' ? null : (
        <HeadOffice
          standing={standing.value}
          here={sync.headSeq}
          asking={asking.value}
          inquire={() => void inquire()}
        />
      )}
      <Told refusal={sync.link === 'off' ? undefined : refused.value} />
      <Messages messages={room.value?.messages} />
    </>
  );
}

type Sync = StatusView['sync'];

const LINKS = {
  up: { icon: 'cloud', words: 'sy.up', level: 'ok' },
  down: { icon: 'cloud-off', words: 'sy.down', level: 'warn' },
  off: { icon: 'cloud-off', words: 'sy.off', level: 'off' },
} as const;

function Link({ sync }: { sync: Sync }) {
  const { icon, words, level } = LINKS[sync.link];
  const tried = useSignal(0);
  const tryNow = async () => {
    tried.value = nowMs.value;
    await ask('POST', '/api/sync/try', {});
  };
  const trying = nowMs.value - tried.value < 2000;
  const nextMs = sync.nextTryWallMs === undefined ? 0 : sync.nextTryWallMs - nowMs.value;
  return (
    <section class="card" data-level={level}>
      <h2>{t('sy.link')}</h2>
      <p class="state">
        <Icon name={icon} />
        {t(words)}
      </p>
      <dl class="facts">
        <div>
          <dt>{t('sy.last')}</dt>
          <dd>
            <When wallMs={sync.lastSuccessWallMs} />
          </dd>
        </div>
        {sync.link === 'down' && nextMs > 0 ? (
          <div>
            <dt>{t('sy.next')}</dt>
            <dd>{t('sy.next_in', { time: duration(nextMs) })}</dd>
          </div>
        ) : null}
        {sync.lastError ? (
          <div>
            <dt>{t('sy.why')}</dt>
            <dd>{sync.lastError}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t('sy.prices')}</dt>
          <dd>{t('sy.version', { n: sync.priceBookVersion })}</dd>
        </div>
      </dl>
      {sync.link === 'off' ? null : (
        <button type="button" class="plain" disabled={trying} onClick={() => void tryNow()}>
          <Icon name="again" />
          {t(trying ? 'sy.trying' : 'sy.try')}
        </button>
      )}
    </section>
  );
}

export function When({ wallMs }: { wallMs: number | undefined }) {
  if (wallMs === undefined) return <>{t('sy.never')}</>;
  return <time title={clockTime(wallMs)}>{ago(wallMs, nowMs.value)}</time>;
}

/** Never green while one record is not there. */
function Records({ sync }: { sync: Sync }) {
  const { unsent, oldestUnsentWallMs, ackedSeq, headSeq, link } = sync;
  const level = unsent > 0 ? 'warn' : link === 'off' ? 'off' : 'ok';
  const words = t('sy.progress', { n: ackedSeq, of: headSeq });
  return (
    <section class="card" data-level={level}>
      <h2>{t('sy.records')}</h2>
      <p class="state" role="status">
        <Icon name={unsent > 0 ? 'cloud-upload' : 'check'} />
        {unsent > 0 ? t('sy.unsent', { n: unsent }) : t('sy.none_unsent')}
      </p>
      {oldestUnsentWallMs === undefined ? null : (
        <p class="quiet" title={clockTime(oldestUnsentWallMs)}>
          {t('sy.oldest', { time: duration(nowMs.value - oldestUnsentWallMs) })}
        </p>
      )}
      <progress value={ackedSeq} max={Math.max(1, headSeq)} aria-label={words} />
      <p class="quiet">{words}</p>
    </section>
  );
}

const MEBIBYTE = 1_048_576;

function bytes(count: number): string {
  const mebibytes = count / MEBIBYTE;
  return mebibytes < 1024 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/** A week alone is little. */
const FEW_DAYS = 7;
const MANY_DAYS = 999;

function Room({ room }: { room: SyncRoomView['room'] | undefined }) {
  if (!room) return <Skeleton />;
  const { days, freeBytes, bytesPerDay } = room;
  const level = days !== undefined && days < FEW_DAYS ? 'bad' : 'off';
  return (
    <section class="card" data-level={level}>
      <h2>{t('sy.room')}</h2>
      {days === undefined || bytesPerDay === undefined ? (
        <p class="quiet">{t('sy.room_unknown')}</p>
      ) : (
        <>
          <p class="state">{t('sy.days', { n: days > MANY_DAYS ? `${MANY_DAYS}+` : days })}</p>
          <p class="quiet">
            {t('sy.room_of', { free: bytes(freeBytes), day: bytes(bytesPerDay) })}
          </p>
        </>
      )}
    </section>
  );
}

function Messages({ messages }: { messages: SyncMessage[] | undefined }) {
  return (
    <section class="card">
      <h2>
        <Icon name="clock" />
        {t('sy.log')}
      </h2>
      {messages?.length ? (
        <ol class="messages">
          {messages.map(({ wallMs, level, kind, events, seq, words }) => (
            <li key={`${wallMs} ${seq} ${words}`} data-level={level}>
              <Icon name={level === 'ok' ? 'check' : 'warn'} />
              <span>
                {kind === 'sent' ? t('sy.sent', { n: events ?? 0, seq: seq ?? 0 }) : words}
              </span>
              <When wallMs={wallMs} />
            </li>
          ))}
        </ol>
      ) : (
        <p class="quiet">{t('sy.log_none')}</p>
      )}
    </section>
  );
}
