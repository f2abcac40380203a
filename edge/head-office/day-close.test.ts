/** Closing the day, with sales, refunds, cash and power cuts; and the acquirer's statement. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import { acquirerBill } from '../../simulator/twins/acquirer-bill.ts';
import type { AttendantCommand } from '../core/sale/attendant.ts';
import { reportLines } from '../core/sale/close-report.ts';
import { drawerFen } from '../core/sale/period-totals.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { codeOf, openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';
import { dayBooksOf } from './day-close.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const [bottle, other] = catalogue.items.filter((it) => it.gtin && it.onSale && !it.minimumAge);
const by = { id: 'li', name: '李' };
let store: TestStore;
let keys = 0;

beforeEach(async () => {
  store = await openTestStore({ goods, catalogue });
  withoutPlates(store);
  await store.ready();
});
afterEach(async () => {
  await store.controller().close();
  expect(checkInvariants(store.dir).violations).toEqual([]);
  await store.free();
});

const books = () => dayBooksOf(store.controller());
const close = (key = `close-key-${++keys}`) => books().close(by, { key, fingerprint: 'z' });
const fen = (item = bottle!) => item.unitPriceFen;
const today = () => store.controller().localDay(store.clock.wallMs());

async function sell(item = bottle!, channel: 'wechat' | 'alipay' = 'wechat', behaviour = 'pays') {
  await store.press({ kind: 'finish' });
  await store.scan(item.gtin!);
  await store.press({ kind: 'pay' });
  await store.scan(payerCode(channel, behaviour, ++keys));
  expect(await store.screenIs('done', 120_000)).toBe(true);
  const { ledger } = store.controller();
  const sold = ledger.tail(200).findLast((event) => event.type === 'SaleCompleted')!;
  return ledger.sale(sold.body.saleId)!;
}

async function sellForCash(item = bottle!) {
  await store.press({ kind: 'finish' });
  await store.scan(item.gtin!);
  await store.press({ kind: 'pay' });
  await store.press({ kind: 'pay-cash' });
  const take = { kind: 'take-cash', receivedFen: 100_000 } as const;
  expect(codeOf(await store.lane().attend(take, { by, reason: '-' }, `k-${++keys}`))).toBe('done');
}

describe('a day', () => {
  it('adds up by tender, category, lane and rate, and each close begins where the last ended', async () => {
    await sell();
    const refunded = await sell(other!, 'alipay');
    await sellForCash();
    const { receiptNo } = refunded.receipt!;
    const refund: AttendantCommand = { kind: 'refund', receiptNo, lines: [] };
    await store.lane().attend(refund, { by, reason: '变质' }, `k-${++keys}`);
    await store.run(10_000);
    const x = books().x(by);
    const z = close();
    expect(z).toMatchObject({ kind: 'Z', closeNo: 1, fromSeq: 1, toSeq: x.toSeq });
    expect(z.totals).toEqual(x.totals);
    expect(z.totals).toMatchObject({
      ...{ sales: 3, soldFen: 2 * fen() + fen(other), refunds: 1, refundedFen: fen(other) },
      tenders: [
        { channel: 'wechat', payments: 1, capturedFen: fen(), refundedFen: 0 },
        { channel: 'alipay', payments: 1, capturedFen: fen(other), refundedFen: fen(other) },
        { channel: 'cash', payments: 1, capturedFen: fen() },
      ],
      lanes: [{ laneId: 'lane-1', sales: 3 }],
    });
    expect(drawerFen(z.totals)).toBe(fen());
    await sell();
    const next = close();
    expect(next).toMatchObject({
      ...{ closeNo: 2, fromSeq: z.toSeq + 1, grandSoldFen: 3 * fen() + fen(other) },
      totals: { sales: 1, refunds: 0, soldFen: fen() },
    });
    const empty = close();
    expect(empty.totals).toMatchObject({ sales: 0, soldFen: 0, tenders: [] });
    expect(empty.grandSoldFen).toBe(next.grandSoldFen);
  });

  it('is closed once under one key, by seq and not by a clock that runs backwards', async () => {
    await sell();
    const first = close('same-key-1');
    expect(close('same-key-1')).toMatchObject({ closeNo: first.closeNo, copy: true });
    expect(books().closed()).toMatchObject({ closeNo: 1, copy: true });
    expect(books().closed(9)).toBeUndefined();
  });

  it('does not mind a clock set a day back at the very moment of closing', async () => {
    await sell();
    const { wallMs } = store.clock;
    store.clock.wallMs = () => wallMs() - 86_400_000;
    const z = close();
    expect(z.totals).toMatchObject({ sales: 1 });
    const told = store.controller().ledger.tail(2);
    expect(told.map(({ type }) => type)).toEqual(['ClockStepped', 'DayClosed']);
    await sell();
    expect(close()).toMatchObject({ fromSeq: z.toSeq + 1, totals: { sales: 1 } });
  });

  it('survives the power: what was closed stays closed, what was not is in the next', async () => {
    await sell();
    close();
    await store.powerCut();
    await store.ready();
    expect(books().closed()).toMatchObject({ closeNo: 1, totals: { sales: 1 } });
    await store.scan(bottle!.gtin!);
    await store.press({ kind: 'pay' });
    await store.scan(payerCode('wechat', 'never-confirms', ++keys));
    await store.run(2_000);
    const z = close();
    expect(z.unresolved).toMatchObject([{ what: 'payment', channel: 'wechat' }]);
    await store.run(200_000);
  });

  it('goes to paper, in full', async () => {
    await sell();
    const z = close();
    const printed = books().print(z);
    await store.run(10_000);
    expect(await printed).toBe(true);
    const paper = store.world.receipts().at(-1)!.lines.join('\n');
    for (const word of ['Z 日结报表', '微信支付', '钱箱应有', '累计销售', '税率', '李'])
      expect(paper).toContain(word);
    expect(JSON.stringify(reportLines(z, 'en'))).toMatch(/Z REPORT.*Grand total sold/);
    store.world.unplug('printer-1');
    await store.run(3_000);
    const silent = books().print(z);
    await store.run(20_000);
    expect(await silent).toBe(false);
  });
});

describe('a statement', () => {
  const bill = (channel: 'wechat' | 'alipay') =>
    acquirerBill(store.acquirer.journal(), channel, today());
  const held = (text: string) => {
    const outcome = books().reconcile(text, by);
    if (!outcome.ok) throw new Error(outcome.refusal.code);
    const { matched, missingHere, missingThere, differing } = outcome.value;
    return [matched, missingHere.length, missingThere.length, differing.length];
  };

  it.each(['wechat', 'alipay'] as const)(
    'of %s matches payment, reversal and refund',
    async (channel) => {
      await sell(bottle!, channel);
      const back = await sell(other!, channel, 'system-error-paid');
      const { receiptNo } = back.receipt!;
      const refund: AttendantCommand = { kind: 'refund', receiptNo, lines: [] };
      await store.lane().attend(refund, { by, reason: '变质' }, `k-${++keys}`);
      await store.run(60_000);
      expect(held(bill(channel))).toEqual([3, 0, 0, 0]);
    },
  );

  it('tells what is missing here, missing there, and different', async () => {
    await sell();
    await sell(other!);
    const text = bill('wechat');
    const rows = text.split('\r\n');
    const [, orderNo = ''] = /`(W[0-9a-f]+)/.exec(rows[1]!) ?? [];
    const stranger = rows[1]!.replace(orderNo, 'W0000stranger');
    expect(held([rows[0], rows[1], stranger].join('\r\n'))).toEqual([1, 1, 1, 0]);
    const dearer = rows[1]!.replaceAll(/`\d+\.\d\d(?=,)/g, '`99.99');
    expect(held([rows[0], dearer].join('\r\n'))).toEqual([0, 0, 1, 1]);
  });
});
