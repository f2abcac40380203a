import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import { changedItem } from '../core/catalogue/catalogue-decide.ts';
import type { ItemChange } from '../core/catalogue/catalogue-events.ts';
import { searchReadings } from '../core/catalogue/initials.ts';
import type { Promotion } from '../core/sale/promotion.ts';
import type { Connection } from './database.ts';

/** Versions kept behind the active one, for a basket that starts while a book is swapped. */
const SPARE_VERSIONS = 2;
/** Where the newest book of head office is named. */
const PUBLISHED = 'published_book';

/** A price book as head office published it. */
export interface Published {
  version: number;
  sha256: string;
}

/** What the store sells by: head office's book with the store's own changes. */
export interface Edition {
  version: number;
  issuedWallMs: number;
  items: CatalogueItem[];
  promotions: Promotion[];
}

/** Price books by version, stored whole. Called inside the ledger's transaction where it writes. */
export interface PriceBooks {
  store(edition: Edition, published: Published): void;
  /** The newest edition again under the next number, with these changes and these rules. */
  derive(changes: readonly ItemChange[], promotions: readonly Promotion[]): void;
  /** Drops versions that are neither recent nor `needed` nor of an unfinished sale. */
  prune(needed: readonly number[]): void;
  /** Newest edition, 0 where there is none. */
  version(): number;
  /** The newest book of head office; version 0 where there is none. */
  published(): Published;
  item(version: number, sku: string): CatalogueItem | undefined;
  itemByGtin(version: number, gtin: string): CatalogueItem | undefined;
  itemByPlu(version: number, plu: string): CatalogueItem | undefined;
  items(version: number): CatalogueItem[];
  /** The rules of a version; none where it has none. */
  promotions(version: number): Promotion[];
}

/** With every reading of its names, worked out once for a book and not at each keystroke. */
function findable(text: string): CatalogueItem {
  const item: CatalogueItem = JSON.parse(text);
  return { ...item, pinyin: searchReadings(item) };
}

/** GTIN-8, -12, -13 and -14 of one article differ by leading zeros (GS1 General Specifications). */
function padGtin(gtin: string | undefined): string {
  return gtin ? gtin.padStart(14, '0') : '';
}

function prepareBooks(db: Connection) {
  const select = (where: string) =>
    db.prepare<[number, string], string>(`SELECT item FROM items WHERE version = ? AND ${where}`);
  return {
    insertBook: db.prepare('INSERT INTO price_books VALUES (?, ?, ?)'),
    copyBook: db.prepare(
      `INSERT INTO price_books SELECT version + 1, issued_wall_ms, sha256
       FROM price_books WHERE version = ?`,
    ),
    copyItems: db.prepare(
      `INSERT INTO items SELECT version + 1, position, sku, gtin, plu, item
       FROM items WHERE version = ?`,
    ),
    changeItem: db.prepare('UPDATE items SET item = ? WHERE version = ? AND sku = ?'),
    insertItem: db.prepare('INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)'),
    prune: db.prepare(
      `DELETE FROM price_books WHERE version NOT IN (SELECT price_book_version FROM open_sales)
       AND version NOT IN (SELECT value FROM json_each(?))
       AND version NOT IN (SELECT version FROM price_books ORDER BY version DESC LIMIT ?)`,
    ),
    newest: db.prepare<[], number | null>('SELECT max(version) FROM price_books').pluck(),
    sha256: db
      .prepare<[number], string>('SELECT sha256 FROM price_books WHERE version = ?')
      .pluck(),
    bySku: select('sku = ?').pluck(),
    byGtin: select("gtin = ? AND gtin <> '' ORDER BY position").pluck(),
    byPlu: select("plu = ? AND plu <> '' ORDER BY position").pluck(),
    insertRules: db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
    rules: db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck(),
    pruneRules: db.prepare(
      `DELETE FROM meta WHERE key LIKE 'promotions.%'
       AND CAST(substr(key, 12) AS INTEGER) NOT IN (SELECT version FROM price_books)`,
    ),
    all: db
      .prepare<[number], string>('SELECT item FROM items WHERE version = ? ORDER BY position')
      .pluck(),
  };
}

export function openPriceBooks(db: Connection): PriceBooks {
  const sql = prepareBooks(db);
  // The pick list searches the whole book at every keystroke: keep the newest one parsed.
  let whole: { version: number; items: CatalogueItem[] } | undefined;
  const parse = (text: string | undefined): CatalogueItem | undefined =>
    text === undefined ? undefined : JSON.parse(text);
  const keepRules = (version: number, promotions: readonly Promotion[]) => {
    if (promotions.length > 0)
      sql.insertRules.run(`promotions.${version}`, JSON.stringify(promotions));
  };

  return {
    store({ version, issuedWallMs, items, promotions }, published) {
      whole = undefined;
      sql.insertBook.run(version, issuedWallMs, published.sha256);
      sql.insertRules.run(PUBLISHED, JSON.stringify(published));
      keepRules(version, promotions);
      items.forEach((item, position) => {
        const gtin = padGtin(item.gtin);
        const text = JSON.stringify(item);
        sql.insertItem.run(version, position, item.sku, gtin, item.plu ?? '', text);
      });
    },
    derive(changes, promotions) {
      whole = undefined;
      const before = sql.newest.get() ?? 0;
      sql.copyBook.run(before);
      sql.copyItems.run(before);
      keepRules(before + 1, promotions);
      for (const change of changes) {
        const item = parse(sql.bySku.get(before + 1, change.sku));
        if (!item) continue;
        sql.changeItem.run(JSON.stringify(changedItem(item, change)), before + 1, change.sku);
      }
    },
    prune(needed) {
      sql.prune.run(JSON.stringify(needed), SPARE_VERSIONS + 1);
      sql.pruneRules.run();
    },
    published() {
      const known = sql.rules.get(PUBLISHED);
      if (known !== undefined) return JSON.parse(known);
      // A ledger from before stores changed prices themselves: its newest book is head office's.
      const version = sql.newest.get() ?? 0;
      return { version, sha256: sql.sha256.get(version) ?? '' };
    },
    promotions: (version) => JSON.parse(sql.rules.get(`promotions.${version}`) ?? '[]'),
    version: () => sql.newest.get() ?? 0,
    item: (version, sku) => parse(sql.bySku.get(version, sku)),
    itemByGtin: (version, gtin) => parse(sql.byGtin.get(version, padGtin(gtin))),
    itemByPlu: (version, plu) => parse(sql.byPlu.get(version, plu)),
    items(version) {
      if (whole?.version !== version) {
        whole = { version, items: sql.all.all(version).map(findable) };
      }
      return whole.items;
    },
  };
}
