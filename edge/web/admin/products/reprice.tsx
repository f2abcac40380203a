/** One rule for all chosen prices, and every old price beside its new one before anything is done. */
import { type Signal, useSignal } from '@preact/signals';
import type { ItemChange } from '../../../core/catalogue/catalogue-events.ts';
import { newPriceFen, type PriceRule, type RoundTo } from '../../../core/catalogue/price-change.ts';
import type { ProductView } from '../../../core/views/catalogue-view.ts';
import { unitPrice, yuan } from '../../shared/format.ts';
import { pick, t } from '../../shared/language.ts';
import { Chips } from './chips.tsx';
import { tell } from './store.ts';

const KINDS = ['percent', 'add', 'set'] as const;
const ROUNDS: readonly RoundTo[] = [1, 10, 100];

/** It was opened to type in. */
const focusFirst = (input: HTMLInputElement | null) => input?.focus();

interface Line {
  product: ProductView;
  isFen: number | undefined;
  /** Why this one cannot have that price. */
  trouble: 'locked' | 'below' | 'no_price' | undefined;
}

/** `-10` or `+0.5` as hundredths; undefined for what is no number with at most two decimals. */
export function hundredthsOf(typed: string): number | undefined {
  const plain = typed
    .trim()
    .replace(/^＋/, '+')
    .replace(/^[－−]/, '-');
  return /^[+-]?\d{1,7}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : undefined;
}

function ruleOf(
  kind: PriceRule['kind'],
  typed: string,
  roundToFen: RoundTo,
): PriceRule | undefined {
  const value = hundredthsOf(typed);
  if (value === undefined) return undefined;
  if (kind === 'percent') return { kind, basisPoints: value, roundToFen };
  return { kind, fen: value };
}

function lineOf(product: ProductView, rule: PriceRule): Line {
  const { unitPriceFen, lockedBy, minimumPriceFen = 0 } = product;
  const isFen = newPriceFen(unitPriceFen, rule);
  const trouble = lockedBy
    ? 'locked'
    : isFen === undefined
      ? 'no_price'
      : isFen < minimumPriceFen
        ? 'below'
        : undefined;
  return { product, isFen, trouble };
}

export function Reprice({ products, done }: { products: readonly ProductView[]; done(): void }) {
  const kind = useSignal<PriceRule['kind']>(products.length === 1 ? 'set' : 'percent');
  const typed = useSignal('');
  const round = useSignal<RoundTo>(1);
  const busy = useSignal(false);
  const rule = ruleOf(kind.value, typed.value, round.value);
  const lines = rule ? products.map((product) => lineOf(product, rule)) : [];
  const changes = lines.flatMap(({ product: { sku, unitPriceFen: was }, isFen, trouble }) =>
    trouble || isFen === undefined || isFen === was
      ? []
      : [{ sku, field: 'unitPriceFen', was, is: isFen } as ItemChange],
  );
  const save = async () => {
    busy.value = true;
    // The way back says what was done.
    const saved = await tell({ kind: 'edit', changes }, '');
    busy.value = false;
    if (saved) done();
  };
  return (
    <form
      class="reprice"
      onSubmit={(event) => {
        event.preventDefault();
        if (changes.length > 0) void save();
      }}
    >
      <div>
        <Chips
          label={t('pr.how')}
          values={KINDS}
          value={kind.value}
          word={(each) => t(`pr.how_${each}`)}
          choose={(each) => {
            kind.value = each;
          }}
        />
        <Amount kind={kind.value} typed={typed} wrong={typed.value !== '' && !rule} />
        {kind.value === 'percent' ? (
          <Chips
            label={t('pr.round')}
            values={ROUNDS}
            value={round.value}
            word={(each) => t('pr.round_to', { step: yuan(each) })}
            choose={(each) => {
              round.value = each;
            }}
          />
        ) : null}
        <button type="submit" class="primary" disabled={changes.length === 0 || busy.value}>
          {t('pr.save', { n: changes.length })}
        </button>
      </div>
      {rule ? <Preview lines={lines} /> : null}
    </form>
  );
}

interface AmountProps {
  kind: PriceRule['kind'];
  typed: Signal<string>;
  wrong: boolean;
}

function Amount({ kind, typed, wrong }: AmountProps) {
  return (
    <div class="amount-typed">
      <label class="field">
        {t(`pr.value_${kind}`)}
        <input
          inputMode="decimal"
          ref={focusFirst}
          value={typed.value}
          placeholder={kind === 'set' ? '9.90' : '-10'}
          aria-invalid={wrong}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
        <small>{t(wrong ? 'pr.not_number' : `pr.hint_${kind}`)}</small>
      </label>
      {kind === 'set' ? null : (
        <button type="button" class="plain" onClick={() => turn(typed)}>
          {t(typed.value.startsWith('-') ? 'pr.down' : 'pr.up')}
        </button>
      )}
    </div>
  );
}

/** A phone's keys for numbers have no minus. */
function turn(typed: Signal<string>): void {
  const { value } = typed;
  typed.value = value.startsWith('-') ? value.slice(1) : `-${value}`;
}

function Preview({ lines }: { lines: readonly Line[] }) {
  return (
    <table class="preview">
      <caption>{t('pr.preview')}</caption>
      <tbody>
        {lines.map(({ product, isFen, trouble }) => (
          <tr key={product.sku} data-trouble={trouble !== undefined || null}>
            <th scope="row">{pick(product.name)}</th>
            <td class="number">{unitPrice(product.unitPriceFen, product.priceBasis)}</td>
            <td class="number">
              {trouble ? (
                t(`pr.trouble_${trouble}`, {
                  by: product.lockedBy ?? '',
                  least: yuan(product.minimumPriceFen ?? 0),
                })
              ) : (
                <>
                  <span aria-hidden="true">→ </span>
                  <strong>{yuan(isFen ?? 0)}</strong>
                  <small>{signed((isFen ?? 0) - product.unitPriceFen)}</small>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const signed = (fen: number): string => (fen > 0 ? `+${yuan(fen)}` : yuan(fen));
