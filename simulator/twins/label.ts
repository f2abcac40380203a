/**
 * The image buffer of a label printer and the labels that come out of it: read as text lines, as
 * a scanner reads their codes, or looked at as a picture in dots.
 */
import bwip, { toSVG } from 'bwip-js/node';
import type { CutPaper } from './paper.ts';
import type { LabelOperation } from './tspl-commands.ts';

const FONT_DOTS = 24;
const EAN_BARS = 95;
const EAN_TEXT_DOTS = 26;

type Drawn = Extract<LabelOperation, { op: 'text' | 'bar' | 'ean' | 'qr' }>;

/** A printed label; `outside` names what was drawn over its edge and is not on it. */
export interface PrintedLabel extends CutPaper {
  widthMm: number;
  heightMm: number;
  outside: string[];
}

const xml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Dots across a text: Chinese is as wide as it is high, everything else half of that. */
const textDots = (text: string) =>
  [...text].reduce((sum, one) => sum + (one > '\u00ff' ? FONT_DOTS : FONT_DOTS / 2), 0);

function qrModules(text: string): { modules: number; svg: string } {
  const svg = toSVG({ bcid: 'qrcode', text, scale: 1 });
  return { modules: Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1] ?? 0) / 2, svg };
}

function extent(it: Drawn): { width: number; height: number } {
  switch (it.op) {
    case 'text':
      return { width: textDots(it.text) * it.across, height: FONT_DOTS * it.down };
    case 'bar':
      return { width: it.width, height: it.height };
    case 'ean':
      return { width: EAN_BARS * it.module, height: it.height + EAN_TEXT_DOTS };
    case 'qr': {
      const side = qrModules(it.text).modules * it.cell;
      return { width: side, height: side };
    }
  }
}

const nested = (svg: string, x: number, y: number, width: number, height: number) =>
  svg.replace('<svg ', `<svg x="${x}" y="${y}" width="${width}" height="${height}" `);

/** Word by word, each in its place: pictures draw several spaces as one. */
function drawText(it: Extract<Drawn, { op: 'text' }>): string {
  const words = [...it.text.matchAll(/\S+/g)].map((found) => {
    const [word] = found;
    const before = it.text.slice(0, found.index);
    const x = it.x + textDots(before) * it.across;
    const place = `translate(${x} ${it.y + (FONT_DOTS - 4) * it.down}) scale(${it.across} ${it.down})`;
    const fit = `textLength="${textDots(word)}" lengthAdjust="spacingAndGlyphs"`;
    return `<text transform="${place}" ${fit}>${xml(word)}</text>`;
  });
  return words.join('');
}

/** Every bar as many dots as its modules, and the digits below their middle. */
function drawEan({ x, y, height, module, digits }: Extract<Drawn, { op: 'ean' }>): string {
  const [symbol] = bwip.raw({ bcid: 'ean13', text: digits });
  const widths = symbol && 'sbs' in symbol ? symbol.sbs : [];
  let left = x;
  const bars = widths.map((modules, at) => {
    const bar = `<rect x="${left}" y="${y}" width="${modules * module}" height="${height}"/>`;
    left += modules * module;
    return at % 2 === 0 ? bar : '';
  });
  const middle = x + (EAN_BARS * module) / 2;
  const below = y + height + EAN_TEXT_DOTS - 6;
  return `${bars.join('')}<text x="${middle}" y="${below}" text-anchor="middle">${digits}</text>`;
}

function drawOne(it: Drawn): string {
  const { width, height } = extent(it);
  switch (it.op) {
    case 'text':
      return drawText(it);
    case 'bar':
      return `<rect x="${it.x}" y="${it.y}" width="${width}" height="${height}"/>`;
    case 'ean':
      return drawEan(it);
    case 'qr':
      return nested(qrModules(it.text).svg, it.x, it.y, width, height);
  }
}

function wordsOf(it: Drawn): string[] {
  if (it.op === 'text') return [it.text];
  if (it.op === 'bar') return ['-'.repeat(8)];
  return [it.op === 'qr' ? `[QR ${it.text}]` : `[EAN-13 ${it.digits}]`];
}

/** One row for each height; what was drawn twice a dot apart is bold, not two texts. */
function readRows(drawn: Drawn[]): string[] {
  const inOrder = drawn.toSorted((a, b) => a.y - b.y || a.x - b.x);
  const once = inOrder.filter(
    (it, at) =>
      !inOrder
        .slice(0, at)
        .some(
          (other) =>
            other.y === it.y && other.x === it.x - 1 && wordsOf(other)[0] === wordsOf(it)[0],
        ),
  );
  const rows = new Map<number, string[]>();
  for (const it of once) rows.set(it.y, [...(rows.get(it.y) ?? []), ...wordsOf(it)]);
  return [...rows.values()].map((words) => words.join(' ').trimEnd());
}

/** The image buffer. `dotsPerMm` is the head's resolution. */
export function createLabelImage(dotsPerMm: number) {
  let drawn: Drawn[] = [];
  let widthMm = 0;
  let heightMm = 0;
  return {
    take(it: LabelOperation): void {
      if (it.op === 'size') [widthMm, heightMm] = [it.widthMm, it.heightMm];
      else if (it.op === 'clear') drawn = [];
      else if (it.op === 'text' || it.op === 'bar' || it.op === 'ean' || it.op === 'qr')
        drawn.push(it);
    },
    heightMm: () => heightMm,
    print(): PrintedLabel {
      const [width, height] = [widthMm * dotsPerMm, heightMm * dotsPerMm];
      const isInside = (it: Drawn) => {
        const size = extent(it);
        return it.x >= 0 && it.y >= 0 && it.x + size.width <= width && it.y + size.height <= height;
      };
      const inside = drawn.filter(isInside);
      const font = `font-family="'Noto Sans SC Variable','Noto Sans SC','PingFang SC',monospace"`;
      const svg = [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"`,
        ` width="${width}" height="${height}" xml:space="preserve" style="white-space:pre">`,
        `<rect width="${width}" height="${height}" fill="#fdfdf8"/>`,
        `<g ${font} font-size="${FONT_DOTS - 2}" fill="#1c1c1c">${drawn.map(drawOne).join('')}</g></svg>`,
      ].join('');
      const codes = inside.flatMap((it) =>
        it.op === 'qr' ? [it.text] : it.op === 'ean' ? [it.digits] : [],
      );
      const outside = drawn.filter((it) => !isInside(it)).flatMap(wordsOf);
      return { lines: readRows(inside), svg, codes, widthMm, heightMm, outside };
    },
  };
}
