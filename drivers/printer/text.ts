/**
 * Text as printers take it: the two-byte zones of GB18030, cut into rows by columns (a Chinese
 * character takes two). Names come from anywhere, so text is cleaned before it is encoded and
 * checked after. U+00A5 becomes U+FFE5, what would take four bytes becomes 〓.
 */
import iconv from 'iconv-lite';
import type { TextLine } from '../contract.ts';

/** One character as the printer gets it, and the columns it takes. */
export interface Glyph {
  bytes: Uint8Array;
  columns: number;
}

const SPACE: Glyph = { bytes: Uint8Array.of(0x20), columns: 1 };
/** A text longer than this would only waste paper. */
const MAX_CHARACTERS = 1000;
/** Longest symbol the smaller printers take is about 1018 bytes; a receipt's address is short. */
export const MAX_QR_BYTES = 512;

/**
 * GS1 element strings keep their FNC1, which in a QR symbol is the character GS; no printer reads
 * it as a command there.
 */
const ELEMENT_STRING = /^01\d{14}[\x20-\x7e]*(\x1d[\x20-\x7e]+)+$/;

/** What a QR symbol shall hold, without what could be a command. */
export function symbolText(qr: string): string {
  return ELEMENT_STRING.test(qr) ? qr : clean(qr);
}

/** Thirteen digits of which the last is their check digit. */
export function isEan13(text: string): boolean {
  if (!/^\d{13}$/.test(text)) return false;
  const sum = [...text].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

/**
 * Cells side by side. They wrap inside their own column, so that an amount is never cut off. The
 * first column takes what the paper has more, or less, than the widths asked for.
 */
export function rowsOfCells(
  cells: readonly { text: string; width: number; align?: 'left' | 'right' }[],
  columns: number,
): Glyph[][] {
  const asked = cells.slice(1).map((cell) => clamp(cell.width, 2, columns));
  const sum = asked.reduce((total, width) => total + width, 0);
  const shrink = Math.min(1, (columns - 2) / sum);
  const others = asked.map((width) => Math.max(2, Math.floor(width * shrink)));
  const first = others.reduce((rest, width) => rest - width, columns);
  const widths = [Math.max(2, first), ...others];
  const wrapped = cells.map((cell, index) => wrap(glyphsOf(cell.text), widths[index]!));
  const height = Math.max(...wrapped.map((rows) => rows.length));
  return Array.from({ length: height }, (_, row) =>
    cells.flatMap((cell, index) => {
      const glyphs = wrapped[index]![row] ?? [];
      const padding = Array<Glyph>(Math.max(0, widths[index]! - columnsOf(glyphs))).fill(SPACE);
      return cell.align === 'right' ? [...padding, ...glyphs] : [...glyphs, ...padding];
    }),
  );
}

/** Of a character's 24 dots these many are a digit's. */
const DIGIT_DOTS = 16;
/** What printers can enlarge by. */
const MOST_TIMES = 8;

/** How many times as large as normal a line is printed on paper of so many columns. */
export function timesOf(
  { text, size = 1, digitsMm = 0 }: TextLine,
  columns: number,
  dotsPerMm: number,
): number {
  const wanted = Math.ceil((digitsMm * dotsPerMm) / DIGIT_DOTS);
  const fitting = Math.floor(columns / Math.max(1, columnsOf(glyphsOf(text))));
  return Math.max(size, Math.min(wanted, fitting, MOST_TIMES));
}

export function columnsOf(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, glyph) => sum + glyph.columns, 0);
}

/**
 * Text without what could be a command or could hide: C0, C1, DEL, direction marks, zero-width,
 * variation selectors, half surrogates. Line breaks and tabs become spaces.
 */
function clean(text: string): string {
  return text
    .replace(/[\t\r\n\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]|\p{Variation_Selector}/gu, '');
}

const GETA = Uint8Array.from([0xa1, 0xfe]);

export function glyphsOf(text: string): Glyph[] {
  const characters = [...clean(text).replaceAll('\u00a5', '\uffe5')];
  return characters.slice(0, MAX_CHARACTERS).map(glyphOf);
}

function glyphOf(character: string): Glyph {
  const bytes: Uint8Array = iconv.encode(character, 'gb18030');
  if (bytes.length > 2) return { bytes: GETA, columns: 2 };
  // The encoder is someone else's: trust its bytes only as far as they can be seen.
  if (bytes.some((byte) => byte < 0x20 || byte === 0x7f)) {
    throw new Error(`U+${character.codePointAt(0)?.toString(16)} was encoded as a control byte`);
  }
  return { bytes, columns: bytes.length };
}

/** Rows of at most `columns`, broken after a space where there is one; at least one row. */
export function wrap(glyphs: readonly Glyph[], columns: number): Glyph[][] {
  const rows: Glyph[][] = [];
  let row: Glyph[] = [];
  let width = 0;
  for (const glyph of glyphs) {
    if (width + glyph.columns > columns) {
      const rest = afterLastSpace(row);
      rows.push(row.slice(0, row.length - rest.length));
      row = rest;
      width = columnsOf(rest);
      // After a space at the very beginning the rest may fill its row as well.
      if (width + glyph.columns > columns) {
        rows.push(row);
        row = [];
        width = 0;
      }
    }
    row.push(glyph);
    width += glyph.columns;
  }
  return [...rows, row];
}

/** The last word of a full row, to begin the next one; empty where the row has no break. */
function afterLastSpace(row: readonly Glyph[]): Glyph[] {
  const space = row.findLastIndex((glyph) => glyph.bytes[0] === 0x20);
  return space < 0 ? [] : row.slice(space + 1);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.trunc(value) || least));
}

/** Characters as they come out: what the printer has no glyph for is a 〓 already. */
export function textOf(bytes: Uint8Array): string {
  return iconv.decode(Buffer.from(bytes), 'gb18030');
}
