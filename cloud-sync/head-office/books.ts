/** Price books as they were published: kept as text, so the digest is of what stores receive. */
import { createHash } from 'node:crypto';
import { checkPriceBook } from '../../edge/core/catalogue/price-book.ts';
import type { Outcome } from '../../edge/core/ports.ts';
import { refuse } from '../errors.ts';
import { parseJson } from '../wire.ts';
import type { Database } from './database.ts';

export interface PublishedBook {
  version: number;
  sha256: string;
}

/**
 * Publishes a book for a store. The same book again is no mistake; refused with
 * PRICE_BOOK_INVALID, BOOK_OF_ANOTHER_STORE or BOOK_NOT_NEWER.
 */
export async function publishBook(
  database: Database,
  storeId: string,
  text: Uint8Array,
  nowWallMs: number,
): Promise<Outcome<PublishedBook>> {
  const checked = checkPriceBook(parseJson(text));
  if (!checked.ok) return checked;
  const { version, storeId: of } = checked.value;
  if (of !== storeId) return refuse('BOOK_OF_ANOTHER_STORE', { store: of });
  const sha256 = createHash('sha256').update(text).digest('hex');
  return database.transaction(async (connection) => {
    await connection.query('INSERT INTO stores (store) VALUES ($1) ON CONFLICT DO NOTHING', [of]);
    await connection.query('SELECT FROM stores WHERE store = $1 FOR UPDATE', [of]);
    const { rows } = await connection.query<PublishedBook>(
      'SELECT version, sha256 FROM price_books WHERE store = $1 ORDER BY version DESC LIMIT 1',
      [of],
    );
    const newest = rows[0];
    if (newest && version <= newest.version) {
      const same = version === newest.version && sha256 === newest.sha256;
      return same ? { ok: true, value: newest } : refuse('BOOK_NOT_NEWER', { ...newest });
    }
    await connection.query('INSERT INTO price_books VALUES ($1, $2, $3, $4, $5)', [
      ...[of, version, sha256, nowWallMs],
      Buffer.from(text).toString('utf8'),
    ]);
    return { ok: true, value: { version, sha256 } };
  });
}

/** The newest book of a store, where it is newer than `after`. */
export async function newerBook(
  database: Database,
  storeId: string,
  after: number,
): Promise<{ sha256: string; book: string } | undefined> {
  const rows = await database.query<{ sha256: string; book: string }>(
    `SELECT sha256, book FROM price_books WHERE store = $1 AND version > $2
     ORDER BY version DESC LIMIT 1`,
    [storeId, after],
  );
  return rows[0];
}
