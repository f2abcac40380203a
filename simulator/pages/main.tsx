import { useSignal } from '@preact/signals';
import { render } from 'preact';
import type { WorldSnapshot } from '../hands-api.ts';
import { Cabinet } from './cabinet.tsx';
import { Cables } from './cables.tsx';
import { Codes } from './codes.tsx';
import { Plate } from './plate.tsx';
import { Printers } from './printers.tsx';
import { Screens } from './screens.tsx';
import { Hand, Shelf } from './shelf.tsx';
import { Say } from './words.tsx';
import { complaint, connected, watchWorld, world } from './world.ts';

/** On a narrow screen one part shows at a time. */
const parts = [
  { part: 'shelf', icon: 'store', zh: '货架', en: 'Shelf' },
  { part: 'plates', icon: 'scale', zh: '秤', en: 'Scales' },
  { part: 'codes', icon: 'qr', zh: '扫码', en: 'Codes' },
  { part: 'paper', icon: 'receipt', zh: '小票', en: 'Paper' },
  { part: 'cables', icon: 'plug', zh: '线缆', en: 'Cables' },
  { part: 'screens', icon: 'screen', zh: '屏幕', en: 'Screens' },
];

function Complaint() {
  if (complaint.value === undefined) return null;
  return (
    <p
      class="complaint"
      role="alert"
      key={complaint.value.zh}
      onAnimationEnd={() => {
        complaint.value = undefined;
      }}
    >
      <Say {...complaint.value} />
    </p>
  );
}

function Top({ store }: { store: WorldSnapshot }) {
  return (
    <header class="top">
      <i class="icon hand-icon" />
      <h1>
        <Say
          zh={`顾客的手 · ${store.storeName.zh}`}
          en={`The shopper's hands · ${store.storeName.en}`}
        />
      </h1>
      <span class="chip" data-lost={!connected.value}>
        {connected.value ? '模拟店运行中 running' : '连不上模拟店,重试中 reconnecting'}
      </span>
      <span class="chip seed">种子 seed {store.seed}</span>
    </header>
  );
}

function Hands() {
  const part = useSignal('shelf');
  const store = world.value;
  if (store === undefined) {
    return (
      <p class="waiting">
        <Say zh="正在走进模拟店…" en="Walking into the simulated store…" />
      </p>
    );
  }
  const scannerId = store.devices.find(({ kind }) => kind === 'scanner')?.id;
  return (
    <div class="hands" data-part={part.value}>
      <Top store={store} />
      <div class="left">
        <Shelf goods={store.goods} />
        <Hand world={store} />
      </div>
      <div class="middle">
        <div class="plates" data-part="plates">
          {store.plates.map((plate) => (
            <Plate key={plate.plateId} plate={plate} />
          ))}
        </div>
        <Codes
          scanners={store.devices.filter(({ kind }) => kind === 'scanner')}
          wallets={store.wallets}
        />
        {store.cabinets.map((cabinet) => (
          <Cabinet key={cabinet.cabinetId} cabinet={cabinet} />
        ))}
        <Printers printers={store.printers} {...(scannerId ? { scannerId } : {})} />
        <Cables devices={store.devices} />
      </div>
      <Screens screens={store.screens} />
      <nav>
        {parts.map((entry) => (
          <button
            key={entry.part}
            type="button"
            aria-pressed={part.value === entry.part}
            onClick={() => {
              part.value = entry.part;
            }}
          >
            <i class={`icon ${entry.icon}`} />
            <Say zh={entry.zh} en={entry.en} />
          </button>
        ))}
      </nav>
      <Complaint />
    </div>
  );
}

const place = document.getElementById('page');
if (place === null) throw new Error('no #page');
render(<Hands />, place);
watchWorld();
