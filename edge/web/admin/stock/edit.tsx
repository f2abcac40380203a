/** The planogram editor: a picture of the shelves; tap a slot to change it, drag it to move it. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Planogram, PlanogramSlot } from '../../../core/stock/planogram.ts';
import type { Named } from '../../../core/views/stock-view.ts';
import type { ItemView } from '../../../core/views/views.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { Told } from '../door.tsx';
import { ask } from '../operator.ts';
import { linkTo } from '../rooms.ts';
import { added, changed, moved, type Place, removed, withShelf } from './draft.ts';
import { refused, stockNow, tell } from './store.ts';

const blank = (cabinetId: string): Planogram => ({
  cabinetId,
  version: 0,
  origin: 'local',
  shelves: [{ shelfId: '1', slots: [] }],
});

export function Edit({ cabinetId }: { cabinetId: string }) {
  const inForce = stockNow.value?.cabinets.find((each) => each.planogram.cabinetId === cabinetId);
  const draft = useSignal<Planogram>(inForce?.planogram ?? blank(cabinetId));
  const basedOn = useSignal(draft.value.version).peek();
  const chosen = useSignal<Place | undefined>(undefined);
  const items = useSignal<ItemView[]>([]);
  useEffect(() => {
    void ask<{ items: ItemView[] }>('GET', '/api/stock/items').then((answer) => {
      if (answer.ok) items.value = answer.value.items;
    });
  }, []);
  const publish = async () => {
    const planogram: Planogram = { ...draft.value, version: basedOn + 1, origin: 'local' };
    if (await tell({ kind: 'publish-planogram', planogram, basedOn }))
      location.hash = linkTo('stock');
  };
  return (
    <>
      <header class="room">
        <h1>
          {t('st.edit')} {cabinetId}
        </h1>
        <a class="plain" href={linkTo('stock')}>
          {t('app.back')}
        </a>
        <button type="button" class="primary" onClick={() => void publish()}>
          {t('st.publish', { n: basedOn + 1 })}
        </button>
      </header>
      <Told refusal={refused.value} />
      <section class="card cabinet">
        <p class="quiet">{t('st.editing')}</p>
        <div class="shelves">
          {draft.value.shelves.map((shelf, at) => (
            <DraftShelf
              key={shelf.shelfId}
              draft={draft}
              chosen={chosen}
              at={at}
              items={items.value}
            />
          ))}
        </div>
        <SlotForm draft={draft} chosen={chosen} items={items.value} />
        <button
          type="button"
          class="plain"
          onClick={() => {
            draft.value = withShelf(draft.value);
          }}
        >
          <Icon name="add" />
          {t('st.add_shelf')}
        </button>
      </section>
    </>
  );
}

interface Drawing {
  draft: Signal<Planogram>;
  chosen: Signal<Place | undefined>;
  items: readonly ItemView[];
}

const nameOf = (items: readonly ItemView[], sku: string): Named =>
  items.find((each) => each.sku === sku) ?? { name: { zh: sku, en: sku }, picture: '' };

function DraftShelf({ draft, chosen, items, at }: Drawing & { at: number }) {
  const shelf = draft.value.shelves[at];
  const [first] = items;
  if (!shelf) return null;
  const dropAt = (slot: number) => {
    if (chosen.value) draft.value = moved(draft.value, chosen.value, { shelf: at, slot });
    chosen.value = undefined;
  };
  return (
    <ul
      class="shelf"
      aria-label={t('st.shelf', { n: shelf.shelfId })}
      onDragOver={(event) => event.preventDefault()}
      onDrop={() => dropAt(shelf.slots.length)}
    >
      {shelf.slots.map((each, place) => (
        <li key={each.slotId} style={{ flexGrow: each.facings }}>
          <DraftSlot
            slot={each}
            named={nameOf(items, each.sku)}
            pressed={chosen.value?.shelf === at && chosen.value.slot === place}
            choose={() => {
              chosen.value = { shelf: at, slot: place };
            }}
            dropHere={() => dropAt(place)}
          />
        </li>
      ))}
      <li>
        <button
          type="button"
          class="slot add"
          disabled={!first}
          aria-label={t('st.add_slot')}
          onClick={() => {
            if (!first) return;
            draft.value = added(draft.value, at, first.sku);
            chosen.value = { shelf: at, slot: shelf.slots.length };
          }}
        >
          <Icon name="add" />
        </button>
      </li>
    </ul>
  );
}

interface DraftSlotOptions {
  slot: PlanogramSlot;
  named: Named;
  pressed: boolean;
  choose(): void;
  dropHere(): void;
}

function DraftSlot({ slot, named, pressed, choose, dropHere }: DraftSlotOptions) {
  return (
    <button
      type="button"
      class="slot"
      draggable
      aria-pressed={pressed}
      onClick={choose}
      onDragStart={choose}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.stopPropagation();
        dropHere();
      }}
    >
      <Picture sku={slot.sku} name={named.name} picture={named.picture} />
      <span class="name">{pick(named.name)}</span>
      <span class="counts whole">{t('st.par', { n: slot.par, par: slot.capacity })}</span>
    </button>
  );
}

const NUMBERS = [
  ['capacity', 'st.capacity', 1],
  ['par', 'st.par_level', 0],
  ['facings', 'st.facings', 1],
  ['unitWeightGrams', 'st.weight', 1],
] as const;

function SlotForm({ draft, chosen, items }: Drawing) {
  const place = chosen.value;
  const slot = place && draft.value.shelves[place.shelf]?.slots[place.slot];
  if (!place || !slot) return null;
  const change = (to: Partial<PlanogramSlot>) => {
    draft.value = changed(draft.value, place, to);
  };
  const end = (next: Planogram) => {
    draft.value = next;
    chosen.value = undefined;
  };
  const shift = (by: number) =>
    end(moved(draft.value, place, { shelf: place.shelf, slot: Math.max(0, place.slot + by) }));
  return (
    <div class="receive" key={`${place.shelf} ${slot.slotId}`}>
      <label>
        {t('st.choose_item')}
        <select value={slot.sku} onChange={(event) => change({ sku: event.currentTarget.value })}>
          {items.map(({ sku, name }) => (
            <option key={sku} value={sku}>
              {pick(name)}
            </option>
          ))}
        </select>
      </label>
      {NUMBERS.map(([field, label, least]) => (
        <label key={field}>
          {t(label)}
          <input
            type="number"
            min={least}
            value={slot[field]}
            onChange={(event) => {
              const given = Math.trunc(Number(event.currentTarget.value));
              change({ [field]: Math.max(least, given) });
            }}
          />
        </label>
      ))}
      <span class="act">
        <button type="button" class="plain" onClick={() => shift(-1)}>
          {t('st.move_left')}
        </button>
        <button type="button" class="plain" onClick={() => shift(1)}>
          {t('st.move_right')}
        </button>
        <button type="button" class="plain" onClick={() => end(removed(draft.value, place))}>
          <Icon name="leave" />
          {t('st.remove')}
        </button>
      </span>
    </div>
  );
}
