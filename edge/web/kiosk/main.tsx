import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import type { LaneView } from '../../core/views.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick, speak, t } from '../shared/language.ts';
import {
  HelpDialog,
  LanguageChip,
  Loading,
  loadWordsWithoutEdge,
  lockDown,
  OutOfService,
  Reconnecting,
  useMillimetres,
  useResetWhen,
} from '../shared/shell.tsx';
import { Attract } from './attract.tsx';
import { Basket } from './basket.tsx';
import { Find } from './find.tsx';
import { deaf, idle, lane, large, send } from './lane.ts';
import { Parked } from './parking.tsx';
import { Done, Pay, Paying, Unknown } from './pay.tsx';
import { StillThere } from './still-there.tsx';

/** The edge keeps it, so that a refresh does not lose it; the page shows it at once all the same. */
function setLarge(on: boolean): void {
  large.value = on;
  document.documentElement.toggleAttribute('data-large', on);
}

function Top({ view }: { view: LaneView }) {
  return (
    <header class="top">
      <p class="store">
        <Mark />
        {pick(view.storeName)}
      </p>
      <button
        type="button"
        class="chip"
        aria-pressed={large.value}
        onClick={() => {
          setLarge(!large.value);
          send({ kind: 'large', on: large.value });
        }}
      >
        <Icon name="large" />
        {t('a11y.big')}
      </button>
      <LanguageChip />
    </header>
  );
}

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
      return view.outOfService ? <OutOfService {...view.outOfService} /> : null;
  }
}

function Kiosk() {
  const view = lane.value;
  useMillimetres(view?.mmPerPx);
  useResetWhen(
    () => idle.value,
    () => {
      setLarge(false);
      speak('zh');
    },
  );
  useEffect(() => setLarge(view?.large ?? false), [view?.large]);
  if (!view) return <Loading />;
  return (
    <div class="panel" data-dim={deaf.value || null}>
      <Top view={view} />
      <main data-screen={view.screen}>
        <Screen view={view} />
      </main>
      {view.help ? (
        <HelpDialog
          help={view.help}
          disabled={deaf.value}
          onCancel={() => send({ kind: 'cancel-help' })}
        />
      ) : null}
      {view.idle && !view.help ? (
        <StillThere idle={view.idle} empty={!view.sale?.lines.length} />
      ) : null}
      {deaf.value ? <Reconnecting /> : null}
    </div>
  );
}

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');
lockDown();
loadWordsWithoutEdge();
render(<Kiosk />, page);
