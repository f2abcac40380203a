/** The bagging area, as a table: what was scanned, what came to rest, what is asked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BagPiece,
  type BagState,
  bagAnswered,
  bagApproved,
  bagHoldsPayment,
  bagSettled,
  bagTrouble,
  emptyBag,
  extraGrams,
  unknownExcused,
  unresolvedGrams,
  withBagLines,
} from './bag-check.ts';

const D = 2;
const piece = (lineId: string, grams?: number): BagPiece => ({
  ...{ lineId, sku: lineId, name: { zh: lineId, en: lineId }, picture: '' },
  toleranceGrams: 12,
  ...(grams !== undefined && { grams }),
});
const lines = (...all: [BagPiece, number][]) =>
  all.map(([each, quantity]) => ({ piece: each, quantity }));
const scanned = (state: BagState, ...all: [BagPiece, number][]) =>
  withBagLines(state, lines(...all), D);
const rest = (state: BagState, grams: number) => bagSettled(state, grams, D).state;
const asked = (state: BagState) => bagTrouble(state, D)?.kind;

const milk = piece('milk', 262);
const cola = piece('cola', 530);
const crisps = piece('crisps');

describe('what was scanned and then lies there', () => {
  it.each([
    ['its own weight', [[milk, 1]], [262]],
    ['a little more than it should', [[milk, 1]], [272]],
    ['two of a kind, one after the other', [[milk, 2]], [262, 524]],
    ['two of a kind at once', [[milk, 2]], [525]],
    [
      'two kinds at once',
      [
        [milk, 1],
        [cola, 1],
      ],
      [790],
    ],
    [
      'the second before the first',
      [
        [milk, 1],
        [cola, 1],
      ],
      [530, 793],
    ],
    ['goods of unknown weight', [[crisps, 1]], [61]],
    [
      'known and then unknown',
      [
        [milk, 1],
        [crisps, 1],
      ],
      [262, 320],
    ],
  ] as [string, [BagPiece, number][], number[]][])('%s', (_, basket, levels) => {
    const state = levels.reduce(rest, scanned(emptyBag(), ...basket));
    expect([asked(state), state.awaited, unresolvedGrams(state) < 25]).toEqual([
      undefined,
      [],
      true,
    ]);
    expect(bagHoldsPayment(state, D)).toBe(false);
  });

  it('what the scale cannot feel is never asked for', () => {
    const state = scanned(emptyBag(), [piece('gum', 5), 1]);
    expect([asked(state), bagHoldsPayment(state, D)]).toEqual([undefined, false]);
  });

  it('one piece is learned from, two at once are not', () => {
    const one = bagSettled(scanned(emptyBag(), [crisps, 1]), 64, D);
    expect(one.learned).toEqual({ sku: 'crisps', grams: 64 });
    expect(bagSettled(scanned(emptyBag(), [milk, 2]), 524, D).learned).toBeUndefined();
  });

  it('what lay there before the first scan belongs there', () => {
    const state = rest(scanned(emptyBag(840), [milk, 1]), 840 + 262);
    expect(asked(state)).toBeUndefined();
  });
});

describe('what is asked', () => {
  const waiting = scanned(emptyBag(), [milk, 1]);
  const bagged = rest(waiting, 262);
  it.each([
    ['a piece that did not come', waiting, 'place', true],
    ['a piece of another weight', rest(waiting, 400), 'place', true],
    ['something beside the goods', rest(bagged, 262 + 210), 'extra', true],
    ['a piece taken out again', rest(bagged, 0), 'removed', true],
    ['a removed line whose piece is still there', scanned(bagged), 'take-out', true],
    ['a difference of a few grams', rest(bagged, 268), undefined, false],
    ['a difference under twenty grams', rest(bagged, 280), 'extra', false],
  ] as [string, BagState, string | undefined, boolean][])('%s', (_, state, kind, holds) => {
    expect([asked(state), bagHoldsPayment(state, D)]).toEqual([kind, holds]);
  });

  it('a large basket forgives three in a hundred', () => {
    const water = piece('water', 5_000);
    const state = rest(scanned(emptyBag(), [water, 1]), 5_000);
    expect(bagHoldsPayment(rest(state, 5_140), D)).toBe(false);
    expect(bagHoldsPayment(rest(state, 5_160), D)).toBe(true);
  });

  it('the piece of a removed line leaves, and all is well', () => {
    const state = rest(scanned(bagged), 0);
    expect([asked(state), state.takeOut]).toEqual([undefined, undefined]);
  });
});

describe('what the shopper answers', () => {
  const waiting = scanned(emptyBag(), [milk, 1]);
  const heavier = rest(waiting, 400);
  const extra = rest(rest(waiting, 262), 262 + 35);
  const removed = rest(rest(waiting, 262), 0);
  it.each([
    ['I will not bag this', bagAnswered(waiting, 'not-bagged', D), undefined, false],
    ['done, and it is heavier', bagAnswered(heavier, 'placed', D), undefined, false],
    ['done, but nothing came', bagAnswered(waiting, 'placed', D), undefined, true],
    ['my own bag', bagAnswered(extra, 'own-bag', D), undefined, false],
    ['carried by hand', bagAnswered(removed, 'not-bagged', D), undefined, false],
    ['put back', rest(removed, 262), undefined, false],
    ['taken out again', rest(extra, 262), undefined, false],
    ['a bag is coming', bagAnswered(emptyBag(), 'own-bag', D), 'own-bag', false],
    [
      'no bag after all',
      bagAnswered(bagAnswered(emptyBag(), 'own-bag', D), 'placed', D),
      undefined,
      false,
    ],
    ['staff looked', bagApproved(heavier), undefined, false],
  ] as [string, BagState, string | undefined, boolean][])('%s', (_, state, kind, holds) => {
    expect([asked(state), bagHoldsPayment(state, D)]).toEqual([kind, holds]);
  });

  it('a bag of their own is weighed off, then the goods count', () => {
    const bag = rest(bagAnswered(emptyBag(), 'own-bag', D), 46);
    expect([bag.ownGrams, asked(bag)]).toEqual([46, undefined]);
    const state = rest(scanned(bag, [milk, 1]), 46 + 262);
    expect([asked(state), extraGrams(state)]).toEqual([undefined, 0]);
  });

  it('who said that all is well is asked again when something moves', () => {
    const quiet = bagAnswered(waiting, 'placed', D);
    expect(asked(rest(quiet, 90))).toBe('place');
  });

  it('light goods of unknown weight are let be', () => {
    const state = unknownExcused(scanned(emptyBag(), [crisps, 1], [milk, 1]));
    expect(state.awaited.map(({ lineId }) => lineId)).toEqual(['milk']);
    expect(scanned(state, [crisps, 1], [milk, 1]).awaited).toHaveLength(1);
  });
});

it('honest bagging, in any order, is never held up', () => {
  const weights = fc.array(fc.integer({ min: 60, max: 3_000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 900 }), (grams, before) => {
      let state = emptyBag(before);
      let level = before;
      const basket: [BagPiece, number][] = [];
      grams.forEach((each, at) => {
        basket.push([piece(`line-${at}`, each), 1]);
        state = scanned(state, ...basket);
        level += each;
        state = rest(state, level);
      });
      return !bagHoldsPayment(state, D) && asked(state) === undefined;
    }),
    { seed: Number(process.env.SEED ?? 7) },
  );
});
