/**
 * A document's lines as TSPL: dots placed on labels, GB18030 in the built-in Chinese font.
 *
 * | command                                             | meaning                               |
 * |-----------------------------------------------------|---------------------------------------|
 * | SIZE w mm,h mm · GAP m mm,0 mm                      | the label · between two labels        |
 * | DIRECTION 1 · REFERENCE 0,0 · CLS                   | head first · origin · empty the image |
 * | TEXT x,y,"TSS24.BF2",0,m,m,"…"                      | 24 dots high; Chinese 24 wide, else 12 |
 * | BAR x,y,width,height                                | a rule                                |
 * | BARCODE x,y,"EAN13",80,1,0,n,n,"12 digits"          | bars n dots, digits below             |
 * | QRCODE x,y,M,cell,A,0,"…"                           | level M, cell in dots                 |
 * | PRINT 1,1 · CUT                                     | the image once · the knife            |
 *
 * Every line ends with CR LF. What does not fit on a label goes on the next; a roll without gaps
 * is as long as its document. TSPL acts on `~!x` and `\[x]` even inside quotes and has no safe way
 * to quote, so `"`, `\` and `~` of names become their full-width forms.
 * Source: TSC, TSPL/TSPL2 Programming Manual.
 */
import type { PrintJob, PrintLine } from '../contract.ts';
import {
  clamp,
  columnsOf,
  type Glyph,
  glyphsOf,
  isEan13,
  MAX_QR_BYTES,
  rowsOfCells,
  symbolText,
  wrap,
} from './text.ts';

export interface LabelPaper {
  widthMm: number;
  heightMm: number;
  /** 0: a roll without gaps; the label is as long as what is on it. */
  gapMm: number;
  /** 8 at 203 dpi, 12 at 300 dpi. */
  dotsPerMm: 8 | 12;
  cutter: boolean;
}

type Align = 'left' | 'centre' | 'right';

/** Something to be drawn on a label, its place across already known. */
interface Block {
  heightDots: number;
  /** Commands that draw it with its top at `y`; none for white space. */
  draw(y: number): Uint8Array[];
}

const COLUMN_DOTS = 12;
const LINE_DOTS = 30;
const MARGIN_MM = 2;
const RULE_DOTS = 2;
const SPACE_DOTS = 8;
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

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const LINE_END = ascii('\r\n');

/** The whole job, label after label. Pure; the same job gives the same bytes. */
export function renderLabels(job: PrintJob, paper: LabelPaper): Uint8Array {
  const marked: PrintLine[] = job.copy
    ? [{ text: '*** 副本 COPY ***', align: 'centre', bold: true }, ...job.lines]
    : job.lines;
  const parts: Uint8Array[] = [LINE_END];
  for (const label of labelsOf(marked, paper)) parts.push(...printLabel(label, paper));
  return Buffer.concat(parts);
}

interface Label {
  blocks: Block[];
  cut: boolean;
}

/** Fills label after label; white space never begins one. */
function labelsOf(lines: readonly PrintLine[], paper: LabelPaper): Label[] {
  const room = paper.gapMm === 0 ? Number.POSITIVE_INFINITY : innerDots(paper, paper.heightMm);
  const labels: Label[] = [];
  let blocks: Block[] = [];
  let used = 0;
  const end = (cut: boolean): void => {
    if (blocks.length > 0) labels.push({ blocks, cut });
    else if (cut && labels.length > 0) labels.at(-1)!.cut = true;
    blocks = [];
    used = 0;
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if ('cut' in line) {
      end(true);
      continue;
    }
    const pair = sideBySide(line, lines[at + 1], paper);
    if (pair !== undefined) at++;
    for (const block of pair ?? blocksOf(line, paper)) {
      if (used + block.heightDots > room) end(false);
      if ('feed' in line && blocks.length === 0) continue;
      blocks.push(block);
      used += block.heightDots;
    }
  }
  end(false);
  return labels;
}

function printLabel({ blocks, cut }: Label, paper: LabelPaper): Uint8Array[] {
  const margin = MARGIN_MM * paper.dotsPerMm;
  const drawn: Uint8Array[] = [];
  let y = margin;
  for (const block of blocks) {
    drawn.push(...block.draw(y));
    y += block.heightDots;
  }
  const heightMm = paper.gapMm === 0 ? Math.ceil((y + margin) / paper.dotsPerMm) : paper.heightMm;
  const head = [
    `SIZE ${paper.widthMm} mm,${heightMm} mm`,
    `GAP ${paper.gapMm} mm,0 mm`,
    'DIRECTION 1',
    'REFERENCE 0,0',
    'CLS',
  ].map(ascii);
  const tail = ['PRINT 1,1', ...(cut && paper.cutter ? ['CUT'] : [])].map(ascii);
  return [...head, ...drawn, ...tail].flatMap((command) => [command, LINE_END]);
}

const innerDots = (paper: LabelPaper, sideMm: number): number =>
  (sideMm - 2 * MARGIN_MM) * paper.dotsPerMm;

/** Where something of `taken` dots begins. */
function leftOf(align: Align, taken: number, paper: LabelPaper): number {
  const room = Math.max(0, innerDots(paper, paper.widthMm) - taken);
  const shift = align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2);
  return MARGIN_MM * paper.dotsPerMm + shift;
}

function blocksOf(line: Exclude<PrintLine, { cut: true }>, paper: LabelPaper): Block[] {
  const columns = Math.floor(innerDots(paper, paper.widthMm) / COLUMN_DOTS);
  if ('text' in line) {
    const size = line.size ?? 1;
    const rows = wrap(glyphsOf(line.text), Math.floor(columns / size));
    return rows.map((row) => textBlock(row, line.align ?? 'left', size, line.bold ?? false, paper));
  }
  if ('columns' in line) {
    const rows = rowsOfCells(line.columns, columns);
    return rows.map((row) => textBlock(row, 'left', 1, line.bold ?? false, paper));
  }
  if ('rule' in line) return [ruleBlock(paper)];
  if ('feed' in line) {
    const blank = { heightDots: LINE_DOTS, draw: () => [] };
    return Array<Block>(clamp(line.feed, 0, 20)).fill(blank);
  }
  const code = codeOf(line, paper);
  if (code !== undefined) return [placed([code], paper)];
  const text = 'qr' in line ? symbolText(line.qr) : line.ean13;
  return blocksOf({ text, align: 'centre' }, paper);
}

function ruleBlock(paper: LabelPaper): Block {
  const width = innerDots(paper, paper.widthMm);
  const x = leftOf('left', width, paper);
  const draw = (y: number) => [ascii(`BAR ${x},${y + SPACE_DOTS},${width},${RULE_DOTS}`)];
  return { heightDots: 2 * SPACE_DOTS + RULE_DOTS, draw };
}

// ---- text ---------------------------------------------------------------------------------------

const FULL_WIDTH = new Map<number, Uint8Array>([
  [0x22, Uint8Array.of(0xa3, 0xa2)],
  [0x5c, Uint8Array.of(0xa3, 0xdc)],
  [0x7e, Uint8Array.of(0xa1, 0xab)],
]);
const OPENING_BRACKET = 0x5b;

/** A row's bytes inside its quotes: nothing in them ends the string or begins a command. */
function quoted(row: readonly Glyph[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { bytes } of row) {
    const [first = 0] = bytes;
    const wide = bytes.length === 1 ? FULL_WIDTH.get(first) : undefined;
    // A Chinese character may end with 5C, which before a bracket would be an escape.
    const escapes = first === OPENING_BRACKET && parts.at(-1)?.at(-1) === 0x5c;
    parts.push(escapes ? Uint8Array.of(0xa3, 0xdb) : (wide ?? bytes));
  }
  return Buffer.concat(parts);
}

/** TSPL has no bold: the same text is drawn twice, a dot apart. */
function textBlock(
  row: readonly Glyph[],
  align: Align,
  size: 1 | 2,
  bold: boolean,
  paper: LabelPaper,
): Block {
  const x = leftOf(align, columnsOf(row) * COLUMN_DOTS * size, paper);
  const content = quoted(row);
  const blank = row.every(({ bytes }) => bytes[0] === 0x20);
  const at = (left: number, y: number): Uint8Array =>
    Buffer.concat([
      ascii(`TEXT ${left},${y},"TSS24.BF2",0,${size},${size},"`),
      content,
      ascii('"'),
    ]);
  return {
    heightDots: LINE_DOTS * size,
    draw: (y) => (blank ? [] : bold ? [at(x, y), at(x + 1, y)] : [at(x, y)]),
  };
}

// ---- codes --------------------------------------------------------------------------------------

interface Code {
  widthDots: number;
  heightDots: number;
  command(x: number, y: number): string | Uint8Array;
}

type CodeLine = Extract<PrintLine, { qr: string } | { ean13: string }>;

/** The symbol, or undefined where the text makes none or the label is too small to read it. */
function codeOf(line: CodeLine, paper: LabelPaper): Code | undefined {
  return 'qr' in line ? qrCode(line, paper) : ean13Code(line.ean13, paper);
}

function ean13Code(ean13: string, paper: LabelPaper): Code | undefined {
  const bar = Math.ceil(LEAST_CELL_MM * paper.dotsPerMm);
  const widthDots = EAN_MODULES * bar;
  if (!isEan13(ean13) || widthDots > innerDots(paper, paper.widthMm)) return undefined;
  // The printer adds the check digit; eleven modules of quiet zone stand before the bars.
  const command = (x: number, y: number): string =>
    `BARCODE ${x + 11 * bar},${y},"EAN13",${BAR_DOTS},1,0,${bar},${bar},"${ean13.slice(0, 12)}"`;
  return { widthDots, heightDots: BAR_DOTS + DIGITS_DOTS, command };
}

function qrCode(
  { qr, moduleSize }: { qr: string; moduleSize?: number },
  paper: LabelPaper,
): Code | undefined {
  const content = symbolContent(symbolText(qr));
  if (content === undefined) return undefined;
  const version = QR_BYTES.findIndex((most) => content.length <= most) + 1;
  if (version === 0 || content.length === 0 || content.length > MAX_QR_BYTES) return undefined;
  const modules = 17 + 4 * version;
  const sideMm = paper.gapMm === 0 ? paper.widthMm : Math.min(paper.widthMm, paper.heightMm);
  const most = Math.floor((innerDots(paper, sideMm) - 2 * SPACE_DOTS) / modules);
  const cell = Math.min(clamp(moduleSize ?? 6, 1, 10), most);
  if (cell < LEAST_CELL_MM * paper.dotsPerMm) return undefined;
  const side = modules * cell;
  const command = (x: number, y: number): Uint8Array =>
    Buffer.concat([ascii(`QRCODE ${x},${y},M,${cell},A,0,"`), content, ascii('"')]);
  return { widthDots: side, heightDots: side, command };
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

/** Two codes that follow each other stand beside each other where the label is wide enough. */
function sideBySide(
  line: PrintLine,
  next: PrintLine | undefined,
  paper: LabelPaper,
): Block[] | undefined {
  const isCode = (one: PrintLine | undefined): one is CodeLine =>
    one !== undefined && ('qr' in one || 'ean13' in one);
  if (!isCode(line) || !isCode(next)) return undefined;
  const codes = [codeOf(line, paper), codeOf(next, paper)].filter((code) => code !== undefined);
  const taken = codes.reduce((sum, code) => sum + code.widthDots, SPACE_DOTS);
  if (codes.length < 2 || taken > innerDots(paper, paper.widthMm)) return undefined;
  return [placed(codes, paper)];
}

/** Codes in one row, centred, with white above and below. */
function placed(codes: readonly Code[], paper: LabelPaper): Block {
  const taken = codes.reduce((sum, code) => sum + code.widthDots, 0);
  const room = innerDots(paper, paper.widthMm) - taken;
  const between = Math.max(SPACE_DOTS, Math.floor(room / (codes.length + 1)));
  const heightDots = Math.max(...codes.map((code) => code.heightDots)) + 2 * SPACE_DOTS;
  const first = leftOf('centre', taken + between * (codes.length - 1), paper);
  return {
    heightDots,
    draw(y) {
      let x = first;
      return codes.map((code) => {
        const top = y + Math.floor((heightDots - code.heightDots) / 2);
        const command = code.command(x, top);
        x += code.widthDots + between;
        return typeof command === 'string' ? ascii(command) : command;
      });
    },
  };
}
