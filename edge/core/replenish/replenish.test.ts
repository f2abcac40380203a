import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DemandHour } from '../stock/demand.ts';
import { DAY_MS, NOON_MS, PLANOGRAM, sold, stocked, trusted } from '../stock/stock.fixture.ts';
import { STORE_ROOM } from '../stock/stock.ts';
import { placeAt } from '../stock/stock-places.ts';
import { cumulative, outlived } from './chance.ts';
import { expectedDays, filledUp, forecast, pooledUplifts, USUAL_UPLIFTS } from './forecast.ts';
import {
  type HistoryDay,
  historyOf,
  type PromotedDays,
  type PromotionKind,
  weekdayOf,
} from './history.ts';
import { adviseOrder, usablePieces } from './order.ts';
import { pickList, piecesByWeight, refillLines } from './pick-list.ts';
import { promotedDays } from './promoted.ts';
import { propose, type ReplenishFacts, USUAL_TERMS } from './propose.ts';

const seed = Number(process.env.SEED ?? Math.trunc(Date.now()));
const NONE: PromotedDays = new Map();
const nothing = { top: 0, base: 0 };
const none = { 'multi-buy': nothing, 'percent-off': nothing, 'amount-off': nothing };

/** Days that sell `perDay(day)` between 8 and 18 o'clock, out of stock from `shutAt` on. */
function days(count: number, perDay: (day: number) => number, shutAt = 24): HistoryDay[] {
  return Array.from({ length: count }, (_, day) => {
    const pieces = perDay(day);
    const sold = new Array<number>(24).fill(0);
    const inStock = new Array<number>(24).fill(1);
    for (let hour = 8; hour < 18; hour += 1) if (hour < shutAt) sold[hour] = pieces / 10;
    for (let hour = shutAt; hour < 24; hour += 1) inStock[hour] = 0;
    return { day: 20_000 + day, sold, inStock };
  });
}

const ahead = (history: HistoryDay[], count = 7, promoted = NONE) => {
  const last = history.at(-1)?.day ?? 0;
  return expectedDays(forecast(history), last, last + 1, count, promoted);
};

describe('a forecast', () => {
  it('of nothing is nothing, and of a steady article is what it sells', () => {
    expect(ahead([])).toEqual(new Array(7).fill(0));
    for (const each of ahead(days(60, () => 5))) expect(each).toBeCloseTo(5, 0);
  });

  it('knows that weekends are different', () => {
    const history = days(84, (day) => (weekdayOf(20_000 + day) >= 5 ? 10 : 4));
    const last = 20_083;
    ahead(history).forEach((each, at) => {
      const isWeekend = weekdayOf(last + 1 + at) >= 5;
      expect(each, `day ${at}`).toBeGreaterThan(isWeekend ? 7.5 : 3);
      expect(each, `day ${at}`).toBeLessThan(isWeekend ? 11.5 : 5.5);
    });
  });

  it('follows a new level, and a trend', () => {
    const jumped =
      ahead(
        days(60, (day) => (day < 40 ? 3 : 9)),
        1,
      )[0] ?? 0;
    expect(jumped).toBeGreaterThan(7.5);
    const grown =
      ahead(
        days(60, (day) => 2 + day / 10),
        1,
      )[0] ?? 0;
    expect(grown).toBeGreaterThan(7);
  });

  it('expects more on a promotion once it has seen some', () => {
    const history = days(70, (day) => (day % 14 < 3 ? 12 : 4)).map((day, at) => ({
      ...day,
      ...(at % 14 < 3 && { promoted: 'percent-off' as const }),
    }));
    const next = 20_070;
    const [plain = 0] = ahead(history, 1);
    const [promoted = 0] = ahead(history, 1, new Map([[next, 'percent-off']]));
    expect(promoted / plain).toBeGreaterThan(1.8);
  });

  it('tells kinds of promotion apart, and is pulled to the usual where little was seen', () => {
    const kinds = (at: number): PromotionKind | undefined =>
      at % 14 < 3 ? 'percent-off' : at % 14 === 9 ? 'multi-buy' : undefined;
    const history = days(70, (day) => (day % 14 < 3 ? 12 : 4)).map((day, at) => {
      const kind = kinds(at);
      return { ...day, ...(kind && { promoted: kind }) };
    });
    const { promotion } = forecast(history);
    expect(promotion['percent-off']).toBeGreaterThan(1.7);
    expect(promotion['multi-buy']).toBeLessThan(1.25);
    expect(promotion['amount-off']).toBe(USUAL_UPLIFTS['amount-off']);
    // Nothing of its own: what others did counts, and a single day of them changes little.
    const pooled = pooledUplifts([forecast(history)]);
    expect(pooled['percent-off']).toBeGreaterThan(1.5);
    expect(
      forecast(
        days(30, () => 4),
        pooled,
      ).promotion,
    ).toEqual(pooled);
    const oneDay = pooledUplifts([{ promotedDays: { ...none, 'multi-buy': { top: 5, base: 1 } } }]);
    expect(oneDay['multi-buy']).toBeLessThan(1.7);
  });

  it('fills up the days that ran out, and says how many those were', () => {
    const full = days(40, () => 10);
    const short = days(20, () => 10, 13).map((day, at) => ({ ...day, day: 20_040 + at }));
    const known = forecast([...full, ...short]);
    expect(known.shortDays).toBe(20);
    expect(known.lostPieces).toBeGreaterThan(60);
    expect(known.level).toBeGreaterThan(8.5);
    const blind = forecast([
      ...full,
      ...short.map((day) => ({ ...day, inStock: new Array<number>(24).fill(1) })),
    ]);
    expect(blind.level).toBeLessThan(6.5);
  });

  it('gives nothing up because nobody could see it', () => {
    const history = [
      ...days(40, () => 4),
      ...days(60, () => 0, 0).map((day, at) => ({ ...day, day: 20_040 + at })),
    ];
    expect(forecast(history).level).toBeGreaterThan(3);
    expect(filledUp(0, 0, 4)).toBe(4);
  });
});

describe('the history of an article', () => {
  const at = (location: string, hour: number, sold: number, emptyMs = 0): DemandHour => ({
    location,
    sku: 'cola',
    hour,
    sold,
    emptyMs,
  });

  it('is out of stock only while every slot of it is empty, in local hours', () => {
    const hours = [
      at('a', 100, 2),
      at('b', 100, 1, 3_600_000),
      at('a', 101, 0, 1_800_000),
      at('b', 101, 0, 3_600_000),
    ];
    const options = { fromDay: 4, toDay: 4, offsetHours: 8, promoted: NONE };
    const [day] = historyOf(hours, 2, options);
    expect([day?.sold[12], day?.inStock[12], day?.inStock[13]]).toEqual([3, 1, 0.5]);
  });
});

describe('chances', () => {
  it('rise to one, and have the mean they were given', () => {
    for (const [mean, variance] of [
      [0.4, 0.5],
      [3, 3],
      [8, 20],
    ] as const) {
      const chances = cumulative(mean, variance, 200);
      expect(chances.at(-1)).toBeCloseTo(1, 6);
      expect(chances.reduce((sum, chance) => sum + (1 - chance), 0)).toBeCloseTo(mean, 2);
    }
  });

  it('that new pieces outlive their date are the same with nothing before them', () => {
    const second = { mean: 5, variance: 7 };
    const alone = outlived({ mean: 0, variance: 0 }, second, 0, 12);
    for (const [at, chance] of cumulative(5, 7, 12).entries())
      expect(alone[at]).toBeCloseTo(chance, 9);
    const behind = outlived({ mean: 3, variance: 4 }, second, 6, 12);
    expect(behind[4]).toBeLessThan(1);
    expect(behind[4]).toBeGreaterThan(outlived({ mean: 9, variance: 12 }, second, 6, 12)[4] ?? 1);
  });
});

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

describe('the calendar of rules', () => {
  const at = (day: string, hour = 0) => Date.parse(`${day}T00:00:00Z`) + (hour - 8) * 3_600_000;
  const now = { offsetHours: 8, wallMs: at('2026-11-23', 12) };
  const rule = {
    ...{ kind: 'percent-off' as const, id: 'r', name: { zh: '', en: '' }, percentOff: 10 },
    ...{ fromFen: 0, skus: ['cola'] },
  };
  const daysOf = (...runs: Parameters<typeof promotedDays>[0]) =>
    [...promotedDays(runs, now)('cola').keys()].map((day) =>
      new Date(day * 86_400_000).toISOString().slice(5, 10),
    );
  const origin = 'local' as const;

  it('has the days of a rule, those it names or those it ran', () => {
    const dated = { ...rule, fromDay: '2026-11-21', toDay: '2026-11-25' };
    expect(daysOf({ promotion: dated, origin, fromWallMs: at('2026-11-20') })).toEqual([
      ...['11-21', '11-22', '11-23', '11-24', '11-25'],
    ]);
    // Set up at eleven at night, ended two days later.
    const untilWallMs = at('2026-11-22', 9);
    expect(
      daysOf({ promotion: rule, origin, fromWallMs: at('2026-11-20', 23), untilWallMs }),
    ).toEqual([...['11-20', '11-21', '11-22']]);
    expect(daysOf({ promotion: { ...dated, toDay: '2026-11-19' }, origin, fromWallMs: 0 })).toEqual(
      [],
    );
  });

  it('leaves out rules for the whole basket', () => {
    const { skus: _, ...whole } = rule;
    expect(daysOf({ promotion: whole, origin, fromWallMs: at('2026-11-20') })).toEqual([]);
  });
});

describe('proposals', () => {
  const hour = Math.floor(NOON_MS / 3_600_000);
  const demand = (perDay: number): DemandHour[] =>
    Array.from({ length: 40 }, (_, day) => ({
      location: 'cabinet-1/1/2',
      sku: 'cola',
      hour: hour - 24 * (40 - day),
      sold: perDay,
      emptyMs: 0,
    }));
  const facts = (room: ReturnType<typeof stocked>, perDay = 6): ReplenishFacts => ({
    state: room.state(),
    demand: demand(perDay),
    wallMs: NOON_MS,
    offsetHours: 8,
    terms: () => USUAL_TERMS,
    promoted: () => NONE,
  });

  it('say why, in both languages, and are one for an article and a cabinet', () => {
    const room = stocked();
    const [cola, milk] = propose(facts(room));
    expect(cola).toMatchObject({ sku: 'cola', packs: 3, capacity: 18, onHand: 0 });
    expect(cola?.reason.zh).toContain('订 3 箱 × 6 件');
    expect(cola?.reason.en).toContain('order 3 × 6');
    expect(milk).toMatchObject({ sku: 'milk', packs: 0 });
  });

  it('rise for an announced promotion, by what promotions did before', () => {
    const room = stocked();
    const tomorrow = Math.floor((NOON_MS / 3_600_000 + 8) / 24) + 1;
    const days: PromotedDays = new Map([
      [tomorrow, 'percent-off'],
      [tomorrow + 1, 'percent-off'],
    ]);
    const plain = propose(facts(room)).find(({ sku }) => sku === 'cola');
    const promoted = propose({ ...facts(room), promoted: () => days }).find(
      ({ sku }) => sku === 'cola',
    );
    expect(promoted!.expectedPieces / plain!.expectedPieces).toBeCloseTo(
      USUAL_UPLIFTS['percent-off'],
      1,
    );
  });

  it('are the same for the same facts, and none once an order is open', () => {
    const room = stocked();
    expect(propose(facts(room))).toEqual(propose(facts(room)));
    const [{ packs, pieces, reason } = { packs: 0, pieces: 0, reason: { zh: '', en: '' } }] =
      propose(facts(room));
    room.do({
      kind: 'order',
      orderId: 'o',
      cabinetId: 'cabinet-1',
      sku: 'cola',
      packs,
      pieces,
      reason,
    });
    expect(propose(facts(room)).find(({ sku }) => sku === 'cola')).toMatchObject({
      packs: 0,
      openOrderId: 'o',
    });
  });

  it('give at most one open order an article and cabinet, whatever happens between them', () => {
    const act = fc.oneof(fc.constant('order'), fc.constant('receive'), fc.constant('sell'));
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 20 }),
        fc.integer({ min: 0, max: 12 }),
        (acts, perDay) => {
          const room = stocked({ cola: 3 });
          acts.forEach((what, at) => {
            const { state } = room;
            if (what === 'sell') room.record(sold('cola', 'cabinet-1/1/2', 1));
            if (what === 'receive')
              for (const order of [...state().orders.values()])
                room.do({
                  kind: 'receive',
                  lot: { lotId: `l${at}${order.sku}`, sku: order.sku, receivedWallMs: NOON_MS },
                  pieces: order.pieces,
                  grams: 0,
                  dated: false,
                  orderId: order.orderId,
                });
            if (what === 'order')
              for (const { cabinetId, sku, packs, pieces, reason } of propose(facts(room, perDay)))
                if (packs > 0)
                  expect(
                    room.do({
                      kind: 'order',
                      orderId: `o${at}${sku}`,
                      cabinetId,
                      sku,
                      packs,
                      pieces,
                      reason,
                    }).ok,
                  ).toBe(true);
            const open = [...state().orders.values()].map(
              ({ cabinetId, sku }) => `${cabinetId} ${sku}`,
            );
            expect(new Set(open).size).toBe(open.length);
          });
        },
      ),
      { seed, numRuns: 60 },
    );
  });
});

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
