/**
 * GS1 element strings: what a 2D code or GS1-128 holds. Rules from the GS1 Syntax Dictionary.
 * An element is AI + value; values of fixed, *predefined* length follow each other directly, all
 * others end with FNC1 (GS, 1Dh) unless last. 395n, 8005, 422 and 394n have a fixed length and
 * still need the separator.
 */
import { hasCheckDigit } from './gtin.ts';

export interface Element {
  ai: string;
  value: string;
}

/** Why a string is no element string; a technician's word. */
export type ElementProblem =
  | 'unknown-ai'
  | 'too-short'
  | 'too-long'
  | 'bad-characters'
  | 'bad-check-digit'
  | 'bad-date'
  | 'repeated-ai'
  | 'missing-separator'
  | 'conflict'
  | 'empty';

export type ElementString =
  | { ok: true; elements: Element[] }
  | { ok: false; problem: ElementProblem; ai: string };

interface Format {
  least: number;
  most: number;
  /** Digits only; otherwise GS1's character set 82. */
  digits: boolean;
  /** Length known to every reader: no separator follows. */
  predefined: boolean;
  check?: 'csum' | 'date';
}

const number = (least: number, most = least, predefined = false): Format => ({
  least,
  most,
  digits: true,
  predefined,
});
const text = (most: number): Format => ({ least: 1, most, digits: false, predefined: false });

const DATE: Format = { ...number(6, 6, true), check: 'date' };
const GTIN: Format = { ...number(14, 14, true), check: 'csum' };

/** Tried in order; `n` stands for any digit. */
const FORMATS: readonly (readonly [RegExp, Format])[] = [
  [/^00/, { ...number(18, 18, true), check: 'csum' }],
  [/^0[12]/, GTIN],
  [/^1[123567]/, DATE],
  [/^20/, number(2, 2, true)],
  [/^(10|21|22)/, text(20)],
  [/^235/, text(28)],
  [/^3[07]/, number(1, 8)],
  [/^3[1-6]\d\d/, number(6, 6, true)],
  [/^39[02]\d/, number(1, 15)],
  [/^39[13]\d/, number(4, 18)],
  [/^394\d/, number(4)],
  [/^395\d/, number(6)],
  [/^422/, number(3)],
  [/^8005/, number(6)],
  [/^9[1-9]/, text(90)],
];

const CHARACTERS = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/;
export const FNC1 = '\x1d';

/**
 * Splits a string (FNC1 as `\x1d`, a leading one allowed) into its elements and checks each:
 * length, characters, check digit, date; then the pairs that must not stand together.
 */
export function parseElementString(string: string): ElementString {
  const elements: Element[] = [];
  let rest = string.startsWith(FNC1) ? string.slice(1) : string;
  while (rest !== '') {
    const rule = FORMATS.find(([pattern]) => pattern.test(rest));
    const ai = rule?.[0].exec(rest)?.[0];
    if (!rule || ai === undefined)
      return { ok: false, problem: 'unknown-ai', ai: rest.slice(0, 4) };
    const [, format] = rule;
    const after = rest.slice(ai.length);
    const ends = after.indexOf(FNC1);
    const run = ends < 0 ? after : after.slice(0, ends);
    const value = format.predefined ? run.slice(0, format.most) : run;
    const problem = valueProblem(value, format);
    if (problem) return { ok: false, problem, ai };
    if (elements.some((element) => element.ai === ai))
      return { ok: false, problem: 'repeated-ai', ai };
    elements.push({ ai, value });
    const next = after.slice(value.length);
    // A separator after a predefined length is needless but allowed.
    rest = next.startsWith(FNC1) ? next.slice(1) : next;
  }
  const first = elements[0];
  if (!first) return { ok: false, problem: 'empty', ai: '' };
  const conflict = conflicting(elements.map(({ ai }) => ai));
  if (conflict !== undefined) return { ok: false, problem: 'conflict', ai: conflict };
  return { ok: true, elements };
}

function valueProblem(value: string, format: Format): ElementProblem | undefined {
  if (value.length < format.least) return 'too-short';
  // Too much before the next separator: most often a scanner that dropped one.
  if (value.length > format.most) return format.digits ? 'missing-separator' : 'too-long';
  if (format.digits ? !/^\d+$/.test(value) : !CHARACTERS.test(value)) return 'bad-characters';
  if (format.check === 'csum' && !hasCheckDigit(value)) return 'bad-check-digit';
  if (format.check === 'date' && !isElementDate(value)) return 'bad-date';
  return undefined;
}

/** Pairs the dictionary forbids: 02 with 01, 37 without 02, two weights, price kinds together. */
function conflicting(ais: string[]): string | undefined {
  const has = (pattern: RegExp) => ais.filter((ai) => pattern.test(ai));
  if (has(/^0[12]$/).length > 1) return '02';
  if (has(/^37$/).length > 0 && has(/^02$/).length === 0) return '37';
  if (has(/^310\d$/).length > 1) return has(/^310\d$/)[1];
  if (has(/^39[235]\d$/).length > 1) return has(/^39[235]\d$/)[1];
  const priced = has(/^39[23]\d$/)[0];
  if (priced === undefined) return undefined;
  return has(/^(30|3[1256]\d\d)$/).length > 0 && has(/^0[12]$/).length > 0 ? undefined : priced;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 && !isLeap(year) ? 28 : (DAYS[month - 1] ?? 0);

/** YYMMDD with a real month and day; day 00 is allowed. YY 00 is 2000, a leap year. */
export function isElementDate(date: string): boolean {
  if (!/^\d{6}$/.test(date)) return false;
  const [year, month, day] = [0, 2, 4].map((at) => Number(date.slice(at, at + 2)));
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day <= daysIn(2000 + year, month);
}

/**
 * `261231` → `2026-12-31`; day 00 is the month's last. The century is the one that puts the year
 * within 50 years of `thisYear` (GS1 General Specifications §7.12).
 */
export function elementDate(date: string, thisYear: number): string {
  const [short = 0, month = 1, day = 0] = [0, 2, 4].map((at) => Number(date.slice(at, at + 2)));
  const apart = short - (thisYear % 100);
  const century = Math.floor(thisYear / 100) + (apart >= 51 ? -1 : apart <= -50 ? 1 : 0);
  const year = century * 100 + short;
  const two = (part: number) => String(part).padStart(2, '0');
  return `${year}-${two(month)}-${two(day === 0 ? daysIn(year, month) : day)}`;
}
