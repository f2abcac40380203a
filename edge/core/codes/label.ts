/** What a scanned text is, and the two codes of our own price label. */
import { parseDigitalLink } from './digital-link.ts';
import {
  type Element,
  type ElementProblem,
  type ElementString,
  elementDate,
  FNC1,
  parseElementString,
} from './element-string.ts';
import { hasCheckDigit, isDigits } from './gtin.ts';
import {
  type CodeTemplate,
  fitsLayout,
  OWN_TEMPLATE,
  priceLabelEan13,
  readInStore,
  STORE_TEMPLATES,
} from './in-store-code.ts';

export type CodeKind =
  | 'gtin'
  | 'store-label'
  | 'element-string'
  | 'digital-link'
  | 'payment-code'
  | 'unknown';

/** Money in fen, weight in grams. A payment code is told by its kind alone, never repeated. */
export interface CodeReading {
  kind: CodeKind;
  /** Whether check digits and formats hold; a payment code has none to fail. */
  checkOk: boolean;
  /** Where an AIM identifier came with the code. */
  symbology?: string;
  /** As scanned, 8 to 14 digits. */
  gtin?: string;
  plu?: string;
  weightGrams?: number;
  priceFen?: number;
  count?: number;
  lot?: string;
  serial?: string;
  /** `2026-12-31`, AI 17. */
  expiry?: string;
  verifierOk?: boolean;
  /** Layout that read a store label. */
  template?: string;
  /** What the text may be, where that depends on who scanned it; `kind` is then `unknown`. */
  candidates?: CodeKind[];
  /** What is wrong with an element string or link. */
  problem?: ElementProblem;
}

export interface ReadOptions {
  /** AIM symbology identifier, `]E0`; one at the head of the text counts too. */
  aimId?: string;
  /** Which scanner read it: the only thing that makes a text a payment code. */
  role?: 'item' | 'pay';
  /** The store's layouts for in-store numbers. */
  templates?: readonly CodeTemplate[];
  /** Four-digit year, for the century of dates. */
  thisYear: number;
}

const SYMBOLOGIES: readonly (readonly [RegExp, string])[] = [
  [/^\]E4/, 'EAN-8'],
  [/^\]E/, 'EAN-13'],
  [/^\]C1/, 'GS1-128'],
  [/^\]C/, 'Code 128'],
  [/^\]e/, 'GS1 DataBar'],
  [/^\]d2/, 'GS1 DataMatrix'],
  [/^\]d/, 'DataMatrix'],
  [/^\]Q3/, 'GS1 QR'],
  [/^\]Q/, 'QR'],
  [/^\]I/, 'ITF'],
  [/^\]A/, 'Code 39'],
];

/** Symbols whose content is an element string by definition. */
const GS1_SYMBOL = /^\](C1|e\d|d2|Q3)/;

/** WeChat: 18 digits from 10–15. Alipay: 16–24 digits from 25–30. */
const PAYMENT_CODE = /^(1[0-5]\d{16}|(2[5-9]|30)\d{14,22})$/;

const plain = (kind: CodeKind, checkOk: boolean): CodeReading => ({ kind, checkOk });

/** Reads one scanned text. Never throws; what cannot be told apart comes back with candidates. */
export function readCode(text: string, options: ReadOptions): CodeReading {
  const headed = /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0];
  const aimId = options.aimId ?? headed;
  const body = headed === undefined ? text : text.slice(headed.length);
  const reading = readBody(body, aimId, options);
  const symbology = aimId && SYMBOLOGIES.find(([pattern]) => pattern.test(aimId))?.[1];
  return symbology ? { ...reading, symbology } : reading;
}

function readBody(body: string, aimId: string | undefined, options: ReadOptions): CodeReading {
  const { thisYear, role } = options;
  if ((aimId && GS1_SYMBOL.test(aimId)) || body.includes(FNC1)) {
    return fromElements('element-string', parseElementString(body), thisYear);
  }
  if (/^https?:/i.test(body)) {
    const link = parseDigitalLink(body);
    return link ? fromElements('digital-link', link, thisYear) : plain('unknown', false);
  }
  if (!isDigits(body)) return readUnmarked(body, aimId, thisYear) ?? plain('unknown', false);
  if (role === 'pay' && PAYMENT_CODE.test(body)) return plain('payment-code', true);
  return readDigits(body, aimId, options);
}

/** An element string whose scanner sent neither AIM id nor separator: only where it starts 01. */
function readUnmarked(body: string, aimId: string | undefined, year: number) {
  if (aimId !== undefined || !/^0[12]\d{14}/.test(body)) return undefined;
  const parsed = parseElementString(body);
  return parsed.ok ? fromElements('element-string', parsed, year) : undefined;
}

function readDigits(body: string, aimId: string | undefined, options: ReadOptions): CodeReading {
  const readings: CodeReading[] = [];
  const label = storeLabel(body, options.templates ?? STORE_TEMPLATES);
  if (label) readings.push(label);
  else if ([8, 12, 13, 14].includes(body.length)) {
    readings.push({ ...plain('gtin', hasCheckDigit(body)), gtin: body });
  }
  const unmarked = readUnmarked(body, aimId, options.thisYear);
  if (unmarked) readings.push(unmarked);
  const sound = readings.filter(({ checkOk }) => checkOk);
  const mayPay = PAYMENT_CODE.test(body);
  const forGoods = sound.length > 0 && options.role === 'item';
  if (forGoods || !mayPay) return sound[0] ?? readings[0] ?? plain('unknown', false);
  const candidates = sound.map(({ kind }) => kind);
  if (mayPay) candidates.push('payment-code');
  return { ...plain('unknown', false), candidates };
}

/** Numbers of prefix 2 (12, 13 or 18 digits) and 02 (13): never world-wide, always a store's. */
const IN_STORE = /^(2\d{11}|2\d{12}|02\d{11}|2\d{17})$/;

function storeLabel(body: string, templates: readonly CodeTemplate[]): CodeReading | undefined {
  const template = templates.find((each) => fitsLayout(body, each));
  if (!template && !IN_STORE.test(body)) return undefined;
  const reading = template && readInStore(body, template);
  return { ...plain('store-label', hasCheckDigit(body)), ...reading };
}

/** Scales a value with `decimals` to a whole number of `to` decimals; undefined where it is not. */
function rescaled(value: string, decimals: number, to: number): number | undefined {
  const cut = Math.max(0, decimals - to);
  if (/[1-9]/.test(value.slice(value.length - cut)) && cut > 0) return undefined;
  const whole = Number(cut > 0 ? value.slice(0, value.length - cut) || '0' : value);
  const scaled = whole * 10 ** Math.max(0, to - decimals);
  return Number.isSafeInteger(scaled) ? scaled : undefined;
}

const CNY = '156';

function fromElements(kind: CodeKind, parsed: ElementString, thisYear: number): CodeReading {
  if (!parsed.ok) return { ...plain(kind, false), problem: parsed.problem };
  const fields = parsed.elements.map((element) => meaning(element, thisYear));
  return Object.assign(plain(kind, true), ...fields);
}

/** The fields one element fills. Other elements are valid and simply not ours. */
function meaning({ ai, value }: Element, thisYear: number): Partial<CodeReading> {
  const decimals = Number(ai.slice(3));
  switch (ai.length === 4 ? ai.slice(0, 3) : ai) {
    case '01':
      return { gtin: value, ...pluOf(value) };
    case '10':
      return { lot: value };
    case '17':
      return { expiry: elementDate(value, thisYear) };
    case '21':
      return { serial: value };
    case '30':
    case '37':
      return { count: Number(value) };
    case '310':
      return defined('weightGrams', rescaled(value, decimals, 3));
    case '392':
      return defined('priceFen', rescaled(value, decimals, 2));
    case '393':
      if (!value.startsWith(CNY)) return {};
      return defined('priceFen', rescaled(value.slice(3), decimals, 2));
    default:
      return {};
  }
}

const defined = (key: 'weightGrams' | 'priceFen', value?: number): Partial<CodeReading> =>
  value === undefined ? {} : { [key]: value };

/** The PLU inside the store's own GTIN of a loose article (its label number, price zero). */
function pluOf(gtin14: string): Partial<CodeReading> {
  const own = gtin14.startsWith('0') ? readInStore(gtin14.slice(1), OWN_TEMPLATE) : undefined;
  return own && own.priceFen === 0 ? { plu: own.plu } : {};
}

export interface LabelContents {
  plu: string;
  /** At most 20 characters of GS1's set 82; goes into AI 21. */
  labelNumber: string;
  gtin14: string;
  netGrams: number;
  amountFen: number;
  /** Decimals of the currency: 2 for yuan and fen. */
  currencyDecimals: number;
}

/**
 * The codes of one price label: EAN-13 by layout `20IIIIIPPPPPC` (PLU and price, up to 999.99
 * yuan) and the element string of the 2D code (AIs 01, 3103, 392n, 21; FNC1 as `\x1d`).
 * Throws RangeError for contents that do not fit: the counter refuses such a sale beforehand.
 */
export function makeLabelCodes(contents: LabelContents): { ean13: string; elementString: string } {
  const { plu, labelNumber, gtin14, netGrams, amountFen, currencyDecimals } = contents;
  const weight = String(netGrams).padStart(6, '0');
  const price = `392${currencyDecimals}${amountFen}`;
  const elementString = `01${gtin14}3103${weight}${price}${FNC1}21${labelNumber}`;
  const parsed = parseElementString(elementString);
  if (!parsed.ok || parsed.elements.length !== 4) {
    throw new RangeError(`label ${labelNumber} of PLU ${plu} does not fit its 2D code`);
  }
  return { ean13: priceLabelEan13(plu, amountFen), elementString };
}
