/**
 * Bytes of the Toledo continuous output, sent unasked.
 *
 *   STX SWA SWB SWC W W W W W W [T T T T T T] CR [CHK]     18 · 17 without CHK · 12 · 11 bytes
 *
 *   SWA  0-2 point: 2 none · 3 x.x · 4 x.xx · 5 x.xxx · 6 x.xxxx · 7 x.xxxxx (0, 1: dummy zeros)
 *        3-4 increment: 1 by one · 2 by twos · 3 by fives
 *   SWB  0 net · 1 negative · 2 out of range · 3 moving · 4 kg · 6 not zeroed since power-up
 *   SWC  0-2 other unit: 1 g · 3 print · 4 ten times expanded · 5 one · 6 tare from the keyboard
 *   CHK  the low seven bits of all bytes, STX to CHK, add up to 0
 *
 * Six digits without sign or point, leading zeros or spaces. Bit 5 of SWA and SWB is 1 with one
 * maker and 0 with another. Frames are cut by length: CHK may be STX or CR.
 * Sources: Toledo 8142 and 8530, Fairbanks and Liden LUW2001 manuals.
 */
import { fixed, framer, type Piece, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';
import type { WireReading } from './polled.ts';
import { wholeGrams } from './whole-grams.ts';

const STX = 0x02;
const CR = 0x0d;
const DIGITS_AT = 4;
const TARE_AT = 10;

/** Number of bytes in a frame; even ones end with CHK. */
export type ToledoForm = '18' | '17' | '12' | '11';

export type ToledoContinuousItem = WireReading | { kind: 'discarded'; hex: string };

export interface ToledoContinuousDecoder {
  push(bytes: Uint8Array): ToledoContinuousItem[];
  end(): ToledoContinuousItem[];
}

const bit = (byte: number, index: number): boolean => (byte & (1 << index)) !== 0;

/** Whether the low seven bits of all bytes add up to nothing. */
function checks(frame: Uint8Array): boolean {
  return frame.reduce((sum, byte) => sum + (byte & 0x7f), 0) % 128 === 0;
}

/** Grams of six characters, or why there are none. */
function readGrams(
  digits: string,
  [swa = 0, swb = 0, swc = 0]: Uint8Array,
  checkIncrement: boolean,
): number | 'unit' | 'increment' {
  const point = (swa & 0x07) - 2;
  const unit = (swc & 0x07) === 1 ? 'g' : (swc & 0x07) === 0 && bit(swb, 4) ? 'kg' : '';
  if (point < 0) return 'unit';
  const all = digits.trimStart().padStart(6, '0');
  const grams = wholeGrams(all.slice(0, 6 - point), all.slice(6 - point), unit);
  if (grams === undefined) return 'unit';
  const increment = [1, 1, 2, 5][(swa >> 3) & 0x03] ?? 1;
  return checkIncrement && Number(digits) % increment !== 0 ? 'increment' : grams;
}

/** A frame with a right check, read; undefined where the content is impossible. */
function readFrame(frame: Uint8Array, checkIncrement: boolean): WireReading | undefined {
  const status = frame.subarray(1, DIGITS_AT);
  const [, swb = 0, swc = 0] = status;
  const digits = String.fromCharCode(...frame.subarray(DIGITS_AT, TARE_AT));
  const net = bit(swb, 0) && { net: true };
  const negative = bit(swb, 1);
  if (bit(swb, 2)) return { kind: negative ? 'underload' : 'overload', ...net };
  if (!/^ *\d+$/.test(digits)) return undefined;
  if (bit(swb, 6)) return { kind: 'fault', fault: 'not-zeroed', ...net };
  if (bit(swc, 4)) return { kind: 'fault', fault: 'expanded', ...net };
  const grams = readGrams(digits, status, checkIncrement);
  if (typeof grams === 'string') return { kind: 'fault', fault: grams, ...net };
  if (negative && grams !== 0) return { kind: 'underload', ...net };
  if (bit(swb, 3)) return { kind: 'moving', grams, ...net };
  return { kind: grams === 0 ? 'zero' : 'stable', grams, ...net };
}

/** Whether a byte can stand at its place: no parity error, digits where digits stand. */
function fits(byte: number, at: number, end: number): boolean {
  if (at === 0) return byte === STX;
  if (at === end) return byte === CR;
  if (at >= DIGITS_AT && at < end) return byte === 0x20 || (byte >= 0x30 && byte <= 0x39);
  if (at === DIGITS_AT - 1) return byte < 0x80 && bit(byte, 5);
  return byte < 0x80;
}

/**
 * Frames: the scale readings of drivers/contract.ts (without `atMs`), `discarded`.
 * @param checkIncrement a weight between two increments is a fault; not so for makers that put
 *   something else into bits 3 and 4 of SWA
 */
export function toledoContinuousDecoder(
  form: ToledoForm,
  checkIncrement: boolean,
): ToledoContinuousDecoder {
  const length = Number(form);
  const checked = length % 2 === 0;
  const end = checked ? length - 2 : length - 1;
  const may = (prefix: Uint8Array): boolean => prefix.every((byte, at) => fits(byte, at, end));
  const read = (frame: Uint8Array): WireReading | undefined =>
    checked && !checks(frame) ? undefined : readFrame(frame, checkIncrement);
  const frames = framer(
    startingWith({ [STX]: fixed(length, (frame) => read(frame) !== undefined, may) }),
  );
  const item = (piece: Piece): ToledoContinuousItem => {
    const known = 'frame' in piece ? read(piece.frame) : undefined;
    const bytes = 'frame' in piece ? piece.frame : piece.discarded;
    return known ?? { kind: 'discarded', hex: toHex(bytes) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}
