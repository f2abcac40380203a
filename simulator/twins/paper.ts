/**
 * Paper as it comes out of a receipt printer: rows of characters and codes, read as text lines or
 * looked at as a picture. 80 mm paper is 576 dots wide, 48 columns of 12; 58 mm is 384 and 32.
 */
import { toSVG } from 'bwip-js/node';
import type { Align, Operation } from './escpos-commands.ts';
import { LINE_DOTS } from './escpos-commands.ts';

const COLUMN_DOTS = 12;
const FONT_DOTS = 24;
const MARGIN_DOTS = 24;
const QUIET_DOTS = 8;
const USUAL_QR_DOTS = 3;
const USUAL_BAR_DOTS = 80;
const EAN_MODULES = 113;
const USUAL_BAR_MODULE_DOTS = 3;
const EAN_TEXT_DOTS = 26;

interface Run {
  text: string;
  columns: number;
  wide: boolean;
  width: number;
  height: number;
  bold: boolean;
}

type Row = { align: Align } & (
  | { kind: 'text'; runs: Run[]; columns: number }
  | { kind: 'qr'; text: string; moduleDots: number }
  | { kind: 'ean'; digits: string; dots: number; moduleDots: number }
  | { kind: 'feed'; dots: number }
);

/** What the modes of the printer are set to; a function of the commands so far. */
interface Style {
  align: Align;
  width: number;
  height: number;
  bold: boolean;
  qrText: string;
  qrModuleDots: number;
  barDots: number;
  barModuleDots: number;
}

const POWER_ON: Style = {
  align: 'left',
  width: 1,
  height: 1,
  bold: false,
  qrText: '',
  qrModuleDots: USUAL_QR_DOTS,
  barDots: USUAL_BAR_DOTS,
  barModuleDots: USUAL_BAR_MODULE_DOTS,
};

/** The modes after one operation. */
function restyled(style: Style, it: Operation): Style {
  switch (it.op) {
    case 'init':
      return POWER_ON;
    case 'align':
      return { ...style, align: it.align };
    case 'size':
      return { ...style, width: it.width, height: it.height };
    case 'bold':
      return { ...style, bold: it.on };
    case 'qr-size':
      return { ...style, qrModuleDots: Math.max(1, it.dots) };
    case 'qr-store':
      return { ...style, qrText: it.text };
    case 'bar-height':
      return { ...style, barDots: it.dots };
    case 'bar-width':
      return { ...style, barModuleDots: it.dots };
    default:
      return style;
  }
}

const xml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function leftOf(align: Align, room: number, taken: number): number {
  if (align === 'left') return 0;
  return Math.max(0, align === 'right' ? room - taken : Math.floor((room - taken) / 2));
}

/** A QR symbol (level M) and its number of modules: the drawing has two units a module. */
function drawQr(text: string): { modules: number; svg: string } {
  const svg = toSVG({ bcid: 'qrcode', text, scale: 1 });
  return { modules: Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1] ?? 0) / 2, svg };
}

const nested = (svg: string, x: number, y: number, width: number, height: number) =>
  svg.replace('<svg ', `<svg x="${x}" y="${y}" width="${width}" height="${height}" `);

function rowHeight(row: Row): number {
  switch (row.kind) {
    case 'text':
      return LINE_DOTS * Math.max(1, ...row.runs.map((run) => run.height));
    case 'qr':
      return drawQr(row.text).modules * row.moduleDots + 2 * QUIET_DOTS;
    case 'ean':
      return row.dots + EAN_TEXT_DOTS + 2 * QUIET_DOTS;
    case 'feed':
      return row.dots;
  }
}

function textLine(row: Row, columns: number): string[] {
  switch (row.kind) {
    case 'text': {
      const text = row.runs.map((run) => run.text).join('');
      return [`${' '.repeat(leftOf(row.align, columns, row.columns))}${text}`.trimEnd()];
    }
    case 'qr':
      return [`[QR ${row.text}]`];
    case 'ean':
      return [`[EAN-13 ${row.digits}]`];
    case 'feed':
      return Array.from({ length: Math.floor(row.dots / LINE_DOTS) }, () => '');
  }
}

function drawText(row: Extract<Row, { kind: 'text' }>, columns: number, y: number): string {
  const base = y + rowHeight(row) - 6;
  let x = MARGIN_DOTS + leftOf(row.align, columns, row.columns) * COLUMN_DOTS;
  const drawn = row.runs.map((run) => {
    const at = `translate(${x} ${base}) scale(${run.width} ${run.height})`;
    const length = (run.columns * COLUMN_DOTS) / run.width;
    x += run.columns * COLUMN_DOTS;
    if (run.text.trim() === '') return '';
    const weight = run.bold ? ' font-weight="700"' : '';
    const fit = `textLength="${length}" lengthAdjust="spacingAndGlyphs"`;
    return `<text transform="${at}" ${fit}${weight}>${xml(run.text)}</text>`;
  });
  return drawn.join('');
}

function drawRow(row: Row, columns: number, y: number): string {
  const room = columns * COLUMN_DOTS;
  if (row.kind === 'text') return drawText(row, columns, y);
  if (row.kind === 'feed') return '';
  const height = rowHeight(row) - 2 * QUIET_DOTS;
  const width = row.kind === 'qr' ? height : EAN_MODULES * row.moduleDots;
  const x = MARGIN_DOTS + leftOf(row.align, room, width);
  const svg =
    row.kind === 'qr'
      ? drawQr(row.text).svg
      : toSVG({ bcid: 'ean13', text: row.digits, includetext: true, height: 12 });
  return nested(svg, x, y + QUIET_DOTS, width, height);
}

/** The picture of finished rows, in dots. */
function draw(rows: Row[], columns: number): string {
  const width = columns * COLUMN_DOTS + 2 * MARGIN_DOTS;
  let y = MARGIN_DOTS;
  const drawn = rows.map((row) => {
    const at = y;
    y += rowHeight(row);
    return drawRow(row, columns, at);
  });
  const height = Math.ceil(y + MARGIN_DOTS);
  const font = `font-family="'Noto Sans SC Variable','Noto Sans SC','PingFang SC',monospace"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"`,
    ` width="${width}" height="${height}" xml:space="preserve" style="white-space:pre">`,
    `<rect width="${width}" height="${height}" fill="#fdfdf8"/>`,
    `<g ${font} font-size="${FONT_DOTS - 2}" fill="#1c1c1c">${drawn.join('')}</g></svg>`,
  ].join('');
}

/** What was cut off: the text a person reads, the same as a picture, and its codes. */
export interface CutPaper {
  lines: string[];
  svg: string;
  /** Codes on it, as a scanner would read them: QR texts and EAN digits, in order. */
  codes: string[];
}

/** The line being printed, until it is fed. */
function createLine(columns: number) {
  let runs: Run[] = [];
  let used = 0;
  return {
    isEmpty: () => used === 0,
    fits: (taken: number) => used + taken <= columns,
    add(text: string, wide: boolean, taken: number, { width, height, bold }: Style): void {
      used += taken;
      const last = runs.at(-1);
      const same = last && last.wide === wide && last.bold === bold;
      if (last && same && last.width === width && last.height === height) {
        last.text += text;
        last.columns += taken;
      } else runs.push({ text, columns: taken, wide, width, height, bold });
    },
    end(align: Align): Row {
      const row: Row = { kind: 'text', align, runs, columns: used };
      runs = [];
      used = 0;
      return row;
    },
  };
}

/** The paper in the printer. `print` answers how many dots of paper were fed by it. */
export function createPaper(columns: number) {
  const line = createLine(columns);
  let rows: Row[] = [];
  let style = POWER_ON;

  const add = (row: Row): number => {
    rows.push(row);
    return rowHeight(row);
  };
  const endLine = () => add(line.end(style.align));
  const block = (row: Row): number => (line.isEmpty() ? 0 : endLine()) + add(row);
  const feed = (dots: number) => block({ kind: 'feed', align: 'left', dots });

  return {
    print(it: Operation): number {
      style = restyled(style, it);
      const { align, qrText: text, qrModuleDots, barDots: dots, barModuleDots } = style;
      switch (it.op) {
        case 'init':
          line.end(align); // what was not fed yet is lost with the buffer
          return 0;
        case 'character': {
          const taken = (it.wide ? 2 : 1) * style.width;
          const fed = line.fits(taken) ? 0 : endLine();
          line.add(it.text, it.wide, taken, style);
          return fed;
        }
        case 'line':
          return endLine();
        case 'feed':
          return feed(it.dots);
        case 'qr-print':
          return text === '' ? 0 : block({ kind: 'qr', align, text, moduleDots: qrModuleDots });
        case 'ean':
          return block({ kind: 'ean', align, digits: it.digits, dots, moduleDots: barModuleDots });
        case 'cut':
          return it.feedDots > 0 ? feed(it.feedDots) : 0;
        default:
          return 0;
      }
    },
    /** Whether anything would come off at a cut. */
    printed: (): boolean => rows.length > 0,
    cut(): CutPaper {
      const lines = rows.flatMap((row) => textLine(row, columns));
      const svg = draw(rows, columns);
      const codes = rows.flatMap((row) =>
        row.kind === 'qr' ? [row.text] : row.kind === 'ean' ? [row.digits] : [],
      );
      rows = [];
      return { lines, svg, codes };
    },
  };
}
