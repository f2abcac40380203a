/** What a lane does and refuses, as a shopper meets it, in simulated time. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import { priceLabelEan13 } from '../core/codes/in-store-code.ts';
import type { LaneCommand } from '../core/views/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import { openLedger } from '../ledger/open.ts';
import { countingIds, ledgerOptions, temporaryDirectory } from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { codeOf, openTestStore, type TestStore } from '../store.fixture.ts';
import { createLane } from './lane.ts';
import { LANE_REFUSALS, laneRefusal } from './refusals.ts';

const goods = demoGoods();
const catalogue = demoCatalogue();
const each = catalogue.items.filter((item) => item.gtin && item.onSale && !item.minimumAge);
const bottle = each[0]!;
const loose = catalogue.items.find((item) => item.plu && item.priceBasis !== 'each')!;
const beer = catalogue.items.find((item) => item.minimumAge)!;
const recalled = catalogue.items.find((item) => !item.onSale)!;

let store: TestStore;
const seen = new Set<string>();
beforeAll(async () => {
  store = await openTestStore({ goods, catalogue });
  await store.ready();
});
afterAll(() => store.free());

const lines = () => store.view().sale?.lines.map((line) => [line.sku, line.quantity]) ?? [];
const lineId = () => store.view().sale!.lines[0]!.lineId;

/** The newest notice after a code was held up; a refusal's words stand for its code. */
async function scanned(code: string) {
  const before = store.view().notice?.id;
  await store.scan(code);
  const { notice } = store.view();
  if (notice?.id === before || notice?.level !== 'error') return 'taken';
  const refused = LANE_REFUSALS.find((code) => laneRefusal(code).message.en === notice.text.en);
  if (refused) seen.add(refused);
  return refused ?? notice.text.en;
}

async function pressed(command: LaneCommand) {
  const code = codeOf(await store.press(command));
  seen.add(code);
  return code;
}

/** A basket with one bottle and nothing else. */
async function oneBottle() {
  await store.press({ kind: 'cancel-payment' });
  await store.press({ kind: 'discard' });
  await store.scan(bottle.gtin!);
  expect(lines()).toEqual([[bottle.sku, 1]]);
}

describe('a first code that is refused', () => {
  it('begins no sale: the screen and the ledger stay as they were', async () => {
    const { ledger } = store.controller();
    const before = ledger.head().seq;
    expect(await scanned(recalled.gtin ?? '')).toContain('not for sale');
    expect(store.view().screen).toBe('attract');
    expect(ledger.head().seq).toBe(before);
  });
});

describe('a code that names its batch', () => {
  const gs1 = (more: string) => `01${bottle.gtin!.padStart(14, '0')}${more}`;

  it('is refused where the batch was recalled or its day is over, and taken otherwise', async () => {
    const { ledger } = store.controller();
    const recall = {
      recallId: 'r',
      sku: bottle.sku,
      supplierLot: 'BAD',
      reason: 'glass',
      by: 'HQ',
    };
    ledger.append({ source: 'store', events: [{ type: 'LotRecalled', body: recall }] });
    const scan = async (text: string) => {
      const before = store.view().notice?.id;
      await store.scan(text, ']d2');
      const { notice } = store.view();
      return notice?.id === before ? undefined : notice?.text.en;
    };
    expect(await scan(gs1('10BAD'))).toContain('recalled');
    expect(await scan(gs1('17200131'))).toContain('past its date');
    expect(store.view().screen).toBe('attract');
    await scan(gs1('10GOOD'));
    expect(lines()).toEqual([[bottle.sku, 1]]);
    await store.press({ kind: 'discard' });
  });

  it('costs what its batch is marked down to; another batch costs the full price', async () => {
    const { ledger } = store.controller();
    const { sku, unitPriceFen } = bottle;
    const lot = { lotId: 'lot-soon', sku, supplierLot: 'SOON', receivedWallMs: 0 };
    ledger.append({
      source: 'store',
      events: [
        { type: 'LotReceived', body: { lot } },
        { type: 'LotMarkedDown', body: { lotId: 'lot-soon', percentOff: 30 } },
      ],
    });
    const total = () => store.view().sale?.totalFen ?? 0;
    await store.scan(gs1('1749123110SOON'), ']d2');
    const lowFen = total();
    expect(Math.abs(lowFen - unitPriceFen * 0.7)).toBeLessThan(1);
    await store.scan(gs1('1749123110GOOD'), ']d2');
    expect(total()).toBe(lowFen + unitPriceFen);
    await store.press({ kind: 'discard' });
  });
});

describe('a code held up to the scanner', () => {
  const damaged = `${bottle.gtin!.slice(0, -1)}${(Number(bottle.gtin!.at(-1)) + 1) % 10}`;
  it.each([
    ['an article adds a line', bottle.gtin!, 'taken'],
    ['a barcode nobody knows', '6901234567892', 'ITEM_UNKNOWN'],
    ['half of a barcode', bottle.gtin!.slice(0, 7), 'BARCODE_DAMAGED'],
    ['a damaged barcode', damaged, 'BARCODE_DAMAGED'],
    ['a maker’s web address', 'https://example.com/win', 'ITEM_UNKNOWN'],
    ['a price label of another shop', priceLabelEan13('77777', 500), 'LABEL_NOT_LIVE'],
    ['a weight label of another shop', '2112345012345', 'LABEL_NOT_LIVE'],
    ['a recalled article', recalled.gtin!, 'This item is not for sale. Please put it aside'],
    ['a payment code among the goods', payerCode('wechat', 'pays', 7), 'CODE_NOT_HERE'],
    ['an Alipay code among the goods', payerCode('alipay', 'pays', 7), 'CODE_NOT_HERE'],
  ] as const)('%s', async (_, code, answer) => {
    await oneBottle();
    const before = lines();
    expect(await scanned(code)).toBe(answer);
    expect(lines()).toEqual(answer === 'taken' ? [[bottle.sku, 2]] : before);
  });

  it('is taken once where the scanner reads it twice in one movement', async () => {
    await oneBottle();
    store.world.fault('scanner-1', 'double-read');
    await store.scan(each[1]!.gtin!);
    store.world.fault('scanner-1', undefined);
    expect(lines()).toEqual([
      [bottle.sku, 1],
      [each[1]!.sku, 1],
    ]);
  });

  it('says when the same article was scanned again', async () => {
    await oneBottle();
    await store.scan(bottle.gtin!);
    expect(store.view().notice).toMatchObject({ text: { en: 'Scanned again. Quantity is now 2' } });
  });
});

describe('taking back', () => {
  it('an article just added', async () => {
    await oneBottle();
    expect(await pressed({ kind: 'undo' })).toBe('done');
    expect(lines()).toEqual([]);
    expect(await pressed({ kind: 'undo' })).toBe('NOTHING_TO_UNDO');
  });

  it('one more of an article, a quantity from the list, and a quantity set by hand', async () => {
    await oneBottle();
    await store.scan(bottle.gtin!);
    await pressed({ kind: 'undo' });
    expect(lines()).toEqual([[bottle.sku, 1]]);
    await pressed({ kind: 'choose', sku: bottle.sku, quantity: 3, by: 'list' });
    expect(lines()).toEqual([[bottle.sku, 4]]);
    expect(await pressed({ kind: 'undo' })).toBe('done');
    expect(lines()).toEqual([[bottle.sku, 1]]);
    await pressed({ kind: 'set-quantity', lineId: lineId(), quantity: 9 });
    await pressed({ kind: 'undo' });
    expect(lines()).toEqual([[bottle.sku, 1]]);
  });

  it('what was removed by hand, as it was, once', async () => {
    await oneBottle();
    await pressed({ kind: 'set-quantity', lineId: lineId(), quantity: 3 });
    expect(await pressed({ kind: 'remove', lineId: lineId() })).toBe('done');
    expect(store.view()).toMatchObject({ notice: { code: 'REMOVED', undo: true } });
    expect(lines()).toEqual([]);
    expect(await pressed({ kind: 'undo' })).toBe('done');
    expect(lines()).toEqual([[bottle.sku, 3]]);
    expect(await pressed({ kind: 'undo' })).toBe('NOTHING_TO_UNDO');
  });
});

describe('a button', () => {
  it.each<[string, () => LaneCommand, string]>([
    ['a quantity of 99', () => ({ kind: 'set-quantity', lineId: lineId(), quantity: 99 }), 'done'],
    ['of 100', () => ({ kind: 'set-quantity', lineId: lineId(), quantity: 100 }), 'QUANTITY_LIMIT'],
    ['of 0', () => ({ kind: 'set-quantity', lineId: lineId(), quantity: 0 }), 'QUANTITY_LIMIT'],
    ['of a line that is gone', () => ({ kind: 'remove', lineId: 'line-x' }), 'LINE_UNKNOWN'],
    [
      'an item nobody knows',
      () => ({ kind: 'choose', sku: 'nothing', by: 'list' }),
      'ITEM_UNKNOWN',
    ],
    [
      'apples with an empty plate',
      () => ({ kind: 'choose', sku: loose.sku, by: 'list' }),
      'PLATE_EMPTY',
    ],
    ['finish while nothing is paid', () => ({ kind: 'finish' }), 'WRONG_SCREEN'],
    ['start while a sale runs', () => ({ kind: 'start' }), 'done'],
    ['a command of another version', () => JSON.parse('{"kind":"dance"}'), 'COMMAND_UNKNOWN'],
  ])('%s', async (_, command, answer) => {
    await oneBottle();
    expect(await pressed(command())).toBe(answer);
  });

  it('pay is refused for an empty basket', async () => {
    await oneBottle();
    await pressed({ kind: 'remove', lineId: lineId() });
    expect(await pressed({ kind: 'pay' })).toBe('WRONG_SCREEN');
  });

  it('pressed twice under one key is one act, also after a restart; another act is refused', async () => {
    await oneBottle();
    const choose: LaneCommand = { kind: 'choose', sku: bottle.sku, quantity: 1, by: 'list' };
    expect(await store.lane().handle(choose, 'double-tap-1')).toEqual({ ok: true });
    await store.run(400);
    expect(await store.lane().handle(choose, 'double-tap-1')).toEqual({ ok: true });
    await store.powerCut();
    expect(await store.lane().handle(choose, 'double-tap-1')).toEqual({ ok: true });
    expect(lines()).toEqual([[bottle.sku, 2]]);
    const other = await store.lane().handle({ ...choose, quantity: 2 }, 'double-tap-1');
    expect(other).toMatchObject({ ok: false, refusal: { code: 'KEY_REUSED' } });
    expect(lines()).toEqual([[bottle.sku, 2]]);
    await store.ready();
  });

  it('for help is shown with the phone number until it is taken back', async () => {
    await pressed({ kind: 'help' });
    expect(store.view().help).toMatchObject({ phone: '400-000-0000' });
    await pressed({ kind: 'cancel-help' });
    expect(store.view().help).toBeUndefined();
  });
});

describe('beer', () => {
  it('holds the basket until it is removed', async () => {
    await oneBottle();
    await store.scan(beer.gtin!);
    expect(store.view()).toMatchObject({
      hold: { minimumAge: beer.minimumAge },
      notice: { level: 'warn', text: { en: 'Staff must check your age for this item' } },
    });
    expect(await pressed({ kind: 'pay' })).toBe('AGE_CHECK_NEEDED');
    const held = store.view().hold!.lineIds[0]!;
    await pressed({ kind: 'remove', lineId: held });
    expect(store.view().hold).toBeUndefined();
    expect(await pressed({ kind: 'pay' })).toBe('done');
    await pressed({ kind: 'cancel-payment' });
  });
});

describe('a label of the counter', () => {
  /** Bags of different weights, so that their EANs differ. */
  async function labelled(grams: number) {
    store.world.take('plate-1', 'all');
    await store.run(5_000, () => store.counter().view().weigh.weight.kind === 'zero');
    store.world.place('plate-1', loose.sku, 3, grams);
    await store.run(5_000, () => store.counter().view().weigh.hint === undefined);
    expect(codeOf(await store.tap({ kind: 'choose', sku: loose.sku, by: 'list' }))).toBe('done');
    expect(codeOf(await store.tap({ kind: 'print' }))).toBe('done');
    return store.counter().view().label!;
  }

  it('is sold once, by either of its codes', async () => {
    await oneBottle();
    const label = await labelled(612);
    expect(await scanned(label.elementString)).toBe('taken');
    expect(lines()).toHaveLength(2);
    expect(await scanned(label.elementString)).toContain('already in');
    expect(await scanned(label.ean13)).toBe('LABEL_NOT_LIVE');
    expect(lines()).toHaveLength(2);
    const [, { lineId: fromLabel = '', amountFen = 0 } = {}] = store.view().sale?.lines ?? [];
    await pressed({ kind: 'remove', lineId: fromLabel });
    expect(await pressed({ kind: 'undo' }), 'removed by a slip').toBe('done');
    expect(store.view().sale?.lines.at(-1)).toMatchObject({ how: 'label', amountFen });
    expect(await scanned(label.elementString)).toContain('already in');
  });

  it('that was cancelled at the counter is refused at the lane, in both codes', async () => {
    await oneBottle();
    const label = await labelled(714);
    expect(codeOf(await store.tap({ kind: 'void-label' }))).toBe('done');
    expect(await scanned(label.ean13)).toBe('LABEL_NOT_LIVE');
    expect(await scanned(label.elementString)).toContain('cancelled');
    expect(lines()).toHaveLength(1);
  });

  it.each([
    ['ean13', 818],
    ['elementString', 922],
  ] as const)('in a basket that nobody wants is free for the next (%s)', async (code, grams) => {
    await oneBottle();
    const { [code]: text } = await labelled(grams);
    expect(await scanned(text)).toBe('taken');
    await store.press({ kind: 'park' });
    const held = store.view().parked?.code ?? '';
    expect(await scanned(text)).not.toBe('taken');
    await store.press({ kind: 'recall', code: held });
    await store.press({ kind: 'discard' });
    expect(store.view().parked?.discarded).toBe(true);
    expect(await scanned(text)).toBe('taken');
    expect(lines()).toEqual([[loose.sku, 1]]);
    expect(codeOf(await store.press({ kind: 'discard' }))).toBe('done');
  });

  it('that nobody ever printed is refused', async () => {
    await oneBottle();
    const forged = '0102004131000006310300010039220500\x1d21NEVERPRINTED';
    expect(await scanned(forged)).not.toBe('taken');
    expect(lines()).toHaveLength(1);
  });
});

describe('a lane that lacks something', () => {
  const nothing: DeviceTable = {
    all: () => [],
    find: () => undefined,
    onStatus() {},
    close: async () => {},
  };

  it('sells nothing without prices, and weighs nothing without a scale', async () => {
    const { dir, free } = temporaryDirectory();
    const ledger = openLedger(ledgerOptions(dir));
    const name = { zh: '店', en: 'Store' };
    const lane = createLane({
      ...{ config: { id: 'lane-9' }, storeName: name, phone: '', ledger, devices: nothing },
      ...{ clock: store.clock, ids: countingIds(), log: silentLog },
      receipts: {
        storeName: name,
        weighCore: { version: '', sha256: '' },
        localTime: String,
      },
    });
    const ask = async (command: LaneCommand, key: string) => {
      const code = codeOf(await lane.handle(command, key));
      seen.add(code);
      return code;
    };
    expect(lane.view()).toMatchObject({ screen: 'out-of-service' });
    expect(lane.view().outOfService?.reason.en).toContain('price list');
    expect(await ask({ kind: 'start' }, 'bare-key-1')).toBe('PRICES_MISSING');
    expect(await ask({ kind: 'find' }, 'bare-key-2')).toBe('SCALE_MISSING');
    ledger.activatePriceBook({ ...catalogue, storeId: ledger.storeId }, 'a'.repeat(64));
    expect(await ask({ kind: 'start' }, 'bare-key-3')).toBe('done');
    const apples: LaneCommand = { kind: 'choose', sku: loose.sku, by: 'list' };
    expect(await ask(apples, 'bare-key-4')).toBe('SCALE_MISSING');
    await ask({ kind: 'choose', sku: bottle.sku, by: 'list' }, 'bare-key-5');
    expect(await ask({ kind: 'pay' }, 'bare-key-6')).toBe('done');
    expect(lane.view().pay?.methods).toEqual([{ method: 'cash', available: true }]);
    expect(await ask({ kind: 'pay-card' }, 'bare-key-7')).toBe('CARD_OFFLINE');
    lane.close();
    ledger.close();
    free();
  });

  it('asks for a payment code on the payment screen, and takes nothing else there', async () => {
    await oneBottle();
    await pressed({ kind: 'pay' });
    expect(await scanned(bottle.gtin!)).toBe('NOT_A_PAYMENT_CODE');
    expect(lines()).toEqual([[bottle.sku, 1]]);
    expect(await pressed({ kind: 'cancel-payment' })).toBe('done');
  });
});

it('every refusal of the lane was met above, or where staff are', () => {
  const rooms = ['attending', 'bagging', 'card', 'helping', 'locking', 'parking', 'paying'];
  const staff = [...rooms, 'refunding'].map((name) =>
    readFileSync(`${import.meta.dirname}/${name}.test.ts`, 'utf8'),
  );
  const met = (code: string) => seen.has(code) || staff.some((text) => text.includes(`'${code}'`));
  expect(LANE_REFUSALS.filter((code) => !met(code))).toEqual([]);
});
