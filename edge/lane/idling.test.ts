/** A lane that nobody touches: asked, waited for, put aside under a code, never lost and never sold. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import { codeOf, openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const bottle = catalogue.items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;
const beer = catalogue.items.find((item) => item.gtin && item.onSale && item.minimumAge);
let store: TestStore;

beforeEach(async () => {
  store = await openTestStore({ goods, catalogue });
  withoutPlates(store);
  await store.ready();
});
afterEach(() => store.free());

const asked = () => store.view().idle !== undefined;

describe('what a shopper chose on the first screen', () => {
  const begins: [string, () => Promise<unknown>][] = [
    ['starting', () => store.press({ kind: 'start' })],
    ['a scan', () => store.scan(bottle.gtin!)],
  ];
  it.each(begins)('stays through %s, and is not the next shopper’s', async (_, begin) => {
    await store.press({ kind: 'large', on: true });
    await store.press({ kind: 'english', on: true });
    await begin();
    expect(store.view()).toMatchObject({ screen: 'basket', large: true, english: true });
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'park' });
    const { parked } = store.view();
    await store.press({ kind: 'finish' });
    expect(store.view().large).toBeUndefined();
    await store.press({ kind: 'large', on: true });
    await store.press({ kind: 'recall', code: parked?.code ?? '' });
    expect(store.view()).toMatchObject({ screen: 'basket', large: true });
  });

  it('goes with the paid sale where the next shopper scans at once', async () => {
    await store.press({ kind: 'large', on: true });
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'pay' });
    await store.scan(payerCode('wechat', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
    await store.scan(bottle.gtin!);
    expect(store.view()).toMatchObject({ screen: 'basket' });
    expect(store.view().large).toBeUndefined();
  });
});

describe('a basket that nobody touches', () => {
  it('is asked about after a minute, parked after half a minute more, and comes back whole', async () => {
    await store.scan(bottle.gtin!);
    await store.run(58_000);
    expect(asked()).toBe(false);
    await store.run(2_000);
    expect(store.view().idle).toMatchObject({ countdownMs: 30_000 });
    await store.run(29_000);
    expect(store.view().screen).toBe('basket');
    await store.run(2_000);
    const { screen, parked } = store.view();
    expect(screen).toBe('parked');
    expect(parked?.code).toMatch(/^\d{4}$/);
    await store.press({ kind: 'finish' });
    await store.press({ kind: 'recall', code: parked?.code ?? '' });
    expect(store.view().sale?.lines).toMatchObject([{ sku: bottle.sku, quantity: 1 }]);
  });

  it('of somebody who says that they are there goes on, a dozen times and more', async () => {
    await store.scan(bottle.gtin!);
    for (let time = 0; time < 12; time += 1) {
      expect(await store.run(61_000, asked)).toBe(true);
      await store.press({ kind: 'here' });
      expect(asked()).toBe(false);
    }
    expect(store.view().screen).toBe('basket');
  });

  it('of somebody who scans on is not asked about', async () => {
    for (let time = 0; time < 4; time += 1) {
      await store.scan(bottle.gtin!);
      await store.run(50_000);
      expect(asked()).toBe(false);
    }
  });

  it('takes twice as long in large type, until the next shopper', async () => {
    await store.press({ kind: 'start' });
    await store.scan(bottle.gtin!);
    expect(store.view().notice).toMatchObject({ undo: true, leavesAfterMs: 10_000 });
    await store.press({ kind: 'large', on: true });
    expect(store.view().notice).toMatchObject({ undo: true });
    expect(store.view().notice?.leavesAfterMs, 'undo waits').toBeUndefined();
    await store.run(118_000);
    expect(asked()).toBe(false);
    await store.run(3_000);
    expect(store.view()).toMatchObject({ idle: { countdownMs: 60_000 }, large: true });
    await store.run(61_000);
    expect(store.view().screen).toBe('parked');
    expect(store.view()).toMatchObject({ large: true, returns: { afterMs: 30_000 } });
    expect(await store.screenIs('attract', 32_000)).toBe(true);
    expect(store.view().large).toBeUndefined();
  });

  it('with nothing in it is closed, with no code and nothing in the way', async () => {
    await store.press({ kind: 'start' });
    await store.run(95_000);
    expect(store.view()).toMatchObject({ screen: 'attract' });
    expect(store.view().parked).toBeUndefined();
  });
});

describe('a basket that nobody wants', () => {
  const cancelled = () =>
    store
      .controller()
      .ledger.tail(200)
      .flatMap((event) => (event.type === 'SaleCancelled' ? [event.body.reason] : []));

  it('is there for a quarter of an hour, by its code, and then given up', async () => {
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'discard' });
    const { screen, parked } = store.view();
    expect({ screen, parked }).toMatchObject({
      screen: 'parked',
      parked: { minutes: 15, discarded: true },
    });
    await store.press({ kind: 'recall', code: parked?.code ?? '' });
    expect(store.view().sale?.lines).toMatchObject([{ sku: bottle.sku, quantity: 1 }]);
    await store.press({ kind: 'discard' });
    const again = store.view().parked?.code ?? '';
    await store.run(14 * 60_000);
    expect(cancelled()).toEqual([]);
    await store.run(2 * 60_000);
    expect(cancelled()).toEqual(['shopper']);
    expect(codeOf(await store.press({ kind: 'recall', code: again }))).toBe('PARKED_UNKNOWN');
  });

  it('with nothing in it is gone at once', async () => {
    await store.press({ kind: 'start' });
    await store.press({ kind: 'discard' });
    expect([store.view().screen, cancelled()]).toEqual(['attract', ['shopper']]);
  });

  it('and the basket put aside in large type are kept, and shown, twice as long', async () => {
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'large', on: true });
    await store.press({ kind: 'discard' });
    expect(store.view().parked?.minutes).toBe(30);
    await store.run(28_000);
    expect(store.view().screen).toBe('parked');
    await store.run(4_000);
    expect(store.view().screen).toBe('attract');
  });
});

it('a lane that can neither scan nor weigh says so, and opens again with either', async () => {
  expect(store.view()).toMatchObject({ screen: 'attract', camera: { photoHours: 0 } });
  store.world.unplug('scanner-1');
  expect(await store.screenIs('out-of-service', 60_000)).toBe(true);
  const closed = store.view().outOfService;
  expect(closed?.reason.en).toContain('scanner and the scale');
  expect(closed?.next.en).toBe('Please call staff');
  const wallMs = store.controller().clock.wallMs();
  await store.run(60_000);
  expect(store.view().outOfService?.sinceWallMs, 'of the loss').toBeLessThanOrEqual(wallMs);
  await store.press({ kind: 'help' });
  expect(store.view()).toMatchObject({ screen: 'out-of-service', help: {} });
  await store.press({ kind: 'cancel-help' });
  store.world.plug('scanner-1');
  expect(await store.screenIs('attract', 60_000)).toBe(true);
  await store.scan(bottle.gtin!);
  store.world.unplug('scanner-1');
  await store.run(30_000);
  expect(store.view().screen, 'a basket begun can be paid').toBe('basket');
});

describe('nobody is asked', () => {
  it('while they pay, nor while a payment is in the air', async () => {
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'pay' });
    await store.run(300_000);
    expect([asked(), store.view().screen]).toEqual([false, 'pay']);
    await store.scan(payerCode('wechat', 'never-confirms', 1));
    await store.run(100_000);
    expect(asked()).toBe(false);
  });

  it('while they wait for staff', async () => {
    await store.scan(bottle.gtin!);
    await store.press({ kind: 'help' });
    await store.run(300_000);
    expect([asked(), store.view().screen]).toEqual([false, 'basket']);
  });

  it.skipIf(!beer)('while staff must see how old they are', async () => {
    await store.scan(beer?.gtin ?? '');
    await store.run(300_000);
    expect([asked(), store.view().screen]).toEqual([false, 'basket']);
  });

  it('on the first screen, where what somebody chose and left is forgotten', async () => {
    await store.press({ kind: 'contrast', on: true });
    await store.run(55_000);
    expect(store.view()).toMatchObject({ screen: 'attract', contrast: true });
    await store.run(600_000);
    expect(store.view()).toMatchObject({ screen: 'attract' });
    expect(store.view().contrast).toBeUndefined();
    expect(asked()).toBe(false);
  });
});
