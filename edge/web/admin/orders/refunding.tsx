/** Money back: which lines and how many of each, then why, then the PIN. */
import { type Signal, useSignal } from '@preact/signals';
import type { WantedBack } from '../../../core/sale/refund.ts';
import type { OrderView } from '../../../core/views/order-views.ts';
import type { LineView } from '../../../core/views/views.ts';
import { kilograms, yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { begin } from '../assist/store.ts';

type Sale = OrderView['sale'];

/** Pieces of a line that have not gone back, and what they are worth. */
export function leftOf({ refunds }: Pick<Sale, 'refunds'>, line: LineView) {
  const back = refunds
    .flatMap(({ lines }) => lines)
    .filter(({ lineId }) => lineId === line.lineId)
    .reduce(
      (sum, { quantity, amountFen }) => ({
        quantity: sum.quantity + quantity,
        amountFen: sum.amountFen + amountFen,
      }),
      { quantity: 0, amountFen: 0 },
    );
  return {
    quantity: line.quantity - back.quantity,
    amountFen: Math.max(0, line.amountFen - back.amountFen),
  };
}

/** What so many pieces of a line are worth; all that is left gives back the rest, to the fen. */
export function worthFen(line: LineView, left: ReturnType<typeof leftOf>, pieces: number): number {
  if (pieces === left.quantity) return left.amountFen;
  return Math.min(left.amountFen, Math.round((line.amountFen * pieces) / line.quantity));
}

export function Refunding({ sale }: { sale: Sale }) {
  const chosen = useSignal<Record<string, number>>({});
  const spoilt = useSignal(false);
  const lines = sale.lines.map((line) => ({ line, left: leftOf(sale, line) }));
  const open = lines.filter(({ left }) => left.quantity > 0 && left.amountFen > 0);
  const take = (lineId: string, pieces: number) => {
    chosen.value = { ...chosen.value, [lineId]: pieces };
  };
  const sumFen = open.reduce(
    (sum, { line, left }) => sum + worthFen(line, left, chosen.value[line.lineId] ?? 0),
    0,
  );
  const ask = () => {
    const wanted: WantedBack[] = open.flatMap(({ line: { lineId } }) => {
      const quantity = chosen.value[lineId] ?? 0;
      return quantity > 0 ? [{ lineId, quantity, ...(spoilt.value && { spoilt: true }) }] : [];
    });
    begin({
      laneId: sale.laneId,
      command: { kind: 'refund', receiptNo: sale.receiptNo ?? '', lines: wanted },
      what: t('or.refund_sum', { amount: yuan(sumFen) }),
      reasons: ['or.r_spoilt', 'or.r_wrong', 'or.r_twice', 'or.r_asked'],
      amountFen: sumFen,
    });
  };
  return (
    <section class="card refunding">
      <h2>
        <Icon name="undo" />
        {t('or.refund')}
      </h2>
      {open.length === 0 ? (
        <p class="quiet">{t('or.none_left')}</p>
      ) : (
        <>
          <ul class="rows">
            {open.map(({ line, left }) => (
              <Line
                key={line.lineId}
                {...{ line, left, take }}
                n={chosen.value[line.lineId] ?? 0}
              />
            ))}
          </ul>
          <Ask
            sumFen={sumFen}
            spoilt={spoilt}
            ask={ask}
            all={() => {
              chosen.value = Object.fromEntries(
                open.map(({ line, left }) => [line.lineId, left.quantity]),
              );
            }}
          />
        </>
      )}
    </section>
  );
}

interface AskOptions {
  sumFen: number;
  spoilt: Signal<boolean>;
  all(): void;
  ask(): void;
}

function Ask({ sumFen, spoilt, all, ask }: AskOptions) {
  return (
    <div class="ask">
      <button type="button" class="plain" onClick={all}>
        {t('or.refund_all')}
      </button>
      <label>
        <input
          type="checkbox"
          checked={spoilt.value}
          onChange={({ currentTarget }) => {
            spoilt.value = currentTarget.checked;
          }}
        />
        {t('or.spoilt')}
      </label>
      <button type="button" class="primary" disabled={sumFen === 0} onClick={ask}>
        {t('or.refund_sum', { amount: yuan(sumFen) })}
      </button>
    </div>
  );
}

interface LineOptions {
  line: LineView;
  left: ReturnType<typeof leftOf>;
  n: number;
  take(lineId: string, pieces: number): void;
}

function Line({ line, left, n, take }: LineOptions) {
  const { lineId, name, netGrams } = line;
  const called = pick(name);
  return (
    <li>
      <label class="who">
        <input
          type="checkbox"
          aria-label={t('or.refund_of', { name: called })}
          checked={n > 0}
          onChange={({ currentTarget }) => take(lineId, currentTarget.checked ? left.quantity : 0)}
        />
        <span>
          <strong>{called}</strong>
          <small>
            {netGrams === undefined ? t('or.left', { n: left.quantity }) : kilograms(netGrams)} ·{' '}
            {yuan(left.amountFen)}
          </small>
        </span>
      </label>
      {left.quantity > 1 ? (
        <input
          type="number"
          min={0}
          max={left.quantity}
          aria-label={`${called} ${t('or.left', { n: left.quantity })}`}
          value={n}
          onInput={({ currentTarget }) => {
            const wanted = Math.trunc(Number(currentTarget.value));
            take(lineId, Math.min(left.quantity, Math.max(0, wanted || 0)));
          }}
        />
      ) : null}
    </li>
  );
}
