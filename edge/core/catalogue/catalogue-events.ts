/** What a store itself changes on head office's price book: prices, what is on sale, pictures, rules. */
import type { Person } from '../person.ts';
import type { Promotion } from '../sale/promotion.ts';

/** One field of one article, with the value it had, so that nothing is changed unseen. */
export type ItemChange =
  | { sku: string; field: 'unitPriceFen'; was: number; is: number }
  | { sku: string; field: 'onSale'; was: boolean; is: boolean }
  | { sku: string; field: 'picture'; was: string; is: string };

export interface CatalogueEventBodies {
  /** `version` is the edition that the change makes; baskets begun before keep theirs. */
  CatalogueEdited: {
    editId: string;
    version: number;
    changes: ItemChange[];
    by: Person;
    /** The edit that this one takes back. */
    undoes?: string;
  };
  /** A rule of the store's own begins, or is changed under the same id. */
  PromotionSet: { version: number; promotion: Promotion; by: Person };
  PromotionEnded: { version: number; promotionId: string; by: Person };
  /** Tags and scale labels that came out of the printer. */
  TagsPrinted: { jobId: string; skus: string[]; kind: 'shelf' | 'scale'; by: Person };
}

export const CATALOGUE_EVENT_TYPES = [
  'CatalogueEdited',
  'PromotionSet',
  'PromotionEnded',
  'TagsPrinted',
] as const satisfies readonly (keyof CatalogueEventBodies)[];

const MAKES_EDITION: ReadonlySet<string> = new Set([
  'CatalogueEdited',
  'PromotionSet',
  'PromotionEnded',
]);

/** Whether the store's own event makes the next edition of the prices. */
export const makesEdition = ({ type }: { type: string }): boolean => MAKES_EDITION.has(type);
