/** The wall clock is set, at any moment and to any time: only what people read changes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRandom, pick, whole } from '../../simulator/random.ts';
import type { RecordedEvent } from '../core/events.ts';
import type { Ledger } from './contract.ts';
import { checkInvariants } from './invariants.ts';
import { beginClockSteps, beginMonotonic } from './invariants-clock.ts';
import { openLedger } from './open.ts';
import { parseRecord } from './record.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const SEED = Number(process.env.SEED ?? 20_261_128);
const SALES = 60;
const STEPS = 50;
const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000];
const JUMPS = [SECOND, 3 * SECOND, HOUR, DAY].flatMap((ms) => [ms, -ms]);
const MOMENTS = [0, Date.UTC(2038, 0, 20)];

let dir: string;
let free: () => void;
beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => free());

function settableClock() {
  const clock = shop.testClock();
  let offMs = 0;
  const wallMs = () => clock.wallMs() + offMs;
  const step = (ms: number) => {
    offMs += ms;
  };
  return { ...clock, wallMs, step, setTo: (ms: number) => step(ms - wallMs()) };
}

const recorded = (ledger: Ledger, after: number): RecordedEvent[] =>
  ledger.readAfter(after, 10_000).map(({ record }) => parseRecord(record));

/** Sixty sales, the clock set at the moments in `steps`; what was recorded. */
function sell(clock: ReturnType<typeof settableClock>, steps: Map<number, () => void>) {
  const ledger = openLedger(shop.ledgerOptions(dir, { clock, ids: shop.countingIds() }));
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
  let decisions = 0;
  for (let sale = 1; sale <= SALES; sale += 1)
    for (const command of shop.applesCommands(ledger, `sale-${sale}`)) {
      clock.advance(700);
      steps.get(decisions)?.();
      decisions += 1;
      if (!shop.carryOut(ledger, `sale-${sale}`, command)) throw new Error(command.kind);
    }
  const events = recorded(ledger, 0);
  ledger.close();
  return events;
}

const business = (events: RecordedEvent[]) =>
  events.filter(({ type }) => type !== 'ClockStepped').map(({ type, body }) => ({ type, body }));

it(`order, money and goods are the same with the clock set at ${STEPS} moments (SEED=${SEED})`, () => {
  const random = createRandom(SEED);
  const clock = settableClock();
  const steps = new Map<number, () => void>();
  while (steps.size < STEPS) {
    const jumpMs = pick(random, JUMPS);
    const moment = pick(random, MOMENTS);
    const set = random() < 0.2 ? () => clock.setTo(moment) : () => clock.step(jumpMs);
    steps.set(whole(random, 0, SALES * 6 - 1), set);
  }
  const stepped = sell(clock, steps);
  expect(verifyLedger(dir)).toMatchObject({ ok: true });
  expect(checkInvariants(dir).violations).toEqual([]);
  expect(stepped.filter(({ type }) => type === 'ClockStepped').length).toBeGreaterThan(20);
  free();
  ({ dir, free } = shop.temporaryDirectory());
  const straight = sell(settableClock(), new Map());
  expect(straight.filter(({ type }) => type === 'ClockStepped')).toEqual([]);
  expect(business(stepped)).toEqual(business(straight));
});

it.each([
  [2000, 0],
  [-2000, 0],
  [2001, 1],
  [-2001, 1],
])('a step of %i ms is told %i times, before what carries the new time', (stepMs, times) => {
  const clock = settableClock();
  const ledger = openLedger(shop.ledgerOptions(dir, { clock }));
  const wallBeforeMs = clock.wallMs();
  clock.step(stepMs);
  const before = ledger.head().seq;
  const { firstSeq } = ledger.append({
    source: 'lane-1',
    events: [{ type: 'SaleStarted', body: { saleId: 's', laneId: 'lane-1', priceBookVersion: 0 } }],
  });
  expect(firstSeq).toBe(before + 1 + times);
  const told = recorded(ledger, before).filter(({ type }) => type === 'ClockStepped');
  const body = { wallBeforeMs, wallMs: wallBeforeMs + stepMs, stepMs };
  expect(told).toMatchObject(times ? [{ seq: before + 1, body }] : []);
  ledger.close();
});

it('a step that nothing tells of, or that is told wrong, and time run back are found', () => {
  const ledger = openLedger(shop.ledgerOptions(dir));
  const [booted] = recorded(ledger, 0);
  ledger.close();
  if (!booted) throw new Error('nothing recorded');
  const later = { ...booted, wallMs: booted.wallMs + 5000 };
  const silent = beginClockSteps();
  expect([booted, later, later].map((event) => silent(event).length)).toEqual([0, 1, 0]);
  const body = { wallBeforeMs: booted.wallMs, wallMs: later.wallMs, stepMs: 4000 };
  const wrong = beginClockSteps();
  wrong(booted);
  expect(wrong({ ...later, type: 'ClockStepped', body })).toEqual([
    'says 4000 ms, the clock moved 5000 ms',
  ]);
  const back = beginMonotonic();
  back({ ...booted, monoMs: 10 });
  expect(back({ ...booted, monoMs: 9 })).toEqual(['monotonic time 9 after 10']);
  expect(back({ ...booted, boot: 'next', monoMs: 0 })).toEqual([]);
});
