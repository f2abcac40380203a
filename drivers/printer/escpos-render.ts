/**
 * A document's lines as ESC/POS bytes, GB18030 with Chinese mode on.
 *
 * | bytes                         | meaning                                             |
 * |-------------------------------|-----------------------------------------------------|
 * | 1B 40, 1C 26                  | initialise, Chinese (two-byte) mode                 |
 * | 1B 61 n · 1D 21 n · 1B 45 n   | align 0/1/2 · size (00, 11 = double) · bold         |
 * | 0A · 1B 64 n                  | print the line · feed n lines                       |
 * | 1D 28 6B …                    | QR: model 2, module size, level M, store, print     |
 * | 1D 68 50 · 1D 77 02 · 1D 48 02 | bar code: height · module width · digits below     |
 * | 1D 6B 43 0D …                 | EAN-13, 13 digits                                   |
 * | 1D 56 42 00 · 1D 56 41 00     | feed to the knife, cut partly · fully               |
 *
 * Names come from anywhere, so text is cleaned before it is encoded and checked after: no control
 * byte reaches the paper but the ones in this table. Printers take the two-byte zones of GB18030
 * only: U+00A5 becomes U+FFE5, what would take four bytes becomes 〓.
 */
import iconv from 'iconv-lite';
import type { PrintJob, PrintLine } from '../contract.ts';

export interface Paper {
  /** Characters of normal size on a line; a Chinese character takes two. 58 mm: 32, 80 mm: 48. */
  columns: number;
  cut: 'partial' | 'full';
}

type Align = 'left' | 'centre' | 'right';
interface Glyph {
  bytes: Uint8Array;
  columns: number;
}

const LF = 0x0a;
const SPACE = 0x20;
const ALIGN: Record<Align, number> = { left: 0, centre: 1, right: 2 };
/** A text longer than this would only waste paper. */
const MAX_CHARACTERS = 1000;
/** Longest symbol the smaller printers take is about 1018 bytes; a receipt's address is short. */
const MAX_QR_BYTES = 512;

/** The whole job, from initialising to the last line. Pure; the same job gives the same bytes. */
export function renderJob(job: PrintJob, paper: Paper): Uint8Array {
  const out: number[] = [0x1b, 0x40, 0x1c, 0x26];
  if (job.copy) {
    renderLine(out, { text: '*** 副本 COPY ***', align: 'centre', bold: true }, paper);
  }
  for (const line of job.lines) renderLine(out, line, paper);
  return Uint8Array.from(out);
}

function renderLine(out: number[], line: PrintLine, paper: Paper): void {
  if ('text' in line) renderText(out, line, paper);
  else if ('columns' in line) renderColumns(out, line, paper);
  else if ('rule' in line) out.push(...Array(paper.columns).fill(0x2d), LF);
  else if ('feed' in line) out.push(0x1b, 0x64, clamp(line.feed, 0, 20));
  else if ('qr' in line) renderQr(out, line, paper);
  else if ('ean13' in line) renderEan13(out, line, paper);
  else out.push(0x1d, 0x56, paper.cut === 'full' ? 0x41 : 0x42, 0x00);
}

type TextLine = Extract<PrintLine, { text: string }>;

function renderText(out: number[], line: TextLine, paper: Paper): void {
  const double = line.size === 2;
  const columns = Math.floor(paper.columns / (double ? 2 : 1));
  styled(out, line.align ?? 'left', line.bold ?? false, double, () => {
    for (const row of wrap(glyphsOf(line.text), columns)) {
      for (const glyph of row) out.push(...glyph.bytes);
      out.push(LF);
    }
  });
}

type ColumnsLine = Extract<PrintLine, { columns: unknown }>;

/**
 * Cells wrap inside their own column, so that an amount is never cut off. The first column takes
 * what the paper has more, or less, than the widths asked for.
 */
function renderColumns(out: number[], line: ColumnsLine, paper: Paper): void {
  const asked = line.columns.map((column) => clamp(column.width, 2, paper.columns));
  const others = asked.slice(1).reduce((sum, width) => sum + width, 0);
  const widths = [Math.max(2, paper.columns - others), ...asked.slice(1)];
  const cells = line.columns.map((cell, index) => wrap(glyphsOf(cell.text), widths[index]!));
  const height = Math.max(...cells.map((rows) => rows.length));
  styled(out, 'left', line.bold ?? false, false, () => {
    for (let row = 0; row < height; row++) {
      line.columns.forEach((cell, index) => {
        const glyphs = cells[index]![row] ?? [];
        const room = widths[index]! - glyphs.reduce((sum, glyph) => sum + glyph.columns, 0);
        const padding = Array<number>(Math.max(0, room)).fill(SPACE);
        if (cell.align === 'right') out.push(...padding);
        for (const glyph of glyphs) out.push(...glyph.bytes);
        if (cell.align !== 'right') out.push(...padding);
      });
      out.push(LF);
    }
  });
}

/**
 * GS1 element strings keep their FNC1, which in a QR symbol is the character GS; the symbol's
 * bytes are counted, so no printer reads it as a command.
 */
const ELEMENT_STRING = /^01\d{14}[\x20-\x7e]*(\x1d[\x20-\x7e]+)+$/;

function renderQr(out: number[], line: { qr: string; moduleSize?: number }, paper: Paper): void {
  const text = ELEMENT_STRING.test(line.qr) ? line.qr : clean(line.qr);
  const symbol = new TextEncoder().encode(text);
  if (symbol.length === 0 || symbol.length > MAX_QR_BYTES) {
    renderText(out, { text, align: 'centre' }, paper);
    return;
  }
  const length = symbol.length + 3;
  const moduleSize = clamp(line.moduleSize ?? 6, 1, 8);
  styled(out, 'centre', false, false, () => {
    out.push(0x1d, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00);
    out.push(0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, moduleSize);
    out.push(0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31);
    out.push(0x1d, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, 0x50, 0x30, ...symbol);
    out.push(0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30, LF);
  });
}

/** What is no EAN-13 is printed as text: a printer given a wrong one prints nothing at all. */
function renderEan13(out: number[], line: { ean13: string }, paper: Paper): void {
  if (!isEan13(line.ean13)) {
    renderText(out, { text: line.ean13, align: 'centre' }, paper);
    return;
  }
  styled(out, 'centre', false, false, () => {
    out.push(0x1d, 0x68, 0x50, 0x1d, 0x77, 0x02, 0x1d, 0x48, 0x02);
    out.push(0x1d, 0x6b, 0x43, 0x0d, ...new TextEncoder().encode(line.ean13), LF);
  });
}

function isEan13(text: string): boolean {
  if (!/^\d{13}$/.test(text)) return false;
  const sum = [...text].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

/** Sets what differs from left, not bold, size 1, and sets it back, so that no line leaks. */
function styled(
  out: number[],
  align: Align,
  bold: boolean,
  double: boolean,
  print: () => void,
): void {
  if (align !== 'left') out.push(0x1b, 0x61, ALIGN[align]);
  if (double) out.push(0x1d, 0x21, 0x11);
  if (bold) out.push(0x1b, 0x45, 1);
  print();
  if (bold) out.push(0x1b, 0x45, 0);
  if (double) out.push(0x1d, 0x21, 0x00);
  if (align !== 'left') out.push(0x1b, 0x61, 0);
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

function glyphsOf(text: string): Glyph[] {
  const characters = [...clean(text).replaceAll('\u00a5', '\uffe5')];
  return characters.slice(0, MAX_CHARACTERS).map(glyphOf);
}

function glyphOf(character: string): Glyph {
  const bytes: Uint8Array = iconv.encode(character, 'gb18030');
  if (bytes.length > 2) return { bytes: GETA, columns: 2 };
  // The encoder is someone else's: trust its bytes only as far as they can be seen.
  if (bytes.some((byte) => byte < SPACE || byte === 0x7f)) {
    throw new Error(`U+${character.codePointAt(0)?.toString(16)} was encoded as a control byte`);
  }
  return { bytes, columns: bytes.length };
}

/** Rows of at most `columns`, broken after a space where there is one; at least one row. */
function wrap(glyphs: readonly Glyph[], columns: number): Glyph[][] {
  const rows: Glyph[][] = [];
  let row: Glyph[] = [];
  let width = 0;
  for (const glyph of glyphs) {
    if (width + glyph.columns > columns) {
      const rest = afterLastSpace(row);
      rows.push(row.slice(0, row.length - rest.length));
      row = rest;
      width = rest.reduce((sum, one) => sum + one.columns, 0);
    }
    row.push(glyph);
    width += glyph.columns;
  }
  return [...rows, row];
}

/** The last word of a full row, to begin the next one; empty where the row has no break. */
function afterLastSpace(row: readonly Glyph[]): Glyph[] {
  const space = row.findLastIndex((glyph) => glyph.bytes[0] === SPACE);
  return space < 0 ? [] : row.slice(space + 1);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.trunc(value) || least));
}
