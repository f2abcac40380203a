import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AFTERWARDS_MS, type Afterwards, afterwards } from './afterwards.ts';
import { amountForWeight, GRAMS_PER_BASIS, roundHalfUpDivide } from './amount.ts';
import type { ScaleLimits, WeighFrame } from './record.ts';
import { settle } from './settle.ts';
import { type WeighRequest, weigh } from './weigh.ts';

const SEED = Number(process.env.SEED ?? 20261123);
const limits: ScaleLimits = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
const apples: WeighRequest = {
  scaleId: 'scale-1',
  limits,
  tareGrams: 4,
  unitPriceFen: 1290,
  priceBasis: 'kg',
};
const NOW = 10_000;

/** Frames 100 ms apart, the newest at NOW. */
function frames(...kinds: (number | Partial<WeighFrame>)[]): WeighFrame[] {
  return kinds.map((given, at) => ({
    kind: 'stable',
    atMs: NOW - 100 * (kinds.length - 1 - at),
    connection: 1,
    ...(typeof given === 'number' ? { grams: given } : given),
  }));
}

/** Small, fast and seeded (mulberry32). */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('price for a weight', () => {
  it('is exact for a million weights and prices, halves upwards', () => {
    const roll = dice(SEED);
    for (let pair = 0; pair < 1_000_000; pair++) {
      const net = Math.floor(roll() * 30_000);
      const price = Math.floor(roll() * 100_000);
      const basis = pair % 2 === 0 ? 'kg' : '500g';
      const per = BigInt(GRAMS_PER_BASIS[basis]);
      const exact = (2n * BigInt(net) * BigInt(price) + per) / (2n * per);
      if (BigInt(amountForWeight(net, price, basis)) !== exact) {
        expect.fail(`seed ${SEED}: ${net} g at ${price} fen per ${basis} is ${exact} fen`);
      }
    }
  });

  it.each([
    [612, 1290, 'kg', 789],
    [500, 1, 'kg', 1],
    [499, 1, 'kg', 0],
    [250, 1, '500g', 1],
    [612, 598, '500g', 732],
  ] as const)('of %i g at %i fen per %s is %i fen', (net, price, basis, amount) => {
    expect(amountForWeight(net, price, basis)).toBe(amount);
  });

  it('is refused for fractions, for less than nothing and beyond exact numbers', () => {
    expect(() => amountForWeight(1.5, 100, 'kg')).toThrow(RangeError);
    expect(() => amountForWeight(-1, 100, 'kg')).toThrow(RangeError);
    expect(() => amountForWeight(1, Number.NaN, 'kg')).toThrow(RangeError);
    expect(() => amountForWeight(2 ** 40, 2 ** 40, 'kg')).toThrow(RangeError);
  });
});

describe('rounding', () => {
  it('agrees with big integers everywhere in the safe range', () => {
    const whole = fc.maxSafeInteger();
    const parts = fc.tuple(whole, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
    fc.assert(
      fc.property(parts, ([numerator, denominator]) => {
        const twice = 2n * BigInt(numerator) + BigInt(denominator);
        const by = 2n * BigInt(denominator);
        const floor = twice / by - (twice < 0n && twice % by !== 0n ? 1n : 0n);
        expect(BigInt(roundHalfUpDivide(numerator, denominator))).toBe(floor);
      }),
      { seed: SEED },
    );
  });

  it.each([
    [1, 0],
    [1, -2],
    [0.5, 1],
    [2 ** 53, 1],
    [Number.NaN, 1],
  ])('does not pretend to divide %d by %d', (numerator, denominator) => {
    expect(() => roundHalfUpDivide(numerator, denominator)).toThrow(RangeError);
  });
});

describe('a weight is taken', () => {
  it('after three equal stable frames of one connection, the newest at most a second old', () => {
    const still = frames(300, 612, 612, 612);
    expect(settle(still, NOW + 1000, limits)).toEqual({
      settled: true,
      grossGrams: 612,
      stableFrames: 3,
      connection: 1,
      ageMs: 1000,
    });
  });

  it.each([
    ['stale', [], 0],
    ['stale', frames(612, 612, 612), 1001],
    ['stale', frames(612, 612, 612), -1],
    ['stale', frames(612, 612, { kind: 'stale' }), 0],
    ['moving', frames(612, 612, 612, { kind: 'moving', grams: 612 }), 0],
    ['overload', frames(612, 612, 612, { kind: 'overload' }), 0],
    ['overload', frames(15_002, 15_002, 15_002), 0],
    ['underload', frames({ kind: 'underload' }), 0],
    ['underload', frames(-4, -4, -4), 0],
    ['fault', frames(612, 612, 612, { kind: 'fault' }), 0],
    ['fault', frames({}, {}, {}), 0],
    ['fault', frames(0.5, 0.5, 0.5), 0],
    ['empty', frames({ kind: 'zero', grams: 0 }), 0],
    ['empty', frames(0, 0, 0), 0],
    ['too-few', frames(612, 612), 0],
    ['too-few', frames(612, 612, 610, 612), 0],
    ['too-few', frames(612, { kind: 'moving', grams: 612 }, 612, 612), 0],
    ['too-few', frames({ grams: 612, connection: 2 }, 612, 612), 0],
    ['too-few', frames({ grams: 612, atMs: NOW + 5 }, 612, 612), 0],
    ['below-min', frames(38, 38, 38), 0],
    ['not-multiple', frames(613, 613, 613), 0],
  ] as const)('never while it is %s (%#)', (reason, given, laterMs) => {
    expect(settle(given, NOW + laterMs, limits)).toEqual({ settled: false, reason });
  });
});

describe('a weighing', () => {
  it('holds gross, tare, net, price and amount that agree', () => {
    expect(weigh(frames(616, 616, 616), NOW, apples)).toEqual({
      ok: true,
      record: {
        scaleId: 'scale-1',
        grossGrams: 616,
        tareGrams: 4,
        netGrams: 612,
        divisionGrams: 2,
        unitPriceFen: 1290,
        priceBasis: 'kg',
        amountFen: 789,
        stableFrames: 3,
        connection: 1,
        ageMs: 0,
        coreVersion: '1.1.0',
      },
    });
  });

  it.each([
    ['bad-tare', { tareGrams: -2 }],
    ['bad-tare', { tareGrams: 3 }],
    ['bad-tare', { tareGrams: 0.5 }],
    ['net-below-min', { tareGrams: 616 }],
    ['net-below-min', { tareGrams: 700 }],
    ['net-below-min', { tareGrams: 600 }],
    ['net-below-min', { minNetGrams: 614 }],
    ['bad-price', { unitPriceFen: 9.9 }],
    ['bad-price', { unitPriceFen: -1 }],
    ['bad-price', { unitPriceFen: 100_000_001 }],
  ] as const)('is refused as %s for %o', (reason, change) => {
    const answer = weigh(frames(616, 616, 616), NOW, { ...apples, ...change });
    expect(answer).toEqual({ ok: false, reason });
  });

  it('of unsettled goods is refused for the reason the plate gives', () => {
    expect(weigh(frames(616, 616), NOW, apples)).toEqual({ ok: false, reason: 'too-few' });
  });

  it('keeps its promises for any frames whatever', () => {
    const kind = fc.constantFrom<WeighFrame['kind']>(
      ...(['stable', 'stable', 'stable', 'stable', 'moving', 'zero', 'fault'] as const),
    );
    const frame = fc.record({
      kind,
      grams: fc.constantFrom(38, 40, 612, 613, 15_000, 15_002),
      atMs: fc.integer({ min: NOW - 1500, max: NOW + 100 }),
      connection: fc.constantFrom(1, 1, 1, 2),
    });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.nat(50), (given, tareGrams) => {
        const inOrder = given.toSorted((a, b) => a.atMs - b.atMs);
        const answer = weigh(inOrder, NOW, { ...apples, tareGrams });
        if (!answer.ok) return;
        taken++;
        const { record } = answer;
        const tail = inOrder.slice(-record.stableFrames);
        expect(tail.length).toBeGreaterThanOrEqual(3);
        expect(tail.every((f) => f.kind === 'stable' && f.grams === record.grossGrams)).toBe(true);
        expect(new Set(tail.map((f) => f.connection)).size).toBe(1);
        expect(record.ageMs).toBeLessThanOrEqual(1000);
        expect(record.grossGrams).toBeGreaterThanOrEqual(limits.minGrams);
        expect(record.grossGrams).toBeLessThanOrEqual(limits.maxGrams);
        expect(record.netGrams).toBe(record.grossGrams - record.tareGrams);
        expect([record.grossGrams % 2, record.tareGrams % 2]).toEqual([0, 0]);
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(taken, `seed ${SEED}`).toBeGreaterThan(0);
  });
});

it('the weigh-core imports nothing from outside its folder', () => {
  const sources = readdirSync(import.meta.dirname).filter((name) => !name.includes('.test.'));
  const imports = sources.flatMap((name) => {
    const text = readFileSync(`${import.meta.dirname}/${name}`, 'utf8');
    return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]);
  });
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter((path) => !/^\.\/[a-z-]+\.ts$/.test(path ?? ''))).toEqual([]);
});

describe('for five seconds after a weighing the scale may rest on', () => {
  /** What the curve comes to, a frame each tenth of a second; numbers are stable frames. */
  function judged(curve: (number | Partial<WeighFrame>)[]): Afterwards {
    let found: Afterwards = {
      is: 'at-rest',
      weighed: { grossGrams: 612, divisionGrams: 2, connection: 1, atMs: NOW },
    };
    for (const [at, given] of curve.entries()) {
      if (found.is !== 'at-rest') break;
      const frame = typeof given === 'number' ? { grams: given } : given;
      const base = { kind: 'stable', connection: 1, atMs: NOW + 100 * (at + 1) } as const;
      found = afterwards(found.weighed, { ...base, ...frame });
    }
    return found;
  }
  const moving = (grams: number): Partial<WeighFrame> => ({ kind: 'moving', grams });
  const zero: Partial<WeighFrame> = { kind: 'zero', grams: 0 };

  it.each<[string, (number | Partial<WeighFrame>)[], Afterwards['is']]>([
    ['the value itself', [612, 612, 612], 'at-rest'],
    ['the one beside it as well', [612, 614, 612, 614], 'at-rest'],
    ['no other: creep upwards', [612, 614, 616], 'third'],
    ['no other: to either side', [610, 612, 614], 'third'],
    ['no other, whatever moved between', [612, moving(640), moving(618), 616], 'third'],
    ['more: it was held up while it was weighed', [612, moving(700), 900], 'third'],
    ['nothing any more: the goods are taken', [612, moving(300), zero, 900], 'over'],
    ['less: some of the goods are taken', [612, moving(500), 400, 402, 404], 'over'],
    ['whatever it swings through', [moving(640), moving(500), moving(630), 612], 'at-rest'],
    ['a scale that came back is another weighing', [{ grams: 640, connection: 2 }], 'over'],
    ['a fault says nothing', [{ kind: 'fault' }, 640], 'over'],
  ])('%s', (_, curve, is) => {
    expect(judged(curve).is).toBe(is);
  });

  it('and after that on anything', () => {
    const late = Array.from({ length: AFTERWARDS_MS / 100 }, () => 612);
    expect(judged(late).is).toBe('at-rest');
    expect(judged([...late.slice(1), 616])).toEqual({ is: 'third', grams: 616, afterMs: 5000 });
    expect(judged([...late, 616]).is).toBe('over');
  });
});
