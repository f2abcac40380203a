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
import { fixed, framer, type Piece, startingWith } from '../framing.ts';
import { toHex, toLatin1 } from '../hex.ts';
import type { WireReading } from './polled.ts';
import { wholeGrams } from './whole-grams.ts';

const FRAME_LENGTH = 22;
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

/**
 * Frames: scale readings (without `atMs`) and `discarded`.
 * @param deviceId the indicator to listen to; 0 for any
 */
export function cas22Decoder(deviceId: number): LineDecoder<Cas22Item> {
  // Each frame is read once, where it is found to be one; the framer gives them in that order.
  const readings: WireReading[] = [];
  const isFrame = (frame: Uint8Array): boolean => {
    const reading = read(frame, deviceId);
    if (reading !== undefined) readings.push(reading);
    return reading !== undefined;
  };
  const whole = fixed(FRAME_LENGTH, isFrame, mayBegin);
  const frames = framer(startingWith({ 83: whole, 85: whole, 79: whole }));
  const item = (piece: Piece): Cas22Item => {
    const reading = 'frame' in piece ? readings.shift() : undefined;
    const bytes = 'frame' in piece ? piece.frame : piece.discarded;
    return reading ?? { kind: 'discarded', hex: toHex(bytes) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}
