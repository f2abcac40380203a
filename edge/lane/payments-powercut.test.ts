/** The power goes while money moves: every kind of payer, on both channels. */
import { afterEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { between, createRandom, pick } from '../../simulator/random.ts';
import { BEHAVIOURS, type Channel, payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const bottle = catalogue.items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;
let store: TestStore;

afterEach(() => store.free());

async function withBasket(): Promise<void> {
  store = await openTestStore({ goods, catalogue });
  withoutPlates(store);
  await store.ready();
  await store.scan(bottle.gtin!);
}

const basket = () => store.view().sale?.lines.map(({ sku, quantity }) => [sku, quantity]);
const BASKET = [[bottle.sku, 1]];

/** Money the acquirer kept, and money the ledger says was sold. */
function money() {
  const kept = store.acquirer
    .journal()
    .reduce((sum, { what, amountFen }) => sum + (what === 'captured' ? amountFen : -amountFen), 0);
  const events = store.controller().ledger.tail(1_000);
  const sold = events.reduce(
    (sum, event) => sum + (event.type === 'SaleCompleted' ? event.body.totalFen : 0),
    0,
  );
  return { kept, sold };
}

const unresolved = () =>
  store
    .controller()
    .ledger.unfinishedSales()
    .flatMap((sale) => sale.tenders)
    .filter(({ state }) => !['captured', 'declined', 'reversed'].includes(state));

async function settled() {
  const calm = await store.run(900_000, () => unresolved().length === 0);
  expect(calm, 'the payment is settled or reversed within a quarter of an hour').toBe(true);
}

/** Payers whose money the shop keeps; everybody else pays nothing in the end. */
const PAYING = ['pays', 'password', 'system-error-paid', 'timeout-paid'];

describe.each<Channel>(['wechat', 'alipay'])('a power cut while a %s payer', (channel) => {
  it.each(BEHAVIOURS.map(({ name, label }) => [label.en, name]))(
    '(%s) is being charged: same basket, never charged twice, books agree',
    async (_, name) => {
      await withBasket();
      await store.press({ kind: 'pay' });
      store.world.scan('scanner-1', payerCode(channel, name, 1));
      const asked = () => store.controller().ledger.tail(1)[0]?.type === 'TenderRequested';
      expect(await store.run(5_000, asked)).toBe(true);
      await store.run(name.length * 40);
      await store.powerCut();
      if (store.view().sale) expect(basket()).toEqual(BASKET);
      await store.ready();
      await settled();
      const paid = PAYING.includes(name);
      const { kept, sold } = money();
      expect({ kept, sold }).toEqual(
        paid ? { kept: bottle.unitPriceFen, sold: bottle.unitPriceFen } : { kept: 0, sold: 0 },
      );
      const captures = store.acquirer.journal().filter(({ what }) => what === 'captured');
      expect(captures.length).toBeLessThanOrEqual(1);
      if (!paid) expect(basket()).toEqual(BASKET);
      await store.controller().close();
      expect(verifyLedger(store.dir)).toMatchObject({ ok: true });
      expect(checkInvariants(store.dir).violations).toEqual([]);
    },
  );
});

const SEED = Number(process.env.SEED ?? 20_261_123);

it(`three power cuts at any moments of any payment leave both books equal (SEED=${SEED})`, async () => {
  const random = createRandom(SEED);
  for (let round = 0; round < 20; round++) {
    await withBasket();
    const { name } = pick(random, BEHAVIOURS);
    const channel = pick(random, ['wechat', 'alipay'] as const);
    await store.press({ kind: 'pay' });
    store.world.scan('scanner-1', payerCode(channel, name, 1));
    for (let cut = 0; cut < 3; cut++) {
      await store.run(between(random, 0, 40_000));
      await store.powerCut();
    }
    await settled();
    const { kept, sold } = money();
    expect(kept, `round ${round}: ${channel} ${name}`).toBe(sold);
    await store.controller().close();
    expect(checkInvariants(store.dir).violations).toEqual([]);
    if (round < 19) await store.free();
  }
}, 60_000);

describe('a power cut', () => {
  it('before the first scan leaves nothing to resume', async () => {
    store = await openTestStore({ goods, catalogue });
    withoutPlates(store);
    await store.ready();
    await store.powerCut();
    expect(store.view()).toMatchObject({ screen: 'attract' });
    expect(store.view().sale).toBeUndefined();
  });

  it.each([
    ['while scanning', []],
    ['on the payment screen', ['pay']],
  ] as const)('%s keeps the basket, and it can be paid', async (_, commands) => {
    await withBasket();
    for (const kind of commands) await store.press({ kind });
    await store.powerCut();
    expect(store.view().screen).toBe('basket');
    expect(basket()).toEqual(BASKET);
    await store.ready();
    expect(await store.press({ kind: 'pay' })).toEqual({ ok: true });
    await store.scan(payerCode('alipay', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
    expect(money()).toEqual({ kept: bottle.unitPriceFen, sold: bottle.unitPriceFen });
  });

  it('before the receipt came out prints no second one: the e-receipt stands in', async () => {
    await withBasket();
    await store.press({ kind: 'pay' });
    store.world.scan('scanner-1', payerCode('wechat', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
    const saleId = store
      .controller()
      .ledger.tail(50)
      .find((e) => e.type === 'SaleCompleted')!.body.saleId;
    await store.powerCut();
    await store.run(30_000);
    expect(store.controller().ledger.sale(saleId)?.receipt).toMatchObject({
      state: 'failed',
      reason: 'restarted',
    });
    expect(store.world.receipts().length).toBeLessThanOrEqual(1);
    expect(store.view().screen).toBe('attract');
    expect(money()).toEqual({ kept: bottle.unitPriceFen, sold: bottle.unitPriceFen });
  });
});
