/** A lane with one article in its basket, its staff and its shoppers, in a whole store in simulated time. */
import { afterEach, beforeEach, expect } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import type { Warrant } from '../core/person.ts';
import type { AttendantCommand } from '../core/sale/attendant.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { codeOf, openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';

const goods = demoGoods();
export const catalogue = demoCatalogue();
export const [bottle, other] = catalogue.items.filter(
  (it) => it.gtin && it.onSale && !it.minimumAge,
);
export const beer = catalogue.items.find((item) => item.minimumAge)!;
export const price = bottle!.unitPriceFen;
export const li: Warrant = { by: { id: 'li', name: '李' }, reason: '顾客退货' };
export const liAndWang: Warrant = { ...li, approvedBy: { id: 'wang', name: '王' } };

/** The store of the test that runs. */
export let store: TestStore;
let keys = 0;
/** A key of its own for an act of staff. */
export const staffKey = (): string => `staff-key-${++keys}`;

/** For every test of a file; what each leaves on the disk is sound. */
export function atALane(): void {
  beforeEach(async () => {
    store = await openTestStore({ goods, catalogue });
    withoutPlates(store);
    await store.ready();
    await store.scan(bottle!.gtin!);
  });
  afterEach(async () => {
    await store.run(1_000);
    await store.controller().close();
    expect(verifyLedger(store.dir)).toMatchObject({ ok: true });
    expect(checkInvariants(store.dir).violations).toEqual([]);
    await store.free();
  });
}

export const staff = async (command: AttendantCommand, warrant = li) => {
  const answer = store.lane().attend(command, warrant, staffKey());
  await store.run(3_000);
  return codeOf(await answer);
};
export const press = async (command: Parameters<TestStore['press']>[0]) =>
  codeOf(await store.press(command));
export const pay = (behaviour: string, serial = 1) =>
  store.scan(payerCode('wechat', behaviour, serial));
export const acquirer = () =>
  store.acquirer.journal().map(({ what, amountFen }) => [what, amountFen]);
export const cards = () =>
  store.cardJournal.map(({ amountFen, reversed, refund }) => [
    refund ? 'refund' : reversed ? 'reversed' : 'paid',
    amountFen,
  ]);
export const lastSale = () => {
  const { ledger } = store.controller();
  const paid = ledger.tail(500).findLast((event) => event.type === 'SaleCompleted')!;
  return ledger.sale(paid.body.saleId)!;
};
export const receiptNo = () => lastSale().receipt!.receiptNo;
