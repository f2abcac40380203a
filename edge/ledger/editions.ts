/** Price books in use: head office's, with what the store changed, under a count of the store's own. */

import { overlaid, promotionsAfter } from '../core/catalogue/catalogue-decide.ts';
import { makesEdition } from '../core/catalogue/catalogue-events.ts';
import type { DomainEvent } from '../core/events.ts';
import { type PromotionDay, promotionsOn } from '../core/sale/promotion.ts';
import { layoutsFrom } from '../core/stock/layouts-from-book.ts';
import type { CabinetState } from '../core/visit/cabinet-state.ts';
import { isUnderWay } from '../core/visit/visit.ts';
import type { Appender } from './append.ts';
import type { AppendRequest, Ledger } from './contract.ts';
import { LedgerError } from './errors.ts';
import type { PriceBooks } from './price-books.ts';
import type { Projector } from './projections.ts';

export interface Editioner {
  /** What must be written beside these events: the edition they make; undefined for most. */
  beside(request: AppendRequest): (() => void) | undefined;
  prune(): void;
}

export function editioner(books: PriceBooks, projector: Projector): Editioner {
  const prune = () => books.prune([...projector.cabinets.values()].flatMap(versionsOf));
  return {
    prune,
    beside({ events }) {
      const event = events.find(makesEdition);
      if (!event) return undefined;
      const changes = event.type === 'CatalogueEdited' ? event.body.changes : [];
      return () => {
        books.derive(changes, promotionsAfter(books.promotions(books.version()), event));
        prune();
      };
    },
  };
}

/** A visit keeps the prices it began with until its bill is made. */
const versionsOf = ({ visit }: CabinetState): number[] =>
  visit && (isUnderWay(visit) || visit.phase === 'review') ? [visit.priceBookVersion] : [];

type Methods = Pick<
  Ledger,
  | 'activatePriceBook'
  | 'priceBookVersion'
  | 'publishedVersion'
  | 'item'
  | 'items'
  | 'promotions'
  | 'itemByGtin'
  | 'itemByPlu'
>;

export function priceBookMethods(
  books: PriceBooks,
  storeId: string,
  append: Appender['append'],
  projector: Projector,
  prune: () => void,
  today: () => PromotionDay,
): Methods {
  const { item, itemByGtin, itemByPlu, items } = books;
  return {
    activatePriceBook(book, sha256) {
      const { version } = book;
      if (book.storeId !== storeId) throw new LedgerError('WRONG_STORE', book.storeId);
      const published = books.published();
      if (published.sha256 === sha256 && version === published.version) return;
      if (version <= published.version)
        throw new LedgerError('OLD_PRICE_BOOK', `${version} ≤ ${published.version}`);
      const newest = books.version();
      const edition = Math.max(version, newest + 1);
      const merged = overlaid(book, projector.catalogue(), (sku) => item(newest, sku));
      const { overruled } = merged;
      const body = {
        ...{ version, sha256, items: book.items.length },
        ...(edition !== version && { edition }),
        ...(overruled.length > 0 && { overruled }),
        ...(book.promotions?.length && { promotions: book.promotions }),
      };
      const layouts = layoutsFrom(book, projector.stock);
      const events: DomainEvent[] = [{ type: 'PriceBookActivated', body }, ...layouts];
      append({ source: 'store', events }, () => {
        books.store(
          { version: edition, issuedWallMs: book.issuedWallMs, ...merged },
          { version, sha256 },
        );
        prune();
      });
    },
    priceBookVersion: books.version,
    publishedVersion: () => books.published().version,
    promotions: (version) => promotionsOn(books.promotions(version), today()),
    item,
    itemByGtin,
    itemByPlu,
    items,
  };
}
