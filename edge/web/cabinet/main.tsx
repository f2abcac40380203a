import { render } from 'preact';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick, speak, t } from '../shared/language.ts';
import {
  LanguageChip,
  Loading,
  loadWordsWithoutEdge,
  lockDown,
  NoticeBar,
  Reconnecting,
  useResetWhen,
} from '../shared/shell.tsx';
import { AskSheet, asking } from './lines.tsx';
import { Foot, Screen } from './screens.tsx';
import { cabinet, commands, deaf, large } from './session.ts';

function LargeChip() {
  return (
    <button
      type="button"
      class="chip"
      aria-pressed={large.value}
      onClick={() => {
        large.value = !large.value;
      }}
    >
      {t('c.large')}
    </button>
  );
}

function Page() {
  const view = cabinet.value;
  useResetWhen(
    () => view !== 'gone' && view?.screen === 'ready',
    () => {
      speak('zh');
      large.value = false;
      asking.value = undefined;
    },
  );
  if (view === undefined) return <Loading />;
  if (view === 'gone')
    return (
      <main class="moment" data-tone="bad">
        <span class="sign">
          <Icon name="warn" />
        </span>
        <h1>{t('c.gone')}</h1>
        <p>{t('c.gone_hint')}</p>
      </main>
    );
  return (
    <div class="cabinet" data-screen={view.screen} data-dim={deaf.value || null}>
      <header class="top">
        <p class="store">
          <Mark />
          {pick(view.storeName)}
        </p>
        <LargeChip />
        <LanguageChip />
      </header>
      <main>
        <Screen view={view} />
      </main>
      <NoticeBar notice={view.notice} sender={commands} patient={false} disabled={deaf.value} />
      <Foot view={view} />
      <AskSheet view={view} />
      {deaf.value ? <Reconnecting /> : null}
    </div>
  );
}

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');
lockDown();
loadWordsWithoutEdge();
render(<Page />, page);
