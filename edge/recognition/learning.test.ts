/** Learning in the store: what makes it better is used, what makes it worse is not. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { seeded } from '../../models/chance.ts';
import type { EmbedOutcome, Recogniser } from '../../models/contract.ts';
import type { GalleryPack } from '../../models/gallery.ts';
import { identityWhitening, normalise } from '../../models/whitening.ts';
import { systemClock, systemIds } from '../runtime.ts';
import { galleryFolder } from './gallery-folder.ts';
import { createRecognition, type Recognition } from './recognition.ts';

const SIZE = 16;
const GOODS = ['apple', 'pear', 'plum', 'lime', 'fig'];
const seed = Number(process.env.SEED ?? 20261128);
const pack: GalleryPack = {
  sha256: 'a'.repeat(64),
  whitening: identityWhitening(SIZE),
  calibration: { temperature: 0.07, unknown: { offset: 1.6, score: -5.8, margin: 0 } },
};

let random: () => number;
/** How far the pictures of one item lie apart. */
let scatter: number;
let folder: string;
let recognition: Recognition;

/** A camera picture is four numbers here; the embedding is made of them, as a model would. */
const shot = (item: number, noise = scatter): Uint8Array => {
  const vector = Float32Array.from({ length: SIZE }, () => noise * (random() - 0.5));
  vector[item]! += 1;
  return new Uint8Array(normalise(vector).buffer);
};

const recogniser: Recogniser = {
  state: () => ({ state: 'ready' }),
  onState() {},
  packId: 'numbers',
  packSha256: pack.sha256,
  async embed(bytes): Promise<EmbedOutcome> {
    const embedding = new Float32Array(bytes.slice().buffer);
    return { ok: true, embedding, sharpness: 100, luminance: 100, prepareMs: 0, runMs: 0 };
  },
  residentBytes: async () => undefined,
  close: async () => {},
};

const open = (change: Partial<GalleryPack> = {}, at = folder): Recognition =>
  createRecognition({
    ...{ recogniser, pack: { ...pack, ...change }, store: galleryFolder(at) },
    ...{ clock: systemClock(), ids: systemIds, onSale: () => new Set(GOODS) },
  });

async function teach(sku: string, item: number, shots: number, into = recognition): Promise<void> {
  for (let at = 0; at < shots; at += 1)
    expect(await into.teach(sku, shot(item))).toMatchObject({ ok: true });
}

async function teachAll(shots = 8): Promise<void> {
  for (const [item, sku] of GOODS.entries()) await teach(sku, item, shots);
}

async function publish() {
  const published = await recognition.publish();
  if (!published.ok) throw new Error(JSON.stringify(published.refusal));
  return published.value;
}

/** Somebody teaches pears as figs, and plums as apples. */
async function mixUp(): Promise<void> {
  await teach('fig', 1, 60);
  await teach('apple', 2, 60);
}

const first = async (item: number, of = recognition) =>
  (await of.recognise(shot(item, 0))).candidates[0]?.sku;

async function sell(item: number, sku: string, saleId: string): Promise<boolean> {
  const { sightingId = '' } = await recognition.recognise(shot(item));
  return recognition.learnSold({ sightingId, sku, saleId, lineId: 'line-1' });
}

beforeEach(() => {
  random = seeded(seed);
  scatter = 0.5;
  folder = mkdtempSync(join(tmpdir(), 'yike-learning-'));
  recognition = open();
});

describe('publishing', () => {
  test('says how many pictures held out were named right before and after', async () => {
    await teachAll();
    expect(await publish()).toMatchObject({
      version: 1,
      items: 5,
      samples: 40,
      heldOut: 10,
      rightBefore: 0,
    });
    await teach('apple', 0, 4);
    const { heldOut, rightBefore, rightAfter } = await publish();
    expect(heldOut).toBe(10);
    expect(rightAfter).toBeGreaterThanOrEqual(rightBefore);
    expect(recognition.metrics()).toMatchObject({ version: 2, unpublished: false, heldOut: 10 });
  });

  test('says how well what is new is known: by pictures of it kept out of learning', async () => {
    const [one = '', another = '', last = ''] = GOODS;
    await teach(one, 0, 8);
    await teach(another, 1, 8);
    expect(await publish()).not.toHaveProperty('newcomers');
    await teach(last, 2, 8);
    expect(await publish()).toMatchObject({ heldOut: 4, newcomers: { n: 2, right: 2 } });
    await teach(one, 0, 4);
    expect(await publish()).not.toHaveProperty('newcomers');
  });

  test('is refused where goods known before are mistaken, and the old knowledge answers', async () => {
    scatter = 1.6;
    await teachAll();
    await publish();
    await mixUp();
    const refused = await recognition.publish();
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'LEARNING_MAKES_WORSE' } });
    expect(await first(1)).toBe('pear');
    expect(recognition.metrics()).toMatchObject({ unpublished: true, version: 1 });
    expect(recognition.confusionPairs()[0]?.times).toBeGreaterThan(0);
    const wrong = recognition.samples().slice(-1);
    expect(recognition.undoUnpublished()).toEqual({ items: 5, samples: 40 });
    expect(recognition.samples()).toHaveLength(40);
    expect(recognition.removeSample(wrong[0]?.sampleId ?? '')).toMatchObject({
      refusal: { code: 'SAMPLE_UNKNOWN' },
    });
    expect(await publish()).toMatchObject({ version: 2 });
  });

  test('goes through once the wrong pictures are taken back one by one', async () => {
    scatter = 1.6;
    await teachAll();
    await publish();
    await mixUp();
    expect((await recognition.publish()).ok).toBe(false);
    for (const { sampleId } of recognition.samples('fig').slice(8))
      expect(recognition.removeSample(sampleId).ok).toBe(true);
    for (const { sampleId } of recognition.samples('apple').slice(8))
      recognition.removeSample(sampleId);
    expect(await publish()).toMatchObject({ samples: 40 });
    expect(await first(4)).toBe('fig');
  });

  test('is the same after a start, fitted head and all', async () => {
    await teachAll(12);
    await publish();
    await teach('plum', 2, 8);
    await publish();
    const again = open();
    await expect.poll(() => again.metrics().headWeight).toBe(recognition.metrics().headWeight);
    const picture = shot(3);
    const [here, there] = [await recognition.recognise(picture), await again.recognise(picture)];
    expect(there.candidates).toEqual(here.candidates);
  });

  test('what is taught while it is being fitted is not lost, and waits for the next', async () => {
    await teachAll();
    const publishing = publish();
    await recognition.teach('lime', shot(3));
    expect((await publishing).samples).toBe(40);
    expect(recognition.samples()).toHaveLength(41);
    expect(recognition.metrics().unpublished).toBe(true);
  });

  test('another pack knows nothing of it, and the first knows it still', async () => {
    await teachAll();
    await publish();
    recognition.usePack({ ...pack, sha256: 'b'.repeat(64) });
    expect(recognition.stats().items).toBe(0);
    recognition.usePack(pack);
    expect(recognition.stats().items).toBe(5);
  });
});

describe('sales that stood', () => {
  beforeEach(async () => {
    await teachAll();
    await publish();
  });

  test('are learnt at the next publication, and marked as sold', async () => {
    expect(await sell(1, 'pear', 'sale-1')).toBe(true);
    expect(recognition.metrics().waitingFromSales).toBe(1);
    expect(await publish()).toMatchObject({ soldLearnt: 1, soldDropped: 0, samples: 41 });
    const sold = recognition.samples('pear').filter(({ origin }) => origin === 'sold');
    expect(sold).toMatchObject([{ sku: 'pear', origin: 'sold' }]);
    expect(sold[0]?.sampleId).toMatch(/^sold:sale-1:line-1:/);
  });

  test('are forgotten when the money goes back, learnt already or not', async () => {
    await sell(1, 'pear', 'sale-1');
    await sell(2, 'plum', 'sale-2');
    expect(recognition.forgetSold('sale-2')).toBe(1);
    expect(await publish()).toMatchObject({ samples: 41 });
    expect(recognition.forgetSold('sale-1')).toBe(1);
    expect(await publish()).toMatchObject({ samples: 40 });
  });

  test('teach once, and only what the camera could have meant', async () => {
    const { sightingId = '' } = await recognition.recognise(shot(1));
    const sold = { sightingId, sku: 'pear', saleId: 'sale-1', lineId: 'line-1' };
    expect(recognition.learnSold({ ...sold, sku: 'water' })).toBe(false);
    expect(await sell(1, 'pear', 'sale-1')).toBe(true);
    expect(recognition.learnSold({ ...sold, sightingId: 'unheard-of' })).toBe(false);
  });

  test('of a cheat who sells one fruit as another teach nothing', async () => {
    for (let sale = 0; sale < 40; sale += 1)
      expect(await sell(1, 'fig', `sale-${sale}`)).toBe(false);
    expect(recognition.metrics().waitingFromSales).toBe(0);
    expect(await publish()).toMatchObject({ soldLearnt: 0, samples: 40 });
  });

  test('are dropped first where a publication makes it worse, whoever is to blame', async () => {
    recognition = open({}, mkdtempSync(join(tmpdir(), 'yike-blame-')));
    scatter = 1.6;
    await teachAll();
    await publish();
    scatter = 0.5;
    expect(await sell(3, 'lime', 'sale-1')).toBe(true);
    scatter = 1.6;
    await mixUp();
    expect((await recognition.publish()).ok).toBe(false);
    expect(recognition.metrics().waitingFromSales).toBe(0);
  });

  test('never push out pictures taught by staff', async () => {
    for (let sale = 0; sale < 60; sale += 1)
      expect(await sell(0, 'apple', `sale-${sale}`)).toBe(true);
    await publish();
    const origins = recognition.samples('apple').map(({ origin }) => origin);
    expect(origins.filter((origin) => origin === 'taught')).toHaveLength(8);
    expect(origins.filter((origin) => origin === 'sold')).toHaveLength(40);
  });
});

describe('from scale to scale', () => {
  test('what another process published is taken up, but not over what is being taught', async () => {
    await teachAll();
    const other = open();
    await publish();
    other.tend();
    expect(other.stats()).toMatchObject({ version: 1, samples: 40 });
    await other.teach('lime', shot(3));
    await publish();
    other.tend();
    expect(other.stats()).toMatchObject({ version: 1, samples: 41 });
  });

  test('one teaches, the other knows; home again, nothing is there twice', async () => {
    await teachAll();
    await publish();
    const bytes = recognition.exportGallery();
    const other = open({}, mkdtempSync(join(tmpdir(), 'yike-other-')));
    expect(other.importGallery(bytes)).toEqual({ ok: true, value: { added: 40, items: 5 } });
    expect(await first(2, other)).toBe('plum');
    expect(other.samples()[0]?.origin).toBe('imported');
    await other.publish();
    expect(other.importGallery(bytes)).toMatchObject({ value: { added: 0 } });
    expect(recognition.importGallery(other.exportGallery())).toMatchObject({ value: { added: 0 } });
  });

  test.each([
    ['of another pack', () => open({ sha256: 'c'.repeat(64) }), 'GALLERY_OTHER_PACK'],
    ['that lost a byte on the way', () => recognition, 'GALLERY_BROKEN'],
  ])('a file %s is refused and changes nothing', async (_name, into, code) => {
    await teachAll(4);
    await publish();
    const bytes = recognition.exportGallery();
    const sent = code === 'GALLERY_BROKEN' ? bytes.subarray(1) : bytes;
    const target = into();
    const before = target.samples().length;
    expect(target.importGallery(sent)).toMatchObject({ ok: false, refusal: { code } });
    expect(target.samples()).toHaveLength(before);
  });
});

describe('versions', () => {
  test('a rehearsal says what a publication would come to, and changes nothing', async () => {
    await teachAll();
    await publish();
    await teach('apple', 0, 4);
    const tried = await recognition.rehearse();
    expect(tried).toMatchObject({ ok: true, value: { items: 5, samples: 44, worse: false } });
    expect(recognition.metrics()).toMatchObject({ version: 1, unpublished: true });
    const published = await publish();
    const { heldOut, rightBefore, rightAfter } = published;
    expect(tried).toMatchObject({ value: { heldOut, rightBefore, rightAfter } });
  });

  test('a rehearsal of what would be refused says so, goods by goods', async () => {
    scatter = 1.6;
    await teachAll();
    await publish();
    await mixUp();
    const tried = await recognition.rehearse();
    expect(tried).toMatchObject({ ok: true, value: { worse: true } });
    expect(tried.ok && tried.value.lost.map(({ sku }) => sku)).toContain('pear');
    expect(recognition.metrics().refused).toBeUndefined();
  });

  test('an older one goes into force under a number of its own, and comes back after a restart', async () => {
    await teachAll();
    await publish();
    await teach('grape', 5, 8);
    await publish();
    expect(recognition.versions().map(({ version, items }) => [version, items])).toEqual([
      [2, 6],
      [1, 5],
    ]);
    expect(await recognition.rollBack(1)).toMatchObject({
      value: { version: 3, items: 5, samples: 40 },
    });
    expect(open().stats()).toMatchObject({ version: 3, items: 5 });
    expect(await recognition.rollBack(9)).toMatchObject({ refusal: { code: 'VERSION_UNKNOWN' } });
  });

  test('what is taken back while a publication is worked out stays taken back', async () => {
    await teachAll();
    const [sample] = recognition.samples('apple');
    const working = publish();
    recognition.removeSample(sample!.sampleId);
    await working;
    expect(recognition.samplesOf('apple')).toBe(7);
    expect(recognition.metrics().unpublished).toBe(true);
  });
});

test('what a person says of a sighting replaces what its sale taught', async () => {
  await teachAll();
  await publish();
  const { sightingId = '' } = await recognition.recognise(shot(1));
  const { embedding } = recognition.sighting(sightingId)!;
  expect(recognition.learnSold({ sightingId, sku: 'pear', saleId: 's-1', lineId: 'l-1' })).toBe(
    true,
  );
  recognition.learnSeen('plum', sightingId, embedding);
  expect(recognition.metrics().waitingFromSales).toBe(0);
  expect(recognition.samples('plum').at(-1)?.origin).toBe('reviewed');
});
