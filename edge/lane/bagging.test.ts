/** A lane with a bagging area, from the scale's frames to the shopper's screen and the ledger. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { openPieceWeights } from '../piece-weights.ts';
import { codeOf, openTestStore, type TestStore } from '../store.fixture.ts';

const catalogue = demoCatalogue();
const goods = demoGoods();
const [cola, milk] = catalogue.items.filter(
  (item) => item.gtin && item.onSale && !item.minimumAge && (item.unitGrams ?? 0) > 200,
);
if (!cola?.gtin || !milk?.gtin) throw new Error('the demonstration has no goods for this');
const LI = { by: { id: 'li', name: '李梅' }, reason: 'looked' };

let store: TestStore;
beforeEach(async () => {
  store = await openTestStore({ goods, catalogue, bagging: true });
  for (const id of ['scale-1', 'camera-1', 'scale-2', 'camera-2']) store.world.unplug(id);
  expect(await store.ready()).toBe(true);
});
afterEach(() => store.free());

const trouble = () => store.view().bag?.trouble;
async function bag(sku: string, totalGrams?: number) {
  store.world.place('plate-3', sku, 1, totalGrams);
  await store.run(3_000);
}
async function scanned(item: { gtin?: string }) {
  await store.scan(item.gtin ?? '');
}
const checks = () =>
  store
    .controller()
    .ledger.readAfter(0, 1_000)
    .map(({ record }) => JSON.parse(record))
    .filter(({ type }) => type === 'BagChecked')
    .map(({ body }) => body);

it('who bags what they scanned is asked nothing, and the weight is learned', async () => {
  await scanned(cola);
  await bag(cola.sku);
  await scanned(milk);
  await bag(milk.sku);
  await store.run(10_000);
  expect(trouble()).toBeUndefined();
  expect(codeOf(await store.press({ kind: 'pay' }))).toBe('done');
  const learned = openPieceWeights(store.dir).of(cola.sku);
  const [lying] = store.world.pieces('plate-3');
  expect(Math.abs((learned?.grams ?? 0) - (lying?.grams ?? 0))).toBeLessThanOrEqual(2);
});

it('what was not bagged is asked for after a while, stops no scan, and holds only the payment', async () => {
  await scanned(cola);
  expect(trouble()).toBeUndefined();
  await store.run(5_000);
  expect(trouble()).toMatchObject({ kind: 'place', name: cola.name });
  await scanned(milk);
  expect(store.view().sale?.lines).toHaveLength(2);
  expect(codeOf(await store.press({ kind: 'pay' }))).toBe('BAG_UNRESOLVED');
  expect(codeOf(await store.press({ kind: 'not-bagged' }))).toBe('done');
  expect(codeOf(await store.press({ kind: 'not-bagged' }))).toBe('done');
  expect(trouble()).toBeUndefined();
  expect(codeOf(await store.press({ kind: 'pay' }))).toBe('done');
  expect(checks().map(({ answer }) => answer)).toEqual(['not-bagged', 'not-bagged']);
});

it('a bag of their own is weighed off; one with something in it is not', async () => {
  await store.press({ kind: 'start' });
  expect(codeOf(await store.press({ kind: 'own-bag' }))).toBe('done');
  expect(trouble()?.kind).toBe('own-bag');
  await bag(milk.sku, 48);
  expect(trouble()).toBeUndefined();
  await scanned(cola);
  await bag(cola.sku);
  await store.run(6_000);
  expect(trouble()).toBeUndefined();
  await bag(milk.sku, 1_900);
  expect(trouble()?.kind).toBe('extra');
  expect(codeOf(await store.press({ kind: 'own-bag' }))).toBe('BAG_HEAVY');
});

it('staff who looked may let it be, with name and reason in the ledger', async () => {
  await scanned(cola);
  await bag(cola.sku);
  await bag(milk.sku);
  expect(trouble()?.kind).toBe('extra');
  expect(codeOf(await store.press({ kind: 'pay' }))).toBe('BAG_UNRESOLVED');
  const done = await store.lane().attend({ kind: 'approve-bag' }, LI, 'approve-bag-1');
  expect(codeOf(done)).toBe('done');
  expect(codeOf(await store.press({ kind: 'pay' }))).toBe('done');
  expect(checks().at(-1)).toMatchObject({ answer: 'approved', by: LI.by, reason: LI.reason });
});

it('who leans on the plate is asked not to, and nothing is counted meanwhile', async () => {
  await scanned(cola);
  await bag(cola.sku);
  store.world.press('plate-3', 4_000);
  await store.run(5_000);
  expect(trouble()?.kind).toBe('lean');
  store.world.press('plate-3', 0);
  await store.run(3_000);
  expect(trouble()).toBeUndefined();
});

it('a line taken away is to be taken out of the bag too', async () => {
  await scanned(cola);
  await bag(cola.sku);
  const [line] = store.view().sale?.lines ?? [];
  await store.press({ kind: 'remove', lineId: line?.lineId ?? '' });
  expect(trouble()).toMatchObject({ kind: 'take-out', name: cola.name });
  store.world.take('plate-3', 'all');
  await store.run(3_000);
  expect(trouble()).toBeUndefined();
});

it('after a power cut it begins with what lies there, and accuses nobody', async () => {
  await scanned(cola);
  await bag(cola.sku);
  await bag(milk.sku);
  await store.powerCut();
  expect(await store.ready()).toBe(true);
  await store.run(10_000);
  expect(store.view().sale?.lines).toHaveLength(1);
  expect(codeOf(await store.press({ kind: 'pay' }))).toBe('done');
});

it('a scale that is gone asks nothing and holds nothing', async () => {
  await scanned(cola);
  store.world.unplug('scale-3');
  await store.run(10_000);
  expect(trouble()).toBeUndefined();
  expect(codeOf(await store.press({ kind: 'own-bag' }))).toBe('NO_BAG');
  expect(codeOf(await store.press({ kind: 'pay' }))).toBe('done');
});
