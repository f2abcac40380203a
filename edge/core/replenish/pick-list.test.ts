import { describe, expect, it } from 'vitest';
import { DAY_MS, NOON_MS, PLANOGRAM, stocked, trusted } from '../stock/stock.fixture.ts';
import { STORE_ROOM } from '../stock/stock.ts';
import { placeAt } from '../stock/stock-places.ts';
import { pickList, piecesByWeight, refillLines } from './pick-list.ts';

describe('the pick list', () => {
  it('sums over cabinets by article, gives the emptiest slot first, and says what is short', () => {
    const room = stocked({ milk: 20, cola: 9 });
    const { lines } = pickList(room.state(), trusted());
    expect(lines).toMatchObject([
      { sku: 'cola', wantedPieces: 9, storePieces: 9, shortPieces: 7 },
      { sku: 'milk', wantedPieces: 6, storePieces: 20, shortPieces: 0 },
    ]);
    expect(
      refillLines({ lines, takeOut: [] }).map(({ location, wantedPieces }) => [
        location,
        wantedPieces,
      ]),
    ).toEqual([
      ['cabinet-1/1/1', 6],
      ['cabinet-1/1/2', 6],
      ['cabinet-1/2/1', 3],
    ]);
  });

  it('brings nothing past its date, and says what to take out', () => {
    const room = stocked({ milk: 20 });
    const late = trusted(NOON_MS + 4 * DAY_MS);
    const { lines } = pickList(room.state(), late);
    expect(lines.find(({ sku }) => sku === 'milk')).toMatchObject({
      wantedPieces: 0,
      storePieces: 0,
      shortPieces: 6,
    });
    room.do({ kind: 'start-refill', refillId: 'r', by: 'Li', lines: [] });
    room.do({
      kind: 'count-slot',
      refillId: 'r',
      location: 'cabinet-1/1/1',
      foundPieces: 0,
      addedPieces: 6,
      countedBy: 'hand',
    });
    expect(pickList(room.state(), late).takeOut).toEqual([
      { location: 'cabinet-1/1/1', sku: 'milk', pieces: 6, code: 'LOT_EXPIRED' },
    ]);
  });

  it('cut short, is planned again from what is there', () => {
    const room = stocked({ milk: 6, cola: 20 });
    const first = refillLines(pickList(room.state(), trusted()));
    room.do({ kind: 'start-refill', refillId: 'r', by: 'Li', lines: first });
    room.do({
      kind: 'count-slot',
      refillId: 'r',
      location: 'cabinet-1/1/2',
      foundPieces: 0,
      addedPieces: 6,
      countedBy: 'hand',
    });
    room.do({ kind: 'end-refill', refillId: 'r', reason: 'phone' });
    const second = refillLines(pickList(room.state(), trusted()));
    expect(second.map(({ location }) => location)).toEqual(['cabinet-1/1/1', 'cabinet-1/2/1']);
    expect(placeAt(room.state(), STORE_ROOM, 'cola').pieces).toBe(14);
    expect(PLANOGRAM.shelves).toHaveLength(2);
  });

  it('counts by weight to the nearest whole piece', () => {
    expect([0, 240, 370, 1010, -30].map((grams) => piecesByWeight(grams, 250))).toEqual([
      0, 1, 1, 4, 0,
    ]);
  });
});
