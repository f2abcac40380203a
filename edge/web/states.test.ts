/**
 * Everything a shopper's screen can be is among the pictured states. The members of each union are
 * named in a record that the compiler holds complete: a state added to the types and not shown
 * here fails one or the other.
 */
import { describe, expect, it } from 'vitest';
import type { CabinetLineView, CabinetView } from '../core/views/cabinet-views.ts';
import type { Comforts } from '../core/views/comfort.ts';
import type { CounterView } from '../core/views/counter-views.ts';
import type { LaneView, WeighView } from '../core/views/views.ts';
import { CABINET_VIEWS } from './cabinet-views.fixture.ts';
import { COUNTER_VIEWS } from './counter-views.fixture.ts';
import { LANE_VIEWS } from './views.fixture.ts';

type Every<T extends string> = Record<T, true>;
type Part<Key extends keyof LaneView> = NonNullable<LaneView[Key]>;
type Dispute = NonNullable<CabinetLineView['dispute']>;

const NOTICES: Every<Part<'notice'>['level']> = { info: true, warn: true, error: true };
const WEIGHTS: Every<WeighView['weight']['kind']> = {
  ...{ stable: true, moving: true, zero: true, underload: true },
  ...{ overload: true, fault: true, stale: true },
};
const RECOGNITION: Every<WeighView['recognition']> = {
  ...{ off: true, working: true, ready: true, unsure: true, unavailable: true },
};
const HELP: Every<keyof Part<'help'>> = {
  ...{ sinceWallMs: true, phone: true, ahead: true, minutes: true, remote: true },
};
const CLOSED: Every<keyof Part<'outOfService'>> = {
  ...{ reason: true, next: true, sinceWallMs: true, phone: true },
};
const keys = (part: object | undefined) => Object.keys(part ?? {});

const lanes = Object.values(LANE_VIEWS);
const LANE: [string, object, (view: LaneView) => (string | undefined)[]][] = [
  [
    'screen',
    {
      ...{ attract: true, basket: true, find: true, pay: true, paying: true, unknown: true },
      ...{ done: true, parked: true, 'out-of-service': true },
    } satisfies Every<LaneView['screen']>,
    ({ screen }) => [screen],
  ],
  [
    'key',
    {
      ...{ laneId: true, storeName: true, prices: true, screen: true, sale: true, accepts: true },
      ...{ weigh: true, pay: true, done: true, parked: true, hold: true, help: true, bag: true },
      ...{ members: true, suggestLarge: true, idle: true, outOfService: true, notice: true },
      ...{ devices: true, mmPerPx: true, labelDoubt: true, camera: true },
      returns: true,
      locked: true,
    } satisfies Every<Exclude<keyof LaneView, keyof Comforts>>,
    keys,
  ],
  [
    'key of pay',
    {
      ...{ amountFen: true, paidFen: true, method: true, methods: true, orderNo: true },
      ...{ message: true, cancellable: true },
    } satisfies Every<keyof Part<'pay'>>,
    ({ pay }) => keys(pay),
  ],
  [
    'way of paying under way',
    { code: true, card: true, cash: true } satisfies Every<NonNullable<Part<'pay'>['method']>>,
    ({ pay }) => [pay?.method],
  ],
  [
    'receipt',
    { printing: true, printed: true, failed: true } satisfies Every<Part<'done'>['receipt']>,
    ({ done }) => [done?.receipt],
  ],
  [
    'key of parked',
    { code: true, minutes: true, discarded: true } satisfies Every<keyof Part<'parked'>>,
    ({ parked }) => keys(parked),
  ],
  [
    'question of the bagging area',
    {
      ...{ place: true, extra: true, 'take-out': true, removed: true, lean: true },
      'own-bag': true,
    } satisfies Every<NonNullable<Part<'bag'>['trouble']>['kind']>,
    ({ bag }) => [bag?.trouble?.kind],
  ],
  [
    'doubt of a label',
    { looks: true, heavier: true } satisfies Every<Part<'labelDoubt'>['why']>,
    ({ labelDoubt }) => [labelDoubt?.why],
  ],
  [
    'kind of line',
    { each: true, weighed: true, label: true } satisfies Every<
      Part<'sale'>['lines'][number]['how']
    >,
    ({ sale }) => sale?.lines.map(({ how }) => how) ?? [],
  ],
  [
    'key of sale',
    {
      ...{ saleId: true, lines: true, count: true, totalFen: true, savedFen: true },
      ...{ member: true, newestLineId: true },
    } satisfies Every<keyof Part<'sale'>>,
    ({ sale }) => keys(sale),
  ],
  ['notice', NOTICES, ({ notice }) => [notice?.level]],
  ['weight', WEIGHTS, ({ weigh }) => [weigh?.weight.kind]],
  ['recognition', RECOGNITION, ({ weigh }) => [weigh?.recognition]],
  ['call for help', HELP, ({ help }) => keys(help)],
  ['out of service', CLOSED, ({ outOfService }) => keys(outOfService)],
];

const counters = Object.values(COUNTER_VIEWS);
const COUNTER: [string, object, (view: CounterView) => (string | undefined)[]][] = [
  [
    'screen',
    {
      ...{ ready: true, weighing: true, confirm: true, 'take-label': true },
      'out-of-service': true,
    } satisfies Every<CounterView['screen']>,
    ({ screen }) => [screen],
  ],
  [
    'key',
    {
      ...{ counterId: true, storeName: true, prices: true, screen: true, weigh: true },
      ...{ chosen: true, label: true, teaching: true, help: true, outOfService: true },
      ...{ notice: true, devices: true, mmPerPx: true, camera: true },
    } satisfies Every<Exclude<keyof CounterView, keyof Comforts>>,
    keys,
  ],
  ['notice', NOTICES, ({ notice }) => [notice?.level]],
  ['weight', WEIGHTS, ({ weigh }) => [weigh.weight.kind]],
  ['recognition', RECOGNITION, ({ weigh }) => [weigh.recognition]],
  ['call for help', HELP, ({ help }) => keys(help)],
  ['out of service', CLOSED, ({ outOfService }) => keys(outOfService)],
];

const cabinets: CabinetView[] = Object.values(CABINET_VIEWS);
const CABINET: [string, object, (view: CabinetView) => (string | undefined)[]][] = [
  [
    'screen',
    {
      ...{ ready: true, authorising: true, pull: true, open: true, counting: true, review: true },
      ...{ settled: true, 'nothing-taken': true, refused: true, fault: true },
      'out-of-service': true,
    } satisfies Every<CabinetView['screen']>,
    ({ screen }) => [screen],
  ],
  [
    'key',
    {
      ...{ cabinetId: true, storeName: true, phone: true, screen: true, visitId: true },
      ...{ lines: true, count: true, totalFen: true, holdFen: true, warning: true },
      ...{ message: true, next: true, payment: true, probabilityBp: true, receiptPath: true },
      ...{ temperatureDeciCelsius: true, notice: true, mmPerPx: true, weighing: true },
      ...{ pullMs: true, camera: true },
    } satisfies Every<Exclude<keyof CabinetView, keyof Comforts>>,
    keys,
  ],
  [
    'warning',
    { remind: true, alarm: true, foreign: true, blind: true } satisfies Every<
      NonNullable<CabinetView['warning']>
    >,
    ({ warning }) => [warning],
  ],
  [
    'payment',
    { held: true, taking: true, paid: true, owed: true, none: true } satisfies Every<
      NonNullable<CabinetView['payment']>
    >,
    ({ payment }) => [payment],
  ],
  [
    'reason of a dispute',
    {
      ...{ 'not-taken': true, 'wrong-item': true, 'wrong-price': true, other: true },
    } satisfies Every<Dispute['reason']>,
    ({ lines }) => lines.map(({ dispute }) => dispute?.reason),
  ],
  [
    'answer to a dispute',
    { accepted: true, refused: true } satisfies Every<NonNullable<Dispute['decided']>>,
    ({ lines }) => lines.map(({ dispute }) => dispute?.decided),
  ],
  ['notice', NOTICES, ({ notice }) => [notice?.level]],
];

/** Members of which no view of the fixture shows one. */
function notShown<View>(views: View[], of: object, seen: (view: View) => (string | undefined)[]) {
  const shown = new Set(views.flatMap(seen));
  return Object.keys(of).filter((member) => !shown.has(member));
}

describe('every state is pictured', () => {
  it.each(LANE)('%s of a lane', (_, members, seen) => {
    expect(notShown(lanes, members, seen)).toEqual([]);
  });
  it.each(COUNTER)('%s of a produce scale', (_, members, seen) => {
    expect(notShown(counters, members, seen)).toEqual([]);
  });
  it.each(CABINET)('%s of a cabinet', (_, members, seen) => {
    expect(notShown(cabinets, members, seen)).toEqual([]);
  });
});
