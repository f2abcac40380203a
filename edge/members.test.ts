/** Members: found by their number, known by a pseudonym, forgotten for good; and their prices. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../simulator/goods.ts';
import { payerCode } from '../simulator/twins/acquirer-behaviours.ts';
import type { PriceBook } from './core/catalogue/catalogue.ts';
import { checkInvariants } from './ledger/invariants.ts';
import { verifyLedger } from './ledger/verify.ts';
import { MEMBER_REFUSALS } from './member-refusals.ts';
import { codeOf, openTestStore, type TestStore, withoutPlates } from './store.fixture.ts';

const NUMBER = '13800001111';
const by = { id: 'li', name: 'Li' };
const demo = demoCatalogue();
const bottle = demo.items.find((it) => it.gtin && it.onSale && !it.minimumAge)!;
const price = bottle.unitPriceFen;
const memberPriceFen = price - 20;
const catalogue: PriceBook = {
  ...demo,
  items: demo.items.map((it) => (it.sku === bottle.sku ? { ...it, memberPriceFen } : it)),
  promotions: [
    {
      ...{ kind: 'multi-buy', id: 'three', name: { zh: '三件优惠', en: 'Three for less' } },
      ...{ skus: [bottle.sku], pieces: 3, payFen: 2 * price },
    },
  ],
};

let store: TestStore;
beforeEach(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue });
  withoutPlates(store);
  await store.ready();
});
afterEach(async () => {
  await store.controller().close();
  expect(verifyLedger(store.dir)).toMatchObject({ ok: true });
  expect(checkInvariants(store.dir).violations).toEqual([]);
  await store.free();
});

const members = () => store.controller().members;
const enrol = () => members().enrol(NUMBER, { tier: 'member', senior: false }, by);
const total = () => store.view().sale?.totalFen;

describe('a senior member', () => {
  it('who shows the code on the first screen begins a basket, and is asked once about 大字', async () => {
    members().enrol(NUMBER, { tier: 'member', senior: true }, by);
    await store.scan(`yike-member:${NUMBER}`);
    expect(store.view()).toMatchObject({ screen: 'basket', sale: { member: true } });
    expect(store.view().suggestLarge).toBe(true);
    expect(codeOf(await store.press({ kind: 'large', on: true }))).toBe('done');
    expect(store.view()).toMatchObject({ large: true });
    await store.press({ kind: 'large', on: false });
    await store.press({ kind: 'member', number: NUMBER });
    expect(store.view().suggestLarge).toBeUndefined();
  });

  it('leaves, and the next one is asked anew', async () => {
    members().enrol(NUMBER, { tier: 'member', senior: true }, by);
    await store.press({ kind: 'member', number: NUMBER });
    await store.press({ kind: 'large', on: false });
    await store.press({ kind: 'discard' });
    await store.press({ kind: 'member', number: NUMBER });
    expect(store.view().suggestLarge).toBe(true);
  });
});

describe('a member', () => {
  it('is found by number after a restart, and erased leaves a ledger that verifies', async () => {
    const enrolled = enrol();
    expect(enrolled).toMatchObject({ ok: true });
    expect(codeOf(enrol())).toBe('MEMBER_EXISTS');
    expect(codeOf(members().enrol('12', { tier: 'gold', senior: true }, by))).toBe(
      'MEMBER_NUMBER_INVALID',
    );
    await store.powerCut();
    expect(members().find(NUMBER)).toEqual(enrolled.ok && enrolled.value);
    expect(store.bytesOnDisk().includes(NUMBER)).toBe(false);
    expect(members().erase(NUMBER, 'asked', by)).toMatchObject({ ok: true });
    expect(codeOf(members().erase(NUMBER, 'asked', by))).toBe('MEMBER_UNKNOWN');
    expect(members().find(NUMBER)).toBeUndefined();
    const file = readFileSync(join(store.dir, 'members.json'), 'utf8');
    expect(JSON.parse(file).members).toEqual([]);
    expect(Object.keys(MEMBER_REFUSALS)).toHaveLength(3);
  });

  it('pays the member price, from the code on the phone, and the receipt says so', async () => {
    enrol();
    await store.scan(bottle.gtin!);
    expect(total()).toBe(price);
    expect(codeOf(await store.press({ kind: 'member', number: '999999' }))).toBe('MEMBER_UNKNOWN');
    expect(codeOf(await store.press({ kind: 'member', number: NUMBER }))).toBe('done');
    await store.scan(`yike-member:${NUMBER}`);
    expect(store.bytesOnDisk().includes(NUMBER), 'the number is nowhere on the disk').toBe(false);
    expect(store.view().sale).toMatchObject({
      totalFen: memberPriceFen,
      savedFen: 20,
      member: true,
    });
    await store.press({ kind: 'pay' });
    await store.scan(payerCode('wechat', 'pays', 1));
    expect(await store.screenIs('done')).toBe(true);
    await store.run(8_000);
    expect(store.acquirer.journal().map(({ amountFen }) => amountFen)).toEqual([memberPriceFen]);
    expect(store.world.receipts().at(-1)!.lines.join('\n')).toContain('会员价');
  });
});

describe('a basket', () => {
  it('of three gets the multi-buy, and loses it with the third', async () => {
    for (let piece = 0; piece < 3; piece += 1) await store.scan(bottle.gtin!);
    expect(total()).toBe(2 * price);
    const { lineId } = store.view().sale!.lines[0]!;
    await store.press({ kind: 'set-quantity', lineId, quantity: 2 });
    expect(total()).toBe(2 * price);
    expect(store.view().sale?.savedFen).toBeUndefined();
  });

  it('keeps its price book, but for a price that fell while the shopper shopped', async () => {
    await store.scan(bottle.gtin!);
    const { ledger } = store.controller();
    const items = catalogue.items.map((it) => ({ ...it, unitPriceFen: it.unitPriceFen - 1 }));
    ledger.activatePriceBook({ ...demo, version: demo.version + 1, items }, 'b'.repeat(64));
    await store.press({ kind: 'pay' });
    expect(store.view().pay?.amountFen).toBe(price - 1);
    expect(store.view().sale?.lines[0]?.unitPriceFen).toBe(price);
    await store.press({ kind: 'cancel-payment' });
    await store.press({ kind: 'discard' });
    await store.scan(bottle.gtin!);
    expect(total()).toBe(price - 1);
  });
});
