import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Recogniser } from '../../models/contract.ts';
import { buildChild, fruitPicture, packFolder } from '../../models/fixtures.ts';
import type { GalleryPack } from '../../models/gallery.ts';
import { DEFAULT_PACK_DIR, galleryPack, openPack } from '../../models/pack.ts';
import { startRecogniser } from '../../models/recogniser.ts';
import { systemClock, systemIds } from '../runtime.ts';
import { salesFactors, weightFactor } from './evidence.ts';
import { galleryFolder } from './gallery-folder.ts';
import { SIGHTING_REASONS } from './reasons.ts';
import { createRecognition, type Recognition, type RecognitionOptions } from './recognition.ts';
import { RECOGNITION_REFUSALS, recognitionRefusal } from './refusals.ts';

const clock = systemClock();
const patience = { deadlineMs: 20_000 };
const RED = { r: 210, g: 40, b: 30 };
const GREEN = { r: 70, g: 190, b: 50 };
const PURPLE = { r: 90, g: 40, b: 140 };
const onSale = new Set(['tomato', 'lime', 'plum']);

let recogniser: Recogniser;
let pack: GalleryPack;
let folder: string;

beforeAll(async () => {
  buildChild();
  recogniser = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock, runLimitMs: 20_000 });
  const opened = openPack(DEFAULT_PACK_DIR);
  if (!opened.ok) throw new Error(opened.detail);
  pack = galleryPack(opened.pack);
  await recogniser.embed(await fruitPicture(RED), 20_000);
});
afterAll(() => recogniser.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yike-gallery-'));
});

function open(change: Partial<RecognitionOptions> = {}): Recognition {
  return createRecognition({
    recogniser,
    pack,
    store: galleryFolder(folder),
    clock,
    ids: systemIds,
    onSale: () => onSale,
    ...change,
  });
}

async function teachAll(recognition: Recognition): Promise<void> {
  for (const [sku, colour] of Object.entries({ tomato: RED, lime: GREEN, plum: PURPLE })) {
    for (let shot = 0; shot < 3; shot += 1) {
      const taught = await recognition.teach(sku, await fruitPicture(colour, shot));
      expect(taught).toMatchObject({ ok: true, value: { samples: shot + 1 } });
    }
  }
}

const blank = (background: string) =>
  sharp({ create: { width: 320, height: 240, channels: 3, background } })
    .jpeg()
    .toBuffer();

test('a shop that has taught nothing yet gets no guesses, only the list', async () => {
  const sighting = await open().recognise(await fruitPicture(RED), patience);
  expect(sighting).toMatchObject({
    state: 'unavailable',
    reason: 'NOTHING_TAUGHT',
    candidates: [],
    confident: false,
  });
});

test('three pictures of each fruit are enough to put the right tile first', async () => {
  const recognition = open();
  await teachAll(recognition);
  for (const [sku, colour] of Object.entries({ tomato: RED, lime: GREEN, plum: PURPLE })) {
    const sighting = await recognition.recognise(await fruitPicture(colour, 7.5), patience);
    expect(sighting.candidates[0]?.sku).toBe(sku);
    expect(['ready', 'unsure']).toContain(sighting.state);
    const total = sighting.candidates.reduce((sum, { confidenceBp }) => sum + confidenceBp, 0);
    expect(Math.abs(total - 10_000)).toBeLessThan(3);
  }
  expect(recognition.stats()).toMatchObject({ items: 3, samples: 9, version: 0 });
  expect(recognition.stats().p95Ms).toBeGreaterThanOrEqual(recognition.stats().p50Ms ?? -1);
});

test('what is taken off sale disappears from the tiles at once', async () => {
  const sold = new Set(onSale);
  const recognition = open({ onSale: () => sold });
  await teachAll(recognition);
  sold.delete('tomato');
  const sighting = await recognition.recognise(await fruitPicture(RED), patience);
  expect(sighting.candidates.map(({ sku }) => sku).sort()).toEqual(['lime', 'plum']);
});

test('what sells every day and weighs enough is put before what does not', async () => {
  // Neither red nor green, so that what is known besides can tip the balance.
  const picture = await fruitPicture({ r: 140, g: 115, b: 40 }, 7.5);
  const confidence = async (change: Partial<RecognitionOptions>, grams?: number) => {
    const recognition = open(change);
    await teachAll(recognition);
    const { candidates } = await recognition.recognise(picture, { ...patience, grams });
    return candidates.find(({ sku }) => sku === 'lime')?.confidenceBp ?? 0;
  };
  const plain = await confidence({});
  expect(await confidence({ recentSales: () => new Map([['lime', 90]]) })).toBeGreaterThan(plain);
  const unitGrams = (sku: string) => (sku === 'lime' ? 2000 : undefined);
  expect(await confidence({ unitGrams }, 150)).toBeLessThan(plain);
});

test('something that looks like nothing taught is said to be unknown', async () => {
  const recognition = open();
  await teachAll(recognition);
  const empty = await recognition.recognise(await blank('#9a9da0'), patience);
  expect(['unknown', 'unsure']).toContain(empty.state);
  expect(empty.confident).toBe(false);
});

test('a covered camera says so, and teaches nothing', async () => {
  const recognition = open();
  await teachAll(recognition);
  const dark = await blank('#020202');
  const sighting = await recognition.recognise(dark, patience);
  expect(sighting).toMatchObject({ state: 'unavailable', reason: 'CAM_DARK', candidates: [] });
  expect(sighting.camera).toBe('CAM_DARK');
  expect(await recognition.teach('tomato', dark)).toMatchObject({
    refusal: { code: 'TEACH_CAMERA_DARK' },
  });
});

test('a picture without one edge in it is never a sure thing, and teaches nothing', async () => {
  const recognition = open();
  await teachAll(recognition);
  const fog = await blank('#9a9da0');
  const sighting = await recognition.recognise(fog, patience);
  expect(sighting).toMatchObject({ reason: 'CAM_BLURRED', confident: false });
  expect(sighting.camera).toBe('CAM_BLOCKED');
  expect(await recognition.teach('tomato', fog)).toMatchObject({
    refusal: { code: 'TEACH_CAMERA_BLURRED' },
  });
});

test('a broken picture is unavailable for this once, and teaches nothing', async () => {
  const recognition = open();
  await teachAll(recognition);
  const rubbish = new Uint8Array(100);
  const sighting = await recognition.recognise(rubbish, patience);
  expect(sighting).toMatchObject({ state: 'unavailable', reason: 'PICTURE_BAD' });
  expect(await recognition.teach('tomato', rubbish)).toMatchObject({
    refusal: { code: 'TEACH_PICTURE_BAD' },
  });
});

test('without a model the list is used, and teaching says why it cannot', async () => {
  const taughtOnce = open();
  await teachAll(taughtOnce);
  await taughtOnce.publish();
  const broken = startRecogniser({ packDir: packFolder(undefined), clock });
  const recognition = open({ recogniser: broken });
  const apple = await fruitPicture(RED);
  const sighting = await recognition.recognise(apple, patience);
  expect(sighting).toMatchObject({ state: 'unavailable', reason: 'MODEL_MISSING' });
  expect(await recognition.teach('tomato', apple)).toMatchObject({
    refusal: { code: 'TEACH_MODEL_UNAVAILABLE' },
  });
  await broken.close();
});

test('a wrong picture is taken back with one touch', async () => {
  const recognition = open();
  await teachAll(recognition);
  await recognition.teach('tomato', await fruitPicture(PURPLE));
  expect(recognition.undoLast('tomato')).toEqual({ ok: true, value: { samples: 3 } });
  const sighting = await recognition.recognise(await fruitPicture(PURPLE, 5), patience);
  expect(sighting.candidates[0]?.sku).toBe('plum');
  expect(recognition.undoLast('durian')).toMatchObject({ refusal: { code: 'NOTHING_TAUGHT' } });
});

test('what is published is known again after a restart, and answers the same', async () => {
  const before = open();
  await teachAll(before);
  expect(await before.publish()).toMatchObject({
    ok: true,
    value: { version: 1, items: 3, samples: 9 },
  });
  const after = open();
  expect(after.stats()).toMatchObject({ items: 3, samples: 9, version: 1 });
  expect(after.samplesOf('lime')).toBe(3);
  const picture = await fruitPicture(GREEN, 9);
  const [first, second] = [
    await before.recognise(picture, patience),
    await after.recognise(picture, patience),
  ];
  const same = { ms: 0, sightingId: '' };
  expect({ ...second, ...same }).toEqual({ ...first, ...same });
});

test('five versions are kept, and a damaged one falls back to the one before', async () => {
  const recognition = open();
  await teachAll(recognition);
  for (let version = 1; version <= 7; version += 1) await recognition.publish();
  const files = readdirSync(folder).sort();
  expect(files).toEqual([3, 4, 5, 6, 7].map((version) => `gallery-0000000${version}.ykg`));
  writeFileSync(join(folder, 'gallery-00000007.ykg'), 'half a fi');
  const refused: string[] = [];
  const after = open({ onRefusedGallery: ({ code }) => void refused.push(code) });
  expect(refused).toEqual(['GALLERY_BROKEN']);
  expect(after.stats().samples).toBe(9);
  // The damaged version keeps its number: the next one is newer than both.
  expect(await after.publish()).toMatchObject({ ok: true, value: { version: 8 } });
});

test('goods taught with another model are not used, and the page says why', async () => {
  const before = open();
  await teachAll(before);
  await before.publish();
  const after = open({ pack: { ...pack, sha256: 'f'.repeat(64) } });
  expect(after.stats()).toMatchObject({
    items: 0,
    galleryRefusal: {
      code: 'GALLERY_OTHER_PACK',
      message: { zh: expect.stringContaining('模型') },
    },
  });
});

test('a gallery of a newer version of the software is left alone', () => {
  writeFileSync(join(folder, 'gallery-00000001.ykg'), `YKG9${'x'.repeat(64)}`);
  const after = open();
  expect(after.stats().galleryRefusal?.code).toBe('GALLERY_NEWER');
  expect(readdirSync(folder)).toHaveLength(1);
});

test('every refusal says in both languages what is wrong and what to do', () => {
  for (const code of RECOGNITION_REFUSALS) {
    const { message, next } = recognitionRefusal(code);
    for (const { zh, en } of [message, next]) {
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).toMatch(/^[A-Z][ -~]+$/);
    }
  }
});

test('every reason for no answer is said in both languages, with what to do', () => {
  for (const { message, next } of Object.values(SIGHTING_REASONS)) {
    for (const { zh, en } of [message, next]) {
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).toMatch(/^[A-Z][ -~]+$/);
    }
  }
});

test.each([
  [[], { a: 1, b: 1 }],
  [[['a', 10]], { a: 1.129, b: 0.812 }],
  [[['b', 1000]], { a: 0.812, b: 1.129 }],
])('recent sales %j make the gentle factors %j', (sales, factors) => {
  const got = salesFactors(new Set(['a', 'b']), new Map(sales as [string, number][]));
  for (const [sku, factor] of Object.entries(factors)) {
    expect(got.get(sku)).toBeCloseTo(factor, 3);
  }
});

test('a best seller of a hundred items is still only sixty per cent more likely', () => {
  const skus = new Set(Array.from({ length: 100 }, (_, at) => `item-${at}`));
  const factors = salesFactors(skus, new Map([['item-0', 5000]]));
  expect(Math.max(...factors.values())).toBe(1.6);
  expect(Math.min(...factors.values())).toBeGreaterThanOrEqual(0.6);
});

test.each([
  [150, 2000, 0.2],
  [1000, 2000, 1],
  [5000, 2000, 1],
  [undefined, 2000, 1],
  [150, undefined, 1],
])('%s g of an item of %s g a piece has the factor %s', (grams, unitGrams, factor) => {
  expect(weightFactor(grams, unitGrams)).toBe(factor);
});
