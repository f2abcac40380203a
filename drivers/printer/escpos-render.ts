/**
 * A document's lines as ESC/POS bytes, GB18030 with Chinese mode on.
 *
 * | bytes                         | meaning                                             |
 * |-------------------------------|-----------------------------------------------------|
 * | 1B 40, 1C 26                  | initialise, Chinese (two-byte) mode                 |
 * | 1B 61 n · 1D 21 n · 1B 45 n   | align 0/1/2 · size (00, 11 = twice, … 77) · bold         |
 * | 0A · 1B 64 n                  | print the line · feed n lines                       |
 * | 1D 28 6B …                    | QR: model 2, module size, level M, store, print     |
 * | 1D 68 50 · 1D 77 02 · 1D 48 02 | bar code: height · module width · digits below     |
 * | 1D 6B 43 0D …                 | EAN-13, 13 digits                                   |
 * | 1D 56 42 00 · 1D 56 41 00     | feed to the knife, cut partly · fully               |
 *
 * Names come from anywhere: text.ts lets no control byte reach the paper but those of this table.
 */
import type { PrintJob, PrintLine, TextLine } from '../contract.ts';
import {
  clamp,
  glyphsOf,
  isEan13,
  MAX_QR_BYTES,
  rowsOfCells,
  symbolText,
  timesOf,
  wrap,
} from './text.ts';

export interface Paper {
  /** Characters of normal size on a line; a Chinese character takes two. 58 mm: 32, 80 mm: 48. */
  columns: number;
  cut: 'partial' | 'full';
}

type Align = 'left' | 'centre' | 'right';

const LF = 0x0a;
/** At 203 dpi. */
export const DOTS_PER_MM = 8;
const ALIGN: Record<Align, number> = { left: 0, centre: 1, right: 2 };

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

function renderText(out: number[], line: TextLine, paper: Paper): void {
  const times = timesOf(line, paper.columns, DOTS_PER_MM);
  const columns = Math.floor(paper.columns / times);
  styled(out, line.align ?? 'left', line.bold ?? false, times, () => {
    for (const row of wrap(glyphsOf(line.text), columns)) {
      for (const glyph of row) out.push(...glyph.bytes);
      out.push(LF);
    }
  });
}

type ColumnsLine = Extract<PrintLine, { columns: unknown }>;

function renderColumns(out: number[], line: ColumnsLine, paper: Paper): void {
  styled(out, 'left', line.bold ?? false, 1, () => {
    for (const row of rowsOfCells(line.columns, paper.columns)) {
      for (const glyph of row) out.push(...glyph.bytes);
      out.push(LF);
    }
  });
}

function renderQr(out: number[], line: { qr: string; moduleSize?: number }, paper: Paper): void {
  const text = symbolText(line.qr);
  const symbol = new TextEncoder().encode(text);
  if (symbol.length === 0 || symbol.length > MAX_QR_BYTES) {
    renderText(out, { text, align: 'centre' }, paper);
    return;
  }
  const length = symbol.length + 3;
  const moduleSize = clamp(line.moduleSize ?? 6, 1, 8);
  styled(out, 'centre', false, 1, () => {
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
  styled(out, 'centre', false, 1, () => {
    out.push(0x1d, 0x68, 0x50, 0x1d, 0x77, 0x02, 0x1d, 0x48, 0x02);
    out.push(0x1d, 0x6b, 0x43, 0x0d, ...new TextEncoder().encode(line.ean13), LF);
  });
}

/** Sets what differs from left, not bold, size 1, and sets it back, so that no line leaks. */
function styled(
  out: number[],
  align: Align,
  bold: boolean,
  times: number,
  print: () => void,
): void {
  if (align !== 'left') out.push(0x1b, 0x61, ALIGN[align]);
  if (times > 1) out.push(0x1d, 0x21, (times - 1) * 0x11);
  if (bold) out.push(0x1b, 0x45, 1);
  print();
  if (bold) out.push(0x1b, 0x45, 0);
  if (times > 1) out.push(0x1d, 0x21, 0x00);
  if (align !== 'left') out.push(0x1b, 0x61, 0);
}
