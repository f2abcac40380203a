import { render } from 'preact';
import type { StatusView } from '../../core/views.ts';
import { duration } from '../shared/format.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { language, pick, speak, t } from '../shared/language.ts';
import { clockTime, nowMs } from '../shared/runtime.ts';
import { connect } from '../shared/session.ts';
import { Ledger, Recognition, Screens, Sync, Teaching, Unresolved } from './cards.tsx';
import { Devices } from './devices.tsx';
import { AskAgain, DoorPage } from './door.tsx';
import { door, leave, lookAtDoor, personName } from './operator.ts';
import { SyncPill } from './sync-pill.tsx';
import { HotList, Today } from './today.tsx';

const session = connect<StatusView>('/api/stream', {
  when: () => door.value.state === 'in',
  refused: () => void lookAtDoor(),
});
void lookAtDoor();
speak(navigator.language.startsWith('zh') ? 'zh' : 'en');

function Top({ status }: { status: StatusView }) {
  return (
    <header class="bar">
      <p class="store">
        <Mark />
        <span>
          {pick(status.storeName)}
          <small>{t('s.title')}</small>
        </span>
      </p>
      <SyncPill sync={status.sync} />
      <button
        type="button"
        class="plain"
        lang={language.value === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => speak(language.value === 'zh' ? 'en' : 'zh')}
      >
        <Icon name="language" />
        {t('a11y.language')}
      </button>
      <button type="button" class="plain" onClick={() => void leave()}>
        {t('d.leave')}
        <small>{personName.value}</small>
      </button>
    </header>
  );
}

const VERDICT_ICONS = { ok: 'check', warn: 'info', bad: 'warn' } as const;

function Verdict({ status }: { status: StatusView }) {
  return (
    <section class="verdict" data-level={status.verdict.level} role="status">
      <Icon name={VERDICT_ICONS[status.verdict.level]} />
      <h1>{pick(status.verdict.text)}</h1>
    </section>
  );
}

function Foot({ status }: { status: StatusView }) {
  return (
    <footer class="foot">
      <span>{t('s.version', { version: status.softwareVersion })}</span>
      <span>
        {t('s.core', { version: status.weighCore.version })}{' '}
        <code title={status.weighCore.sha256}>{status.weighCore.sha256.slice(0, 8)}</code>
      </span>
      <span>{t('s.uptime', { time: duration(nowMs.value - status.startedWallMs) })}</span>
    </footer>
  );
}

function Page({ status }: { status: StatusView }) {
  return (
    <>
      <Top status={status} />
      <main data-stale={session.reconnecting.value || null}>
        {session.reconnecting.value ? (
          <p class="stale" role="status">
            <Icon name="offline" />
            {t('s.stale', { time: clockTime(heardMs) })}
          </p>
        ) : null}
        <Verdict status={status} />
        <Today status={status} />
        <div class="columns">
          <div class="column wide">
            <Unresolved payments={status.unresolvedPayments} />
            <Devices devices={status.devices} />
            <HotList items={status.today.items} />
          </div>
          <div class="column">
            <Teaching teaching={status.teaching} />
            <Screens screens={status.screens} />
            <Sync sync={status.sync} />
            <Recognition recognition={status.recognition} />
            <Ledger ledger={status.ledger} />
          </div>
        </div>
        <Foot status={status} />
      </main>
    </>
  );
}

let heardMs = nowMs.peek();

function Status() {
  const status = session.view.value;
  if (!session.reconnecting.value) heardMs = nowMs.value;
  if (status && door.value.state === 'in')
    return (
      <>
        <Page status={status} />
        <AskAgain />
      </>
    );
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
render(<Status />, page);
