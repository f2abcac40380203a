import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Recogniser } from '../models/contract.ts';
import { demoCatalogue, demoGoods } from '../simulator/goods.ts';
import { payerCode } from '../simulator/twins/acquirer-behaviours.ts';
import { type SimulatedStore, simulateStore } from './cli/sim-store.ts';
import { checkInvariants } from './ledger/invariants.ts';
import { verifyLedger } from './ledger/verify.ts';

/** A store whose model is missing: the pick list must carry it. */
const noModel = (): Recogniser => ({
  state: () => ({ state: 'unavailable', reason: 'MODEL_MISSING' }),
  onState() {},
  packId: '',
  packSha256: '',
  embed: async () => ({ ok: false, code: 'MODEL_MISSING', detail: 'no model' }),
  residentBytes: async () => undefined,
  close: async () => {},
});

let dir: string;
let store: SimulatedStore;
let keys = 0;
const goods = demoGoods();
const catalogue = demoCatalogue();
const loose = catalogue.items.find((item) => item.plu === '4131') ?? catalogue.items[0]!;
const bottle = catalogue.items.find((item) => item.gtin && item.onSale && !item.minimumAge)!;

const lane = () => store.controller().lanes[0]!;
const counter = () => store.controller().counters[0]!;
const press = (command: Parameters<ReturnType<typeof lane>['handle']>[0]) =>
  lane().handle(command, `key-${++keys}`);
const ready = () =>
  store.run(20_000, () =>
    store
      .controller()
      .devices.all()
      .every((d) => d.status().state === 'ok'),
  );
const screenIs = (screen: string, ms = 20_000) =>
  store.run(ms, () => lane().view().screen === screen);

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yike-store-'));
  store = await simulateStore({ seed: 1, dataDir: dir, goods, catalogue, recogniser: noModel });
});

afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

async function weighApples() {
  store.world.place('plate-2', loose.sku, 3, 612);
  expect(await press({ kind: 'find' })).toEqual({ ok: true });
  await store.run(5_000, () => lane().view().weigh?.weight.kind === 'stable');
  await store.run(2_000, () => lane().view().weigh?.hint === undefined);
  const answer = await press({ kind: 'choose', sku: loose.sku, by: 'list' });
  expect(answer).toEqual({ ok: true });
}

describe('a lane', () => {
  it('sells three apples and a bottle, takes the money once and prints the receipt', async () => {
    await ready();
    expect(lane().view().screen).toBe('attract');
    await weighApples();
    store.world.take('plate-2', 'all');
    store.world.scan('scanner-1', bottle.gtin!);
    await store.run(2_000, () => lane().view().sale?.lines.length === 2);
    const sale = lane().view().sale!;
    expect(sale.lines.map((line) => [line.sku, line.netGrams ?? line.quantity])).toEqual([
      [loose.sku, 612],
      [bottle.sku, 1],
    ]);
    expect(await press({ kind: 'pay' })).toEqual({ ok: true });
    store.world.scan('scanner-1', payerCode('wechat', 'pays', 1));
    expect(await screenIs('done')).toBe(true);
    await store.run(5_000, () => lane().view().done?.receipt !== 'printing');
    expect(lane().view().done).toMatchObject({ totalFen: sale.totalFen, receipt: 'printed' });
    expect(store.world.receipts()[0]?.lines.join('\n')).toContain(loose.name.zh);
    const captured = store.acquirer.journal();
    expect(captured.map((entry) => entry.amountFen)).toEqual([sale.totalFen]);
    await store.run(16_000);
    expect(lane().view().screen).toBe('attract');
  });

  it('keeps the basket and settles the payment after a power cut, without a second charge', async () => {
    await ready();
    store.world.scan('scanner-1', bottle.gtin!);
    await store.run(2_000, () => lane().view().sale?.lines.length === 1);
    await press({ kind: 'pay' });
    store.world.scan('scanner-1', payerCode('wechat', 'timeout-paid', 2));
    await screenIs('paying');
    await store.run(1_000);
    await store.powerCut();
    expect(lane().view().sale?.lines).toHaveLength(1);
    expect(['paying', 'unknown']).toContain(lane().view().screen);
    expect(await screenIs('done', 120_000)).toBe(true);
    expect(store.acquirer.journal()).toHaveLength(1);
  });
});

describe('a counter and a lane', () => {
  it('sell a weighed bag by its label, once', async () => {
    await ready();
    store.world.place('plate-1', loose.sku, 3, 612);
    await store.run(5_000, () => counter().view().weigh.hint === undefined);
    expect(
      await counter().handle({ kind: 'choose', sku: loose.sku, by: 'list' }, 'label-choose'),
    ).toEqual({ ok: true });
    expect(await counter().handle({ kind: 'print' }, 'label-print-1')).toEqual({ ok: true });
    await store.run(5_000, () => counter().view().label?.printed === true);
    const label = counter().view().label!;
    expect(label.printed).toBe(true);
    store.world.scan('scanner-1', label.elementString);
    await store.run(2_000, () => lane().view().sale?.lines.length === 1);
    expect(lane().view().sale?.lines[0]).toMatchObject({
      sku: loose.sku,
      netGrams: 612,
      how: 'label',
    });
    await store.run(1_000);
    store.world.scan('scanner-1', label.ean13);
    await store.run(1_000, () => lane().view().notice?.level === 'error');
    expect(lane().view().sale?.lines).toHaveLength(1);
    expect(lane().view().notice?.text.en).toContain('label');
  });
});

describe('the ledger of a simulated store', () => {
  it('verifies and keeps every invariant', async () => {
    await ready();
    await weighApples();
    await press({ kind: 'pay' });
    store.world.scan('scanner-1', payerCode('alipay', 'pays', 3));
    await screenIs('done');
    await store.run(5_000);
    await store.controller().close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true });
    expect(checkInvariants(dir).violations).toEqual([]);
    store = await simulateStore({ seed: 2, dataDir: dir, goods, catalogue, recogniser: noModel });
  });
});
