import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { comfortsOf } from '../../core/views/comfort.ts';
import type { LaneView } from '../../core/views/views.ts';
import { comforts, setComforts } from '../shared/comfort.tsx';
import { lockDown } from '../shared/lock-down.ts';
import {
  HelpDialog,
  Loading,
  loadWordsWithoutEdge,
  OutOfService,
  Reconnecting,
  useMillimetres,
  useResetWhen,
} from '../shared/shell.tsx';
import { useVoice } from '../shared/voice/use-voice.ts';
import { Attract } from './attract.tsx';
import { Basket } from './basket.tsx';
import { ComfortBar, Top, Upper } from './comfort.tsx';
import { DiscardQuestion } from './discard.tsx';
import { Find } from './find.tsx';
import { kioskScript } from './heard.ts';
import { commands, deaf, idle, lane, send } from './lane.ts';
import { SuggestLarge } from './member.tsx';
import { Parked } from './parking.tsx';
import { CallButton } from './parts.tsx';
import { Done, Pay, Paying, Unknown } from './pay.tsx';
import { StaffCorner } from './staff-corner.tsx';
import { StillThere } from './still-there.tsx';

function Screen({ view }: { view: LaneView }) {
  switch (view.screen) {
    case 'attract':
      return <Attract view={view} />;
    case 'basket':
      return <Basket view={view} />;
    case 'find':
      return <Find view={view} />;
    case 'pay':
      return <Pay view={view} />;
    case 'paying':
      return <Paying view={view} />;
    case 'unknown':
      return <Unknown view={view} />;
    case 'done':
      return <Done view={view} />;
    case 'parked':
      return <Parked view={view} />;
    case 'out-of-service':
      return <Closed view={view} />;
  }
}

function Closed({ view }: { view: LaneView }) {
  return view.outOfService ? (
    <OutOfService closed={view.outOfService} sender={commands} disabled={deaf.value}>
      <CallButton />
    </OutOfService>
  ) : null;
}

/** What stands before the screen: one question at a time, a call for a person before all. */
function Question({ view }: { view: LaneView }) {
  const { help, suggestLarge, idle: idling } = view;
  if (help) {
    const cancel = () => send({ kind: 'cancel-help' });
    return <HelpDialog help={help} disabled={deaf.value} onCancel={cancel} />;
  }
  return (
    <>
      {suggestLarge ? <SuggestLarge /> : null}
      <DiscardQuestion view={view} />
      {idling ? <StillThere view={view} /> : null}
    </>
  );
}

function Kiosk() {
  const view = lane.value;
  useMillimetres(view?.mmPerPx);
  useResetWhen(
    () => idle.value,
    () => setComforts({}),
  );
  const kept = JSON.stringify(comfortsOf(view ?? {}));
  useEffect(() => setComforts(comfortsOf(view ?? {})), [kept, idle.value]);
  useVoice(view, comforts.value, kioskScript);
  if (!view) return <Loading />;
  return (
    <div class="panel" data-dim={deaf.value || null}>
      <Upper view={view} />
      <Top view={view} />
      <main data-screen={view.screen}>
        <Screen view={view} />
      </main>
      <ComfortBar />
      <Question view={view} />
      <StaffCorner locked={view.locked ?? false} />
      {deaf.value ? <Reconnecting /> : null}
    </div>
  );
}

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');
lockDown();
loadWordsWithoutEdge();
render(<Kiosk />, page);
