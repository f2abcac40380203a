/**
 * Payments under every fault there is: payers who do as they like, acquirers and a card terminal
 * that go silent, lie or take half, shoppers who change their mind, cash in between, refunds, and
 * the power gone at any moment. In the end nobody was charged twice, and every book agrees.
 */
import { noModel } from '../model/none.ts';
import { BEHAVIOUR_NAMES, CARD_FAULTS, type Payer, payersOf } from './payers.ts';
import { judgePayments, watchScreen } from './payment-books.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';
import { type SimulatedStore, simulateStore } from './store.ts';

const PAYMENTS = 500;
/** Whatever happened, a payment has an end within this long of simulated time. */
const SETTLED_MS = 3_600_000;
const STEP_MS = 600_000;
const SHOPPERS_IN_VAIN = 20;

export async function paymentFaults(call: ScenarioCall): Promise<ScenarioResult> {
  const { demoCatalogue, demoGoods } = await import('../../../simulator/goods.ts');
  const catalogue = demoCatalogue();
  const store = await simulateStore({
    seed: call.seed,
    dataDir: call.dataDir,
    goods: demoGoods(),
    catalogue,
    recogniser: noModel,
  });
  for (const id of ['scale-1', 'camera-1', 'scale-2', 'camera-2', 'printer-2'])
    store.world.unplug(id);
  await ready(store);
  const barcodes = catalogue.items
    .filter((item) => item.gtin && item.onSale && !item.minimumAge)
    .map((item) => item.gtin!);
  const payers = await payersOf(store);
  const till: Till = { store, barcodes, payers, faults: call.faults, met: {}, keys: 0 };
  const screen = watchScreen(store);
  const count = call.count ?? PAYMENTS;
  let asked = 0;
  // A till at which nobody can pay any more is left, for the judge to see why.
  for (let inVain = 0; asked < count && inVain < SHOPPERS_IN_VAIN; ) {
    const { seq } = store.controller().ledger.head();
    await oneShopper(till, screen);
    const askedNow = askedSince(store, seq);
    inVain = askedNow === 0 ? inVain + 1 : 0;
    asked += askedNow;
    call.acknowledged(`payments:${asked}`);
  }
  await calm(till);
  return judgePayments(call, store, { screen, payers, met: till.met });
}

export interface Till {
  store: SimulatedStore;
  barcodes: string[];
  payers: Payer;
  faults: string[];
  met: Record<string, number>;
  keys: number;
}

/** Payments asked for since `seq`. */
const askedSince = ({ controller }: SimulatedStore, seq: number): number =>
  controller()
    .ledger.readAfter(seq, 2_000)
    .filter(({ record }) => record.includes('"type":"TenderRequested"')).length;

const lane = ({ store }: Till) => store.controller().lanes[0]!;
const press = (
  till: Till,
  kind: 'pay' | 'pay-card' | 'pay-cash' | 'cancel-payment' | 'discard' | 'finish',
) => lane(till).handle({ kind }, `key-${++till.keys}-${till.store.clock.monoMs()}`);

async function ready(store: SimulatedStore): Promise<void> {
  const needed = ['scanner-1', 'payment-1', 'terminal-1', 'printer-1'];
  await store.run(60_000, () =>
    needed.every((id) => store.controller().devices.find(id)?.status().state === 'ok'),
  );
}

const pick = <T>({ store }: Till, list: readonly T[]): T =>
  list[Math.floor(store.random() * list.length)]!;
const chance = ({ store }: Till, share: number): boolean => store.random() < share;

function meets(till: Till, fault: string, share: number): boolean {
  const met = till.faults.includes(fault) && chance(till, share);
  if (met) till.met[fault] = (till.met[fault] ?? 0) + 1;
  return met;
}

/** One basket: paid one way or several, perhaps given up, perhaps partly brought back. */
async function oneShopper(till: Till, screen: ReturnType<typeof watchScreen>): Promise<void> {
  const { store } = till;
  await press(till, 'finish');
  store.world.scan('scanner-1', pick(till, till.barcodes));
  await store.run(1_200);
  for (let tries = 0; tries < 4 && lane(till).view().screen !== 'done'; tries += 1) {
    await press(till, 'pay');
    await onePayment(till);
    screen.follow();
    await settle(till);
    if (chance(till, 0.15)) break;
  }
  await calm(till);
  if (lane(till).view().sale) {
    await press(till, 'cancel-payment');
    await calm(till);
    await press(till, 'discard');
    await calm(till);
  } else if (meets(till, 'refund', 0.3)) await bringBack(till);
}

async function onePayment(till: Till): Promise<void> {
  const { store } = till;
  const trouble = meets(till, 'line', 0.15)
    ? pick(till, ['silence', 'server-error', 'wrong-sign'] as const)
    : undefined;
  if (trouble) store.world.fault('payment-1', trouble);
  const way = pick(till, ['wechat', 'alipay', 'wechat', 'alipay', 'card', 'card', 'cash'] as const);
  if (way === 'cash') await payCash(till);
  else if (way === 'card') {
    store.world.fault('terminal-1', meets(till, 'card', 0.7) ? pick(till, CARD_FAULTS) : undefined);
    await press(till, 'pay-card');
  } else {
    const behaviour = meets(till, 'payer', 0.8) ? pick(till, BEHAVIOUR_NAMES) : 'pays';
    store.world.scan('scanner-1', till.payers.code(way, behaviour));
  }
  for (let cuts = 0; cuts < 2 && meets(till, 'power-cut', 0.3); cuts += 1) {
    await store.run(Math.floor(store.random() * store.random() * 60_000));
    await store.powerCut();
    await store.run(Math.floor(store.random() * 3_000));
  }
  if (meets(till, 'cancel', 0.15)) {
    await store.run(Math.floor(store.random() * 8_000));
    await press(till, 'cancel-payment');
  }
  await store.run(Math.floor(store.random() * 20_000));
  store.world.fault('payment-1', undefined);
  store.world.fault('terminal-1', undefined);
}

const staffKey = (till: Till) => `staff-${++till.keys}-${till.store.clock.monoMs()}`;
const LI = { by: { id: 'li', name: 'Li' }, reason: 'asked' };

/** Staff take what the shopper has in hand: all of it, or a part. */
async function payCash(till: Till): Promise<void> {
  const asked = await press(till, 'pay-cash');
  const dueFen = lane(till).view().pay?.amountFen ?? 0;
  if (!asked.ok || dueFen === 0) return;
  const receivedFen = chance(till, 0.5)
    ? dueFen
    : Math.max(1, Math.floor(dueFen * till.store.random()));
  await lane(till).attend({ kind: 'take-cash', receivedFen }, LI, staffKey(till));
}

/** Runs until nothing of the basket at hand is open, handing back cash where it is owed. */
async function settle(till: Till): Promise<void> {
  const { store } = till;
  const paying = () =>
    store
      .controller()
      .ledger.unfinishedSales()
      .some(({ phase }) => phase === 'paying');
  for (let spent = 0; spent < SETTLED_MS && paying(); spent += STEP_MS) {
    await handBack(till);
    await store.run(STEP_MS, () => !paying());
  }
}

/** Every payment and refund has an end. */
export async function calm(till: Till): Promise<void> {
  const { store } = till;
  const owed = () =>
    store
      .controller()
      .ledger.unfinishedSales()
      .some(
        ({ phase, refunds = [], tenders }) =>
          phase === 'paying' ||
          tenders.some(({ state }) => state === 'reversing') ||
          refunds.some(({ parts }) => parts.some(({ state }) => state !== 'paid')),
      );
  for (let spent = 0; spent < SETTLED_MS && owed(); spent += STEP_MS) {
    await handBack(till);
    await store.run(STEP_MS, () => !owed());
  }
  await store.run(2_000);
}

/** What only people can do: cash back, and refunds the acquirer refused. */
async function handBack(till: Till): Promise<void> {
  for (const sale of till.store.controller().ledger.unfinishedSales()) {
    const { saleId } = sale;
    for (const { tenderId, channel, state } of sale.tenders)
      if (channel === 'cash' && state === 'requested') await press(till, 'cancel-payment');
      else if (channel === 'cash' && state === 'reversing')
        await lane(till).attend({ kind: 'return-cash', saleId, tenderId }, LI, staffKey(till));
    for (const { refundNo, state } of (sale.refunds ?? []).flatMap(({ parts }) => parts))
      if (state === 'refused')
        await lane(till).attend({ kind: 'refund-by-hand', saleId, refundNo }, LI, staffKey(till));
  }
}

async function bringBack(till: Till): Promise<void> {
  const { ledger } = till.store.controller();
  const sold = ledger.tail(200).findLast((event) => event.type === 'SaleCompleted');
  const sale = sold && ledger.sale(sold.body.saleId);
  const [line] = sale?.lines ?? [];
  if (!sale?.receipt || !line) return;
  const half = { lineId: line.lineId, quantity: 0, amountFen: Math.ceil(line.amountFen / 2) };
  const lines = chance(till, 0.5) ? [half] : [];
  const { receiptNo } = sale.receipt;
  await lane(till).attend({ kind: 'refund', receiptNo, lines }, LI, staffKey(till));
  if (meets(till, 'power-cut', 0.2)) {
    await till.store.run(Math.floor(till.store.random() * 2_000));
    await till.store.powerCut();
  }
  await calm(till);
}
