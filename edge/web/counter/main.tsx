import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { comfortsOf } from '../../core/views/comfort.ts';
import type { CounterView } from '../../core/views/counter-views.ts';
import type { CameraNotice, WeighView } from '../../core/views/views.ts';
import { comforts, setComforts } from '../shared/comfort.tsx';
import { Dial } from '../shared/dial.tsx';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick } from '../shared/language.ts';
import { lockDown } from '../shared/lock-down.ts';
import {
  cameraWords,
  HelpDialog,
  Loading,
  loadWordsWithoutEdge,
  OutOfService,
  Reconnecting,
  useMillimetres,
  useResetWhen,
} from '../shared/shell.tsx';
import { useVoice } from '../shared/voice/use-voice.ts';
import { Choose, Search, Teaching } from './choose.tsx';
import { Confirm, TakeLabel } from './confirm.tsx';
import { counterScript } from './heard.ts';
import { CallButton, Chips } from './parts.tsx';
import { commands, counter, deaf, idle, searching, send } from './scale.ts';

/** The camera at work, and what it sees. */
function Eye(props: { camera: CameraNotice; recognition: WeighView['recognition'] }) {
  return (
    <div class="eye" data-recognition={props.recognition}>
      <span class="lens">
        <Icon name="camera" />
      </span>
      <p>{cameraWords(props.camera)}</p>
    </div>
  );
}

function Front({ view }: { view: CounterView }) {
  return (
    <aside class="front">
      <div class="instrument">
        <p class="store">
          <Mark />
          {pick(view.storeName)}
        </p>
        <Dial weight={view.weigh.weight} />
        {view.camera ? <Eye camera={view.camera} recognition={view.weigh.recognition} /> : null}
      </div>
      <div class="front-keys">
        <Chips />
      </div>
    </aside>
  );
}

/** The dial beside one question, or the search pad over the whole panel. */
function Body({ view }: { view: CounterView }) {
  const choosing = view.screen === 'ready' || view.screen === 'weighing';
  useEffect(() => {
    if (!choosing) searching.value = undefined;
  }, [choosing]);
  if (choosing && searching.value && !view.teaching)
    return <Search view={view} keys={searching.value} />;
  return (
    <>
      <Front view={view} />
      <Screen view={view} />
    </>
  );
}

function Screen({ view }: { view: CounterView }) {
  switch (view.screen) {
    case 'ready':
    case 'weighing':
      return view.teaching ? <Teaching view={view} /> : <Choose view={view} />;
    case 'confirm':
      return <Confirm view={view} />;
    case 'take-label':
      return <TakeLabel view={view} />;
    case 'out-of-service':
      return <Closed view={view} />;
  }
}

function Closed({ view }: { view: CounterView }) {
  return view.outOfService ? (
    <OutOfService closed={view.outOfService} sender={commands} disabled={deaf.value}>
      <CallButton />
    </OutOfService>
  ) : null;
}

function Counter() {
  const view = counter.value;
  useMillimetres(view?.mmPerPx);
  useResetWhen(
    () => idle.value,
    () => {
      searching.value = undefined;
    },
  );
  const kept = JSON.stringify(comfortsOf(view ?? {}));
  useEffect(() => setComforts(comfortsOf(view ?? {})), [kept]);
  useVoice(view, comforts.value, counterScript);
  if (!view) return <Loading />;
  return (
    <div class="panel counter" data-dim={deaf.value || null}>
      <main data-screen={view.screen}>
        <Body view={view} />
      </main>
      {view.help ? (
        <HelpDialog
          help={view.help}
          disabled={deaf.value}
          onCancel={() => send({ kind: 'cancel-help' })}
        />
      ) : null}
      {deaf.value ? <Reconnecting /> : null}
    </div>
  );
}

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');
lockDown();
loadWordsWithoutEdge();
render(<Counter />, page);
