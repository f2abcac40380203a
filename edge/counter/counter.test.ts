/** What a produce counter does and refuses, in simulated time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import type { CatalogueItem, PriceBook } from '../core/catalogue/catalogue.ts';
import type { CounterCommand } from '../core/views/counter-views.ts';
import { codeOf, openTestStore, type TestStore } from '../store.fixture.ts';
import { COUNTER_REFUSALS } from './refusals.ts';

const goods = demoGoods();
const catalogue: PriceBook = demoCatalogue();
const weighed = catalogue.items.filter((item) => item.plu && item.priceBasis !== 'each');
const [apple, pear] = weighed as [CatalogueItem, CatalogueItem];
const bottle = catalogue.items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;
const { plu: _, ...unnumbered } = { ...apple, sku: 'apple-without-plu' };
const truffle = { ...apple, sku: 'truffle', plu: '4999', unitPriceFen: 1_000_000 };
catalogue.items.push(unnumbered, truffle);

let store: TestStore;
const seen = new Set<string>();
const view = () => store.counter().view();

beforeAll(async () => {
  store = await openTestStore({ goods, catalogue });
  await store.ready();
});
afterAll(() => store.free());
beforeEach(async () => {
  await store.tap({ kind: 'finish' });
  store.world.fault('printer-2', undefined);
  store.world.take('plate-1', 'all');
  await store.run(5_000, () => view().weigh.weight.kind === 'zero');
  await store.run(500);
});

async function tapped(command: CounterCommand) {
  const code = codeOf(await store.tap(command));
  seen.add(code);
  return code;
}

const choose = (sku: string) => tapped({ kind: 'choose', sku, by: 'list' });

async function place(grams: number) {
  store.world.place('plate-1', apple.sku, 3, grams);
  expect(await store.run(5_000, () => view().weigh.hint === undefined)).toBe(true);
}

describe('choosing', () => {
  it.each([
    ['an item nobody knows', 'nothing', 'ITEM_UNKNOWN'],
    ['an item taken off sale', catalogue.items.find((item) => !item.onSale)!.sku, 'ITEM_UNKNOWN'],
    ['an item sold by the piece', bottle.sku, 'SOLD_BY_PIECE'],
    ['an item without a PLU', 'apple-without-plu', 'NO_PLU'],
    ['apples', apple.sku, 'done'],
  ])('%s', async (_, sku, code) => {
    await place(612);
    expect(await choose(sku)).toBe(code);
    expect(view().screen).toBe(code === 'done' ? 'confirm' : 'weighing');
  });

  it('needs goods on the plate', async () => {
    expect(view().screen).toBe('ready');
    expect(await choose(apple.sku)).toBe('PLATE_EMPTY');
  });

  it('is forgotten once the goods are lifted', async () => {
    await place(612);
    await choose(apple.sku);
    store.world.take('plate-1', 'all');
    expect(await store.run(5_000, () => view().screen === 'ready')).toBe(true);
    expect(await tapped({ kind: 'print' })).toBe('NOTHING_CHOSEN');
  });

  it('follows the weight and the tare until the label is printed', async () => {
    await place(612);
    await choose(apple.sku);
    expect(view().chosen).toMatchObject({ netGrams: 612, tareGrams: 0 });
    expect(await tapped({ kind: 'set-tare', tareGrams: 10 })).toBe('done');
    expect(view().chosen).toMatchObject({ netGrams: 602, tareGrams: 10 });
    store.world.place('plate-1', pear.sku, 1, 100);
    await store.run(5_000, () => view().chosen?.netGrams === 702);
    expect(view().chosen).toMatchObject({ netGrams: 702 });
  });
});

describe('a label', () => {
  it('is printed from what lies there at that moment, and the plate must then be cleared', async () => {
    await place(612);
    await choose(apple.sku);
    expect(await tapped({ kind: 'print' })).toBe('done');
    expect(view().screen).toBe('take-label');
    // Not out of paper: at it.
    expect(view().label).not.toHaveProperty('printed');
    expect(await store.run(5_000, () => view().label?.printed === true)).toBe(true);
    const paper = store.world.receipts().at(-1)!;
    expect(paper.printerId).toBe('printer-2');
    expect(paper.lines.join()).toContain(apple.name.zh);
    expect(paper.codes).toContain(view().label!.ean13);
    await tapped({ kind: 'finish' });
    expect(await choose(pear.sku)).toBe('PLATE_NOT_CLEARED');
  });

  it('dearer than its five digits can say is refused before it is printed', async () => {
    await place(612);
    await choose('truffle');
    const papers = store.world.receipts().length;
    expect(await tapped({ kind: 'print' })).toBe('TOO_DEAR');
    await store.run(3_000);
    expect(store.world.receipts()).toHaveLength(papers);
  });

  it('without paper is shown on the screen for the lane to scan', async () => {
    store.world.fault('printer-2', 'paper-out');
    await place(612);
    await choose(apple.sku);
    await tapped({ kind: 'print' });
    expect(await store.run(20_000, () => view().notice?.level === 'warn')).toBe(true);
    expect(view()).toMatchObject({ screen: 'take-label', label: { printed: false } });
    expect(view().notice?.text.en).toContain('on-screen barcode');
    const { labelNumber } = view().label!;
    expect(store.controller().ledger.label(labelNumber)?.state).toBe('live');
  });

  it('chosen by mistake is cancelled once, and then there is none', async () => {
    await place(612);
    await choose(apple.sku);
    await tapped({ kind: 'print' });
    const { labelNumber } = view().label!;
    expect(await tapped({ kind: 'void-label' })).toBe('done');
    expect(store.controller().ledger.label(labelNumber)?.state).toBe('void');
    expect(await tapped({ kind: 'void-label' })).toBe('NO_LABEL');
  });

  it.each([
    ['and comes out', undefined],
    ['and finds no paper', 'paper-out'],
  ])('cancelled while it prints %s stays cancelled on the screen', async (_, fault) => {
    store.world.fault('printer-2', fault);
    await place(612);
    await choose(apple.sku);
    await tapped({ kind: 'print' });
    expect(await tapped({ kind: 'void-label' })).toBe('done');
    await store.run(20_000, () => view().notice?.level === 'warn');
    expect(view().notice?.text.en).toContain('cancelled');
  });

  it.each([
    ['puts other goods down', () => Promise.resolve()],
    ['goes on to something else', () => tapped({ kind: 'back' })],
  ])('cancelled is said until the shopper, in 大字, %s', async (_, next) => {
    await tapped({ kind: 'large', on: true });
    await place(612);
    await choose(apple.sku);
    await tapped({ kind: 'print' });
    await store.run(5_000, () => view().label?.printed === true);
    await tapped({ kind: 'void-label' });
    await tapped({ kind: 'help' });
    await tapped({ kind: 'cancel-help' });
    store.world.take('plate-1', 'all');
    await store.run(5_000, () => view().weigh.weight.kind === 'zero');
    await store.run(500);
    expect(view().notice?.text.en).toContain('cancelled');
    await next();
    await place(400);
    expect(view().notice).toBeUndefined();
    await tapped({ kind: 'large', on: false });
  });

  it('asked for twice under one key is one label, also after a restart', async () => {
    await place(612);
    await choose(apple.sku);
    const issued = () =>
      store
        .controller()
        .ledger.tail(1_000)
        .filter((e) => e.type === 'LabelIssued').length;
    const before = issued();
    const print = () => store.counter().handle({ kind: 'print' }, 'print-once-1');
    expect(await print()).toEqual({ ok: true });
    expect(await print()).toEqual({ ok: true });
    await store.powerCut();
    expect(await print()).toEqual({ ok: true });
    expect(issued() - before).toBe(1);
    const other = await store.counter().handle({ kind: 'void-label' }, 'print-once-1');
    expect(codeOf(other)).toBe('KEY_REUSED');
    await store.ready();
  });

  it('makes way for the next goods, but not for the same laid down again', async () => {
    await place(612);
    await choose(apple.sku);
    await tapped({ kind: 'print' });
    await store.run(5_000, () => view().label?.printed === true);
    const lay = async (grams: number) => {
      store.world.take('plate-1', 'all');
      await store.run(2_000);
      store.world.place('plate-1', apple.sku, 3, grams);
      await store.run(2_500);
    };
    await lay(612);
    expect(view().screen).toBe('take-label');
    await lay(624);
    expect(view().screen).toBe('weighing');
  });

  it('leaves the screen by itself', async () => {
    await place(612);
    await choose(apple.sku);
    await tapped({ kind: 'print' });
    expect(await store.run(31_000, () => view().screen !== 'take-label')).toBe(true);
  });
});

describe('a counter', () => {
  it('that cannot be zeroed says so', async () => {
    await place(612);
    expect(await tapped({ kind: 'zero' })).toBe('ZERO_REFUSED');
  });

  it('keeps large type for one shopper, and waits for them twice as long', async () => {
    expect(await tapped({ kind: 'large', on: true })).toBe('done');
    await place(612);
    await choose(apple.sku);
    expect(await tapped({ kind: 'print' })).toBe('done');
    store.world.take('plate-1', 'all');
    await store.run(55_000);
    expect(view()).toMatchObject({ screen: 'take-label', large: true });
    await store.run(10_000);
    expect(view()).toMatchObject({ screen: 'ready', large: true });
    await store.run(60_000);
    expect(view().large).toBeUndefined();
  });

  it('refuses what it does not know', async () => {
    expect(await tapped(JSON.parse('{"kind":"dance"}'))).toBe('COMMAND_UNKNOWN');
  });

  it('shows help and teaching until they end', async () => {
    await tapped({ kind: 'help' });
    expect(view().help?.phone).toBe('400-000-0000');
    await tapped({ kind: 'cancel-help' });
    expect(view().help).toBeUndefined();
    store.counter().showTeaching({ sku: apple.sku, name: apple.name, shots: 1, wanted: 10 });
    expect(view().teaching?.shots).toBe(1);
    store.counter().showTeaching(undefined);
    expect(view().teaching).toBeUndefined();
  });

  it('teaches nothing without a picture, in words', async () => {
    store.world.unplug('camera-1');
    await store.run(3_000);
    const { teach } = store.controller();
    expect(await teach('counter-1', apple.sku)).toMatchObject({
      ok: false,
      refusal: { code: 'CAMERA_SILENT' },
    });
    expect(await teach('counter-9', apple.sku)).toMatchObject({ ok: false });
    store.world.plug('camera-1');
  });
});

it('every refusal of the counter was met above', () => {
  expect(COUNTER_REFUSALS.filter((code) => !seen.has(code))).toEqual([]);
});
