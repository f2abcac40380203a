/**
 * What weighing for sale asks of a scale and its program, played on a whole simulated store whose
 * true load is known, and where the rest is held:
 *
 * | rule   | what                                                        | held by                             |
 * | ------ | ----------------------------------------------------------- | ----------------------------------- |
 * | C-05   | at rest before it is priced; then two adjacent values, or it is flagged | 1; `core/weigh/weigh.test.ts` |
 * | C-06   | no price under Min, over Max, under zero                    | 2; `core/weigh/weigh.test.ts`       |
 * | C-07   | zero is the scale's own; nothing is zeroed by the program   | 3; `cheats.test.ts` 3, 5            |
 * | C-08   | tare in divisions, of the list, said on label and receipt   | 4; `cheats.test.ts` 6, 7            |
 * | C-09   | price × weight, from one record, shown together             | 1, 4; `core/weigh/weigh.test.ts`    |
 * | C-10   | the ticket names the goods; digits of 9.5 mm                | 4; `web/pages.test.ts`              |
 * | INV-W1 | three equal frames, fresh, of one connection                | `ledger/invariants.ts`, `weigh.test.ts` |
 * | INV-W2 | Min ≤ gross ≤ Max, net = gross − tare, in divisions         | `ledger/invariants.ts`, `weigh.test.ts` |
 * | INV-W3 | the true load is the recorded one                           | 1                                   |
 * | INV-W4 | back to zero between two weighings                          | 1; `station.test.ts`                |
 * | INV-W5 | which scale, d and weigh-core; a changed scale sells nothing | 4, 5; `devices/facts.test.ts`      |
 * | INV-W6 | the digits of the frame, no factor and no offset            | 1, 3; the golden frames of drivers  |
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScaleReading } from '../../drivers/contract.ts';
import { seeded } from '../../models/chance.ts';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import { amountForWeight } from '../core/weigh/amount.ts';
import { WEIGH_CORE_VERSION, type WeighBasis } from '../core/weigh/record.ts';
import { codeOf, openTestStore, type TestStore } from '../store.fixture.ts';

const catalogue = demoCatalogue();
const goods = demoGoods();
const [item] = catalogue.items.filter(
  ({ plu, priceBasis, onSale }) => plu && priceBasis !== 'each' && onSale,
) as [CatalogueItem];
const SEED = Number(process.env.SEED ?? 7);
const ROUNDS = process.env.YIKE_DEEP ? 300 : 6;

let store: TestStore;
/** What the scale said, and what lay on it, newest last. */
let said: ScaleReading[] = [];
const loads: { atMs: number; grams: number }[] = [];

beforeAll(async () => {
  store = await openTestStore({ goods, catalogue, seed: SEED });
  await store.ready();
  const scale = store.controller().devices.find('scale-1');
  scale?.onEvent((event) => said.push(event as ScaleReading));
});
afterAll(() => store.free());
beforeEach(async () => {
  await store.tap({ kind: 'finish' });
  await clear();
});

const view = () => store.counter().view();
const nowMs = () => store.clock.monoMs();
const limits = () => view().weigh.weight;
const labels = () =>
  store
    .controller()
    .ledger.tail(2_000)
    .flatMap((event) => (event.type === 'LabelIssued' ? [event.body.label] : []));
const choose = async () => codeOf(await store.tap({ kind: 'choose', sku: item.sku, by: 'list' }));
const print = async () => codeOf(await store.tap({ kind: 'print' }));
const settles = () => store.run(5_000, () => view().weigh.hint === undefined);

let pressedGrams = 0;
/** Moves goods or a hand, and notes the true load from then on. */
function move(act: () => unknown, press = pressedGrams) {
  act();
  pressedGrams = press;
  const lying = store.world.pieces('plate-1').reduce((sum, { grams }) => sum + grams, 0);
  loads.push({ atMs: nowMs(), grams: lying + press });
}
const place = (grams: number, pieces = 1) =>
  move(() => store.world.place('plate-1', item.sku, pieces, grams));
const press = (grams: number) => move(() => store.world.press('plate-1', grams), grams);

async function clear() {
  press(0);
  move(() => store.world.take('plate-1', 'all'));
  await store.run(8_000, () => limits().kind === 'zero');
  await store.run(600);
}
/** The loads of the last second, for a frame of then may be what is taken. */
function trueLoads(): number[] {
  const sinceMs = nowMs() - 1_000;
  const older = loads.filter(({ atMs }) => atMs < sinceMs).slice(-1);
  return [...older, ...loads.filter(({ atMs }) => atMs >= sinceMs)].map(({ grams }) => grams);
}

it('1: whatever hands do, what is recorded lay there, at rest, and was said by the scale', async () => {
  const random = seeded(SEED);
  const upTo = (most: number) => Math.floor(random() * most);
  const hands = [
    () => place(50 + upTo(1_500), 1 + upTo(3)),
    () => place(50 + upTo(300)),
    () => press(upTo(600)),
    () => press(0),
    () => move(() => store.world.take('plate-1', store.world.pieces('plate-1')[0]?.pieceId ?? '')),
  ];
  let taken = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    place(50 + upTo(1_500), 1 + upTo(3));
    for (let act = 0; act < 6; act += 1) {
      await store.run(upTo(900));
      if (random() < 0.4) hands[upTo(hands.length)]!();
      else if (random() < 0.5) await settles();
      await choose();
      if ((await print()) !== 'done') continue;
      taken += 1;
      const { weighing } = labels().at(-1)!;
      const { grossGrams, divisionGrams, netGrams, unitPriceFen, priceBasis } = weighing;
      const why = `SEED=${SEED} round ${round}: ${grossGrams} g of ${trueLoads()}`;
      const near = trueLoads().some((load) => Math.abs(load - grossGrams) <= divisionGrams);
      expect(near, why).toBe(true);
      const frames = said.filter(({ grams }) => grams !== undefined).slice(-weighing.stableFrames);
      expect(frames.every(({ kind, grams }) => kind === 'stable' && grams === grossGrams)).toBe(
        true,
      );
      expect(weighing.amountFen).toBe(amountForWeight(netGrams, unitPriceFen, priceBasis));
      // The same goods, or more of them, get no second label before the plate was at zero.
      await store.tap({ kind: 'finish' });
      await settles();
      expect(await choose()).not.toBe('done');
    }
    await clear();
  }
  expect(taken, `SEED=${SEED}`).toBeGreaterThan(ROUNDS / 2);
});

it('1: for five seconds after the label the scale says that weight or the one beside it', async () => {
  place(613, 3);
  expect(await settles()).toBe(true);
  expect([await choose(), await print()]).toEqual(['done', 'done']);
  const { grossGrams, divisionGrams } = labels().at(-1)!.weighing;
  said = [];
  await store.run(5_000);
  const heard = new Set(said.map(({ grams }) => grams));
  expect(heard.size).toBeLessThanOrEqual(2);
  for (const grams of heard)
    expect(Math.abs((grams ?? 0) - grossGrams)).toBeLessThanOrEqual(divisionGrams);
});

it('1: a label is flagged where the scale rests on more right after it, and not where goods go', async () => {
  const flagged = () =>
    store
      .controller()
      .ledger.tail(2_000)
      .flatMap((event) => (event.type === 'WeightUnsteady' ? [event.body] : []));
  const before = flagged().length;
  place(600, 3);
  expect(await settles()).toBe(true);
  expect([await choose(), await print()]).toEqual(['done', 'done']);
  const { labelNumber } = labels().at(-1)!;
  place(300);
  await store.run(4_000);
  expect(flagged().slice(before)).toEqual([
    {
      ...{ at: 'counter-1', scaleId: 'scale-1', labelNumber },
      ...{ grossGrams: 600, laterGrams: 900, afterMs: expect.any(Number) },
    },
  ]);
  await clear();
  place(900, 3);
  expect(await settles()).toBe(true);
  expect([await choose(), await print()]).toEqual(['done', 'done']);
  await store.run(1_000);
  await clear();
  expect(flagged()).toHaveLength(before + 1);
});

describe('2: at the limits of the scale', () => {
  const [minGrams, maxGrams, divisionGrams] = [40, 15_000, 2] as const;
  it.each([
    ['Min − d', minGrams - divisionGrams, 'WEIGHT_TOO_LIGHT'],
    ['Min', minGrams, 'done'],
    ['Max', maxGrams, 'done'],
    ['Max + d', maxGrams + divisionGrams, 'WEIGHT_OVER'],
    ['Max + 9 e', maxGrams + 9 * divisionGrams, 'WEIGHT_OVER'],
    ['Max + 10 e', maxGrams + 10 * divisionGrams, 'WEIGHT_OVER'],
  ])('%s, %i g: %s', async (_, grams, outcome) => {
    place(grams, 1);
    await store.run(4_000);
    expect(limits()).toMatchObject({ maxGrams, divisionGrams });
    expect(await choose()).toBe(outcome);
    expect(view().chosen !== undefined).toBe(outcome === 'done');
    if (outcome === 'WEIGHT_OVER')
      expect(limits().grams ?? 0).toBeLessThanOrEqual(maxGrams + 9 * divisionGrams);
  });
});

it('3: what the empty scale shows is not taken off by the program', async () => {
  place(8);
  await store.run(3_000);
  place(600, 2);
  expect(await settles()).toBe(true);
  expect([await choose(), await print()]).toEqual(['done', 'done']);
  const { weighing } = labels().at(-1)!;
  expect(weighing.grossGrams).toBe(said.at(-1)?.grams);
  expect(weighing).toMatchObject({ grossGrams: 608, tareGrams: 0, netGrams: 608 });
});

it('4: the record says which scale, which division, which weigh-core; the label says all of it', async () => {
  place(612, 3);
  expect(await settles()).toBe(true);
  await store.tap({ kind: 'set-tare', tareGrams: 10 });
  expect([await choose(), await print()]).toEqual(['done', 'done']);
  await store.run(4_000);
  const { weighing, name } = labels().at(-1)!;
  const amountFen = amountForWeight(602, item.unitPriceFen, item.priceBasis as WeighBasis);
  expect(weighing).toMatchObject({
    ...{ scaleId: 'scale-1', divisionGrams: limits().divisionGrams },
    ...{ grossGrams: 612, tareGrams: 10, netGrams: 602, amountFen },
    coreVersion: WEIGH_CORE_VERSION,
  });
  const paper = store.world.receipts().at(-1)?.lines.join('\n') ?? '';
  for (const words of [name.zh, '0.602', '去皮', '0.010', (amountFen / 100).toFixed(2)])
    expect(paper).toContain(words);
});

it('5: a weigh-core of other sources has another version', () => {
  const folder = join(import.meta.dirname, '../core/weigh');
  const hash = createHash('sha256');
  const sources = readdirSync(folder).filter((file) => /(?<!\.test)\.ts$/.test(file));
  for (const file of sources.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(folder, file)));
  const VERSIONS: Record<string, string> = {
    '1.1.0': '3cbc3e6a970cd903efd8c770f96a040cb3a456d21854a22cd74a145a70af6b5c',
    '1.0.0': '191020d659f998c15c2395560ac2d168d62b99e7067b13d39d555f32ab725df1',
  };
  expect({ [WEIGH_CORE_VERSION]: hash.digest('hex') }).toEqual({
    [WEIGH_CORE_VERSION]: VERSIONS[WEIGH_CORE_VERSION],
  });
  const booted = store.controller().ledger.readAfter(0, 5);
  const [first] = booted.map(({ record }) => JSON.parse(record));
  expect(first).toMatchObject({ type: 'Booted', body: { weighCoreVersion: WEIGH_CORE_VERSION } });
  expect(first.body.weighCoreSha256).toMatch(/^[0-9a-f]{64}$/);
});
