/**
 * `yike sim run visits`: shoppers at a cabinet, judged against what they truly held when the door
 * was shut. Noise, drift, creep and the spread of pieces live in the simulator alone.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ShopperTruth } from '../../../simulator/cabinet-shopper.ts';
import type { CabinetPhysics } from '../../../simulator/cabinet-world.ts';
import type { VisitState } from '../../core/visit/visit.ts';
import { checkInvariants } from '../../ledger/invariants.ts';
import { type CabinetStore, simulateCabinet } from './cabinet.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';
import { hashOf } from './time.ts';
import { type Judged, judge, startJudging, type VisitFigures } from './visits-judge.ts';

/** Staff come by after so many visits: strays go home, gaps are filled. */
const TIDY_EVERY = 40;
const VISITS = 300;
/** This part of the visits is at a cabinet that speaks MQTT. */
const MQTT_SHARE = 0.25;
const STAFF = { id: 'staff', name: 'Staff' };

export type VisitsResult = Omit<ScenarioResult, 'figures'> & {
  figures: VisitFigures & Record<string, unknown>;
};

export async function visits(call: ScenarioCall): Promise<VisitsResult> {
  const { NOMINAL } = await import('../../../simulator/cabinet-world.ts');
  const noise = call.noise ?? 1;
  const physics = { ...NOMINAL, noiseGrams: NOMINAL.noiseGrams * noise };
  const judged = startJudging();
  const count = call.count ?? VISITS;
  const overMqtt = Math.floor(count * MQTT_SHARE);
  const shop = { ...call, physics, judged };
  const byCable = await aStore(shop, 'cables', call.dataDir, count - overMqtt);
  const stores = [byCable];
  // A store of its own, in a folder of the first: one cabinet's books are not another's.
  const network = join(call.dataDir, 'network');
  if (overMqtt > 0) stores.push(await aStore(shop, 'mqtt', network, overMqtt));
  const sorted = judged.settleMs.toSorted((a, b) => a - b);
  judged.p95SettleMs = Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0);
  const { settleMs: _, ...figures } = judged;
  return {
    traceHash: stores.length === 1 ? byCable.traceHash : hashOf(stores.map(traceOf)),
    simulatedMs: stores.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0),
    sales: stores.reduce((sum, { sales }) => sum + sales, 0),
    violations: stores.flatMap(({ violations }) => violations),
    figures: { noise, overMqtt, ...figures },
  };
}

const traceOf = ({ traceHash: hash }: { traceHash: string }) => ({ hash });

type Shop = ScenarioCall & { physics: CabinetPhysics; judged: Judged };

/** So many visits at a cabinet on this link, judged with the others. */
async function aStore(shop: Shop, link: 'cables' | 'mqtt', dataDir: string, count: number) {
  const { seed, physics, judged, progress } = shop;
  mkdirSync(dataDir, { recursive: true });
  const store = await simulateCabinet({ seed, dataDir, physics, link });
  await manyVisits(store, count, progress, judged);
  const traceHash = store.traceHash();
  const simulatedMs = store.clock.monoMs();
  const { sales } = store.controller().ledger.dayTotals('2026-01-01');
  const violations = [...wireViolations(store), ...moneyViolations(store)];
  await store.close();
  violations.push(...checkInvariants(dataDir).violations);
  return { traceHash, simulatedMs, sales, violations };
}

async function manyVisits(
  store: CabinetStore,
  count: number,
  progress: ScenarioCall['progress'],
  judged: Judged,
): Promise<void> {
  await store.run(15_000, () => store.actor().view().screen === 'ready' && allHeard(store));
  for (let n = 1; n <= count; n += 1) {
    await oneVisit(store, judged, n);
    if (n % TIDY_EVERY === 0) await tidy(store);
    if (n % 100 === 0) progress({ zh: `${n}/${count}`, en: `${n}/${count} visits` });
  }
  await store.run(60_000);
}

const allHeard = ({ controller }: CabinetStore): boolean =>
  controller()
    .devices.all()
    .every((device) => device.status().state === 'ok');

/** A payer's code that pays, one of a kind. */
const codeOf = (n: number): string => `13000${String(n).padStart(13, '0')}`;

const visitNow = ({ controller }: CabinetStore): VisitState | undefined =>
  controller().ledger.cabinet('cabinet-1').visit;

async function oneVisit(store: CabinetStore, judged: Judged, n: number): Promise<void> {
  const { shopAtCabinet } = await import('../../../simulator/cabinet-shopper.ts');
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
  if (visit && truth) judge(store, judged, visit, truth, clock.monoMs() - shutMs);
  else judged.fault += 1;
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
export function wireViolations({ unlocks, controller }: CabinetStore): Violation[] {
  const { ledger } = controller();
  const intents = ledger
    .readAfter(0, Number.MAX_SAFE_INTEGER)
    .map(({ record }) => JSON.parse(record))
    .filter(({ type }) => type === 'UnlockRequested');
  const spare = [...intents];
  return unlocks().flatMap(({ atMs }): Violation[] => {
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
