import type { CatalogueItem, PriceBook } from '../core/catalogue.ts';
import type { Promotion } from '../core/promotion.ts';
import type { Connection } from './database.ts';

/** Versions kept behind the active one, for a basket that starts while a book is swapped. */
const SPARE_VERSIONS = 2;

/** Price books by version, stored whole. Called inside the ledger's transaction where it writes. */
export interface PriceBooks {
  store(book: PriceBook, sha256: string): void;
  /** Drops versions that are neither recent nor needed by an unfinished sale. */
  prune(): void;
  /** Newest version, 0 where there is none. */
  version(): number;
  sha256Of(version: number): string | undefined;
  item(version: number, sku: string): CatalogueItem | undefined;
  itemByGtin(version: number, gtin: string): CatalogueItem | undefined;
  itemByPlu(version: number, plu: string): CatalogueItem | undefined;
  items(version: number): CatalogueItem[];
  /** The rules of a version; none where it has none. */
  promotions(version: number): Promotion[];
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
    insertItem: db.prepare('INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)'),
    prune: db.prepare(
      `DELETE FROM price_books WHERE version NOT IN (SELECT price_book_version FROM open_sales)
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

  return {
    store(book, sha256) {
      whole = undefined;
      sql.insertBook.run(book.version, book.issuedWallMs, sha256);
      const { promotions = [] } = book;
      if (promotions.length > 0)
        sql.insertRules.run(`promotions.${book.version}`, JSON.stringify(promotions));
      book.items.forEach((item, position) => {
        const gtin = padGtin(item.gtin);
        const text = JSON.stringify(item);
        sql.insertItem.run(book.version, position, item.sku, gtin, item.plu ?? '', text);
      });
    },
    prune() {
      sql.prune.run(SPARE_VERSIONS + 1);
      sql.pruneRules.run();
    },
    promotions: (version) => JSON.parse(sql.rules.get(`promotions.${version}`) ?? '[]'),
    version: () => sql.newest.get() ?? 0,
    sha256Of: (version) => sql.sha256.get(version),
    item: (version, sku) => parse(sql.bySku.get(version, sku)),
    itemByGtin: (version, gtin) => parse(sql.byGtin.get(version, padGtin(gtin))),
    itemByPlu: (version, plu) => parse(sql.byPlu.get(version, plu)),
    items(version) {
      if (whole?.version !== version) {
        whole = { version, items: sql.all.all(version).map((text) => JSON.parse(text)) };
      }
      return whole.items;
    },
  };
}
