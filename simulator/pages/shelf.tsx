import { useSignal } from '@preact/signals';
import type { GoodSeen, WorldSnapshot } from '../hands-api.ts';
import { Heading, Say } from './words.tsx';
import { act, held, pickUp, putDown } from './world.ts';

type Kind = GoodSeen['kind'];

function matches(good: GoodSeen, wanted: string): boolean {
  const text = [good.name.zh, good.name.en, good.sku, good.plu, good.gtin].join(' ');
  return text.toLowerCase().includes(wanted.trim().toLowerCase());
}

function ShelfTile({ good }: { good: GoodSeen }) {
  const inHand = held.value?.sku === good.sku;
  return (
    <button
      type="button"
      class="good"
      draggable
      aria-pressed={inHand}
      onClick={() => pickUp(good.sku)}
      onDragStart={() => {
        if (!inHand) pickUp(good.sku);
      }}
    >
      <img src={good.picture} alt="" loading="lazy" draggable={false} />
      <Say {...good.name} />
    </button>
  );
}

/** Everything in the store: choose a kind, or search by name, PLU, GTIN or article number. */
export function Shelf({ goods }: { goods: GoodSeen[] }) {
  const kind = useSignal<Kind>('loose');
  const wanted = useSignal('');
  const searching = wanted.value.trim() !== '';
  const shown = goods.filter((good) =>
    searching ? matches(good, wanted.value) : good.kind === kind.value,
  );
  const tab = (of: Kind, zh: string, en: string) => (
    <button
      type="button"
      aria-pressed={kind.value === of && !searching}
      onClick={() => {
        kind.value = of;
        wanted.value = '';
      }}
    >
      <Say zh={zh} en={en} />
    </button>
  );
  return (
    <section class="card shelf" data-part="shelf">
      <Heading icon="store" zh="货架" en="Shelf" />
      <label class="finder">
        <i class="icon magnifier" />
        <input
          type="search"
          placeholder="名称、PLU、条码 · name, PLU, GTIN"
          aria-label="搜索货架 Search the shelf"
          value={wanted.value}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="tabs">
        {tab('loose', '散称', 'Loose')}
        {tab('packaged', '包装', 'Packaged')}
      </div>
      <div class="goods">
        {shown.map((good) => (
          <ShelfTile key={good.sku} good={good} />
        ))}
        {shown.length === 0 && <Say zh="货架上没有这样的商品" en="Nothing like that here" />}
      </div>
    </section>
  );
}

function Pieces() {
  const choose = (pieces: number) => {
    if (held.value) held.value = { ...held.value, pieces };
  };
  return (
    <div class="tabs pieces">
      {[1, 2, 3].map((pieces) => (
        <button
          key={pieces}
          type="button"
          aria-pressed={held.value?.pieces === pieces}
          onClick={() => choose(pieces)}
        >
          ×{pieces}
        </button>
      ))}
    </div>
  );
}

function Together() {
  return (
    <label class="together">
      <Say zh="共重 克" en="Total g" />
      <input
        type="number"
        min="1"
        max="30000"
        step="1"
        placeholder="随意"
        value={held.value?.totalGrams ?? ''}
        onInput={(event) => {
          if (!held.value) return;
          const { totalGrams: _, ...rest } = held.value;
          const grams = event.currentTarget.valueAsNumber;
          held.value = Number.isInteger(grams) ? { ...rest, totalGrams: grams } : rest;
        }}
      />
    </label>
  );
}

/** The thing in the hand, and every place it can go. */
export function Hand({ world }: { world: WorldSnapshot }) {
  const good = world.goods.find(({ sku }) => sku === held.value?.sku);
  if (good === undefined) return null;
  const { gtin } = good;
  const scanners = world.devices.filter(({ kind }) => kind === 'scanner');
  return (
    <section class="hand" aria-label="手里 In the hand">
      <img src={good.picture} alt="" />
      <div class="what">
        <Say {...good.name} />
      </div>
      <button
        type="button"
        class="plain"
        aria-label="放回货架 Put back"
        onClick={() => {
          held.value = undefined;
        }}
      >
        <i class="icon close" />
      </button>
      <Pieces />
      <Together />
      <div class="places">
        {gtin !== undefined &&
          scanners.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              class="main"
              onClick={() => act({ act: 'scan', scannerId: id, code: gtin })}
            >
              <Say zh={`在${label.zh}扫码`} en={`Scan · ${label.en}`} />
            </button>
          ))}
        {world.plates.map(({ plateId, label }) => (
          <button key={plateId} type="button" class="main" onClick={() => putDown(plateId)}>
            <Say zh={`放上${label.zh}`} en={`Onto · ${label.en}`} />
          </button>
        ))}
      </div>
    </section>
  );
}
