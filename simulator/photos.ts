import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Scene, seedOf } from './camera-frame.ts';
import { type Acted, done, refused } from './errors.ts';
import type { Catalogue, CatalogueArticle, Good } from './goods.ts';
import { firstIssueWallMs } from './goods.ts';
import { categoryOf, packagedCoarse, photoNames } from './photos-names.ts';
import { between, createRandom, whole } from './random.ts';

/** A store made of photographs: its items are those of a data set, taught and shown apart. */
export interface PhotoStore {
  goods: Good[];
  catalogue: Catalogue;
  /** Absolute paths by the file names that the catalogue's `picture` fields carry. */
  pictures: Map<string, string>;
  /** The n-th photograph (from 0, round and round) to learn an article from. */
  trainPicture(sku: string, n: number): string;
  /**
   * The n-th photograph to show a shopper's camera. An article without `val` rows shows its
   * `train` photographs from the last backwards, farthest from the first ones that teach it.
   */
  valPicture(sku: string, n: number): string;
}

interface Item {
  fine: string;
  coarse: string;
  train: string[];
  val: string[];
}

const columns = ['path', 'split', 'fine', 'coarse'] as const;
type Row = Record<(typeof columns)[number], string>;

function readRows(csv: string): Acted<Row[]> {
  const lines = csv.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = (lines[0] ?? '').split(',').map((name) => name.trim());
  const missing = columns.find((column) => !header.includes(column));
  if (missing !== undefined) return refused('PHOTO_COLUMN_MISSING', missing);
  const rows = lines.slice(1).filter((line) => line.trim() !== '');
  return done(
    rows.map((line) => {
      const cells = line.split(',').map((cell) => cell.trim());
      const cell = (column: string) => cells[header.indexOf(column)] ?? '';
      return {
        path: cell('path'),
        split: cell('split'),
        fine: cell('fine'),
        coarse: cell('coarse'),
      };
    }),
  );
}

function gather(rows: Row[], folder: string): Map<string, Item> {
  const items = new Map<string, Item>();
  for (const { path, split, fine, coarse } of rows) {
    const item = items.get(fine) ?? { fine, coarse, train: [], val: [] };
    items.set(fine, item);
    if (split === 'train') item.train.push(join(folder, path));
    if (split === 'val') item.val.push(join(folder, path));
  }
  return items;
}

const isPackaged = (item: Item) => packagedCoarse.has(item.coarse);

function englishName(fine: string): string {
  const spaced = fine.replaceAll('-', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Name, and mass and price invented from the label alone, so that they never change. */
function invent(item: Item) {
  const en = englishName(item.fine);
  const name = { zh: photoNames[item.fine] ?? en, en };
  const random = createRandom(seedOf(item.fine));
  const unitGrams = isPackaged(item) ? 1000 : whole(random, 14, 60) * 5;
  const unitPriceFen = Math.floor(between(random, 5, 30)) * 100 + 80;
  return { sku: item.fine, name, unitGrams, unitPriceFen };
}

function goodOf(item: Item, picture: string): Good {
  const { sku, name, unitGrams } = invent(item);
  const kind = isPackaged(item) ? 'packaged' : 'loose';
  return { sku, name, kind, unitGrams, spreadPercent: isPackaged(item) ? 2 : 15, picture };
}

function articleOf(item: Item, picture: string, index: number): CatalogueArticle {
  const { sku, name, unitGrams, unitPriceFen } = invent(item);
  return {
    sku,
    plu: String(90_001 + index),
    name,
    pinyin: [],
    aliases: [item.fine.replaceAll('-', ' ')],
    category: categoryOf(item.coarse),
    unitPriceFen,
    priceBasis: 'kg',
    vatBasisPoints: 900,
    tareGrams: 0,
    unitGrams,
    onSale: true,
    picture: basename(picture),
  };
}

function assemble(items: Map<string, Item>): PhotoStore {
  const taught = (sku: string): Item => {
    const item = items.get(sku);
    if (item === undefined) throw new Error(`no photographs of ${sku}`);
    return item;
  };
  const nth = (paths: string[], n: number): string => {
    const path = paths[n % paths.length];
    if (path === undefined) throw new Error(`no photograph number ${n}`);
    return path;
  };
  const all = [...items.values()].map((item) => ({ item, picture: nth(item.train, 0) }));
  const articles = all.map(({ item, picture }, index) => articleOf(item, picture, index));
  const issue = { storeId: 'photos', version: 1, issuedWallMs: firstIssueWallMs };
  return {
    goods: all.map(({ item, picture }) => goodOf(item, picture)),
    catalogue: { ...issue, items: articles },
    pictures: new Map(all.map(({ picture }) => [basename(picture), picture])),
    trainPicture: (sku, n) => nth(taught(sku).train, n),
    valPicture: (sku, n) => {
      const { train, val } = taught(sku);
      return nth(val.length > 0 ? val : train.toReversed(), n);
    },
  };
}

/**
 * The same scene with an unseen photograph for every piece, chosen by the piece so that it stays
 * while the piece lies there.
 */
export function shoppingScene(store: PhotoStore, scene: Scene): Scene {
  const pieces = scene.pieces.map((piece) => {
    const picture = store.valPicture(piece.sku, seedOf(piece.pieceId) >>> 0);
    return { ...piece, picture };
  });
  return { ...scene, pieces };
}

/**
 * The store of a folder whose `index.csv` names its photographs
 * (`path,split,fine_id,fine,coarse_id,coarse`; paths relative to the folder, split `train` or
 * `val`). Everything in it is weighed and sold by the kilogram at invented, stable prices.
 * Refuses: PHOTO_INDEX_MISSING, PHOTO_COLUMN_MISSING, PHOTO_FILE_MISSING, PHOTO_ITEM_UNTAUGHT.
 */
export function photoGoods(folder: string): Acted<PhotoStore> {
  const index = join(folder, 'index.csv');
  if (!existsSync(index)) return refused('PHOTO_INDEX_MISSING', index);
  const rows = readRows(readFileSync(index, 'utf8'));
  if (!rows.ok) return rows;
  const lost = rows.value.find((row) => !existsSync(join(folder, row.path)));
  if (lost !== undefined) return refused('PHOTO_FILE_MISSING', lost.path);
  const items = gather(rows.value, folder);
  const untaught = [...items.values()].find((item) => item.train.length === 0);
  if (untaught !== undefined) return refused('PHOTO_ITEM_UNTAUGHT', untaught.fine);
  return done(assemble(items));
}
