import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from './chance.ts';
import { createGallery, type Gallery, type GalleryPack, SAMPLES_MAX } from './gallery.ts';
import { parse, serialise } from './gallery-file.ts';
import { dot, fitWhitening, identityWhitening, normalise, whiten } from './whitening.ts';

const SIZE = 16;
const seed = Number(process.env.SEED ?? 20261123);
const pack: GalleryPack = {
  sha256: 'a'.repeat(64),
  whitening: identityWhitening(SIZE),
  calibration: { temperature: 0.07, unknown: { offset: 1.6, score: -5.8, margin: 0 } },
};

/** A unit vector near the axis of `item`; `noise` 0 is the axis itself. */
function embeddingOf(item: number, random: () => number, noise = 0.3): Float32Array {
  const vector = Float32Array.from({ length: SIZE }, () => noise * (random() - 0.5));
  vector[item]! += 1;
  return normalise(vector);
}

function taught(items: number, shots: number, random = seeded(seed)): Gallery {
  const gallery = createGallery(pack);
  for (let item = 0; item < items; item += 1) {
    for (let shot = 0; shot < shots; shot += 1) {
      const embedding = embeddingOf(item, random);
      gallery.add({ sku: `item-${item}`, sampleId: `${item}/${shot}`, embedding });
    }
  }
  return gallery;
}

test('an item taught with one picture is recognised on the next', () => {
  const gallery = createGallery(pack);
  expect(gallery.recognise(embeddingOf(0, seeded(1)))).toEqual({
    candidates: [],
    unknownProbability: 1,
  });
  gallery.add({ sku: 'apple', sampleId: 'first', embedding: embeddingOf(0, seeded(1)) });
  const seen = gallery.recognise(embeddingOf(0, seeded(2)));
  expect(seen.candidates).toEqual([{ sku: 'apple', probability: 1 }]);
  expect(seen.unknownProbability).toBeLessThan(0.1);
});

test('a picture like nothing that was taught is probably unknown', () => {
  const gallery = taught(4, 5);
  const strange = gallery.recognise(embeddingOf(9, seeded(3)));
  const usual = gallery.recognise(embeddingOf(2, seeded(3)));
  expect(strange.unknownProbability).toBeGreaterThan(0.5);
  expect(usual.unknownProbability).toBeLessThan(0.1);
});

test('an item not on sale is never a candidate, however much it looks like it', () => {
  const gallery = taught(6, 3);
  const allowed = new Set(['item-1', 'item-4']);
  const { candidates } = gallery.recognise(embeddingOf(0, seeded(3)), { allowed });
  expect(candidates.map(({ sku }) => sku).sort()).toEqual(['item-1', 'item-4']);
  const none = gallery.recognise(embeddingOf(0, seeded(3)), { allowed: new Set() });
  expect(none).toEqual({ candidates: [], unknownProbability: 1 });
});

test('further evidence tips the balance between two that look alike, not between two that do not', () => {
  const gallery = createGallery(pack);
  const between = normalise(Float32Array.from({ length: SIZE }, (_, at) => (at < 2 ? 1 : 0)));
  gallery.add({ sku: 'orange', sampleId: 'o', embedding: embeddingOf(0, seeded(1), 0) });
  gallery.add({ sku: 'satsuma', sampleId: 's', embedding: embeddingOf(1, seeded(2), 0) });
  const prior = new Map([['satsuma', 1.5]]);
  expect(gallery.recognise(between).candidates[0]?.probability).toBeCloseTo(0.5, 3);
  expect(gallery.recognise(between, { prior }).candidates[0]?.sku).toBe('satsuma');
  const orange = embeddingOf(0, seeded(4), 0.1);
  expect(gallery.recognise(orange, { prior }).candidates[0]?.sku).toBe('orange');
});

test('the oldest picture makes room once an item has as many as it may', () => {
  const gallery = taught(1, SAMPLES_MAX + 3);
  expect(gallery.count('item-0')).toBe(SAMPLES_MAX);
  expect(gallery.samples()[0]?.sampleId).toBe('0/3');
});

const shape = fc.record({
  items: fc.integer({ min: 1, max: 8 }),
  shots: fc.integer({ min: 1, max: 6 }),
  query: fc.integer({ min: 0, max: SIZE - 1 }),
  chance: fc.integer(),
});

test('candidates come best first, each once, with probabilities that add up to one', () => {
  fc.assert(
    fc.property(shape, ({ items, shots, query, chance }) => {
      const gallery = taught(items, shots, seeded(chance));
      const { candidates } = gallery.recognise(embeddingOf(query, seeded(chance)), { limit: 99 });
      const probabilities = candidates.map(({ probability }) => probability);
      expect(new Set(candidates.map(({ sku }) => sku)).size).toBe(items);
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }),
    { seed },
  );
});

test('taking a picture back leaves everything as if it had never been taught', () => {
  fc.assert(
    fc.property(shape, ({ items, shots, query, chance }) => {
      const gallery = taught(items, shots, seeded(chance));
      const question = embeddingOf(query, seeded(chance));
      const before = gallery.recognise(question);
      gallery.add({ sku: 'item-0', sampleId: 'slip', embedding: question });
      gallery.add({ sku: 'new', sampleId: 'slip-2', embedding: question });
      expect(gallery.remove('slip') && gallery.remove('slip-2')).toBe(true);
      expect(gallery.remove('slip')).toBe(false);
      expect(gallery.recognise(question)).toEqual(before);
      expect(gallery.items()).toBe(items);
    }),
    { seed },
  );
});

test('a gallery read back from disk answers exactly as before', () => {
  fc.assert(
    fc.property(shape, ({ items, shots, query, chance }) => {
      const gallery = taught(items, shots, seeded(chance));
      const parsed = parse(serialise(gallery), pack);
      if (!parsed.ok) throw new Error(parsed.detail);
      const question = embeddingOf(query, seeded(chance));
      expect(parsed.gallery.recognise(question)).toEqual(gallery.recognise(question));
      expect(parsed.gallery.samples()).toEqual(gallery.samples());
    }),
    { seed },
  );
});

test('a gallery taught with another model is refused, in words', () => {
  const bytes = serialise(taught(2, 2));
  expect(parse(bytes, { ...pack, sha256: 'b'.repeat(64) })).toEqual({
    ok: false,
    code: 'GALLERY_OTHER_PACK',
    detail: 'taught with aaaaaaaaaaaa…, running bbbbbbbbbbbb…',
  });
});

test('a gallery of a newer version is refused as such', () => {
  const bytes = Buffer.from(serialise(taught(1, 1)));
  bytes.write('YKG2', 'latin1');
  expect(parse(bytes, pack)).toMatchObject({ code: 'GALLERY_NEWER' });
});

test('a gallery with any bit flipped or cut short is never used', () => {
  const bytes = serialise(taught(3, 2));
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const bad = Uint8Array.from(bytes);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(parse(bad, pack).ok).toBe(false);
      expect(parse(bytes.subarray(0, bit >> 3), pack).ok).toBe(false);
    }),
    { seed },
  );
});

test('after fitted whitening the pictures of an item differ alike in every direction', () => {
  const random = seeded(seed);
  const items = Array.from({ length: 6 }, (_, item) =>
    Array.from({ length: 200 }, () => {
      const embedding = embeddingOf(item, random, 0.4);
      // One direction in which light makes pictures differ ten times as much.
      embedding[15]! += 4 * (random() - 0.5);
      return embedding;
    }),
  );
  const whitening = fitWhitening(items, 0.03);
  const spreadOf = (axis: number) =>
    items.flatMap((pictures) => {
      const mapped = pictures.map((picture) => unnormalised(picture, axis));
      const average = mapped.reduce((a, b) => a + b) / mapped.length;
      return mapped.map((value) => (value - average) ** 2);
    });
  function unnormalised(picture: Float32Array, axis: number): number {
    const column = whitening.mean.map((_, row) => whitening.matrix[row * SIZE + axis]!);
    return dot(
      picture.map((value, at) => value - whitening.mean[at]!),
      column,
    );
  }
  const variances = Array.from({ length: SIZE }, (_, axis) => {
    const squares = spreadOf(axis);
    return squares.reduce((a, b) => a + b) / squares.length;
  });
  expect(Math.max(...variances) / Math.min(...variances)).toBeLessThan(3);
  const seen = whiten(items[0]![0]!, whitening);
  expect(dot(seen, seen)).toBeCloseTo(1, 5);
});

test('one picture an item is too little to whiten with, and leaves angles as they are', () => {
  const [a, b] = [embeddingOf(0, seeded(1)), embeddingOf(1, seeded(2))];
  const whitening = fitWhitening([[a], [b]]);
  expect(dot(whiten(a, whitening), whiten(b, whitening))).toBeCloseTo(-1, 5);
});
