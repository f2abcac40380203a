/**
 * What the lines to a TSPL label printer ask for, one command at a time. A command ends with CR
 * LF or either alone; text stands in double quotes, where `\["]` is a quote, `\[R]` and `\[L]`
 * line ends. Coordinates and sizes are dots from the upper left corner of the label.
 *
 * Source: TSC, TSPL/TSPL2 Programming Manual.
 */

export type LabelOperation =
  | { op: 'size'; widthMm: number; heightMm: number }
  | { op: 'gap'; mm: number }
  | { op: 'clear' }
  | { op: 'text'; x: number; y: number; font: string; across: number; down: number; text: string }
  | { op: 'bar'; x: number; y: number; width: number; height: number }
  | { op: 'ean'; x: number; y: number; height: number; module: number; digits: string }
  | { op: 'qr'; x: number; y: number; cell: number; text: string }
  | { op: 'print'; copies: number }
  | { op: 'cut' }
  | { op: 'sound'; level: number; ms: number }
  | { op: 'nothing' }
  /** A line this printer does not know, as text: a real one prints nothing for it. */
  | { op: 'unknown'; line: string };

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const chinese = new TextDecoder('gb18030');
const utf8 = new TextDecoder();
const SILENT = ['DIRECTION', 'REFERENCE', 'OFFSET', 'SHIFT', 'SPEED', 'DENSITY', 'CODEPAGE', 'SET'];

/** Cuts lines out of a stream, however it came in chunks. */
export function createLines(onLine: (line: Uint8Array) => void) {
  let line: number[] = [];
  return (byte: number): void => {
    if (byte !== CR && byte !== LF) line.push(byte);
    else {
      if (line.length > 0) onLine(Uint8Array.from(line));
      line = [];
    }
  };
}

interface Argument {
  bytes: Uint8Array;
  quoted: boolean;
}

/** Name and arguments of a line; undefined where a quote is not closed. */
function split(line: Uint8Array): { name: string; args: Argument[] } | undefined {
  const space = line.indexOf(0x20);
  const name = Buffer.from(space < 0 ? line : line.subarray(0, space)).toString('latin1');
  const args: Argument[] = [];
  let current: number[] = [];
  let quoted = false;
  let inside = false;
  const end = () => {
    args.push({ bytes: Uint8Array.from(current), quoted });
    current = [];
    quoted = false;
  };
  if (space < 0) return { name, args };
  for (let at = space + 1; at < line.length; at++) {
    const byte = line[at] ?? 0;
    // A character of two bytes is one, whatever its second byte looks like.
    if (byte > 0x80 && at + 1 < line.length) current.push(byte, line[++at] ?? 0);
    else if (byte === QUOTE) {
      inside = !inside;
      quoted = true;
    } else if (byte === 0x2c && !inside) end();
    else if (byte !== 0x20 || inside) current.push(byte);
  }
  end();
  return inside ? undefined : { name, args };
}

const numberOf = (argument?: Argument) =>
  Number.parseInt(utf8.decode(argument?.bytes ?? new Uint8Array()), 10);
const wordOf = (argument?: Argument) => utf8.decode(argument?.bytes ?? new Uint8Array());

/** Twelve digits and the check digit that the printer adds. */
function ean(digits: string): string | undefined {
  if (!/^\d{12}$/.test(digits)) return undefined;
  const sum = [...digits].reduce((s, d, i) => s + Number(d) * (i % 2 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

type Reader = (args: Argument[]) => LabelOperation | undefined;

const READERS: Record<string, Reader> = {
  SIZE: ([width, height]) => ({ op: 'size', widthMm: numberOf(width), heightMm: numberOf(height) }),
  GAP: ([gap]) => ({ op: 'gap', mm: numberOf(gap) }),
  CLS: () => ({ op: 'clear' }),
  TEXT([x, y, font, rotation, across, down, text]) {
    if (!text?.quoted || numberOf(rotation) !== 0) return undefined;
    const place = { x: numberOf(x), y: numberOf(y), font: wordOf(font) };
    const scale = { across: numberOf(across), down: numberOf(down) };
    return { op: 'text', ...place, ...scale, text: chinese.decode(text.bytes) };
  },
  BAR([x, y, width, height]) {
    const [left, top] = [numberOf(x), numberOf(y)];
    return { op: 'bar', x: left, y: top, width: numberOf(width), height: numberOf(height) };
  },
  BARCODE([x, y, type, height, readable, rotation, narrow, wide, content]) {
    const digits = ean(wordOf(content));
    const plain = numberOf(readable) === 1 && numberOf(rotation) === 0;
    const module = numberOf(narrow);
    if (wordOf(type) !== 'EAN13' || !digits || !plain || numberOf(wide) !== module)
      return undefined;
    return { op: 'ean', x: numberOf(x), y: numberOf(y), height: numberOf(height), module, digits };
  },
  QRCODE([x, y, level, cell, mode, rotation, content]) {
    const plain = wordOf(level) === 'M' && wordOf(mode) === 'A' && numberOf(rotation) === 0;
    if (!content?.quoted || content.bytes.length === 0 || !plain) return undefined;
    const text = utf8.decode(content.bytes);
    return { op: 'qr', x: numberOf(x), y: numberOf(y), cell: numberOf(cell), text };
  },
  PRINT: ([sets, copies]) => ({
    op: 'print',
    copies: numberOf(sets) * (copies ? numberOf(copies) : 1),
  }),
  CUT: () => ({ op: 'cut' }),
  SOUND: ([level, ms]) => ({ op: 'sound', level: numberOf(level), ms: numberOf(ms) }),
};

/** What one line asks for. */
export function readLine(line: Uint8Array): LabelOperation {
  const unknown: LabelOperation = { op: 'unknown', line: chinese.decode(line) };
  const parts = split(line);
  if (!parts) return unknown;
  if (SILENT.includes(parts.name)) return { op: 'nothing' };
  const operation = READERS[parts.name]?.(parts.args);
  if (!operation) return unknown;
  const numbers = Object.values(operation).filter((value) => typeof value === 'number');
  return numbers.every(Number.isSafeInteger) ? operation : unknown;
}
