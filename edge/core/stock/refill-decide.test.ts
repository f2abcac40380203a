import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLA, MILK, sold, stocked } from './stock.fixture.ts';
import { STORE_ROOM } from './stock.ts';
import type { StockCommand } from './stock-decide.ts';
import { placeAt } from './stock-places.ts';

const code = (outcome: { ok: boolean; refusal?: { code: string } }) =>
  outcome.ok ? 'ok' : outcome.refusal?.code;

describe('a refill', () => {
  const lines = [
    { location: MILK, sku: 'milk', wantedPieces: 6 },
    { location: COLA, sku: 'cola', wantedPieces: 6 },
  ];
  const start: StockCommand = { kind: 'start-refill', refillId: 'r', by: 'Li', lines };
  const slot = (location: string, foundPieces: number, addedPieces: number): StockCommand => ({
    kind: 'count-slot',
    refillId: 'r',
    location,
    foundPieces,
    addedPieces,
    countedBy: 'weight',
  });

  it('carries lots from the store room by double entry and keeps the difference', () => {
    const room = stocked({ milk: 4, cola: 9 });
    room.do(start);
    const done = room.do(slot(COLA, 1, 5));
    expect(done.ok && done.value.map(({ type }) => type)).toEqual([
      'RefillSlotCounted',
      'StockMoved',
      'StockMoved',
      'StockMoved',
    ]);
    expect(placeAt(room.state(), COLA, 'cola').pieces).toBe(6);
    expect(placeAt(room.state(), STORE_ROOM, 'cola').pieces).toBe(4);
    expect(placeAt(room.state(), COLA, 'cola').lots).toMatchObject([{ lotId: 'c1', pieces: 5 }]);
  });

  it('with a box missing ends short and says what to plan again', () => {
    const room = stocked({ milk: 4, cola: 9 });
    room.do(start);
    room.do(slot(MILK, 0, 4));
    expect(code(room.do(slot(MILK, 4, 2)))).toBe('STOCK_SHORT');
    const ended = room.do({ kind: 'end-refill', refillId: 'r', reason: 'a box is missing' });
    expect(ended.ok && ended.value).toMatchObject([
      {
        body: {
          how: 'cut-short',
          missing: [
            { location: MILK, wantedPieces: 2 },
            { location: COLA, wantedPieces: 6 },
          ],
        },
      },
    ]);
    expect(code(room.do(slot(MILK, 4, 1)))).toBe('REFILL_UNKNOWN');
  });

  it('is one at a time, by somebody, into slots that are there', () => {
    const room = stocked({ milk: 4 });
    expect(code(room.do({ ...start, by: '' } as StockCommand))).toBe('NAME_MISSING');
    expect(
      code(
        room.do({
          ...start,
          lines: [{ location: 'cabinet-1/9/9', sku: 'milk', wantedPieces: 1 }],
        } as StockCommand),
      ),
    ).toBe('SLOT_UNKNOWN');
    room.do(start);
    expect(room.do(start)).toEqual({ ok: true, value: [] });
    expect(code(room.do({ ...start, refillId: 'r2' } as StockCommand))).toBe('REFILL_OPEN');
    expect(code(room.do(slot(MILK, 5, 4)))).toBe('SLOT_FULL');
    expect(code(room.do(slot(MILK, 0, 0.5)))).toBe('PIECES_WRONG');
    expect(code(room.do(slot('cabinet-1/9/9', 0, 1)))).toBe('SLOT_UNKNOWN');
  });

  it('never makes goods, loses goods or overfills a slot, whatever is counted', () => {
    const seed = Number(process.env.SEED ?? Math.trunc(Date.now()));
    const act = fc.record({
      location: fc.constantFrom(MILK, COLA),
      found: fc.nat(9),
      added: fc.nat(9),
      sells: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        const room = stocked({ milk: 14, cola: 14 });
        room.do(start);
        let [carried, found] = [0, 0];
        for (const { location, found: seen, added, sells } of acts) {
          const sku = location === MILK ? 'milk' : 'cola';
          const before = placeAt(room.state(), location, sku).pieces;
          if (room.do(slot(location, seen, added)).ok) {
            carried += added;
            found += seen - before;
          }
          const here = placeAt(room.state(), location, sku);
          expect(here.pieces).toBeLessThanOrEqual(8);
          expect(here.pieces).toBeGreaterThanOrEqual(0);
          expect(here.lots.reduce((sum, lot) => sum + lot.pieces, 0)).toBeLessThanOrEqual(
            here.pieces,
          );
          const gone = Math.min(sells, here.pieces);
          found -= gone;
          room.record(sold(sku, location, gone));
        }
        const all = [...room.state().places.values()];
        const sum = (inRoom: boolean) =>
          all
            .filter((p) => (p.location === STORE_ROOM) === inRoom)
            .reduce((s, p) => s + p.pieces, 0);
        expect(sum(true)).toBe(28 - carried);
        expect(sum(false)).toBe(carried + found);
      }),
      { seed, numRuns: 200 },
    );
  });
});
