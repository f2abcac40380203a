/** A whole store: labels from the counter, held up at a lane whose plate and camera see the goods. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { EventBodies } from '../core/events.ts';
import { createHitCounter } from '../recognition/hit-rates.ts';
import type { Sighting } from '../recognition/recognition.ts';
import { codeOf, openTestStore, type TestStore } from '../store.fixture.ts';

const catalogue = demoCatalogue();
const weighed = catalogue.items.filter(
  ({ plu, priceBasis, onSale }) => plu && priceBasis !== 'each' && onSale,
);
const byPrice = weighed.toSorted((a, b) => a.unitPriceFen - b.unitPriceFen);
const [cheap, dear] = [byPrice[0]!, byPrice.at(-1)!] as [CatalogueItem, CatalogueItem];

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue });
  await store.ready();
});
afterAll(() => store.free());

/** The model is not the matter here: its answer is given at the door of recognition. */
function sees(sku: string, more: Partial<Sighting> = {}) {
  store.controller().recognition.recognise = async () => ({
    ...{ state: 'ready', confident: true, ms: 9, sightingId: `seen-${sku}` },
    ...{ candidates: [{ sku, confidenceBp: 9_900 }], ...more },
  });
}
const doubt = () => store.view().labelDoubt;
const lines = () => store.view().sale?.lines.map(({ sku }) => sku) ?? [];
const doubted = () =>
  store
    .controller()
    .ledger.tail(400)
    .flatMap((event) => (event.type === 'LabelDoubted' ? [event.body] : []));

async function labelOf(item: CatalogueItem, grams: number) {
  store.world.place('plate-1', item.sku, 3, grams);
  await store.run(8_000, () => {
    const { weigh } = store.counter().view();
    return weigh.hint === undefined && weigh.recognition !== 'working';
  });
  await store.tap({ kind: 'choose', sku: item.sku, by: 'list' });
  expect(codeOf(await store.tap({ kind: 'print' }))).toBe('done');
  const label = store.counter().view().label!;
  await store.tap({ kind: 'finish' });
  store.world.take('plate-1', 'all');
  await store.run(1_500);
  return label;
}
/** Lays goods on the lane's plate, then holds the label up. */
async function shown(elementString: string, item: CatalogueItem, grams: number) {
  store.world.place('plate-2', item.sku, 3, grams);
  await store.run(2_500);
  await store.scan(elementString);
  await store.run(4_000);
}
let seenBefore: EventBodies['LabelDoubted'][] = [];
const newlyDoubted = () => doubted().slice(seenBefore.length);

beforeEach(async () => {
  await store.press({ kind: 'discard' });
  store.world.take('plate-1', 'all');
  store.world.take('plate-2', 'all');
  sees(cheap.sku);
  await store.run(9_000);
  seenBefore = doubted();
});

describe('a label at a lane', () => {
  it('with its own goods on the plate asks nothing, and they cannot be sold once more', async () => {
    const label = await labelOf(cheap, 612);
    await shown(label.elementString, cheap, 612);
    expect([doubt(), newlyDoubted(), lines()]).toEqual([undefined, [], [cheap.sku]]);
    const again = { kind: 'choose', sku: cheap.sku, by: 'list' } as const;
    expect(codeOf(await store.press(again))).toBe('PLATE_NOT_CLEARED');
  });

  it('with nothing on the plate asks nothing, whatever is laid down much later', async () => {
    const label = await labelOf(cheap, 612);
    await store.scan(label.elementString);
    await store.run(10_000);
    sees(dear.sku);
    store.world.place('plate-2', dear.sku, 3, 500);
    await store.run(6_000);
    expect([doubt(), newlyDoubted()]).toEqual([undefined, []]);
  });

  it('moved to dearer goods is asked about once; the shopper’s word stands', async () => {
    const label = await labelOf(cheap, 612);
    sees(dear.sku);
    await shown(label.elementString, dear, 612);
    expect(doubt()).toMatchObject({ why: 'looks', name: cheap.name, seen: { sku: dear.sku } });
    // Nothing waits for the answer: the line is there, and paying is open.
    expect(lines()).toEqual([cheap.sku]);
    expect(codeOf(await store.press({ kind: 'label-right' }))).toBe('done');
    await store.run(6_000);
    expect(doubt()).toBeUndefined();
    expect(lines()).toEqual([cheap.sku]);
    expect(newlyDoubted()).toMatchObject([
      { at: 'lane-1', labelSku: cheap.sku, seenSku: dear.sku, seenBp: 9_900, labelGrams: 612 },
    ]);
    expect(codeOf(await store.press({ kind: 'label-right' }))).toBe('WRONG_SCREEN');
  });

  it('is taken out by one tap, lives on, and the goods may be weighed where they lie', async () => {
    const label = await labelOf(cheap, 612);
    sees(dear.sku);
    await shown(label.elementString, dear, 612);
    expect(codeOf(await store.press({ kind: 'label-wrong' }))).toBe('done');
    expect(lines()).toEqual([]);
    expect(store.controller().ledger.label(label.labelNumber)?.state).toBe('live');
    expect(store.view()).toMatchObject({ screen: 'find', weigh: { tiles: [{ sku: dear.sku }] } });
    const choice = { kind: 'choose', sku: dear.sku, by: 'list' } as const;
    expect(codeOf(await store.press(choice))).toBe('done');
    expect(lines()).toEqual([dear.sku]);
  });

  it('with more goods than it says is asked about once', async () => {
    const label = await labelOf(cheap, 400);
    await shown(label.elementString, cheap, 900);
    expect(doubt()).toMatchObject({ why: 'heavier', name: cheap.name });
    expect(newlyDoubted()).toMatchObject([{ labelGrams: 400, plateGrams: 900 }]);
  });

  it('asks nothing where a camera is not sure, and nothing twice that the counter asked', async () => {
    const label = await labelOf(cheap, 612);
    sees(dear.sku, { candidates: [{ sku: dear.sku, confidenceBp: 9_500 }] });
    await shown(label.elementString, dear, 612);
    expect(doubt()).toBeUndefined();
    await store.press({ kind: 'discard' });
    store.world.take('plate-2', 'all');
    sees(dear.sku);
    store.world.place('plate-1', cheap.sku, 3, 700);
    await store.run(4_000);
    const tap = () => store.tap({ kind: 'choose', sku: cheap.sku, by: 'list' });
    expect([codeOf(await tap()), codeOf(await tap())]).toEqual(['LOOK_AGAIN', 'done']);
    expect(codeOf(await store.tap({ kind: 'print' }))).toBe('done');
    await shown(store.counter().view().label!.elementString, cheap, 700);
    expect([doubt(), newlyDoubted()]).toEqual([undefined, []]);
  });

  it('two bags on the plate are two labels', async () => {
    const [one, two] = [await labelOf(cheap, 400), await labelOf(cheap, 500)];
    store.world.place('plate-2', cheap.sku, 4, 900);
    await store.run(2_500);
    await store.scan(one.elementString);
    await store.scan(two.elementString);
    await store.run(4_000);
    expect([doubt(), newlyDoubted()]).toEqual([undefined, []]);
    expect(lines()).toHaveLength(2);
  });
});

it('the operator sees pairs of goods, how often they were asked about and how often it stood', () => {
  const counter = createHitCounter();
  for (const { seq } of store.controller().ledger.tail(400))
    for (const { record } of store.controller().ledger.readAfter(seq - 1, 1))
      counter.add(JSON.parse(record));
  expect(counter.doubts()).toEqual(
    expect.arrayContaining([
      { chosen: cheap.sku, seen: dear.sku, asked: 3, kept: 2 },
      { chosen: cheap.sku, seen: cheap.sku, asked: 1, kept: 1 },
    ]),
  );
});
