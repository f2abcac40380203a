/** Checking a price book from outside, and finding an article in one. */

import { isGtin, normaliseGtin } from '../codes/gtin.ts';
import type { Outcome } from '../ports.ts';
import { refuse } from '../refusals.ts';
import { wrongPlanogram } from '../stock/planogram.ts';
import type { CatalogueItem, PriceBasis, PriceBook } from './catalogue.ts';

export const MAX_ITEMS = 100_000;
/** 100 000 yuan. */
export const MAX_UNIT_PRICE_FEN = 10_000_000;

/** Where and what, for head office: `items[3].gtin` and `bad check digit`. */
interface Mistake {
  where: string;
  problem: string;
}

type Check = (value: unknown) => string | undefined;
type Fields = Record<string, { check: Check; optional?: true }>;

const whole =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? undefined
      : `not a whole number from ${least} to ${most}`;

const matching =
  (pattern: RegExp, problem: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : problem;

/** Controls, direction marks, invisible characters and halves of pairs: nothing a name needs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

const name: Check = (value) => {
  if (typeof value !== 'string') return 'not a text';
  if (value.trim() === '' || value.length > 60) return 'not 1 to 60 characters';
  return UNPRINTABLE.test(value) ? 'has a control or invisible character' : undefined;
};

const record = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bilingual: Check = (value) => {
  if (!record(value)) return 'not a text in two languages';
  const problem = name(value.zh) ?? name(value.en);
  return problem ?? (Object.keys(value).length === 2 ? undefined : 'has an unknown language');
};

const BASES: readonly PriceBasis[] = ['each', 'kg', '500g'];
const identifier = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'not 1 to 64 letters or digits');

const readings: Check = (value) =>
  Array.isArray(value) &&
  value.length <= 32 &&
  value.every((each) => typeof each === 'string' && /^[a-z0-9]{1,40}$/.test(each))
    ? undefined
    : 'not at most 32 readings in small letters';

const otherNames: Check = (value) =>
  Array.isArray(value) && value.length <= 16 && !value.some((each) => name(each))
    ? undefined
    : 'not at most 16 names';

const ITEM: Fields = {
  sku: { check: identifier },
  name: { check: bilingual },
  pinyin: { check: readings },
  aliases: { check: otherNames, optional: true },
  gtin: {
    check: (value) => (typeof value === 'string' && isGtin(value) ? undefined : 'bad check digit'),
    optional: true,
  },
  plu: { check: matching(/^[1-9]\d{3,4}$/, 'not 4 or 5 digits'), optional: true },
  category: { check: name },
  unitPriceFen: { check: whole(0, MAX_UNIT_PRICE_FEN) },
  memberPriceFen: { check: whole(0, MAX_UNIT_PRICE_FEN), optional: true },
  seniorPriceFen: { check: whole(0, MAX_UNIT_PRICE_FEN), optional: true },
  minimumPriceFen: { check: whole(0, MAX_UNIT_PRICE_FEN), optional: true },
  priceLockedBy: { check: name, optional: true },
  priceBasis: {
    check: (value) => (BASES.some((basis) => basis === value) ? undefined : 'not each, kg or 500g'),
  },
  vatBasisPoints: { check: whole(0, 10_000) },
  tareGrams: { check: whole(0, 10_000) },
  unitGrams: { check: whole(1, 1_000_000), optional: true },
  minimumAge: { check: whole(1, 120), optional: true },
  shelfDays: { check: whole(1, 3650), optional: true },
  packSize: { check: whole(1, 999), optional: true },
  leadDays: { check: whole(1, 60), optional: true },
  keep: {
    check: (value) =>
      value === 'chilled' || value === 'frozen' ? undefined : 'not chilled or frozen',
    optional: true,
  },
  onSale: { check: (value) => (typeof value === 'boolean' ? undefined : 'not true or false') },
  picture: { check: matching(/^([A-Za-z0-9_-][A-Za-z0-9._-]{0,99})?$/, 'not a plain file name') },
};

const MAX_PROMOTIONS = 200;
const MAX_CABINETS = 100;
const localDay: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value)
    ? undefined
    : 'not a day such as 2026-11-23';

/** Days of the Gregorian calendar, without a clock or a zone. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

const NAMED: Fields = {
  id: { check: identifier },
  name: { check: bilingual },
  fromDay: { check: localDay, optional: true },
  toDay: { check: localDay, optional: true },
};
const FROM: Fields = {
  fromFen: { check: whole(0, MAX_UNIT_PRICE_FEN) },
  membersOnly: {
    check: (value) => (typeof value === 'boolean' ? undefined : 'not true or false'),
    optional: true,
  },
};
const kind = (name: string): Fields => ({
  kind: { check: (value) => (value === name ? undefined : `not ${name}`) },
});
const skus: Check = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 500 &&
  !value.some((each) => identifier(each))
    ? undefined
    : 'not 1 to 500 article numbers';

const SOME: Fields = { skus: { check: skus, optional: true } };

/** Fields of each kind of rule. */
const PROMOTION: Record<string, Fields> = {
  'multi-buy': {
    ...NAMED,
    ...kind('multi-buy'),
    skus: { check: skus },
    pieces: { check: whole(2, 99) },
    payFen: { check: whole(0, MAX_UNIT_PRICE_FEN) },
  },
  'percent-off': {
    ...NAMED,
    ...kind('percent-off'),
    ...FROM,
    ...SOME,
    percentOff: { check: whole(1, 100) },
  },
  'amount-off': {
    ...NAMED,
    ...kind('amount-off'),
    ...FROM,
    ...SOME,
    offFen: { check: whole(1, MAX_UNIT_PRICE_FEN) },
  },
};

const BOOK: Fields = {
  storeId: { check: identifier },
  version: { check: whole(1, Number.MAX_SAFE_INTEGER) },
  issuedWallMs: { check: whole(0, Number.MAX_SAFE_INTEGER) },
  items: {
    check: (value) =>
      Array.isArray(value) && value.length <= MAX_ITEMS ? undefined : `not ${MAX_ITEMS} items`,
  },
  promotions: { check: promotions, optional: true },
  planograms: {
    check: (value) =>
      Array.isArray(value) && value.length <= MAX_CABINETS ? undefined : `not ${MAX_CABINETS}`,
    optional: true,
  },
};

function promotions(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length > MAX_PROMOTIONS) return `not ${MAX_PROMOTIONS} rules`;
  const ids = new Set<unknown>();
  for (const [at, each] of value.entries()) {
    const wrong = wrongPromotion(each);
    if (wrong !== undefined) return `[${at}]${wrong}`;
    if (ids.has(each.id)) return `[${at}].id twice`;
    ids.add(each.id);
  }
  return undefined;
}

/** `.payFen not a whole number …`; undefined where the rule is sound. */
export function wrongPromotion(rule: unknown): string | undefined {
  const fields = record(rule) ? PROMOTION[String(rule.kind)] : undefined;
  if (!fields || !record(rule)) return ' is of no known kind';
  const wrong = wrongField(rule, fields);
  if (wrong) return `.${wrong.where} ${wrong.problem}`;
  const { fromDay, toDay } = rule;
  const backwards = fromDay !== undefined && toDay !== undefined && `${toDay}` < `${fromDay}`;
  return backwards ? '.toDay is before fromDay' : undefined;
}

/** A field that is not known is a rule that would not be kept, so it is a mistake too. */
function wrongField(value: unknown, fields: Fields): Mistake | undefined {
  if (!record(value)) return { where: '', problem: 'not an object' };
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) return { where: unknown.slice(0, 40), problem: 'unknown field' };
  for (const [where, { check, optional }] of Object.entries(fields)) {
    const given = value[where];
    const problem = given === undefined && optional ? undefined : check(given);
    if (problem !== undefined) return { where, problem };
  }
  return undefined;
}

const checkedBook = (value: unknown): value is PriceBook => wrongField(value, BOOK) === undefined;

/** What may stand only once in a book: the article number, and each code a device looks up. */
const identities = ({ sku, gtin, plu }: CatalogueItem): [string, string | undefined][] => [
  ['sku', sku],
  ['gtin', gtin === undefined ? undefined : normaliseGtin(gtin)],
  ['plu', plu],
];

function wrongItem(items: CatalogueItem[]): Mistake | undefined {
  const seen = new Set<string>();
  for (const [at, item] of items.entries()) {
    const wrong = wrongField(item, ITEM);
    if (wrong) return { where: `items[${at}].${wrong.where}`, problem: wrong.problem };
    for (const [key, value] of identities(item)) {
      if (value === undefined) continue;
      if (seen.has(`${key} ${value}`)) return { where: `items[${at}].${key}`, problem: 'twice' };
      seen.add(`${key} ${value}`);
    }
  }
  return undefined;
}

/** Every slot of every cabinet holds an article of this very book. */
function wrongLayout({ items, planograms = [] }: PriceBook): Mistake | undefined {
  const known = new Set(items.map(({ sku }) => sku));
  for (const [at, planogram] of planograms.entries()) {
    const problem = wrongPlanogram(planogram, (sku) => known.has(sku));
    const twice = planograms.findIndex(({ cabinetId }) => cabinetId === planogram.cabinetId) < at;
    if (problem || twice)
      return { where: `planograms[${at}]`, problem: problem ?? 'cabinet twice' };
  }
  return undefined;
}

/**
 * A price book as it came over the wire, checked whole: types, bounds, check digits, names that
 * print, nothing twice, nothing unknown. Refused with PRICE_BOOK_INVALID at its first mistake.
 */
export function checkPriceBook(value: unknown): Outcome<PriceBook> {
  const wrong = wrongField(value, BOOK);
  if (wrong || !checkedBook(value)) {
    return refuse('PRICE_BOOK_INVALID', { ...(wrong ?? { where: '', problem: '' }) });
  }
  const mistake = wrongItem(value.items) ?? wrongLayout(value);
  return mistake ? refuse('PRICE_BOOK_INVALID', { ...mistake }) : { ok: true, value };
}
