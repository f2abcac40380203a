/** Looks are one witness; the price book, the mass and the clock are others; none decides alone. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { EmbedOutcome, Recogniser } from '../../models/contract.ts';
import { identityWhitening, normalise } from '../../models/whitening.ts';
import { testClock } from '../ledger/shop.fixture.ts';
import { systemClock, systemIds } from '../runtime.ts';
import { piecesIn, weightFactor } from './evidence.ts';
import { galleryFolder } from './gallery-folder.ts';
import { KEPT_MOST, keptPictures } from './kept-pictures.ts';
import { besideEachOther, namesakes } from './look-alikes.ts';
import { createRecognition, type RecognitionOptions } from './recognition.ts';

const SIZE = 8;
const GOODS = ['apple', 'pear', 'bun'];
let sharpness = 100;

const recogniser: Recogniser = {
  state: () => ({ state: 'ready' }),
  onState() {},
  ...{ packId: 'numbers', packSha256: 'a'.repeat(64) },
  async embed(bytes, _deadline, _source, look): Promise<EmbedOutcome> {
    const embedding = new Float32Array(bytes.slice().buffer);
    const kept = look?.keep ? { kept: new Uint8Array([0xff, 0xd8]) } : {};
    return { ok: true, embedding, sharpness, luminance: 100, prepareMs: 0, runMs: 0, ...kept };
  },
  residentBytes: async () => undefined,
  close: async () => {},
};

const picture = (...weights: number[]): Uint8Array => {
  const vector = Float32Array.from({ length: SIZE }, (_, at) => weights[at] ?? 0);
  return new Uint8Array(normalise(vector).buffer);
};

async function taught(change: Partial<RecognitionOptions> = {}) {
  const recognition = createRecognition({
    ...{ recogniser, clock: systemClock(), ids: systemIds, onSale: () => new Set(GOODS) },
    pack: {
      sha256: recogniser.packSha256,
      whitening: identityWhitening(SIZE),
      calibration: { temperature: 0.07, unknown: { offset: 1.6, score: -5.8, margin: 0 } },
    },
    store: galleryFolder(mkdtempSync(join(tmpdir(), 'yike-judging-'))),
    ...change,
  });
  for (const [item, sku] of GOODS.entries())
    for (const tilt of [0.1, 0.2, 0.3]) {
      const weights = GOODS.map((_, at) => (at === item ? 1 : 0));
      await recognition.teach(sku, picture(...weights, tilt));
    }
  return recognition;
}

describe('taking goods without a tap', () => {
  it.each<[string, Partial<RecognitionOptions>, boolean]>([
    ['is never done unasked', {}, false],
    [
      'is done where the store allows it and the camera is that sure',
      { autoAcceptBp: () => 9_500 },
      true,
    ],
    ['is not done below the store’s threshold', { autoAcceptBp: () => 10_001 }, false],
    [
      'is not done where another item looks the same',
      { autoAcceptBp: () => 9_000, lookAlikes: () => ['pear'] },
      false,
    ],
    [
      'is not done while most goods are still to be learnt',
      { autoAcceptBp: () => 9_000, toLearn: () => 40 },
      false,
    ],
  ])('%s', async (_, change, expected) => {
    const sighting = await (await taught(change)).recognise(picture(1, 0, 0, 0.2));
    expect(sighting.candidates[0]?.sku).toBe('apple');
    expect(sighting.autoAccept !== undefined).toBe(expected);
    if (expected) expect(sighting.autoAccept).toMatchObject({ sku: 'apple', thresholdBp: 9_500 });
  });
});

test('two pictures of the same goods are judged together', async () => {
  const recognition = await taught();
  const [unclear, clearer] = [picture(1, 1), picture(1, 0.4)];
  const first = await recognition.recognise(unclear);
  const alone = await recognition.recognise(clearer);
  const voteWith = first.sightingId;
  const both = await recognition.recognise(clearer, { ...(voteWith && { voteWith }) });
  const apple = (sighting: typeof first) =>
    sighting.candidates.find(({ sku }) => sku === 'apple')?.confidenceBp ?? 0;
  expect(apple(both)).toBeGreaterThan(apple(first));
  expect(apple(both)).toBeLessThan(apple(alone));
});

test('a picture much less sharp than usual on this scale is asked for again, on another it may be usual', async () => {
  const recognition = await taught();
  const look = (source: string) => recognition.recognise(picture(1, 0, 0, 0.2), { source });
  for (let seen = 0; seen < 10; seen += 1) expect((await look('scale-1')).state).toBe('ready');
  sharpness = 8;
  expect(await look('scale-1')).toMatchObject({ state: 'unsure', reason: 'CAM_BLURRED' });
  expect(await look('scale-2')).toMatchObject({ state: 'ready' });
  sharpness = 100;
  expect((await look('scale-1')).state).toBe('ready');
});

test('goods sold by the piece are counted by their mass', async () => {
  const pieces = { unitGrams: () => 90, byPiece: (sku: string) => sku === 'bun' };
  const recognition = await taught(pieces);
  const bun = async (grams: number) =>
    (await recognition.recognise(picture(0, 0, 1, 0.2), { grams })).candidates.find(
      ({ sku }) => sku === 'bun',
    );
  expect((await bun(272))?.pieces).toBe(3);
  expect((await bun(135))?.pieces).toBeUndefined();
});

it.each([
  [90, 90, 1],
  [272, 90, 3],
  [135, 90, undefined],
  [20, 90, undefined],
  [9_000, 90, undefined],
])('%s g of pieces of %s g are %s', (grams, unitGrams, pieces) => {
  expect(piecesIn(grams, unitGrams)).toBe(pieces);
});

test('a mass that no number of pieces explains speaks against goods sold by the piece', () => {
  expect(weightFactor(135, 90, true)).toBeLessThan(weightFactor(180, 90, true));
  expect(weightFactor(135, 90, false)).toBe(1);
});

describe('look-alikes', () => {
  const ranked = (...skus: string[]) => skus.map((sku, at) => ({ sku, confidenceBp: 9_000 - at }));
  it.each<[string, string[], Record<string, string[]>, string[]]>([
    ['move up behind each other', ['a', 'b', 'c'], { a: ['c'] }, ['a', 'c', 'b']],
    [
      'are put in where the camera did not think of them',
      ['a', 'b'],
      { a: ['x'] },
      ['a', 'x', 'b'],
    ],
    ['stay where nothing looks alike', ['a', 'b'], {}, ['a', 'b']],
    [
      'never make more tiles than there is room for',
      ['a', 'b', 'c', 'd'],
      { a: ['x'] },
      ['a', 'x', 'b', 'c'],
    ],
  ])('%s', (_, seen, twins, shown) => {
    const placed = besideEachOther(ranked(...seen), (sku) => twins[sku] ?? [], 4);
    expect(placed.map(({ sku }) => sku)).toEqual(shown);
  });

  test('are found by their names: organic and ordinary carrots', () => {
    const item = (sku: string, zh: string, category = 'veg') => ({ sku, category, name: { zh } });
    const goods = [item('1', '胡萝卜'), item('2', '有机胡萝卜'), item('3', '有机胡萝卜', 'juice')];
    expect([...namesakes(goods)]).toEqual([
      ['1', ['2']],
      ['2', ['1']],
    ]);
  });
});

describe('pictures of the pan', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'yike-kept-'));
  const pan = new Uint8Array([0xff, 0xd8]);

  test('are kept of what is taught, where the policy says so, and only these', async () => {
    const dir = folder();
    const kept = keptPictures(dir, { hours: 1, most: 100 }, testClock());
    const recognition = await taught({ kept });
    expect(readdirSync(dir)).toHaveLength(9);
    await recognition.recognise(picture(1));
    expect(readdirSync(dir)).toHaveLength(9);
  });

  test('are not kept by default', async () => {
    const dir = folder();
    await keptPictures(dir, undefined, testClock()).keep(pan, 'apple', 'sample-1');
    expect(readdirSync(dir)).toEqual([]);
  });

  test('are gone after the hours allowed, never more than 72', async () => {
    const [dir, clock] = [folder(), testClock()];
    const kept = keptPictures(dir, { hours: 500, most: 10 }, clock);
    await kept.keep(pan, 'apple', 'sample-1');
    clock.advance(71 * 3_600_000);
    expect(kept.prune()).toBe(0);
    clock.advance(3_600_000);
    expect(kept.prune()).toBe(1);
  });

  test('are few, and switching the policy off deletes them', async () => {
    const [dir, clock] = [folder(), testClock()];
    const kept = keptPictures(dir, { hours: 1, most: 3 }, clock);
    for (let shot = 0; shot < 5; shot += 1) await kept.keep(pan, '../../etc/passwd', `../${shot}`);
    expect(readdirSync(dir)).toHaveLength(3);
    expect([kept.find('../4'), kept.find('../0')]).toEqual([Buffer.from(pan), undefined]);
    expect(kept.names().size).toBe(3);
    expect(KEPT_MOST).toBe(2_000);
    keptPictures(dir, undefined, clock);
    expect(readdirSync(dir)).toEqual([]);
  });
});
