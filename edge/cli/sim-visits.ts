/**
 * `yike sim run visits`: shoppers at a cabinet, judged against what they truly held when the door
 * was shut. Noise, drift, creep and the spread of pieces live in the simulator alone.
 */
import type { ShopperTruth } from '../../simulator/cabinet-shopper.ts';
import type { VisitState } from '../core/visit.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { type CabinetStore, simulateCabinet } from './sim-cabinet.ts';
import type { ScenarioCall, ScenarioResult } from './sim-scenario.ts';

/** Staff come by after so many visits: strays go home, gaps are filled. */
const TIDY_EVERY = 40;
const VISITS = 300;
const STAFF = { id: 'staff', name: 'Staff' };

export interface VisitFigures {
  visits: number;
  settled: number;
  settledWrong: number;
  review: number;
  nothingTaken: number;
  fault: number;
  ambiguous: number;
  putBacks: number;
  putBacksRight: number;
  p95SettleMs: number;
}

interface Judged extends VisitFigures {
  settleMs: number[];
  /** What was settled wrongly, for the eye. */
  mistakes: { visitId: string; truth: string[]; told: string[]; probabilityBp: number }[];
  /** Visits sent to a person, with what the person will see. */
  doubtful: { truth: string[]; told: string[]; other: string[]; probabilityBp: number }[];
  reasons: Record<string, number>;
}

export type VisitsResult = Omit<ScenarioResult, 'figures'> & {
  figures: VisitFigures & Record<string, unknown>;
};

export async function visits(call: ScenarioCall): Promise<VisitsResult> {
  const { NOMINAL } = await import('../../simulator/cabinet-world.ts');
  const noise = call.noise ?? 1;
  const physics = { ...NOMINAL, noiseGrams: NOMINAL.noiseGrams * noise };
  const store = await simulateCabinet({ seed: call.seed, dataDir: call.dataDir, physics });
  const judged = await manyVisits(store, call.count ?? VISITS, call.progress);
  const traceHash = store.traceHash();
  const simulatedMs = store.clock.monoMs();
  const sales = store.controller().ledger.dayTotals('2026-01-01').sales;
  const violations = [...wireViolations(store), ...moneyViolations(store)];
  await store.close();
  violations.push(...checkInvariants(call.dataDir).violations);
  const { settleMs: _, ...figures } = judged;
  return { traceHash, simulatedMs, sales, violations, figures: { noise, ...figures } };
}

async function manyVisits(
  store: CabinetStore,
  count: number,
  progress: ScenarioCall['progress'],
): Promise<Judged> {
  const judged = start();
  await store.run(15_000, () => store.actor().view().screen === 'ready' && allHeard(store));
  for (let n = 1; n <= count; n += 1) {
    await oneVisit(store, judged, n);
    if (n % TIDY_EVERY === 0) await tidy(store);
    if (n % 100 === 0) progress({ zh: `${n}/${count}`, en: `${n}/${count} visits` });
  }
  await store.run(60_000);
  const sorted = judged.settleMs.toSorted((a, b) => a - b);
  judged.p95SettleMs = Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0);
  return judged;
}

const start = (): Judged => ({
  visits: 0,
  settled: 0,
  settledWrong: 0,
  review: 0,
  nothingTaken: 0,
  fault: 0,
  ambiguous: 0,
  putBacks: 0,
  putBacksRight: 0,
  p95SettleMs: 0,
  doubtful: [],
  reasons: {},
  mistakes: [],
  settleMs: [],
});

const allHeard = ({ controller }: CabinetStore): boolean =>
  controller()
    .devices.all()
    .every((device) => device.status().state === 'ok');

/** A payer's code that pays, one of a kind. */
const codeOf = (n: number): string => `13000${String(n).padStart(13, '0')}`;

const visitNow = ({ controller }: CabinetStore): VisitState | undefined =>
  controller().ledger.cabinet('cabinet-1').visit;

async function oneVisit(store: CabinetStore, judged: Judged, n: number): Promise<void> {
  const { shopAtCabinet } = await import('../../simulator/cabinet-shopper.ts');
  const { clock, random, cabinet } = store;
  await store.run(2_000 + 20_000 * random());
  const before = visitNow(store)?.visitId;
  await store
    .actor()
    .handle({ kind: 'open', code: codeOf(n) }, `open-${n}-${store.clock.monoMs()}`);
  judged.visits += 1;
  const sprang = () => !cabinet.world.bolts.locked[0];
  const isOpen = await store.run(15_000, sprang);
  if (!isOpen) {
    judged.fault += 1;
    return;
  }
  let truth: ShopperTruth | undefined;
  void shopAtCabinet({ world: cabinet.world, clock, random }).then((told) => {
    truth = told;
  });
  await store.run(300_000, () => truth !== undefined);
  const shutMs = clock.monoMs();
  const final = () => {
    const visit = visitNow(store);
    return (
      visit !== undefined &&
      visit.visitId !== before &&
      ['settled', 'nothing-taken', 'review', 'fault'].includes(visit.phase)
    );
  };
  await store.run(40_000, final);
  const visit = visitNow(store);
  if (visit && truth) judge(judged, visit, truth, clock.monoMs() - shutMs);
  else judged.fault += 1;
}

const told = ({ count }: VisitState): string[] =>
  (count?.taken ?? []).flatMap(({ sku, pieces }) => Array<string>(pieces).fill(sku)).sort();

/** Two accounts whose odds differ by less than this lie within three deviations of each other. */
const AMBIGUOUS_BELOW_BP = 9_890;

function judge(judged: Judged, visit: VisitState, truth: ShopperTruth, tookMs: number): void {
  const right = `${told(visit)}` === `${truth.held}`;
  const unsure = (visit.count?.probabilityBp ?? 10_000) < AMBIGUOUS_BELOW_BP;
  if (visit.phase === 'settled') {
    judged.settled += 1;
    judged.settleMs.push(tookMs);
    if (!right) {
      judged.settledWrong += 1;
      judged.mistakes.push({
        visitId: visit.visitId,
        truth: truth.held,
        told: told(visit),
        probabilityBp: visit.count?.probabilityBp ?? 0,
      });
    }
  } else if (visit.phase === 'nothing-taken') {
    judged.nothingTaken += 1;
    if (truth.held.length > 0) {
      judged.settledWrong += 1;
      judged.mistakes.push({
        visitId: visit.visitId,
        truth: truth.held,
        told: [],
        probabilityBp: 0,
      });
    }
  } else if (visit.phase === 'review') {
    judged.review += 1;
    judged.doubtful.push({
      truth: truth.held,
      told: told(visit),
      other: (visit.count?.runnerUp?.taken ?? []).flatMap(({ sku, pieces }) =>
        Array<string>(pieces).fill(sku),
      ),
      probabilityBp: visit.count?.probabilityBp ?? 0,
    });
    for (const reason of visit.doubts) judged.reasons[reason] = (judged.reasons[reason] ?? 0) + 1;
  } else judged.fault += 1;
  if (unsure) judged.ambiguous += 1;
  judgePutBacks(judged, visit, truth, unsure);
}

/**
 * A put-back to its own place is right where it is not billed; one to another place, where the
 * account says which article lies there now. Visits sent to a person are counted apart.
 */
function judgePutBacks(
  judged: Judged,
  visit: VisitState,
  { putBacks, held }: ShopperTruth,
  unsure: boolean,
): void {
  if (unsure || (visit.phase !== 'settled' && visit.phase !== 'nothing-taken')) return;
  const seen = (visit.count?.putBacks ?? []).map(({ sku, cell }) => `${sku}@${cell}`);
  const count = (list: string[], sku: string) => list.filter((each) => each === sku).length;
  for (const { sku, cell, home } of putBacks) {
    const credited = count(told(visit), sku) === count(held, sku);
    judged.putBacks += 1;
    if (credited && (home || seen.includes(`${sku}@shelf-${cell}`))) judged.putBacksRight += 1;
  }
}

/** Staff open with their own code, put strays home and fill up; the books are told. */
async function tidy(store: CabinetStore): Promise<void> {
  const { cabinet, clock } = store;
  await store.actor().handle({ kind: 'open', code: 'STAFF-0001' }, `staff-${clock.monoMs()}`);
  await store.run(10_000, () => !cabinet.world.bolts.locked[0]);
  cabinet.world.pull();
  await store.run(4_000);
  cabinet.world.tidy();
  await store.run(4_000);
  cabinet.world.shut();
  await store.run(20_000, () => visitNow(store)?.phase === 'nothing-taken');
  await store.actor().decide({ kind: 'tidied', by: STAFF }, `tidied-${clock.monoMs()}`);
  refillBooks(store);
}

function refillBooks({ controller, cabinet }: CabinetStore): void {
  const { ledger } = controller();
  const { cabinetId, shelves } = cabinet.world.spec;
  const levels = new Map(ledger.stock().map((each) => [each.location, each.pieces]));
  const events = shelves.flatMap(({ shelfId, cells }) =>
    cells.flatMap(({ slots }) =>
      slots.flatMap(({ sku, slotId, pieces }) => {
        const location = `${cabinetId}/${shelfId}/${slotId}`;
        const missing = pieces - (levels.get(location) ?? 0);
        if (missing === 0) return [];
        const move = { sku, location, pieces: missing, grams: 0 };
        return [{ type: 'StockMoved' as const, body: { cause: 'counted' as const, move } }];
      }),
    ),
  );
  if (events.length > 0) ledger.append({ source: 'store', events });
}

type Violation = { invariant: string; detail: string };

/** INV-K4: no pulse later than its deadline after its intent, and never in another boot. */
export function wireViolations({ lockWire, controller }: CabinetStore): Violation[] {
  const { ledger } = controller();
  const pulses = lockWire().filter(({ hex }) => hex.startsWith('8a'));
  const intents = ledger
    .readAfter(0, Number.MAX_SAFE_INTEGER)
    .map(({ record }) => JSON.parse(record))
    .filter(({ type }) => type === 'UnlockRequested');
  const spare = [...intents];
  return pulses.flatMap(({ atMs }): Violation[] => {
    const at = spare.findIndex(({ monoMs }) => atMs - monoMs >= 0 && atMs - monoMs <= 2_000);
    if (at >= 0) {
      spare.splice(at, 1);
      return [];
    }
    return [{ invariant: 'INV-K4', detail: `a pulse at ${atMs} ms without a fresh intent` }];
  });
}

/** INV-P*: the acquirer took what the bills say, once each, and holds nothing for long. */
export function moneyViolations({ acquirer, controller }: CabinetStore): Violation[] {
  const { ledger } = controller();
  const captured = new Map<string, number>();
  for (const { record } of ledger.readAfter(0, Number.MAX_SAFE_INTEGER)) {
    const event = JSON.parse(record);
    if (event.type !== 'TenderRequested') continue;
    captured.set(event.body.orderNo, event.body.amountFen);
  }
  const kept = new Set(ledger.cabinet('cabinet-1').holds.map(({ orderNo }) => orderNo));
  return acquirer.deposits().flatMap(({ orderNo, state, takenFen, takings }): Violation[] => {
    const due = captured.get(orderNo);
    if (takings > 1) return [{ invariant: 'INV-P1', detail: `${orderNo} was taken twice` }];
    if (state === 'taken' && takenFen !== due)
      return [{ invariant: 'INV-P2', detail: `${orderNo}: took ${takenFen}, billed ${due}` }];
    if (state === 'held' && due === undefined && !kept.has(orderNo))
      return [{ invariant: 'INV-P1', detail: `${orderNo} is held and nobody knows why` }];
    return [];
  });
}
