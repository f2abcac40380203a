/**
 * Answers of the NCI / Weigh-Tronix SCP-01 scales ("ECR"), seven data bits, no check.
 *
 *   POS    LF d d . d d d K G CR LF S h h CR ETX
 *   bench  LF x x x x . x x k g CR LF h h CR ETX
 *   no weight (motion, out of range, error)   LF S h h CR ETX, or fillers ^ over, _ under, - zero
 *   not known                                 LF ? CR ETX
 *   asked by ENQ                              LF OPOS CR ETX
 *
 *   status, two to four bytes; bits 4 and 5 always 1, bit 6 from the second on: a byte follows
 *     bit 0   motion         under capacity       range (both bits)    weight changed
 *     bit 1   at zero        over capacity                             zero detected
 *     bit 2   RAM error      ROM error            net                  metric
 *     bit 3   EEPROM error   bad calibration      initial zero error   -
 *
 * Sources: DIVA service manual p.34, Ohaus Aviator 7000 p.49, NCI 6702 p.14 and 7800 p.32,
 * Brecknell 67XX p.68, Fairbanks PC2250 p.61.
 */

import type { LineDecoder } from '../asking.ts';
import { delimited, framer, type Piece, type Recognise, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';
import type { WireReading } from './polled.ts';
import { wholeGrams } from './whole-grams.ts';

const LF = 0x0a;
const ETX = 0x03;
/** The longest answer is 18 bytes; what is longer lost its end. */
const MAX_ANSWER = 40;

export type NciDialect = 'auto' | 'pos' | 'bench';

export type NciItem =
  | WireReading
  | { kind: 'status'; atZero: boolean }
  | { kind: 'unknown-command' }
  | { kind: 'opos' }
  | { kind: 'discarded'; hex: string };

interface Status {
  moving: boolean;
  atZero: boolean;
  under: boolean;
  over: boolean;
  fault: string | undefined;
  /** Undefined where the scale sends no third byte. */
  net: boolean | undefined;
}

/** Two to four status characters, or undefined where they contradict their own layout. */
function readStatus(text: string): Status | undefined {
  const bytes = Array.from(text, (letter) => letter.charCodeAt(0));
  const [first = 0, second = 0, third] = bytes;
  const whole = bytes.every((byte, at) => {
    const follows = at > 0 && at < bytes.length - 1 ? 0x40 : 0;
    return (byte & 0xf0) === (0x30 | follows);
  });
  if (!whole || bytes.length < 2 || bytes.length > 4) return undefined;
  const bit = (byte: number, at: number): boolean => ((byte >> at) & 1) === 1;
  const memory = bit(first, 2) || bit(first, 3) || bit(second, 2);
  const zeroError = third !== undefined && bit(third, 3);
  return {
    moving: bit(first, 0),
    atZero: bit(first, 1),
    under: bit(second, 0),
    over: bit(second, 1),
    fault: memory ? 'memory' : bit(second, 3) ? 'calibration' : zeroError ? 'zero' : undefined,
    net: third === undefined ? undefined : bit(third, 2),
  };
}

/** What the status alone says about the load; undefined where nothing stands against a weight. */
function trouble({ fault, over, under }: Status): WireReading | undefined {
  if (fault !== undefined) return { kind: 'fault', fault };
  if (over) return { kind: 'overload' };
  return under ? { kind: 'underload' } : undefined;
}

const FILLERS: Readonly<Record<string, WireReading>> = {
  '^': { kind: 'overload' },
  _: { kind: 'underload' },
  '-': { kind: 'fault', fault: 'zero' },
};

/** A weight with its status, or undefined where the two cannot both be true. */
function readWeight(value: string, unit: string, status: Status): WireReading | undefined {
  const filler = /^(\^+|_+|-+)$/.test(value) ? FILLERS[value.charAt(0)] : undefined;
  if (filler !== undefined) return filler;
  const match = /^ *(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const isZero = !/[1-9]/.test(whole + fraction);
  if (status.atZero && !isZero) return undefined;
  const stopped = trouble(status);
  if (stopped !== undefined) return stopped;
  if (sign === '-' && !isZero) return { kind: 'underload' };
  const grams = wholeGrams(whole, fraction, unit.trim().toLowerCase());
  if (grams === undefined) return { kind: 'fault', fault: 'unit' };
  const kind = status.moving ? 'moving' : isZero ? 'zero' : 'stable';
  return status.net === undefined ? { kind, grams } : { kind, grams, net: status.net };
}

const LAYOUTS = {
  pos: /^\n(?:(.{6})([A-Z ]{2})\r\n)?S([ -~]{2,4})\r\x03$/,
  bench: /^\n(?:(.{7})([a-z ]{2})\r\n)?([0-?][ -~]{1,3})\r\x03$/,
};

function readAnswer(text: string, dialect: 'pos' | 'bench'): NciItem | undefined {
  const match = LAYOUTS[dialect].exec(text);
  const status = match === null ? undefined : readStatus(match[3] ?? '');
  if (match === null || status === undefined) return undefined;
  const [, value, unit = ''] = match;
  if (value !== undefined) return readWeight(value, unit, status);
  const stopped = trouble(status);
  if (stopped !== undefined) return stopped;
  return status.moving ? { kind: 'moving' } : { kind: 'status', atZero: status.atZero };
}

/** One whole answer, or undefined for anything that is not wholly right. */
function read(bytes: Uint8Array, dialect: NciDialect): NciItem | undefined {
  const text = String.fromCharCode(...bytes);
  if (text === '\n?\r\x03') return { kind: 'unknown-command' };
  if (text === '\nOPOS\r\x03') return { kind: 'opos' };
  if (dialect !== 'auto') return readAnswer(text, dialect);
  return readAnswer(text, 'pos') ?? readAnswer(text, 'bench');
}

/**
 * From LF to ETX. Where that is no answer, a good one may begin at the next LF; at worst that is
 * the status of the weight at hand, which is no weight.
 */
function recognise(dialect: NciDialect): Recognise {
  const toEtx = delimited(Uint8Array.of(ETX), MAX_ANSWER);
  return startingWith({
    [LF]: (held, seen, losing) => {
      const verdict = toEtx(held.subarray(0, MAX_ANSWER + 2), seen, losing);
      if (verdict === 'wait' || !('take' in verdict)) return verdict;
      return read(held.subarray(0, verdict.take), dialect) ? verdict : { skip: 1 };
    },
  });
}

/** Frames: scale readings (without `atMs`), `status`, `unknown-command`, `opos`, `discarded`. */
export function nciDecoder(dialect: NciDialect): LineDecoder<NciItem> {
  const answers = framer(recognise(dialect));
  const item = (piece: Piece): NciItem => {
    const known = 'frame' in piece ? read(piece.frame, dialect) : undefined;
    const bytes = 'frame' in piece ? piece.frame : piece.discarded;
    return known ?? { kind: 'discarded', hex: toHex(bytes) };
  };
  return {
    push: (bytes) => answers.push(bytes).map(item),
    end: () => answers.end().map(item),
  };
}
