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
import type { PaperLayout, PrintJob, PrintLine } from '../contract.ts';
import {
  clamp,
  columnsOf,
  type Glyph,
  glyphsOf,
  rowsOfCells,
  symbolText,
  textOf,
  timesOf,
  wrap,
} from './text.ts';
import {
  ascii,
  type Code,
  type CodeLine,
  codeOf,
  type Drawn,
  innerDots,
  type LabelPaper,
  MARGIN_MM,
  SPACE_DOTS,
} from './tspl-codes.ts';

type Align = 'left' | 'centre' | 'right';

/** Something to be drawn on a label, its place across already known. */
interface Block {
  heightDots: number;
  /** With its top at `y`; nothing for white space. */
  draw(y: number): Drawn[];
}

const COLUMN_DOTS = 12;
const FONT_DOTS = 24;
const LINE_DOTS = 30;
const RULE_DOTS = 2;

const LINE_END = ascii('\r\n');

/** The whole job, label after label. Pure; the same job gives the same bytes. */
export function renderLabels(job: PrintJob, paper: LabelPaper): Uint8Array {
  const parts: Uint8Array[] = [LINE_END];
  for (const label of labelsOf(marked(job), paper)) parts.push(...printLabel(label, paper));
  return Buffer.concat(parts);
}

/** Where all of it will stand: the very places that `renderLabels` sends. */
export function layoutLabels(job: PrintJob, paper: LabelPaper): PaperLayout[] {
  return labelsOf(marked(job), paper).map((label) => {
    const { drawn, heightMm } = drawnOn(label, paper);
    const { widthMm, dotsPerMm } = paper;
    return {
      ...{ widthDots: widthMm * dotsPerMm, heightDots: heightMm * dotsPerMm },
      placed: drawn.map(({ placed }) => placed),
    };
  });
}

const marked = (job: PrintJob): PrintLine[] =>
  job.copy ? [{ text: '*** 副本 COPY ***', align: 'centre', bold: true }, ...job.lines] : job.lines;

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

/** Everything at its place, and how long the label is. */
function drawnOn({ blocks }: Label, paper: LabelPaper): { drawn: Drawn[]; heightMm: number } {
  const margin = MARGIN_MM * paper.dotsPerMm;
  const drawn: Drawn[] = [];
  let y = margin;
  for (const block of blocks) {
    drawn.push(...block.draw(y));
    y += block.heightDots;
  }
  const heightMm = paper.gapMm === 0 ? Math.ceil((y + margin) / paper.dotsPerMm) : paper.heightMm;
  return { drawn, heightMm };
}

function printLabel(label: Label, paper: LabelPaper): Uint8Array[] {
  const { drawn, heightMm } = drawnOn(label, paper);
  const head = [
    `SIZE ${paper.widthMm} mm,${heightMm} mm`,
    `GAP ${paper.gapMm} mm,0 mm`,
    'DIRECTION 1',
    'REFERENCE 0,0',
    'CLS',
  ].map(ascii);
  const tail = ['PRINT 1,1', ...(label.cut && paper.cutter ? ['CUT'] : [])].map(ascii);
  const commands = drawn.flatMap((each) => each.commands);
  return [...head, ...commands, ...tail].flatMap((command) => [command, LINE_END]);
}

/** Where something of `taken` dots begins. */
function leftOf(align: Align, taken: number, paper: LabelPaper): number {
  const room = Math.max(0, innerDots(paper, paper.widthMm) - taken);
  const shift = align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2);
  return MARGIN_MM * paper.dotsPerMm + shift;
}

function blocksOf(line: Exclude<PrintLine, { cut: true }>, paper: LabelPaper): Block[] {
  const columns = Math.floor(innerDots(paper, paper.widthMm) / COLUMN_DOTS);
  if ('text' in line) {
    const times = timesOf(line, columns, paper.dotsPerMm);
    const rows = wrap(glyphsOf(line.text), Math.floor(columns / times));
    return rows.map((row) =>
      textBlock(row, line.align ?? 'left', times, line.bold ?? false, paper),
    );
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
  const draw = (top: number): Drawn[] => {
    const y = top + SPACE_DOTS;
    const placed = { kind: 'bar', x, y, widthDots: width, heightDots: RULE_DOTS } as const;
    return [{ placed, commands: [ascii(`BAR ${x},${y},${width},${RULE_DOTS}`)] }];
  };
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
  times: number,
  bold: boolean,
  paper: LabelPaper,
): Block {
  const x = leftOf(align, columnsOf(row) * COLUMN_DOTS * times, paper);
  const content = quoted(row);
  const blank = row.every(({ bytes }) => bytes[0] === 0x20);
  const at = (left: number, y: number): Uint8Array =>
    Buffer.concat([
      ascii(`TEXT ${left},${y},"TSS24.BF2",0,${times},${times},"`),
      content,
      ascii('"'),
    ]);
  const draw = (y: number): Drawn[] => {
    if (blank) return [];
    const placed = { kind: 'text', x, y, scale: times, bold, text: textOf(content) } as const;
    return [{ placed, commands: bold ? [at(x, y), at(x + 1, y)] : [at(x, y)] }];
  };
  // Large characters need no more white between them than those of double size do.
  const heightDots = times > 2 ? FONT_DOTS * times + SPACE_DOTS / 2 : LINE_DOTS * times;
  return { heightDots, draw };
}

// ---- codes --------------------------------------------------------------------------------------

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
        const drawn = code.at(x, top);
        x += code.widthDots + between;
        return drawn;
      });
    },
  };
}
