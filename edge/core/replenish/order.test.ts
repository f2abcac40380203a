import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviseOrder, usablePieces } from './order.ts';
import { USUAL_TERMS } from './propose.ts';

const seed = Number(process.env.SEED ?? Math.trunc(Date.now()));

describe('advice', () => {
  const terms = { ...USUAL_TERMS, capacity: 30 };
  const week = new Array<number>(20).fill(5);
  const situation = { expected: week, dispersion: 1.3, doubt: 0.02, onHand: [], onOrder: 0 };

  it('counts of old goods only what will sell before their date', () => {
    expect(
      usablePieces(
        [
          { pieces: 9, daysLeft: 1 },
          { pieces: 4, daysLeft: 30 },
        ],
        week,
      ),
    ).toBe(9);
    expect(usablePieces([{ pieces: 3, daysLeft: 1 }], week)).toBe(3);
  });

  it('fills up to the service level in whole packs, stopped by room or by the date', () => {
    expect(adviseOrder(terms, situation)).toMatchObject({
      packs: 4,
      pieces: 24,
      coverDays: 2,
      limitedBy: 'enough',
    });
    expect(adviseOrder({ ...terms, capacity: 14 }, situation)).toMatchObject({
      packs: 2,
      limitedBy: 'capacity',
    });
    const fresh = adviseOrder({ ...terms, shelfDays: 2, packSize: 1, leadDays: 1 }, situation);
    expect(fresh).toMatchObject({ limitedBy: 'shelf-life' });
    expect(fresh.pieces).toBeLessThan(11);
    expect(adviseOrder(terms, { ...situation, onHand: [{ pieces: 28, daysLeft: 99 }] }).packs).toBe(
      0,
    );
  });

  it('never is negative, never more than fits, and the same for the same facts', () => {
    const facts = fc.record({
      level: fc.double({ min: 0, max: 30, noNaN: true }),
      pack: fc.integer({ min: 1, max: 24 }),
      capacity: fc.integer({ min: 1, max: 60 }),
      shelf: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
      lead: fc.integer({ min: 1, max: 5 }),
      onHand: fc.array(
        fc.record({ pieces: fc.nat(40), daysLeft: fc.integer({ min: 1, max: 40 }) }),
        { maxLength: 4 },
      ),
      onOrder: fc.nat(40),
      dispersion: fc.double({ min: 1, max: 5, noNaN: true }),
    });
    fc.assert(
      fc.property(facts, ({ level, pack, capacity, shelf, lead, onHand, onOrder, dispersion }) => {
        const asked = {
          ...USUAL_TERMS,
          packSize: pack,
          leadDays: lead,
          capacity,
          ...(shelf !== undefined && { shelfDays: shelf }),
        };
        const now = {
          expected: new Array<number>(30).fill(level),
          dispersion,
          doubt: 0.05,
          onHand,
          onOrder,
        };
        const advice = adviseOrder(asked, now);
        const there = onHand.reduce((sum, lot) => sum + lot.pieces, 0) + onOrder;
        expect(Number.isInteger(advice.packs)).toBe(true);
        expect(advice.packs).toBeGreaterThanOrEqual(0);
        expect(advice.pieces).toBe(advice.packs * pack);
        if (advice.pieces > 0) expect(there + advice.pieces).toBeLessThanOrEqual(capacity);
        expect(adviseOrder(asked, now)).toEqual(advice);
      }),
      { seed, numRuns: 300 },
    );
  });
});
