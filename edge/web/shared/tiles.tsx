import { signal } from '@preact/signals';
import type { TileView, WeighView } from '../../core/views/views.ts';
import { large } from './comfort.tsx';
import { unitPrice, yuan } from './format.ts';
import { Icon } from './icon.tsx';
import { pick, t } from './language.ts';
import { Picture } from './picture.tsx';

/** The weight the tiles are priced for is taken once it is stable; the edge judges every tap. */
export function Tile(props: {
  tile: TileView;
  first: boolean;
  disabled: boolean;
  onChoose: (tile: TileView) => void;
}) {
  const { tile } = props;
  return (
    <button
      type="button"
      class="tile"
      data-first={props.first || null}
      disabled={props.disabled}
      onClick={() => props.onChoose(tile)}
    >
      <Picture sku={tile.sku} name={tile.name} picture={tile.picture} />
      <span class="facts">
        <span class="name">{pick(tile.name)}</span>
        <span class="rate whole">{unitPrice(tile.unitPriceFen, tile.priceBasis)}</span>
        {tile.plu ? (
          <span class="rate plu whole">{t('p2.plu_label', { plu: tile.plu })}</span>
        ) : null}
        <span class="amount whole">
          {tile.amountFen === undefined ? '--' : yuan(tile.amountFen)}
        </span>
      </span>
    </button>
  );
}

function Skeleton() {
  return (
    <div class="tile skeleton">
      <span class="picture" />
      <span class="facts">
        <span class="bar" />
        <span class="bar" />
      </span>
    </div>
  );
}

/** 大字 shows so many candidates, and the rest when asked. */
const FEW = 2;

/** Whether the tiles leave the last place of their grid free; in 大字 they stand in one column. */
export function leavesRoom(weigh: WeighView): boolean {
  return !large.value && weigh.tiles.length % 2 === 1;
}

/** The candidates whose rest was asked for; of other goods it never was. */
const opened = signal('');
const nameOf = ({ tiles }: WeighView) => tiles.map(({ sku }) => sku).join();
const isFew = (weigh: WeighView) =>
  large.value && weigh.tiles.length > FEW && opened.value !== nameOf(weigh);

/** 更多, while 大字 holds candidates back. */
export function MoreButton({ weigh }: { weigh: WeighView }) {
  if (!isFew(weigh)) return null;
  return (
    <button
      type="button"
      class="button more"
      onClick={() => {
        opened.value = nameOf(weigh);
      }}
    >
      <Icon name="more" />
      {t('p2.more')}
    </button>
  );
}

/** 都不是 in the free place: the way to the list, where the eye already is. */
function NoneTile({ onNone }: { onNone: () => void }) {
  return (
    <button type="button" class="tile none" onClick={onNone}>
      <span class="picture">
        <Icon name="search" />
      </span>
      <span class="facts">
        <span class="name">{t('p2.none')}</span>
      </span>
    </button>
  );
}

/** Candidates in the places the edge gave them, or their outlines while it is looking. */
export function Tiles(props: {
  weigh: WeighView;
  disabled: boolean;
  onChoose: (tile: TileView) => void;
  onNone: () => void;
}) {
  const { weigh } = props;
  if (weigh.recognition === 'working' && weigh.tiles.length === 0) {
    return (
      <div class="tiles" data-few={large.value || null} role="status" aria-label={t('p1.recog')}>
        {(large.value ? [0, 1] : [0, 1, 2, 3]).map((place) => (
          <Skeleton key={place} />
        ))}
      </div>
    );
  }
  const few = isFew(weigh);
  const shown = few ? weigh.tiles.slice(0, FEW) : weigh.tiles;
  return (
    <div class="tiles" data-many={shown.length > 4 || null} data-few={few || null}>
      {shown.map((tile, place) => (
        <Tile
          key={tile.sku}
          tile={tile}
          first={weigh.confident && weigh.recognition === 'ready' && place === 0}
          disabled={props.disabled}
          onChoose={props.onChoose}
        />
      ))}
      {leavesRoom(weigh) ? <NoneTile onNone={props.onNone} /> : null}
    </div>
  );
}
