import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { composeFrame } from './camera.ts';
import { composeStill } from './camera-frame.ts';
import { type PhotoStore, photoGoods, shoppingScene } from './photos.ts';
import { photoNames } from './photos-names.ts';
import { createRandom } from './random.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const jpeg = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();

async function folder(csv: string | undefined, names: string[]): Promise<string> {
  const path = mkdtempSync(join(tmpdir(), 'yike-photos-'));
  made.push(path);
  if (csv !== undefined) writeFileSync(join(path, 'index.csv'), csv);
  for (const name of names) {
    const upright = name.startsWith('tall');
    const picture = await jpeg(upright ? 256 : 341, upright ? 341 : 256, '#2b8a3e');
    writeFileSync(join(path, name), picture);
  }
  return path;
}

const header = 'path,split,fine_id,fine,coarse_id,coarse\n';
const small = `${header}tall1.jpg,train,0,mango,0,mango\nb.jpg,train,0,mango,0,mango
c.jpg,val,0,mango,0,mango\nd.jpg,train,9,arla-standard-milk,9,milk\n`;
const files = ['tall1.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];

async function opened(csv: string, names: string[]): Promise<PhotoStore> {
  const store = photoGoods(await folder(csv, names));
  if (!store.ok) throw new Error(store.refusal.code);
  return store.value;
}

describe('a store made of photographs', () => {
  test('sells every item of the index by the kilogram, under its Chinese name', async () => {
    const { goods, catalogue } = await opened(small, files);
    expect(goods.map(({ sku, kind, name }) => [sku, kind, name.zh, name.en])).toEqual([
      ['mango', 'loose', '芒果', 'Mango'],
      ['arla-standard-milk', 'packaged', '阿拉全脂牛奶', 'Arla standard milk'],
    ]);
    expect(catalogue.items.map((item) => [item.sku, item.priceBasis])).toEqual([
      ['mango', 'kg'],
      ['arla-standard-milk', 'kg'],
    ]);
    expect(catalogue.items.map(({ aliases }) => aliases)).toEqual([
      ['mango'],
      ['arla standard milk'],
    ]);
  });

  test('asks the same price for an item in whatever folder it is found', async () => {
    const one = await opened(small, files);
    const two = await opened(`${header}b.jpg,train,0,mango,0,mango\n`, ['b.jpg']);
    expect(two.catalogue.items[0]?.unitPriceFen).toBe(one.catalogue.items[0]?.unitPriceFen);
  });

  test('teaches from train and shows val, round and round', async () => {
    const { trainPicture, valPicture } = await opened(small, files);
    const name = (path: string) => path.split('/').at(-1);
    expect([0, 1, 2].map((n) => name(trainPicture('mango', n)))).toEqual([
      'tall1.jpg',
      'b.jpg',
      'tall1.jpg',
    ]);
    expect([0, 1].map((n) => name(valPicture('mango', n)))).toEqual(['c.jpg', 'c.jpg']);
    expect(name(valPicture('arla-standard-milk', 0))).toBe('d.jpg');
    expect(() => trainPicture('durian', 0)).toThrow('durian');
  });

  test('shows each piece that is laid down as one unseen photograph, for as long as it lies', async () => {
    const store = await opened(small, files);
    const lie = { xRatio: 0, yRatio: 0, turnDegrees: 0, scale: 1 };
    const laid = { pieceId: 'piece-7', sku: 'mango', picture: 'elsewhere', ...lie };
    const scene = () => shoppingScene(store, { pieces: [laid], pressed: false });
    expect(scene().pieces[0]?.picture).toBe(store.valPicture('mango', 0));
    expect(scene()).toEqual(scene());
  });

  test('its camera sees both of two kinds in one bag, half a frame each', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yike-two-'));
    const piece = async (sku: string, background: string) => {
      const picture = join(folder, `${sku}.jpg`);
      await sharp({ create: { width: 640, height: 480, channels: 3, background } }).toFile(picture);
      const lie = { xRatio: 0.5, yRatio: 0.5, turnDegrees: 0, scale: 1 };
      return { pieceId: sku, sku, picture, ...lie };
    };
    const pieces = [await piece('tomato', '#d02010'), await piece('lime', '#20c030')];
    const still = await composeStill({ pieces, pressed: false });
    const redder = (x: number) => still[(240 * 640 + x) * 3]! > still[(240 * 640 + x) * 3 + 1]!;
    expect([redder(60), redder(300), redder(340), redder(600)]).toEqual([true, true, false, false]);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['wide', 'b.jpg', 640],
    ['upright', 'tall1.jpg', 480],
  ])('its camera shows a %s photograph as high as the frame', async (_, file, across) => {
    const { trainPicture } = await opened(small, files);
    const picture = trainPicture('mango', file === 'b.jpg' ? 1 : 0);
    const lie = { xRatio: 0.1, yRatio: 0.9, turnDegrees: 77, scale: 1 };
    const pieces = [{ pieceId: 'p', sku: 'mango', picture, ...lie }];
    const frame = await composeFrame({ pieces, pressed: false }, createRandom(1));
    const { data, info } = await sharp(frame).raw().toBuffer({ resolveWithObject: true });
    const green = (x: number, y: number) => {
      const at = (y * info.width + x) * 3;
      return data[at + 1]! - data[at]! > 60;
    };
    expect([info.width, info.height]).toEqual([640, 480]);
    const row = Array.from({ length: 640 }, (_, x) => green(x, 240)).filter(Boolean).length;
    const column = Array.from({ length: 480 }, (_, y) => green(320, y)).filter(Boolean).length;
    expect(Math.abs(row - across)).toBeLessThan(20);
    expect(column).toBeGreaterThan(470);
  });

  test.each([
    ['there is no index.csv', undefined, [], 'PHOTO_INDEX_MISSING', 'index.csv'],
    ['a column is missing', 'path,split,fine\n', [], 'PHOTO_COLUMN_MISSING', 'coarse'],
    ['the index is empty', '', [], 'PHOTO_COLUMN_MISSING', 'path'],
    ['a photograph is missing', small, ['tall1.jpg'], 'PHOTO_FILE_MISSING', 'b.jpg'],
    [
      'an item cannot be learned',
      `${header}c.jpg,val,0,mango,0,mango\n`,
      ['c.jpg'],
      'PHOTO_ITEM_UNTAUGHT',
      'mango',
    ],
  ])('is refused with the reason when %s', async (_, csv, names, code, detail) => {
    const store = photoGoods(await folder(csv, names));
    expect(store.ok ? undefined : store.refusal.code).toBe(code);
    expect(store.ok ? undefined : store.refusal.detail).toContain(detail);
  });
});

const supplied = join(import.meta.dirname, '../../shared/recognition/pictures');
const present = existsSync(join(supplied, 'index.csv'));
if (!present) console.warn(`SKIPPED: the supplied photographs are not at ${supplied}`);

test.skipIf(!present)('the supplied photographs make a store of 81 items, all named', () => {
  const store = photoGoods(supplied);
  if (!store.ok) throw new Error(store.refusal.code);
  const { goods, catalogue } = store.value;
  expect(goods).toHaveLength(81);
  expect(goods.map((good) => good.sku).sort()).toEqual(Object.keys(photoNames).sort());
  expect(new Set(goods.map((good) => good.name.zh)).size).toBe(81);
  expect(goods.filter((good) => good.kind === 'loose')).toHaveLength(50);
  for (const item of catalogue.items) expect(item.unitPriceFen, item.sku).toBeGreaterThan(500);
});
