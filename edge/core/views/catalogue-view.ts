/** What the operator's products and promotions pages show and may ask. Prices in fen. */
import type { ItemChange } from '../catalogue/catalogue-events.ts';
import type { ItemField, PromotionRun } from '../catalogue/catalogue-state.ts';
import type { Promotion } from '../sale/promotion.ts';
import type { ItemView } from './views.ts';

/** A value of the store's own, and what head office's book says. */
export interface LocalValueView {
  field: ItemField;
  base: number | boolean | string;
  by: string;
  wallMs: number;
}

/** The file of a store's own photo for lists; other pictures have one size. */
export const smallPicture = (picture: string): string =>
  picture.replace(/^(own-[0-9a-f]+)\.webp$/, '$1-128.webp');

export interface ProductView extends ItemView {
  pinyin: string[];
  tareGrams: number;
  unitGrams?: number;
  onSale: boolean;
  memberPriceFen?: number;
  minimumPriceFen?: number;
  /** Who keeps the price, where the store may not change it. */
  lockedBy?: string;
  local: LocalValueView[];
}

export const PRODUCT_FILTERS = ['all', 'on-sale', 'off-sale', 'local', 'locked'] as const;
export type ProductFilter = (typeof PRODUCT_FILTERS)[number];

export interface ProductQuery {
  /** Name, pinyin initials, PLU or barcode; '' finds all. */
  text: string;
  filter: ProductFilter;
  limit: number;
}

/** An edit that can still be taken back. */
export interface UndoableView {
  editId: string;
  by: string;
  changes: number;
  wallMs: number;
  untilWallMs: number;
}

export interface ProductsView {
  wallMs: number;
  /** Edition in use, and head office's own version. */
  version: number;
  publishedVersion: number;
  /** Articles that the search and the filter find, and how many of them are here. */
  total: number;
  products: ProductView[];
  /** Articles of the whole book under each filter. */
  counts: Record<ProductFilter, number>;
  undoable: UndoableView[];
}

export interface PromotionsView {
  /** The store's local day, and whether the clock that says so can be believed. */
  today: string;
  clockTrusted: boolean;
  /** Newest first; those of the last 400 days. */
  runs: (PromotionRun & { state: 'running' | 'planned' | 'over' })[];
}

/** A tag on the shelf, or a label beside the scale with the number to type. */
export type TagKind = 'shelf' | 'scale';

/** In dots from the upper left corner; text is 24 dots high, Latin 12 wide, Chinese 24. */
export type PlacedView =
  | { kind: 'text'; x: number; y: number; scale: number; bold: boolean; text: string }
  | { kind: 'bar'; x: number; y: number; widthDots: number; heightDots: number }
  | {
      kind: 'ean13';
      /** Of the first bar. */
      x: number;
      y: number;
      moduleDots: number;
      heightDots: number;
      digits: string;
    }
  | { kind: 'qr'; x: number; y: number; sideDots: number; text: string };

export interface PaperView {
  widthDots: number;
  heightDots: number;
  placed: PlacedView[];
}

export interface TagView {
  sku: string;
  /** As the printer that would print it places it, one for each label; none without a printer. */
  papers: PaperView[];
}

/** What a person asks; names and ids are added by the box. */
export type CatalogueAsk =
  | { kind: 'edit'; changes: ItemChange[] }
  | { kind: 'undo'; editId: string }
  | { kind: 'set-promotion'; promotion: Promotion }
  | { kind: 'end-promotion'; promotionId: string };
