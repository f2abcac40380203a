/**
 * The 22-byte stream of CAS indicators, sent unasked.
 *
 *   S T , G S , id lamp , w w w w w w w w _ k g CR LF
 *   ST stable · US moving · OL overload        GS gross · NT net        id 31 is device 1
 *   lamp  7 always 1 · 6 stable · 5 zero or one by model · 4 hold · 3 printer · 2 gross · 1 tare
 *         · 0 zero
 *
 * There is no check. What is said twice must agree: the word and the lamp for stable. A held
 * reading stands on the display and not on the plate.
 * Sources: CAS CI-600D p.74, CI-150A p.54, CI-6000A p.63, NT-200 p.48, PDI p.37 manuals.
 */

import type { LineDecoder } from '../asking.ts';
import { fixed, framerOf, type Glance, startingWith, withGlance } from '../framing.ts';
import { toHex, toLatin1 } from '../hex.ts';
import type { WireReading } from './polled.ts';
import { wholeGrams } from './whole-grams.ts';

const FRAME_LENGTH = 22;
const WEIGHT_LENGTH = 8;
/** Places and bytes that never change: two commas, a space, kg, CR LF. */
const FIXED = [5, 0x2c, 8, 0x2c, 17, 0x20, 18, 0x6b, 19, 0x67, 20, 0x0d, 21, 0x0a];
const LAMP_ALWAYS = 0x80;
const LAMP_STABLE = 0x40;
const LAMP_HOLD = 0x10;

export type Cas22Item = WireReading | { kind: 'discarded'; hex: string };

// `s` lets the lamp be any byte; the text has one character a byte.
const LAYOUT = /^(ST|US|OL),(GS|NT),(.)(.),([ +\-.\d]{8}) ([a-z ]{2})\r\n$/s;

/** The weight field and its unit; undefined where it is no number. */
function readWeight(field: string, unit: string, moving: boolean): WireReading | undefined {
  const match = /^ *([+-]?) *(\d+)(?:\.(\d+))?$/.exec(field);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (sign === '-' && /[1-9]/.test(whole + fraction)) return { kind: 'underload' };
  const grams = wholeGrams(whole, fraction, unit.trim());
  if (grams === undefined) return { kind: 'fault', fault: 'unit' };
  if (moving) return { kind: 'moving', grams };
  return { kind: grams === 0 ? 'zero' : 'stable', grams };
}

const HEADS = ['ST,', 'US,', 'OL,'].map((head) => Buffer.from(head));

/** The S of `GS` begins no frame. */
function mayBegin(prefix: Uint8Array): boolean {
  return HEADS.some((head) => {
    const seen = Math.min(prefix.length, head.length);
    for (let at = 0; at < seen; at++) if (prefix[at] !== head[at]) return false;
    return true;
  });
}

/** One whole frame; undefined for anything that is not wholly right, or another device's. */
function read(frame: Uint8Array, deviceId: number): WireReading | undefined {
  const match = LAYOUT.exec(toLatin1(frame));
  if (match === null) return undefined;
  const [, state, load, id = '', lampText = '', field = '', unit = ''] = match;
  const lamp = lampText.charCodeAt(0);
  if ((lamp & LAMP_ALWAYS) === 0) return undefined;
  if (deviceId > 0 && id.charCodeAt(0) !== 0x30 + deviceId) return undefined;
  if (state === 'OL') return { kind: 'overload' };
  if ((state === 'ST') !== ((lamp & LAMP_STABLE) !== 0)) return undefined;
  const reading = readWeight(field, unit, state === 'US');
  if (reading === undefined) return undefined;
  if ((lamp & LAMP_HOLD) !== 0) return { kind: 'fault', fault: 'hold' };
  return reading.grams === undefined ? reading : { ...reading, net: load === 'NT' };
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Grams of ` dddd.ddd` without a sign; -1 where only the long way can tell. */
function gramsAt(bytes: Uint8Array, from: number): number {
  const point = from + WEIGHT_LENGTH - 4;
  let at = from;
  while (bytes[at] === 0x20) at++;
  if (bytes[point] !== 0x2e || at >= point) return -1;
  let grams = 0;
  for (; at < from + WEIGHT_LENGTH; at++) {
    const byte = bytes[at]!;
    if (at === point) continue;
    if (!isDigit(byte)) return -1;
    grams = grams * 10 + byte - 0x30;
  }
  return grams;
}

/** `ST,` or `US,`. */
const startsUsual = (bytes: Uint8Array, at: number): boolean =>
  bytes[at + 2] === 0x2c &&
  (bytes[at] === 0x53 ? bytes[at + 1] === 0x54 : bytes[at] === 0x55 && bytes[at + 1] === 0x53);

/** The frame that comes ten times a second: so many kilograms, stable or moving, and nothing else. */
function readUsual(bytes: Uint8Array, at: number, deviceId: number): WireReading | undefined {
  if (!startsUsual(bytes, at)) return undefined;
  const stable = bytes[at] === 0x53;
  const net = bytes[at + 3] === 0x4e && bytes[at + 4] === 0x54;
  if (!net && !(bytes[at + 3] === 0x47 && bytes[at + 4] === 0x53)) return undefined;
  for (let index = 0; index < FIXED.length; index += 2)
    if (bytes[at + FIXED[index]!] !== FIXED[index + 1]) return undefined;
  const lamp = bytes[at + 7]!;
  if ((lamp & (LAMP_ALWAYS | LAMP_HOLD)) !== LAMP_ALWAYS) return undefined;
  if (stable !== ((lamp & LAMP_STABLE) !== 0)) return undefined;
  if (deviceId > 0 && bytes[at + 6] !== 0x30 + deviceId) return undefined;
  const grams = gramsAt(bytes, at + 9);
  if (grams < 0) return undefined;
  const kind = stable ? (grams === 0 ? 'zero' : 'stable') : 'moving';
  return { kind, grams, net };
}

/**
 * Frames: scale readings (without `atMs`) and `discarded`.
 * @param deviceId the indicator to listen to; 0 for any
 */
export function cas22Decoder(deviceId: number): LineDecoder<Cas22Item> {
  // A frame that was recognised is given out right after.
  let found: WireReading | undefined;
  const isFrame = (frame: Uint8Array): boolean => {
    found = read(frame, deviceId);
    return found !== undefined;
  };
  const whole = fixed(FRAME_LENGTH, isFrame, mayBegin);
  const any = startingWith({ 83: whole, 85: whole, 79: whole });
  const usual: Glance = (bytes, at, end) => {
    if (end - at < FRAME_LENGTH) return end - at >= 3 && startsUsual(bytes, at) ? -1 : 0;
    found = readUsual(bytes, at, deviceId);
    return found === undefined ? 0 : FRAME_LENGTH;
  };
  return framerOf<Cas22Item>(
    withGlance(any, usual),
    (discarded) => ({ kind: 'discarded', hex: toHex(discarded) }),
    () => found!,
  );
}
