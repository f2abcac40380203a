/** Price rules: what each takes off, and that no mix of them loses a fen or breaks a guard. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPriceBook } from '../catalogue/price-book.ts';
import type { SaleLine } from '../events.ts';
import type { Membership } from '../member-events.ts';
import { amountForWeight } from '../weigh/amount.ts';
import {
  discounted,
  grossFen,
  isPriced,
  type Pricing,
  type Promotion,
  priceBasket,
} from './promotion.ts';
import { vatParts } from './receipt.ts';
import { addApple, addWater, apple, item, played, start, water } from './sale.fixture.ts';

const SEED = Number(process.env.SEED ?? 20_261_123);
const name = { zh: '优惠', en: 'Offer' };
const member: Membership = { memberRef: 'm', tier: 'member', senior: false };
const senior: Membership = { ...member, senior: true };
const cola = item('cola', {
  unitPriceFen: 300,
  memberPriceFen: 250,
  seniorPriceFen: 200,
  minimumPriceFen: 220,
});
const goods = new Map([water, apple, cola].map((each) => [each.sku, each]));
const lines = (quantity: number) =>
  played(start, { ...addWater, quantity }, addApple, { ...addWater, lineId: 'c', item: cola }).state
    .lines;
const price = (change: Partial<Pricing>, quantity = 1) => {
  const asked = {
    lines: lines(quantity),
    promotions: [],
    itemOf: (sku: string) => goods.get(sku),
    ...change,
  };
  return priceBasket(asked).map(({ lineId, promotionId, amountFen }) => [
    lineId,
    promotionId,
    amountFen,
  ]);
};
const threeForTwo: Promotion = {
  ...{ kind: 'multi-buy', id: '3for2', name, skus: ['water', 'cola'], pieces: 3, payFen: 700 },
};
const tenOff: Promotion = { kind: 'percent-off', id: '10off', name, percentOff: 10, fromFen: 1000 };
const oneYuanOff: Promotion = { kind: 'amount-off', id: '1off', name, offFen: 100, fromFen: 0 };

describe('a price rule', () => {
  it.each<[string, Partial<Pricing>, number, ReturnType<typeof price>]>([
    ['nothing', {}, 1, []],
    ['a member', { member }, 1, [['c', 'member', 50]]],
    ['a senior, down to the guard', { member: senior }, 1, [['c', 'senior', 80]]],
    [
      'three for seven yuan',
      { promotions: [threeForTwo] },
      2,
      [
        ['line-water', '3for2', 230],
        ['c', '3for2', 70],
      ],
    ],
    ['too few of them', { promotions: [threeForTwo] }, 1, []],
    [
      'ten percent',
      { promotions: [tenOff] },
      1,
      [
        ['line-water', '10off', 41],
        ['line-apple', '10off', 94],
        ['c', '10off', 9],
      ],
    ],
    ['a basket too small', { promotions: [{ ...tenOff, fromFen: 99_999 }] }, 1, []],
    ['a rule for members alone', { promotions: [{ ...tenOff, membersOnly: true }] }, 1, []],
    [
      'a price that fell',
      { newestOf: (sku) => (sku === 'water' ? { ...water, unitPriceFen: 300 } : goods.get(sku)) },
      2,
      [['line-water', 'price-fell', 100]],
    ],
    ['a price that rose', { newestOf: () => ({ ...water, unitPriceFen: 900 }) }, 2, []],
    [
      'a lot near its end',
      { percentOffLot: ({ sku }) => (sku === 'water' ? 30 : 0) },
      1,
      [['line-water', 'markdown', 105]],
    ],
  ])('for %s', (_, change, quantity, expected) => {
    const got = price(change, quantity);
    expect(got.map(([lineId, id]) => [lineId, id])).toEqual(
      expected.map(([lineId, id]) => [lineId, id]),
    );
    expect(got.reduce((sum, [, , fen]) => sum + Number(fen), 0)).toBe(
      expected.reduce((sum, [, , fen]) => sum + Number(fen), 0),
    );
  });
});

describe('rules in a price book', () => {
  const book = (promotions: unknown) => ({
    storeId: 's',
    version: 1,
    issuedWallMs: 0,
    items: [],
    promotions,
  });
  it.each<[string, unknown, string | undefined]>([
    ['of every kind', [threeForTwo, tenOff, { ...oneYuanOff, membersOnly: true }], undefined],
    ['that are no list', {}, 'not 200 rules'],
    ['of a kind nobody knows', [{ ...tenOff, kind: 'free' }], '[0] is of no known kind'],
    ['with a wrong number', [{ ...tenOff, percentOff: 101 }], '[0].percentOff not a whole'],
    ['without articles', [{ ...threeForTwo, skus: [] }], '[0].skus not 1 to 500'],
    ['with one name twice', [tenOff, tenOff], '[1].id twice'],
    ['with an unknown field', [{ ...tenOff, until: 5 }], '[0].until unknown field'],
  ])('%s', (_, rules, problem) => {
    const checked = checkPriceBook(book(rules));
    if (problem === undefined) expect(checked.ok).toBe(true);
    else expect(!checked.ok && checked.refusal.detail?.problem).toContain(problem);
  });
});

const anyLine = fc.record({
  sku: fc.constantFrom('a', 'b', 'c', 'd'),
  quantity: fc.integer({ min: 1, max: 99 }),
  grams: fc.integer({ min: 1, max: 5_000 }),
  weighed: fc.boolean(),
  vat: fc.constantFrom(0, 900, 1300),
});
const anyPrice = fc.integer({ min: 0, max: 2_000_000 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const anyItem = fc.record({
  unitPriceFen: anyPrice,
  memberPriceFen: optional(anyPrice),
  seniorPriceFen: optional(anyPrice),
  minimumPriceFen: optional(anyPrice),
});
const anyRule: fc.Arbitrary<Promotion> = fc.oneof(
  fc.record({
    kind: fc.constant('multi-buy' as const),
    id: fc.uuid(),
    name: fc.constant(name),
    skus: fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }),
    pieces: fc.integer({ min: 2, max: 9 }),
    payFen: anyPrice,
  }),
  fc.record({
    kind: fc.constant('percent-off' as const),
    id: fc.uuid(),
    name: fc.constant(name),
    percentOff: fc.integer({ min: 1, max: 100 }),
    fromFen: fc.integer({ min: 0, max: 10_000 }),
    membersOnly: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('amount-off' as const),
    id: fc.uuid(),
    name: fc.constant(name),
    offFen: fc.integer({ min: 1, max: 10_000_000 }),
    fromFen: fc.integer({ min: 0, max: 10_000 }),
    membersOnly: fc.boolean(),
  }),
);

it(`any mix: lines make the total, none below zero or its guard, every fen once (SEED=${SEED})`, () => {
  let met = 0;
  const shape = fc.record({
    lines: fc.array(anyLine, { maxLength: 12 }),
    items: fc.array(anyItem, { minLength: 4, maxLength: 4 }),
    rules: fc.array(anyRule, { maxLength: 5 }),
    member: fc.constantFrom(undefined, member, senior),
    percent: fc.integer({ min: 0, max: 100 }),
    fell: fc.boolean(),
  });
  fc.assert(
    fc.property(shape, (given) => {
      const skus = ['a', 'b', 'c', 'd'];
      const itemOf = (sku: string) => {
        const { memberPriceFen, seniorPriceFen, minimumPriceFen, unitPriceFen } =
          given.items[skus.indexOf(sku)]!;
        return item(sku, {
          unitPriceFen,
          ...(memberPriceFen !== undefined && { memberPriceFen }),
          ...(seniorPriceFen !== undefined && { seniorPriceFen }),
          ...(minimumPriceFen !== undefined && { minimumPriceFen }),
        });
      };
      const basket = given.lines.map((each, at): SaleLine => {
        const { unitPriceFen } = itemOf(each.sku);
        const base = {
          lineId: `l${at}`,
          sku: each.sku,
          name,
          choice: { by: 'scan' as const },
          picture: '',
        };
        const rest = { ...base, unitPriceFen, vatBasisPoints: each.vat };
        if (!each.weighed)
          return {
            ...rest,
            how: 'each',
            quantity: each.quantity,
            priceBasis: 'each',
            amountFen: each.quantity * unitPriceFen,
          };
        const weighing = { netGrams: each.grams } as NonNullable<SaleLine['weighing']>;
        return {
          ...rest,
          how: 'weighed',
          quantity: 1,
          priceBasis: 'kg',
          weighing,
          amountFen: amountForWeight(each.grams, unitPriceFen, 'kg'),
        };
      });
      const pricing: Pricing = {
        ...{ lines: basket, promotions: given.rules, itemOf },
        ...(given.member && { member: given.member }),
        percentOffLot: () => given.percent,
        ...(given.fell && {
          newestOf: (sku) => ({
            ...itemOf(sku),
            unitPriceFen: Math.floor(itemOf(sku).unitPriceFen / 2),
          }),
        }),
      };
      const discounts = priceBasket(pricing);
      const priced = discounted(basket, discounts);
      met += discounts.length;
      for (const [at, line] of priced.entries()) {
        const before = basket[at]!.amountFen;
        const guardFen = itemOf(line.sku).minimumPriceFen ?? 0;
        const floorFen =
          line.how === 'each'
            ? guardFen * line.quantity
            : amountForWeight(line.weighing!.netGrams, guardFen, 'kg');
        expect(line.amountFen).toBeGreaterThanOrEqual(Math.min(before, floorFen));
        expect(line.amountFen).toBeGreaterThanOrEqual(0);
        expect(grossFen(line)).toBe(before);
      }
      expect(
        discounts.every(({ amountFen }) => Number.isSafeInteger(amountFen) && amountFen > 0),
      ).toBe(true);
      const total = priced.reduce((sum, line) => sum + line.amountFen, 0);
      const parts = vatParts(priced);
      expect(parts.reduce((sum, { netFen, vatFen }) => sum + netFen + vatFen, 0)).toBe(total);
      // Priced again, the same basket costs the same.
      expect(priceBasket({ ...pricing, lines: priced })).toEqual(discounts);
      expect(isPriced(priced, discounts)).toBe(true);
    }),
    { seed: SEED, numRuns: process.env.YIKE_DEEP === '1' ? 20_000 : 800 },
  );
  expect(met).toBeGreaterThan(800);
});
