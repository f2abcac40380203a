import { describe, expect, it } from 'vitest';
import { CABINETS, demoCabinetSpec } from './cabinet-demo.ts';
import { demoGoods } from './goods.ts';

/** Grasps of one or two pieces of a cell, with their weight and its deviation. */
function grasps(slots: { sku: string; unitGrams: number }[]) {
  const [a, b] = slots.map(({ sku, unitGrams }) => ({
    sku,
    grams: unitGrams,
    cv: unitGrams * 0.02,
  }));
  if (!a || !b) throw new Error('two articles a cell');
  return [[a], [b], [a, a], [b, b], [a, b]].map((pieces) => ({
    what: pieces.map(({ sku }) => sku).join('+'),
    grams: pieces.reduce((sum, { grams }) => sum + grams, 0),
    spread: Math.hypot(...pieces.map(({ cv }) => cv)),
  }));
}

describe('the cabinets of the demonstration', () => {
  it.each(CABINETS)('$cabinetId: no grasp on a cell is taken for another', (layout) => {
    const { shelves } = demoCabinetSpec(demoGoods(), layout)!;
    const alike = shelves.flatMap(({ cells }) =>
      cells.flatMap(({ slots }) => {
        const all = grasps(slots);
        return all.flatMap((one, at) =>
          all
            .slice(at + 1)
            .filter(({ grams, spread }) => {
              const apart = Math.abs(grams - one.grams) / Math.hypot(spread, one.spread);
              return apart < 3.5;
            })
            .map(({ what }) => `${one.what} ~ ${what}`),
        );
      }),
    );
    expect(alike).toEqual([]);
  });
});
