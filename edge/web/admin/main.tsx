import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import type { StatusView } from '../../core/views/status-view.ts';
import { speakAsChosen } from '../shared/chosen-language.ts';
import { door as enDoor } from '../shared/i18n/en/door.ts';
import { overview as enOverview } from '../shared/i18n/en/overview.ts';
import { rooms as enRooms } from '../shared/i18n/en/rooms.ts';
import { door as zhDoor } from '../shared/i18n/zh/door.ts';
import { overview as zhOverview } from '../shared/i18n/zh/overview.ts';
import { rooms as zhRooms } from '../shared/i18n/zh/rooms.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { learnWords, t } from '../shared/language.ts';
import { clockTime, liveIn, nowMs } from '../shared/runtime.ts';
import { connect } from '../shared/session.ts';
import { followAlerts } from './alerts/store.ts';
import { AskAgain, DoorPage } from './door.tsx';
import { door, lookAtDoor } from './operator.ts';
import { useRing } from './ring.ts';
import { room } from './rooms.ts';
import { Menu, RoomHere, Top } from './shell.tsx';

learnWords({ zh: zhDoor, en: enDoor });
learnWords({ zh: zhRooms, en: enRooms });
learnWords({ zh: zhOverview, en: enOverview });

const session = connect<StatusView>('/api/stream', {
  when: () => door.value.state === 'in',
  refused: () => void lookAtDoor(),
});
void lookAtDoor();
speakAsChosen();

let heardMs = nowMs.peek();

function Inside({ status }: { status: StatusView }) {
  useRing(status.screens);
  useEffect(followAlerts, []);
  return (
    <>
      <Top status={status} />
      <div class="house">
        <Menu status={status} />
        <main data-room={room.value.path} data-stale={session.reconnecting.value || null}>
          {session.reconnecting.value ? (
            <p class="stale" role="status">
              <Icon name="offline" />
              {t('s.stale', { time: clockTime(heardMs) })}
            </p>
          ) : null}
          <RoomHere status={status} />
        </main>
      </div>
      <AskAgain />
    </>
  );
}

function Page() {
  const status = session.view.value;
  if (!session.reconnecting.value) heardMs = nowMs.value;
  if (status) liveIn(status.timeZone);
  if (status && door.value.state === 'in') return <Inside status={status} />;
  if (door.value.state !== 'in' && door.value.state !== 'unknown') return <DoorPage />;
  return (
    <main class="loading" aria-busy="true">
      <Mark />
      <p>{t('app.connecting')}</p>
    </main>
  );
}

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');
render(<Page />, page);
