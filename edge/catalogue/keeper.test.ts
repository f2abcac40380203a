/** Changing prices in a whole store: lanes, the counter and baskets see it, head office hears of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import type { CatalogueAsk } from '../core/views/catalogue-view.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { codeOf, openTestStore, type TestStore, withoutPlates } from '../store.fixture.ts';

const by = { id: 'li', name: '李梅' };
const demo = demoCatalogue();
const bottles = demo.items.filter((it) => it.gtin && it.onSale && !it.minimumAge).slice(0, 10);
const [bottle] = bottles as [(typeof bottles)[0]];

let store: TestStore;
let keys = 0;
beforeEach(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue: demo });
  withoutPlates(store);
  await store.ready();
});
afterEach(async () => {
  await store.controller().close();
  expect(verifyLedger(store.dir)).toMatchObject({ ok: true });
  expect(checkInvariants(store.dir).violations).toEqual([]);
  await store.free();
});

const keeper = () => store.controller().catalogue;
const ask = (asked: CatalogueAsk, key = `catalogue-key-${++keys}`) =>
  keeper().handle(asked, key, by);
const find = (text: string, filter: 'all' | 'local' | 'off-sale' = 'all') =>
  keeper().products({ text, filter, limit: 100 });
const dearer = (): CatalogueAsk => ({
  kind: 'edit',
  changes: bottles.map(({ sku, unitPriceFen: was }) => ({
    ...{ sku, field: 'unitPriceFen' as const, was, is: was + 100 },
  })),
});

it('ten prices change and are taken back; screens hear of both; an open basket keeps its own', async () => {
  await store.scan(bottle.gtin!);
  let heard = 0;
  store.lane().onChange(() => (heard += 1));
  expect(codeOf(await ask(dearer(), 'catalogue-key-ten'))).toBe('done');
  // A key that comes twice is one change.
  expect(codeOf(await ask(dearer(), 'catalogue-key-ten'))).toBe('done');
  expect(heard).toBeGreaterThan(0);
  const view = find(bottle.gtin!);
  expect(view.products[0]).toMatchObject({
    ...{ sku: bottle.sku, unitPriceFen: bottle.unitPriceFen + 100 },
    local: [{ field: 'unitPriceFen', base: bottle.unitPriceFen, by: '李梅' }],
  });
  expect(view.counts).toMatchObject({ local: 10, all: demo.items.length });
  expect(view.undoable).toMatchObject([{ changes: 10, by: '李梅' }]);
  // The basket began before: this one, and the same once more, cost what they did.
  await store.scan(bottle.gtin!);
  expect(store.view().sale?.totalFen).toBe(2 * bottle.unitPriceFen);
  expect(store.view().prices).toBe(demo.version + 1);
  await store.press({ kind: 'discard' });
  await store.scan(bottle.gtin!);
  expect(store.view().sale?.totalFen).toBe(bottle.unitPriceFen + 100);
  await store.press({ kind: 'discard' });

  const [edit] = view.undoable;
  expect(codeOf(await ask({ kind: 'undo', editId: edit!.editId }))).toBe('done');
  expect(find('', 'local').products).toEqual([]);
  expect(find('').undoable).toEqual([]);
});

it('what is off sale is sold nowhere, until it is on sale again', async () => {
  const change = (was: boolean): CatalogueAsk => ({
    kind: 'edit',
    changes: [{ sku: bottle.sku, field: 'onSale', was, is: !was }],
  });
  await ask(change(true));
  await store.scan(bottle.gtin!);
  expect(store.view().sale).toBeUndefined();
  expect(find('', 'off-sale').products.map(({ sku }) => sku)).toContain(bottle.sku);
  await ask(change(false));
  await store.scan(bottle.gtin!);
  expect(store.view().sale?.lines).toHaveLength(1);
});

it('a photo of the store is on every tile until it is removed; what is no picture is refused', async () => {
  const background = '#c33';
  const photo = await store.real(
    sharp({ create: { width: 300, height: 200, channels: 3, background } })
      .jpeg()
      .toBuffer(),
  );
  const take = (bytes: Uint8Array | undefined) =>
    store.real(keeper().photograph(bottle.sku, bytes, `photo-key-${++keys}`, by));
  expect(codeOf(await take(Buffer.from('no picture')))).toBe('PICTURE_BAD');
  expect(codeOf(await take(photo))).toBe('done');
  expect(codeOf(await take(photo))).toBe('done');
  await store.scan(bottle.gtin!);
  const shown = store.view().sale?.lines[0]?.picture ?? '';
  expect(shown).toMatch(/^own-/);
  expect(existsSync(join(store.dir, 'photos', shown))).toBe(true);
  expect(codeOf(await take(undefined))).toBe('done');
  expect(find(bottle.gtin!).products[0]).toMatchObject({ picture: bottle.picture, local: [] });
  expect(codeOf(await take(undefined))).toBe('NOTHING_CHANGED');
  await store.press({ kind: 'discard' });
});

it('a tag comes out of the label printer at the price of now; without a printer it is refused', async () => {
  const { tags } = keeper();
  const loose = demo.items.find((it) => it.plu && it.onSale)!;
  const text = (sku: string, kind: 'shelf' | 'scale') =>
    JSON.stringify(tags.view(sku, kind)?.papers);
  expect(text(bottle.sku, 'shelf')).toContain(bottle.gtin!.padStart(13, '0'));
  expect(text(loose.sku, 'scale')).toContain(`货号 ${loose.plu}`);
  expect(tags.view('none', 'shelf')).toBeUndefined();
  expect(codeOf(await store.real(tags.print('none', 'shelf', by)))).toBe('ARTICLE_UNKNOWN');
  await ask(dearer());
  const printing = tags.print(bottle.sku, 'shelf', by);
  await store.run(8_000);
  expect(codeOf(await printing)).toBe('done');
  const paper = JSON.stringify(store.world.receipts());
  expect(paper).toContain(((bottle.unitPriceFen + 100) / 100).toFixed(2));
  expect(store.controller().ledger.tail(1)[0]).toMatchObject({
    ...{ type: 'TagsPrinted', body: { skus: [bottle.sku], kind: 'shelf', by } },
  });
  for (const id of ['printer-1', 'printer-2']) store.world.unplug(id);
  await store.run(20_000);
  expect(tags.view(bottle.sku, 'shelf')).toEqual({ sku: bottle.sku, papers: [] });
  const refused = tags.print(bottle.sku, 'shelf', by);
  await store.run(8_000);
  expect(['PRINTER_MISSING', 'TAGS_NOT_PRINTED']).toContain(codeOf(await refused));
});

it('a rule of the store takes effect at the lane and stands in the calendar', async () => {
  const promotion = {
    ...{ kind: 'percent-off' as const, id: 'half', name: { zh: '半价', en: 'Half' } },
    ...{ percentOff: 50, fromFen: 0, skus: [bottle.sku] },
  };
  expect(codeOf(await ask({ kind: 'set-promotion', promotion }))).toBe('done');
  await store.scan(bottle.gtin!);
  expect(store.view().sale?.totalFen).toBe(
    bottle.unitPriceFen - Math.round(bottle.unitPriceFen / 2),
  );
  expect(keeper().promotions()).toMatchObject({
    runs: [{ state: 'running', origin: 'local', promotion, by }],
  });
  await ask({ kind: 'end-promotion', promotionId: 'half' });
  expect(keeper().promotions().runs).toMatchObject([{ state: 'over' }]);
});
