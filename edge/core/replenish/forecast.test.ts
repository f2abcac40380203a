import { describe, expect, it } from 'vitest';
import { expectedDays, filledUp, forecast, pooledUplifts, USUAL_UPLIFTS } from './forecast.ts';
import { type HistoryDay, type PromotedDays, type PromotionKind, weekdayOf } from './history.ts';

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
