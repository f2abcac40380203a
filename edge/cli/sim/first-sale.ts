/**
 * The first sale, end to end: three apples on the plate, the real model's candidates, one tap, a
 * bottle scanned, a payment code held up, the receipt printed, head office holding the same.
 */
import { DEFAULT_PACK_DIR, openPack } from '../../../models/pack.ts';
import type { Good } from '../../../simulator/goods.ts';
import type { ShoppingPlan } from '../../../simulator/shopper-plan.ts';
import type { PriceBook } from '../../core/catalogue/catalogue.ts';
import { checkInvariants } from '../../ledger/invariants.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import { startScenarioHeadOffice } from './head-office.ts';
import { realRecogniser, teachInSimulation } from './recognition.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';
import { during, goShopping, openDoors } from './shopping.ts';
import { type SimulatedStore, simulateStore } from './store.ts';

const SHOTS = 5;
/** The apple, what it is confused with, and some others: enough for a real choice. */
const TAUGHT = 8;

export async function firstSale(call: ScenarioCall): Promise<ScenarioResult> {
  const { demoCatalogue, demoGoods } = await import('../../../simulator/goods.ts');
  const catalogue = demoCatalogue();
  const goods = demoGoods();
  const pack = openPack(DEFAULT_PACK_DIR);
  const headOffice = await startScenarioHeadOffice(catalogue.storeId, call);
  const store = await simulateStore({
    seed: call.seed,
    dataDir: call.dataDir,
    goods,
    catalogue,
    recogniser: realRecogniser,
    ...(pack.ok && { pack: pack.pack }),
    ...(headOffice && { headOffice }),
  });
  try {
    const outcome = await oneSale(store, catalogue, goods);
    const synced = () => store.controller().sync.status().unsent === 0;
    if (headOffice) await store.run(120_000, synced);
    const facts = factsOf(store, outcome);
    const headOfficeEvents = await headOffice?.count();
    await store.close();
    return judged(call, facts, headOfficeEvents);
  } finally {
    await headOffice?.close();
  }
}

async function oneSale(store: SimulatedStore, { items }: PriceBook, goods: Good[]) {
  await openDoors(store);
  const loose = goods.filter((good) => good.kind === 'loose').map((good) => good.sku);
  const apple = items.find((item) => item.plu === '4131')?.sku ?? loose[0]!;
  const others = loose.filter((sku) => sku !== apple).slice(0, TAUGHT - 1);
  await teachInSimulation(store, [apple, ...others], SHOTS);
  const bottle = items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;
  const plan: ShoppingPlan = {
    steps: [
      { how: 'weigh', sku: apple, pieces: 3 },
      { how: 'scan', sku: bottle.sku, gtin: bottle.gtin!, times: 1 },
    ],
    payments: [{ channel: 'wechat', behaviour: 'pays' }],
    takesReceipt: true,
    pauseMs: 500,
  };
  return during(store, goShopping(store, plan, 'first'), 300_000);
}

type Outcome = Awaited<ReturnType<typeof goShopping>>;
type Facts = ReturnType<typeof factsOf>;

/** What the running store knows, before it is closed and its files are checked from outside. */
function factsOf(store: SimulatedStore, outcome: Outcome) {
  const { ledger } = store.controller();
  const paid = outcome.kind === 'paid' ? outcome : undefined;
  const lines = ledger
    .tail(10_000)
    .flatMap((event) => (event.type === 'LineAdded' ? [event.body.line] : []));
  return {
    outcome,
    paid,
    lines: lines.length,
    byTile: lines.some((line) => line.choice.by === 'tile'),
    headSeq: ledger.head().seq,
    traceHash: store.traceHash(),
    simulatedMs: store.clock.monoMs(),
    captured: store.acquirer.journal().filter((entry) => entry.amountFen === paid?.totalFen).length,
  };
}

function judged(call: ScenarioCall, facts: Facts, headOfficeEvents?: number): ScenarioResult {
  const { paid, headSeq } = facts;
  if (paid) call.acknowledged(`receipt:${paid.receiptNo}`);
  const { violations } = checkInvariants(call.dataDir);
  const wrong = (invariant: string, detail: string) => violations.push({ invariant, detail });
  if (!paid) wrong('SALE', JSON.stringify(facts.outcome));
  if (!facts.byTile) wrong('RECOGNISED', 'the apple was not among the tiles');
  if (headOfficeEvents !== undefined && headOfficeEvents !== headSeq)
    wrong('INV-Y1', `head office holds ${headOfficeEvents} of ${headSeq}`);
  const verified = verifyLedger(call.dataDir);
  if (!verified.ok) wrong('INV-L1', verified.reason?.en ?? '');
  return {
    traceHash: facts.traceHash,
    simulatedMs: facts.simulatedMs,
    sales: paid ? 1 : 0,
    violations,
    figures: {
      lines: facts.lines,
      totalFen: paid?.totalFen ?? 0,
      captured: facts.captured,
      receiptPrinted: paid?.receipt === 'printed',
      headOfficeEvents: headOfficeEvents ?? null,
    },
  };
}
