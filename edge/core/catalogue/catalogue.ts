import type { Text } from '../ports.ts';
import type { Promotion } from '../sale/promotion.ts';
import type { Planogram } from '../stock/planogram.ts';

/** What a price is for: one piece, one kilogram, or one 市斤 (500 g). */
export type PriceBasis = 'each' | 'kg' | '500g';

/** One article a store sells, as head office publishes it in a price book. */
export interface CatalogueItem {
  /** The store's own article number; unique in the book, stable over time. */
  sku: string;
  name: Text;
  /** Every pinyin-initials reading and alias a shopper may type, lower case: `['hfspg','pg']`. */
  pinyin: string[];
  /** What else people call it: 番茄 for 西红柿, 马铃薯 for 土豆. */
  aliases?: string[];
  /** GTIN-8/12/13/14 without spaces, for packaged goods. */
  gtin?: string;
  /** IFPS price look-up number for loose goods (4 or 5 digits). */
  plu?: string;
  category: string;
  unitPriceFen: number;
  priceBasis: PriceBasis;
  /** Unit price for members, and for members of 60 or more. */
  memberPriceFen?: number;
  seniorPriceFen?: number;
  /** No promotion brings the unit price below this. */
  minimumPriceFen?: number;
  /** Who keeps the unit price where the store may not change it: a name at head office. */
  priceLockedBy?: string;
  /** Value-added tax in basis points (900 = 9 %); prices include it. */
  vatBasisPoints: number;
  /** Usual tare (bag, tray) in grams, a multiple of the scale's division. */
  tareGrams: number;
  /** Mass of one piece in grams where known: weight plausibility, bag check, piece counting. */
  unitGrams?: number;
  /** Years of age below which it may not be sold. */
  minimumAge?: number;
  /** False while taken off sale or recalled: no device may sell it. */
  onSale: boolean;
  /** Days of sale from delivery, the first included; left out for goods that keep. */
  shelfDays?: number;
  /** Pieces in one pack as it is ordered. */
  packSize?: number;
  /** Days from ordering to delivery. */
  leadDays?: number;
  /** How it must be kept; left out: at any temperature. */
  keep?: 'chilled' | 'frozen';
  /** File name under `/pictures/`, or '' for a coloured initial tile. */
  picture: string;
}

/** All prices of a store at one version, swapped whole; a basket keeps the one it began with. */
export interface PriceBook {
  storeId: string;
  /** Rises by at least one with every change at head office. */
  version: number;
  issuedWallMs: number;
  items: CatalogueItem[];
  promotions?: Promotion[];
  /** Lay-outs of the store's cabinets; the store counts their versions itself. */
  planograms?: Planogram[];
}
