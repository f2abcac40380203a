import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Comfort, comfortsOf } from '../../core/views/comfort.ts';
import { AgainChip, ComfortChip, comforts, LanguageChip, setComforts } from '../shared/comfort.tsx';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { lockDown } from '../shared/lock-down.ts';
import {
  Loading,
  loadWordsWithoutEdge,
  NoticeBar,
  Reconnecting,
  useMillimetres,
  useResetWhen,
} from '../shared/shell.tsx';
import { useVoice } from '../shared/voice/use-voice.ts';
import { cabinetScript } from './heard.ts';
import { AskSheet, asking } from './lines.tsx';
import { Foot, Screen } from './screens.tsx';
import { cabinet, commands, deaf, send, visitId } from './session.ts';

/** The panel's are the edge's, which waits longer in 大字; a phone keeps its own reader's. */
const keep = (kind: Comfort, on: boolean) => {
  if (visitId === undefined) send({ kind, on });
};

/** One tap each, at the very bottom: whoever cannot reach the top reaches these. */
function ComfortBar() {
  const onPanel = visitId === undefined;
  const chip = (comfort: Exclude<Comfort, 'english'>) => (
    <ComfortChip comfort={comfort} disabled={deaf.value} onToggle={keep} />
  );
  return (
    <aside class="comforts">
      {chip('large')}
      {chip('voice')}
      {onPanel ? chip('low') : null}
      {chip('contrast')}
      <LanguageChip onToggle={keep} />
      <AgainChip />
    </aside>
  );
}

/** A door's panel has a size in millimetres; a phone has the one in its owner's hand. */
function usePanel(mmPerPx: number | undefined): void {
  useMillimetres(mmPerPx);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-panel', mmPerPx !== undefined);
  }, [mmPerPx]);
}

const isWaiting = (view: typeof cabinet.value): boolean =>
  view !== 'gone' && view?.screen === 'ready';

/** What the edge keeps of this shopper's choice, also after a refresh. */
function useKept(view: typeof cabinet.value): void {
  const onPanel = view !== 'gone' && visitId === undefined;
  const kept = JSON.stringify(comfortsOf((onPanel && view) || {}));
  useEffect(() => {
    if (onPanel && view) setComforts(comfortsOf(view));
  }, [kept, isWaiting(view)]);
}

function Page() {
  const view = cabinet.value;
  useResetWhen(
    () => isWaiting(cabinet.value),
    () => {
      asking.value = undefined;
    },
  );
  useVoice(view === 'gone' ? undefined : view, comforts.value, cabinetScript);
  usePanel(view === 'gone' ? undefined : view?.mmPerPx);
  useKept(view);
  if (view === undefined) return <Loading />;
  if (view === 'gone')
    return (
      <div class="cabinet">
        <main>
          <section class="moment" data-tone="bad">
            <span class="sign">
              <Icon name="warn" />
            </span>
            <h1>{t('c.gone')}</h1>
            <p>{t('c.gone_hint')}</p>
          </section>
        </main>
        <ComfortBar />
      </div>
    );
  return (
    <div class="cabinet" data-screen={view.screen} data-dim={deaf.value || null}>
      <header class="top">
        <p class="store">
          <Mark />
          <span>{pick(view.storeName)}</span>
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls, also by the keyboard */}
      <main tabIndex={0}>
        <Screen view={view} />
      </main>
      <NoticeBar notice={view.notice} sender={commands} disabled={deaf.value} />
      <Foot view={view} />
      <ComfortBar />
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
