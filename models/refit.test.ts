/** A new head on an old backbone: the bytes stay an ONNX model, the directions tell items apart. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { systemClock } from '../edge/runtime.ts';
import { seeded } from './chance.ts';
import { buildChild, fruitPicture, packFolder } from './fixtures.ts';
import { withHead } from './onnx-head.ts';
import { DEFAULT_PACK_DIR, openPack } from './pack.ts';
import { evened, fitProjection, times } from './projection.ts';
import { fieldsOf } from './protobuf.ts';
import { startRecogniser } from './recogniser.ts';
import { dot, normalise } from './whitening.ts';

const shipped = readFileSync(join(DEFAULT_PACK_DIR, 'model.onnx'));

beforeAll(buildChild);

test('a model read field by field and joined again is the same bytes', () => {
  const fields = fieldsOf(shipped);
  expect(Buffer.concat(fields.map(({ raw }) => raw)).equals(shipped)).toBe(true);
});

test.each([
  ['cut short', shipped.subarray(0, 1000)],
  ['that is text', Buffer.from('a model? no, a shopping list')],
  ['without a graph', Buffer.from([8, 8])],
])('a file %s is no model to put a head on', (_name, bytes) => {
  const none = new Float32Array(0);
  const head = { features: 1280, dimensions: 256, matrix: none, bias: none, classes: none };
  expect(() => withHead(bytes, head)).toThrow(RangeError);
});

test('a backbone under a new head runs, and its embeddings have length one', async () => {
  const random = seeded(1);
  const numbers = (count: number) => Float32Array.from({ length: count }, () => random() - 0.5);
  const head = {
    ...{ features: 1280, dimensions: 256, matrix: numbers(1280 * 256) },
    ...{ bias: numbers(256), classes: numbers(256 * 3) },
  };
  const folder = packFolder(withHead(shipped, head));
  const recogniser = startRecogniser({ packDir: folder, clock: systemClock(), runLimitMs: 20_000 });
  const seen = await recogniser.embed(await fruitPicture({ r: 200, g: 40, b: 30 }), 20_000);
  await recogniser.close();
  rmSync(folder, { recursive: true });
  if (!seen.ok) throw new Error(seen.detail);
  expect(dot(seen.embedding, seen.embedding)).toBeCloseTo(1, 4);
});

test('the fitted directions tell items apart where the plain features do not', () => {
  const random = seeded(7);
  const size = 24;
  // Items differ a little in four features; light shifts all the others together, a lot.
  const picture = (item: number): Float32Array => {
    const light = 4 * random();
    const features = Float32Array.from({ length: size }, (_, at) =>
      at < 4 ? 1 + (at === item ? 0.4 : 0) + 0.2 * random() : 1 + light + 0.2 * random(),
    );
    return evened(features);
  };
  const items = [0, 1, 2, 3].map((item) => Array.from({ length: 60 }, () => picture(item)));
  const { matrix, bias } = fitProjection(items, 4, 0.1);
  const seen = (features: Float32Array) =>
    normalise(times(features, matrix, 4).map((value, at) => value + bias[at]!));
  const mean = (vectors: Float32Array[]) =>
    normalise(vectors.reduce((sum, vector) => sum.map((value, at) => value + vector[at]!)));
  const hits = (of: (features: Float32Array) => Float32Array) => {
    const prototypes = items.map((pictures) => mean(pictures.map(of)));
    const right = [0, 1, 2, 3].flatMap((item) =>
      Array.from({ length: 50 }, () => {
        const shown = of(picture(item));
        const scores = prototypes.map((prototype) => dot(prototype, shown));
        return scores.indexOf(Math.max(...scores)) === item ? 1 : 0;
      }),
    );
    return right.reduce<number>((sum, hit) => sum + hit, 0) / right.length;
  };
  expect(hits(seen)).toBeGreaterThan(0.95);
  expect(hits(seen)).toBeGreaterThan(hits((features) => features));
});

test('the shipped pack lists every file that lies in it, and its labels', () => {
  const opened = openPack(DEFAULT_PACK_DIR);
  if (!opened.ok) throw new Error(opened.detail);
  expect(opened.pack.model.golden.length).toBeGreaterThan(1);
  expect(existsSync(opened.pack.model.fast?.path ?? '')).toBe(true);
});
