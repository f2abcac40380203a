import { useSignal } from '@preact/signals';
import type { CabinetSeen } from '../hands-cabinet.ts';
import { Heading, Say } from './words.tsx';
import { act } from './world.ts';

function Door({ cabinetId, open, locked, deciCelsius }: CabinetSeen) {
  return (
    <div class="row">
      <button
        type="button"
        class="main"
        disabled={open}
        onClick={() => act({ act: 'cabinet-pull', cabinetId })}
      >
        <Say
          zh={locked ? '拉门（锁着）' : '拉开门'}
          en={locked ? 'Pull (locked)' : 'Pull the door'}
        />
      </button>
      <button
        type="button"
        disabled={!open}
        onClick={() => act({ act: 'cabinet-shut', cabinetId })}
      >
        <Say zh="关门" en="Shut" />
      </button>
      <span class="chip">{(deciCelsius / 10).toFixed(1)} ℃</span>
    </div>
  );
}

type Cell = CabinetSeen['cells'][number];

/** One load cell: what may be taken from it, what strayed onto it, and a place to put down. */
function CellSeen(props: {
  cabinetId: string;
  cell: Cell;
  open: boolean;
  onPut: (() => void) | undefined;
}) {
  const { cabinetId, cell, open, onPut } = props;
  return (
    <li class="row">
      {cell.slots.map(({ sku, name, pieces }) => (
        <button
          key={sku}
          type="button"
          disabled={!open || pieces === 0}
          onClick={() => act({ act: 'cabinet-take', cabinetId, sku })}
        >
          <Say zh={`取 ${name.zh}（${pieces}）`} en={`Take ${name.en} (${pieces})`} />
        </button>
      ))}
      {cell.strays.map((name) => (
        <span class="chip" key={name.en}>
          <Say {...name} />
        </span>
      ))}
      {onPut ? (
        <button type="button" class="main" onClick={onPut}>
          <Say
            zh={`放到 ${cell.shelfId} 层 ${cell.address} 格`}
            en={`Put on ${cell.shelfId}/${cell.address}`}
          />
        </button>
      ) : null}
    </li>
  );
}

/** The cabinet: pull, take, put back (also where it does not belong), shut. */
export function Cabinet({ cabinet }: { cabinet: CabinetSeen }) {
  const holding = useSignal<number | undefined>(undefined);
  const { cabinetId, label, open, hand, cells } = cabinet;
  const put = (at: number, where: { shelfId?: string; address?: number } = {}) =>
    void act({ act: 'cabinet-put', cabinetId, at, ...where });
  const at = holding.value !== undefined && hand[holding.value] ? holding.value : undefined;
  const putOn = ({ shelfId, address }: Cell) => {
    if (at !== undefined) put(at, { shelfId, address });
    holding.value = undefined;
  };
  return (
    <section class="card cabinet" data-part="plates">
      <Heading icon="store" {...label} />
      <Door {...cabinet} />
      <ul class="cells">
        {cells.map((cell) => (
          <CellSeen
            key={`${cell.shelfId}:${cell.address}`}
            cabinetId={cabinetId}
            cell={cell}
            open={open}
            onPut={at !== undefined && open ? () => putOn(cell) : undefined}
          />
        ))}
        {hand.map((piece) => (
          <li class="row" key={`hand-${piece.at}`}>
            <button type="button" disabled={!open} onClick={() => put(piece.at)}>
              <Say zh={`放回 ${piece.name.zh}`} en={`Put back ${piece.name.en}`} />
            </button>
            <button
              type="button"
              disabled={!open}
              aria-pressed={at === piece.at}
              onClick={() => {
                holding.value = piece.at;
              }}
            >
              <Say zh="放到别处…" en="Put elsewhere…" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
