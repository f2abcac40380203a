/** Random lives of a sale, held to the invariants a shopkeeper would insist on. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { labelChanges, labelLife } from './codes/label-state.ts';
import type { DomainEvent } from './events.ts';
import {
  apple,
  item,
  juice,
  label,
  recalled,
  scanned,
  start,
  water,
  weighing,
  wine,
} from './sale/sale.fixture.ts';
import { decideSale, evolveSale, type SaleCommand, type SaleState } from './sale/sale.ts';
import { tenderIsOpen } from './sale/tender.ts';
import { amountForWeight } from './weigh/amount.ts';

const SEED = Number(process.env.SEED ?? 20261123);

const line = fc.integer({ min: 1, max: 6 }).map((n) => `line-${n}`);
const goods = fc.constantFrom(
  water,
  juice,
  wine,
  recalled,
  apple,
  item('free', { unitPriceFen: 0 }),
);
const tenderNumber = fc.integer({ min: 1, max: 3 });
const reason = fc.constant('because');
const tenderId = tenderNumber.map((n) => `tender-${n}`);
const weighed = fc.integer({ min: 20, max: 3000 }).map((half) =>
  weighing({
    grossGrams: 2 * half,
    tareGrams: 0,
    netGrams: 2 * half,
    amountFen: amountForWeight(2 * half, 1290, 'kg'),
  }),
);

/** What the world may send next; amounts of captures are filled in from the sale. */
type Step = SaleCommand | { kind: 'capture'; tenderId: string; offFen: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add-item'),
      lineId: line,
      item: goods,
      quantity: fc.constantFrom(1, 1, 1, 2, 60, 0),
      choice: fc.constant(scanned),
    } as const),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('add-weighed'),
      lineId: line,
      item: goods,
      weighing: weighed,
      choice: fc.constant(scanned),
    } as const),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('add-label'),
      lineId: line,
      label: fc.constantFrom(label('L1'), label('L2')),
      labelState: fc.constantFrom('live', 'live', 'live', 'sold', 'void', 'in-basket'),
    } as const),
  },
  fc.record({
    kind: fc.constant('set-quantity'),
    lineId: line,
    quantity: fc.integer({ min: 0, max: 100 }),
  } as const),
  fc.record({
    kind: fc.constant('void-line'),
    lineId: line,
    reason,
    by: fc.constantFrom('shopper', 'staff'),
  } as const),
  fc.record({ kind: fc.constant('cancel'), reason } as const),
  {
    weight: 4,
    arbitrary: tenderNumber.map(
      (n) =>
        ({
          kind: 'request-tender',
          tenderId: `tender-${n}`,
          terminalId: 'pay-1',
          channel: 'wechat',
          orderNo: `order-${n}`,
          codeTail: '0000',
        }) as const,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('capture'),
      tenderId,
      offFen: fc.constantFrom(0, 0, 0, 1, -1),
    } as const),
  },
  fc.record({ kind: fc.constant('record-declined'), tenderId, reason } as const),
  fc.record({ kind: fc.constant('record-unknown'), tenderId, reason } as const),
  fc.record({ kind: fc.constant('request-reversal'), tenderId, reason } as const),
  fc.record({ kind: fc.constant('record-reversed'), tenderId } as const),
  fc.record({ kind: fc.constant('record-receipt-printed'), jobId: fc.constant('job-1') } as const),
);

/** Fresh line ids, as the lane makes them; captures for what was asked, or a fen off. */
function commandOf(given: Step, state: SaleState, at: number): SaleCommand {
  if (given.kind === 'capture') {
    const asked = state.tenders.find((tender) => tender.tenderId === given.tenderId);
    const amountFen = (asked?.amountFen ?? 100) + given.offFen;
    const rest = { providerRef: 'ref', receiptNo: 'R-1', receiptJobId: 'job-1' };
    return { kind: 'record-captured', tenderId: given.tenderId, amountFen, ...rest, location: 'f' };
  }
  const adds = given.kind.startsWith('add-');
  return adds ? ({ ...given, lineId: `line-${at}` } as SaleCommand) : given;
}

function holdsWhileRunning(state: SaleState, before: SaleState, events: DomainEvent[]): void {
  for (const { how, quantity, unitPriceFen, amountFen, weighing: record } of state.lines) {
    if (how === 'each') expect(amountFen).toBe(quantity * unitPriceFen);
    else if (how === 'weighed' && record) {
      expect(amountFen).toBe(amountForWeight(record.netGrams, unitPriceFen, record.priceBasis));
    }
  }
  const sum = state.lines.reduce((total, { amountFen }) => total + amountFen, 0);
  expect(state.totalFen).toBe(sum);
  const openTenders = state.tenders.filter(tenderIsOpen);
  const waiting = openTenders.filter(({ state }) => state !== 'reversing');
  expect(waiting.length).toBeLessThanOrEqual(1);
  if (before.phase !== 'open') expect(state.lines).toEqual(before.lines);
  if (state.phase === 'open') expect(openTenders).toEqual([]);
  if (state.phase === 'paying') expect(openTenders.length).toBeGreaterThan(0);
  if (before.phase === 'completed') expect(state.phase).toBe('completed');
  if (events.some(({ type }) => type === 'StockMoved')) {
    expect(events.some(({ type }) => type === 'SaleCompleted')).toBe(true);
  }
}

function holdsOverAll(state: SaleState, events: DomainEvent[]): void {
  const kept = state.tenders.filter((tender) => tender.state === 'captured');
  const moved = events.flatMap(({ type, body }) => (type === 'StockMoved' ? [body.lineId] : []));
  if (state.phase === 'completed') {
    expect(kept.map(({ capturedFen }) => capturedFen)).toEqual([state.totalFen]);
    expect(moved).toEqual(state.lines.map(({ lineId }) => lineId));
  } else {
    expect([kept, moved]).toEqual([[], []]);
  }
  events.forEach((event, at) => {
    if (event.type !== 'TenderCaptured') return;
    const intents = events
      .slice(0, at)
      .filter(
        ({ type, body }) => type === 'TenderRequested' && body.tenderId === event.body.tenderId,
      );
    expect(intents.length).toBe(1);
  });
  const captures = events.flatMap((e) => (e.type === 'TenderCaptured' ? [e.body.tenderId] : []));
  expect(new Set(captures).size).toBe(captures.length);
}

it('a sale keeps its promises whatever the shopper, the acquirer and the printer do', () => {
  const phases = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const first = decideSale(undefined, start);
      const events = first.ok ? [...first.value] : [];
      let state = events.reduce<SaleState | undefined>(evolveSale, undefined);
      steps.forEach((given, at) => {
        if (!state) throw new Error('the sale vanished');
        const before = structuredClone(state);
        const decision = decideSale(state, commandOf(given, state, at));
        expect(state).toEqual(before);
        if (!decision.ok) return;
        events.push(...decision.value);
        state = decision.value.reduce<SaleState | undefined>(evolveSale, state);
        if (state) holdsWhileRunning(state, before, decision.value);
        if (state) holdsLabels(events, state);
      });
      if (!state) throw new Error('the sale vanished');
      holdsOverAll(state, events);
      expect(events.reduce<SaleState | undefined>(evolveSale, undefined)).toEqual(state);
      phases.set(state.phase, (phases.get(state.phase) ?? 0) + 1);
    }),
    { seed: SEED, numRuns: 1500 },
  );
  expect([...phases.keys()].sort(), `seed ${SEED}`).toEqual([
    'cancelled',
    'completed',
    'open',
    'paying',
  ]);
});

/** A label is where the basket says it is: held, sold with the sale, or free again. */
function holdsLabels(events: DomainEvent[], state: SaleState): void {
  const lives = new Map<string, string>();
  let sale: SaleState | undefined;
  for (const event of events) {
    for (const { labelNumber, to } of labelChanges(event, sale)) {
      lives.set(labelNumber, labelLife(undefined, to));
    }
    sale = evolveSale(sale, event);
  }
  const held = new Set(state.lines.flatMap(({ labelNumber }) => labelNumber ?? []));
  const whileHeld =
    state.phase === 'completed' ? 'sold' : state.phase === 'cancelled' ? 'live' : 'in-basket';
  for (const [labelNumber, life] of lives) {
    expect(life).toBe(held.has(labelNumber) ? whileHeld : 'live');
  }
}
