import { describe, expect, it } from 'vitest';
import {
  COLA,
  DAY_MS,
  keeper,
  MILK,
  NOON_MS,
  PLANOGRAM,
  sold,
  stocked,
  trusted,
} from './stock.fixture.ts';
import { FLOOR, STORE_ROOM } from './stock.ts';
import type { StockCommand } from './stock-decide.ts';
import { placeAt } from './stock-places.ts';
import {
  expiring,
  HOUR_MS,
  markdownDue,
  markdownsDue,
  whyUnrecordable,
  whyUnsellable,
} from './stock-rules.ts';

const code = (outcome: { ok: boolean; refusal?: { code: string } }) =>
  outcome.ok ? 'ok' : outcome.refusal?.code;

const dayOld = (lotId: string, days: number, sku = 'milk') => ({
  lotId,
  sku,
  supplierLot: `B-${lotId}`,
  expiresWallMs: NOON_MS + days * DAY_MS,
  receivedWallMs: NOON_MS,
});

const receive = (lotId: string, days: number, pieces: number): StockCommand => ({
  kind: 'receive',
  lot: dayOld(lotId, days),
  pieces,
  grams: 0,
  dated: true,
});

describe('goods of several dates', () => {
  it('leave in the order of their dates, however they came', () => {
    const room = keeper();
    for (const [lot, days] of [
      ['late', 9],
      ['soon', 1],
      ['mid', 4],
    ] as const)
      room.do(receive(lot, days, 3));
    room.record(sold('milk', STORE_ROOM, 4));
    const { lots, pieces } = placeAt(room.state(), STORE_ROOM, 'milk');
    expect(pieces).toBe(5);
    expect(lots.map((lot) => [lot.lotId, lot.pieces])).toEqual([
      ['mid', 2],
      ['late', 3],
    ]);
  });

  it('are received once, however often the delivery is told', () => {
    const room = keeper();
    expect(code(room.do(receive('a', 2, 5)))).toBe('ok');
    expect(room.do(receive('a', 2, 5))).toEqual({ ok: true, value: [] });
    expect(code(room.do(receive('a', 7, 5)))).toBe('LOT_EXISTS');
    expect(placeAt(room.state(), STORE_ROOM, 'milk').pieces).toBe(5);
  });

  it('need their date before they are received', () => {
    const undated = {
      ...receive('a', 1, 5),
      lot: { lotId: 'a', sku: 'milk', receivedWallMs: NOON_MS },
    };
    expect(code(keeper().do(undated as StockCommand))).toBe('DATE_MISSING');
  });
});

describe('what may be sold', () => {
  const atSlot = { sku: 'milk', location: MILK };

  function filled(days = 3) {
    const room = stocked();
    room.do(receive('a', days, 6));
    room.do({
      kind: 'start-refill',
      refillId: 'r',
      by: 'Li',
      lines: [{ location: MILK, sku: 'milk', wantedPieces: 6 }],
    });
    room.do({
      kind: 'count-slot',
      refillId: 'r',
      location: MILK,
      foundPieces: 0,
      addedPieces: 6,
      countedBy: 'hand',
    });
    return room;
  }

  it('stops at the instant its date is over', () => {
    const room = filled(1);
    const end = NOON_MS + DAY_MS;
    expect(whyUnsellable(room.state(), atSlot, trusted(end - 1))).toBeUndefined();
    expect(whyUnsellable(room.state(), atSlot, trusted(end))?.code).toBe('LOT_EXPIRED');
  });

  it('is nothing dated while the clock cannot be believed', () => {
    const unsure = { ...trusted(), trusted: false };
    expect(whyUnsellable(filled().state(), atSlot, unsure)?.code).toBe('CLOCK_UNSURE');
    expect(
      whyUnsellable(filled().state(), { sku: 'cola', location: COLA }, unsure),
    ).toBeUndefined();
    expect(markdownsDue(filled(0.1).state(), unsure)).toEqual([]);
  });

  it('is no recalled batch, at any place, by any device', () => {
    const room = filled();
    room.do({
      kind: 'recall',
      recallId: 'x',
      sku: 'milk',
      supplierLot: 'B-a',
      reason: 'glass',
      by: 'HQ',
    });
    expect(whyUnsellable(room.state(), atSlot, trusted())?.code).toBe('LOT_RECALLED');
    const scanned = { sku: 'milk', location: FLOOR, supplierLot: 'B-a' };
    expect(whyUnsellable(room.state(), scanned, trusted())?.code).toBe('LOT_RECALLED');
    expect(
      whyUnsellable(room.state(), { ...scanned, supplierLot: 'B-b' }, trusted()),
    ).toBeUndefined();
    expect(
      whyUnsellable(room.state(), { sku: 'milk', location: FLOOR }, trusted()),
    ).toBeUndefined();
  });

  it('is judged by the date its own code carries, where it carries one', () => {
    const scanned = { sku: 'milk', location: FLOOR, supplierLot: 'other' };
    const { today } = trusted();
    const on = (expiresOn: string) =>
      whyUnsellable(filled().state(), { ...scanned, expiresOn }, trusted());
    expect(on(today)).toBeUndefined();
    expect(on('2020-01-31')?.code).toBe('LOT_EXPIRED');
  });

  it('is nothing of an article that was recalled whole', () => {
    const room = filled();
    room.do({ kind: 'recall', recallId: 'x', sku: 'milk', reason: 'glass', by: 'HQ' });
    expect(
      room.do({ kind: 'recall', recallId: 'y', sku: 'milk', reason: 'again', by: 'HQ' }),
    ).toEqual({ ok: true, value: [] });
    expect(whyUnsellable(room.state(), { sku: 'milk', location: FLOOR }, trusted())?.code).toBe(
      'LOT_RECALLED',
    );
    const line = { type: 'LineAdded', body: { saleId: 's', line: { sku: 'milk' } } };
    expect(whyUnrecordable(room.state(), line as never, trusted)?.code).toBe('LOT_RECALLED');
  });

  it('is nothing from a held slot, until a person clears it', () => {
    const room = filled();
    room.do({
      kind: 'hold',
      holdId: 'h',
      cabinetId: 'cabinet-1',
      locations: [MILK, COLA],
      cause: 'too-warm',
      deciCelsius: 93,
    });
    expect(room.state().holds.get('h')?.lotIds).toEqual(['a']);
    expect(whyUnsellable(room.state(), atSlot, trusted())?.code).toBe('SLOT_HELD');
    expect(code(room.do({ kind: 'clear', holdId: 'h', by: ' ', verdict: 'sell', note: '' }))).toBe(
      'NAME_MISSING',
    );
    expect(
      code(
        room.do({ kind: 'clear', holdId: 'h', by: 'Li', verdict: 'sell', note: 'probe was out' }),
      ),
    ).toBe('ok');
    expect(code(room.do({ kind: 'clear', holdId: 'h', by: 'Li', verdict: 'sell', note: '' }))).toBe(
      'HOLD_UNKNOWN',
    );
    expect(whyUnsellable(room.state(), atSlot, trusted())).toBeUndefined();
  });

  it('discarded, leaves its slot empty as waste of its lots', () => {
    const room = filled();
    room.do({
      kind: 'hold',
      holdId: 'h',
      cabinetId: 'cabinet-1',
      locations: [MILK],
      cause: 'too-warm',
    });
    const cleared = room.do({ kind: 'clear', holdId: 'h', by: 'Li', verdict: 'discard', note: '' });
    expect(cleared.ok && cleared.value.map((event) => event.type)).toEqual([
      'StockMoved',
      'SlotsCleared',
    ]);
    expect(placeAt(room.state(), MILK, 'milk')).toMatchObject({ pieces: 0, lots: [] });
  });
});

describe('the markdown ladder', () => {
  it.each([
    [30, 0],
    [24, 15],
    [12, 30],
    [4, 50],
    [0, 0],
    [-3, 0],
  ])('gives %i hours before the end %i percent', (hours, percent) => {
    expect(markdownDue(hours)).toBe(percent);
  });

  it('marks each lot down once a rung', () => {
    const room = keeper();
    room.do(receive('a', 1, 5));
    const before = trusted(NOON_MS + 13 * HOUR_MS);
    room.record(...markdownsDue(room.state(), before));
    expect(room.state().lots.get('a')?.percentOff).toBe(30);
    expect(markdownsDue(room.state(), before)).toEqual([]);
    expect(expiring(room.state(), NOON_MS, 24)).toMatchObject([
      { lotId: 'a', hoursLeft: 24, dueOff: 15, percentOff: 30 },
    ]);
  });
});

describe('losses and counts', () => {
  const lose = (change: object): StockCommand => ({
    kind: 'lose',
    cause: 'waste',
    reason: 'damaged',
    location: STORE_ROOM,
    sku: 'milk',
    pieces: 2,
    grams: 0,
    ...change,
  });

  it('take from the lot that is named, and never more than is there', () => {
    const room = keeper();
    room.do(receive('a', 1, 3));
    room.do(receive('b', 5, 3));
    expect(code(room.do(lose({ lotId: 'b' })))).toBe('ok');
    expect(placeAt(room.state(), STORE_ROOM, 'milk').lots.map((lot) => lot.pieces)).toEqual([3, 1]);
    expect(code(room.do(lose({ lotId: 'b' })))).toBe('STOCK_SHORT');
    expect(code(room.do(lose({ lotId: 'z' })))).toBe('LOT_UNKNOWN');
    expect(code(room.do(lose({ pieces: 0 })))).toBe('PIECES_WRONG');
  });

  it('bring the books to what was found, within the slot', () => {
    const room = stocked();
    const count = (pieces: number): StockCommand => ({
      kind: 'count',
      location: COLA,
      sku: 'cola',
      pieces,
    });
    room.do(count(7));
    expect(placeAt(room.state(), COLA, 'cola').pieces).toBe(7);
    expect(room.do(count(7))).toEqual({ ok: true, value: [] });
    expect(code(room.do(count(9)))).toBe('SLOT_FULL');
    expect(code(room.do({ ...count(1), location: MILK } as StockCommand))).toBe('SLOT_UNKNOWN');
  });
});

describe('a planogram', () => {
  it('is saved only on top of the version it was made from', () => {
    const room = stocked();
    const next = { ...PLANOGRAM, version: 2 };
    expect(room.do({ kind: 'publish-planogram', planogram: PLANOGRAM, basedOn: 1 })).toEqual({
      ok: true,
      value: [],
    });
    expect(code(room.do({ kind: 'publish-planogram', planogram: next, basedOn: 0 }))).toBe(
      'PLANOGRAM_OLD',
    );
    expect(code(room.do({ kind: 'publish-planogram', planogram: next, basedOn: 1 }))).toBe('ok');
  });
});

describe('an order', () => {
  const order = (change: object = {}): StockCommand => ({
    kind: 'order',
    orderId: 'o1',
    cabinetId: 'cabinet-1',
    sku: 'cola',
    packs: 2,
    pieces: 12,
    reason: { zh: '', en: '' },
    ...change,
  });

  it('is open once for an article and a cabinet, and only as much as fits', () => {
    const room = stocked();
    expect(code(room.do(order({ pieces: 20 })))).toBe('ORDER_TOO_MUCH');
    expect(code(room.do(order()))).toBe('ok');
    expect(room.do(order())).toEqual({ ok: true, value: [] });
    expect(code(room.do(order({ orderId: 'o2' })))).toBe('ORDER_OPEN');
    expect(code(room.do({ kind: 'cancel-order', orderId: 'o1', reason: 'late' }))).toBe('ok');
    expect(code(room.do({ kind: 'cancel-order', orderId: 'o1', reason: 'late' }))).toBe(
      'ORDER_UNKNOWN',
    );
  });

  it('ends with its delivery, under a lot of its own', () => {
    const room = stocked();
    room.do(order());
    const delivery: StockCommand = {
      kind: 'receive',
      lot: { lotId: 'd', sku: 'cola', receivedWallMs: NOON_MS },
      pieces: 11,
      grams: 0,
      dated: false,
      orderId: 'o1',
    };
    expect(code(room.do({ ...delivery, orderId: 'other' } as StockCommand))).toBe('ORDER_UNKNOWN');
    expect(code(room.do(delivery))).toBe('ok');
    expect(room.state().orders.size).toBe(0);
    expect(placeAt(room.state(), STORE_ROOM, 'cola').pieces).toBe(11);
  });
});
