import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../simulator/goods.ts';
import { payerCode } from '../simulator/twins/acquirer-behaviours.ts';
import { checkInvariants } from './ledger/invariants.ts';
import { verifyLedger } from './ledger/verify.ts';
import { openTestStore, type TestStore } from './store.fixture.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const loose = catalogue.items.find((item) => item.plu === '4131') ?? catalogue.items[0]!;
const bottle = catalogue.items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;
let store: TestStore;

beforeEach(async () => {
  store = await openTestStore({ goods, catalogue });
});
afterEach(() => store.free());

async function weighApples() {
  store.world.place('plate-2', loose.sku, 3, 612);
  expect(await store.press({ kind: 'find' })).toEqual({ ok: true });
  await store.run(5_000, () => store.view().weigh?.weight.kind === 'stable');
  await store.run(2_000, () => store.view().weigh?.hint === undefined);
  const answer = await store.press({ kind: 'choose', sku: loose.sku, by: 'list' });
  expect(answer).toEqual({ ok: true });
}

describe('a lane', () => {
  it('sells three apples and a bottle, takes the money once and prints the receipt', async () => {
    await store.ready();
    expect(store.view().screen).toBe('attract');
    await weighApples();
    store.world.take('plate-2', 'all');
    // Removed by a slip: nobody weighs twice.
    const [{ lineId = '', amountFen = 0 } = {}] = store.view().sale?.lines ?? [];
    await store.press({ kind: 'remove', lineId });
    expect(store.view().sale?.lines).toEqual([]);
    expect(await store.press({ kind: 'undo' })).toEqual({ ok: true });
    expect(store.view().sale?.lines).toMatchObject([{ sku: loose.sku, netGrams: 612, amountFen }]);
    store.world.scan('scanner-1', bottle.gtin!);
    await store.run(2_000, () => store.view().sale?.lines.length === 2);
    const sale = store.view().sale!;
    expect(sale.lines.map((line) => [line.sku, line.netGrams ?? line.quantity])).toEqual([
      [loose.sku, 612],
      [bottle.sku, 1],
    ]);
    expect(await store.press({ kind: 'pay' })).toEqual({ ok: true });
    store.world.scan('scanner-1', payerCode('wechat', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
    await store.run(5_000, () => store.view().done?.receipt !== 'printing');
    expect(store.view().done).toMatchObject({ totalFen: sale.totalFen, receipt: 'printed' });
    expect(store.world.receipts()[0]?.lines.join('\n')).toContain(loose.name.zh);
    const captured = store.acquirer.journal();
    expect(captured.map((entry) => entry.amountFen)).toEqual([sale.totalFen]);
    await store.run(16_000);
    expect(store.view().screen).toBe('attract');
  });

  it('keeps the basket and settles the payment after a power cut, without a second charge', async () => {
    await store.ready();
    store.world.scan('scanner-1', bottle.gtin!);
    await store.run(2_000, () => store.view().sale?.lines.length === 1);
    await store.press({ kind: 'pay' });
    store.world.scan('scanner-1', payerCode('wechat', 'timeout-paid', 2));
    await store.screenIs('paying');
    await store.run(1_000);
    await store.powerCut();
    expect(store.view().sale?.lines).toHaveLength(1);
    expect(['paying', 'unknown']).toContain(store.view().screen);
    expect(await store.screenIs('done', 120_000)).toBe(true);
    expect(store.acquirer.journal()).toHaveLength(1);
  });
});

describe('a counter and a lane', () => {
  it('sell a weighed bag by its label, once', async () => {
    await store.ready();
    store.world.place('plate-1', loose.sku, 3, 612);
    await store.run(5_000, () => store.counter().view().weigh.hint === undefined);
    expect(await store.tap({ kind: 'choose', sku: loose.sku, by: 'list' })).toEqual({ ok: true });
    expect(await store.tap({ kind: 'print' })).toEqual({ ok: true });
    await store.run(5_000, () => store.counter().view().label?.printed === true);
    const label = store.counter().view().label!;
    expect(label.printed).toBe(true);
    store.world.scan('scanner-1', label.elementString);
    await store.run(2_000, () => store.view().sale?.lines.length === 1);
    expect(store.view().sale?.lines[0]).toMatchObject({
      sku: loose.sku,
      netGrams: 612,
      how: 'label',
    });
    await store.run(1_000);
    store.world.scan('scanner-1', label.ean13);
    await store.run(1_000, () => store.view().notice?.level === 'error');
    expect(store.view().sale?.lines).toHaveLength(1);
    expect(store.view().notice?.text.en).toContain('label');
  });
});

describe('the ledger of a simulated store', () => {
  it('verifies and keeps every invariant', async () => {
    await store.ready();
    await weighApples();
    await store.press({ kind: 'pay' });
    store.world.scan('scanner-1', payerCode('alipay', 'pays', 3));
    await store.screenIs('done');
    await store.run(5_000);
    await store.controller().close();
    expect(verifyLedger(store.dir)).toMatchObject({ ok: true });
    expect(checkInvariants(store.dir).violations).toEqual([]);
  });
});
