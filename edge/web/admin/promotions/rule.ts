/** A price rule while it is being written: from the form to the rule, and to an example basket. */

import type { SaleLine } from '../../../core/events.ts';
import { discounted, type Promotion, priceBasket } from '../../../core/sale/promotion.ts';
import type { ProductView } from '../../../core/views/catalogue-view.ts';
import { hundredthsOf } from '../products/reprice.tsx';

export const KINDS = ['multi-buy', 'percent-off', 'amount-off'] as const;
export type Kind = (typeof KINDS)[number];

/** What the form holds, as typed. */
export interface Draft {
  id: string;
  zh: string;
  en: string;
  kind: Kind;
  pieces: string;
  pay: string;
  percent: string;
  off: string;
  from: string;
  fromDay: string;
  toDay: string;
  membersOnly: boolean;
  products: ProductView[];
}

/** A field of the form that is not yet right. */
export type Trouble = 'name' | 'pieces' | 'pay' | 'percent' | 'off' | 'from' | 'days' | 'articles';

const whole = (typed: string): number | undefined =>
  /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : undefined;
const fen = (typed: string): number | undefined => {
  const value = hundredthsOf(typed);
  return value !== undefined && value >= 0 ? value : undefined;
};

/** The first thing that keeps it from being a rule. */
export function troubleOf(draft: Draft): Trouble | undefined {
  const { kind } = draft;
  const pieces = whole(draft.pieces) ?? 0;
  const percent = whole(draft.percent) ?? 0;
  if (draft.zh.trim() === '') return 'name';
  if (kind === 'multi-buy' && draft.products.length === 0) return 'articles';
  if (kind === 'multi-buy' && (pieces < 2 || pieces > 99)) return 'pieces';
  if (kind === 'multi-buy' && fen(draft.pay) === undefined) return 'pay';
  if (kind === 'percent-off' && (percent < 1 || percent > 100)) return 'percent';
  if (kind === 'amount-off' && !fen(draft.off)) return 'off';
  if (kind !== 'multi-buy' && fen(draft.from) === undefined) return 'from';
  const backwards = draft.fromDay !== '' && draft.toDay !== '' && draft.toDay < draft.fromDay;
  return backwards ? 'days' : undefined;
}

/** The rule, or undefined while something is not right. */
export function ruleOf(draft: Draft): Promotion | undefined {
  if (troubleOf(draft)) return undefined;
  const { id, kind, fromDay, toDay } = draft;
  const skus = draft.products.map(({ sku }) => sku);
  const named = {
    ...{ id, name: { zh: draft.zh.trim(), en: draft.en.trim() || draft.zh.trim() } },
    ...(fromDay !== '' && { fromDay }),
    ...(toDay !== '' && { toDay }),
  };
  if (kind === 'multi-buy')
    return { ...named, kind, skus, pieces: whole(draft.pieces) ?? 2, payFen: fen(draft.pay) ?? 0 };
  const from = {
    fromFen: fen(draft.from) ?? 0,
    ...(skus.length > 0 && { skus }),
    ...(draft.membersOnly && { membersOnly: true }),
  };
  return kind === 'percent-off'
    ? { ...named, ...from, kind, percentOff: whole(draft.percent) ?? 0 }
    : { ...named, ...from, kind, offFen: fen(draft.off) ?? 0 };
}

export interface Example {
  lines: {
    sku: string;
    name: ProductView['name'];
    quantity: number;
    wasFen: number;
    isFen: number;
  }[];
  wasFen: number;
  isFen: number;
}

/** What a shopper would pay for some of each: the very rules that the lanes use. */
export function exampleOf(rule: Promotion, products: readonly ProductView[]): Example {
  const quantity = rule.kind === 'multi-buy' ? rule.pieces : 2;
  const lines = products.slice(0, 5).map((product) => lineOf(product, quantity));
  const itemOf = () => undefined;
  const member = { memberRef: 'example', tier: 'member' as const, senior: false };
  const off = priceBasket({ lines, promotions: [rule], member, itemOf });
  const after = discounted(lines, off);
  const shown = lines.map(({ sku, name, amountFen }, at) => ({
    ...{ sku, name, quantity, wasFen: amountFen, isFen: after[at]?.amountFen ?? amountFen },
  }));
  const sum = (of: (line: Example['lines'][number]) => number) =>
    shown.reduce((all, line) => all + of(line), 0);
  return { lines: shown, wasFen: sum((line) => line.wasFen), isFen: sum((line) => line.isFen) };
}

function lineOf({ sku, name, unitPriceFen }: ProductView, quantity: number): SaleLine {
  return {
    ...{ lineId: sku, sku, name, how: 'each', quantity, unitPriceFen, priceBasis: 'each' },
    ...{ amountFen: unitPriceFen * quantity, vatBasisPoints: 0, picture: '' },
    choice: { by: 'scan' },
  };
}

/** The form for a rule that runs already. */
export function draftOf(rule: Promotion, products: readonly ProductView[]): Draft {
  const yuan = (value: number) => (value / 100).toFixed(2);
  return {
    ...{ id: rule.id, zh: rule.name.zh, en: rule.name.en, kind: rule.kind },
    pieces: rule.kind === 'multi-buy' ? String(rule.pieces) : '3',
    pay: rule.kind === 'multi-buy' ? yuan(rule.payFen) : '',
    percent: rule.kind === 'percent-off' ? String(rule.percentOff) : '',
    off: rule.kind === 'amount-off' ? yuan(rule.offFen) : '',
    from: rule.kind === 'multi-buy' ? '0' : yuan(rule.fromFen),
    ...{ fromDay: rule.fromDay ?? '', toDay: rule.toDay ?? '' },
    membersOnly: rule.kind !== 'multi-buy' && rule.membersOnly === true,
    products: products.filter(({ sku }) => rule.skus?.includes(sku)),
  };
}

export const blank = (id: string, today: string): Draft => ({
  ...{ id, zh: '', en: '', kind: 'percent-off', pieces: '2', pay: '', percent: '', off: '' },
  ...{ from: '0', fromDay: today, toDay: '', membersOnly: false, products: [] },
});
