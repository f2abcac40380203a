/** The products room: every article with its price; changing many at once, and taking it back. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PRODUCT_FILTERS, type UndoableView } from '../../../core/views/catalogue-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, t } from '../../shared/language.ts';
import { nowMs } from '../../shared/runtime.ts';
import { Told, TryAgain } from '../door.tsx';
import { may } from '../operator.ts';
import type { RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import '../stock/stock.css';
import '../reports/reports.css';
import './products.css';
import { products as enProducts } from '../../shared/i18n/en/products.ts';
import { products as zhProducts } from '../../shared/i18n/zh/products.ts';
import { Bulk } from './bulk.tsx';
import { Chips } from './chips.tsx';
import {
  boxNow,
  chosenNow,
  filter,
  look,
  more,
  narrow,
  products,
  refused,
  said,
  search,
  tell,
  text,
} from './store.ts';
import { ProductTable } from './table.tsx';

learnWords({ zh: zhProducts, en: enProducts });

export function Products({ status }: RoomProps) {
  // A change by anybody, here or at head office, makes another edition.
  useEffect(() => void look(), [status.sync.priceBookVersion]);
  const view = products.value;
  return (
    <>
      <header class="room">
        <h1>{t('n.products')}</h1>
      </header>
      <Told refusal={refused.value} />
      <Undo edits={view && may('goods') ? view.undoable : []} />
      {view ? <Found /> : refused.value ? <TryAgain look={() => void look()} /> : <Skeleton />}
    </>
  );
}

/** `撤销` for half an hour: what, by whom, and how long it still goes. */
function Undo({ edits }: { edits: readonly UndoableView[] }) {
  const now = boxNow(nowMs.value);
  const open = edits.filter(({ untilWallMs }) => untilWallMs > now);
  if (open.length === 0 && !said.value) return null;
  return (
    <ul class="undo" aria-label={t('pr.undo_list')}>
      {said.value ? <Said /> : null}
      {open.slice(0, 3).map((edit) => (
        <UndoRow key={edit.editId} edit={edit} leftMs={edit.untilWallMs - now} />
      ))}
    </ul>
  );
}

const Said = () => (
  <li class="said" role="status">
    <Icon name="check" />
    {said.value}
  </li>
);

function UndoRow({ edit, leftMs }: { edit: UndoableView; leftMs: number }) {
  const busy = useSignal(false);
  const undo = async () => {
    busy.value = true;
    const { changes: n } = edit;
    await tell({ kind: 'undo', editId: edit.editId }, t('pr.undone', { n }));
    busy.value = false;
  };
  const seconds = Math.floor(leftMs / 1000);
  const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <li class="said">
      <Icon name="check" />
      <span>
        {t('pr.changed', { n: edit.changes })}
        <small>{t('pr.changed_by', { name: edit.by, left })}</small>
      </span>
      <button type="button" class="plain" disabled={busy.value} onClick={() => void undo()}>
        {t('k1.undo')}
      </button>
    </li>
  );
}

function Found() {
  const view = products.value;
  if (!view) return null;
  return (
    <>
      <section class="card finding" aria-label={t('n.products')}>
        <label class="search">
          <Icon name="search" />
          <input
            type="search"
            value={text.value}
            placeholder={t('pr.search')}
            aria-label={t('pr.search')}
            onInput={(event) => search(event.currentTarget.value)}
          />
        </label>
        <Chips
          label={t('pr.filter')}
          values={PRODUCT_FILTERS.filter((each) => each === 'all' || view.counts[each] > 0)}
          value={filter.value}
          word={(each) => `${t(`pr.only_${each}`)} ${view.counts[each]}`}
          choose={narrow}
        />
      </section>
      {chosenNow.value.length > 0 && may('goods') ? <Bulk /> : null}
      {view.total === 0 ? (
        <p class="card none">
          <Icon name="search" />
          <strong>{t(view.counts.all === 0 ? 'pr.empty' : 'pr.nothing')}</strong>
          {t(view.counts.all === 0 ? 'pr.empty_hint' : 'pr.nothing_hint')}
        </p>
      ) : (
        <ProductTable view={view} />
      )}
      {view.products.length < view.total ? (
        <button type="button" class="plain more-rows" onClick={more}>
          {t('pr.more', { n: view.products.length, of: view.total })}
        </button>
      ) : null}
    </>
  );
}
