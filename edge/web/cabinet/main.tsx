import { render } from 'preact';
import { AgainChip, ComfortChip, comforts, setComforts } from '../shared/comfort.tsx';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick, speak, t } from '../shared/language.ts';
import { lockDown } from '../shared/lock-down.ts';
import {
  LanguageChip,
  Loading,
  loadWordsWithoutEdge,
  NoticeBar,
  Reconnecting,
  useResetWhen,
} from '../shared/shell.tsx';
import { useVoice } from '../shared/voice/use-voice.ts';
import { cabinetScript } from './heard.ts';
import { AskSheet, asking } from './lines.tsx';
import { Foot, Screen } from './screens.tsx';
import { cabinet, commands, deaf } from './session.ts';

/** Kept by the page alone: a door panel and a phone each have their own reader. */
const kept = () => undefined;

function Page() {
  const view = cabinet.value;
  useResetWhen(
    () => view !== 'gone' && view?.screen === 'ready',
    () => {
      speak('zh');
      setComforts({});
      asking.value = undefined;
    },
  );
  useVoice(view === 'gone' ? undefined : view, comforts.value, cabinetScript);
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
          <span>{pick(view.storeName)}</span>
        </p>
        <AgainChip />
        <ComfortChip comfort="large" disabled={false} onToggle={kept} />
        <ComfortChip comfort="voice" disabled={false} onToggle={kept} />
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
