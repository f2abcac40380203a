/**
 * Where a document's lines stand on the paper of an ESC/POS printer: columns of 12 dots, lines of
 * 30, codes centred between 8 dots of white. What fits how is `escpos-render.ts`'s; a printer's own
 * bars and symbols may differ from these by some dots.
 */
import type { PaperLayout, Placed, PrintJob, PrintLine, TextLine } from '../contract.ts';
import { DOTS_PER_MM, type Paper } from './escpos-render.ts';
import {
  clamp,
  columnsOf,
  type Glyph,
  glyphsOf,
  isEan13,
  MAX_QR_BYTES,
  rowsOfCells,
  symbolText,
  textOf,
  timesOf,
  wrap,
} from './text.ts';
import { modulesOf } from './tspl-codes.ts';

const COLUMN_DOTS = 12;
const LINE_DOTS = 30;
const QUIET_DOTS = 8;
const BAR_DOTS = 80;
const BAR_MODULE_DOTS = 2;
const EAN_MODULES = 113;
const EAN_QUIET_MODULES = 11;
const EAN_TEXT_DOTS = 26;

type Align = 'left' | 'centre' | 'right';

/** Something that takes a stretch of the paper. */
interface Stretch {
  heightDots: number;
  at(y: number): Placed[];
}

/** One paper, up to its cut. Pure. */
export function layoutJob(job: PrintJob, paper: Paper): PaperLayout {
  const copy: PrintLine = { text: '*** 副本 COPY ***', align: 'centre', bold: true };
  const lines = job.copy ? [copy, ...job.lines] : job.lines;
  const placed: Placed[] = [];
  let y = 0;
  for (const stretch of lines.flatMap((line) => stretchesOf(line, paper))) {
    placed.push(...stretch.at(y));
    y += stretch.heightDots;
  }
  return { widthDots: paper.columns * COLUMN_DOTS, heightDots: y, placed };
}

function stretchesOf(line: PrintLine, paper: Paper): Stretch[] {
  if ('cut' in line) return [];
  if ('text' in line) return textsOf(line, paper);
  if ('columns' in line) {
    const rows = rowsOfCells(line.columns, paper.columns);
    return rows.map((row) => textOn(row, 'left', 1, line.bold ?? false, paper));
  }
  if ('rule' in line) return textsOf({ text: '-'.repeat(paper.columns) }, paper);
  if ('feed' in line) return [{ heightDots: clamp(line.feed, 0, 20) * LINE_DOTS, at: () => [] }];
  return 'qr' in line ? qrOf(line, paper) : eanOf(line.ean13, paper);
}

function textsOf(line: TextLine, paper: Paper) {
  const { text, align = 'left', bold = false } = line;
  const times = timesOf(line, paper.columns, DOTS_PER_MM);
  const rows = wrap(glyphsOf(text), Math.floor(paper.columns / times));
  return rows.map((row) => textOn(row, align, times, bold, paper));
}

function leftOf(align: Align, room: number, taken: number): number {
  if (align === 'left') return 0;
  return Math.max(0, align === 'right' ? room - taken : Math.floor((room - taken) / 2));
}

function textOn(
  row: readonly Glyph[],
  align: Align,
  scale: number,
  bold: boolean,
  { columns }: Paper,
): Stretch {
  const x = leftOf(align, columns, columnsOf(row) * scale) * COLUMN_DOTS;
  const text = textOf(Buffer.concat(row.map(({ bytes }) => bytes)));
  return {
    heightDots: LINE_DOTS * scale,
    at: (y) => (text.trim() === '' ? [] : [{ kind: 'text', x, y, scale, bold, text }]),
  };
}

function qrOf(line: { qr: string; moduleSize?: number }, paper: Paper): Stretch[] {
  const text = symbolText(line.qr);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes === 0 || bytes > MAX_QR_BYTES) return textsOf({ text, align: 'centre' }, paper);
  const sideDots = modulesOf(bytes) * clamp(line.moduleSize ?? 6, 1, 8);
  const x = leftOf('centre', paper.columns * COLUMN_DOTS, sideDots);
  const at = (y: number): Placed[] => [{ kind: 'qr', x, y: y + QUIET_DOTS, sideDots, text }];
  return [{ heightDots: sideDots + 2 * QUIET_DOTS, at }];
}

function eanOf(digits: string, paper: Paper): Stretch[] {
  if (!isEan13(digits)) return textsOf({ text: digits, align: 'centre' }, paper);
  const left = leftOf('centre', paper.columns * COLUMN_DOTS, EAN_MODULES * BAR_MODULE_DOTS);
  const x = left + EAN_QUIET_MODULES * BAR_MODULE_DOTS;
  const symbol = { moduleDots: BAR_MODULE_DOTS, heightDots: BAR_DOTS, digits };
  const at = (y: number): Placed[] => [{ kind: 'ean13', x, y: y + QUIET_DOTS, ...symbol }];
  return [{ heightDots: BAR_DOTS + EAN_TEXT_DOTS + 2 * QUIET_DOTS, at }];
}
