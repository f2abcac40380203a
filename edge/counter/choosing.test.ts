/** A whole store whose camera is sure: what it asks, what it chooses, and what it leaves to the shopper. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbedOutcome, Recogniser } from '../../models/contract.ts';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { noModel } from '../cli/model/none.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { EventType } from '../core/events.ts';
import type { Sighting } from '../recognition/recognition.ts';
import { codeOf, openTestStore, type TestStore } from '../store.fixture.ts';

const catalogue = demoCatalogue();
const [apple, pear] = catalogue.items.filter(
  ({ plu, priceBasis, onSale }) => plu && priceBasis !== 'each' && onSale,
) as [CatalogueItem, CatalogueItem];

let store: TestStore;
let answer: Sighting;

const sure = (autoAccept: boolean): Sighting => ({
  ...{ state: 'ready', confident: true, ms: 9, sightingId: 'seen-1' },
  candidates: [{ sku: apple.sku, confidenceBp: 9_900 }],
  ...(autoAccept && {
    autoAccept: { sku: apple.sku, confidenceBp: 9_900, thresholdBp: 9_500 },
  }),
});
/** The model is not the matter here: its answers are given at the door of recognition. */
const ready: Recogniser = {
  ...noModel(),
  state: () => ({ state: 'ready' }),
  embed: async (): Promise<EmbedOutcome> => ({ ok: false, code: 'MODEL_MISSING', detail: '' }),
};

beforeEach(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue, recogniser: () => ready });
  store.controller().recognition.recognise = async () => answer;
  await store.ready();
  await store.run(5_000, () => view().weigh.weight.kind === 'zero');
});
afterEach(() => store.free());

const view = () => store.counter().view();
const events = (type: EventType) =>
  store
    .controller()
    .ledger.tail(1_000)
    .filter((event) => event.type === type);
const choose = async (sku: string) => codeOf(await store.tap({ kind: 'choose', sku, by: 'tile' }));

async function place() {
  store.world.place('plate-1', apple.sku, 3, 612);
  await store.run(8_000, () => view().weigh.recognition === 'ready');
  await store.run(500);
}

describe('a choice that the camera contradicts', () => {
  it('is asked about once and then taken; the ledger holds goods, no person', async () => {
    answer = sure(false);
    await place();
    const tap = { kind: 'choose', sku: pear.sku, by: 'tile' } as const;
    const first = await store.counter().handle(tap, 'tap-pear-1');
    expect(first).toMatchObject({ ok: false, refusal: { code: 'LOOK_AGAIN' } });
    // The same tap, sent again because the answer was lost, is no second tap.
    expect(await store.counter().handle(tap, 'tap-pear-1')).toEqual(first);
    expect(view().chosen).toBeUndefined();
    expect(await choose(pear.sku)).toBe('done');
    expect(codeOf(await store.tap({ kind: 'print' }))).toBe('done');
    expect(view().label).toBeDefined();
    const bodies = events('ChoiceDoubted').map(({ body }) => body);
    expect(bodies).toEqual([
      {
        ...{ at: 'counter-1', chosenSku: pear.sku, chosenBp: 0 },
        ...{ seenSku: apple.sku, seenBp: 9_900, sightingId: 'seen-1' },
      },
    ]);
  });

  it('is asked about at a lane that weighs, and the sale goes on', async () => {
    answer = sure(false);
    await store.press({ kind: 'find' });
    store.world.place('plate-2', apple.sku, 3, 612);
    await store.run(8_000, () => store.view().weigh?.recognition === 'ready');
    await store.run(500);
    const tap = () => store.press({ kind: 'choose', sku: pear.sku, by: 'list' });
    expect(codeOf(await tap())).toBe('LOOK_AGAIN');
    expect(codeOf(await tap())).toBe('done');
    expect(store.view().sale?.lines.map(({ sku }) => sku)).toEqual([pear.sku]);
    expect(events('ChoiceDoubted')).toMatchObject([{ body: { at: 'lane-1' } }]);
  });
});

describe('a choice without a tap', () => {
  it('is never made where the store does not allow it', async () => {
    answer = sure(false);
    await place();
    expect(view()).toMatchObject({ screen: 'weighing' });
    expect(events('ItemAutoAccepted')).toEqual([]);
  });

  it('is in the ledger, prints nothing by itself, and is undone by one tap for good', async () => {
    answer = sure(true);
    await place();
    expect(view()).toMatchObject({ screen: 'confirm', chosen: { sku: apple.sku, netGrams: 612 } });
    expect(events('ItemAutoAccepted')).toMatchObject([
      { body: { at: 'counter-1', sku: apple.sku, confidenceBp: 9_900, thresholdBp: 9_500 } },
    ]);
    expect(events('LabelIssued')).toEqual([]);
    await store.tap({ kind: 'back' });
    await store.run(2_000);
    expect(view().screen).toBe('weighing');
    expect(events('ItemAutoAccepted')).toHaveLength(1);
  });

  it('is said on the label’s record', async () => {
    answer = sure(true);
    await place();
    expect(codeOf(await store.tap({ kind: 'print' }))).toBe('done');
    const { labelNumber } = view().label!;
    expect(store.controller().ledger.label(labelNumber)?.label.choice).toMatchObject({
      ...{ by: 'auto', rank: 1, confidenceBp: 9_900 },
    });
  });
});
