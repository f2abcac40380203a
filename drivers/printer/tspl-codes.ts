/**
 * Bar codes and QR symbols of a label, as TSPL commands: no larger than the label, no finer than
 * a scanner reads. Source: TSC, TSPL/TSPL2 Programming Manual; QR capacities: ISO/IEC 18004.
 */
import type { Placed, PrintLine } from '../contract.ts';
import { clamp, isEan13, MAX_QR_BYTES, symbolText, textOf } from './text.ts';

export interface LabelPaper {
  widthMm: number;
  heightMm: number;
  /** 0: a roll without gaps; the label is as long as what is on it. */
  gapMm: number;
  /** 8 at 203 dpi, 12 at 300 dpi. */
  dotsPerMm: 8 | 12;
  cutter: boolean;
}

/** White at every edge: cheap labels are cut askew. */
export const MARGIN_MM = 2;
/** White around a code. */
export const SPACE_DOTS = 8;
const BAR_DOTS = 80;
const DIGITS_DOTS = 28;
/** An EAN-13 with its quiet zones. */
const EAN_MODULES = 113;
/** A quarter of a millimetre at 203 dpi: finer cells and bars are read badly. */
const LEAST_CELL_MM = 0.25;
/** Most bytes of a QR symbol of level M, by version from 1; it has 17 + 4 × version modules. */
const QR_BYTES = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560,
];

/** Bytes of a command. */
export const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Dots that may be drawn on, of a side this long. */
export const innerDots = (paper: LabelPaper, sideMm: number): number =>
  (sideMm - 2 * MARGIN_MM) * paper.dotsPerMm;

/** Something on a label, and the commands that put it there. */
export interface Drawn {
  placed: Placed;
  commands: Uint8Array[];
}

export interface Code {
  widthDots: number;
  heightDots: number;
  /** Drawn with its upper left corner, quiet zone included, there. */
  at(x: number, y: number): Drawn;
}

export type CodeLine = Extract<PrintLine, { qr: string } | { ean13: string }>;

/** Modules across a QR symbol of level M that holds so many bytes; 0 where none does. */
export function modulesOf(bytes: number): number {
  const version = QR_BYTES.findIndex((most) => bytes <= most) + 1;
  return version === 0 ? 0 : 17 + 4 * version;
}

/** The symbol, or undefined where the text makes none or the label is too small to read it. */
export function codeOf(line: CodeLine, paper: LabelPaper): Code | undefined {
  return 'qr' in line ? qrCode(line, paper) : ean13Code(line.ean13, paper);
}

function ean13Code(ean13: string, paper: LabelPaper): Code | undefined {
  const bar = Math.ceil(LEAST_CELL_MM * paper.dotsPerMm);
  const widthDots = EAN_MODULES * bar;
  if (!isEan13(ean13) || widthDots > innerDots(paper, paper.widthMm)) return undefined;
  // The printer adds the check digit; eleven modules of quiet zone stand before the bars.
  const at = (left: number, y: number): Drawn => {
    const x = left + 11 * bar;
    const symbol = { moduleDots: bar, heightDots: BAR_DOTS, digits: ean13 };
    const command = `BARCODE ${x},${y},"EAN13",${BAR_DOTS},1,0,${bar},${bar},"${ean13.slice(0, 12)}"`;
    return { placed: { kind: 'ean13', x, y, ...symbol }, commands: [ascii(command)] };
  };
  return { widthDots, heightDots: BAR_DOTS + DIGITS_DOTS, at };
}

function qrCode(
  { qr, moduleSize }: { qr: string; moduleSize?: number },
  paper: LabelPaper,
): Code | undefined {
  const content = symbolContent(symbolText(qr));
  if (content === undefined) return undefined;
  const modules = modulesOf(content.length);
  if (modules === 0 || content.length === 0 || content.length > MAX_QR_BYTES) return undefined;
  const sideMm = paper.gapMm === 0 ? paper.widthMm : Math.min(paper.widthMm, paper.heightMm);
  const most = Math.floor((innerDots(paper, sideMm) - 2 * SPACE_DOTS) / modules);
  const cell = Math.min(clamp(moduleSize ?? 6, 1, 10), most);
  if (cell < LEAST_CELL_MM * paper.dotsPerMm) return undefined;
  const side = modules * cell;
  const at = (x: number, y: number): Drawn => ({
    placed: { kind: 'qr', x, y, sideDots: side, text: textOf(content) },
    commands: [Buffer.concat([ascii(`QRCODE ${x},${y},M,${cell},A,0,"`), content, ascii('"')])],
  });
  return { widthDots: side, heightDots: side, at };
}

/**
 * ASCII only: printers that know two-byte characters would take the closing quote for half of one.
 * An address keeps its meaning as %xx; of other texts undefined where a byte cannot be sent.
 */
function symbolContent(text: string): Uint8Array | undefined {
  const encode = (found: string): string => encodeURI(found).replace('~', '%7E');
  const safe = /^https?:/i.test(text) ? text.replace(/["\\~]|[^\x20-\x7e]+/g, encode) : text;
  return /^[^"\\~\x80-\u{10ffff}]*$/u.test(safe) ? ascii(safe) : undefined;
}
