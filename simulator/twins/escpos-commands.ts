/**
 * What the bytes to an ESC/POS receipt printer ask for, one command at a time.
 *
 *   ESC @ init  a n align  E n bold  d n, J n feed  ! n mode  t n code page  p m t1 t2 drawer
 *   GS  ! n size  V m [n] cut  ( k QR  k m … bar code  r n status  a n ASB  h w H f bar code looks
 *   FS  & Chinese on  . Chinese off          DLE EOT n real-time status (answered at reception)
 *
 * Chinese is two bytes of GB18030 (zones 1–5): lead 81–FE, trail 40–FE without 7F. A four-byte
 * character is garbage on such a printer. Sources: Epson TM guides, SPRT SP91 p.66, HPRT HM-E200.
 */

export type Align = 'left' | 'centre' | 'right';

export type Operation =
  | { op: 'character'; text: string; wide: boolean }
  | { op: 'line' }
  | { op: 'feed'; dots: number }
  | { op: 'align'; align: Align }
  | { op: 'size'; width: number; height: number }
  | { op: 'bold'; on: boolean }
  | { op: 'chinese'; on: boolean }
  | { op: 'init' }
  | { op: 'qr-size'; dots: number }
  | { op: 'qr-store'; text: string }
  | { op: 'qr-print' }
  | { op: 'bar-height'; dots: number }
  | { op: 'bar-width'; dots: number }
  | { op: 'ean'; digits: string }
  | { op: 'cut'; feedDots: number }
  | { op: 'status'; n: number }
  | { op: 'asb'; n: number }
  | { op: 'drawer' }
  | { op: 'nothing' }
  /** Bytes that this printer does not know; on a real one the rest would print as garbage. */
  | { op: 'unknown'; hex: string };

/** An operation and how many bytes it took; undefined where more bytes must come first. */
export type Taken = { length: number; operation: Operation } | undefined;

export const LINE_DOTS = 30;

const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;
const MAX_QR_BYTES = 1018;
const QR_FUNCTION = { size: 0x43, store: 0x50, print: 0x51 };
const EAN13_NUL_ENDED = 2;
const EAN13_COUNTED = 67;
const FIRST_COUNTED_BAR_CODE = 65;

const chinese = new TextDecoder('gb18030');
const utf8 = new TextDecoder('utf-8');
const nothing: Operation = { op: 'nothing' };
const ALIGNS: Record<number, Align> = { 1: 'centre', 2: 'right', 49: 'centre', 50: 'right' };

type Fixed = { parameters: number; read: (p: Uint8Array) => Operation };
const skip = (parameters: number): Fixed => ({ parameters, read: () => nothing });
const one = (read: (n: number) => Operation): Fixed => ({
  parameters: 1,
  read: (p) => read(p[0] ?? 0),
});
const none = (operation: Operation): Fixed => ({ parameters: 0, read: () => operation });
const key = (prefix: number, letter: string) => prefix * 256 + letter.charCodeAt(0);

/** Commands of known length, by prefix and letter. */
const FIXED = new Map<number, Fixed>([
  [key(ESC, '@'), none({ op: 'init' })],
  [key(ESC, 'a'), one((n) => ({ op: 'align', align: ALIGNS[n] ?? 'left' }))],
  [key(ESC, 'E'), one((n) => ({ op: 'bold', on: (n & 1) === 1 }))],
  [key(ESC, 'G'), one((n) => ({ op: 'bold', on: (n & 1) === 1 }))],
  [key(ESC, 'd'), one((n) => ({ op: 'feed', dots: n * LINE_DOTS }))],
  [key(ESC, 'J'), one((n) => ({ op: 'feed', dots: n }))],
  [key(ESC, '!'), one((n) => ({ op: 'size', width: n & 0x20 ? 2 : 1, height: n & 0x10 ? 2 : 1 }))],
  [key(ESC, 'p'), { parameters: 3, read: () => ({ op: 'drawer' }) }],
  [key(ESC, '2'), skip(0)],
  ...['t', '-', 'R', 'M', '3', 'V', '{', ' '].map((letter): [number, Fixed] => [
    key(ESC, letter),
    skip(1),
  ]),
  [key(ESC, '$'), skip(2)],
  [key(ESC, 'c'), skip(2)],
  [key(GS, '!'), one((n) => ({ op: 'size', width: (n >> 4) + 1, height: (n & 15) + 1 }))],
  [key(GS, 'r'), one((n) => ({ op: 'status', n }))],
  [key(GS, 'a'), one((n) => ({ op: 'asb', n }))],
  [key(GS, 'h'), one((n) => ({ op: 'bar-height', dots: n }))],
  [key(GS, 'w'), one((n) => ({ op: 'bar-width', dots: n }))],
  ...['H', 'f', 'B'].map((letter): [number, Fixed] => [key(GS, letter), skip(1)]),
  [key(GS, 'L'), skip(2)],
  [key(GS, 'W'), skip(2)],
  [key(FS, '&'), none({ op: 'chinese', on: true })],
  [key(FS, '.'), none({ op: 'chinese', on: false })],
  ...['!', 'W', '-'].map((letter): [number, Fixed] => [key(FS, letter), skip(1)]),
  [key(FS, 'S'), skip(2)],
  [key(DLE, '\x04'), skip(1)],
  [key(DLE, '\x05'), skip(1)],
]);

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** `GS V m`, or `GS V m n` for the forms that feed first. */
function takeCut(bytes: Uint8Array): Taken {
  const m = bytes[2];
  if (m === undefined) return undefined;
  if (m !== 65 && m !== 66) return { length: 3, operation: { op: 'cut', feedDots: 0 } };
  const n = bytes[3];
  return n === undefined ? undefined : { length: 4, operation: { op: 'cut', feedDots: n } };
}

/** `GS ( X pL pH …`: QR functions where X is k; others are passed over. */
function takeExtended(bytes: Uint8Array): Taken {
  const [, , letter, low, high] = bytes;
  if (letter === undefined || low === undefined || high === undefined) return undefined;
  const length = 5 + low + high * 256;
  if (bytes.length < length) return undefined;
  const unknown: Operation = { op: 'unknown', hex: hexOf(bytes.subarray(0, length)) };
  if (letter !== 0x6b || bytes[5] !== 0x31) return { length, operation: unknown };
  const content = bytes.subarray(8, length);
  switch (bytes[6]) {
    case QR_FUNCTION.size:
      return { length, operation: { op: 'qr-size', dots: bytes[7] ?? 3 } };
    case QR_FUNCTION.store:
      if (content.length === 0 || content.length > MAX_QR_BYTES)
        return { length, operation: unknown };
      return { length, operation: { op: 'qr-store', text: utf8.decode(content) } };
    case QR_FUNCTION.print:
      return { length, operation: { op: 'qr-print' } };
    default:
      return { length, operation: nothing };
  }
}

/** The thirteen digits of an EAN-13 whose check digit is right (or was left to the printer). */
function eanDigits(text: string): string | undefined {
  if (!/^\d{12,13}$/.test(text)) return undefined;
  const sum = [...text.slice(0, 12)].reduce((s, d, i) => s + Number(d) * (i % 2 ? 3 : 1), 0);
  const whole = `${text.slice(0, 12)}${(10 - (sum % 10)) % 10}`;
  return text.length === 12 || text === whole ? whole : undefined;
}

/** `GS k m d… NUL` or `GS k m n d…`. */
function takeBarCode(bytes: Uint8Array): Taken {
  const m = bytes[2];
  if (m === undefined) return undefined;
  const counted = m >= FIRST_COUNTED_BAR_CODE;
  const start = counted ? 4 : 3;
  const count = bytes[3];
  if (counted && count === undefined) return undefined;
  const end = counted ? start + (count ?? 0) : bytes.indexOf(0, start);
  if (end < 0 || bytes.length < end) return undefined;
  const length = counted ? end : end + 1;
  const isEan = m === EAN13_NUL_ENDED || m === EAN13_COUNTED;
  const digits = isEan ? eanDigits(utf8.decode(bytes.subarray(start, end))) : undefined;
  if (digits) return { length, operation: { op: 'ean', digits } };
  return { length, operation: { op: 'unknown', hex: hexOf(bytes.subarray(0, length)) } };
}

/** `GS v 0 m xL xH yL yH …`: a picture; only its height on the paper matters here. */
function takeRaster(bytes: Uint8Array): Taken {
  if (bytes.length < 8) return undefined;
  const wideBytes = (bytes[4] ?? 0) + (bytes[5] ?? 0) * 256;
  const dots = (bytes[6] ?? 0) + (bytes[7] ?? 0) * 256;
  const length = 8 + wideBytes * dots;
  return bytes.length < length ? undefined : { length, operation: { op: 'feed', dots } };
}

const VARIABLE = new Map<number, (bytes: Uint8Array) => Taken>([
  [key(GS, 'V'), takeCut],
  [key(GS, '('), takeExtended],
  [key(GS, 'k'), takeBarCode],
  [key(GS, 'v'), takeRaster],
]);

function takePrefixed(bytes: Uint8Array): Taken {
  const [prefix = 0, letter] = bytes;
  if (letter === undefined) return undefined;
  const code = prefix * 256 + letter;
  const variable = VARIABLE.get(code);
  if (variable) return variable(bytes);
  const fixed = FIXED.get(code);
  if (!fixed) return { length: 2, operation: { op: 'unknown', hex: hexOf(bytes.subarray(0, 2)) } };
  const length = 2 + fixed.parameters;
  if (bytes.length < length) return undefined;
  return { length, operation: fixed.read(bytes.subarray(2, length)) };
}

/** One printed character: ASCII, or two bytes of GB18030 in Chinese mode. */
function takeCharacter(bytes: Uint8Array, inChinese: boolean): Taken {
  const [lead = 0, trail] = bytes;
  const character = (length: number, text: string, wide: boolean): Taken => ({
    length,
    operation: { op: 'character', text, wide },
  });
  if (lead < 0x7f) return character(1, String.fromCharCode(lead), false);
  if (!inChinese || lead === 0x7f || lead === 0x80 || lead === 0xff)
    return character(1, '?', false);
  if (trail === undefined) return undefined;
  if (trail < 0x40 || trail === 0x7f || trail === 0xff) return character(1, '?', false);
  return character(2, chinese.decode(bytes.subarray(0, 2)), true);
}

/** Takes the first operation from what was received. Never throws. */
export function takeOperation(bytes: Uint8Array, inChinese: boolean): Taken {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first === ESC || first === FS || first === GS || first === DLE) return takePrefixed(bytes);
  if (first === LF) return { length: 1, operation: { op: 'line' } };
  if (first < 0x20) return { length: 1, operation: nothing };
  return takeCharacter(bytes, inChinese);
}
