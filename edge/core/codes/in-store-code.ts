/**
 * Numbers a store gives itself (GS1 prefixes 02, 20–29). No layout is world-wide, so each store
 * has a table of layouts, one letter a digit: I article, P price, W weight, N count, V verifier,
 * C check digit, x any digit; digits stand for themselves.
 */
import { checkDigit, hasCheckDigit } from './gtin.ts';
import { verifierDigit } from './verifier-digit.ts';

export interface CodeTemplate {
  name: string;
  layout: string;
  /** Grams, fen or pieces that one unit of the W, P or N field stands for; 1 where absent. */
  unit?: number;
}

export interface InStoreReading {
  template: string;
  /** The I digits as printed, without the zeros on the left. */
  plu: string;
  priceFen?: number;
  weightGrams?: number;
  count?: number;
  /** Absent where the layout has no verifier. */
  verifierOk?: boolean;
}

/** Label of this project's produce counter: five digits of PLU, price up to 999.99 yuan. */
export const OWN_TEMPLATE: CodeTemplate = { name: 'yike', layout: '20IIIIIPPPPPC' };

/** What a store reads unless it is configured otherwise. The first layout that fits wins. */
export const STORE_TEMPLATES: readonly CodeTemplate[] = [
  OWN_TEMPLATE,
  { name: 'weight', layout: '21IIIIIWWWWWC' },
  { name: 'price-verified', layout: '22IIIIVPPPPPC' },
  { name: 'count-verified', layout: '25IIIIVNNNNNC' },
  { name: 'weight-verified', layout: '28IIIIVWWWWWC' },
  { name: 'weight-price-18', layout: '2xIIIIIWWWWWPPPPPC' },
];

/** Layouts found elsewhere, by name, for stores that take over another system's labels. */
export const OTHER_TEMPLATES: readonly CodeTemplate[] = [
  { name: 'price', layout: '2xIIIIIPPPPPC' },
  { name: 'price-weight-18', layout: '2xIIIIIPPPPPWWWWWC' },
  { name: 'rcn12-price', layout: '2IIIIIVPPPPC' },
  { name: 'denmark-price', layout: '21IIIIIPPPPPC' },
  { name: 'denmark-weight', layout: '26IIIIIWWWWWC' },
  { name: 'baltic-weight-1g', layout: '23IIIIIIWWWWC' },
  { name: 'baltic-weight-10g', layout: '24IIIIIIWWWWC', unit: 10 },
  { name: 'baltic-weight-100g', layout: '25IIIIIIWWWWC', unit: 100 },
  { name: 'item-only', layout: '29IIIIIIIIIIC' },
];

const LAYOUT = /^[0-9xIPWNVC]{8,18}$/;

/** A template by its name, or a layout written out; undefined for neither. */
export function templateNamed(name: string): CodeTemplate | undefined {
  const known = [...STORE_TEMPLATES, ...OTHER_TEMPLATES].find((each) => each.name === name);
  if (known) return known;
  return LAYOUT.test(name) && name.endsWith('C') ? { name, layout: name } : undefined;
}

/** Whether the digits of `text` could stand in `layout`; the check digit is not looked at. */
export function fitsLayout(text: string, { layout }: CodeTemplate): boolean {
  if (text.length !== layout.length || !/^\d+$/.test(text)) return false;
  return [...layout].every((letter, at) => !/\d/.test(letter) || letter === text[at]);
}

const field = (text: string, layout: string, letter: string): string =>
  [...layout].map((each, at) => (each === letter ? text[at] : '')).join('');

/** Reads a code by one template; undefined where it does not fit or its check digit is wrong. */
export function readInStore(text: string, template: CodeTemplate): InStoreReading | undefined {
  if (!fitsLayout(text, template) || !hasCheckDigit(text)) return undefined;
  const { layout, name, unit = 1 } = template;
  const value = (letter: string): number | undefined => {
    const digits = field(text, layout, letter);
    return digits === '' ? undefined : Number(digits) * unit;
  };
  const [priceFen, weightGrams, count] = [value('P'), value('W'), value('N')];
  const verifier = field(text, layout, 'V');
  const verified = field(text, layout, 'P') + field(text, layout, 'W') + field(text, layout, 'N');
  return {
    template: name,
    plu: field(text, layout, 'I').replace(/^0+(?=\d)/, ''),
    ...(priceFen === undefined ? {} : { priceFen }),
    ...(weightGrams === undefined ? {} : { weightGrams }),
    ...(count === undefined ? {} : { count }),
    ...(verifier === '' ? {} : { verifierOk: verifierDigit(verified) === verifier }),
  };
}

const OWN_PRICE_MAX_FEN = 99_999;

/**
 * EAN-13 of a produce label. Throws RangeError for a PLU beyond five digits and a price beyond
 * 999.99 yuan: neither fits, and a cut-off price must never be printed.
 */
export function priceLabelEan13(plu: string, amountFen: number): string {
  if (!/^\d{1,5}$/.test(plu)) throw new RangeError(`PLU ${plu} is not 1 to 5 digits`);
  if (!Number.isInteger(amountFen) || amountFen < 0 || amountFen > OWN_PRICE_MAX_FEN) {
    throw new RangeError(`${amountFen} fen does not fit the five price digits of a label`);
  }
  const body = `20${plu.padStart(5, '0')}${String(amountFen).padStart(5, '0')}`;
  return `${body}${checkDigit(body)}`;
}

/** GTIN-14 that names a loose article within the store: its label number with a price of zero. */
export const looseGtin14 = (plu: string): string => `0${priceLabelEan13(plu, 0)}`;
