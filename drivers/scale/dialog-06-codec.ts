/**
 * Records of Checkout-Dialog 06, the price-computing scales' protocol.
 *
 *   POS    EOT STX 01 ESC p5..p0 ESC ETX    price (five or six digits)       EOT ENQ   result?
 *          EOT STX 08 ETX    status?        EOT STX 10 ESC cccc kkkk ETX     checksums
 *          EOT    after every answer of the scale
 *   scale  06 ACK · 15 NAK
 *          STX 02 ESC u ESC w4..w0 ESC p5..p0 ESC t5..t0 ETX    u = 3: kilograms
 *          STX 09 ESC s1 s0 ETX    status
 *          STX 11 ESC 2 z1 z0 ETX    prove yourself, by random number z;  ESC 1 valid, ESC 0 not
 *
 * There is no check but the sum: a total that is not weight times price is no result.
 * Proof: CS rotated left by z1 and its remainder KW rotated right by z0, within 16 bits, in upper
 * case hex. Sources: Ohaus Aviator 7000 service manual pp.36-50, DIVA service manual p.55.
 */

import type { LineDecoder } from '../asking.ts';
import { fixed, framer, type Piece, type Recognise, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';
import type { WireReading } from './polled.ts';

const STX = 0x02;
const ETX = 0x03;
const EOT = 0x04;
const ENQ = 0x05;
/** The longest record of the scale has 26 bytes. */
const MAX_RECORD = 32;

export type DialogItem =
  | WireReading
  | { kind: 'ack' }
  | { kind: 'nak' }
  | { kind: 'status'; code: string }
  | { kind: 'prove'; random: string }
  | { kind: 'proved'; valid: boolean }
  | { kind: 'discarded'; hex: string };

/** Thousandths of a fen the total may be off: our half a fen of rounding, one fen of the scale. */
const TOTAL_TOLERANCE = 1500;

function readResult(unit: string, weight: string, price: string, total: string) {
  const [grams, unitPriceFen, amountFen] = [Number(weight), Number(price), Number(total)];
  if (Math.abs(amountFen * 1000 - grams * unitPriceFen) > TOTAL_TOLERANCE) return undefined;
  if (unit !== '3') return { kind: 'fault' as const, fault: 'unit' };
  return { kind: 'stable' as const, grams, unitPriceFen, amountFen };
}

/** One record with its STX and ETX, or undefined for anything that is not wholly right. */
function readRecord(bytes: Uint8Array): DialogItem | undefined {
  const text = String.fromCharCode(...bytes.subarray(1, -1));
  const result = /^02\x1b([0-3])\x1b(\d{5})\x1b(\d{5,6})\x1b(\d{6})$/.exec(text);
  if (result !== null) {
    const [, unit = '', weight = '', price = '', total = ''] = result;
    return readResult(unit, weight, price, total);
  }
  const code = /^09\x1b(\d\d)$/.exec(text)?.[1];
  if (code !== undefined) return { kind: 'status', code };
  const random = /^11\x1b2([0-9A-F]{2})$/.exec(text)?.[1];
  if (random !== undefined) return { kind: 'prove', random };
  const valid = /^11\x1b([01])$/.exec(text)?.[1];
  return valid === undefined ? undefined : { kind: 'proved', valid: valid === '1' };
}

/** What a record may begin with: a stray STX must not hold up the ACK behind it. */
const BEGINNING = /^\x02(?:[01](?:[0-9](?:\x1b[0-9A-F\x1b]*\x03?)?)?)?$/;

/** From STX to ETX; where that is no record, a good one may begin at the next start. */
const record: Recognise = (held) => {
  const etx = held.indexOf(ETX);
  const head = held.subarray(0, etx < 0 ? MAX_RECORD + 1 : etx + 1);
  if (head.length > MAX_RECORD || !BEGINNING.test(String.fromCharCode(...head))) return { skip: 1 };
  if (etx < 0) return 'wait';
  return readRecord(head) ? { take: head.length } : { skip: 1 };
};

/** Frames: `ack`, `nak`, results as readings (without `atMs`), `status`, `prove`, `proved`. */
export function dialogDecoder(): LineDecoder<DialogItem> {
  const single = fixed(1);
  const frames = framer(startingWith({ 6: single, 21: single, [STX]: record }));
  const item = (piece: Piece): DialogItem => {
    if ('discarded' in piece) return { kind: 'discarded', hex: toHex(piece.discarded) };
    if (piece.frame.length === 1) return { kind: piece.frame[0] === 0x06 ? 'ack' : 'nak' };
    return readRecord(piece.frame) ?? { kind: 'discarded', hex: toHex(piece.frame) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}

const ofHost = (text: string): Uint8Array => Buffer.from(`\x04\x02${text}\x03`, 'latin1');

/** Sent after every answer of the scale. */
export const RESET = Uint8Array.of(EOT);
export const ASK_RESULT = Uint8Array.of(EOT, ENQ);
export const ASK_STATUS = ofHost('08');

/** The sentences of Dialog 06. */
export const WORDS_06 = {
  price: (digits: string): Uint8Array => ofHost(`01\x1b${digits}\x1b`),
  askResult: ASK_RESULT,
  askStatus: ASK_STATUS,
  reset: RESET,
};

/** @param digits how many digits the scale is set up for */
export function priceRecord(unitPriceFen: number, digits: number): Uint8Array {
  return WORDS_06.price(String(unitPriceFen).padStart(digits, '0'));
}

/** Remainder of the checksum, multiplied by 2^16, by the polynomial over GF(2), 16 bits. */
export function checksumKey(checksum: number, polynomial: number): number {
  const width = 32 - Math.clz32(polynomial);
  let rest = checksum * 2 ** 16;
  for (let at = 31; at >= width - 1; at--) {
    const bit = Math.floor(rest / 2 ** at) % 2;
    if (bit === 1) rest = (rest ^ (polynomial << (at - width + 1))) >>> 0;
  }
  return rest & 0xffff;
}

const rotateLeft = (value: number, by: number): number =>
  ((value << by) | (value >>> (16 - by))) & 0xffff;
const word = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** The answer to `prove`: checksum and key, each turned by one digit of the random number. */
export function checksumRecord(checksum: number, key: number, random: string): Uint8Array {
  const [left, right] = [
    Number.parseInt(random.charAt(0), 16),
    Number.parseInt(random.charAt(1), 16),
  ];
  return ofHost(`10\x1b${word(rotateLeft(checksum, left))}${word(rotateLeft(key, 16 - right))}`);
}
