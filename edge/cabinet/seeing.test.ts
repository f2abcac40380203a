/** What a camera over the door adds to the scales: two articles of one weight, and a real model. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Recogniser } from '../../models/contract.ts';
import { DEFAULT_PACK_DIR, openPack } from '../../models/pack.ts';
import type { CabinetSpec } from '../../simulator/cabinet-spec.ts';
import { composeFrame } from '../../simulator/camera-frame.ts';
import { demoGoods } from '../../simulator/goods.ts';
import { createRandom } from '../../simulator/random.ts';
import { type CabinetStore, simulateCabinet } from '../cli/sim/cabinet.ts';
import { handOf } from '../cli/sim/cabinet-floor.ts';
import { realRecogniser } from '../cli/sim/recognition.ts';
import type { Track } from '../cli/sim/time.ts';
import { amongThese } from './seeing.ts';

describe('a picture between the articles of one cell', () => {
  const knows = (sku: string) => sku !== 'new';
  it.each([
    [
      'is shared among those that lie there',
      [
        ['tea', 8_000],
        ['pear', 1_000],
      ],
      ['tea', 'cola'],
      [
        ['tea', 10_000],
        ['cola', 0],
      ],
    ],
    [
      'says nothing where it shows other goods',
      [
        ['pear', 9_000],
        ['tea', 900],
      ],
      ['tea', 'cola'],
      undefined,
    ],
    ['says nothing of a cell with one article', [['tea', 9_900]], ['tea'], undefined],
    [
      'does not hold against an article that nobody taught',
      [['tea', 9_000]],
      ['tea', 'new'],
      [
        ['tea', 10_000],
        ['new', 10_000],
      ],
    ],
    ['says nothing between articles that nobody taught', [['pear', 9_000]], ['new'], undefined],
  ] as const)('%s', (_, seen, skus, expected) => {
    const goods = seen.map(([sku, bp]) => ({ sku, bp }));
    const found = amongThese(goods, [...skus], knows);
    expect(found).toEqual(expected?.map(([sku, bp]) => ({ sku, bp })));
  });
});

/** Both articles of a cell weigh the same: what such cabinets are never laid out like. */
const alike = (usual: CabinetSpec): CabinetSpec => ({
  ...usual,
  shelves: usual.shelves.map((shelf) => ({
    ...shelf,
    cells: shelf.cells.map((cell) => ({
      ...cell,
      slots: cell.slots.map((slot) => ({ ...slot, unitGrams: cell.slots[0]!.unitGrams })),
    })),
  })),
});
const drinks = demoGoods().filter(({ kind }) => kind === 'packaged');
const pictureOf = (sku: string) => drinks[Number(sku.slice(1)) % drinks.length]!.picture;

const dir = mkdtempSync(join(tmpdir(), 'yike-sight-'));
let store: CabinetStore | undefined;
afterEach(async () => {
  await store?.close();
  store = undefined;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function openAlike(withCamera: boolean): Promise<CabinetStore> {
  const pack = openPack(DEFAULT_PACK_DIR);
  if (!pack.ok) throw new Error(pack.detail);
  let eye: Recogniser | undefined;
  const recogniser = (track: Track): Recogniser => {
    eye = realRecogniser(track);
    return eye;
  };
  const camera = { recogniser, pack: pack.pack, camera: { pictureOf } };
  store = await simulateCabinet({
    ...{ seed: 3, dataDir: mkdtempSync(join(dir, 'store-')), shelves: 1, relaid: alike },
    ...(withCamera && camera),
  });
  await store.run(12_000);
  const seesYet = () => expect(eye?.state().state ?? 'ready').toBe('ready');
  await vi.waitFor(seesYet, { timeout: 120_000, interval: 20 });
  return store;
}

const slotsOf = ({ cabinet }: CabinetStore, cell: number) => cabinet.world.cells()[cell]!.slots;

/** Six pictures of each article, a little turned and another piece every time. */
async function teach({ controller }: CabinetStore, skus: string[]) {
  const lens = createRandom(9);
  for (const sku of skus)
    for (const grams of [301, 306, 311, 317, 322, 329]) {
      const scene = { pieces: handOf({ sku, grams }, pictureOf), pressed: false };
      const taught = await controller().recognition.teach(sku, await composeFrame(scene, lens));
      if (!taught.ok) throw new Error(taught.refusal.message.en);
    }
}

/** Opens, takes one piece and shuts the door; the visit as it ended. */
async function visitFor(at: CabinetStore, sku: string) {
  const { world } = at.cabinet;
  await at.actor().handle({ kind: 'open', code: `13000${'0'.repeat(12)}1` }, 'key-000001');
  await at.run(20_000, () => !world.bolts.locked[0]);
  world.pull();
  await at.run(2_000);
  world.take(sku);
  await at.run(4_000);
  world.shut();
  await at.run(60_000, () => {
    const phase = at.controller().ledger.cabinet('cabinet-1').visit?.phase;
    return phase === 'settled' || phase === 'review';
  });
  return at.controller().ledger.cabinet('cabinet-1').visit!;
}

it('two articles of one weight go to a person where there is no camera', async () => {
  const blind = await openAlike(false);
  const visit = await visitFor(blind, slotsOf(blind, 0)[0]!.sku);
  expect(visit).toMatchObject({ phase: 'review', doubts: ['unsure'] });
}, 240_000);

it('and are told apart by the camera once they are taught', async () => {
  const seeing = await openAlike(true);
  const [one, other] = slotsOf(seeing, 0).map(({ sku }) => sku) as [string, string];
  await teach(seeing, [one, other]);
  const visit = await visitFor(seeing, other);
  expect(visit.seen).toMatchObject([
    { goods: expect.arrayContaining([{ sku: one, bp: expect.any(Number) }]) },
  ]);
  expect(visit).toMatchObject({ phase: 'settled', count: { taken: [{ sku: other, pieces: 1 }] } });
}, 240_000);
