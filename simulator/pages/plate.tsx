import { useSignal } from '@preact/signals';
import type { PieceSeen, PlateSeen } from '../hands-api.ts';
import { Heading, kilograms, Say } from './words.tsx';
import { act, putDown } from './world.ts';

/** How hard the page's hand presses. */
const pressGrams = 800;

function Display({ plate }: { plate: PlateSeen }) {
  return (
    <output class="display" data-stable={plate.stable}>
      <span class="digits">{kilograms(plate.shownGrams)}</span>
      <span class="unit">kg</span>
      <Say zh={plate.stable ? '稳定' : '未稳'} en={plate.stable ? 'stable' : 'moving'} />
    </output>
  );
}

function Piece({ plateId, piece }: { plateId: string; piece: PieceSeen }) {
  return (
    <button
      type="button"
      class="piece"
      title={`${piece.name.zh} ${piece.grams} g:点一下拿走 · tap to take off`}
      onClick={() => act({ act: 'take', plateId, pieceId: piece.pieceId })}
    >
      <img src={piece.picture} alt={piece.name.zh} />
      <span>{piece.grams} g</span>
    </button>
  );
}

function Pan({ plate }: { plate: PlateSeen }) {
  const { plateId, label, pieces, pressedGrams } = plate;
  const pressing = pressedGrams > 0;
  return (
    <fieldset
      class="pan"
      data-pressed={pressing}
      aria-label={`${label.zh} ${label.en}`}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        return putDown(plateId);
      }}
    >
      {pieces.map((piece) => (
        <Piece key={piece.pieceId} plateId={plateId} piece={piece} />
      ))}
      {pieces.length === 0 && !pressing && (
        <Say zh="空秤盘:从货架拿商品放上来" en="Empty: pick something off the shelf" />
      )}
      {pressing && <i class="icon hand-icon" />}
    </fieldset>
  );
}

/** One scale's pan: what lies there, what its display says, and what hands can do to it. */
export function Plate({ plate }: { plate: PlateSeen }) {
  const { plateId, label, pieces, pressedGrams, bagged, cameraUrl } = plate;
  const looking = useSignal(false);
  const pressing = pressedGrams > 0;
  return (
    <section class="card plate">
      <Heading icon="scale" zh={label.zh} en={label.en} />
      <Display plate={plate} />
      <Pan plate={plate} />
      <div class="row deeds">
        <button
          type="button"
          aria-pressed={pressing}
          onClick={() =>
            act(
              pressing ? { act: 'release', plateId } : { act: 'press', plateId, grams: pressGrams },
            )
          }
        >
          {pressing ? <Say zh="松手" en="Let go" /> : <Say zh="用手压住" en="Press on it" />}
        </button>
        <button
          type="button"
          aria-pressed={bagged}
          disabled={pieces.length === 0}
          onClick={() => act({ act: bagged ? 'unbag' : 'bag', plateId })}
        >
          {bagged ? <Say zh="取下袋子" en="Take the bag off" /> : <Say zh="套上袋子" en="Bag it" />}
        </button>
        <button
          type="button"
          disabled={pieces.length === 0}
          onClick={() => act({ act: 'take', plateId, pieceId: 'all' })}
        >
          <Say zh="全部拿走" en="Take all off" />
        </button>
        {cameraUrl !== undefined && (
          <button
            type="button"
            class="eye"
            aria-pressed={looking.value}
            aria-label="相机看到的 What the camera sees"
            onClick={() => {
              looking.value = !looking.value;
            }}
          >
            <i class="icon camera" />
          </button>
        )}
      </div>
      {looking.value && (
        <img class="lens" src={cameraUrl} alt="相机正看着的 What the camera sees" />
      )}
    </section>
  );
}
