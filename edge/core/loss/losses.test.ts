/** What may mean a loss, from stretches of the ledger; a table for each pattern. */
import { describe, expect, it } from 'vitest';
import type { Choice, DomainEvent, RecordedEvent, SaleLine } from '../events.ts';
import type { LossRow } from '../views/loss-views.ts';
import { createLosses, LOSS_EVENTS, type LossLimits, type Priced } from './losses.ts';

const HOUR_MS = 3_600_000;
const GOODS: Record<string, Priced> = {
  apple: { name: { zh: '苹果', en: 'Apple' }, unitPriceFen: 1_000, priceBasis: 'kg' },
  cherry: { name: { zh: '樱桃', en: 'Cherry' }, unitPriceFen: 3_000, priceBasis: '500g' },
  bun: { name: { zh: '包子', en: 'Bun' }, unitPriceFen: 250, priceBasis: 'each' },
};

type Told = DomainEvent & { source?: string; hour?: number };

/** Hour 9 is of the first day, hour 33 of the second. */
const dayOfHour = (wallMs: number) => `2026-11-0${1 + Math.floor(wallMs / HOUR_MS / 24)}`;

const lossesFor = (limits: Partial<LossLimits> = {}) =>
  createLosses({
    lanes: ['lane-1', 'lane-2', 'lane-3', 'lane-4'],
    hourOf: (wallMs) => (wallMs / HOUR_MS) % 24,
    dayOf: dayOfHour,
    goods: (sku) => GOODS[sku],
    limits: {
      ...{ fewestLines: 20, fewestRemoved: 5, timesUsual: 2, leastGrams: 20, ownBagGrams: 300 },
      ...limits,
    },
  });

const recorded = (told: readonly Told[]): RecordedEvent[] =>
  told.map(({ source = 'lane-1', hour = 9, ...event }, seq) => {
    expect(LOSS_EVENTS).toContain(event.type);
    return {
      ...{ seq, epoch: 1, store: 's', boot: 'b', monoMs: 0, wallMs: hour * HOUR_MS },
      ...{ clock: 'trusted', tx: 't', source, prev: '', v: 1, ...event },
    } as RecordedEvent;
  });

function rowsOf(told: readonly Told[], fromDay = '', limits: Partial<LossLimits> = {}): LossRow[] {
  const losses = lossesFor(limits);
  for (const event of recorded(told)) losses.add(event);
  return losses.rows(fromDay);
}

const weighed = (netGrams: number): Partial<SaleLine> => ({
  how: 'weighed',
  amountFen: netGrams,
  weighing: { netGrams } as SaleLine['weighing'] & object,
});
const added = (lineId: string, saleId = 's1', more: Partial<SaleLine> = {}): DomainEvent => ({
  type: 'LineAdded',
  body: {
    saleId,
    line: {
      ...{ lineId, sku: 'apple', name: { zh: '苹果', en: 'Apple' }, how: 'each', quantity: 1 },
      ...{ unitPriceFen: 1_000, priceBasis: 'kg', amountFen: 250, vatBasisPoints: 900 },
      ...{ picture: '', choice: { by: 'tile' }, ...more },
    },
  },
});
const voided = (lineId: string, saleId = 's1'): DomainEvent => ({
  type: 'LineVoided',
  body: {
    ...{ saleId, lineId, reason: 'wrong', by: 'staff' },
    person: { id: 'person-9', name: '王五' },
  },
});
const cancelled = (saleId: string): DomainEvent => ({
  type: 'SaleCancelled',
  body: { saleId, reason: 'idle' },
});
const doubted = (sightingId: string): DomainEvent => ({
  type: 'ChoiceDoubted',
  body: {
    ...{ at: 'lane-1', chosenSku: 'apple', chosenBp: 100, seenSku: 'cherry', seenBp: 9_000 },
    sightingId,
  },
});
const seenAs = (sightingId: string): Choice => ({ by: 'tile', sightingId, asked: true });
const labelDoubted = (lineId: string, seenSku: string, plateGrams: number): DomainEvent => ({
  type: 'LabelDoubted',
  body: {
    ...{ at: 'lane-1', lineId, labelNumber: 'n', labelSku: 'apple', seenSku, labelGrams: 500 },
    plateGrams,
  },
});
const moved = (
  cause: 'counted' | 'shrink' | 'waste' | 'sale',
  sku: string,
  pieces: number,
  location = 'cabinet-1/1/1',
  grams = 0,
): DomainEvent => ({
  type: 'StockMoved',
  body: { cause, move: { sku, location, pieces, grams } },
});
const bag = (answer: 'placed' | 'own-bag' | 'approved', grams: number, saleId = 's1') =>
  ({ type: 'BagChecked', body: { saleId, answer, differenceGrams: grams } }) as const;
const unsteady = (lineId: string): DomainEvent => ({
  type: 'WeightUnsteady',
  body: {
    ...{ at: 'lane-1', scaleId: 'scale-1', saleId: 's1', lineId, grossGrams: 500 },
    ...{ laterGrams: 650, afterMs: 900 },
  },
});
const review: DomainEvent = {
  type: 'VisitReviewAsked',
  body: { visitId: 'v1', cabinetId: 'cabinet-1', reasons: ['unsure'] },
};
const decided: DomainEvent = {
  type: 'ReviewDecided',
  body: { visitId: 'v1', cabinetId: 'cabinet-1', by: '王五', note: '', taken: [] },
};
const shelf = (afterDeciGrams: number): DomainEvent => ({
  type: 'ShelfDisturbed',
  body: {
    ...{ cabinetId: 'cabinet-1', cell: 'c1', beforeDeciGrams: 5_000, afterDeciGrams },
    cause: 'unexplained',
  },
});

/** An hour of a lane: so many lines, of which so many were taken out again. */
const hourOf = (source: string, hour: number, lines: number, removed: number): Told[] =>
  Array.from({ length: lines }, (_, at) => `${source}-${hour}-${at}`).flatMap((id, at) => [
    { ...added(id, id), source, hour },
    ...(at < removed ? [{ ...voided(id, id), source, hour }] : []),
  ]);

describe('a choice the camera spoke against', () => {
  const pair = { kind: 'pair', sku: 'apple', seenSku: 'cherry' };
  const kept = (id: string) => [
    doubted(id),
    added(id, 's1', { ...weighed(500), choice: seenAs(id) }),
  ];
  it.each<[string, Told[], object[]]>([
    // 500 g of cherries are 3000 fen; 500 were charged.
    ['stood', kept('a'), [{ ...pair, asked: 1, stood: 1, differenceFen: 2_500 }]],
    [
      'stood once of twice',
      [...kept('a'), doubted('b')],
      [{ ...pair, asked: 2, stood: 1, differenceFen: 2_500 }],
    ],
    ['was thought better of', [doubted('a')], []],
    ['was voided', [...kept('a'), voided('a')], []],
    ['went with its basket', [...kept('a'), cancelled('s1')], []],
    [
      'on a label stands until its line is voided',
      [added('a'), labelDoubted('a', 'cherry', 500)],
      [{ ...pair, asked: 1, stood: 1, differenceFen: 2_500 }],
    ],
    [
      'for the dearer of the two',
      [labelDoubted('a', 'bun', 500), labelDoubted('b', 'apple', 510)],
      [{ kind: 'heavier', differenceFen: 10 }],
    ],
    ['on a voided label', [labelDoubted('a', 'cherry', 500), voided('a')], []],
    [
      'more lay there than the label says',
      [labelDoubted('a', 'apple', 800)],
      [{ kind: 'heavier', sku: 'apple', times: 1, grams: 300, differenceFen: 300 }],
    ],
  ])('%s', (_, told, rows) => expect(rowsOf(told)).toMatchObject(rows));
});

describe('removals before payment', () => {
  const usual = [
    hourOf('lane-1', 9, 40, 1),
    hourOf('lane-2', 9, 40, 2),
    hourOf('lane-3', 9, 40, 1),
  ];
  const quiet = usual.flat();
  it.each<[string, Told[], object[]]>([
    ['as usual everywhere', quiet, []],
    [
      'far above the median',
      [...quiet, ...hourOf('lane-1', 21, 40, 8)],
      [{ kind: 'removals', laneId: 'lane-1', hour: 21, removed: 8, perMille: 200 }],
    ],
    ['few, however high their share', [...quiet, ...hourOf('lane-1', 21, 20, 4)], []],
    ['of an hour with few lines', [...quiet, ...hourOf('lane-1', 21, 10, 9)], []],
    ['with nothing to compare', hourOf('lane-1', 21, 40, 20), []],
    ['of what is no lane', [...quiet, ...hourOf('cabinet-1', 21, 40, 20)], []],
    [
      'by baskets given up and smaller numbers',
      [
        ...quiet,
        ...hourOf('lane-4', 9, 34, 0),
        ...['x', 'y', 'z', 'w'].map((id): Told => ({ ...added(id, 'gone'), source: 'lane-4' })),
        { ...cancelled('gone'), source: 'lane-4' },
        { ...added('q', 'less', { quantity: 3 }), source: 'lane-4' },
        {
          type: 'LineQuantityChanged',
          body: { saleId: 'less', lineId: 'q', quantity: 1, amountFen: 250 },
          source: 'lane-4',
        },
      ],
      [{ kind: 'removals', laneId: 'lane-4', added: 39, removed: 5, usualPerMille: 38 }],
    ],
  ])('%s', (_, told, rows) => expect(rowsOf(told)).toMatchObject(rows));
});

describe('weights that differ', () => {
  const said = { kind: 'weights', what: 'said', place: 'lane-1' };
  it.each<[string, Told[], object[]]>([
    ['with the shopper’s word alone', [bag('placed', 80)], [{ ...said, times: 1, grams: 80 }]],
    ['and a bag of an ordinary weight', [bag('own-bag', 300)], []],
    ['and a heavy bag', [bag('own-bag', -301)], [{ ...said, times: 1, grams: 301 }]],
    ['by what is allowed', [bag('placed', 20)], []],
    ['until staff looked', [bag('placed', 80), bag('approved', 80)], []],
    [
      'after they were taken',
      [added('a'), unsteady('a'), added('b'), unsteady('b')],
      [{ kind: 'weights', what: 'unsteady', place: 'lane-1', times: 2, grams: 300 }],
    ],
    ['of a line that was voided', [added('a'), unsteady('a'), voided('a')], []],
    [
      'of a visit nobody decided on',
      [review],
      [{ kind: 'weights', what: 'review', place: 'cabinet-1', times: 1 }],
    ],
    ['of a visit decided on', [review, decided], []],
    ['behind a shut door', [shelf(2_000)], [{ kind: 'weights', what: 'shelf', grams: 300 }]],
    ['upwards behind a shut door', [shelf(9_000)], []],
    [
      'until the shelves were tidied',
      [shelf(2_000), { type: 'ShelvesTidied', body: { cabinetId: 'cabinet-1', by: '王五' } }],
      [],
    ],
  ])('%s', (_, told, rows) => expect(rowsOf(told)).toMatchObject(rows));
});

describe('goods below the books', () => {
  it.each<[string, Told[], object[]]>([
    [
      'at two places, dearest first',
      [
        moved('counted', 'bun', -2),
        moved('shrink', 'bun', -1, ''),
        moved('counted', 'cherry', 0, '', -1_000),
      ],
      [
        { kind: 'stock', sku: 'cherry', pieces: 0, grams: 1_000, differenceFen: 6_000 },
        { kind: 'stock', sku: 'bun', pieces: 3, differenceFen: 750 },
      ],
    ],
    ['and found again', [moved('counted', 'bun', -2), moved('counted', 'bun', 2)], []],
    ['for a known reason', [moved('waste', 'bun', -2), moved('sale', 'bun', -2)], []],
    [
      'that no price book knows any more',
      [moved('counted', 'old', -1)],
      [{ kind: 'stock', sku: 'old', name: { zh: 'old', en: 'old' }, differenceFen: 0 }],
    ],
  ])('%s', (_, told, rows) => expect(rowsOf(told)).toMatchObject(rows));
});

describe('of some days', () => {
  const gone = (hour: number, pieces: number): Told => ({
    ...moved('counted', 'bun', pieces),
    hour,
  });
  it.each<[string, string, Told[], object[]]>([
    ['all of them', '', [gone(9, -2), gone(33, -1)], [{ kind: 'stock', pieces: 3 }]],
    ['later ones alone', '2026-11-02', [gone(9, -2), gone(33, -1)], [{ kind: 'stock', pieces: 1 }]],
    ['found again later', '', [gone(9, -2), gone(33, 2)], []],
    [
      'a difference and a doubt of before',
      '2026-11-02',
      [bag('placed', 80), labelDoubted('a', 'cherry', 500)],
      [],
    ],
    [
      'an hour of two days is one',
      '',
      [
        ...[8, 9, 10].flatMap((hour) => hourOf('lane-1', hour, 40, 0)),
        ...[21, 45].flatMap((hour) => hourOf('lane-1', hour, 20, 3)),
      ],
      [{ kind: 'removals', hour: 21, added: 40, removed: 6 }],
    ],
  ])('%s', (_, fromDay, told, rows) => expect(rowsOf(told, fromDay)).toMatchObject(rows));

  it('forgets days that nobody asks for', () => {
    const losses = lossesFor();
    for (const event of recorded([gone(9, -2), gone(33, -1), labelDoubted('a', 'cherry', 500)]))
      losses.add(event);
    losses.forget('2026-11-02');
    expect(losses.rows('')).toMatchObject([{ kind: 'stock', pieces: 1 }]);
  });
});

it.each<[Partial<LossLimits>, Told[]]>([
  [{ leastGrams: 100 }, [bag('placed', 80)]],
  [{ leastGrams: 400 }, [shelf(2_000)]],
  [{ ownBagGrams: 500 }, [bag('own-bag', 400)]],
  [{ fewestLines: 41 }, [8, 9, 10, 21].flatMap((h) => hourOf('lane-1', h, 40, h === 21 ? 9 : 0))],
  [{ fewestRemoved: 10 }, [8, 9, 10, 21].flatMap((h) => hourOf('lane-1', h, 40, h === 21 ? 9 : 0))],
  [{ timesUsual: 10 }, [8, 9, 10, 21].flatMap((h) => hourOf('lane-1', h, 40, h === 21 ? 9 : 1))],
])('what a store does not call a loss: %j', (limits, told) => {
  expect(rowsOf(told)).toHaveLength(1);
  expect(rowsOf(told, '', limits)).toEqual([]);
});

it('no row says anything of a person', () => {
  const rows = rowsOf([
    ...hourOf('lane-1', 9, 40, 0),
    ...hourOf('lane-2', 9, 40, 0),
    ...hourOf('lane-3', 9, 40, 9),
    ...[review, shelf(0), bag('placed', 80), moved('counted', 'bun', -2)],
  ]);
  expect(rows.map(({ kind }) => kind)).toEqual([
    ...['removals', 'weights', 'weights', 'weights', 'stock'],
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/person|王五|v1/);
});
