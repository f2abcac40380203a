import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { handfuls, looseRows } from './goods-loose.ts';
import { buying, minimumAges, offSale, packagedRows } from './goods-packaged.ts';

/** Something that can be carried to a plate or past a scanner. */
export interface Good {
  sku: string;
  name: { zh: string; en: string };
  kind: 'loose' | 'packaged';
  /** Usual mass of what one hand lays down: one piece, a handful, or one package with contents. */
  unitGrams: number;
  /** Real masses lie evenly within this many per cent of `unitGrams`. */
  spreadPercent: number;
  gtin?: string;
  plu?: string;
  /** Absolute path of the picture that the camera composes. */
  picture: string;
}

/** One article of a price book, in the form in which head office takes it. Money in fen. */
export interface CatalogueArticle {
  sku: string;
  name: { zh: string; en: string };
  /** The store works out the readings of its names itself. */
  pinyin: string[];
  aliases?: string[];
  gtin?: string;
  plu?: string;
  category: string;
  unitPriceFen: number;
  priceBasis: 'each' | 'kg' | '500g';
  vatBasisPoints: number;
  tareGrams: number;
  unitGrams?: number;
  minimumAge?: number;
  onSale: boolean;
  shelfDays?: number;
  packSize?: number;
  leadDays?: number;
  keep?: 'chilled' | 'frozen';
  /** File name under `/pictures/`. */
  picture: string;
}

/** A whole price book, at one version. */
export interface Catalogue {
  storeId: string;
  version: number;
  issuedWallMs: number;
  items: CatalogueArticle[];
}

/** sku, PLU, zh, en, aliases, category, fen, price basis, grams, tare grams, picture. */
export type LooseRow = [
  string,
  string,
  string,
  string,
  string,
  string,
  number,
  'kg' | '500g',
  number,
  number,
  string,
];

/** sku, zh, en, aliases, category, fen, gross grams, VAT basis points, picture. */
export type PackagedRow = [string, string, string, string, string, number, number, number, string];

/** When the invented price books were issued. */
export const firstIssueWallMs = 1_767_225_600_000; // 2026-01-01T00:00:00Z
const looseSpreadPercent = 12;
const packagedSpreadPercent = 1;

/** The GTIN-13 of twelve digits: weights 1 and 3 from the left (GS1 General Specifications 7.9). */
export function gtin13(twelveDigits: string): string {
  let sum = 0;
  for (const [index, digit] of [...twelveDigits].entries()) {
    sum += Number(digit) * (index % 2 === 0 ? 1 : 3);
  }
  return twelveDigits + ((10 - (sum % 10)) % 10);
}

const demonstrationGtin = (sku: string) => gtin13(`9521000${sku}`);
const pictureFile = (codePoints: string) => `${codePoints}.webp`;

/** Folder of built pictures beside the compiled simulator, or undefined before the first build. */
function builtPictures(): string | undefined {
  const beside = [
    join(import.meta.dirname, '../pictures'),
    join(import.meta.dirname, '../dist/pictures'),
  ];
  return beside.find((folder) => existsSync(join(folder, pictureFile('1f34e'))));
}

/** The package's own pictures, where the project is worked on and nothing has been built yet. */
function sourcePictures(): string {
  const assets = 'node_modules/@lobehub/fluent-emoji-3d/assets';
  const near = [
    join(import.meta.dirname, '..', assets),
    join(import.meta.dirname, '../..', assets),
  ];
  return near.find((folder) => existsSync(folder)) ?? near[0] ?? assets;
}

/** Absolute folder of the demonstration store's pictures: built ones, else the package's. */
export function pictureFolder(): string {
  return builtPictures() ?? sourcePictures();
}

/** File names of all pictures that the demonstration store uses, each once, in name order. */
export function pictureNames(): string[] {
  const used = [...looseRows.map((row) => row[10]), ...packagedRows.map((row) => row[8])];
  return [...new Set(used)].sort().map(pictureFile);
}

/** Everything on the demonstration store's shelves. */
export function demoGoods(): Good[] {
  const folder = pictureFolder();
  const loose = looseRows.map(([sku, plu, zh, en, , , , , unitGrams, , picture]): Good => {
    const path = join(folder, pictureFile(picture));
    const spreadPercent = looseSpreadPercent;
    return { sku, name: { zh, en }, kind: 'loose', unitGrams, spreadPercent, plu, picture: path };
  });
  const packaged = packagedRows.map(([sku, zh, en, , , , unitGrams, , picture]): Good => {
    const path = join(folder, pictureFile(picture));
    const gtin = demonstrationGtin(sku);
    const spreadPercent = packagedSpreadPercent;
    return {
      sku,
      name: { zh, en },
      kind: 'packaged',
      unitGrams,
      spreadPercent,
      gtin,
      picture: path,
    };
  });
  return [...loose, ...packaged];
}

/** Comma-separated other names of an article; left out where it has none. */
const otherNames = (aliases: string): { aliases?: string[] } =>
  aliases === '' ? {} : { aliases: aliases.split(',') };

function looseArticle(row: LooseRow): CatalogueArticle {
  const [sku, plu, zh, en, aliases, category, unitPriceFen, priceBasis, grams, tareGrams] = row;
  const weighed = handfuls.has(sku) ? {} : { unitGrams: grams };
  const price = { unitPriceFen, priceBasis, vatBasisPoints: 900, tareGrams, ...weighed };
  const picture = pictureFile(row[10]);
  const names = { name: { zh, en }, pinyin: [], ...otherNames(aliases) };
  return { sku, ...names, plu, category, ...price, onSale: true, picture };
}

function packagedArticle(row: PackagedRow): CatalogueArticle {
  const [sku, zh, en, aliases, category, unitPriceFen, unitGrams, vatBasisPoints, picture] = row;
  const minimumAge = minimumAges[category];
  return {
    sku,
    name: { zh, en },
    pinyin: [],
    ...otherNames(aliases),
    gtin: demonstrationGtin(sku),
    category,
    unitPriceFen,
    priceBasis: 'each',
    vatBasisPoints,
    tareGrams: 0,
    unitGrams,
    ...(minimumAge === undefined ? {} : { minimumAge }),
    ...buying[category],
    onSale: !offSale.has(sku),
    picture: pictureFile(picture),
  };
}

/** The demonstration store's first price book. */
export function demoCatalogue(): Catalogue {
  const items = [...looseRows.map(looseArticle), ...packagedRows.map(packagedArticle)];
  return { storeId: 'demo', version: 1, issuedWallMs: firstIssueWallMs, items };
}
