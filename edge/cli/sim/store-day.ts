/**
 * A day in the shop: seeded shoppers one after another, seeded faults between and under them, and
 * at the end everything must be settled, balanced and provable.
 */

import { DEFAULT_PACK_DIR, openPack } from '../../../models/pack.ts';
import { checkInvariants } from '../../ledger/invariants.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import { realRecogniser, teachInSimulation } from './recognition.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';
import { during, goShopping, openDoors } from './shopping.ts';
import { type SimulatedStore, simulateStore } from './store.ts';

const SHOPPERS_A_DAY = 24;
const TAUGHT = 12;
const SHOTS = 3;
const SHOPPING_LIMIT_MS = 1_800_000;
/** After the last fault everything must be well again within this long (liveness). */
const QUIET_MS = 600_000;

type Fault = (store: SimulatedStore) => Promise<void>;

/** One of a list, and a whole number in a range, by the store's own chance. */
const pick = <T>({ random }: SimulatedStore, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)]!;

/** Each breaks something for a while and mends it; the shopper in the shop meets it. */
const FAULTS: Record<string, Fault> = {
  async unplug(store) {
    const id = pick(store, ['scale-1', 'scale-2', 'scanner-1', 'camera-2', 'printer-1']);
    store.world.unplug(id);
    await pause(store, 4_000, 12_000);
    store.world.plug(id);
  },
  async 'paper-out'(store) {
    store.world.fault('printer-1', 'paper-out');
    await pause(store, 20_000, 40_000);
    store.world.fault('printer-1', undefined);
  },
  async acquirer(store) {
    store.world.fault('payment-1', pick(store, ['silence', 'server-error', 'wrong-sign']));
    await pause(store, 5_000, 30_000);
    store.world.fault('payment-1', undefined);
  },
  async noise(store) {
    store.world.fault('scale-2', pick(store, ['garbage', 'wrong-check', 'split', 'late']));
    await pause(store, 3_000, 9_000);
    store.world.fault('scale-2', undefined);
  },
  async 'power-cut'(store) {
    await pause(store, 500, 20_000);
    await store.powerCut();
  },
};

const pause = (store: SimulatedStore, fromMs: number, toMs: number) =>
  new Promise<void>((resolve) => {
    store.clock.after(fromMs + Math.floor(store.random() * (toMs - fromMs)), resolve);
  });

interface Outcomes {
  paid: number;
  left: number;
  /** What made each of the others leave. */
  why: string[];
}

export async function storeDay(call: ScenarioCall): Promise<ScenarioResult> {
  const [{ demoCatalogue, demoGoods }, { planShopping, USUAL_HABITS }] = await Promise.all([
    import('../../../simulator/goods.ts'),
    import('../../../simulator/shopper-plan.ts'),
  ]);
  const catalogue = demoCatalogue();
  const goods = demoGoods();
  const avoid = new Set(
    catalogue.items.filter((item) => !item.onSale || item.minimumAge).map((item) => item.sku),
  );
  const pack = openPack(DEFAULT_PACK_DIR);
  const store = await simulateStore({
    seed: call.seed,
    dataDir: call.dataDir,
    goods,
    catalogue,
    recogniser: realRecogniser,
    ...(pack.ok && { pack: pack.pack }),
  });
  await openDoors(store);
  const loose = goods.filter((good) => good.kind === 'loose' && !avoid.has(good.sku));
  await teachInSimulation(
    store,
    loose.slice(0, TAUGHT).map((good) => good.sku),
    SHOTS,
  );
  const met: Record<string, number> = Object.fromEntries(call.faults.map((name) => [name, 0]));
  const count = call.count ?? SHOPPERS_A_DAY * call.days;
  const outcomes: Outcomes = { paid: 0, left: 0, why: [] };
  for (let shopper = 1; shopper <= count; shopper += 1) {
    const plan = planShopping(store.random, goods, { ...USUAL_HABITS, avoid });
    const name =
      call.faults.length > 0 && store.random() < 0.5 ? pick(store, call.faults) : undefined;
    const trouble = name ? FAULTS[name]?.(store) : undefined;
    if (name) met[name] = (met[name] ?? 0) + 1;
    const outcome = await during(
      store,
      goShopping(store, plan, `shopper-${shopper}`),
      SHOPPING_LIMIT_MS,
    );
    if (trouble) await during(store, trouble, SHOPPING_LIMIT_MS);
    outcomes[outcome.kind] += 1;
    if (outcome.kind === 'left') outcomes.why.push(`${outcome.step}: ${outcome.why}`);
    if (outcome.kind === 'paid') call.acknowledged(`receipt:${outcome.receiptNo}`);
    await store.run(20_000);
  }
  return closeDay(call, store, met, outcomes);
}

async function closeDay(
  call: ScenarioCall,
  store: SimulatedStore,
  met: Record<string, number>,
  outcomes: Outcomes,
): Promise<ScenarioResult> {
  const quiet = () => {
    const { ledger, devices } = store.controller();
    const busy = ledger.unfinishedSales().some((sale) => sale.phase === 'paying');
    return !busy && devices.all().every((device) => device.status().state === 'ok');
  };
  const well = await store.run(QUIET_MS, quiet);
  const { ledger } = store.controller();
  const simulatedMs = store.clock.monoMs();
  const events = ledger.head().seq;
  const sales = ledger.tail(events).filter((event) => event.type === 'SaleCompleted').length;
  const money = moneyOf(store);
  const traceHash = store.traceHash();
  await store.close();
  const { violations } = checkInvariants(call.dataDir);
  const wrong = (invariant: string, detail: string) => violations.push({ invariant, detail });
  if (!well) wrong('LIVENESS', 'ten minutes after the last fault something was still not well');
  if (money.acquirerFen !== money.ledgerFen)
    wrong('INV-P6', `acquirer holds ${money.acquirerFen} fen, the ledger says ${money.ledgerFen}`);
  const verified = verifyLedger(call.dataDir);
  if (!verified.ok) wrong('INV-L1', verified.reason?.en ?? '');
  return {
    traceHash,
    simulatedMs,
    sales,
    violations,
    figures: { events, faults: met, shoppers: outcomes, ...money },
  };
}

/** Captured less given back, as the acquirer's own journal has it and as the ledger does. */
function moneyOf({ acquirer, controller }: SimulatedStore) {
  const acquirerFen = acquirer
    .journal()
    .reduce(
      (sum, entry) => sum + (entry.what === 'captured' ? entry.amountFen : -entry.amountFen),
      0,
    );
  const { ledger } = controller();
  const captures = new Map<string, number>();
  let ledgerFen = 0;
  for (const event of ledger.tail(ledger.head().seq)) {
    if (event.type === 'TenderCaptured') {
      captures.set(event.body.tenderId, event.body.amountFen);
      ledgerFen += event.body.amountFen;
    }
    if (event.type === 'TenderReversed') ledgerFen -= captures.get(event.body.tenderId) ?? 0;
  }
  return { acquirerFen, ledgerFen };
}
