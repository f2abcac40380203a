/** A cabinet's flows by hand: who is let in, what is charged, what goes to a person. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CabinetStore, simulateCabinet } from '../cli/sim/cabinet.ts';
import { moneyViolations } from '../cli/sim/visits.ts';
import { type Planogram, slotsOf } from '../core/stock/planogram.ts';
import { checkInvariants } from '../ledger/invariants.ts';

let dir: string;
let store: CabinetStore;
let keys = 0;
let taken: ReturnType<CabinetStore['cabinet']['world']['take']>;

async function open(settings: Record<string, unknown> = {}): Promise<void> {
  dir = mkdtempSync(join(tmpdir(), 'yike-cabinet-'));
  store = await simulateCabinet({ seed: 3, dataDir: dir, shelves: 1, settings });
  await store.run(12_000);
}
beforeEach(() => {
  keys = 0;
});
afterEach(async () => {
  await store.run(20_000);
  const found = moneyViolations(store);
  await store.close();
  found.push(...checkInvariants(dir).violations);
  rmSync(dir, { recursive: true, force: true });
  expect(found).toEqual([]);
});

const key = () => `key-${String(++keys).padStart(6, '0')}`;
const visit = () => store.controller().ledger.cabinet('cabinet-1').visit;
const state = () => store.controller().ledger.cabinet('cabinet-1');
const types = () =>
  store
    .controller()
    .ledger.readAfter(0, 1e6)
    .map(({ record }) => JSON.parse(record).type as string);
const events = (type: string): Record<string, unknown>[] =>
  store
    .controller()
    .ledger.readAfter(0, 1e6)
    .map(({ record }) => JSON.parse(record))
    .filter((event) => event.type === type)
    .map(({ body }) => body);
const refundsAtTheBank = () =>
  store.acquirer
    .deposits()
    .flatMap((each) => each.refunds.map((one) => [one.amountFen, one.asked]));
const code = (behaviour: string, serial: number) =>
  `13${behaviour}0${String(serial).padStart(13, '0')}`;
const PAYS = '00';
const NO_MONEY = '06';
const li = { id: 'p-li', name: 'Li' };
const show = (shown: string) => store.actor().handle({ kind: 'open', code: shown }, key());
const slot = (n: number) => store.cabinet.world.cells()[n]!.slots[0]!;
const place = (n: number) => {
  const { planogram } = events('PlanogramPublished')[0] as { planogram: Planogram };
  const { shelfId, slotId } = slotsOf(planogram).find(({ sku }) => sku === slot(n).sku)!;
  return `${shelfId}/${slotId}`;
};
const sprung = () => store.run(6_000, () => !store.cabinet.world.bolts.locked[0]);
const final = () =>
  store.run(40_000, () =>
    ['settled', 'nothing-taken', 'review', 'fault', 'refused'].includes(visit()?.phase ?? ''),
  );

async function enter(shown = code(PAYS, 1)): Promise<void> {
  expect(await show(shown)).toEqual({ ok: true });
  expect(await sprung()).toBe(true);
  store.cabinet.world.pull();
  await store.run(2_500);
}
const take = async (n: number) => {
  const piece = store.cabinet.world.take(slot(n).sku)!;
  await store.run(3_500);
  return piece;
};
async function shut(): Promise<void> {
  store.cabinet.world.shut();
  await final();
  await store.run(3_000);
}

describe('a hand on a shelf', () => {
  const weighing = () => store.actor().view().weighing;

  it('is seen before the weight rests; the line comes once it does, and not before', async () => {
    await open();
    await enter();
    expect(weighing()).toBeUndefined();
    for (const move of ['take', 'put'] as const) {
      const piece = store.cabinet.world.cells()[0]!;
      if (move === 'take') taken = store.cabinet.world.take(slot(0).sku);
      else store.cabinet.world.put(taken!, piece);
      const before = store.actor().view().count;
      expect(await store.run(600, () => weighing() !== undefined)).toBe(true);
      expect(store.actor().view()).toMatchObject({ count: before, weighing: ['1'] });
      expect(await store.run(5_000, () => weighing() === undefined)).toBe(true);
      expect(store.actor().view().count).toBe(move === 'take' ? 1 : 0);
    }
    // The bolt did not fall at the first push.
    store.cabinet.world.shut();
    await store.run(300);
    store.cabinet.world.force();
    await store.run(500);
    const { screen, notice } = store.actor().view();
    expect([screen, notice?.text.en]).toEqual(['open', expect.stringContaining('push again')]);
    await shut();
    expect(weighing()).toBeUndefined();
    expect(store.actor().view().notice).toBeUndefined();
  });
});

describe('a visit', () => {
  it('takes two, puts one on the wrong shelf, pays for what is left and disputes it', async () => {
    await open();
    await enter();
    const one = await take(0);
    await take(2);
    expect(store.actor().view()).toMatchObject({ screen: 'open', count: 2 });
    const wrong = store.cabinet.world.cells()[4]!;
    store.cabinet.world.put(one, wrong);
    await store.run(3_500);
    expect(store.actor().view()).toMatchObject({ count: 1, lines: [{ sku: slot(2).sku }] });
    await shut();
    const view = store.actor().view();
    expect(view).toMatchObject({ screen: 'settled', count: 1, payment: 'paid' });
    expect(state().astray).toMatchObject([{ sku: slot(0).sku, cell: 'shelf-1:5' }]);
    const [deposit] = store.acquirer.deposits();
    expect(deposit).toMatchObject({ state: 'taken', takenFen: view.totalFen, takings: 1 });
    const { visitId = '', lines } = view;
    const lineId = lines[0]!.lineId;
    const ask = { kind: 'dispute', visitId, lineId, reason: 'not-taken' } as const;
    expect(await store.actor().handle(ask, key())).toEqual({ ok: true });
    const [waiting] = store.actor().reviews();
    expect(waiting).toMatchObject({ why: 'dispute', disputes: [{ lineId }] });
    const decision = {
      kind: 'decide-dispute',
      visitId,
      disputeId: waiting!.disputes[0]!.disputeId,
      accepted: true,
      refundFen: view.totalFen,
      note: 'seen on the shelf',
      by: li,
    } as const;
    expect(await store.actor().decide({ ...decision, refundFen: 10_000_000 }, key())).toMatchObject(
      { ok: false, refusal: { code: 'REFUND_TOO_MUCH' } },
    );
    expect(await store.actor().decide(decision, key())).toEqual({ ok: true });
    expect(await store.actor().decide(decision, key())).toMatchObject({
      refusal: { code: 'DISPUTE_UNKNOWN' },
    });
    expect(store.actor().reviews()).toEqual([]);
    expect(store.actor().visit(visitId)?.lines[0]?.dispute?.decided).toBe('accepted');
    await store.run(5_000);
    expect(refundsAtTheBank()).toEqual([[view.totalFen, 1]]);
    expect(events('DisputeDecided')).toMatchObject([{ by: 'p-li', refundFen: view.totalFen }]);
    const [decided] = events('DisputeDecided');
    expect(events('RefundRequested')).toMatchObject([
      { refundId: decided!.refundId, by: li, lines: [{ lineId, goods: 'shelf', quantity: 1 }] },
    ]);
    // What was never taken is on the shelf again, in the books too.
    const back = { cause: 'return', move: { location: `cabinet-1/${place(2)}`, pieces: 1 } };
    expect(events('StockMoved').at(-1)).toMatchObject(back);
  });

  it('of an Alipay payer holds first, takes what was taken and lets the rest go', async () => {
    await open();
    await enter(code(PAYS, 1).replace(/^13/, '28'));
    await take(0);
    await shut();
    const { totalFen, payment } = store.actor().view();
    expect({ payment, phase: visit()?.phase }).toEqual({ payment: 'paid', phase: 'settled' });
    expect(store.acquirer.deposits()).toMatchObject([
      { orderNo: expect.stringMatching(/^A/), state: 'taken', takenFen: totalFen, takings: 1 },
    ]);
    await show(code(NO_MONEY, 2).replace(/^13/, '28'));
    await final();
    expect(visit()).toMatchObject({ phase: 'refused', reason: 'PAYER_BALANCE_NOT_ENOUGH' });
    expect(store.actor().view()).toMatchObject({ screen: 'refused' });
  });

  it.each([
    ['whose answer is lost', '04', false],
    ['that the bank stumbles over', '03', false],
    ['asked for while the line is down and the power goes', '00', true],
  ])('gives money back over a refund %s, once', async (_, behaviour, cut) => {
    await open();
    await enter(code(behaviour, 7));
    await take(0);
    await take(0);
    await shut();
    const { visitId = '', lines, totalFen } = store.actor().view();
    await store.run(60_000, () => store.actor().visit(visitId)?.payment === 'paid');
    const half = totalFen / 2;
    const dispute = { kind: 'dispute', visitId, reason: 'wrong-price' } as const;
    await store.actor().handle({ ...dispute, lineId: lines[0]!.lineId }, key());
    const { disputeId } = store.actor().reviews()[0]!.disputes[0]!;
    const accept = {
      ...({ kind: 'decide-dispute', visitId, disputeId, accepted: true, by: li } as const),
      ...{ refundFen: half, note: 'the label said half' },
    };
    expect(await store.actor().decide({ ...accept, note: ' ' }, key())).toMatchObject({
      refusal: { code: 'NOTE_MISSING' },
    });
    store.network(!cut);
    expect(await store.actor().decide(accept, key())).toEqual({ ok: true });
    if (cut) await store.powerCut();
    store.network(true);
    await store.run(120_000, () => events('RefundPaid').length > 0);
    expect(refundsAtTheBank()).toMatchObject([[half, behaviour === '00' ? 1 : 2]]);
    expect(events('RefundPaid')).toHaveLength(1);
    // The other half may still go back, and not a fen more.
    await store.actor().handle({ ...dispute, lineId: lines[0]!.lineId }, key());
    const again = { ...accept, disputeId: store.actor().reviews()[0]!.disputes[0]!.disputeId };
    expect(await store.actor().decide({ ...again, refundFen: half + 1 }, key())).toMatchObject({
      refusal: { code: 'REFUND_TOO_MUCH' },
    });
    expect(await store.actor().decide(again, key())).toEqual({ ok: true });
    await store.run(60_000, () => events('RefundPaid').length > 1);
    expect(refundsAtTheBank().map(([fen]) => fen)).toEqual([half, half]);
  });

  it('that takes nothing, or never opens, lets the money go (X8)', async () => {
    await open();
    await enter();
    await shut();
    expect(visit()?.phase).toBe('nothing-taken');
    expect(await show(code(PAYS, 2))).toEqual({ ok: true });
    await final();
    expect(visit()).toMatchObject({ phase: 'nothing-taken' });
    await store.run(15_000);
    expect(store.acquirer.deposits().map((each) => each.state)).toEqual(['released', 'released']);
    expect(state().holds).toEqual([]);
  });

  it('with a bag left inside goes to a person, who charges or does not (X9)', async () => {
    await open();
    await enter();
    await take(0);
    store.cabinet.world.lay('1', 2, 1_234);
    await store.run(3_500);
    expect(store.actor().view()).toMatchObject({ screen: 'open', warning: 'foreign' });
    await shut();
    expect(visit()).toMatchObject({ phase: 'review', doubts: ['foreign-object'] });
    expect(store.acquirer.deposits()[0]).toMatchObject({ state: 'held' });
    const [waiting] = store.actor().reviews();
    const { taken } = waiting!.likeliest;
    expect(taken).toMatchObject([{ sku: slot(0).sku, pieces: 1 }]);
    const decision = {
      kind: 'decide-review',
      visitId: waiting!.visitId,
      taken: taken.map(({ sku, location, pieces }) => ({ sku, location, pieces })),
      note: 'bag and one item',
      by: li,
    } as const;
    expect(await store.actor().decide(decision, key())).toEqual({ ok: true });
    await store.run(5_000);
    expect(visit()).toMatchObject({ phase: 'settled' });
    expect(store.acquirer.deposits()[0]).toMatchObject({ state: 'taken', takings: 1 });
    expect(await store.actor().decide(decision, key())).toMatchObject({
      refusal: { code: 'VISIT_MOVED_ON' },
    });
  });

  it('with the door left open is reminded, alarmed, told to the operator, never billed (X7)', async () => {
    await open();
    await enter();
    await store.run(185_000);
    expect(types().filter((type) => type === 'DoorLeftOpen')).toHaveLength(3);
    expect(store.actor().view()).toMatchObject({ screen: 'open', warning: 'alarm' });
    expect(store.actor().view().notice, 'said once').toBeUndefined();
    await take(1);
    await shut();
    expect(visit()).toMatchObject({ phase: 'review', doubts: ['left-open'] });
  });

  it('that called for help is not told so on the phone, and the next shopper not at all', async () => {
    await open();
    await enter();
    await take(0);
    await store.actor().handle({ kind: 'help' }, key());
    expect(store.actor().view().notice?.text.en).toContain('notified');
    await shut();
    const phone = store.actor().visit(visit()!.visitId);
    expect(phone).toMatchObject({ screen: 'settled' });
    expect(phone?.notice).toBeUndefined();
    await store.actor().handle({ kind: 'finish' }, key());
    expect(store.actor().view()).toMatchObject({ screen: 'ready' });
    expect(store.actor().view().notice).toBeUndefined();
  });

  it('settles without a network: the money follows later', async () => {
    await open();
    await enter();
    await take(0);
    store.network(false);
    await shut();
    expect(store.actor().view()).toMatchObject({ screen: 'settled', payment: 'taking' });
    store.network(true);
    await store.run(60_000);
    expect(store.actor().visit(visit()!.visitId)).toMatchObject({ payment: 'paid' });
    expect(store.acquirer.deposits()[0]).toMatchObject({ state: 'taken', takings: 1 });
  });
});

describe('the door stays shut', () => {
  it('for who cannot pay, is not known, or comes while another is inside; each is told why', async () => {
    await open();
    await show(code(NO_MONEY, 9));
    await final();
    expect(store.actor().view()).toMatchObject({ screen: 'refused' });
    expect(visit()).toMatchObject({ phase: 'refused', reason: 'NOTENOUGH' });
    expect(await show('nobody')).toMatchObject({ refusal: { code: 'PAYER_UNKNOWN' } });
    await enter();
    expect(await show(code(PAYS, 5))).toMatchObject({ refusal: { code: 'CABINET_BUSY' } });
    await shut();
    expect(
      await store.actor().handle({ kind: 'dispute', visitId: 'v', reason: 'other' }, key()),
    ).toMatchObject({ refusal: { code: 'VISIT_UNKNOWN' } });
  });

  it('without a network, but for a member where the store trusts members', async () => {
    await open({ offline: 'limit' });
    store.network(false);
    await store.run(200_000);
    expect(await show(code(PAYS, 3))).toMatchObject({ refusal: { code: 'CABINET_OFFLINE' } });
    await enter('MEMBER-1');
    await take(0);
    await shut();
    expect(store.actor().view()).toMatchObject({ screen: 'settled', payment: 'taking' });
    store.network(true);
    await store.run(120_000);
    expect(store.actor().visit(visit()!.visitId)).toMatchObject({ payment: 'paid' });
    expect(store.actor().view().screen).toBe('ready');
  });

  it('for who owes an older bill (X11), and offline for who has spent what members may', async () => {
    const members = [{ code: 'MEMBER-9', memberId: 'm9', agreement: 'ended-9' }];
    await open({ offline: 'limit', offlineLimitFen: 2_200, members });
    store.network(false);
    await store.run(200_000);
    for (let spent = 0; spent < 2_200; spent += visit()!.bill!.totalFen) {
      await enter('MEMBER-9');
      await take(0);
      await shut();
      expect(visit()).toMatchObject({ phase: 'settled' });
    }
    const owedFen = expect.any(Number);
    expect(await show('MEMBER-9')).toMatchObject({
      refusal: { code: 'OFFLINE_LIMIT', detail: { owedFen, limitFen: 2_200 } },
    });
    store.network(true);
    await store.run(300_000, () => store.acquirer.deposits().length > 0);
    // Somebody else shops in between; the older bill is found unpaid all the same.
    await store.run(300_000, () => state().debts.length > 0);
    expect(state().debts[0]).toMatchObject({ payerId: 'm9' });
    expect(await show('MEMBER-9')).toMatchObject({ refusal: { code: 'PAYER_OWES' } });
    expect(store.actor().overview().debts).toHaveLength(state().debts.length);
  });

  it('and one that is forced is news at once; what goes then is nobody’s bill (X10)', async () => {
    await open();
    store.cabinet.world.force();
    await store.run(1_000);
    expect(types()).toContain('DoorForced');
    store.cabinet.world.take(slot(0).sku);
    await store.run(5_000);
    store.cabinet.world.shut();
    await store.run(5_000);
    expect(types()).toContain('ShelfDisturbed');
    await enter();
    await take(2);
    await shut();
    expect(visit()?.count?.taken).toMatchObject([{ sku: slot(2).sku }]);
  });
});
