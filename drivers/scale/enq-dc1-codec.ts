/**
 * Bytes of the ENQ/ACK/DC1 scales, both ways.
 *
 *   host 05 ENQ -> scale 06 ACK ready | 15 NAK not ready (ask again)
 *   host 11 DC1 -> 01 02 STA SIGN W W . W W W U U BCC 03 04                          15 bytes
 *   host 12 DC2 -> 01 [02 total BCC 03] [02 STA SIGN weight unit BCC 03] [02 price BCC 03] 04  37
 *
 *   STA   S stable · U moving · F out of range, or not zeroed at start
 *   SIGN  space · - below zero · F overload (the digits are then F as well)
 *   unit  kg KG · G · SJ = 500 g · all others are a fault
 *   Gram ZFOC and ACLaS also take a price (enq-dc1-price.ts): 02 says that a command was taken
 *   BCC   XOR from STA to the unit; the OS2 also takes in SOH and STX (differs by 03)
 *
 * BCC may itself be 03 or 04, so frames are cut by length, never by searching ETX.
 * Sources: CAS AP-1 and PD-II p.23 manuals, Pinnacle OS2CX manual pp.16-23, Gram ZFOC manual
 * pp.14-53, Ohaus Aviator 7000 service manual pp.36-50.
 */
import type { ScaleReading } from '../contract.ts';
import { fixed, framer, lengthInHead, type Piece, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';

export const ENQ = Uint8Array.of(0x05);
export const DC1 = Uint8Array.of(0x11);
/** Weight, price and amount in one frame. */
export const DC2 = Uint8Array.of(0x12);
/** OS2 only: `<TK>` and `<ZK>`. */
export const OS2_TARE = Uint8Array.of(0x3c, 0x54, 0x4b, 0x3e, 0x09);
export const OS2_ZERO = Uint8Array.of(0x3c, 0x5a, 0x4b, 0x3e, 0x09);
/** OS2 only: `<AL>` answer when asked, `<PB>` push unasked. */
export const OS2_MODE = {
  poll: Uint8Array.of(0x3c, 0x41, 0x4c, 0x3e, 0x09),
  active: Uint8Array.of(0x3c, 0x50, 0x42, 0x3e, 0x09),
};

const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const EOT = 0x04;
const WEIGHT_LENGTH = 15;
const PRICE_LENGTH = 37;
/** Frames that must agree before `auto` holds on to one scope. */
export const FRAMES_TO_SETTLE = 3;

/** `gram` has the BCC of `cas` and a word more. */
export type Dialect = 'auto' | 'cas' | 'os2' | 'gram';
export type BccScope = 'cas' | 'os2';

/** A scale reading as it is on the wire, before it has an age. */
export type WireReading = Omit<ScaleReading, 'atMs'>;

export type EnqDc1Item =
  | WireReading
  | { kind: 'ack' }
  | { kind: 'nak' }
  | { kind: 'taken' }
  | { kind: 'discarded'; hex: string };

export interface EnqDc1Decoder {
  push(bytes: Uint8Array): EnqDc1Item[];
  end(): EnqDc1Item[];
}

/** Whole grams the digits say, or undefined where they cannot be said in whole grams. */
export function exactGrams(whole: string, fraction: string, unit: string): number | undefined {
  const digits = fraction.padEnd(3, '0');
  if (/[^0]/.test(digits.slice(3))) return undefined;
  const thousandths = Number(whole + digits.slice(0, 3));
  if (/^kg$/i.test(unit)) return thousandths;
  if (unit === 'SJ') return thousandths % 2 === 0 ? thousandths / 2 : undefined;
  if (/^ ?g ?$/i.test(unit)) return thousandths % 1000 === 0 ? thousandths / 1000 : undefined;
  return undefined;
}

/** `STA SIGN weight unit` as ten ASCII characters; undefined where it breaks the grammar. */
function readWeight(text: string): WireReading | undefined {
  const match = /^([SUF])([ \-F])(.{6})([A-Za-z ]{2})$/.exec(text);
  if (match === null) return undefined;
  const [, state = '', sign = '', weight = '', unit = ''] = match;
  if (sign === 'F') return /^[F. ]{6}$/.test(weight) ? { kind: 'overload' } : undefined;
  const digits = /^ {0,4}(\d{1,6})(?:\.(\d{1,4}))?$/.exec(weight);
  if (digits === null) return undefined;
  if (state === 'F') return { kind: 'fault', fault: 'abnormal' };
  const grams = exactGrams(digits[1] ?? '', digits[2] ?? '', unit);
  if (grams === undefined) return { kind: 'fault', fault: 'unit' };
  if (sign === '-' && grams !== 0) return { kind: 'underload' };
  if (state === 'U') return { kind: 'moving', grams };
  return grams === 0 ? { kind: 'zero', grams } : { kind: 'stable', grams };
}

/** Eight characters, leading spaces or zeros, two decimals or none: opaque minor units. */
function readPrice(text: string): number | undefined {
  const match = /^ *(\d+)(?:\.(\d\d))?$/.exec(text);
  return match === null ? undefined : Number((match[1] ?? '') + (match[2] ?? ''));
}

function xor(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/** Which BCC scope the weight-only frame keeps, or undefined. */
function scopeOf(frame: Uint8Array): BccScope | undefined {
  const difference = xor(frame.subarray(2, WEIGHT_LENGTH - 2));
  if (difference === 0) return 'cas';
  return difference === (SOH ^ STX) ? 'os2' : undefined;
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** One `STX text BCC ETX` block of the price frame, or undefined. */
function readBlock(frame: Uint8Array, at: number, length: number): string | undefined {
  const text = frame.subarray(at + 1, at + 1 + length);
  const bcc = frame[at + 1 + length];
  const end = frame[at + 2 + length];
  return frame[at] === STX && end === ETX && xor(text) === bcc ? ascii(text) : undefined;
}

function readPriceFrame(frame: Uint8Array): WireReading | undefined {
  const total = readPrice(readBlock(frame, 1, 8) ?? '');
  const weight = readWeight(readBlock(frame, 12, 10) ?? '');
  const price = readPrice(readBlock(frame, 25, 8) ?? '');
  if (total === undefined || weight === undefined || price === undefined) return undefined;
  return { ...weight, unitPriceFen: price, amountFen: total };
}

function frameLength(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 1 && bytes[from + 1] !== STX) return -1;
  if (to - from < 3) return 0;
  const third = bytes[from + 2]!;
  if (third === 0x53 || third === 0x55 || third === 0x46) return WEIGHT_LENGTH;
  return third === 0x20 || (third >= 0x30 && third <= 0x39) ? PRICE_LENGTH : -1;
}

/** Both frame kinds, read; undefined for anything that is not wholly right. */
function readFrame(
  frame: Uint8Array,
  allowed: (scope: BccScope) => boolean,
): { item: WireReading; scope?: BccScope } | undefined {
  if (frame[frame.length - 2] !== ETX || frame[frame.length - 1] !== EOT) return undefined;
  if (frame.length === PRICE_LENGTH) {
    const item = readPriceFrame(frame);
    return item && { item };
  }
  const scope = scopeOf(frame);
  if (scope === undefined || !allowed(scope)) return undefined;
  const item = readWeight(ascii(frame.subarray(2, WEIGHT_LENGTH - 3)));
  return item && { item, scope };
}

/**
 * Frames: `ack`, `nak`, `taken` (Gram), the scale readings of drivers/contract.ts (without `atMs`), `discarded`.
 * @param onScope called with the BCC scope `auto` settled on, after three agreeing frames
 */
export function enqDc1Decoder(
  dialect: Dialect,
  onScope?: (scope: BccScope) => void,
): EnqDc1Decoder {
  const gram = dialect === 'gram';
  let settled: BccScope | undefined =
    dialect === 'auto' ? undefined : dialect === 'os2' ? 'os2' : 'cas';
  let last: BccScope | undefined;
  let run = 0;
  const learn = (scope: BccScope): void => {
    run = scope === last ? run + 1 : 1;
    last = scope;
    if (settled !== undefined || run < FRAMES_TO_SETTLE) return;
    settled = scope;
    onScope?.(scope);
  };
  // Called once for every frame that is cut, in order, so learning does not depend on chunking.
  const valid = (bytes: Uint8Array, from: number, to: number): boolean => {
    const frame = bytes.subarray(from, to);
    const read = readFrame(frame, (scope) => settled === undefined || settled === scope);
    if (read?.scope !== undefined) learn(read.scope);
    return read !== undefined;
  };
  const single = fixed(1);
  const table = { 6: single, 21: single, [SOH]: lengthInHead(frameLength, valid) };
  const frames = framer(startingWith(gram ? { ...table, [STX]: single } : table));
  const item = (piece: Piece): EnqDc1Item => {
    if ('discarded' in piece) return { kind: 'discarded', hex: toHex(piece.discarded) };
    const [first] = piece.frame;
    if (piece.frame.length === 1)
      return { kind: first === STX ? 'taken' : first === 0x06 ? 'ack' : 'nak' };
    const read = readFrame(piece.frame, () => true);
    return read?.item ?? { kind: 'discarded', hex: toHex(piece.frame) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}
