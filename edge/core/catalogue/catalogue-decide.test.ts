import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../events.ts';
import type { Promotion } from '../sale/promotion.ts';
import type { CatalogueItem } from './catalogue.ts';
import {
  type CatalogueCommand,
  changedItem,
  decideCatalogue,
  overlaid,
  promotionsAfter,
  UNDO_MS,
  whyNotEditable,
} from './catalogue-decide.ts';
import type { ItemChange } from './catalogue-events.ts';
import { EMPTY_CATALOGUE, evolveCatalogue } from './catalogue-state.ts';
import { newPriceFen } from './price-change.ts';

const item = (sku: string, unitPriceFen: number, more: Partial<CatalogueItem> = {}) =>
  ({
    ...{ sku, name: { zh: sku, en: sku }, pinyin: [], category: 'c', unitPriceFen },
    ...{ priceBasis: 'each', vatBasisPoints: 900, tareGrams: 0, onSale: true, picture: '' },
    ...more,
  }) as CatalogueItem;

/** A price book and what is done to it, in memory. */
function shop(...start: CatalogueItem[]) {
  let items = new Map(start.map((each) => [each.sku, each]));
  let state = evolveCatalogue(EMPTY_CATALOGUE, activated(1), 0);
  let wallMs = 1_000;
  const by = { id: 'li', name: '李梅' };
  const facts = () => ({ state, by, wallMs, itemOf: (sku: string) => items.get(sku) });
  const take = (event: DomainEvent) => {
    state = evolveCatalogue(state, event, wallMs);
    if (event.type === 'CatalogueEdited')
      for (const change of event.body.changes)
        items.set(change.sku, changedItem(items.get(change.sku)!, change));
  };
  return {
    state: () => state,
    price: (sku: string) => items.get(sku)?.unitPriceFen,
    facts,
    pass: (ms: number) => {
      wallMs += ms;
    },
    /** The code of the refusal, or `done`. */
    do(command: CatalogueCommand) {
      const decided = decideCatalogue(command, facts());
      if (!decided.ok) return decided.refusal.code;
      take(decided.value);
      return 'done';
    },
    publish(version: number, next: CatalogueItem[], promotions: Promotion[] = []) {
      const book = { storeId: 's', version, issuedWallMs: 0, items: next, promotions };
      const merged = overlaid(book, state, (sku) => items.get(sku));
      items = new Map(merged.items.map((each) => [each.sku, each]));
      state = evolveCatalogue(state, activated(version, merged.overruled, promotions), wallMs);
      return merged;
    },
  };
}

const activated = (
  version: number,
  overruled: ItemChange[] = [],
  promotions: Promotion[] = [],
): DomainEvent => ({
  type: 'PriceBookActivated',
  body: { version, sha256: '', items: 1, overruled, promotions },
});

const price = (sku: string, was: number, is: number): ItemChange => ({
  ...{ sku, field: 'unitPriceFen', was, is },
});
const edit = (editId: string, ...changes: ItemChange[]): CatalogueCommand => ({
  ...{ kind: 'edit', editId, changes },
});
const undo = (undoes: string): CatalogueCommand => ({
  kind: 'undo',
  editId: `un-${undoes}`,
  undoes,
});
const RULE: Promotion = {
  ...{ kind: 'percent-off', id: 'summer', name: { zh: '夏', en: 'Summer' } },
  ...{ percentOff: 20, fromFen: 0, skus: ['a'] },
};

describe('what may be changed', () => {
  const locked = item('l', 500, { priceLockedBy: '总部' });
  const guarded = item('g', 500, { minimumPriceFen: 400 });
  it.each([
    ['a price', edit('e', price('a', 500, 450)), 'done'],
    ['off sale', edit('e', { sku: 'l', field: 'onSale', was: true, is: false }), 'done'],
    ['nothing', edit('e'), 'NOTHING_CHANGED'],
    ['the same price', edit('e', price('a', 500, 500)), 'NOTHING_CHANGED'],
    ['an unknown article', edit('e', price('x', 1, 2)), 'ARTICLE_UNKNOWN'],
    ['a price that is not the present one', edit('e', price('a', 499, 450)), 'EDIT_STALE'],
    ['one field twice', edit('e', price('a', 500, 450), price('a', 500, 460)), 'EDIT_STALE'],
    ["head office's own price", edit('e', price('l', 500, 450)), 'PRICE_LOCKED'],
    ['a price of nothing', edit('e', price('a', 500, 0)), 'PRICE_WRONG'],
    ['half a fen', edit('e', price('a', 500, 1.5)), 'PRICE_WRONG'],
    ['a price below its guard', edit('e', price('g', 500, 399)), 'PRICE_BELOW_GUARD'],
    ['a price at its guard', edit('e', price('g', 500, 400)), 'done'],
    ['an unknown edit', undo('x'), 'UNDO_NOTHING'],
    ['a rule', { kind: 'set-promotion', promotion: RULE }, 'done'],
    ['an unknown rule', { kind: 'end-promotion', promotionId: 'x' }, 'PROMOTION_UNKNOWN'],
  ] as [string, CatalogueCommand, string][])('%s: %s', (_, command, code) => {
    expect(shop(item('a', 500), locked, guarded).do(command)).toBe(code);
  });

  it('an event of another edition than the next is not taken', () => {
    const store = shop(item('a', 500));
    const body = { editId: 'e', version: 7, changes: [price('a', 500, 4)], by: store.facts().by };
    const refusal = whyNotEditable({ type: 'CatalogueEdited', body }, store.facts());
    expect(refusal?.code).toBe('EDIT_STALE');
  });
});

describe('taking back', () => {
  it('ten prices go back to what they were, once, within half an hour', () => {
    const skus = Array.from({ length: 10 }, (_, at) => `s${at}`);
    const store = shop(...skus.map((sku, at) => item(sku, 100 + at)));
    expect(store.do(edit('e', ...skus.map((sku, at) => price(sku, 100 + at, 90))))).toBe('done');
    store.pass(UNDO_MS);
    expect(store.do(undo('e'))).toBe('done');
    expect(skus.map(store.price)).toEqual(skus.map((_, at) => 100 + at));
    expect(store.state().values).toEqual([]);
    expect(store.do(undo('e'))).toBe('UNDO_NOTHING');
  });

  it('a millisecond later it is refused, and so by a clock set back', () => {
    for (const ms of [UNDO_MS + 1, -UNDO_MS - 1]) {
      const store = shop(item('a', 500));
      store.do(edit('e', price('a', 500, 450)));
      store.pass(ms);
      expect(store.do(undo('e'))).toBe('UNDO_TOO_LATE');
      expect(store.price('a')).toBe(450);
    }
  });

  it('leaves alone what was changed again since', () => {
    const store = shop(item('a', 500), item('b', 700));
    store.do(edit('e', price('a', 500, 450), price('b', 700, 600)));
    store.do(edit('f', price('b', 600, 650)));
    expect(store.do(undo('e'))).toBe('done');
    expect([store.price('a'), store.price('b')]).toEqual([500, 650]);
  });
});

describe("head office's next book", () => {
  it.each([
    ['keeps a local price where it said nothing new', item('a', 500), 450, 0],
    ['wins with another price', item('a', 480), 480, 1],
    ['wins where it locks the price', item('a', 500, { priceLockedBy: 'HQ' }), 500, 1],
    ['wins with another basis', item('a', 500, { priceBasis: 'kg' }), 500, 1],
  ] as const)('%s', (_, next, fen, overruled) => {
    const store = shop(item('a', 500));
    store.do(edit('e', price('a', 500, 450)));
    const merged = store.publish(2, [next]);
    expect(merged.items[0]?.unitPriceFen).toBe(fen);
    expect(merged.overruled.length).toBe(overruled);
    expect(store.state().values.length).toBe(1 - overruled);
    // And it is told once: the book after that finds nothing to overrule.
    expect(store.publish(3, [next]).overruled).toEqual([]);
  });

  it('drops what is gone from the book', () => {
    const store = shop(item('a', 500));
    store.do(edit('e', price('a', 500, 450)));
    expect(store.publish(2, []).overruled).toEqual([price('a', 450, 500)]);
  });
});

describe('price rules', () => {
  it('run, are changed, end; head office keeps its own; both stand in the calendar', () => {
    const store = shop(item('a', 500));
    expect(store.do({ kind: 'set-promotion', promotion: RULE })).toBe('done');
    store.pass(10);
    expect(
      store.do({ kind: 'set-promotion', promotion: { ...RULE, percentOff: 30 } as never }),
    ).toBe('done');
    const own: Promotion = { ...RULE, id: 'hq', fromDay: '2026-12-01', toDay: '2026-12-07' };
    expect(store.publish(2, [item('a', 500)], [own]).promotions.map(({ id }) => id)).toEqual([
      ...['hq', 'summer'],
    ]);
    expect(store.do({ kind: 'set-promotion', promotion: own })).toBe('PROMOTION_LOCKED');
    expect(store.do({ kind: 'end-promotion', promotionId: 'hq' })).toBe('PROMOTION_LOCKED');
    expect(store.do({ kind: 'end-promotion', promotionId: 'summer' })).toBe('done');
    store.publish(3, [item('a', 500)], []);
    const ends = store
      .state()
      .runs.map(({ promotion, untilWallMs }) => [promotion.id, untilWallMs]);
    expect(ends).toEqual([
      ['summer', 1010],
      ['summer', 1010],
      ['hq', 1010],
    ]);
  });

  it.each([
    ['a day that is none', { ...RULE, fromDay: '2026-02-30' }],
    ['an end before its beginning', { ...RULE, fromDay: '2026-03-02', toDay: '2026-03-01' }],
    ['no article', { ...RULE, skus: [] }],
    ['another kind', { ...RULE, kind: 'half-off' }],
  ])('refuses %s', (_, promotion) => {
    const command = { kind: 'set-promotion', promotion: promotion as Promotion } as const;
    expect(shop().do(command)).toBe('PROMOTION_INVALID');
  });

  it('one that ends leaves the others', () => {
    const by = { id: 'b', name: 'b' };
    const end: DomainEvent = {
      type: 'PromotionEnded',
      body: { version: 2, promotionId: 'summer', by },
    };
    const other = { ...RULE, id: 'other' };
    expect(promotionsAfter([RULE, other], end)).toEqual([other]);
  });
});

describe('one rule for many prices', () => {
  it.each([
    [995, { kind: 'percent', basisPoints: -1000, roundToFen: 1 }, 896],
    [995, { kind: 'percent', basisPoints: -1000, roundToFen: 10 }, 900],
    [995, { kind: 'percent', basisPoints: 333, roundToFen: 100 }, 1000],
    [1, { kind: 'percent', basisPoints: -9900, roundToFen: 1 }, undefined],
    [500, { kind: 'add', fen: -50 }, 450],
    [500, { kind: 'add', fen: -500 }, undefined],
    [500, { kind: 'set', fen: 990 }, 990],
    [500, { kind: 'set', fen: 10_000_001 }, undefined],
  ] as const)('%i with %j is %s', (fen, rule, is) => expect(newPriceFen(fen, rule)).toBe(is));
});
